/**
 * Fetches partitions through one consumer handle, and deals them out.
 *
 *   broker -> queue of the client (in the order of arrival) -> a queue per partition -> poll
 *
 * The client's one queue would let a long partition stand before the short ones, so records go on
 * into queues of our own, and a poll shares its limits among these. A partition that runs full is
 * not fetched until half of it was taken. Pausing is ours, too: the client would throw away what it
 * has of the partition.
 */
import type { EofEvent, KafkaConsumer, Message } from 'node-rdkafka'
import { MillraceError } from '../../engine/errors.ts'
import { readFairly } from '../groups/fair-read.ts'
import { patiently } from '../kafka/patience.ts'
import type { Batch, Position, ReadLimits, TopicPartition } from '../log.ts'
import { offsetGone } from '../record-rules.ts'
import { asked, ifOpen } from './call-gate.ts'
import { paused } from './client.ts'
import { CODES, codeOf, isAccess, isPassing } from './faults.ts'
import { FedPartition } from './fed-partition.ts'

const FETCHED_AT_ONCE = 1_000
/** One poll takes so much out of the client at most, and then delivers. */
const FETCHED_PER_POLL = 8_000
const PENDING_RECORDS_MAX = 20_000
/** Of all partitions together, in shares. */
const PENDING_BYTES_MAX = 64 * 1024 * 1024
const IDLE_MS_MAX = 8
/** A partition from which nothing came for so long, not even its end, is asked about. */
const SILENCE_MS = 5_000

