/** What is kept of an order until it is known what became of it, and then in case that is corrected. */
import {
  array,
  boolean,
  double,
  enumOf,
  long,
  nullable,
  record,
  string,
  type ValueOf,
} from '../engine/form.ts'
import type { Context } from '../engine/pipeline.ts'
import { value } from '../engine/state/value.ts'
import type { FraudLabel, FraudScore, Order, Policy } from '../events.ts'
import { binsOf } from '../models/fraud-bins.ts'
import { featuresIn } from './fraud-features.ts'

const placedOrder = record({
  placedAt: long,
  userId: nullable(string),
  instrumentId: nullable(string),
  deviceId: nullable(string),
  ip: nullable(string),
  merchantId: nullable(string),
  shippingAddressId: nullable(string),
  market: nullable(string),
  currency: string,
  amountMinor: long,
})
export type PlacedOrder = Readonly<ValueOf<typeof placedOrder>>

const scoredOrder = record({
  score: double,
  scoredBy: string,
  action: enumOf('ALLOW', 'STEP_UP', 'HOLD', 'DECLINE', 'FREEZE', 'UNKNOWN'),
  bins: array(string),
})
export type ScoredOrder = Readonly<ValueOf<typeof scoredOrder>>

const lastWord = record({
  isFraud: boolean,
  source: enumOf('CHARGEBACK', 'ANALYST', 'CUSTOMER', 'EXPIRED', 'UNKNOWN'),
  /** When it became known; where nobody complained, when the order was placed: any label is newer. */
  at: long,
})
export type LastWord = Readonly<ValueOf<typeof lastWord>>

export const fraudOutcomeState = {
  /** Null: only a score or a label has come. */
  order: value(nullable(placedOrder), null, { bytesMax: 4_096 }),
  score: value(nullable(scoredOrder), null, { bytesMax: 16_384 }),
  lastWord: value(nullable(lastWord), null),
  /** What was told of it last; null: nothing was. */
  told: value(nullable(boolean), null),
}

export type FraudOutcomeContext = Context<
  typeof fraudOutcomeState,
  'expiryDue' | 'scoreDue',
  { readonly policies: Policy }
>

/** What is read of an order for it. */
export const ORDER_FIELDS = [
  'orderId',
  'type',
  'userId',
  'instrumentId',
  'deviceId',
  'ip',
  'merchantId',
  'shippingAddressId',
  'market',
  'currency',
  'totalMinor',
] as const

export const placedOrderOf = (
  order: Pick<Order, 'occurredAt' | (typeof ORDER_FIELDS)[number]>,
): PlacedOrder => ({
  placedAt: order.occurredAt,
  userId: order.userId,
  instrumentId: order.instrumentId,
  deviceId: order.deviceId,
  ip: order.ip,
  merchantId: order.merchantId,
  shippingAddressId: order.shippingAddressId,
  market: order.market,
  currency: order.currency,
  amountMinor: order.totalMinor,
})

export const scoredOrderOf = ({
  score,
  modelVersion,
  action,
  features,
}: Pick<FraudScore, 'score' | 'modelVersion' | 'action' | 'features'>): ScoredOrder => ({
  score,
  scoredBy: modelVersion,
  action,
  bins: [...binsOf(featuresIn(features))],
})

export const wordOf = ({
  isFraud,
  source,
  occurredAt,
}: Pick<FraudLabel, 'isFraud' | 'source' | 'occurredAt'>): LastWord => ({
  isFraud,
  source,
  at: occurredAt,
})
