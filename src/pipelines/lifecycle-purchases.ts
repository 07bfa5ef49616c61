/** How the events of an order change what is kept of the person who placed it. */
import type { Order } from '../events.ts'
import { identityHistoryOf, joinedHistory, purchaseHistoryIn } from '../models/identity-history.ts'
import type { Rhythm } from '../models/lifecycle-activity.ts'
import {
  cancelled,
  declined,
  historyOf,
  netMinorOf,
  type Purchase,
  type PurchaseHistory,
  paid,
  placed,
  refunded,
  withPurchase,
} from '../models/purchase-history.ts'
import { isOnDeal } from './lifecycle-deals.ts'
import type { Population } from './lifecycle-population.ts'
import { type LifecycleState, REMEMBERED_ORDERS_MAX } from './lifecycle-state.ts'

/** What is read of an order that a person may have bought. */
export const PURCHASE_EVENT_FIELDS = [
  'orderId',
  'originalOrderId',
  'userId',
  'visitorId',
  'type',
  'market',
  'currency',
  'totalMinor',
  'discountMinor',
  'couponId',
  'lines',
] as const

export type PurchaseEvent = Pick<
  Order,
  | 'occurredAt'
  | 'orderId'
  | 'originalOrderId'
  | 'type'
  | 'totalMinor'
  | 'discountMinor'
  | 'couponId'
  | 'lines'
>

const UNDOING: ReadonlySet<Order['type']> = new Set<Order['type']>([
  'PAYMENT_DECLINED',
  'CANCELLED',
])
const BOOKED: ReadonlySet<Order['type']> = new Set<Order['type']>(['REFUNDED', 'ADJUSTED'])

/** Events that say what an order is worth, or whether it counts. */
export const isPurchaseEvent = ({ type }: Pick<Order, 'type'>): boolean =>
  type === 'PLACED' || type === 'PAID' || UNDOING.has(type) || BOOKED.has(type)

/** An order that somebody else brought about, placed or undone. */
export const isReferral = ({
  type,
  userId,
  referrerUserId,
}: Pick<Order, 'type' | 'userId' | 'referrerUserId'>): boolean =>
  referrerUserId !== null && referrerUserId !== userId && (type === 'PLACED' || UNDOING.has(type))

/**
 * What the person bought, as a user and as the visitors who turned out to be that user. Where both
 * bought on one day it counts once, if both orders are among the last that are remembered of each.
 */
export const purchaseHistoryOf = (state: LifecycleState): PurchaseHistory => {
  const settled = state.settled.get()
  const merged = state.merged.get()
  if (merged.length === 0 && state.purchases.size === 0) return settled
  const purchases = state.purchases.entries().map(([, purchase]) => purchase)
  if (merged.length === 0) return historyOf(settled, purchases)
  const own = identityHistoryOf(state.home.get(), settled, purchases)
  return purchaseHistoryIn(joinedHistory([own, ...merged, ...state.mergedBefore.get()]))
}

/** Null for somebody who never bought. */
export const rhythmOf = (
  { days, firstAt, lastAt }: PurchaseHistory,
  { purchases: parameters }: Population,
): Rhythm | null =>
  firstAt === null || lastAt === null ? null : { days, firstAt, lastAt, parameters }

/** A purchase that was not known before; what changed one, or the value; or nothing. */
export type Booking = 'PURCHASE' | 'CORRECTION' | null

/** Takes the event in. */
export const recordPurchaseEvent = (event: PurchaseEvent, state: LifecycleState): Booking => {
  // A correction of the books is about no order.
  if (event.type === 'ADJUSTED') return settle(state, event.totalMinor)
  const orderId = orderIdOf(event)
  const known = state.purchases.get(orderId)
  if (known) return correct(orderId, known, correctedBy(event, known), state)
  if (event.type === 'PLACED') return remember(event, state)
  // An order that is not remembered is settled, or was never placed here: nothing to undo.
  return event.type === 'REFUNDED' ? settle(state, -event.totalMinor) : null
}

/** The order that the event is about. */
export const orderIdOf = ({
  type,
  orderId,
  originalOrderId,
}: Pick<PurchaseEvent, 'type' | 'orderId' | 'originalOrderId'>): string =>
  type === 'PLACED' ? orderId : (originalOrderId ?? orderId)

/** A purchase after another event of its order. */
export const correctedBy = (
  { type, totalMinor }: Pick<PurchaseEvent, 'type' | 'totalMinor'>,
  known: Purchase,
): Purchase => {
  switch (type) {
    case 'PAID':
      return paid(known)
    case 'PAYMENT_DECLINED':
      return declined(known)
    case 'CANCELLED':
      return cancelled(known)
    case 'REFUNDED':
      return refunded(known, totalMinor)
    default:
      return known
  }
}

const remember = (event: PurchaseEvent, state: LifecycleState): Booking => {
  if (state.purchases.size >= REMEMBERED_ORDERS_MAX) settleOldest(state)
  const purchase = placed(event.occurredAt, event.totalMinor, isOnDeal(event))
  state.purchases.set(event.orderId, purchase)
  return 'PURCHASE'
}

const stands = ({ status }: Purchase): boolean => status === 'PLACED'

const correct = (
  orderId: string,
  known: Purchase,
  corrected: Purchase,
  { purchases }: LifecycleState,
): Booking => {
  purchases.set(orderId, corrected)
  const isSame = stands(corrected) === stands(known) && netMinorOf(corrected) === netMinorOf(known)
  return isSame ? null : 'CORRECTION'
}

/**
 * Beyond the orders that are remembered, the oldest is settled: it keeps its place in the value and
 * the frequency for good. A later refund of it still comes off the value, and no longer undoes the
 * purchase; a later cancellation changes nothing.
 */
const settleOldest = (state: LifecycleState): void => {
  const [orderId, oldest] = state.purchases
    .entries()
    .reduce((first, entry) => (entry[1].placedAt < first[1].placedAt ? entry : first))
  const settled = withPurchase(state.settled.get(), oldest as Purchase)
  state.settled.set(settled)
  state.purchases.delete(orderId)
}

const settle = (state: LifecycleState, amountMinor: number): Booking => {
  const settled = state.settled.get()
  state.settled.set({ ...settled, netMinor: settled.netMinor + amountMinor })
  return amountMinor === 0 ? null : 'CORRECTION'
}
