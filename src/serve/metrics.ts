/**
 * Every number that a running Millrace gives to Prometheus, in one place. Names follow its rules:
 * `millrace_<what>_<unit>`, and `_total` at the end of what only grows. `docs/metrics.md` lists them.
 *
 * A counter begins at zero with the process. The names of topics and pipelines, partitions and codes
 * are the only labels that vary, so the number of series is bounded by the application.
 */
import { collectDefaultMetrics, Registry } from 'prom-client'
import { makersOf } from './metric-makers.ts'
import { type RunMetrics, runMetrics } from './run-metrics.ts'
import { TopicTimes } from './topic-times.ts'

/** Counts are those that came since the last call; gauges are as they are now. */
export interface Metrics extends RunMetrics {
  /** What `/metrics` gives out; others may register their own with it. */
  readonly registry: Registry
  /** Records of an input topic that were taken in. */
  took(topic: string, records: number): void
  /** A commit: how long it took, and the records it took in. */
  committed(seconds: number, records: number): void
  /** Results that were committed. */
  emitted(topic: string, results: number): void
  late(pipeline: string, records: number): void
  /** @param stage as in the letter: `DECODE`, `VALIDATE`, `HANDLE`, `TIMER` or `SINK` */
  deadLetters(stage: string, letters: number): void
  duplicates(pipeline: string, records: number): void
  /** A record was learnt from, by a learner of this process. */
  learnt(learner: string, finding: 'published' | 'refused' | 'failed'): void
  /** From an event to the commit of a result it caused. */
  resultFreshness(topic: string, seconds: number): void
  /** From the log's taking a record in to its row being there for queries; for so many rows alike. */
  tableFreshness(topic: string, seconds: number, rows: number): void
  /** Rows that ClickHouse acknowledged in one insert. */
  inserted(topic: string, rows: number, bytes: number, seconds: number): void
  /** Records of the log that the sink has not had acknowledged. */
  sinkLag(topic: string, partition: number, records: number): void
  /** Whether the sink is sending a batch again, since it was not acknowledged. */
  sinkRetrying(topic: string, isRetrying: boolean): void
  /** An insert failed, and is to be sent again. */
  insertRetried(topic: string): void
  /** Partitions that the sink does not read, since their tables take rows more slowly. */
  sinkPaused(topic: string, partitions: number): void
  stateBytes(pipeline: string, bytes: number): void
  keys(pipeline: string, keys: number): void
  /** How far the watermark is behind the wall clock. */
  watermarkLag(pipeline: string, seconds: number): void
  /** What was said of state, keys and watermarks: another process may have them now. */
  forgetState(): void
  /** What was said of the sink's partitions: another process may have them now. */
  forgetSink(): void
  clickHouseRestarts(restarts: number): void
}

/** With what prom-client knows of the process: CPU, memory, event loop, garbage collection. */
export const newMetrics = (): Metrics => {
  const registry = new Registry()
  const metrics = {
    registry,
    ...streamMetrics(registry),
    ...tableMetrics(registry),
    ...runMetrics(registry),
  }
  collectDefaultMetrics({ register: registry })
  return metrics
}

type StreamMetrics = Omit<Metrics, keyof TableMetrics | keyof RunMetrics | 'registry'>

