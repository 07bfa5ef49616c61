/**
 * Topics of a log into tables of ClickHouse: each record is a row, once, whatever crashes.
 *
 *   log ─► group <application>-clickhouse ─► a SinkPartition each ─► batches ─► Destination
 *                                                 │
 *                    intents, letters, positions ─┴─► log
 *
 * The sink reads as a consumer group of its own. Partitions go each at their own pace, so a table
 * that is slow or refuses rows holds up no other; memory is shared as `balance.ts` says.
 */

import { MillraceError } from '../../../engine/errors.ts'
import { partitionOf } from '../../../engine/hash.ts'
import { partitionNameOf } from '../../../engine/partition-name.ts'
import { retiredWriters } from '../../../engine/schema/writer-schemas.ts'
import { deadLetters, retiredSchemas } from '../../../events.ts'
import { createMissingTopic } from '../../../logs/create-missing-topic.ts'
import type {
  Batch,
  Log,
  Position,
  Subscription,
  TopicPartition,
  TopicSettings,
} from '../../../logs/log.ts'
import { KEPT_WHOLE } from '../../../logs/log.ts'
import { type RowEncoder, rowEncoderOf } from '../rows/row-encoder.ts'
import { balance, bufferedBytesOf, type PollLimits, pollLimits } from './balance.ts'
import { BatchStore } from './batch-store.ts'
import { Committer } from './committer.ts'
import { gapRecord } from './gaps.ts'
import { InsertSlots } from './insert-slots.ts'
import { groupOf, type Intent, intentsTopicOf, readIntents } from './intents.ts'
import { nextTurn } from './read-range.ts'
import { RowBuffers } from './row-buffers.ts'
import type { SinkContext } from './sink-context.ts'
import { type ClickHouseSinkOptions, type SinkSettings, settingsOf } from './sink-options.ts'
import { SinkPartition } from './sink-partition.ts'
import { type Standing, standingOf } from './standing.ts'

export type { SinkTrouble, StoredBatch } from './sink-context.ts'
export type { ClickHouseSinkOptions } from './sink-options.ts'

/** Each may find the gap of another partition. */
const RENEWALS_MAX = 2

export interface SinkPartitionStatus extends TopicPartition {
  readonly table: string
  /** Everything below is stored. */
  readonly position: number
  readonly bufferedBytes: number
  /** No more is read until the table has taken what waits for it. */
  readonly isPaused: boolean
  readonly state: 'ok' | 'retrying'
  /** Since when inserts have failed, in ms since 1970, and what was said last. */
  readonly since?: number
  readonly error?: string
}

export class ClickHouseSink {
  /** Rejects with what stopped the sink, a `MillraceError`; never resolves. */
  readonly failure: Promise<never>
  readonly #options: ClickHouseSinkOptions
  readonly #settings: SinkSettings
  readonly #log: Log
  readonly #encoders = new Map<string, RowEncoder>()
  readonly #partitions = new Map<string, SinkPartition>()
  #known: ReadonlyMap<string, TopicSettings> = new Map()
  #context: SinkContext | null = null
  #subscription: Subscription | null = null
  /** Times that the log had removed what was to be read, and nothing new was found to be missing. */
  #renewals = 0
  #assignments = 0
  #polling: Promise<void> = Promise.resolve()
  #stopping: Promise<void> | null = null
  #reject: (error: unknown) => void = () => {}

  /**
   * Checks the deduplication windows and starts; what was under way when the last sink ended is sent
   * again first. Fails with `DEDUPLICATION_OFF`, or where a pending batch cannot be made again.
   */
  static async start(options: ClickHouseSinkOptions): Promise<ClickHouseSink> {
    const sink = new ClickHouseSink(options)
    await options.destination.check()
    await sink.#begin()
    return sink
  }

  private constructor(options: ClickHouseSinkOptions) {
    this.#options = options
    this.#settings = settingsOf(options)
    this.#log = options.log
    this.failure = new Promise((_, reject) => {
      this.#reject = reject
    })
    this.failure.catch(() => {})
  }

