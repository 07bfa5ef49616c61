/**
 * A learner beside a live run: it reads its topic as a sink does, with a group and positions of its own.
 *
 *   log ─► group <application>-learner-<id> ─► learn, in pieces ─► version and position ─► log
 *
 * In a group each partition has one reader. A version and the position behind its record are committed
 * together; where the log has no transactions, the same version may be there twice, which changes
 * nothing. A record that was not done with is learnt from anew: by the next start, or by whoever has
 * the partition then. On Kafka the group waits for a record that is under way before it is shared out
 * anew, and puts out who takes more than ten minutes for one.
 */
import type { Arrival } from '../../engine/arrival.ts'
import type { Output } from '../../engine/commit.ts'
import { Decoder } from '../../engine/decoder.ts'
import { MillraceError } from '../../engine/errors.ts'
import { partitionOf } from '../../engine/hash.ts'
import type { Learner } from '../../engine/learner.ts'
import { type Finding, finding } from '../../engine/learning/finding.ts'
import { partitionNameOf } from '../../engine/partition-name.ts'
import { formatIn, type TopicFormat } from '../../engine/schema/topic-format.ts'
import type { WriterSchemas } from '../../engine/schema/writer-schemas.ts'
import { resultRecord } from '../../logs/application-log.ts'
import { createMissingTopic } from '../../logs/create-missing-topic.ts'
import { knownWriters } from '../../logs/known-writers.ts'
import {
  type Append,
  type Batch,
  KEPT_WHOLE,
  type Log,
  type Position,
  type StoredRecord,
  type Subscription,
  type TopicPartition,
  type TopicSettings,
} from '../../logs/log.ts'
import { inPieces } from './in-pieces.ts'

export interface LiveLearnerOptions {
  readonly log: Log
  readonly applicationId: string
  readonly learner: Learner
  /** Schemas that records were written with, by id. Default those of this version's files. */
  readonly writers?: WriterSchemas
  /** What a topic is said to hold; `auto` where this is not given. */
  readonly formatOf?: (topic: string) => TopicFormat
  /** Of its topics, where they are not there yet. Default one partition each, kept for good. */
  readonly topicSettings?: (topic: string) => TopicSettings
  /** What came of a record, once it is in the log. @param from the key of the record */
  readonly onFinding?: (finding: Finding, from: string) => void
  /** The log had removed records before they were learnt from. */
  readonly onGap?: (at: TopicPartition, records: number) => void
}

/** Records are few and may take long, so that the next one is read when the last one is done with. */
const READ = { recordsMax: 1, bytesMax: 1, waitMs: 1_000 }

export const learnerGroupOf = (applicationId: string, { id }: Learner): string =>
  `${applicationId}-learner-${id}`

export class LiveLearner {
  /** Rejects with what the log failed with; never resolves. */
  readonly failure: Promise<never>
  readonly #options: LiveLearnerOptions
  readonly #group: string
  readonly #decoder: Decoder
  readonly #held = new Map<string, TopicPartition>()
  #subscription: Subscription | null = null
  #work: Promise<void> = Promise.resolve()
  #reading: Promise<void> = Promise.resolve()
  #isStopping = false
  #reject: (error: unknown) => void = () => {}

  /** Makes the topics that are not there, as a run makes those of its results. */
  static async start(options: LiveLearnerOptions): Promise<LiveLearner> {
    const { log, learner, topicSettings = () => KEPT_WHOLE } = options
    for (const { name } of [learner.from, learner.to]) {
      await createMissingTopic(log, name, topicSettings(name))
    }
    const live = new LiveLearner(options)
    await live.#subscribe()
    live.#reading = live.#read()
    return live
  }

  private constructor(options: LiveLearnerOptions) {
    const { applicationId, learner, writers = knownWriters } = options
    this.#options = options
    this.#group = learnerGroupOf(applicationId, learner)
    this.#decoder = new Decoder([learner.from], Number.POSITIVE_INFINITY, writers)
    this.failure = new Promise((_, reject) => {
      this.#reject = reject
    })
    this.failure.catch(() => {})
  }

