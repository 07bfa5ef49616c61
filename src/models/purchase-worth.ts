/**
 * What a buyer is expected to be worth within the next 52 weeks, as revenue, and when silence alone
 * will have brought that down to a level.
 */
import { ageFallingTo } from './falling-to.ts'
import { expectedSpend, type SpendParameters } from './gamma-gamma.ts'
import { momentAt, type Rhythm, summaryAt } from './lifecycle-activity.ts'
import { discountedPurchases, YEAR_OF_REVENUE } from './lifetime-value.ts'
import { LOWEST_BUCKET, SKETCH_BASE } from './quantile-sketch.ts'

/**
 * The expected value of a purchase day, in minor units. Where nothing is known of the population, it is
 * the person's own mean. All days count, the first one too: what came back is taken off the whole, and
 * cannot be told apart by day.
 */
export const orderValueOf = (
  spend: SpendParameters | null,
  days: number,
  netMinor: number,
): number => {
  const mean = Math.max(0, netMinor) / days
  return spend === null ? mean : expectedSpend(spend, days, mean)
}

/** Expected worth of the next 52 weeks, in minor units; discounted by a tenth a year. */
export const worthAt = (rhythm: Rhythm, orderValueMinor: number, now: number): number =>
  orderValueMinor * discountedPurchases(rhythm.parameters, summaryAt(rhythm, now), YEAR_OF_REVENUE)

/** The first moment at which the worth is in a lower bucket than `bucket`; Infinity for never. */
export const worthFallsBelowAt = (
  rhythm: Rhythm,
  orderValueMinor: number,
  bucket: number,
  now: number,
): number => {
  // Nothing is below the lowest bucket.
  if (bucket <= LOWEST_BUCKET) return Number.POSITIVE_INFINITY
  const summary = summaryAt(rhythm, now)
  const worthAtAge = (ageWeeks: number) =>
    orderValueMinor *
    discountedPurchases(rhythm.parameters, { ...summary, ageWeeks }, YEAR_OF_REVENUE)
  const ageWeeks = ageFallingTo(belowBucket(bucket), worthAtAge, summary.ageWeeks)
  return Math.max(now + 1, momentAt(rhythm, ageWeeks))
}

/**
 * The largest value that is below the bucket, a trifle less: rounded, the edge itself may count to
 * either side, and a timer at a moment at which nothing has changed yet would be set again and again.
 */
const belowBucket = (bucket: number): number => SKETCH_BASE ** (bucket - 1) * (1 - 1e-12)
