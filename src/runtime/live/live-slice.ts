/**
 * A slice of an application as a process runs it: its state, what it has read ahead, and how far it
 * has come.
 *
 *   opened -> references (these and control topics, read to their end) -> live
 */
import { Application } from '../../engine/application.ts'
import type { Incoming } from '../../engine/arrival.ts'
import type { CommitUnit, SourcePosition } from '../../engine/commit.ts'
import { type Slice, sliceOfSource } from '../../engine/exchange/slice.ts'
import { partitionNameOf } from '../../engine/partition-name.ts'
import type { AnyTopic } from '../../engine/topic.ts'
import { deadLetters, lateEvents } from '../../events.ts'
import { ApplicationLog } from '../../logs/application-log.ts'
import { exchangeTopic } from '../../logs/application-topics.ts'
import { knownWriters } from '../../logs/known-writers.ts'
import type { StoredRecord, TopicPartition } from '../../logs/log.ts'
import { resultTopics } from '../../logs/result-topics.ts'
import { incomingOf } from '../../logs/stored-arrival.ts'
import type { Feed, Place, Subscriber } from './feed.ts'
import { Inbox } from './inbox.ts'
import type { LiveRunOptions } from './live-run-options.ts'

export class LiveSlice implements Subscriber {
  readonly slice: Slice
  readonly application: Application
  readonly state: ApplicationLog<null>
  positions: readonly SourcePosition[] = []
  epoch = 0
  readonly #options: LiveRunOptions
  readonly #partitions: ReadonlyMap<string, number>
  readonly #inbox = new Inbox()
  readonly #exchange: string
  readonly #reading: TopicPartition[] = []
  #phase: 'references' | 'live' = 'references'

  constructor(options: LiveRunOptions, slice: Slice, partitions: ReadonlyMap<string, number>) {
    const { pipelines, limits, log, applicationId, snapshots, wallNow } = options
    this.slice = slice
    this.#options = options
    this.#partitions = partitions
    this.#exchange = exchangeTopic(applicationId)
    this.application = new Application({
      pipelines,
      slice,
      sourcePartitions: topic => partitions.get(topic) ?? 0,
      mode: 'live',
      lateEvents,
      deadLetters,
      writers: options.writers ?? knownWriters,
      ...(limits ? { limits } : {}),
    })
    const { onRestored, snapshotBytesMin } = options
    this.state = new ApplicationLog({
      log,
      applicationId,
      snapshots,
      slice,
      resultPartitions: slice.count,
      wallNow,
      ...(snapshotBytesMin === undefined ? {} : { snapshotBytesMin }),
      ...(onRestored ? { onRestored: records => onRestored(slice.index, records) } : {}),
    })
  }

