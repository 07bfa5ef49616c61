/**
 * Learns from buckets: spans of time in which nothing but customers changed (one price, no change of
 * promotion or stock).
 *
 * Exposure is the number of product views in the bucket, where they are of use (`demand-exposure.ts`); else
 * it is the hours in stock, with the usual traffic of an hour as a part of the level. A bucket without
 * exposure says nothing, and is skipped. A bucket that ends when the stock ran out is a stopping rule that the
 * likelihood ignores, so it is learnt from like any other.
 */
import { exposurePerDay, inItsUnit } from './demand-exposure.ts'
import { withoutMistakes } from './demand-mistakes.ts'
import { weekdayFactor, weekWave } from './demand-season.ts'
import {
  type Exposed,
  evolved,
  learnt,
  logRateOf,
  type Predicted,
  predictedOf,
  priorBeliefs,
  type Regressors,
} from './elasticity-beliefs.ts'
import { type Demand, type LearntParts, type Span, withBucket } from './elasticity-demand.ts'
import { noiseAfter, noiseSizeOf, noiseStart } from './elasticity-noise.ts'

export interface PriceTag {
  readonly shownMinor: number
  readonly policyMinor: number
  /** That prices are compared with; the same for all of a market's prices. */
  readonly referenceMinor: number
  /** Whether the shown price was drawn by chance. */
  readonly isExperiment: boolean
  readonly isPromoted: boolean
}

export interface Bucket extends Span {
  /** In stock: all the time between the two, but for what is left out of it. */
  readonly hours: number
  readonly price: PriceTag
  /** The lowest that competitors asked when the bucket began; null where none is known. */
  readonly competitorMinor: number | null
}

/** What is known of the other articles of a category. */
export interface DemandCategory {
  /** 1/φ; null where it is not known. */
  readonly scatter: number | null
  /** Seven factors from Monday on, 1 in the mean; null where they are not known. */
  readonly weekdayIndex: readonly number[] | null
}

export const NO_CATEGORY: DemandCategory = { scatter: null, weekdayIndex: null }

export interface Observed {
  readonly demand: Demand
  /** What was to be expected before; null where that was not known, or nothing was learnt. */
  readonly predicted: Predicted | null
  /** Of those of the bucket, the units that can be believed (`misread-units.ts`). */
  readonly units: number
}

const DAY_MS = 86_400_000
/** Buckets that tell the level, before any is learnt from; and the day that they must span. */
const START_BUCKETS = 3
const START_DAYS = 1
/** From here on it is learnt how an article's week differs from its category's. */
const OWN_SEASON_DAYS = 56
/** A price 20 times the reference, or a 20th of it, is a mistake or another article. */
const LOG_RATIO_MAX = 3

/** Takes a closed bucket in. Its spans must have been counted before. */
export const observed = (
  before: Demand,
  bucket: Bucket,
  category: DemandCategory = NO_CATEGORY,
): Observed => {
  const demand = inItsUnit(before)
  const exposed = exposedIn(demand, bucket, category)
  if (exposed === null) return { demand: before, predicted: null, units: bucket.units }
  const { shownMinor, isPromoted } = bucket.price
  const seen = { shownMinor, deviation: exposed.regressors.deviation, isPromoted }
  if (demand.beliefs.length === 0) {
    const parts = started(demand, exposed, bucket, category)
    const { units } = bucket
    return { demand: withBucket(demand, units, seen, parts), predicted: null, units }
  }
  const { parts, predicted, units } = stepped(demand, exposed, bucket)
  const next = withBucket(demand, units, seen, parts)
  return {
    demand: withoutMistakes(next, { ...bucket, units }, bucket.units, predicted),
    predicted,
    units,
  }
}

/** What is to be expected of a span, from what is known now; null where that is nothing. */
export const predictedIn = (
  demand: Demand,
  bucket: Bucket,
  category: DemandCategory = NO_CATEGORY,
): Predicted | null => {
  const exposed = exposedIn(demand, bucket, category)
  if (exposed === null || demand.beliefs.length === 0) return null
  return predictedOf(evolvedTo(demand, bucket.to), exposed, noiseSizeOf(demand.noise))
}

/**
 * Units a day at a price, in a week as a whole; null while the level is not known.
 *
 * @param competitorMinor as in a bucket
 */
