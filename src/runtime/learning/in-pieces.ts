import { setTimeout as wait } from 'node:timers/promises'

/** With the last step in it, which takes up to some 5 ms by itself, the event loop waits for 10 ms. */
const PIECE_MS = 5

/**
 * Runs steps to their end beside everything else in the process: as many at a time as fit into a piece,
 * and then a rest as long as that took, so that a run keeps half of the time at least.
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
    await wait(Math.ceil(performance.now() - beganAt))
  }
  return null
}
