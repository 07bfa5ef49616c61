/** How the events of an order change what is kept of the person who placed it. */
import type { Order } from '../events.ts'
import {
  cancelled,
  historyOf,
  type Purchase,
  type PurchaseHistory,
  placed,
  refunded,
  withPurchase,
} from '../models/purchase-history.ts'
import { type LifecycleState, REMEMBERED_ORDERS_MAX } from './lifecycle-state.ts'

export type PurchaseEvent = Pick<
  Order,
  | 'occurredAt'
  | 'orderId'
  | 'originalOrderId'
  | 'type'
  | 'totalMinor'
  | 'discountMinor'
  | 'couponId'
>

const UNDOING: ReadonlySet<Order['type']> = new Set<Order['type']>([
  'PAYMENT_DECLINED',
  'CANCELLED',
])
const BOOKED: ReadonlySet<Order['type']> = new Set<Order['type']>(['REFUNDED', 'ADJUSTED'])

/** Events that say what an order is worth, or whether it counts. */
export const isPurchaseEvent = ({ type }: Pick<Order, 'type'>): boolean =>
  type === 'PLACED' || UNDOING.has(type) || BOOKED.has(type)

/** An order that somebody else brought about, placed or undone. */
export const isReferral = ({
  type,
  userId,
  referrerUserId,
}: Pick<Order, 'type' | 'userId' | 'referrerUserId'>): boolean =>
  referrerUserId !== null && referrerUserId !== userId && (type === 'PLACED' || UNDOING.has(type))

export const purchaseHistoryOf = (state: LifecycleState): PurchaseHistory => {
  const settled = state.settled.get()
  if (state.purchases.size === 0) return settled
  return historyOf(
    settled,
    state.purchases.entries().map(([, purchase]) => purchase),
  )
}

/** Takes the event in. True where it is a purchase that was not known before. */
export const recordPurchaseEvent = (event: PurchaseEvent, state: LifecycleState): boolean => {
  const orderId = event.type === 'PLACED' ? event.orderId : (event.originalOrderId ?? event.orderId)
  const known = state.purchases.get(orderId)
  switch (event.type) {
    case 'PLACED':
      if (known === undefined) remember(event, state)
      return known === undefined
    case 'PAYMENT_DECLINED':
    case 'CANCELLED':
      // An order that is not remembered is settled, or was never placed here: nothing to undo.
      if (known) state.purchases.set(orderId, cancelled(known))
      return false
    case 'REFUNDED':
      if (known) state.purchases.set(orderId, refunded(known, event.totalMinor))
      else settle(state, -event.totalMinor)
      return false
    case 'ADJUSTED':
      settle(state, event.totalMinor)
      return false
    default:
      return false
  }
}

const remember = (event: PurchaseEvent, state: LifecycleState): void => {
  if (state.purchases.size >= REMEMBERED_ORDERS_MAX) settleOldest(state)
  const onDeal = event.discountMinor > 0 || event.couponId !== null
  state.purchases.set(event.orderId, placed(event.occurredAt, event.totalMinor, onDeal))
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
  state.settled.set(withPurchase(state.settled.get(), oldest as Purchase))
  state.purchases.delete(orderId)
}

const settle = (state: LifecycleState, amountMinor: number): void => {
  const settled = state.settled.get()
  state.settled.set({ ...settled, netMinor: settled.netMinor + amountMinor })
}
