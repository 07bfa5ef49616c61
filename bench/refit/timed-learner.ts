/** A learner that says how long it took for a record, rests between its pieces left out. */
import type { Learner } from '../../src/engine/learner.ts'

export interface LearningTime {
  readonly tookMs: number
  readonly longestPieceMs: number
}

export const timedLearner = (learner: Learner, told: (time: LearningTime) => void): Learner => ({
  ...learner,
  *learn(record) {
    const pieces = learner.learn(record)
    let [tookMs, longestPieceMs] = [0, 0]
    for (;;) {
      const beganAt = performance.now()
      const piece = pieces.next()
      const ms = performance.now() - beganAt
      tookMs += ms
      longestPieceMs = Math.max(longestPieceMs, ms)
      if (piece.done) {
        told({ tookMs, longestPieceMs })
        return piece.value
      }
      yield
    }
  },
})
