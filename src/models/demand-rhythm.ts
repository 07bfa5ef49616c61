/**
 * How long a bucket of an article should be: an hour where much is sold, a day, or a week where most
 * days sell nothing.
 *
 * Sales that come once a week (as a shop's orders of an importer, or records of a week as a whole) are
 * one count and six zeros by the day: that looks like pure noise, the scatter runs to its bound, and
 * the price is found to do half of what it does.
 */
import { exposurePerDay } from './demand-exposure.ts'
import { priorBeliefs } from './elasticity-beliefs.ts'
import { type BucketLength, type Demand, usualUnitsPerDay } from './elasticity-demand.ts'
import { USUAL_NOISE } from './elasticity-noise.ts'

/** Share of days with a sale, below the first and until the second: not back and forth at one bound. */
const WEEKLY_BELOW = 1 / 3
const WEEKLY_UNTIL = 1 / 2
/** Units a day, likewise; where fewer days than these sell anything, an hour would mostly be empty. */
export const HOURLY_FROM = 50
const HOURLY_UNTIL = 25
const HOURLY_ABOVE = 1 / 2
/** Days in stock before days with a sale are told from chance. */
const WEEKLY_DAYS = 21
const HOURLY_DAYS = 7
const YOUNG_DAYS = 2 * WEEKLY_DAYS

const HOUR_MS = 3_600_000
export const LENGTHS_MS = { HOUR: HOUR_MS, DAY: 24 * HOUR_MS, WEEK: 7 * 24 * HOUR_MS } as const

/** @param before what it was until now */
export const lengthOf = (
  demand: Pick<Demand, 'usual' | 'daysInStock'>,
  before: BucketLength,
): BucketLength => {
  const { usual, daysInStock } = demand
  const share = usual.saleDays / usual.days
  const isSeldom = share < (before === 'WEEK' ? WEEKLY_UNTIL : WEEKLY_BELOW)
  if (daysInStock >= WEEKLY_DAYS && isSeldom) return 'WEEK'
  const isMuch = usualUnitsPerDay(demand) > (before === 'HOUR' ? HOURLY_UNTIL : HOURLY_FROM)
  return daysInStock >= HOURLY_DAYS && share > HOURLY_ABOVE && isMuch ? 'HOUR' : 'DAY'
}

/**
 * With the length that its buckets should have from here on. Where it is another, all that was counted
 * until now must have been learnt from, and the scatter is not known any more: counts of a week
 * scatter otherwise than those of a day, and it would take years to forget them. Nor is the category's
 * of use, in which there are articles of all lengths: of weekly sales that are still counted by the day
 * it is at its bound.
 *
 * What is believed stays, but for what a young article seemed to show by the day before its weeks were
 * seen: that came out of weekly sales taken for chance.
 */
export const inRhythm = (demand: Demand): Demand => {
  const length = lengthOf(demand, demand.length)
  if (length === demand.length) return demand
  const changed = { ...demand, length, noise: USUAL_NOISE }
  return length === 'WEEK' && demand.daysInStock < YOUNG_DAYS ? begunAnew(changed) : changed
}

/** Knows the level and nothing else. */
const begunAnew = (demand: Demand): Demand => {
  const { beliefs, usual } = demand
  const exposure = usual.days * exposurePerDay(demand)
  if (beliefs.length === 0 || !(exposure > 0)) return demand
  return { ...demand, beliefs: priorBeliefs(Math.log((usual.units + 0.5) / exposure)) }
}

/** When a bucket that is open now ends at the latest. Weeks are whole ones since 1970, from Thursdays. */
export const endOf = (length: BucketLength, now: number): number =>
  (Math.floor(now / LENGTHS_MS[length]) + 1) * LENGTHS_MS[length]
