/** What a process of a run counts as it goes: for `/status`, and for Prometheus. */
import type { Counters } from '../../engine/task/counters.ts'
import { type Metrics, newMetrics } from '../../serve/metrics.ts'
import type { StoredBatch } from '../../sinks/clickhouse/storing/sink.ts'
import type { LiveCommit, LiveRun } from '../live/live-run.ts'
import { Rate } from '../live/rate.ts'
import type { Life } from './life.ts'

/** Rates look back so far. */
const LATELY_MS = 10_000

export class RunMeter {
  readonly metrics: Metrics = newMetrics()
  readonly recordRate = new Rate(LATELY_MS)
  records = 0
  commits = 0
  lagRecords = 0
  readonly #wallNow: () => number
  #counted = new Map<string, Counters>()

  constructor(wallNow: () => number) {
    this.#wallNow = wallNow
  }

  /** A new life counts from what its state has. */
  begin({ application }: LiveRun): void {
    this.#counted = new Map(
      application.runners.map(({ pipeline, counters }) => [pipeline.id, { ...counters }]),
    )
  }

  committed({ unit, records, committedAt, tookMs }: LiveCommit): void {
    this.records += records
    this.commits++
    this.recordRate.add(committedAt, records)
    this.metrics.committed(tookMs / 1_000, records)
    for (const { topic, count } of unit.journal.ranges) this.metrics.took(topic, count)
    const counts = new Map<string, number>()
    for (const { topic, record } of unit.outputs) {
      counts.set(topic.name, (counts.get(topic.name) ?? 0) + 1)
      this.#emitted(topic.name, record as Emitted, committedAt)
    }
    for (const [topic, count] of counts) this.metrics.emitted(topic, count)
  }

  stored(batch: StoredBatch): void {
    const { topic, rows, bytes, tookMs, oldestTimestampMs, newestTimestampMs } = batch
    if (rows === 0) return
    const now = this.#wallNow()
    this.metrics.inserted(topic, rows, bytes, tookMs / 1_000)
    // Records of a batch came in evenly, more or less: its two ends stand for its halves.
    const half = Math.ceil(rows / 2)
    this.metrics.tableFreshness(topic, (now - oldestTimestampMs) / 1_000, half)
    if (rows > half)
      this.metrics.tableFreshness(topic, (now - newestTimestampMs) / 1_000, rows - half)
  }

  /** What is not told by commits: how far all is behind, and how large the state is. */
  async look({ live, tables, log }: Life): Promise<void> {
    this.#sample(live)
    this.lagRecords = await live.waiting()
    for (const { topic, partition, position, state } of tables?.sink.status() ?? []) {
      const { next } = await log.range({ topic, partition })
      this.metrics.sinkLag(topic, partition, Math.max(0, next - position))
      this.metrics.sinkRetrying(topic, state === 'retrying')
    }
  }

  /** What pipelines count themselves, as it grew since the last time. */
  #sample({ application }: LiveRun): void {
    for (const { pipeline, counters, watermark, tasks } of application.runners) {
      this.metrics.keys(pipeline.id, sum(tasks.map(({ store }) => store.size)))
      this.metrics.stateBytes(pipeline.id, sum(tasks.map(({ store }) => store.packedBytes)))
      const before = this.#counted.get(pipeline.id) ?? counters
      const late = counters.late + counters.lateHandled
      this.metrics.late(pipeline.id, late - before.late - before.lateHandled)
      this.metrics.duplicates(pipeline.id, counters.duplicates - before.duplicates)
      this.#counted.set(pipeline.id, { ...counters })
      const lagMs = this.#wallNow() - watermark.value
      if (Number.isFinite(lagMs)) this.metrics.watermarkLag(pipeline.id, lagMs / 1_000)
    }
  }

  #emitted(topic: string, record: Emitted, committedAt: number): void {
    if (topic === 'dead-letters') this.metrics.deadLetters(record.stage!, 1)
    if (record.occurredAt === undefined) return
    this.metrics.resultFreshness(topic, (committedAt - record.occurredAt) / 1_000)
  }
}

interface Emitted {
  readonly occurredAt?: number
  readonly stage?: string
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)
