/** What is kept of an article: what was observed of it in each of its markets, and what was told. */
import { double, enumOf, int, long, nullable, record, type ValueOf } from '../engine/form.ts'
import type { Context } from '../engine/pipeline.ts'
import { mapOf } from '../engine/state/map-of.ts'
import type { ModelParameters } from '../events.ts'

const coefficients = record({
  deviationMean: double,
  deviationVariance: double,
  priceMean: double,
  priceVariance: double,
  covariance: double,
})

/** See `MarketDemand` in models/elasticity-market.ts. */
const demand = record({
  coefficients: nullable(coefficients),
  observations: long,
  units: long,
  priceChanges: int,
  experimentChanges: int,
  promotionChanges: int,
  daysKnown: double,
  daysInStock: double,
})

/** What the last result said. */
const told = record({
  status: enumOf('IDENTIFIED', 'WEAK', 'NOT_IDENTIFIED'),
  method: enumOf('EXPERIMENT', 'OBSERVATIONAL'),
  mean: double,
  sd: double,
})

/** As of the end of its last span. */
const market = record({ endedAt: long, demand, told: nullable(told) })
export type MarketState = Readonly<ValueOf<typeof market>>

/** Beyond them, the market heard of longest ago tells the others nothing until it is heard of again. */
export const MARKETS_MAX = 128

export const elasticityState = {
  /** By name; the market without one is empty. */
  markets: mapOf(market, { max: MARKETS_MAX }),
}

export type ElasticityContext = Context<
  typeof elasticityState,
  never,
  { readonly modelParameters: ModelParameters }
>
