/** The record of a span: what was sold, what was to be expected, and what is known after it. */
import type { BodyOf } from '../engine/pipeline.ts'
import type { DemandObservation } from '../events.ts'
import { type Bucket, unitsPerDayAt } from '../models/demand-bucket.ts'
import {
  type Beliefs,
  covarianceOf,
  DEVIATION,
  meanOf,
  PRICE,
  type Predicted,
} from '../models/elasticity-beliefs.ts'
import type { Demand } from '../models/elasticity-demand.ts'
import { negativeBinomialQuantile } from '../models/negative-binomial.ts'
import type { ObservationContext, PriceShown } from './demand-observations-state.ts'
import { modelIdOf } from './elasticity-population.ts'
import { marketOf, skuOf } from './price-pair.ts'

export const DEMAND_MODEL_VERSION = 'elasticity-2026-11-24'

export interface Closed {
  readonly bucket: Bucket
  readonly price: PriceShown
  readonly predicted: Predicted | null
  /** After it. */
  readonly demand: Demand
  readonly isLearnt: boolean
  readonly reasons: DemandObservation['reasons']
  readonly category: string | null
  /** The row of parameters in use, as results cite it. */
  readonly citation: string
}

/** Field by field: objects spread into the midst of a record cost as much as all the rest of it. */
export const observationOf = (
  closed: Closed,
  { key, state }: ObservationContext,
): BodyOf<DemandObservation> => {
  const { bucket, demand, predicted, category } = closed
  const { shownMinor, policyMinor, referenceMinor, currency, isExperiment } = closed.price
  const { views, hours, competitorMinor } = bucket
  const { beliefs, noise, isByViews } = demand
  const isKnown = beliefs.length > 0
  const modelId = modelIdOf(category)
  const expected = predicted && expectedOf(predicted)
  return {
    modelVersion: `${DEMAND_MODEL_VERSION} ${closed.citation}`,
    reasons: closed.reasons,
    sku: skuOf(key),
    market: marketOf(key),
    category,
    modelId,
    leftModelId: leftModelOf(modelId, state),
    currency,
    startedAt: bucket.from,
    endedAt: bucket.to,
    units: bucket.units,
    views,
    hours,
    isByViews,
    exposure: isByViews ? views : hours,
    shownPriceMinor: shownMinor,
    policyPriceMinor: policyMinor,
    referencePriceMinor: referenceMinor,
    isExperiment,
    isPromoted: bucket.price.isPromoted,
    competitorPriceMinor: competitorMinor,
    isLearnt: closed.isLearnt,
    expectedUnits: expected?.mean ?? null,
    expectedP05: expected?.p05 ?? null,
    expectedP95: expected?.p95 ?? null,
    deviationMean: isKnown ? meanOf(beliefs, DEVIATION) : null,
    deviationVariance: varianceOrNull(beliefs, DEVIATION),
    priceMean: isKnown ? meanOf(beliefs, PRICE) : null,
    priceVariance: varianceOrNull(beliefs, PRICE),
    covariance: isKnown ? covarianceOf(beliefs, DEVIATION, PRICE) : null,
    excess: noise.excess,
    weight: noise.weight,
    observations: demand.observations,
    totalUnits: demand.units,
    priceChanges: demand.priceChanges,
    experimentChanges: demand.experimentChanges,
    promotionChanges: demand.promotionChanges,
    daysKnown: demand.daysKnown,
    daysInStock: demand.daysInStock,
    unitsPerDay: unitsPerDayAt(demand, bucket.price, competitorMinor),
  }
}

const varianceOrNull = (beliefs: Beliefs, coefficient: number): number | null =>
  beliefs.length > 0 ? covarianceOf(beliefs, coefficient, coefficient) : null

const expectedOf = ({ shape, rate }: Predicted) => ({
  mean: shape / rate,
  p05: negativeBinomialQuantile(shape, rate, 0.05),
  p95: negativeBinomialQuantile(shape, rate, 0.95),
})

/** The model that it belonged to until now, where that was another. */
const leftModelOf = (modelId: string, { modelId: told }: ObservationContext['state']) => {
  const before = told.get()
  if (before === modelId) return null
  told.set(modelId)
  return before === '' ? null : before
}
