import { setTimeout as wait } from 'node:timers/promises'

/** With the last step in it, which takes up to some 5 ms by itself, the event loop waits for 10 ms. */
const PIECE_MS = 5
/** A fit has three quarters of an hour; a commit is due every tenth of a second. */
const RESTS_PER_PIECE = 3
/** A piece may have waited for others, or for a process that was paused. */
const REST_MAX_MS = 50

/**
 * Runs steps to their end beside everything else in the process: as many at a time as fit into a piece,
 * and then a rest three times as long, so that a run keeps three quarters of the time.
 *
 * @returns null where it was given up between two pieces
 */
export const inPieces = async <T>(
  steps: Generator<undefined, T, undefined>,
  isGivenUp: () => boolean,
): Promise<T | null> => {
  while (!isGivenUp()) {
    const beganAt = performance.now()
    do {
      const step = steps.next()
      if (step.done) return step.value
    } while (performance.now() < beganAt + PIECE_MS)
    const tookMs = performance.now() - beganAt
    await wait(Math.ceil(Math.min(RESTS_PER_PIECE * tookMs, REST_MAX_MS)))
  }
  return null
}