/** From the log through the application to the log. */
const streamMetrics = (registry: Registry): StreamMetrics => {
  const { counter, gauge, histogram } = makersOf(registry)
  const taken = counter('millrace_records_taken_total', 'Records taken in.', 'topic')
  const commitTimes = histogram('millrace_commit_duration_seconds', 'How long a commit takes.')
  const committed = counter(
    'millrace_committed_records_total',
    'Records of sources in finished commits.',
  )
  const results = counter('millrace_results_total', 'Results committed.', 'topic')
  const late = counter('millrace_late_records_total', 'Records that came late.', 'pipeline')
  const letters = counter('millrace_dead_letters_total', 'Records set aside as unusable.', 'stage')
  const twice = counter('millrace_duplicate_records_total', 'Records seen before.', 'pipeline')
  const findings = counter(
    'millrace_learner_findings_total',
    'Records learnt from, by what came of it: published, refused or failed.',
    'learner',
    'finding',
  )
  const freshness = new TopicTimes(
    'millrace_result_freshness_seconds',
    'From an event to the commit of a result it caused, by result topic.',
    registry,
  )
  const state = gauge('millrace_state_bytes', 'Packed state of all keys.', 'pipeline')
  const keys = gauge('millrace_keys', 'Keys that have state.', 'pipeline')
  const behind = gauge(
    'millrace_watermark_lag_seconds',
    'How far the watermark is behind the wall clock.',
    'pipeline',
  )
  return {
    took: (topic, records) => taken.inc({ topic }, records),
    committed(seconds, records) {
      commitTimes.observe(seconds)
      committed.inc(records)
    },
    emitted: (topic, count) => results.inc({ topic }, count),
    late: (pipeline, records) => late.inc({ pipeline }, records),
    deadLetters: (stage, count) => letters.inc({ stage }, count),
    duplicates: (pipeline, records) => twice.inc({ pipeline }, records),
    learnt: (learner, finding) => findings.inc({ learner, finding }),
    resultFreshness: (topic, seconds) => freshness.took(topic, seconds),
    stateBytes: (pipeline, bytes) => state.set({ pipeline }, bytes),
    keys: (pipeline, count) => keys.set({ pipeline }, count),
    watermarkLag: (pipeline, seconds) => behind.set({ pipeline }, seconds),
    forgetState() {
      for (const each of [state, keys, behind]) each.reset()
    },
  }
}

type TableMetrics = Pick<
  Metrics,
  | 'tableFreshness'
  | 'inserted'
  | 'sinkLag'
  | 'sinkRetrying'
  | 'insertRetried'
  | 'sinkPaused'
  | 'forgetSink'
  | 'clickHouseRestarts'
>

/** From the log into ClickHouse. */
const tableMetrics = (registry: Registry): TableMetrics => {
  const { counter, gauge, histogram } = makersOf(registry)
  const freshness = new TopicTimes(
    'millrace_table_freshness_seconds',
    'From a record in the log to its row in the table, by topic; one observation per row.',
    registry,
  )
  const rows = counter('millrace_table_rows_total', 'Rows that ClickHouse acknowledged.', 'topic')
  const sent = counter('millrace_table_bytes_total', 'Bytes of those rows as sent.', 'topic')
  const insertTimes = histogram('millrace_insert_duration_seconds', 'How long an insert takes.')
  const lag = gauge(
    'millrace_sink_lag_records',
    'Records of the log that are not in their table yet.',
    'topic',
    'partition',
  )
  const retrying = gauge(
    'millrace_sink_retrying',
    '1 while a batch is sent again that was not acknowledged, else 0.',
    'topic',
  )
  const retries = counter(
    'millrace_insert_retries_total',
    'Inserts that were not acknowledged, and so are sent again.',
    'topic',
  )
  const paused = gauge(
    'millrace_sink_paused_partitions',
    'Partitions that the sink does not read until their table has taken what waits for it.',
    'topic',
  )
  const restarts = counter(
    'millrace_clickhouse_restarts_total',
    'How often the embedded ClickHouse ended by itself and was started again.',
  )
  return {
    tableFreshness: (topic, seconds, count) => freshness.took(topic, seconds, count),
    inserted(topic, count, bytes, seconds) {
      rows.inc({ topic }, count)
      sent.inc({ topic }, bytes)
      insertTimes.observe(seconds)
    },
    sinkLag: (topic, partition, records) => lag.set({ topic, partition }, records),
    sinkRetrying: (topic, isRetrying) => retrying.set({ topic }, isRetrying ? 1 : 0),
    insertRetried: topic => retries.inc({ topic }),
    sinkPaused: (topic, partitions) => paused.set({ topic }, partitions),
    forgetSink() {
      for (const each of [lag, retrying, paused]) each.reset()
    },
    clickHouseRestarts: count => restarts.inc(count),
  }
}
