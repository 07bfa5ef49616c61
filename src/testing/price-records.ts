/**
 * Records about demand, elasticities and baskets as tests of the pipelines between them write them, with
 * what does not matter filled in: a day of tea in the UK, at 20 pounds.
 */
import { days } from '../engine/time.ts'
import {
  type BasketCount,
  type BasketNeighbours,
  type BasketTotal,
  basketCounts,
  basketNeighbours,
  basketTotals,
  type DemandObservation,
  demandObservations,
  type ElasticityEvidence,
  type ElasticityPopulation,
  elasticityEvidence,
  elasticityPopulations,
  type PriceElasticity,
  type PriceRecommendation,
  priceElasticities,
  priceRecommendations,
} from '../events.ts'
import { type Send, send } from './script.ts'

/** What a span of a day told; `occurredAt` is when it ended, unless the fields say otherwise. */
export const observationOf = (
  occurredAt: number,
  resultId: string,
  fields: Partial<DemandObservation> = {},
): Send =>
  send(demandObservations, {
    ...BLANK,
    resultId,
    occurredAt,
    ...TEA,
    category: null,
    modelId: `elasticities/${fields.category ?? ''}`,
    leftModelId: null,
    currency: 'GBP',
    startedAt: occurredAt - days(1),
    endedAt: occurredAt,
    units: 2,
    views: 0,
    hours: 24,
    isByViews: false,
    exposure: 24,
    ...AT_LIST_PRICE,
    competitorPriceMinor: null,
    isLearnt: true,
    expectedUnits: 2,
    expectedP05: 0,
    expectedP95: 5,
    ...NOTHING_LEARNT,
    excess: 12.5,
    weight: 50,
    observations: 10,
    totalUnits: 20,
    priceChanges: 0,
    experimentChanges: 0,
    promotionChanges: 0,
    daysKnown: 10,
    daysInStock: 10,
    unitsPerDay: 2,
    ...fields,
  })

/** What is known of one part of a category; no pairs unless the fields have them. */
export const evidenceRecordOf = (
  occurredAt: number,
  resultId: string,
  fields: Partial<ElasticityEvidence> & Pick<ElasticityEvidence, 'shardId'>,
): Send =>
  send(elasticityEvidence, {
    ...BLANK,
    resultId,
    occurredAt,
    modelId: fields.shardId.slice(0, fields.shardId.lastIndexOf('#')),
    ...NO_PAIRS,
    ...fields,
  })

/** A category as of the midnight before; no pairs unless the fields have them. */
export const populationRecordOf = (
  occurredAt: number,
  resultId: string,
  fields: Partial<ElasticityPopulation> = {},
): Send =>
  send(elasticityPopulations, {
    ...BLANK,
    resultId,
    occurredAt,
    modelId: `elasticities/${fields.category ?? ''}`,
    category: null,
    cutAt: Math.floor(occurredAt / days(1)) * days(1),
    ...NO_PAIRS,
    inUseVersion: 0,
    inUse: {},
    ...fields,
  })

/** An elasticity of −2 that experiments have told. */
export const elasticityOf = (
  occurredAt: number,
  resultId: string,
  fields: Partial<PriceElasticity> = {},
): Send =>
  send(priceElasticities, {
    ...BLANK,
    resultId,
    occurredAt,
    ...TEA,
    elasticity: -2,
    sd: 0.2,
    p05: -2.33,
    p95: -1.67,
    status: 'IDENTIFIED',
    method: 'EXPERIMENT',
    observations: 200,
    priceChanges: 60,
    unitsPerDay: 2,
    ...fields,
  })

/** The price is left as it is, unless the fields say otherwise. */
export const recommendationOf = (
  occurredAt: number,
  resultId: string,
  fields: Partial<PriceRecommendation> = {},
): Send =>
  send(priceRecommendations, {
    ...BLANK,
    resultId,
    occurredAt,
    ...TEA,
    currency: 'GBP',
    currentPriceMinor: 2_000,
    recommendedPriceMinor: 2_000,
    action: 'HOLD',
    profitChangePctMean: 0,
    profitChangePctP05: 0,
    profitChangePctP95: 0,
    ...fields,
  })

/** How many orders a market has. */
export const basketTotalOf = (
  occurredAt: number,
  resultId: string,
  fields: Pick<BasketTotal, 'baskets'> & Partial<BasketTotal>,
): Send => {
  const { market = 'UK' } = fields
  const modelId = `baskets/${market ?? ''}`
  return send(basketTotals, { ...BLANK, resultId, occurredAt, modelId, market, ...fields })
}

/** What an article was ordered with. */
export const basketCountOf = (
  occurredAt: number,
  resultId: string,
  fields: Pick<BasketCount, 'baskets'> & Partial<BasketCount>,
): Send => send(basketCounts, { ...BLANK, resultId, occurredAt, ...TEA, neighbours: [], ...fields })

/** What is bought together with an article. */
export const neighboursOf = (
  occurredAt: number,
  resultId: string,
  fields: Pick<BasketNeighbours, 'baskets'> & Partial<BasketNeighbours>,
): Send =>
  send(basketNeighbours, { ...BLANK, resultId, occurredAt, ...TEA, neighbours: [], ...fields })

const BLANK = { modelVersion: 'test', reasons: [] }
const TEA = { sku: 'tea', market: 'UK' }
const AT_LIST_PRICE = {
  shownPriceMinor: 2_000,
  policyPriceMinor: 2_000,
  referencePriceMinor: 2_000,
  isExperiment: false,
  isPromoted: false,
}
/** The filter's prior: N(−1.5, 2²) of both coefficients. */
const NOTHING_LEARNT = {
  deviationMean: -1.5,
  deviationVariance: 4,
  priceMean: -1.5,
  priceVariance: 4,
  covariance: 0,
}
const NO_WEEK = [0, 0, 0, 0, 0, 0, 0]
const NO_PAIRS = {
  sku: [],
  market: [],
  deviationMean: [],
  deviationVariance: [],
  priceMean: [],
  priceVariance: [],
  covariance: [],
  excess: [],
  weight: [],
  experimentChanges: [],
  priceChanges: [],
  weekdayUnits: NO_WEEK,
  weekdayExpected: NO_WEEK,
}