  /** Waits for the piece, or the commit, that is under way. */
  async stop(): Promise<void> {
    this.#isStopping = true
    await this.#work.catch(() => {})
    await this.#subscription?.close().catch(() => {})
    await this.#reading
  }

  async #subscribe(): Promise<void> {
    const { log, learner } = this.#options
    this.#subscription = await log.subscribe(this.#group, [learner.from.name], {
      assigned: async partitions => {
        for (const at of partitions) this.#held.set(partitionNameOf(at), at)
      },
      revoked: async partitions => {
        for (const at of partitions) this.#held.delete(partitionNameOf(at))
        await this.#work.catch(() => {})
      },
    })
  }

  async #read(): Promise<void> {
    try {
      while (!this.#isStopping) {
        for (const batch of await this.#next()) {
          for (const record of batch.records) {
            this.#work = this.#take(batch, record)
            await this.#work
          }
        }
      }
    } catch (error) {
      if (!this.#isStopping) this.#reject(error)
    }
  }

  /** Goes on behind what the log has removed: a later record says all that an earlier one did. */
  async #next(): Promise<readonly Batch[]> {
    try {
      return await this.#subscription!.poll(READ)
    } catch (error) {
      const isGone = error instanceof MillraceError && error.code === 'LOG_OFFSET_GONE'
      if (!isGone || this.#isStopping) throw error
      await this.#passGaps()
      return []
    }
  }

  async #passGaps(): Promise<void> {
    const { log, onGap } = this.#options
    const committed = await log.committed(this.#group)
    for (const at of this.#held.values()) {
      const { first } = await log.range(at)
      const next = committed.find(each => partitionNameOf(each) === partitionNameOf(at))?.next
      if (next === undefined || next >= first) continue
      onGap?.(at, first - next)
      await this.#commit([], { ...at, next: first })
    }
    await this.#subscription!.close()
    await this.#subscribe()
  }

  async #take(at: TopicPartition, record: StoredRecord): Promise<void> {
    const { value, key, offset } = record
    const { topic, partition } = at
    const isGivenUp = (): boolean => this.#isStopping || !this.#held.has(partitionNameOf(at))
    const found = value === null ? null : await this.#learnFrom(at, record, value, isGivenUp)
    if (isGivenUp()) return
    const appends = found?.as === 'published' ? [await this.#appendOf(found.version)] : []
    await this.#commit(appends, { topic, partition, next: offset + 1 })
    if (found !== null) this.#options.onFinding?.(found, key?.toString() ?? `offset ${offset}`)
  }

  #learnFrom(
    { topic, partition }: TopicPartition,
    { offset, timestampMs, key }: StoredRecord,
    value: Buffer,
    isGivenUp: () => boolean,
  ): Promise<Finding | null> {
    const { learner, formatOf } = this.#options
    const format = formatIn(formatOf?.(topic) ?? 'auto', value)
    const place = { topic, partition, offset, timestampMs, key, redrivenFor: null }
    const arrival = this.#decoder.decode({ ...place, format, value })
    if (arrival.failure !== null) return Promise.resolve(unreadable(arrival))
    return inPieces(finding(learner, arrival.event!, 'avro'), isGivenUp)
  }

  async #appendOf(version: Output): Promise<Append> {
    const { name } = version.topic
    const { partitions } = (await this.#options.log.topics()).get(name)!
    const partition = partitionOf(version.key!, partitions)
    return { topic: name, partition, records: [resultRecord(version)] }
  }

  async #commit(appends: readonly Append[], position: Position): Promise<void> {
    const consumed = { group: this.#group, positions: [position] }
    const { durable } = await this.#options.log.commit({ appends, consumed })
    await durable
  }
}

const unreadable = ({ failure }: Arrival): Finding => ({
  as: 'failed',
  why: `the record cannot be read: ${failure!.message}`,
})
