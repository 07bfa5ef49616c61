/**
 * What a slice has read and not yet taken in, by partition. A round merges what is here by the heads,
 * so one round is one merge, which is what the journal says of a commit.
 */

import { type Incoming, isParcel } from '../../engine/arrival.ts'
import { firstOfHeads, sourceBefore } from '../../engine/merge.ts'
import { partitionNameOf } from '../../engine/partition-name.ts'
import type { TopicPartition } from '../../logs/log.ts'

/** Of each partition so many are read ahead, and reading goes on below half of it. */
export const AHEAD_MAX = 2_000

/** A parcel holds many records, and counts as so many of this size. */
const PARCEL_RECORD_BYTES = 256
/** A large record counts as several, so that what is read ahead is bounded in bytes, too. */
const RECORD_BYTES = 4_096

interface Queue {
  readonly at: TopicPartition
  readonly name: string
  items: readonly Incoming[]
  place: number
  /** Of the items that wait, in records. */
  waiting: number
  isHeldBack: boolean
}

export class Inbox {
  #queues: readonly Queue[] = []
  readonly #byName = new Map<string, Queue>()
  /** Over all queues, in records. */
  size = 0

  add(partitions: readonly TopicPartition[]): void {
    for (const at of partitions) {
      const name = partitionNameOf(at)
      this.#byName.set(name, { at, name, items: [], place: 0, waiting: 0, isHeldBack: false })
    }
    this.#queues = [...this.#byName.values()].sort((a, b) => sourceBefore(a.at, b.at))
  }

  push(name: string, items: readonly Incoming[]): void {
    const queue = this.#byName.get(name)!
    queue.items =
      queue.place === queue.items.length ? items : [...queue.items.slice(queue.place), ...items]
    queue.place = 0
    let records = 0
    for (const item of items) records += recordsOf(item)
    queue.waiting += records
    this.size += records
  }

  /** How many records of a partition wait. */
  waiting(name: string): number {
    return this.#byName.get(name)!.waiting
  }

  /** Partitions of which nothing is taken for now, as they are ahead of others. */
  holdBack(names: ReadonlySet<string>): void {
    for (const queue of this.#queues) queue.isHeldBack = names.has(queue.name)
  }

  /** Of what waits, what a round would take: nothing is taken that is held back. */
  get takeable(): number {
    let records = 0
    for (const { isHeldBack, waiting } of this.#queues) if (!isHeldBack) records += waiting
    return records
  }

  /** Partitions of which nothing waits. */
  *empty(): Generator<TopicPartition> {
    for (const queue of this.#queues) if (left(queue) === 0) yield queue.at
  }

  /** When the log took in the oldest of the heads; Infinity where nothing waits. */
  oldestMs(): number {
    let oldest = Number.POSITIVE_INFINITY
    for (const { items, place } of this.#queues) {
      const head = items[place]
      if (head) oldest = Math.min(oldest, head.timestampMs)
    }
    return oldest
  }

  /** Hands items of about `max` records to `take` by their heads; returns how many records. */
  takeRound(max: number, take: (incoming: Incoming) => void): number {
    const queues = this.#queues.filter(queue => !queue.isHeldBack)
    const heads = queues.map(({ items, place }) => items[place])
    let taken = 0
    while (taken < max) {
      const index = firstOfHeads(heads)
      if (index < 0) break
      const queue = queues[index]!
      const item = heads[index]!
      take(item)
      const records = recordsOf(item)
      taken += records
      this.size -= records
      queue.waiting -= records
      queue.place++
      heads[index] = queue.items[queue.place]
    }
    return taken
  }
}

const left = ({ items, place }: Queue): number => items.length - place

const recordsOf = (incoming: Incoming): number =>
  isParcel(incoming)
    ? Math.ceil(incoming.value.length / PARCEL_RECORD_BYTES)
    : 1 + Math.floor((incoming.value?.length ?? 0) / RECORD_BYTES)
