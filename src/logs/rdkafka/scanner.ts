/**
 * `Log.read()`: one partition at a time. Partitions that were read lately stay assigned, so that
 * reading on costs no new start; the least recently read one gives way.
 */
import type { KafkaConsumer } from 'node-rdkafka'
import { MillraceError } from '../../engine/errors.ts'
import type { Batch, ReadLimits, TopicPartition } from '../log.ts'
import { offsetGone } from '../record-rules.ts'
import { ifOpen } from './call-gate.ts'
import { disconnectClient, paused } from './client.ts'
import type { FedPartition } from './fed-partition.ts'
import { Feed, nameOf, rangeOf } from './feed.ts'

const KEPT_MAX = 8
const IDLE_MS = 2_000
const READ_MS_MAX = 60_000
/**
 * Of one read, so that the feed never runs full: a partition that is held is fetched anew afterwards.
 * While the caller works on these, the client fetches what comes next.
 */
const READ_RECORDS_MAX = 8_000
/** So many are returned without asking the broker how many there are. */
const ENOUGH_RECORDS = 1_000

export class Scanner {
  readonly consumer: KafkaConsumer
  readonly #feed: Feed
  #tail: Promise<unknown> = Promise.resolve()
  #idle: NodeJS.Timeout | undefined

  constructor(consumer: KafkaConsumer) {
    this.consumer = consumer
    this.#feed = new Feed(consumer)
  }

  /** Whether it was read here lately. */
  holds(at: TopicPartition): boolean {
    return this.#feed.at(at) !== undefined
  }

  range(at: TopicPartition): Promise<{ first: number; next: number }> {
    return rangeOf(this.consumer, at)
  }

  /** Fails with `LOG_OFFSET_GONE` where `from` is below the first retained offset. */
  read(at: TopicPartition, from: number, limits: ReadLimits): Promise<Batch> {
    clearTimeout(this.#idle)
    const recordsMax = Math.min(limits.recordsMax, READ_RECORDS_MAX)
    const read = this.#tail.then(() => this.#read(at, from, { ...limits, recordsMax }))
    this.#tail = read.catch(() => {})
    this.#idle = setTimeout(() => this.#rest(), IDLE_MS).unref()
    return read
  }

  /** Assigned partitions are fetched on and on: where nobody reads they are let go. */
  #rest(): void {
    const rested = this.#tail.then(() => {
      for (const fed of this.#feed.partitions) this.#drop(fed)
    })
    this.#tail = rested.catch(() => {})
  }

  async #read(at: TopicPartition, from: number, limits: ReadLimits): Promise<Batch> {
    const known = this.#feed.at(at)
    if (known?.continuesAt(from) && known.pending > Math.min(limits.recordsMax, ENOUGH_RECORDS)) {
      return this.#readOn(known, limits)
    }
    const { first, next } = await this.range(at)
    if (from < first) throw offsetGone(at, from, first)
    const { topic, partition } = at
    if (from >= next) return { topic, partition, records: [], atEnd: true }
    const fed = known?.continuesAt(from) ? this.#refreshed(known) : this.#assign(at, from)
    await this.#fetchUntil(fed, next, limits)
    const batch = fed.read(limits)
    this.#feed.release()
    // Committed since: the end as it was when the read began is what counts.
    return { ...batch, atEnd: fed.pending === 0 && fed.hasReached(next) }
  }

  /** The fast way: it has been fetched already. One record is left, so this is not the end. */
  #readOn(fed: FedPartition, limits: ReadLimits): Batch {
    const recordsMax = Math.min(limits.recordsMax, fed.pending - 1)
    const batch = this.#refreshed(fed).read({ ...limits, recordsMax })
    this.#feed.release()
    return batch
  }

  async #fetchUntil(fed: FedPartition, next: number, limits: ReadLimits): Promise<void> {
    const untilMs = performance.now() + READ_MS_MAX
    for (let idleMs = 1; ; idleMs = Math.min(2 * idleMs, 8)) {
      await this.#feed.fetch()
      if (fed.fault) throw fed.fault
      if (fed.pending >= limits.recordsMax || fed.pendingBytes >= limits.bytesMax) return
      if (fed.held || fed.hasReached(next)) return
      if (performance.now() > untilMs) throw tooLate(fed)
      await paused(idleMs)
    }
  }

  /** Moves it to the end of the map: the front is the least recently read one. */
  #refreshed(fed: FedPartition): FedPartition {
    this.#feed.touch(fed)
    return fed
  }

  #assign(at: TopicPartition, from: number): FedPartition {
    if (this.#feed.at(at)) this.#drop(at)
    if (this.#feed.partitions.length >= KEPT_MAX) this.#drop(this.#feed.partitions[0]!)
    const { topic, partition } = at
    const fed = this.#feed.add({ topic, partition, next: from })
    ifOpen(this.consumer, () =>
      this.consumer.incrementalAssign([{ topic, partition, offset: from }]),
    )
    return fed
  }

  #drop({ topic, partition }: TopicPartition): void {
    this.#feed.remove({ topic, partition })
    ifOpen(this.consumer, () => this.consumer.incrementalUnassign([{ topic, partition }]))
  }

  close(): Promise<void> {
    clearTimeout(this.#idle)
    return disconnectClient(this.consumer)
  }
}

const tooLate = (at: TopicPartition) =>
  new MillraceError(
    'LOG_UNAVAILABLE',
    `Nothing came of ${nameOf(at)} within ${READ_MS_MAX / 1_000} s. Check that its leader runs.`,
  )
