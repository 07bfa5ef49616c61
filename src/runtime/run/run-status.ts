/** How a process of a run is doing, as one value: `/status` gives it out, health is read off it. */
import type { Health } from '../../serve/health.ts'
import type { Life } from './life.ts'
import type { HottestKey, RunMeter } from './run-meter.ts'
import type { RunProcessOptions } from './run-process-options.ts'

export type RunPhase = 'starting' | 'running' | 'waiting' | 'draining'

export interface RunStatus {
  readonly phase: RunPhase
  readonly application: string
  readonly process: number
  readonly instance: string
  /** The slices that this process holds. */
  readonly slices: readonly number[]
  readonly isRestored: boolean
  /** Taken in by this process, of sources. */
  readonly records: number
  readonly recordsPerSecond: number
  readonly commits: number
  /** In the sources and not taken in, when it was last looked; null where that is not known. */
  readonly lagRecords: number | null
  /** What slices send one another, once a second at least: an application that is idle does it, too. */
  readonly exchange: { readonly parcelsPerSecond: number; readonly lagParcels: number | null }
  /** Why the log does not say what is in it; null where it does. */
  readonly log: string | null
  /** Keys that take much of a slice's records: the others of that slice wait behind them. */
  readonly hottestKeys: readonly HottestKey[]
  /** Tables whose batch is being sent again, with why. */
  readonly retrying: readonly string[]
  /** Why the tables are not open; null where they are, or where there are none. */
  readonly tables: string | null
}

export const runStatus = (
  { config, index, instance, wallNow }: RunProcessOptions,
  phase: RunPhase,
  life: Life | null,
  meter: RunMeter,
): RunStatus => {
  const log = life?.trouble ?? null
  const isLagKnown = life !== null && log === null
  return {
    phase,
    application: config.application,
    process: index,
    instance,
    slices: meter.slices,
    isRestored: meter.isRestored,
    records: meter.records,
    recordsPerSecond: Math.round(meter.recordRate.perSecond(wallNow())),
    commits: meter.commits,
    lagRecords: isLagKnown ? meter.lagRecords : null,
    exchange: {
      parcelsPerSecond: Math.round(meter.parcelRate.perSecond(wallNow())),
      lagParcels: isLagKnown ? meter.lagParcels : null,
    },
    log,
    hottestKeys: meter.hottestKeys,
    retrying: (life?.tables?.tables?.sink.status() ?? [])
      .filter(({ state }) => state === 'retrying')
      .map(({ table, error }) => `${table}: ${error}`),
    tables: life?.tables?.trouble ?? null,
  }
}

const LAG_READY_MAX = 50_000

const SENTENCES: Readonly<Record<RunPhase, string | null>> = {
  starting: 'It is starting.',
  running: null,
  waiting: 'It waits before it begins anew.',
  draining: 'It is ending.',
}

/** A process that begins anew by itself is live: to end it would not help. */
export const healthOf = (status: RunStatus, trouble: string | null): Health => {
  const reasons: string[] = []
  const sentence = SENTENCES[status.phase]
  if (sentence !== null) reasons.push(sentence)
  if (!status.isRestored) reasons.push('Its state is still being restored.')
  if (trouble !== null) reasons.push(trouble)
  if (status.log !== null) reasons.push(status.log)
  if (status.lagRecords !== null && status.lagRecords > LAG_READY_MAX) {
    reasons.push(`${status.lagRecords} records wait to be taken in.`)
  }
  if (status.tables !== null) reasons.push(`The tables are not filled: ${status.tables}`)
  for (const table of status.retrying) reasons.push(`ClickHouse does not take ${table}`)
  return { live: true, ready: reasons.length === 0, reasons }
}
