/** `Log.subscribe()`: a place in a group, and the records of what it holds. */
import type { MillraceError } from '../../engine/errors.ts'
import type {
  AssignmentListener,
  Batch,
  Position,
  ReadLimits,
  Subscription,
  TopicPartition,
} from '../log.ts'
import { logClosed, offsetGone } from '../record-rules.ts'
import { ifOpen } from './call-gate.ts'
import { Feed, rangeOf } from './feed.ts'
import type { GroupMember } from './group-member.ts'
import { committedOf } from './group-positions.ts'

interface Start extends Position {
  /** Told by `poll`: the committed position was removed. */
  readonly fault: MillraceError | null
}

export class GroupSubscription implements Subscription {
  readonly #member: GroupMember
  readonly #feed: Feed
  readonly #listener: AssignmentListener
  readonly #isIncremental: boolean
  #closed = false

  constructor(member: GroupMember, listener: AssignmentListener, isIncremental: boolean) {
    this.#member = member
    this.#listener = listener
    this.#isIncremental = isIncremental
    this.#feed = new Feed(member.consumer)
  }

  /** Nothing of a partition is delivered before the listener knows of it. */
  async take(partitions: readonly TopicPartition[]): Promise<void> {
    const { consumer } = this.#member
    const positions = await this.#startsOf(partitions)
    const fed = positions.map(position => this.#feed.add(position))
    for (const [i, partition] of fed.entries()) {
      partition.ready = false
      partition.fault = positions[i]!.fault
    }
    const assignments = positions.map(({ topic, partition, next }) => ({
      topic,
      partition,
      offset: next,
    }))
    ifOpen(consumer, () => {
      if (this.#isIncremental) consumer.incrementalAssign(assignments)
      else consumer.assign(assignments)
    })
    if (partitions.length > 0) await this.#listener.assigned(partitions)
    for (const partition of fed) partition.ready = true
  }

  stop(partitions: readonly TopicPartition[]): void {
    for (const at of partitions) {
      const fed = this.#feed.at(at)
      if (fed) fed.ready = false
    }
  }

  forget(partitions: readonly TopicPartition[]): void {
    for (const at of partitions) this.#feed.remove(at)
  }

  /** The committed positions, which are waited for where a transaction is open; else the first. */
  async #startsOf(partitions: readonly TopicPartition[]): Promise<Start[]> {
    if (partitions.length === 0) return []
    const committed = await committedOf(this.#member.consumer, partitions)
    return Promise.all(
      partitions.map(async at => {
        const { first } = await rangeOf(this.#member.consumer, at)
        const next = committed.find(
          known => known.topic === at.topic && known.partition === at.partition,
        )?.next
        const { topic, partition } = at
        const fault = next !== undefined && next < first ? offsetGone(at, next, first) : null
        return { topic, partition, next: Math.max(next ?? first, first), fault }
      }),
    )
  }

  async poll(limits: ReadLimits & { readonly waitMs: number }): Promise<readonly Batch[]> {
    if (this.#closed) throw logClosed()
    if (this.#member.failure) throw this.#member.failure
    return this.#feed.poll(limits)
  }

  pause(partitions: readonly TopicPartition[]): void {
    this.#feed.setPaused(partitions, true)
  }

  resume(partitions: readonly TopicPartition[]): void {
    this.#feed.setPaused(partitions, false)
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#member.close()
  }
}
