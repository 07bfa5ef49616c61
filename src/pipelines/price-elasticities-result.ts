/** What is told of an article in a market, and when there is something new to tell. */
import type { BodyOf } from '../engine/pipeline.ts'
import type { PriceElasticity } from '../events.ts'
import { unitsPerDayAt } from '../models/demand-bucket.ts'
import { type ElasticityVerdict, intervalOf, verdictOn } from '../models/elasticity-verdict.ts'
import { demandOf } from './price-elasticities-market.ts'
import type { ElasticityContext, MarketState } from './price-elasticities-state.ts'

export const ELASTICITY_MODEL_VERSION = 'elasticity-dglm-2026-11-22'

/** The share of its standard deviation by which an estimate must move to be told again. */
const NEWS_SDS = 0.1

/**
 * Adds the result to `results` where there is one: at the end of each day on which something was heard
 * of the article there, and whenever the estimate moved or is of another kind. Of a silent day there is
 * nothing to say: what was told last still holds. Without a price there is none.
 */
export const tell = (
  name: string,
  market: MarketState,
  isDaily: boolean,
  { key, reference }: ElasticityContext,
  results: BodyOf<PriceElasticity>[],
): MarketState => {
  if (market.price === null) return market
  const verdict = verdictOn(demandOf(market), market.price)
  if (!isDaily && !isNews(verdict, market)) return market
  const category = reference.products.get(key)?.category ?? null
  results.push(resultOf(key, name, category, market, verdict))
  const { status, method, mean, sd } = verdict
  return { ...market, told: { status, method, mean, sd } }
}

const isNews = (verdict: ElasticityVerdict, { told, demand }: MarketState): boolean =>
  told === null
    ? demand.observations > 0
    : told.status !== verdict.status ||
      told.method !== verdict.method ||
      Math.abs(verdict.mean - told.mean) > NEWS_SDS * told.sd

/** No article learns from others yet. */
const NOTHING_OF_THE_CATEGORY = {
  ownElasticity: null,
  ownSd: null,
  categoryElasticity: null,
  categorySd: null,
  daysToIdentify: null,
} as const

const resultOf = (
  sku: string,
  market: string,
  category: string | null,
  { demand, price }: MarketState,
  verdict: ElasticityVerdict,
): BodyOf<PriceElasticity> => {
  const isKnown = verdict.status !== 'NOT_IDENTIFIED'
  const interval = isKnown ? intervalOf(verdict) : null
  return {
    modelVersion: ELASTICITY_MODEL_VERSION,
    reasons: verdict.reasons,
    sku,
    market: market === '' ? null : market,
    category,
    elasticity: isKnown ? verdict.mean : null,
    sd: isKnown ? verdict.sd : null,
    p05: interval?.p05 ?? null,
    p95: interval?.p95 ?? null,
    status: verdict.status,
    method: verdict.method,
    observations: demand.observations,
    priceChanges: demand.priceChanges,
    unitsPerDay: unitsPerDayAt(demandOf({ demand }), price!),
    ...NOTHING_OF_THE_CATEGORY,
  }
}
