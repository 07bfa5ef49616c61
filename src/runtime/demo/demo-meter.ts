/** What the demo counts as it goes: for the terminal, for `/status`, and for Prometheus. */
import type { CommitUnit } from '../../engine/commit.ts'
import type { Counters } from '../../engine/task/counters.ts'
import type { Log } from '../../logs/log.ts'
import { type Metrics, newMetrics } from '../../serve/metrics.ts'
import type { StoredBatch } from '../../sinks/clickhouse/storing/sink.ts'
import type { ShopRecord } from '../../testing/shop/shop.ts'
import { Freshness } from '../live/freshness.ts'
import type { LiveCommit, LiveRun } from '../live/live-run.ts'
import { Rate } from '../live/rate.ts'
import type { Tables } from '../tables/tables.ts'

/** Rates and quantiles look back so far. */
const LATELY_MS = 10_000

export class DemoMeter {
  readonly metrics: Metrics = newMetrics()
  readonly results = new Map<string, number>()
  records = 0
  commits = 0
  rows = 0
  /** Records that wait in the log to be taken in. */
  backlog = 0
  /** Records of the log that were not in their table when it was last looked. */
  lagRecords = 0
  readonly recordRate = new Rate(LATELY_MS)
  readonly commitRate = new Rate(LATELY_MS)
  /** From the log's taking a record in to the commit of what it caused at once. */
  readonly toResult = new Freshness(LATELY_MS)
  /** From the log's taking a record in to its row being there. */
  readonly toTable = new Freshness(LATELY_MS)
  readonly #wallNow: () => number
  readonly #read = new Set<string>()
  readonly #counted = new Map<string, Counters>()
  #restarts = 0
  #isLive = false
  #liveAt = Number.POSITIVE_INFINITY

  constructor(wallNow: () => number) {
    this.#wallNow = wallNow
  }

  /**
   * @param liveAt results of what happened before say nothing of how fresh they are
   * @param results how many there are of each topic already
   */
  begin(
    { applications }: LiveRun,
    liveAt: number,
    backlog: number,
    results: ReadonlyMap<string, number>,
  ): void {
    const application = applications[0]!
    this.#liveAt = liveAt
    this.metrics.logConnected(true)
    this.backlog = backlog
    for (const [topic, count] of results) this.results.set(topic, count)
    for (const { name } of application.sourceTopics) this.#read.add(name)
    for (const { pipeline, counters } of application.runners) {
      this.#counted.set(pipeline.id, { ...counters })
    }
  }

  wrote(records: readonly ShopRecord[]): void {
    for (const { topic } of records) if (this.#read.has(topic.name)) this.backlog++
  }

  /** @param isLive whether the shop has told all that is past */
  committed(commit: LiveCommit, isLive: boolean): void {
    const { units, records, taken, committedAt, tookMs, isAtEnd } = commit
    if (isLive && isAtEnd && !this.#isLive) this.#beginLive()
    this.records += records
    this.commits++
    this.backlog = isAtEnd ? 0 : Math.max(0, this.backlog - records)
    this.recordRate.add(committedAt, records)
    this.commitRate.add(committedAt, 1)
    this.metrics.committed(tookMs / 1_000, records)
    if (taken !== null) {
      for (const at of [taken.oldestMs, taken.newestMs]) {
        this.toResult.add(committedAt, committedAt - at, Math.ceil(records / 2))
      }
    }
    for (const { unit } of units) this.#took(unit, committedAt)
  }

  #took({ journal, outputs }: CommitUnit, committedAt: number): void {
    for (const { topic, count } of journal.ranges) this.metrics.took(topic, count)
    const counts = new Map<string, number>()
    for (const { topic, record } of outputs) {
      counts.set(topic.name, (counts.get(topic.name) ?? 0) + 1)
      this.#emitted(topic.name, record as Emitted, committedAt)
    }
    for (const [topic, count] of counts) {
      this.results.set(topic, (this.results.get(topic) ?? 0) + count)
      this.metrics.emitted(topic, count)
    }
  }

  stored(batch: StoredBatch): void {
    const { topic, rows, bytes, tookMs, oldestTimestampMs, newestTimestampMs } = batch
    if (rows === 0) return
    const now = this.#wallNow()
    this.rows += rows
    this.metrics.inserted(topic, rows, bytes, tookMs / 1_000)
    // Records of a batch came in evenly, more or less: its two ends stand for its halves.
    const half = Math.ceil(rows / 2)
    this.#inTable(topic, now - oldestTimestampMs, half)
    if (rows > half) this.#inTable(topic, now - newestTimestampMs, rows - half)
  }

  #inTable(topic: string, spanMs: number, rows: number): void {
    this.toTable.add(this.#wallNow(), spanMs, rows)
    this.metrics.tableFreshness(topic, spanMs / 1_000, rows)
  }

  /** How far the tables are behind the log. */
  async look(log: Log, { sink, embedded }: Tables): Promise<void> {
    let lagRecords = 0
    for (const { topic, partition, position, state } of sink.status()) {
      const { next } = await log.range({ topic, partition })
      const lag = Math.max(0, next - position)
      lagRecords += lag
      this.metrics.sinkLag(topic, partition, lag)
      this.metrics.sinkRetrying(topic, state === 'retrying')
    }
    this.lagRecords = lagRecords
    const restarts = embedded?.restarts ?? 0
    this.metrics.clickHouseRestarts(restarts - this.#restarts)
    this.#restarts = restarts
  }

  /** What pipelines count themselves, as it grew since the last time. */
  sample({ applications }: LiveRun): void {
    for (const { pipeline, counters, watermark, tasks } of applications[0]!.runners) {
      this.metrics.keys(pipeline.id, sum(tasks.map(({ store }) => store.size)))
      this.metrics.stateBytes(pipeline.id, sum(tasks.map(({ store }) => store.packedBytes)))
      const before = this.#counted.get(pipeline.id)!
      this.metrics.late(
        pipeline.id,
        counters.late + counters.lateHandled - before.late - before.lateHandled,
      )
      this.metrics.duplicates(pipeline.id, counters.duplicates - before.duplicates)
      this.#counted.set(pipeline.id, { ...counters })
      const lagMs = this.#wallNow() - watermark.value
      if (Number.isFinite(lagMs)) this.metrics.watermarkLag(pipeline.id, lagMs / 1_000)
    }
  }

  /** What was measured of the past says nothing of freshness. */
  #beginLive(): void {
    this.#isLive = true
    this.toResult.clear()
    this.toTable.clear()
  }

  #emitted(topic: string, record: Emitted, committedAt: number): void {
    if (topic === 'dead-letters') this.metrics.deadLetters(record.stage!, 1)
    if (record.occurredAt === undefined || record.occurredAt < this.#liveAt) return
    this.metrics.resultFreshness(topic, (committedAt - record.occurredAt) / 1_000)
  }
}

interface Emitted {
  readonly occurredAt?: number
  readonly stage?: string
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)
