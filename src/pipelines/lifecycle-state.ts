/**
 * What is kept of a person. A visitor who never buys costs the first few cells; the others take no
 * room until they are needed.
 */
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
import { decayed } from '../engine/state/decayed.ts'
import { mapOf } from '../engine/state/map-of.ts'
import { value } from '../engine/state/value.ts'
import type { Market, ModelParameters, Product } from '../events.ts'
import { ENGAGEMENT_HALF_LIFE_MS, LIFECYCLE_STAGES } from '../models/lifecycle-stage.ts'
import { NO_HISTORY } from '../models/purchase-history.ts'

/** Where the person stood when last assessed, with what the stage machine holds. */
const standing = record({
  interested: boolean,
  loyal: boolean,
  advocate: boolean,
  /** Null until the first result. */
  stage: nullable(enumOf(...LIFECYCLE_STAGES)),
  activity: nullable(enumOf('ACTIVE', 'AT_RISK', 'DORMANT', 'LOST', 'REACTIVATED')),
  /** A bit for each tag; see `tagsOf`. */
  tags: int,
})
export type Standing = Readonly<ValueOf<typeof standing>>

const NO_STANDING: Standing = {
  interested: false,
  loyal: false,
  advocate: false,
  stage: null,
  activity: null,
  tags: 0,
}

/** What was said last of what to expect: another result follows once it has moved. */
const said = record({ expectedOrders90d: double, churnRisk90d: double })
/** Of somebody who never bought. */
export const NOTHING_SAID: Readonly<ValueOf<typeof said>> = {
  expectedOrders90d: 0,
  churnRisk90d: 0,
}

const purchase = record({
  placedAt: long,
  totalMinor: long,
  refundedMinor: long,
  onDeal: boolean,
  status: enumOf('PLACED', 'REFUNDED', 'CANCELLED', 'DECLINED'),
})

const history = record({
  purchases: int,
  dealPurchases: int,
  days: int,
  firstAt: nullable(long),
  lastAt: nullable(long),
  netMinor: long,
})

/** Orders that can still be undone or refunded one by one; see `settleOldest`. */
export const REMEMBERED_ORDERS_MAX = 32

const broughtHistory = {
  mergedAt: long,
  market: nullable(string),
  currency: nullable(string),
  purchases: int,
  dealPurchases: int,
  netMinor: long,
  firstAt: nullable(long),
  lastAt: nullable(long),
  days: array(int),
  olderDays: int,
} as const
/** What a visitor brought who turned out to be the user; see `identity-merge.ts`. */
const mergedVisitor = record({
  visitorId: string,
  since: long,
  revision: int,
  ...broughtHistory,
})
/** For 32 of these, with ids and days of many orders. */
const MERGED_BYTES_MAX = 16_384

export const lifecycleState = {
  /** The last visit, order, or correction of one. */
  seenAt: value(long, 0),
  standing: value(standing, NO_STANDING),
  said: value(said, NOTHING_SAID),
  /** The quintiles that were told last, as three digits; 0 for none. */
  quintiles: value(int, 0),
  engagement: decayed({ halfLifeMs: ENGAGEMENT_HALF_LIFE_MS }),
  /** The last event of the cart, while what was in it is not bought. */
  cartAt: value(nullable(long), null),
  /** Articles with a known list price that were looked at, and of these those below it. */
  looked: value(record({ views: int, dealViews: int }), { views: 0, dealViews: 0 }),
  /** The market that the person is counted to, and the one currency of the person's value. */
  home: value(record({ market: nullable(string), currency: nullable(string) }), {
    market: null,
    currency: null,
  }),
  purchases: mapOf(purchase, { max: REMEMBERED_ORDERS_MAX }),
  /** What older orders came to, with refunds and corrections that name no order. */
  settled: value(history, NO_HISTORY),
  /** The last purchase that ended a dormant or lost time. */
  comeback: value(nullable(record({ orderId: string, placedAt: long })), null),
  /** Orders of people whom the person referred, and when they were placed. */
  referrals: mapOf(long, { max: 8 }),
  /** Of a user: the visitors who turned out to be this person, sorted. */
  merged: value(array(mergedVisitor), [], { bytesMax: MERGED_BYTES_MAX }),
  /** Of a user: what earlier ones brought, by currency. */
  mergedBefore: value(array(record(broughtHistory)), []),
  /** Until when what was done is a user's, or an erased person's; null: all is the subject's own. */
  mergedAt: value(nullable(long), null),
}

export type LifecycleContext = Context<
  typeof lifecycleState,
  'standingChanges' | 'erasureEnds',
  {
    readonly markets: Market
    readonly modelParameters: ModelParameters
    readonly products: Product
  }
>
export type LifecycleState = LifecycleContext['state']
