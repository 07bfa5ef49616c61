/**
 * Commits of one lane one after the other, in the order of the calls; those of two side by side, each
 * through a writer of its own: a writer waits until all is acknowledged that it was given. The second
 * writer is made when it is first needed. In transactions there is one lane for all.
 */
import { LaneQueues } from '../kafka/lane-queues.ts'
import type { Commit, CommitLane } from '../log.ts'
import { logClosed } from '../record-rules.ts'
import type { Writer } from './writer.ts'

export class Lanes {
  readonly #open: () => Promise<Writer>
  readonly #isOne: boolean
  readonly #writers = new Map<CommitLane, Promise<Writer>>()
  readonly #queues = new LaneQueues()
  #isClosed = false

  /** @param open makes another writer */
  constructor(first: Writer, isOne: boolean, open: () => Promise<Writer>) {
    this.#open = open
    this.#isOne = isOne
    this.#writers.set('state', Promise.resolve(first))
  }

  /** Does this with the commit's writer when all before it on its lane is done. */
  next<T>({ lane = 'state' }: Commit, work: (writer: Writer) => Promise<T>): Promise<T> {
    const own = this.#isOne ? 'state' : lane
    return this.#queues.next(own, async () => work(await this.#writer(own)))
  }

  /** Resolves when all commits that were begun are done, however they ended. */
  settled(): Promise<void> {
    return this.#queues.settled()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const writers = await Promise.allSettled(this.#writers.values())
    await Promise.all(
      writers.map(opened => (opened.status === 'fulfilled' ? opened.value.close() : null)),
    )
  }

  async #writer(lane: CommitLane): Promise<Writer> {
    if (this.#isClosed) throw logClosed()
    const known = this.#writers.get(lane)
    if (known) return known
    const opened = this.#open()
    this.#writers.set(lane, opened)
    opened.catch(() => this.#writers.delete(lane))
    return opened
  }
}
