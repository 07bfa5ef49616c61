/** One member of a group: which partitions it holds, and how far it has read each. */
import type { AssignmentListener, Batch, ReadLimits, Subscription, TopicPartition } from '../log.ts'
import { logClosed } from '../record-rules.ts'
import type { Arrivals } from './arrivals.ts'
import { type Cursor, readFairly } from './fair-read.ts'

/** What a group needs of the log it reads. All of it is synchronous: these logs are in-process. */
export interface ReadableLog {
  partitionsOf(topic: string): number
  readNow(at: TopicPartition, from: number, limits: ReadLimits): Batch
  /** Where a group starts: at its committed position, else at the first retained offset. */
  startOf(group: string, at: TopicPartition): number
}

/** The group, as its members know it. */
export interface Membership {
  readonly name: string
  leave(member: Member): Promise<void>
}

export class Member implements Subscription {
  readonly topics: readonly string[]
  readonly listener: AssignmentListener
  readonly #group: Membership
  readonly #log: ReadableLog
  readonly #arrivals: Arrivals
  readonly #held = new Map<string, Held>()
  #turn = 0
  #closed = false
  #failure: unknown = null

  constructor(
    group: Membership,
    log: ReadableLog,
    arrivals: Arrivals,
    topics: readonly string[],
    listener: AssignmentListener,
  ) {
    this.#group = group
    this.#log = log
    this.#arrivals = arrivals
    this.topics = topics
    this.listener = listener
  }

  get held(): readonly TopicPartition[] {
    return [...this.#held.values()].map(held => held.at)
  }

  take(partitions: readonly TopicPartition[]): void {
    for (const at of partitions) {
      this.#held.set(nameOf(at), new Held(this.#log, at, this.#log.startOf(this.#group.name, at)))
    }
    this.#arrivals.signal()
  }

  drop(partitions: readonly TopicPartition[]): void {
    for (const at of partitions) this.#held.delete(nameOf(at))
  }

  /** A listener threw: the next poll says so. */
  fail(error: unknown): void {
    this.#failure ??= error
    this.#arrivals.signal()
  }

  /** What a listener threw, once. */
  takeFailure(): unknown {
    const failure = this.#failure
    this.#failure = null
    return failure
  }

  async poll(limits: ReadLimits & { readonly waitMs: number }): Promise<readonly Batch[]> {
    if (this.#closed) throw logClosed()
    const batches = this.#gather(limits)
    if (batches.length > 0 || limits.waitMs <= 0) return batches
    return this.#waitFor(limits)
  }

  async #waitFor(limits: ReadLimits & { readonly waitMs: number }): Promise<readonly Batch[]> {
    const waiter = this.#arrivals.waiter(limits.waitMs)
    try {
      while (await waiter.next()) {
        const batches = this.#gather(limits)
        if (batches.length > 0 || this.#closed) return batches
      }
      return []
    } finally {
      waiter.end()
    }
  }

  #gather(limits: ReadLimits): readonly Batch[] {
    const failure = this.takeFailure()
    if (failure !== null) throw failure
    const active = [...this.#held.values()].filter(held => !held.paused)
    for (const held of active) held.rewind()
    const batches = readFairly(active, this.#turn++, limits)
    for (const held of active) held.advance()
    return batches
  }

  pause(partitions: readonly TopicPartition[]): void {
    this.#setPaused(partitions, true)
  }

  resume(partitions: readonly TopicPartition[]): void {
    this.#setPaused(partitions, false)
    this.#arrivals.signal()
  }

  #setPaused(partitions: readonly TopicPartition[], paused: boolean): void {
    for (const at of partitions) {
      const held = this.#held.get(nameOf(at))
      if (held) held.paused = paused
    }
  }

  /** Closes without telling anyone: a crash. */
  abandon(): void {
    this.#closed = true
    this.#held.clear()
    this.#arrivals.signal()
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#arrivals.signal()
    await this.#group.leave(this)
    const failure = this.takeFailure()
    if (failure !== null) throw failure
  }
}

/** A partition that is held. It moves on only when the whole poll succeeded. */
class Held implements Cursor {
  readonly at: TopicPartition
  paused = false
  readonly #log: ReadableLog
  #next: number
  #ahead: number

  constructor(log: ReadableLog, at: TopicPartition, next: number) {
    this.#log = log
    this.at = at
    this.#next = next
    this.#ahead = next
  }

  read(limits: ReadLimits): Batch {
    const batch = this.#log.readNow(this.at, this.#ahead, limits)
    const last = batch.records.at(-1)
    if (last) this.#ahead = last.offset + 1
    return batch
  }

  rewind(): void {
    this.#ahead = this.#next
  }

  advance(): void {
    this.#next = this.#ahead
  }
}

export const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`
