/** How the demo is doing, as one value: `/status` gives it out, the terminal shows it. */
import type { Health } from '../../serve/health.ts'
import type { Tables } from '../tables/tables.ts'
import type { DemoMeter } from './demo-meter.ts'
import type { DemoParts } from './demo-parts.ts'

export interface DemoStatus {
  readonly phase: 'history' | 'live'
  /** Taken in by this process. */
  readonly records: number
  readonly recordsPerSecond: number
  readonly commits: number
  readonly commitsPerSecond: number
  /** Waiting in the log to be taken in. */
  readonly backlogRecords: number
  /** How far the shop's clock is behind the wall clock, where it cannot keep up. */
  readonly behindMs: number
  /** Over the last ten seconds; null where there was nothing to measure. */
  readonly freshness: {
    readonly logToResultMs: Quantiles
    readonly logToTableMs: Quantiles
  }
  /** Records of each result topic, over all of the demo's life. */
  readonly results: Readonly<Record<string, number>>
  readonly clickHouse: ClickHouseStatus | null
}

export interface Quantiles {
  readonly p50: number | null
  readonly p99: number | null
}

export interface ClickHouseStatus {
  readonly url: string
  readonly database: string
  /** Stored by this process. */
  readonly rows: number
  readonly lagRecords: number
  readonly restarts: number
  /** Tables whose batch is being sent again, with why. */
  readonly retrying: readonly string[]
}

export const demoStatus = (now: number, { tables, producer, meter }: DemoParts): DemoStatus => ({
  phase: producer.isLive ? 'live' : 'history',
  records: meter.records,
  recordsPerSecond: Math.round(meter.recordRate.perSecond(now)),
  commits: meter.commits,
  commitsPerSecond: Math.round(meter.commitRate.perSecond(now) * 10) / 10,
  backlogRecords: meter.backlog,
  behindMs: producer.behindMs(now),
  freshness: {
    logToResultMs: quantilesOf(meter.toResult, now),
    logToTableMs: quantilesOf(meter.toTable, now),
  },
  results: Object.fromEntries(meter.results),
  clickHouse: tables === null ? null : clickHouseStatus(tables, meter),
})

const quantilesOf = (
  freshness: { quantile(now: number, share: number): number | null },
  now: number,
): Quantiles => ({
  p50: rounded(freshness.quantile(now, 0.5)),
  p99: rounded(freshness.quantile(now, 0.99)),
})

const rounded = (spanMs: number | null): number | null =>
  spanMs === null ? null : Math.round(spanMs)

const clickHouseStatus = (
  { address, embedded, sink }: Tables,
  { rows, lagRecords }: DemoMeter,
): ClickHouseStatus => {
  return {
    url: address.url,
    database: address.database,
    rows,
    lagRecords,
    restarts: embedded?.restarts ?? 0,
    retrying: sink
      .status()
      .filter(({ state }) => state === 'retrying')
      .map(({ table, error }) => `${table}: ${error}`),
  }
}

/** A commit that is due and does not come means that something hangs. */
const BACKLOG_READY_MAX = 50_000
const LAG_READY_MAX = 200_000

export const STARTING: Health = { live: true, ready: false, reasons: ['It is starting.'] }

export const healthOf = (status: DemoStatus, failure: unknown): Health => {
  const reasons: string[] = []
  if (failure !== null) reasons.push(`It has failed: ${(failure as Error).message}`)
  if (status.phase === 'history') reasons.push('The history is still being loaded.')
  if (status.backlogRecords > BACKLOG_READY_MAX) {
    reasons.push(`${status.backlogRecords} records wait to be taken in.`)
  }
  if ((status.clickHouse?.lagRecords ?? 0) > LAG_READY_MAX) {
    reasons.push(`${status.clickHouse!.lagRecords} records wait to be stored in ClickHouse.`)
  }
  for (const table of status.clickHouse?.retrying ?? []) {
    reasons.push(`ClickHouse does not take ${table}`)
  }
  return { live: failure === null, ready: reasons.length === 0, reasons }
}
