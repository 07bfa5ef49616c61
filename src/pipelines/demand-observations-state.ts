/** What is kept of an article in a market: price, stock, competitors, counts, and what is believed. */
import {
  array,
  boolean,
  double,
  enumOf,
  type Form,
  int,
  long,
  nullable,
  record,
  string,
  type ValueOf,
} from '../engine/form.ts'
import type { BodyOf, Context } from '../engine/pipeline.ts'
import { mapOf } from '../engine/state/map-of.ts'
import { value } from '../engine/state/value.ts'
import type { DemandObservation, Market, ModelParameters, Product } from '../events.ts'
import { type Demand, NO_DEMAND } from '../models/elasticity-demand.ts'

/** Before every instant, and beyond every one. */
export const NEVER = -(2 ** 52 - 1)
export const OPEN_END = 2 ** 52 - 1
/** Of a price in minor units that is not known. */
export const NO_PRICE = -1

/** Changed by each record, so it is apart from the rest; of fixed size, which is cheap to set. */
const span = record({
  openedAt: long,
  /** `OPEN_END`: it lasts until the next record. */
  endsAt: long,
  /** The last record of any kind but a competitor's price. */
  heardAt: long,
  units: long,
  /** Of these, on order lines that named a promotion. */
  promotedUnits: long,
  views: long,
  isInStock: boolean,
  /** When the stock ran out, while the sales of that very moment may still come; else `NEVER`. */
  soldOutAt: long,
})
export type OpenSpan = Readonly<ValueOf<typeof span>>

const NO_SPAN: OpenSpan = {
  openedAt: NEVER,
  endsAt: OPEN_END,
  heardAt: NEVER,
  units: 0,
  promotedUnits: 0,
  views: 0,
  isInStock: true,
  soldOutAt: NEVER,
}

/** The bucket: spans that ended since the model learnt last; also begun where none has. */
const pending = record({
  /** When the first of them began, or will; `NEVER` before that is known. */
  since: long,
  units: long,
  promotedUnits: long,
  views: long,
  /** In stock. */
  hours: double,
  /** The lowest of competitors when it began, or `NO_PRICE`. */
  competitorMinor: long,
})
export type Pending = Readonly<ValueOf<typeof pending>>

const NOTHING_PENDING: Pending = {
  since: NEVER,
  units: 0,
  promotedUnits: 0,
  views: 0,
  hours: 0,
  competitorMinor: NO_PRICE,
}

const price = record({
  shownMinor: long,
  policyMinor: long,
  /** The first price, with which the later ones are compared. */
  referenceMinor: long,
  currency: string,
  isExperiment: boolean,
  isPromoted: boolean,
})
export type PriceShown = Readonly<ValueOf<typeof price>>

const noise = record({ excess: double, weight: double })

const demand = record({
  beliefs: array(double),
  learntAt: long,
  noise,
  length: enumOf('HOUR', 'DAY', 'WEEK'),
  start: record({ units: long, exposure: double, buckets: int }),
  usual: record({
    units: double,
    days: double,
    saleDays: double,
    lastSaleDay: int,
    seen: nullable(record({ views: double, days: double, viewedDays: double })),
  }),
  daysKnown: double,
  daysInStock: double,
  isByViews: boolean,
  observations: long,
  units: long,
  priceChanges: int,
  experimentChanges: int,
  promotionChanges: int,
  last: record({ shownMinor: long, deviation: double, isPromoted: boolean }),
}) as Form<Demand>

/** Beyond them, the one counted longest ago is forgotten. */
export const WAREHOUSES_MAX = 32
export const COMPETITORS_MAX = 8

export const observationState = {
  span: value(span, NO_SPAN),
  pending: value(pending, NOTHING_PENDING),
  price: value(nullable(price), null),
  /** Whether any order line of it ever named a promotion. */
  hasLinePromotions: value(boolean, false),
  demand: value(demand, NO_DEMAND),
  /** Whether there is anything left, by warehouse. */
  stock: mapOf(boolean, { max: WAREHOUSES_MAX }),
  competitors: mapOf(record({ priceMinor: long, seenAt: long }), { max: COMPETITORS_MAX }),
  /** The model of its category as the last record told it; empty before one. */
  modelId: value(string, ''),
}

export type ObservationContext = Context<
  typeof observationState,
  'bucketEnds',
  {
    readonly markets: Market
    readonly products: Product
    readonly modelParameters: ModelParameters
  }
>
export type Observations = BodyOf<DemandObservation>[]
