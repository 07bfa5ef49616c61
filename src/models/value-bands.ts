import { bucketOf, type ReadonlySketch } from './quantile-sketch.ts'
import { bucketAtShare, quantileOf } from './sketch-ranks.ts'

/**
 * Tags that compare what a buyer will be worth with what all others will be.
 *
 * - HIGH_VALUE: the worth of the next 52 weeks is in the highest tenth of buyers. Who has the tag
 *   keeps it down to the highest 15 per cent.
 * - POTENTIAL: not of that value, but likely (.3 or more) to buy within 90 days, and expected to spend
 *   at least what the one in the middle spends on a purchase day. It has no lower level to leave at:
 *   the chance only falls between two purchases, so it is left once for each.
 *
 * Ranks are as in `sketch-ranks.ts`, so a tenth is a tenth also where many are worth the same: where
 * all are, nobody is HIGH_VALUE. "At least the median" goes by the median itself. The model expects
 * the same of everybody who bought once, which is often the one in the middle: they can be POTENTIAL.
 */
export interface ValueBands {
  readonly highValue: boolean
  readonly potential: boolean
}

export const NO_VALUE_BANDS: ValueBands = { highValue: false, potential: false }

export interface ValueEvidence {
  /** Expected worth of the next 52 weeks, in minor units. */
  readonly ltvMinor: number
  /** Probability of a purchase in the next 90 days. */
  readonly purchaseChance90d: number
  /** Expected value of a purchase day, in minor units. */
  readonly orderValueMinor: number
}

/** Buckets of the sketches in which each level begins; see `bucketOf`. */
export interface ValueLevels {
  readonly highFrom: number
  readonly highUntil: number
  readonly medianFrom: number
}

export const HIGH_VALUE_FROM = 0.9
export const HIGH_VALUE_UNTIL = 0.85
export const POTENTIAL_CHANCE = 0.3
/** Below so many buyers nobody is compared. */
export const VALUE_PEOPLE_MIN = 100

/** The levels of a population of buyers; null where it has too few people. */
export const valueLevelsOf = (
  ltvs: ReadonlySketch,
  orderValues: ReadonlySketch,
): ValueLevels | null => {
  const median = quantileOf(orderValues, 0.5)
  if (Math.min(ltvs.count, orderValues.count) < VALUE_PEOPLE_MIN || median === null) return null
  return {
    highFrom: bucketAtShare(ltvs, HIGH_VALUE_FROM),
    highUntil: bucketAtShare(ltvs, HIGH_VALUE_UNTIL),
    medianFrom: bucketOf(median),
  }
}

/** The bands of a buyer who so far has those of `held`. Without levels nobody has any. */
export const valueBandsOf = (
  held: ValueBands,
  { ltvMinor, purchaseChance90d, orderValueMinor }: ValueEvidence,
  levels: ValueLevels | null,
): ValueBands => {
  if (levels === null) return NO_VALUE_BANDS
  const highFrom = held.highValue ? levels.highUntil : levels.highFrom
  const highValue = bucketOf(Math.max(0, ltvMinor)) >= highFrom
  const spendsEnough = bucketOf(Math.max(0, orderValueMinor)) >= levels.medianFrom
  return {
    highValue,
    potential: !highValue && spendsEnough && purchaseChance90d >= POTENTIAL_CHANCE,
  }
}
