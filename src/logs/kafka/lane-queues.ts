import type { CommitLane } from '../log.ts'

/** Work of one lane one after the other, in the order of the calls; that of two side by side. */
export class LaneQueues {
  readonly #tails = new Map<CommitLane, Promise<unknown>>()

  /** Does this when all before it on its lane is done, however that ended. */
  next<T>(lane: CommitLane, work: () => Promise<T>): Promise<T> {
    const done = (this.#tails.get(lane) ?? Promise.resolve()).then(work)
    const settled = done.catch(() => {})
    this.#tails.set(lane, settled)
    return done
  }

  /** Resolves when all that was begun is done, however it ended. */
  async settled(): Promise<void> {
    await Promise.all(this.#tails.values())
  }
}
