/** What is kept of an article: its stock by warehouse, and of each market its price and demand. */
import {
  array,
  boolean,
  double,
  enumOf,
  int,
  long,
  nullable,
  record,
  string,
  type ValueOf,
} from '../engine/form.ts'
import type { Context } from '../engine/pipeline.ts'
import { mapOf } from '../engine/state/map-of.ts'
import type { Market, Product } from '../events.ts'

const price = record({
  shownMinor: long,
  policyMinor: long,
  /** The first price of the market, with which the later ones are compared. */
  referenceMinor: long,
  currency: string,
  isExperiment: boolean,
  isPromoted: boolean,
})

/** Changed by each record, so it is apart from the rest; of fixed size, which is cheap to set. */
const bucket = record({
  openedAt: long,
  endsAt: long,
  /** The last record of any kind. */
  heardAt: long,
  units: long,
  views: long,
})
export type BucketState = Readonly<ValueOf<typeof bucket>>

/** See `Demand` in models/elasticity-demand.ts. */
const demand = record({
  beliefs: array(double),
  learntAt: long,
  noise: record({ excess: double, weight: double }),
  start: record({ units: long, exposure: double, buckets: int }),
  usual: record({ units: double, views: double, days: double }),
  isByViews: boolean,
  observations: long,
  units: long,
  priceChanges: int,
  experimentChanges: int,
  promotionChanges: int,
  last: record({ shownMinor: long, deviation: double, isPromoted: boolean }),
})

/** What the last result said. */
const told = record({
  status: enumOf('IDENTIFIED', 'WEAK', 'NOT_IDENTIFIED'),
  method: enumOf('EXPERIMENT', 'OBSERVATIONAL'),
  mean: double,
  sd: double,
})

const market = record({
  price: nullable(price),
  inStock: boolean,
  /** When the stock ran out, while the sales of that very moment may still come. */
  soldOutAt: nullable(long),
  demand,
  told: nullable(told),
})
export type MarketState = Readonly<ValueOf<typeof market>>

/** Beyond them, the market in which least happened lately is forgotten, and starts anew. */
export const MARKETS_MAX = 32
export const WAREHOUSES_MAX = 64

export const elasticityState = {
  /** The open bucket of each market of which something was heard lately. */
  buckets: mapOf(bucket, { max: MARKETS_MAX }),
  /** Markets that have, or had, a price or a stock. */
  markets: mapOf(market, { max: MARKETS_MAX }),
  /** Whether there is anything left, by market and warehouse. */
  stock: mapOf(record({ market: string, isLeft: boolean }), { max: WAREHOUSES_MAX }),
}

export type ElasticityContext = Context<
  typeof elasticityState,
  'bucketEnds',
  { readonly markets: Market; readonly products: Product }
>