  /**
   * Resolves when every record that is in the log now is in its table, or has its letter; and those
   * letters are in theirs. Batches are not held back meanwhile. Fails where the sink stops. In a
   * group this is said of the partitions that are this sink's: what others take over is theirs.
   */
  async drain(): Promise<void> {
    const isLetters = ({ at }: SinkPartition) => at.topic === deadLetters.name
    for (let seen = -1; seen !== this.#assignments; ) {
      seen = this.#assignments
      const all = [...this.#partitions.values()]
      await this.#drain(all.filter(partition => !isLetters(partition)))
      await this.#drain(all.filter(isLetters))
    }
  }

  /** Gives inserts under way two seconds. What is not stored waits for the next start. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  status(): SinkPartitionStatus[] {
    return [...this.#partitions.values()].map(({ at, store, bufferedBytes, isPaused }) => {
      const { table } = this.#encoders.get(at.topic)!
      const { position, trouble } = store
      const known = { ...at, table, position, bufferedBytes, isPaused }
      if (trouble === null) return { ...known, state: 'ok' }
      return { ...known, state: 'retrying', since: trouble.since, error: trouble.error }
    })
  }

  /** Bytes of all rows that are not stored yet. */
  get bufferedBytes(): number {
    return bufferedBytesOf(this.#partitions)
  }

  async #begin(): Promise<void> {
    await this.#createTopics()
    this.#known = await this.#log.topics()
    this.#context = this.#contextOf()
    const topics = this.#options.topics.filter(({ name }) => this.#known.has(name))
    for (const topic of topics) {
      const writers = this.#options.writers ?? retiredWriters(retiredSchemas[topic.name] ?? [])
      const format = this.#options.formatOf?.(topic.name)
      this.#encoders.set(topic.name, rowEncoderOf(topic, writers, format))
    }
    await this.#subscribe()
    this.#polling = this.#poll()
  }

  async #subscribe(): Promise<void> {
    const group = groupOf(this.#options.applicationId)
    this.#subscription = await this.#log.subscribe(group, [...this.#encoders.keys()], {
      assigned: partitions => this.#assigned(partitions),
      revoked: partitions => this.#revoked(partitions),
    })
  }

  async #createTopics(): Promise<void> {
    const intents = intentsTopicOf(this.#options.applicationId)
    await this.#log.createTopic(intents, { ...KEPT_WHOLE, compacted: true })
    await createMissingTopic(this.#log, deadLetters.name, KEPT_WHOLE)
  }

  #contextOf(): SinkContext {
    const { log, applicationId, destination, onStored, onTrouble } = this.#options
    const { partitions } = this.#known.get(deadLetters.name)!
    return {
      ...this.#settings,
      log,
      applicationId,
      destination,
      committer: new Committer({
        log,
        group: groupOf(applicationId),
        intents: { topic: intentsTopicOf(applicationId), partition: 0 },
        letters: { topic: deadLetters.name, partition: partitionOf('', partitions) },
      }),
      slots: new InsertSlots(this.#settings.insertsMax),
      buffers: new RowBuffers(),
      onStored: onStored ?? (() => {}),
      onTrouble: onTrouble ?? (() => {}),
      onReleased: () => this.#balance(),
      onFailure: error => this.#fail(error),
    }
  }

  async #assigned(partitions: readonly TopicPartition[]): Promise<void> {
    const { applicationId } = this.#options
    this.#options.onRebalance?.('assigned', partitions.length)
    // First the positions: they wait for a commit of whoever had the partitions before, and its
    // intents are in the log then, maybe behind a commit that nobody will finish.
    const positions = new Map(
      (await this.#log.committed(groupOf(applicationId))).map(each => [
        partitionNameOf(each),
        each,
      ]),
    )
    const topic = intentsTopicOf(applicationId)
    await this.#log.settled([{ topic, partition: 0 }])
    const intents = await readIntents(this.#log, topic)
    const standings: Standing[] = []
    for (const at of partitions) standings.push(await this.#standingOf(at, intents, positions))
    await Promise.all(partitions.map((at, i) => this.#pass(at, standings[i]!)))
    for (const [i, at] of partitions.entries()) this.#open(at, standings[i]!)
    this.#assignments++
  }

  /** What is gone is said, and stands in the log for those who compare; then it is behind us. */
  async #pass(at: TopicPartition, { gap, position }: Standing): Promise<void> {
    if (gap === null) return
    this.#renewals = 0
    this.#options.onGap?.({ ...at, ...gap })
    const intent = gapRecord(at, gap)
    await this.#context!.committer.commit({ position: { ...at, next: position }, intent })
  }

  async #standingOf(
    at: TopicPartition,
    intents: ReadonlyMap<string, Intent>,
    positions: ReadonlyMap<string, Position>,
  ): Promise<Standing> {
    const place = partitionNameOf(at)
    return standingOf(at, {
      log: this.#log,
      position: positions.get(place)?.next ?? null,
      first: (await this.#log.range(at)).first,
      intent: intents.get(place) ?? null,
      generation: this.#settings.generation,
      isCompacted: this.#known.get(at.topic)!.compacted,
    })
  }

  #open(at: TopicPartition, standing: Standing): void {
    const abandon = new AbortController()
    const context = this.#context!
    const encoder = this.#encoders.get(at.topic)!
    const store = new BatchStore(context, at, encoder, standing, abandon.signal)
    this.#partitions.set(partitionNameOf(at), new SinkPartition(context, store, abandon))
  }

  async #revoked(partitions: readonly TopicPartition[]): Promise<void> {
    this.#options.onRebalance?.('revoked', partitions.length)
    const places = partitions.map(partitionNameOf)
    const isHandedOver = this.#stopping === null
    await Promise.all(places.map(place => this.#partitions.get(place)?.stop({ isHandedOver })))
    for (const place of places) this.#partitions.delete(place)
  }

  async #poll(): Promise<void> {
    const limits = pollLimits(this.#settings.bufferedBytesMax)
    try {
      while (this.#stopping === null) {
        for (const batch of await this.#read(limits)) {
          this.#partitions.get(partitionNameOf(batch))?.take(batch.records)
        }
        this.#balance()
        await nextTurn()
      }
    } catch (error) {
      if (this.#stopping === null) this.#fail(error)
    }
  }

  /** Begins anew where the log has removed what would come next: behind the gap, once it is known. */
  async #read(limits: PollLimits): Promise<readonly Batch[]> {
    try {
      return await this.#subscription!.poll(limits)
    } catch (error) {
      const isGone = error instanceof MillraceError && error.code === 'LOG_OFFSET_GONE'
      if (!isGone || this.#stopping !== null || this.#renewals++ >= RENEWALS_MAX) throw error
      await this.#subscription!.close()
      await this.#subscribe()
      // Whoever stopped the sink meanwhile has closed the one before.
      if (this.#stopping !== null) await this.#subscription!.close()
      return []
    }
  }

  #balance(): void {
    balance(this.#partitions, this.#settings.bufferedBytesMax, this.#subscription)
  }

  async #drain(partitions: readonly SinkPartition[]): Promise<void> {
    const at = partitions.map(partition => partition.at)
    // What is committed may not be readable yet: it counts all the same.
    await this.#log.settled(at)
    const ends = await Promise.all(at.map(one => this.#log.range(one)))
    const drained = partitions.map((partition, i) => partition.drainTo(ends[i]!.next))
    await Promise.race([Promise.all(drained), this.failure])
  }

  #fail(error: unknown): void {
    this.#reject(error)
    // What cannot be written any more is found at the next start.
    this.stop().catch(() => {})
  }

  /** A log that is gone has told nobody that partitions were revoked. */
  async #stop(): Promise<void> {
    try {
      await this.#subscription?.close()
    } finally {
      await Promise.all([...this.#partitions.values()].map(partition => partition.stop()))
      await this.#polling
    }
  }
}