export const unitsPerDayAt = (
  demand: Demand,
  price: PriceTag,
  competitorMinor: number | null = null,
): number | null => {
  const { beliefs } = demand
  const regressors = regressorsOf(price, competitorMinor)
  if (regressors === null || beliefs.length === 0) return null
  return Math.min(
    Number.MAX_SAFE_INTEGER,
    Math.exp(logRateOf(beliefs, regressors)) * exposurePerDay(demand),
  )
}

/** All but the season. Null where the price cannot be compared with the reference. */
export const regressorsOf = (
  tag: PriceTag,
  competitorMinor: number | null = null,
): Regressors | null => {
  const { shownMinor, policyMinor, referenceMinor, isExperiment, isPromoted } = tag
  const base = isExperiment ? policyMinor : shownMinor
  if (!(shownMinor > 0 && base > 0 && referenceMinor > 0)) return null
  const deviation = Math.log(shownMinor / base)
  const price = Math.log(base / referenceMinor)
  if (Math.abs(deviation) > LOG_RATIO_MAX || Math.abs(price) > LOG_RATIO_MAX) return null
  const promotion = isPromoted ? 1 : 0
  const competitor = competitorOf(competitorMinor, referenceMinor)
  return { deviation, price, promotion, competitor, seasonSin: 0, seasonCos: 0 }
}

/** An absurd price of a competitor is no reason to leave the sales out. */
const competitorOf = (competitorMinor: number | null, referenceMinor: number): number => {
  if (competitorMinor === null || !(competitorMinor > 0)) return 0
  const ratio = Math.log(competitorMinor / referenceMinor)
  return Math.abs(ratio) > LOG_RATIO_MAX ? 0 : ratio
}

/** What the units of a bucket are explained by; null where they say nothing. */
const exposedIn = (demand: Demand, bucket: Bucket, category: DemandCategory): Exposed | null => {
  const { from, to, hours, views, price, competitorMinor } = bucket
  const exposure = demand.isByViews ? views : hours
  const regressors = regressorsOf(price, competitorMinor)
  if (regressors === null || !(exposure > 0)) return null
  // Views have the week in them.
  const offset = demand.isByViews ? 0 : weekdayOffset(from, to, category)
  return demand.daysInStock < OWN_SEASON_DAYS
    ? { exposure, offset, regressors }
    : { exposure, offset, regressors: { ...regressors, ...weekWave(from, to) } }
}

const weekdayOffset = (from: number, to: number, { weekdayIndex }: DemandCategory): number => {
  const factor = weekdayIndex === null ? 1 : weekdayFactor(from, to, weekdayIndex)
  return factor > 0 ? Math.log(factor) : 0
}

const evolvedTo = ({ beliefs, learntAt }: Demand, to: number) =>
  evolved(beliefs, Math.max(0, to - learntAt) / DAY_MS)

const stepped = (
  demand: Demand,
  exposed: Exposed,
  { units, to }: Bucket,
): { readonly parts: LearntParts; readonly predicted: Predicted; readonly units: number } => {
  const { regressors, exposure, offset } = exposed
  const observation = { units, exposure, offset, regressors }
  const size = noiseSizeOf(demand.noise)
  const step = learnt(evolvedTo(demand, to), observation, size)
  const { beliefs, predicted } = step
  // A mistake says nothing of how demand scatters, and would be most of what is known of it for years.
  const noise =
    step.units < units
      ? demand.noise
      : noiseAfter(demand.noise, units, predicted.shape / predicted.rate)
  const parts = { beliefs, learntAt: to, noise, start: demand.start }
  return { parts, predicted, units: step.units }
}

const started = (
  { beliefs, learntAt, noise, start: before, usual }: Demand,
  { exposure, offset }: Exposed,
  { units, to }: Bucket,
  { scatter }: DemandCategory,
): LearntParts => {
  const start = {
    units: before.units + units,
    exposure: before.exposure + exposure * Math.exp(offset),
    buckets: before.buckets + 1,
  }
  if (start.buckets < START_BUCKETS || usual.days < START_DAYS) {
    return { beliefs, learntAt, noise, start }
  }
  // Half a unit more, as a level must be found where nothing was sold.
  const level = Math.log((start.units + 0.5) / start.exposure)
  return { beliefs: priorBeliefs(level), learntAt: to, noise: noiseStart(scatter), start }
}