  /** All that it reads, whether it has begun to or not. */
  get sources(): readonly TopicPartition[] {
    return [...this.#partitionsOf(() => true), ...this.#exchangePartition()]
  }

  /** Of what was read and not yet taken in, what the next round would take. */
  get takeableRecords(): number {
    return this.#inbox.takeable
  }

  /** Whether another round may be taken in while a commit is under way. */
  get mayTakeAhead(): boolean {
    return this.#phase === 'live'
  }

  /** Brings the state back to the last commit. */
  async restore(): Promise<void> {
    const last = await this.state.restore(this.application)
    this.positions = last?.positions ?? []
    this.epoch = last?.epoch ?? 0
    await this.state.createResultTopics(resultTopics(this.#options.pipelines), this.#partitions)
  }

  /** What to read first: reference and control topics; the rest once all of these were taken in. */
  begin(): Promise<Place> {
    return this.#placeAt(this.#partitionsOf(isBroadcast))
  }

  /** What to read besides from here on: nothing, except where one phase is done, and the next begins. */
  async goOn(feed: Feed): Promise<Place> {
    if (this.#phase === 'live' || !this.#hasTaken(feed)) return { subscriber: this, positions: [] }
    this.#phase = 'live'
    const others = this.#partitionsOf(topic => !isBroadcast(topic))
    return this.#placeAt([...others, ...this.#exchangePartition()])
  }

  push(name: string, records: readonly StoredRecord[]): void {
    const cut = name.lastIndexOf('|')
    const at = { topic: name.slice(0, cut), partition: Number(name.slice(cut + 1)) }
    const items = records.filter(({ value }) => value !== null)
    this.#inbox.push(
      name,
      items.map(record => this.#incoming(at, record)),
    )
  }

  waiting(name: string): number {
    return this.#inbox.waiting(name)
  }

  /** When the log took in the oldest record that waits. */
  oldestMs(): number {
    return this.#inbox.oldestMs()
  }

  /**
   * Takes in about `max` records, in the order of the merge.
   *
   * @returns how many; a parcel counts as what it may hold
   */
  takeRound(max: number, took: (incoming: Incoming) => void): number {
    const overfull = this.application.overfull()
    this.#inbox.holdBack(new Set(overfull))
    return this.#inbox.takeRound(max, incoming => {
      took(incoming)
      this.application.take(incoming)
    })
  }

  /** The clock moves partitions that were read to their end, so that absence is noticed. */
  tick(at: number, feed: Feed): void {
    if (this.#phase !== 'live') return
    const ended = this.#ended(feed).filter(({ topic }) => topic !== this.#exchange)
    if (ended.length > 0) this.application.tick(at, ended)
  }

  commit(): CommitUnit {
    const unit = this.application.commit()
    this.positions = unit.positions
    this.epoch = unit.epoch
    return unit
  }

  /** Whether all was taken in that this partition had. */
  hasTakenAllOf(at: TopicPartition, feed: Feed): boolean {
    return this.#ended(feed).some(each => partitionNameOf(each) === partitionNameOf(at))
  }

  /** Whether all was taken in that the log had. */
  isAtEnd(feed: Feed): boolean {
    return this.#phase === 'live' && this.#hasTaken(feed)
  }

  /** Whether a partition may still bring what comes before all that waits. */
  isMissing(feed: Feed): boolean {
    for (const at of this.#inbox.empty()) if (!feed.isAtEnd(at)) return true
    return false
  }

  #hasTaken(feed: Feed): boolean {
    return this.#ended(feed).length === this.#reading.length
  }

  #exchangePartition(): TopicPartition[] {
    if (this.slice.count === 1) return []
    return [{ topic: this.#exchange, partition: this.slice.index }]
  }

  #ended(feed: Feed): TopicPartition[] {
    return [...this.#inbox.empty()].filter(at => feed.isAtEnd(at))
  }

  async #placeAt(partitions: readonly TopicPartition[]): Promise<Place> {
    this.#reading.push(...partitions)
    this.#inbox.add(partitions)
    const positions = await Promise.all(
      partitions.map(async at => ({ ...at, next: await this.#positionOf(at) })),
    )
    return { subscriber: this, positions }
  }

  /** What was never read, by a pipeline that is new, begins with what is retained. */
  async #positionOf(at: TopicPartition): Promise<number> {
    const known = this.positions.find(each => partitionNameOf(each) === partitionNameOf(at))
    return known?.next ?? (await this.#options.log.range(at)).first
  }

  #partitionsOf(isWanted: (topic: AnyTopic) => boolean): TopicPartition[] {
    const { index, count } = this.slice
    return this.application.sourceTopics.filter(isWanted).flatMap(topic => {
      const all = Array.from({ length: this.#partitions.get(topic.name) ?? 0 }, (_, p) => p)
      const mine = isBroadcast(topic) ? all : all.filter(p => sliceOfSource(p, count) === index)
      return mine.map(partition => ({ topic: topic.name, partition }))
    })
  }

  #incoming(at: TopicPartition, record: StoredRecord): Incoming {
    const format = this.#options.formatOf?.(at.topic)
    return incomingOf(this.application, this.#exchange, at, record, format)
  }
}

/**
 * Topics that every slice reads whole, and before all else: records that come over the exchange are
 * taken at once, and are not to meet a version that is older than the one they were sent under.
 */
const isBroadcast = ({ kind }: AnyTopic): boolean => kind === 'reference' || kind === 'control'
