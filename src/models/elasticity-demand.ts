/**
 * What is known of the demand for one article in one market, learnt from buckets: spans of time in
 * which nothing but customers changed (one price, no change of promotion or stock).
 *
 * Exposure is the number of product views in the bucket, once there were any; until then it is the
 * hours in stock, with the usual traffic of an hour as a part of the level. A bucket without exposure
 * says nothing, and is skipped. A bucket that ends when the stock ran out is a stopping rule that the
 * likelihood ignores, so it is learnt from like any other.
 */
import {
  type Beliefs,
  evolved,
  learnt,
  logRateOf,
  priorBeliefs,
  type Regressors,
  withUnknownLevel,
} from './elasticity-beliefs.ts'
import { type DemandNoise, noiseAfter, noiseSizeOf, USUAL_NOISE } from './elasticity-noise.ts'

export interface PriceTag {
  readonly shownMinor: number
  readonly policyMinor: number
  /** That prices are compared with; the same for all of a market's prices. */
  readonly referenceMinor: number
  /** Whether the shown price was drawn by chance. */
  readonly isExperiment: boolean
  readonly isPromoted: boolean
}

export interface Bucket {
  readonly from: number
  readonly to: number
  readonly units: number
  readonly views: number
  readonly price: PriceTag
}

export interface Demand {
  /** Empty until the first buckets have told the level. */
  readonly beliefs: Beliefs
  /** ms since 1970; up to when the beliefs have evolved. */
  readonly learntAt: number
  readonly noise: DemandNoise
  /** Sums over the buckets that tell the level. */
  readonly start: { readonly units: number; readonly exposure: number; readonly buckets: number }
  /** Decayed sums over days in stock. */
  readonly usual: { readonly units: number; readonly views: number; readonly days: number }
  readonly isByViews: boolean
  readonly observations: number
  readonly units: number
  readonly priceChanges: number
  /** Of these, how many changed the deviation drawn by chance, and how many began or ended a promotion. */
  readonly experimentChanges: number
  readonly promotionChanges: number
  /** Of the last bucket that was learnt from; -1 before it. */
  readonly last: {
    readonly shownMinor: number
    readonly deviation: number
    readonly isPromoted: boolean
  }
}

export const NO_DEMAND: Demand = {
  beliefs: [],
  learntAt: 0,
  noise: USUAL_NOISE,
  start: { units: 0, exposure: 0, buckets: 0 },
  usual: { units: 0, views: 0, days: 0 },
  isByViews: false,
  observations: 0,
  units: 0,
  priceChanges: 0,
  experimentChanges: 0,
  promotionChanges: 0,
  last: { shownMinor: -1, deviation: 0, isPromoted: false },
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Buckets that tell the level, before any is learnt from; and the day that they must span. */
const START_BUCKETS = 3
const START_DAYS = 1
const USUAL_HALF_LIFE_DAYS = 28
/** A price 20 times the reference, or a 20th of it, is a mistake or another article. */
const LOG_RATIO_MAX = 3

/** Takes a closed bucket in. */
export const observed = (demand: Demand, bucket: Bucket): Demand => {
  const days = Math.max(0, bucket.to - bucket.from) / DAY_MS
  const known: Demand = { ...demand, usual: usualAfter(demand.usual, bucket, days) }
  const regressors = regressorsOf(bucket.price)
  const isByViews = known.isByViews || bucket.views > 0
  const exposure = isByViews ? bucket.views : days * 24
  if (regressors === null || !(exposure > 0)) return known
  const counted = withChanges(isByViews === known.isByViews ? known : byViews(known), bucket)
  const { units, to } = bucket
  return counted.beliefs.length === 0
    ? started(counted, units, exposure, to)
    : stepped(counted, { units, exposure, regressors }, to)
}

/** Units a day at a price; null while the level is not known. */
export const unitsPerDayAt = (demand: Demand, price: PriceTag): number | null => {
  const regressors = regressorsOf(price)
  const exposure = usualExposurePerDay(demand)
  if (regressors === null || exposure === null || demand.beliefs.length === 0) return null
  return Math.min(
    Number.MAX_SAFE_INTEGER,
    Math.exp(logRateOf(demand.beliefs, regressors)) * exposure,
  )
}

/** Units a day as they were of late, whatever the price. */
export const usualUnitsPerDay = ({ usual }: Demand): number =>
  usual.units / Math.max(usual.days, START_DAYS)

/** Null where the price cannot be compared with the reference. */
export const regressorsOf = (tag: PriceTag): Regressors | null => {
  const base = tag.isExperiment ? tag.policyMinor : tag.shownMinor
  if (!(tag.shownMinor > 0 && base > 0 && tag.referenceMinor > 0)) return null
  const deviation = Math.log(tag.shownMinor / base)
  const price = Math.log(base / tag.referenceMinor)
  if (Math.abs(deviation) > LOG_RATIO_MAX || Math.abs(price) > LOG_RATIO_MAX) return null
  return { deviation, price, promotion: tag.isPromoted ? 1 : 0 }
}

const stepped = (
  demand: Demand,
  observation: { units: number; exposure: number; regressors: Regressors },
  to: number,
): Demand => {
  const days = Math.max(0, to - demand.learntAt) / DAY_MS
  const size = noiseSizeOf(demand.noise)
  const { beliefs, expectedUnits } = learnt(evolved(demand.beliefs, days), observation, size)
  const noise = noiseAfter(demand.noise, observation.units, expectedUnits)
  return { ...demand, beliefs, noise, learntAt: to }
}

const started = (demand: Demand, units: number, exposure: number, to: number): Demand => {
  const { start, usual } = demand
  const next = {
    units: start.units + units,
    exposure: start.exposure + exposure,
    buckets: start.buckets + 1,
  }
  if (next.buckets < START_BUCKETS || usual.days < START_DAYS) return { ...demand, start: next }
  // Half a unit more, as a level must be found where nothing was sold.
  const level = Math.log((next.units + 0.5) / next.exposure)
  return { ...demand, start: next, beliefs: priorBeliefs(level), learntAt: to }
}

/** Exposure is counted in views from here on; what was learnt of prices stays. */
const byViews = (demand: Demand): Demand => ({
  ...demand,
  isByViews: true,
  start: NO_DEMAND.start,
  beliefs: demand.beliefs.length === 0 ? [] : withUnknownLevel(demand.beliefs),
})

const withChanges = (demand: Demand, { units, price }: Bucket): Demand => {
  const { shownMinor, isPromoted } = price
  const deviation = regressorsOf(price)!.deviation
  const { last } = demand
  const moved = last.shownMinor >= 0 && last.shownMinor !== shownMinor
  return {
    ...demand,
    observations: demand.observations + 1,
    units: demand.units + units,
    priceChanges: demand.priceChanges + count(moved),
    experimentChanges: demand.experimentChanges + count(moved && deviation !== last.deviation),
    promotionChanges: demand.promotionChanges + count(moved && isPromoted !== last.isPromoted),
    last: { shownMinor, deviation, isPromoted },
  }
}

const count = (holds: boolean): number => (holds ? 1 : 0)

const usualAfter = (usual: Demand['usual'], { units, views }: Bucket, days: number) => {
  const kept = 0.5 ** (days / USUAL_HALF_LIFE_DAYS)
  return {
    units: kept * usual.units + units,
    views: kept * usual.views + views,
    days: kept * usual.days + days,
  }
}

const usualExposurePerDay = ({ isByViews, usual }: Demand): number | null => {
  if (!isByViews) return 24
  return usual.days > 0 ? usual.views / usual.days : null
}
