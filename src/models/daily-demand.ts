/**
 * Demand of an article a day, day by day: its mean and variance with exponential weights (rate .02, so half of
 * the weight on the last 34 days), and how days of the week differ.
 *
 * Where nothing is sold on more than half of the days, demand is intermittent: how often there is any and how
 * much it is then are learnt apart (Teunter, Syntetos & Babai 2011, rates .1), and so fall when it ends, while
 * the mean of a seldom seller would hang on for months. That is a forecast; how much has to be there goes by the mean.
 *
 * A day on which the article was not to be had says less: one that it was there for most of counts by the share
 * that it was there, one that it was not is left out, since nobody knows what would have been asked for.
 */

export interface DailyDemand {
  /** Days that were learnt from, and days that were left out. */
  readonly days: number
  readonly censoredDays: number
  readonly mean: number
  readonly variance: number
  /** Share of days without any. */
  readonly zeroShare: number
  /** Chance of any on a day, and how much it is then. */
  readonly chance: number
  readonly size: number
  /** By day of the week from Monday on: 1 in the mean. */
  readonly weekdays: readonly number[]
}

export const DEMAND_RATE = 0.02
export const INTERMITTENT_RATE = 0.1
const WEEKDAY_RATE = 0.04
/** Weekdays are learnt once there are eight of each. */
const WEEKDAYS_FROM = 56
export const INTERMITTENT_FROM = 0.5
/** A day on which it was to be had for less than this is left out. */
const IN_STOCK_MIN = 0.5

export const NO_DEMAND: DailyDemand = {
  days: 0,
  censoredDays: 0,
  mean: 0,
  variance: 0,
  zeroShare: 0,
  chance: 0,
  size: 0,
  weekdays: [1, 1, 1, 1, 1, 1, 1],
}

/** @param inStockShare of the day, from 0 to 1; `weekday` 0: Monday */
export const demandAfter = (
  before: DailyDemand,
  units: number,
  weekday: number,
  inStockShare: number,
): DailyDemand => {
  if (inStockShare < IN_STOCK_MIN) return { ...before, censoredDays: before.censoredDays + 1 }
  const asked = Math.min(units / inStockShare, mostOf(before))
  const days = before.days + 1
  const index = before.weekdays[weekday]!
  const rate = Math.max(DEMAND_RATE, 1 / days)
  // A day of index i tells i times as much of the usual one, as counts scatter by their mean.
  const off = asked - index * before.mean
  return {
    days,
    censoredDays: before.censoredDays,
    mean: before.mean + rate * off,
    // Unbiased for the first days, as a sample variance is.
    variance: days === 1 ? 0 : varianceAfter(before, off / Math.sqrt(index), rate, days),
    zeroShare: moved(before.zeroShare, asked > 0 ? 0 : 1, rate),
    ...partsAfter(before, asked, days),
    weekdays: weekdaysAfter(before, asked, weekday, days),
  }
}

/** One order that is misread must not be what an article is stocked for. */
const mostOf = ({ days, mean, variance }: DailyDemand): number =>
  days < KNOWN_DAYS ? Infinity : OUTLIER_FACTOR * (1 + mean + Math.sqrt(variance))

export const KNOWN_DAYS = 7
const OUTLIER_FACTOR = 20

/** Of a usual day. */
const varianceAfter = (
  { variance }: DailyDemand,
  off: number,
  rate: number,
  days: number,
): number =>
  rate > DEMAND_RATE
    ? variance + off ** 2 / days - variance / (days - 1)
    : (1 - rate) * (variance + rate * off ** 2)

const partsAfter = (
  { chance, size }: DailyDemand,
  asked: number,
  days: number,
): Pick<DailyDemand, 'chance' | 'size'> => {
  const rate = Math.max(INTERMITTENT_RATE, 1 / days)
  const nextSize = size === 0 ? asked : moved(size, asked, INTERMITTENT_RATE)
  return { chance: moved(chance, asked > 0 ? 1 : 0, rate), size: asked > 0 ? nextSize : size }
}

const weekdaysAfter = (
  { weekdays, mean }: DailyDemand,
  asked: number,
  weekday: number,
  days: number,
): readonly number[] => {
  // What is seldom sold has no week to be seen.
  if (days <= WEEKDAYS_FROM || mean < WEEKDAYS_MEAN_MIN) return weekdays
  const weeks = 1 + (days - WEEKDAYS_FROM) / 7
  const rate = Math.max(WEEKDAY_RATE, 1 / (1 + weeks))
  const next = weekdays.map((index, day) =>
    day === weekday ? moved(index, asked / mean, rate) : index,
  )
  const sum = next.reduce((all, index) => all + index, 0)
  return next.map(index => Math.max(WEEKDAY_MIN, (7 * index) / sum))
}

const WEEKDAYS_MEAN_MIN = 3
/** A day of the week on which nothing is ever sold must not make one sale there a flood. */
const WEEKDAY_MIN = 0.1

const moved = (from: number, to: number, rate: number): number => from + rate * (to - from)

export const isIntermittent = ({ zeroShare }: DailyDemand): boolean => zeroShare > INTERMITTENT_FROM

/** Units a day from now on: soon down when demand ends, and so unsure on its own that no stock is set by it. */
export const expectedPerDay = (demand: DailyDemand): number =>
  isIntermittent(demand) ? demand.chance * demand.size : demand.mean

/** How many usual days the next ones make, from a day of the week on; the last may be a part of one. */
export const usualDaysIn = (
  { weekdays }: DailyDemand,
  days: number,
  fromWeekday: number,
): number => {
  const wholeWeeks = Math.floor(days / 7)
  let usual = 7 * wholeWeeks
  let left = days - usual
  for (let weekday = fromWeekday; left > 0; left--, weekday = (weekday + 1) % 7) {
    usual += weekdays[weekday]! * Math.min(1, left)
  }
  return usual
}

/** Days that would tell as much if each counted the same. */
export const effectiveDays = (demand: DailyDemand): number =>
  Math.min(demand.days, (2 - DEMAND_RATE) / DEMAND_RATE)
