/**
 * Buckets: the spans that the model learns from at once. They end where price, promotion or stock
 * change, and with the hour, the day or the week, by how much and how often is sold.
 */
import { hours, type Instant } from '../engine/time.ts'
import type { DemandObservation } from '../events.ts'
import { type Bucket, type DemandCategory, observed } from '../models/demand-bucket.ts'
import { inRhythm, LENGTHS_MS } from '../models/demand-rhythm.ts'
import type { Predicted } from '../models/elasticity-beliefs.ts'
import type { Demand } from '../models/elasticity-demand.ts'
import { misreadReason } from '../models/misread-units.ts'
import { lowestOfCompetitors } from './demand-observations-competitors.ts'
import { priceUnder } from './demand-observations-price.ts'
import {
  NEVER,
  NO_PRICE,
  type ObservationContext,
  type OpenSpan,
  type Pending,
  type PriceShown,
} from './demand-observations-state.ts'

type State = ObservationContext['state']

/** Begins a bucket where there is none: what competitors ask now is what it is explained by. */
export const beginBucket = (at: Instant, state: State): void => {
  if (state.pending.get().since !== NEVER) return
  const competitorMinor = lowestOfCompetitors(state, at)
  state.pending.set({ since: at, units: 0, promotedUnits: 0, views: 0, hours: 0, competitorMinor })
}

/**
 * Takes a span in that ended. A bucket is in stock or out of it as a whole, since a change ends it; out
 * of stock it has no hours, and nothing is learnt from it.
 */
export const joinBucket = (span: OpenSpan, to: Instant, { pending }: State): void => {
  const { since, units, promotedUnits, views, hours: before, competitorMinor } = pending.get()
  pending.set({
    since,
    units: units + span.units,
    promotedUnits: promotedUnits + span.promotedUnits,
    views: views + span.views,
    hours: before + hoursIn(span, to),
    competitorMinor,
  })
}

/** Whether a bucket ends at the moment at which a span of it does; changes aside, which end both. */
export const endsBucket = ({ length }: Demand, at: Instant): boolean =>
  at % LENGTHS_MS[length] === 0

export interface Learning {
  readonly demand: Demand
  readonly isLearnt: boolean
  /** What was to be expected of the bucket; null where that was not known. */
  readonly predicted: Predicted | null
  /** Why it was not learnt from as it was counted; empty where it was. */
  readonly reasons: DemandObservation['reasons']
}

/** Nothing was learnt. */
export const unlearnt = (demand: Demand): Learning => ({
  demand,
  isLearnt: false,
  predicted: null,
  reasons: [],
})

/** Ends the bucket, and learns from it; how long the next ones are may be another after it. */
export const learnBucket = (
  before: Demand,
  price: PriceShown,
  at: Instant,
  category: DemandCategory,
  state: State,
): Learning => {
  const pending = state.pending.get()
  state.pending.clear()
  if (!(pending.hours > 0)) return unlearnt(before)
  const bucket = bucketOf(pending, at, price, state)
  const { demand, predicted, units } = observed(before, bucket, category)
  const isLearnt = demand.observations > before.observations
  const reasons = predicted === null ? [] : misreadReason(bucket.units, units, predicted)
  return { demand: inRhythm(demand), isLearnt, predicted, reasons }
}

const bucketOf = (pending: Pending, to: Instant, price: PriceShown, state: State): Bucket => ({
  from: pending.since,
  to,
  units: pending.units,
  views: pending.views,
  hours: pending.hours,
  price: priceUnder(price, pending, state),
  competitorMinor: knownOrNull(pending.competitorMinor),
})

/** A span as a bucket of its own. */
export const bucketOfSpan = (
  span: OpenSpan,
  to: Instant,
  price: PriceShown,
  state: State,
): Bucket => ({
  from: span.openedAt,
  to,
  units: span.units,
  views: span.isInStock ? span.views : 0,
  hours: hoursIn(span, to),
  price: priceUnder(price, span, state),
  competitorMinor: knownOrNull(state.pending.get().competitorMinor),
})

/** In stock. */
const hoursIn = ({ openedAt, isInStock }: OpenSpan, to: Instant): number =>
  isInStock ? (to - openedAt) / hours(1) : 0

const knownOrNull = (priceMinor: number): number | null =>
  priceMinor === NO_PRICE ? null : priceMinor
