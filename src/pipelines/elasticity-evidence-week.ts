/**
 * Sales of a part of a category by day (UTC), beside what would have been expected of any other day of
 * the week at the same prices: from that the days of the week are told. Whole numbers, so sums are the
 * same in whichever order they are made.
 *
 * They are of what is counted by hours, as views have a week of their own, and in stock. A silence of
 * some days counts as days without sales, so that a shop that is closed on Sundays is seen to be. What
 * came before it was known what to expect, or is far beyond that, is left out.
 */
import type { Tally } from '../engine/state/tally.ts'
import { days, hours, type Instant, weeks } from '../engine/time.ts'
import type { DemandObservation } from '../events.ts'

/** For so long a day counts. */
const KEPT_DAYS = weeks(26) / days(1)
/** As long as what demand-observations takes for a silence in which nothing was sold, and a day. */
const SPAN_MAX_MS = days(31)
/** Two for each day that counts now, and for those that have come since the last report. */
export const WEEKDAY_COUNTS_MAX = 2 * (KEPT_DAYS + 74)
/** What is expected is counted in 64ths of a unit. */
const PARTS_OF_A_UNIT = 64

const DAYS_PER_WEEK = 7
/** 1970 began with a Thursday. */
const DAYS_SINCE_MONDAY = 3

type Sold = Pick<
  DemandObservation,
  'startedAt' | 'endedAt' | 'units' | 'hours' | 'isByViews' | 'unitsPerDay' | 'expectedP95'
>

/** @returns whether there was something to count */
export const countDays = (counts: Tally, sold: Sold, now: Instant): boolean => {
  const { startedAt, endedAt, units, unitsPerDay } = sold
  if (unitsPerDay === null || !isOfUse(sold)) return false
  const [first, oldest] = [dayOf(startedAt), dayOf(now) - KEPT_DAYS]
  if (first < oldest || dayOf(endedAt) > dayOf(now)) return false
  counts.add(2 * first, units)
  for (let day = first; days(day) < endedAt; day++) {
    const share = (Math.min(endedAt, days(day + 1)) - Math.max(startedAt, days(day))) / days(1)
    counts.add(2 * day + 1, Math.round(PARTS_OF_A_UNIT * unitsPerDay * share))
  }
  return true
}

/**
 * More units than so many times those that 19 of 20 spans stay below are a mistake, or one customer's; a
 * single such order would be the week of all the category.
 */
const UNITS_MAX_TIMES = 10

/** Units of several days belong to none of them. */
const isOfUse = (sold: Sold): boolean => {
  const { startedAt, endedAt, units, hours: inStock, isByViews, expectedP95 } = sold
  const lasts = endedAt - startedAt
  const isOfADay = endedAt <= days(dayOf(startedAt) + 1)
  const isInStock = inStock >= lasts / hours(1)
  const isBelieved = expectedP95 !== null && units <= UNITS_MAX_TIMES * (expectedP95 + 1)
  const isOneDays = isOfADay || (units === 0 && lasts <= SPAN_MAX_MS)
  return !isByViews && isInStock && isBelieved && isOneDays
}

const dayOf = (at: Instant): number => Math.floor(at / days(1))

/** Takes out the days that do not count any more. */
export const forgetDays = (counts: Tally, midnight: Instant): void => {
  const oldest = 2 * (dayOf(midnight) - KEPT_DAYS)
  const [keys, values] = [[...counts.keys()], [...counts.counts()]]
  if ((keys[0] ?? oldest) >= oldest) return
  counts.clear()
  keys.forEach((key, at) => {
    if (key >= oldest) counts.add(key, values[at]!)
  })
}

/** Whether any day is counted that began at this midnight or later. */
export const countsFrom = (counts: Tally, midnight: Instant): boolean =>
  (counts.keys().at(-1) ?? -Infinity) >= 2 * dayOf(midnight)

export interface WeekdaySums {
  readonly weekdayUnits: number[]
  readonly weekdayExpected: number[]
}

/** From Monday on, of the days before a midnight. */
export const weekdaysBefore = (counts: Tally, midnight: Instant): WeekdaySums => {
  const weekdayUnits = Array<number>(DAYS_PER_WEEK).fill(0)
  const weekdayExpected = Array<number>(DAYS_PER_WEEK).fill(0)
  const [keys, values] = [counts.keys(), counts.counts()]
  const end = 2 * dayOf(midnight)
  for (let at = 0; at < keys.length && keys[at]! < end; at++) {
    const sums = keys[at]! % 2 === 0 ? weekdayUnits : weekdayExpected
    const weekday = (Math.floor(keys[at]! / 2) + DAYS_SINCE_MONDAY) % DAYS_PER_WEEK
    sums[weekday]! += values[at]!
  }
  return { weekdayUnits, weekdayExpected }
}
