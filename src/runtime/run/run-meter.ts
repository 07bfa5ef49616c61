/** What a process of a run counts as it goes: for `/status`, and for Prometheus. */
import type { Application } from '../../engine/application.ts'
import type { CommitUnit } from '../../engine/commit.ts'
import type { Counters } from '../../engine/task/counters.ts'
import type { HotKey } from '../../engine/task/hot-keys.ts'
import { exchangeTopic } from '../../logs/application-topics.ts'
import type { Log } from '../../logs/log.ts'
import { type Metrics, newMetrics } from '../../serve/metrics.ts'
import type { SourceLag } from '../../serve/run-metrics.ts'
import type { SinkPartitionStatus, StoredBatch } from '../../sinks/clickhouse/storing/sink.ts'
import type { LiveRun } from '../live/live-run.ts'
import type { LiveCommit, SliceEvent } from '../live/live-run-options.ts'
import { Rate } from '../live/rate.ts'
import type { Tables } from '../tables/tables.ts'
import { pipelineStandings } from './pipeline-standings.ts'
import { type LagsOf, sourceLags } from './source-lags.ts'

/** Rates look back so far. */
const LATELY_MS = 10_000
/** The clock has milliseconds: fewer records take too little for it. */
const TIMED_RECORDS_MIN = 100

export interface HottestKey extends HotKey {
  readonly pipeline: string
}

export class RunMeter {
  /** Of each pipeline that has one, in any slice here. */
  hottestKeys: readonly HottestKey[] = []
  readonly metrics: Metrics = newMetrics()
  readonly recordRate = new Rate(LATELY_MS)
  readonly parcelRate = new Rate(LATELY_MS)
  /** Of sources. What slices send one another is parcels, and goes on where nothing comes in. */
  records = 0
  commits = 0
  /** Of sources, when it was last looked; null where that could not be found out. */
  lagRecords: number | null = null
  lagParcels: number | null = null
  /** By slice: whether its state is back. */
  readonly #held = new Map<number, boolean>()
  readonly #wallNow: () => number
  readonly #exchange: string
  readonly #counted = new WeakMap<Application, ReadonlyMap<string, Counters>>()

  constructor(applicationId: string, wallNow: () => number) {
    this.#exchange = exchangeTopic(applicationId)
    this.#wallNow = wallNow
  }