export const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`

/** The retained range of a partition, as a reader of whole transactions sees it. */
export const rangeOf = (
  consumer: KafkaConsumer,
  at: TopicPartition,
): Promise<{ first: number; next: number }> => patiently(isPassing, () => rangeNowOf(consumer, at))

/** As `rangeOf`, for who asks again by himself. */
const rangeNowOf = async (
  consumer: KafkaConsumer,
  { topic, partition }: TopicPartition,
): Promise<{ first: number; next: number }> => {
  const { lowOffset, highOffset } = await asked<{ lowOffset: number; highOffset: number }>(
    consumer,
    done => consumer.queryWatermarkOffsets(topic, partition, 10_000, done),
  )
  return { first: lowOffset, next: Math.max(lowOffset, highOffset) }
}

export class Feed {
  readonly #consumer: KafkaConsumer
  readonly #partitions = new Map<string, FedPartition>()
  #turn = 0
  #heardMs = performance.now()

  constructor(consumer: KafkaConsumer) {
    this.#consumer = consumer
    // Does not wait: the wait would be per record, and would hold a thread of the pool.
    consumer.setDefaultConsumeTimeout(0)
    consumer.on('data', message => this.#take(message))
    consumer.on('partition.eof', end => this.#end(end))
  }

  /** The caller assigns the partition to the consumer, at the same position. */
  add(position: Position): FedPartition {
    const partition = new FedPartition(position, position.next)
    this.#partitions.set(nameOf(position), partition)
    this.#heardMs = performance.now()
    return partition
  }

  /** Before the caller takes it from the consumer, which would keep it paused when it comes again. */
  remove(at: TopicPartition): void {
    const fed = this.at(at)
    if (fed?.held) this.#letFetch(fed)
    this.#partitions.delete(nameOf(at))
  }

  at(at: TopicPartition): FedPartition | undefined {
    return this.#partitions.get(nameOf(at))
  }

  /** The partitions are listed in the order in which they were added or touched. */
  touch(fed: FedPartition): void {
    this.#partitions.delete(nameOf(fed))
    this.#partitions.set(nameOf(fed), fed)
  }

  get partitions(): readonly FedPartition[] {
    return [...this.#partitions.values()]
  }

  setPaused(partitions: readonly TopicPartition[], isPaused: boolean): void {
    for (const at of partitions) {
      const fed = this.at(at)
      if (fed) fed.paused = isPaused
    }
  }

  /** Fails with `LOG_OFFSET_GONE` while a partition is at an offset that was removed. */
  async poll(limits: ReadLimits & { readonly waitMs: number }): Promise<readonly Batch[]> {
    const untilMs = performance.now() + limits.waitMs
    for (let idleMs = 1; ; idleMs = Math.min(2 * idleMs, IDLE_MS_MAX)) {
      await this.fetch()
      const batches = this.#deal(limits)
      const leftMs = untilMs - performance.now()
      if (batches.length > 0 || leftMs <= 0) return batches
      await paused(Math.min(idleMs, leftMs))
    }
  }

  /** Takes over what the client has, and serves its callbacks. */
  async fetch(): Promise<void> {
    for (let taken = 0; taken < FETCHED_PER_POLL; ) {
      const count = await this.#fetchSome()
      this.#hold()
      taken += count
      if (count < FETCHED_AT_ONCE) return this.#lookForSilence()
    }
  }

  async #fetchSome(): Promise<number> {
    try {
      const messages = await asked<Message[]>(this.#consumer, done =>
        this.#consumer.consume(FETCHED_AT_ONCE, done),
      )
      return messages.length
    } catch (error) {
      await this.#failed(error)
      return 0
    }
  }

  #take(message: Message): void {
    this.#partitions.get(`${message.topic}/${message.partition}`)?.add(message)
    this.#heardMs = performance.now()
  }

  #end(end: EofEvent): void {
    this.#partitions.get(nameOf(end))?.ended(end.offset)
    this.#heardMs = performance.now()
  }

  #deal(limits: ReadLimits): readonly Batch[] {
    const open: FedPartition[] = []
    for (const partition of this.#partitions.values()) {
      if (!partition.ready || partition.paused) continue
      if (partition.fault) throw partition.fault
      if (partition.pending > 0) open.push(partition)
    }
    if (open.length === 0) return []
    const batches = readFairly(open, this.#turn++, limits)
    this.release()
    return batches
  }

  get #bytesMax(): number {
    return PENDING_BYTES_MAX / Math.max(1, this.#partitions.size)
  }

  #hold(): void {
    for (const partition of this.#partitions.values()) {
      const { held, pending, pendingBytes } = partition
      if (held || (pending < PENDING_RECORDS_MAX && pendingBytes < this.#bytesMax)) continue
      partition.held = true
      ifOpen(this.#consumer, () => this.#consumer.pause([placeOf(partition)]))
    }
  }

  /** Goes on with partitions of which enough was taken; for whoever takes from them past `poll`. */
  release(): void {
    for (const partition of this.#partitions.values()) {
      const { held, pending, pendingBytes } = partition
      if (!held || 2 * pending > PENDING_RECORDS_MAX || 2 * pendingBytes > this.#bytesMax) continue
      this.#letFetch(partition)
    }
  }

  #letFetch(partition: FedPartition): void {
    partition.held = false
    ifOpen(this.#consumer, () => this.#consumer.resume([placeOf(partition)]))
  }

  /**
   * The client's error does not say which partition it is about, so all are asked. What else can
   * fail here mends itself: the client connects again by itself.
   */
  async #failed(error: unknown): Promise<void> {
    const code = codeOf(error)
    if (isAccess(error)) throw error
    if (code === CODES.unknownTopicOrPartition) return
    if (code === CODES.autoOffsetReset || code === CODES.offsetOutOfRange)
      await this.#findLost(true)
  }

  /** An error that came behind records is swallowed by the client: its partition goes silent. */
  async #lookForSilence(): Promise<void> {
    if (performance.now() - this.#heardMs < SILENCE_MS) return
    this.#heardMs = performance.now()
    await this.#findLost(false)
  }

  async #findLost(isRefused: boolean): Promise<void> {
    for (const partition of this.#partitions.values()) {
      if (partition.fault || partition.held || partition.atEnd) continue
      await this.#findWhetherLost(partition, isRefused)
    }
  }

  async #findWhetherLost(partition: FedPartition, isRefused: boolean): Promise<void> {
    const range = await rangeNowOf(this.#consumer, partition).catch(() => null)
    if (range === null) return
    const { fetched } = partition
    if (fetched < range.first) partition.fault = offsetGone(partition, fetched, range.first)
    else if (isRefused && fetched > range.next) partition.fault = offsetAhead(partition, range.next)
  }
}

const placeOf = ({ topic, partition }: TopicPartition) => ({ topic, partition })

const offsetAhead = ({ topic, partition, fetched }: FedPartition, next: number) =>
  new MillraceError(
    'LOG_OFFSET_GONE',
    `Offset ${fetched} of "${topic}" partition ${partition} is beyond its end at ${next}: the ` +
      'topic was made anew, or a broker lost records. Commit a position that is there.',
  )
