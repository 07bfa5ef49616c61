/**
 * What a journey was outside its limits in all, told or not: how long, and by how much. Between two readings
 * the value is taken to have gone straight, so the time outside is exact where it crossed the limit.
 */
import { type MeasureLimits, type Measurement, marginOf } from './excursion.ts'

export interface ExcursionTotal {
  readonly outsideMs: number
  /** Of a temperature, degree-minutes. */
  readonly beyondMinutes: number
}

export const NEVER_OUTSIDE: ExcursionTotal = { outsideMs: 0, beyondMinutes: 0 }

/** One stretch further; both ends are judged by the limits of its end. */
export const withStretch = (
  before: ExcursionTotal,
  from: Measurement,
  to: Measurement,
  limits: MeasureLimits,
): ExcursionTotal => {
  const [first, last] = [marginOf(from.value, limits), marginOf(to.value, limits)]
  if (!(first > 0 || last > 0)) return before
  const share = first > 0 && last > 0 ? 1 : Math.max(first, last) / Math.abs(first - last)
  const outsideMs = (to.at - from.at) * share
  const meanBeyond = (Math.max(0, first) + Math.max(0, last)) / 2
  return {
    outsideMs: before.outsideMs + outsideMs,
    beyondMinutes: before.beyondMinutes + meanBeyond * (outsideMs / 60_000),
  }
}
