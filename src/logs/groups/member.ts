/**
 * One member of a group: which partitions it holds, and how far it has read each. One that is
 * never polled only takes part in the sharing.
 */
import type { AssignmentListener, Batch, ReadLimits, Subscription, TopicPartition } from '../log.ts'
import type { Arrivals } from './arrivals.ts'
import { Cursors } from './cursors.ts'
import type { ReadableLog } from './held.ts'

/** The group, as its members know it. */
export interface JoinedGroup {
  readonly name: string
  leave(member: Member): Promise<void>
}

export class Member implements Subscription {
  readonly topics: readonly string[]
  readonly listener: AssignmentListener
  readonly #group: JoinedGroup
  readonly #log: ReadableLog
  readonly #cursors: Cursors

  constructor(
    group: JoinedGroup,
    log: ReadableLog,
    arrivals: Arrivals,
    topics: readonly string[],
    listener: AssignmentListener,
  ) {
    this.#group = group
    this.#log = log
    this.#cursors = new Cursors(log, arrivals)
    this.topics = topics
    this.listener = listener
  }

  get held(): readonly TopicPartition[] {
    return this.#cursors.partitions
  }

  take(partitions: readonly TopicPartition[]): void {
    const { name } = this.#group
    this.#cursors.put(partitions.map(at => ({ ...at, next: this.#log.startOf(name, at) })))
  }

  drop(partitions: readonly TopicPartition[]): void {
    this.#cursors.remove(partitions)
  }

  /** A listener threw: the next poll says so, or `close`. */
  fail(error: unknown): void {
    this.#cursors.fail(error)
  }

  /** What a listener threw, once. */
  takeFailure(): unknown {
    return this.#cursors.takeFailure()
  }

  poll(limits: ReadLimits & { readonly waitMs: number }): Promise<readonly Batch[]> {
    return this.#cursors.poll(limits)
  }

  pause(partitions: readonly TopicPartition[]): void {
    this.#cursors.setPaused(partitions, true)
  }

  resume(partitions: readonly TopicPartition[]): void {
    this.#cursors.setPaused(partitions, false)
  }

  /** Closes without telling anyone: a crash. */
  abandon(): void {
    this.#cursors.remove(this.held)
    this.#cursors.close()
  }

  async close(): Promise<void> {
    if (this.#cursors.closed) return
    this.#cursors.close()
    await this.#group.leave(this)
    const failure = this.takeFailure()
    if (failure !== null) throw failure
  }
}
