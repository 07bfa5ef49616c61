/** The bins of both horizons side by side, as one whole number: lowest horizon and bin first. */
import { OUTCOME_BINS_MAX } from '../models/outcome-bins.ts'
import { LONG_HORIZON_DAYS, SHORT_HORIZON_DAYS } from './population-forecasts.ts'

const HORIZONS_DAYS = [SHORT_HORIZON_DAYS, LONG_HORIZON_DAYS]
const BIN_MAX = (OUTCOME_BINS_MAX - 1) / 2

/** How many there are; the first is 0. */
export const OUTCOME_PLACES = HORIZONS_DAYS.length * OUTCOME_BINS_MAX

/** Null for a horizon that is not looked at, or a bin that there is not. */
export const outcomePlaceOf = (horizonDays: number, bin: number): number | null => {
  const horizon = HORIZONS_DAYS.indexOf(horizonDays)
  if (horizon < 0 || Math.abs(bin) > BIN_MAX) return null
  return horizon * OUTCOME_BINS_MAX + bin + BIN_MAX
}

export const horizonDaysOf = (place: number): number =>
  HORIZONS_DAYS[Math.floor(place / OUTCOME_BINS_MAX)]!

export const outcomeBinOf = (place: number): number => (place % OUTCOME_BINS_MAX) - BIN_MAX
