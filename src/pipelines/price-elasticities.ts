/**
 * Tells how demand for an article answers its price, in each market, and when that cannot be known.
 *
 *   demand-observations, with model-parameters  -- by article -->  price-elasticities
 *
 * Each observation carries what is known of the article in one market from its own data. Here it is
 * pooled with what its other markets tell, and with what is in use for its category
 * (`models/elasticity-pooling.ts`), and judged (`models/elasticity-judgement.ts`). Where the price
 * never moved, the answer is NOT_IDENTIFIED and no number.
 *
 * A market is told at the end of each day on which something was heard of the article there, and before
 * where status or method are others, the elasticity moved by a tenth of its standard deviation, or a count
 * was taken for a mistake, which is said in the words of the observation. The other markets, and those for
 * whom the category has new parameters, are told with their own next observation. What was learnt of a
 * silence is told with the day on which it ended.
 *
 * Of more than 128 markets, those heard of last are pooled; each is told all the same.
 */
import { by, definePipeline } from '../engine/pipeline.ts'
import { days, type Instant } from '../engine/time.ts'
import { read } from '../engine/topic.ts'
import {
  demandObservations,
  priceElasticities as elasticities,
  modelParameters,
} from '../events.ts'
import type { ElasticityJudgement } from '../models/elasticity-judgement.ts'
import type { MarketDemand } from '../models/elasticity-market.ts'
import {
  ELASTICITY_MODEL_VERSION,
  judged,
  OBSERVED_FIELDS,
  type ObservedDemand,
  resultOf,
} from './price-elasticities-result.ts'
import { elasticityState, type MarketState } from './price-elasticities-state.ts'

/** The share of its standard deviation by which an elasticity must move to be told again. */
const NEWS_SDS = 0.1

export const priceElasticities = definePipeline({
  id: 'price-elasticities',
  version: ELASTICITY_MODEL_VERSION,
  generation: 2,
  order: 'event-time',
  inputs: {
    observation: {
      from: read(demandObservations, ...OBSERVED_FIELDS),
      key: by('sku'),
      late: 'handle',
    },
  },
  references: { modelParameters },
  state: elasticityState,
  forgetAfterMs: days(400),
  output: elasticities,
  on: {
    observation(row, context) {
      const { markets } = context.state
      const name = row.market ?? ''
      const before = markets.get(name)
      if (before !== undefined && isOvertaken(row, before)) return null
      const { endedAt } = row
      const next: MarketState = { endedAt, demand: demandIn(row), told: before?.told ?? null }
      markets.set(name, next)
      if (endsBeforeToday(row)) return null
      const verdict = judged(row, context)
      const { status, method, mean, sd } = verdict.judgement
      const isNow = endsDay(row, before) || row.reasons.length > 0
      if (!isNow && !isNews(verdict.judgement, next)) return null
      markets.set(name, { endedAt, demand: next.demand, told: { status, method, mean, sd } })
      return resultOf(row, verdict)
    },
  },
})

/**
 * Observations that were made at one moment come in any order. One that ends later knows all that the
 * others do; of those that end at once, one lasted no time at all, and ended a bucket.
 */
const isOvertaken = (row: ObservedDemand, { endedAt, demand }: MarketState): boolean =>
  row.endedAt < endedAt || (row.endedAt === endedAt && row.observations < demand.observations)

/** Then there is another one that was made at this moment, or will be of this day. */
const endsBeforeToday = ({ endedAt, occurredAt }: ObservedDemand): boolean =>
  dayOf(endedAt) < dayOf(occurredAt)

/** Whether it is the first to reach a midnight (UTC). */
const endsDay = ({ startedAt, endedAt }: ObservedDemand, before: MarketState | undefined) =>
  dayOf(endedAt) > dayOf(before?.endedAt ?? startedAt)

const dayOf = (at: Instant): number => Math.floor(at / days(1))

const isNews = (judgement: ElasticityJudgement, { told, demand }: MarketState): boolean =>
  told === null
    ? demand.observations > 0
    : told.status !== judgement.status ||
      told.method !== judgement.method ||
      Math.abs(judgement.mean - told.mean) > NEWS_SDS * told.sd

const demandIn = (row: ObservedDemand): MarketDemand => ({
  coefficients: coefficientsIn(row),
  observations: row.observations,
  units: row.totalUnits,
  priceChanges: row.priceChanges,
  experimentChanges: row.experimentChanges,
  promotionChanges: row.promotionChanges,
  daysKnown: row.daysKnown,
  daysInStock: row.daysInStock,
})

/** Null before the level of the demand is known: then all of them are. */
const coefficientsIn = (row: ObservedDemand): MarketDemand['coefficients'] => {
  const { deviationMean, deviationVariance, priceMean, priceVariance, covariance } = row
  return deviationMean === null ||
    deviationVariance === null ||
    priceMean === null ||
    priceVariance === null ||
    covariance === null
    ? null
    : { deviationMean, deviationVariance, priceMean, priceVariance, covariance }
}
