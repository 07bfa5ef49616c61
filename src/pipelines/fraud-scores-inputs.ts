/** What is read for scores, and whom each record goes to. */
import { read } from '../engine/topic.ts'
import {
  type Click,
  clickstream,
  type FraudOutcome,
  type FraudScore,
  fraudOutcomes,
  fraudScores,
  type Order,
  orders,
} from '../events.ts'
import { isGuarded } from './fraud-guards.ts'
import { graphOf } from './fraud-links.ts'
import type { FraudPart } from './fraud-state.ts'

type Ids = { readonly [P in FraudPart]?: string | null }

const ORDER_FIELDS = [
  'orderId',
  'userId',
  'type',
  'market',
  'merchantId',
  'currency',
  'totalMinor',
  'paymentMethod',
  'instrumentId',
  'issuerCountry',
  'deviceId',
  'ip',
  'country',
  'latitude',
  'longitude',
  'shippingAddressId',
  'shippingCountry',
] as const
export type ScoredOrder = Pick<Order, 'occurredAt' | (typeof ORDER_FIELDS)[number]>

const LOGIN_FIELDS = [
  'eventId',
  'userId',
  'type',
  'market',
  'deviceId',
  'ip',
  'country',
  'latitude',
  'longitude',
] as const
export type ScoredLogin = Pick<Click, 'occurredAt' | (typeof LOGIN_FIELDS)[number]>

/** All that have no market are one. */
const marketOf = ({ market }: { readonly market: string | null }): string => market ?? 'none'

/** What was given back is known of the customer alone. */
const idsOf = (order: ScoredOrder): Ids => {
  const { type, userId: user, instrumentId: instrument, deviceId: device, ip } = order
  if (type === 'REFUNDED' || type === 'RETURNED') return { user }
  if (type !== 'PLACED') return { user, instrument, device, ip }
  const { shippingAddressId: address, merchantId: merchant } = order
  const market = marketOf(order)
  const graph = graphOf(order)
  return { user, instrument, device, ip, address, merchant, market, graph }
}

const ORDER_TYPES: ReadonlySet<Order['type']> = new Set([
  'PLACED',
  'PAYMENT_DECLINED',
  'REFUNDED',
  'RETURNED',
])

export const orderInput = {
  from: read(orders, ...ORDER_FIELDS),
  when: ({ type }: ScoredOrder) => ORDER_TYPES.has(type),
  scatter: idsOf,
  gatherBy: ({ orderId }: ScoredOrder) => orderId,
  late: 'handle',
} as const

export const loginInput = {
  from: read(clickstream, ...LOGIN_FIELDS),
  when: ({ type }: ScoredLogin) => type === 'LOGIN' || type === 'LOGIN_FAILED',
  scatter: ({ type, userId: user, deviceId: device, ip, market }: ScoredLogin): Ids =>
    type === 'LOGIN' ? { user, device, ip, market: marketOf({ market }) } : { user, device, ip },
  gatherBy: ({ eventId }: ScoredLogin) => eventId,
  late: 'handle',
} as const

const OUTCOME_FIELDS = [
  'orderId',
  'placedAt',
  'isFraud',
  'wasFraud',
  'userId',
  'instrumentId',
  'deviceId',
  'ip',
  'merchantId',
  'shippingAddressId',
] as const

/** What became of orders comes back to all that they belong to. */
export const outcomeInput = {
  from: read(fraudOutcomes, ...OUTCOME_FIELDS),
  scatter: (outcome: Pick<FraudOutcome, (typeof OUTCOME_FIELDS)[number]>): Ids => ({
    user: outcome.userId,
    instrument: outcome.instrumentId,
    device: outcome.deviceId,
    ip: outcome.ip,
    address: outcome.shippingAddressId,
    merchant: outcome.merchantId,
    graph: graphOf(outcome),
  }),
  gatherBy: ({ orderId }: Pick<FraudOutcome, 'orderId'>) => orderId,
  feedback: true,
} as const

/** And so does what was decided, as far as limits of the policy ask for it. */
export const decidedInput = {
  from: read(fraudScores, 'subjectId', 'userId', 'market', 'score', 'action', 'reasons'),
  when: isGuarded,
  scatter: (decided: Pick<FraudScore, 'userId' | 'market'>): Ids => ({
    user: decided.userId,
    market: marketOf(decided),
  }),
  gatherBy: ({ subjectId }: Pick<FraudScore, 'subjectId'>) => subjectId,
  feedback: true,
} as const
