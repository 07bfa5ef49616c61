/**
 * Whether a sensor slowly drifts away: a CUSUM over the means of its days, since within a day temperatures go
 * up and down by themselves. Days are standardised by the mean and the mean deviation of the days before,
 * which have to be seven; what a sensor cannot resolve is no deviation.
 */
import { CUSUM_BEGUN, type Cusum, cusumAfter, isCusumOut } from './control-charts.ts'

export interface DailyDrift extends Cusum {
  /** Of the day that goes on: which, its sum, and how many readings. */
  readonly day: number
  readonly sum: number
  readonly readings: number
  /** Days that were learnt from. */
  readonly days: number
  readonly mean: number
  readonly deviation: number
}

export interface DriftStep {
  readonly drift: DailyDrift
  /** How far the last day's mean is from the usual, in its unit; null: no drift to tell. */
  readonly driftedBy: number | null
}

export const DRIFT_LEARNT_DAYS = 7
const DAY_MS = 86_400_000
const RATE = 0.05
/** A standard deviation is so many mean deviations, of normal values. */
const MEAN_DEVIATIONS = Math.sqrt(Math.PI / 2)
export const RESOLUTION = 0.1

/** One reading further: each is later than the one before. */
export const dailyDriftAfter = (
  before: DailyDrift | null,
  at: number,
  value: number,
): DriftStep => {
  const day = Math.floor(at / DAY_MS)
  if (before === null) return { drift: begun(day, value), driftedBy: null }
  if (day === before.day) {
    const drift = { ...before, sum: before.sum + value, readings: before.readings + 1 }
    return { drift, driftedBy: null }
  }
  return dayEnded(before, day, value)
}

const begun = (day: number, value: number): DailyDrift => ({
  ...CUSUM_BEGUN,
  day,
  sum: value,
  readings: 1,
  days: 0,
  mean: 0,
  deviation: 0,
})

const dayEnded = (before: DailyDrift, day: number, value: number): DriftStep => {
  const dayMean = before.sum / before.readings
  const { up, down } = before.days < DRIFT_LEARNT_DAYS ? CUSUM_BEGUN : charted(before, dayMean)
  const isOut = isCusumOut({ up, down })
  const drift = {
    ...learnt(before, dayMean),
    // What was told begins anew.
    ...(isOut ? CUSUM_BEGUN : { up, down }),
    day,
    sum: value,
    readings: 1,
  }
  return { drift, driftedBy: isOut ? dayMean - before.mean : null }
}

const charted = (before: DailyDrift, dayMean: number): Cusum => {
  const deviation = Math.max(RESOLUTION, MEAN_DEVIATIONS * before.deviation)
  return cusumAfter(before, (dayMean - before.mean) / deviation)
}

const learnt = (before: DailyDrift, dayMean: number): DailyDrift => {
  const days = before.days + 1
  const rate = Math.max(RATE, 1 / days)
  const off = Math.abs(dayMean - before.mean)
  const deviation =
    before.days === 0
      ? 0
      : before.deviation + Math.max(RATE, 1 / before.days) * (off - before.deviation)
  return { ...before, days, mean: before.mean + rate * (dayMean - before.mean), deviation }
}
