/** What is kept of an article in a market to choose its price by. */
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
import { value } from '../engine/state/value.ts'
import type { Market, Policy, Product } from '../events.ts'

const price = record({
  shownMinor: long,
  currency: string,
  isPromoted: boolean,
  setAt: long,
  /** What was shown until then; null: it is the first. */
  beforeMinor: nullable(long),
})
export type PriceShown = Readonly<ValueOf<typeof price>>

const policyPrice = record({ policyMinor: long, setAt: long })
export type PolicyPrice = Readonly<ValueOf<typeof policyPrice>>

/** The last word on the elasticity, and what was shown then. */
const known = record({
  /** Of the article; where it is not identified, of its category; null: of neither. */
  belief: nullable(record({ mean: double, sd: double })),
  status: enumOf('IDENTIFIED', 'WEAK', 'NOT_IDENTIFIED'),
  method: enumOf('EXPERIMENT', 'OBSERVATIONAL'),
  unitsPerDay: nullable(double),
  /** The price that this many units are sold at; null: none was known. */
  atMinor: nullable(long),
})
export type Known = Readonly<ValueOf<typeof known>>

const NOTHING_KNOWN: Known = {
  belief: null,
  status: 'NOT_IDENTIFIED',
  method: 'OBSERVATIONAL',
  unitsPerDay: null,
  atMinor: null,
}

const stockLevel = record({
  onHand: long,
  /** Whether the supplier is to bring more. */
  isMoreOrdered: boolean,
})

const experiment = record({
  /** When the first price that was drawn by chance was set, whatever the shop calls it. */
  since: nullable(long),
  /** Tests told since such a price was set last. */
  unanswered: int,
  hadLearntEnough: boolean,
})

const NO_EXPERIMENT: ValueOf<typeof experiment> = {
  since: null,
  unanswered: 0,
  hadLearntEnough: false,
}

/** What the last result said. */
const told = record({
  action: enumOf('AUTO', 'TEST', 'HOLD'),
  recommendedMinor: long,
  policyMinor: long,
  mean: double,
  /** Of a test: when its epoch ends; null where it is over before, as the shop set another price. */
  validUntil: nullable(long),
  /** The code of what stood in the way of a choice; empty: nothing did. */
  hindrance: string,
})
export type Told = Readonly<ValueOf<typeof told>>

const attached = record({ sku: string, attach: double })
export type Attached = Readonly<ValueOf<typeof attached>>

/** Beyond them, the one that was counted or sold from longest ago is forgotten. */
export const WAREHOUSES_MAX = 32
/** Beyond them, the one whose price was seen longest ago is forgotten. */
export const COMPETITORS_MAX = 8
/** Those that bring most; how many are told is for `basket-neighbours` to say. */
export const ATTACHED_MAX = 8

export const recommendationState = {
  price: value(nullable(price), null),
  /** The policy's prices of the last day and the one before them, the newest last; see `stepBaseOf`. */
  policyPrices: value(array(policyPrice), []),
  known: value(known, NOTHING_KNOWN),
  /** Of the last order that said it. */
  unitCostMinor: value(nullable(long), null),
  stock: mapOf(stockLevel, { max: WAREHOUSES_MAX }),
  /** When a count was last higher than the one before. */
  deliveredAt: value(nullable(long), null),
  competitors: mapOf(record({ priceMinor: long, seenAt: long }), { max: COMPETITORS_MAX }),
  attached: value(array(attached), [], { bytesMax: 4_096 }),
  experiment: value(experiment, NO_EXPERIMENT),
  told: value(nullable(told), null),
}

export type RecommendationContext = Context<
  typeof recommendationState,
  'epochDue' | 'solveDue',
  { readonly markets: Market; readonly products: Product; readonly policies: Policy }
>
export type RecommendationState = RecommendationContext['state']