  /** The slices that are held, and that take records in. */
  get slices(): readonly number[] {
    return [...this.#held.keys()].sort((a, b) => a - b)
  }

  get isRestored(): boolean {
    return [...this.#held.values()].every(isBack => isBack)
  }

  /** A new life holds nothing yet. */
  begin(): void {
    this.#held.clear()
    this.#tellSlices()
    this.sample({ applications: [] })
    this.metrics.forgetSink()
  }

  moved({ slice, what }: SliceEvent): void {
    if (what === 'assigned' || what === 'revoked') this.metrics.rebalanced(what)
    if (what === 'revoked') this.#held.delete(slice)
    else this.#held.set(slice, what !== 'assigned')
    this.#tellSlices()
  }

  committed({ units, records: taken, committedAt, tookMs, takeMs }: LiveCommit): void {
    const parcels = this.#parcelsIn(units)
    const records = Math.max(0, taken - parcels)
    this.records += records
    this.commits++
    this.recordRate.add(committedAt, records)
    this.parcelRate.add(committedAt, parcels)
    this.metrics.committed(tookMs / 1_000, records)
    this.metrics.exchanged(parcels)
    if (taken >= TIMED_RECORDS_MIN) this.metrics.handled(takeMs / 1_000 / taken)
    for (const { unit } of units) this.#took(unit, committedAt)
  }

  stored(batch: StoredBatch): void {
    const { topic, rows, bytes, tookMs, oldestTimestampMs, newestTimestampMs } = batch
    if (rows === 0) return
    const now = this.#wallNow()
    this.metrics.inserted(topic, rows, bytes, tookMs / 1_000)
    // Records of a batch came in evenly, more or less: its two ends stand for its halves.
    const half = Math.ceil(rows / 2)
    this.metrics.tableFreshness(topic, (now - oldestTimestampMs) / 1_000, half)
    const rest = rows - half
    if (rest > 0) this.metrics.tableFreshness(topic, (now - newestTimestampMs) / 1_000, rest)
  }

  /** What commits do not tell: how far all is behind. */
  async look(live: LagsOf, log: Log, tables: Tables | null): Promise<void> {
    const lags = await sourceLags(live, log, this.#wallNow())
    const ofSources = lags.filter(({ topic }) => topic !== this.#exchange)
    this.lagRecords = recordsIn(ofSources)
    this.lagParcels = recordsIn(lags) - this.lagRecords
    this.metrics.sourceLags(ofSources)
    this.metrics.exchangeLag(this.lagParcels)
    await this.lookAtTables(tables?.sink.status() ?? [], log)
  }

  /** The log does not say how much there is in it. */
  lagLost(): void {
    this.lagRecords = null
    this.lagParcels = null
  }

  /** How far the tables are behind whose partitions are stored here. */
  async lookAtTables(partitions: readonly SinkPartitionStatus[], log: Log): Promise<void> {
    const ends: number[] = []
    for (const at of partitions) ends.push((await log.range(at)).next)
    this.metrics.forgetSink()
    for (const [i, { topic, partition, position }] of partitions.entries()) {
      this.metrics.sinkLag(topic, partition, Math.max(0, ends[i]! - position))
    }
    for (const topic of new Set(partitions.map(each => each.topic))) {
      const all = partitions.filter(each => each.topic === topic)
      const isRetrying = all.some(({ state }) => state === 'retrying')
      this.metrics.sinkRetrying(topic, isRetrying)
      this.metrics.sinkPaused(topic, all.filter(({ isPaused }) => isPaused).length)
    }
  }

  /** What pipelines count themselves, over all slices here; of others nothing is said any more. */
  sample({ applications }: Pick<LiveRun, 'applications'>): void {
    const standings = pipelineStandings(applications, this.#wallNow())
    this.metrics.forgetState()
    for (const { pipeline, keys, stateBytes, watermarkLagMs } of standings) {
      this.metrics.keys(pipeline, keys)
      this.metrics.stateBytes(pipeline, stateBytes)
      if (watermarkLagMs !== null) this.metrics.watermarkLag(pipeline, watermarkLagMs / 1_000)
    }
    const hot = standings.map(({ pipeline, hottest }) => ({ pipeline, ...hottest }))
    this.metrics.hottestKeys(new Map(hot.map(({ pipeline, share }) => [pipeline, share])))
    this.hottestKeys = hot.filter(({ share }) => share > 0)
    for (const application of applications) this.#count(application)
  }

  /** As it grew since the last time. What a slice brings with it was counted by whoever had it. */
  #count(application: Application): void {
    const before = this.#counted.get(application)
    for (const { pipeline, counters } of application.runners) {
      const { late, lateHandled, duplicates } = before?.get(pipeline.id) ?? counters
      this.metrics.late(pipeline.id, counters.late + counters.lateHandled - late - lateHandled)
      this.metrics.duplicates(pipeline.id, counters.duplicates - duplicates)
    }
    const now = application.runners.map(
      ({ pipeline, counters }) => [pipeline.id, { ...counters }] as const,
    )
    this.#counted.set(application, new Map(now))
  }

  #parcelsIn(units: LiveCommit['units']): number {
    let parcels = 0
    for (const { unit } of units) {
      for (const { topic, count } of unit.journal.ranges) {
        if (topic === this.#exchange) parcels += count
      }
    }
    return parcels
  }

  #took({ journal, outputs }: CommitUnit, committedAt: number): void {
    for (const { topic, count } of journal.ranges) {
      if (topic !== this.#exchange) this.metrics.took(topic, count)
    }
    const counts = new Map<string, number>()
    for (const { topic, record } of outputs) {
      counts.set(topic.name, (counts.get(topic.name) ?? 0) + 1)
      this.#emitted(topic.name, record as Emitted, committedAt)
    }
    for (const [topic, count] of counts) this.metrics.emitted(topic, count)
  }

  #emitted(topic: string, record: Emitted, committedAt: number): void {
    if (topic === 'dead-letters') this.metrics.deadLetters(record.stage!, 1)
    if (record.occurredAt === undefined) return
    this.metrics.resultFreshness(topic, (committedAt - record.occurredAt) / 1_000)
  }

  #tellSlices(): void {
    const all = [...this.#held.values()]
    this.metrics.slices(all.length)
    const back = all.filter(isBack => isBack).length
    this.metrics.restored(all.length === 0 ? 1 : back / all.length)
  }
}

const recordsIn = (lags: readonly SourceLag[]): number =>
  lags.reduce((sum, { records }) => sum + records, 0)

interface Emitted {
  readonly occurredAt?: number
  readonly stage?: string
}
