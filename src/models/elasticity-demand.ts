/**
 * What is known of the demand for one article in one market, and the part of it that is only counted:
 * how much is usual of late, how often the price moved, how long the article was in stock.
 *
 * Spans are what is counted, buckets what is learnt from: a bucket is one span or, of an article that
 * sells seldom, all spans of a week in which the price stayed what it was. The two functions are called
 * for each of them; they write all fields out, as to spread so many takes ten times as long.
 */
import type { Beliefs } from './elasticity-beliefs.ts'
import { type DemandNoise, USUAL_NOISE } from './elasticity-noise.ts'

/** The time that a bucket lasts at most. */
export type BucketLength = 'HOUR' | 'DAY' | 'WEEK'

/** A time of one price, in stock or out of it; of one day (UTC) at most where anything was sold. */
export interface Span {
  /** ms since 1970. */
  readonly from: number
  readonly to: number
  readonly units: number
  readonly views: number
}

/** What was sold of late, in sums of which a half is forgotten in 28 days in stock. */
export interface Usual {
  readonly units: number
  readonly days: number
  /** Days on which anything was sold. */
  readonly saleDays: number
  /** The last of them, in days since 1970; -1 before it. */
  readonly lastSaleDay: number
  /** Null until a span was counted. */
  readonly seen: Seen | null
}

/** What was seen of late, in sums of which a half is forgotten in 7 days in stock. */
export interface Seen {
  readonly views: number
  readonly days: number
  /** Of these, in spans that had a view. */
  readonly viewedDays: number
}

export interface Demand {
  /** Empty until the first buckets have told the level. */
  readonly beliefs: Beliefs
  /** ms since 1970; up to when the beliefs have evolved. */
  readonly learntAt: number
  readonly noise: DemandNoise
  /** Of the buckets that come. */
  readonly length: BucketLength
  /** Sums over the buckets that tell the level. */
  readonly start: { readonly units: number; readonly exposure: number; readonly buckets: number }
  readonly usual: Usual
  readonly daysKnown: number
  /** Of these. */
  readonly daysInStock: number
  readonly isByViews: boolean
  /** Buckets that were learnt from, and the units in them. */
  readonly observations: number
  readonly units: number
  readonly priceChanges: number
  /** Of these, how many changed the deviation drawn by chance, and how many began or ended a promotion. */
  readonly experimentChanges: number
  readonly promotionChanges: number
  /** Of the last bucket that was learnt from; -1 before it. */
  readonly last: PriceSeen
}

export interface PriceSeen {
  readonly shownMinor: number
  /** ln of shown over policy price, where it was drawn by chance; else 0. */
  readonly deviation: number
  readonly isPromoted: boolean
}

export const NOTHING_SEEN: Seen = { views: 0, days: 0, viewedDays: 0 }

export const NO_DEMAND: Demand = {
  beliefs: [],
  learntAt: 0,
  noise: USUAL_NOISE,
  length: 'DAY',
  start: { units: 0, exposure: 0, buckets: 0 },
  usual: { units: 0, days: 0, saleDays: 0, lastSaleDay: -1, seen: null },
  daysKnown: 0,
  daysInStock: 0,
  isByViews: false,
  observations: 0,
  units: 0,
  priceChanges: 0,
  experimentChanges: 0,
  promotionChanges: 0,
  last: { shownMinor: -1, deviation: 0, isPromoted: false },
}

const DAY_MS = 86_400_000
const USUAL_HALF_LIFE_DAYS = 28
const SEEN_HALF_LIFE_DAYS = 7

/** Counts a span in which the price was known. Of one out of stock only how long it was. */
export const withSpan = (demand: Demand, span: Span, isInStock: boolean): Demand => {
  const days = Math.max(0, span.to - span.from) / DAY_MS
  return {
    beliefs: demand.beliefs,
    learntAt: demand.learntAt,
    noise: demand.noise,
    length: demand.length,
    start: demand.start,
    usual: isInStock ? usualAfter(demand.usual, span, days) : demand.usual,
    daysKnown: demand.daysKnown + days,
    daysInStock: demand.daysInStock + (isInStock ? days : 0),
    isByViews: demand.isByViews,
    observations: demand.observations,
    units: demand.units,
    priceChanges: demand.priceChanges,
    experimentChanges: demand.experimentChanges,
    promotionChanges: demand.promotionChanges,
    last: demand.last,
  }
}

/** What a bucket changes in what is known, beside the counts. */
export type LearntParts = Pick<Demand, 'beliefs' | 'learntAt' | 'noise' | 'start'>

/** Counts a bucket that was learnt from. */
export const withBucket = (
  demand: Demand,
  units: number,
  seen: PriceSeen,
  learnt: LearntParts,
): Demand => {
  const { last } = demand
  const moved = last.shownMinor >= 0 && last.shownMinor !== seen.shownMinor
  const drawn = moved && seen.deviation !== last.deviation
  const promoted = moved && seen.isPromoted !== last.isPromoted
  return {
    beliefs: learnt.beliefs,
    learntAt: learnt.learntAt,
    noise: learnt.noise,
    length: demand.length,
    start: learnt.start,
    usual: demand.usual,
    daysKnown: demand.daysKnown,
    daysInStock: demand.daysInStock,
    isByViews: demand.isByViews,
    observations: demand.observations + 1,
    units: demand.units + units,
    priceChanges: demand.priceChanges + count(moved),
    experimentChanges: demand.experimentChanges + count(drawn),
    promotionChanges: demand.promotionChanges + count(promoted),
    last: seen,
  }
}

/** Units a day as they were of late, whatever the price. */
export const usualUnitsPerDay = ({ usual }: Pick<Demand, 'usual'>): number =>
  usual.units / Math.max(usual.days, 1)

const usualAfter = (usual: Usual, span: Span, days: number): Usual => {
  const { to, units } = span
  const kept = 0.5 ** (days / USUAL_HALF_LIFE_DAYS)
  // The end of a day belongs to it.
  const saleDay = units > 0 ? Math.floor((to - 1) / DAY_MS) : usual.lastSaleDay
  return {
    units: kept * usual.units + units,
    days: kept * usual.days + days,
    saleDays: kept * usual.saleDays + count(saleDay !== usual.lastSaleDay),
    lastSaleDay: saleDay,
    seen: seenAfter(usual.seen, span.views, days),
  }
}

const seenAfter = (before: Seen | null, views: number, days: number): Seen => {
  const seen = before ?? NOTHING_SEEN
  const kept = 0.5 ** (days / SEEN_HALF_LIFE_DAYS)
  return {
    views: kept * seen.views + views,
    days: kept * seen.days + days,
    viewedDays: kept * seen.viewedDays + (views > 0 ? days : 0),
  }
}

const count = (holds: boolean): number => (holds ? 1 : 0)
