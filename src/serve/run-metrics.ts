/** What a run on Kafka tells beside: its slices, how far behind they are, and what was done again. */
import { Histogram, type Registry } from 'prom-client'
import { makersOf } from './metric-makers.ts'

/** How far taking in is behind one source partition. */
export interface SourceLag {
  readonly topic: string
  readonly partition: number
  /** In the log and not taken in. */
  readonly records: number
  /** From the newest event that was taken in to now; null where there was none. */
  readonly seconds: number | null
}

export interface RunMetrics {
  /** Of all source partitions of the slices that are held; others are forgotten. */
  sourceLags(lags: readonly SourceLag[]): void
  /** Parcels that slices sent one another and that were taken in. */
  exchanged(parcels: number): void
  /** Those that were not taken in yet by the slices that are held. */
  exchangeLag(parcels: number): void
  /** A sampled commit: the CPU time of its records, by the engine and all handlers. */
  handled(secondsPerRecord: number): void
  slices(held: number): void
  /**
   * By pipeline: the share of a slice's records, lately, that its hottest key has; 0 where none stands
   * out. Pipelines that are not among these are forgotten.
   */
  hottestKeys(shares: ReadonlyMap<string, number>): void
  /** Slices were given to this process, or taken from it. */
  rebalanced(what: 'assigned' | 'revoked'): void
  /** Partitions of the tables' topics were given to the sink of this process, or taken from it. */
  sinkRebalanced(what: 'assigned' | 'revoked', partitions: number): void
  /** Bringing state back: 0 when it begins, 1 when it is there. */
  restored(ratio: number): void
  /** The process began anew from its last commit, for an error that may pass. */
  retried(code: string): void
  /** Whether the log answers. */
  logConnected(isConnected: boolean): void
  /** Whether the tables are open, so that the sink fills them. */
  sinkConnected(isConnected: boolean): void
}

/** From a microsecond to ten milliseconds. */
const RECORD_BUCKETS_SECONDS = [
  0.000001, 0.000002, 0.000005, 0.00001, 0.00002, 0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.01,
]

export const runMetrics = (registry: Registry): RunMetrics => {
  const { counter, gauge } = makersOf(registry)
  const place = ['topic', 'partition'] as const
  const records = gauge(
    'millrace_source_lag_records',
    'Records of a source partition that were not taken in yet.',
    ...place,
  )
  const seconds = gauge(
    'millrace_source_lag_seconds',
    'From the newest event taken in of a source partition to now.',
    ...place,
  )
  const parcels = counter(
    'millrace_exchange_parcels_total',
    'Parcels that slices sent one another, taken in.',
  )
  const parcelsBehind = gauge(
    'millrace_exchange_lag_parcels',
    'Parcels that slices sent one another and that were not taken in yet.',
  )
  const handling = new Histogram({
    name: 'millrace_record_handling_seconds',
    help: 'Computing time of a record in all pipelines: the mean of a commit, sampled.',
    registers: [registry],
    buckets: RECORD_BUCKETS_SECONDS,
  })
  const slices = gauge('millrace_slices', 'Slices that this process holds.')
  const hottest = gauge(
    'millrace_hottest_key_ratio',
    "Of a slice's records, lately, the share of its hottest key; 0 where none stands out.",
    'pipeline',
  )
  const rebalances = counter(
    'millrace_rebalances_total',
    'How often slices were given to this process or taken from it.',
    'kind',
  )
  const sinkRebalances = counter(
    'millrace_sink_rebalances_total',
    'How often partitions were given to the sink of this process or taken from it.',
    'kind',
  )
  const restored = gauge('millrace_restored_ratio', 'How much of the state is restored, 0 to 1.')
  const retries = counter(
    'millrace_retries_total',
    'How often the process began anew from its last commit, by the code of the error.',
    'code',
  )
  const log = gauge(
    'millrace_log_connected',
    '1 while the log answers, 0 while brokers are away or the process begins.',
  )
  const connected = gauge(
    'millrace_sink_connected',
    '1 while the tables are open and are filled, 0 while ClickHouse is not reached.',
  )
  return {
    sourceLags(lags) {
      records.reset()
      seconds.reset()
      for (const { topic, partition, ...lag } of lags) {
        records.set({ topic, partition }, lag.records)
        if (lag.seconds !== null) seconds.set({ topic, partition }, lag.seconds)
      }
    },
    exchanged: count => parcels.inc(count),
    exchangeLag: count => parcelsBehind.set(count),
    handled: secondsPerRecord => handling.observe(secondsPerRecord),
    slices: held => slices.set(held),
    hottestKeys(shares) {
      hottest.reset()
      for (const [pipeline, share] of shares) hottest.set({ pipeline }, share)
    },
    rebalanced: kind => rebalances.inc({ kind }),
    sinkRebalanced: (kind, partitions) => sinkRebalances.inc({ kind }, partitions),
    restored: ratio => restored.set(ratio),
    retried: code => retries.inc({ code }),
    logConnected: isConnected => log.set(isConnected ? 1 : 0),
    sinkConnected: isConnected => connected.set(isConnected ? 1 : 0),
  }
}
