/** What is counted over all articles of a category: how demand scatters, and its days of the week. */
import { noiseSizeOf } from './elasticity-noise.ts'

/** 1/φ, from the sums of each pair; null where none has any weight. */
export const scatterOf = (excess: readonly number[], weight: readonly number[]): number | null => {
  const sums = { excess: sumOf(excess), weight: sumOf(weight) }
  return sums.weight > 0 && Number.isFinite(sums.excess) ? 1 / noiseSizeOf(sums) : null
}

/** Of a whole category; with fewer, a day would be told from few purchases. */
const WEEK_UNITS_MIN = 350
/** An index counts as though so many units had been sold as expected beside it: a doubt of 14 %. */
const DAY_UNITS_BEFORE = 50
/** A day of the week beyond them is closed, or open alone, and is not told from demand here. */
export const WEEKDAY_BOUNDS = { min: 0.1, max: 7 }

/**
 * Demand of each day of the week, as a factor, 1 in the mean. What was expected has the days'
 * prices and exposure in it, but no index of the day, and may be in any unit, as only shares are used.
 * Null where too little was sold to tell.
 */
export const weekdayIndicesOf = (
  units: readonly number[],
  expected: readonly number[],
): readonly number[] | null => {
  const [sold, foreseen] = [sumOf(units), sumOf(expected)]
  if (!(sold >= WEEK_UNITS_MIN && foreseen > 0)) return null
  const factors = units.map((ofDay, day) => {
    const asAnyDay = (expected[day]! * sold) / foreseen
    return (ofDay + DAY_UNITS_BEFORE) / (asAnyDay + DAY_UNITS_BEFORE)
  })
  const mean = sumOf(factors) / factors.length
  return factors.map(factor => bounded(factor / mean))
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0)

const bounded = (index: number): number =>
  Math.min(WEEKDAY_BOUNDS.max, Math.max(WEEKDAY_BOUNDS.min, index))
