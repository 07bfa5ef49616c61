/** What a guest ordered, and whose that is. */
import type { Order } from '../events.ts'
import {
  type IdentityHistory,
  identityHistoryOf,
  joinedHistory,
  NO_IDENTITY_HISTORY,
  purchaseHistoryIn,
} from '../models/identity-history.ts'
import { NO_HISTORY, placed, withPurchase } from '../models/purchase-history.ts'
import { turnIndexAt } from '../models/visitor-turns.ts'
import {
  GUEST_ORDERS_MAX,
  type GuestOrder,
  type IdentityState,
  type Settled,
} from './identity-merges-state.ts'
import { isOnDeal } from './lifecycle-deals.ts'
import { correctedBy, orderIdOf, type PurchaseEvent } from './lifecycle-purchases.ts'

export type GuestEvent = PurchaseEvent & Pick<Order, 'market' | 'currency'>

/** What was bought in one of the turns, or with -1 since the last one. */
export const boughtIn = (index: number, state: IdentityState): IdentityHistory => {
  const settled = settledIn(index, state)
  const orders = ordersIn(index, state)
  if (settled === null && orders.length === 0) return NO_IDENTITY_HISTORY
  const { market, currency } = settled ?? orders.reduce(earlier)
  // Amounts of two currencies are never added.
  const counted = orders.filter(order => order.currency === currency)
  return identityHistoryOf({ market, currency }, settled ?? NO_HISTORY, counted)
}

const ordersIn = (index: number, { turns, orders }: IdentityState): readonly GuestOrder[] => {
  const all = turns.get()
  return orders.entries().flatMap(([, order]) => {
    return turnIndexAt(all, order.placedAt) === index ? [order] : []
  })
}

const earlier = (one: GuestOrder, other: GuestOrder): GuestOrder =>
  other.placedAt < one.placedAt ? other : one

/** Removes the orders of a turn, which is about to be removed as well. */
export const dropOrdersIn = (index: number, { turns, orders }: IdentityState): void => {
  for (const [orderId, { placedAt }] of orders.entries()) {
    if (turnIndexAt(turns.get(), placedAt) === index) orders.delete(orderId)
  }
}

/** Whether there is anything that belongs to whom the visitor turns out to be next. */
export const hasWaiting = (state: IdentityState): boolean =>
  state.waiting.get() !== null || ordersIn(-1, state).length > 0

/** Takes the event of a guest's order in. */
export const recordGuestEvent = (event: GuestEvent, state: IdentityState): void => {
  const orderId = orderIdOf(event)
  const known = state.orders.get(orderId)
  if (!known && isOfErased(event, state)) return
  // A correction of the books is about no order.
  if (event.type === 'ADJUSTED') settleAmount(event.totalMinor, event, state)
  else if (known) state.orders.set(orderId, { ...known, ...correctedBy(event, known) })
  else if (event.type === 'PLACED') remember(event, state)
  else if (event.type === 'REFUNDED') settleAmount(-event.totalMinor, event, state)
}

/**
 * Whether the event of an order that is not known is of before an erasure, or most likely is: nobody
 * else is to have it. An amount that names no order may be of what was ordered since.
 */
const isOfErased = (
  { type, occurredAt, originalOrderId }: GuestEvent,
  { erasedAt, orders }: IdentityState,
): boolean => {
  const until = erasedAt.get()
  if (until === null) return false
  if (type === 'PLACED' || occurredAt <= until) return occurredAt <= until
  const namesOrder = type !== 'ADJUSTED' && originalOrderId !== null
  return namesOrder || !orders.entries().some(([, { placedAt }]) => placedAt > until)
}

const remember = (event: GuestEvent, state: IdentityState): void => {
  if (state.orders.size >= GUEST_ORDERS_MAX) settleOldest(state)
  const { orderId, occurredAt, totalMinor, market, currency } = event
  const purchase = placed(occurredAt, totalMinor, isOnDeal(event))
  state.orders.set(orderId, { market, currency, ...purchase })
}

/** As for a user; see `lifecycle-purchases.ts`. It stays with the turn that it is in by then. */
const settleOldest = (state: IdentityState): void => {
  const [orderId, oldest] = state.orders
    .entries()
    .reduce((first, entry) => (entry[1].placedAt < first[1].placedAt ? entry : first))
  const index = turnIndexAt(state.turns.get(), oldest.placedAt)
  const { market, currency } = oldest
  const settled = settledIn(index, state) ?? { market, currency, ...NO_HISTORY }
  state.orders.delete(orderId)
  if (settled.currency !== currency) return
  setSettled(index, { ...settled, ...withPurchase(settled, oldest) }, state)
}

/** An amount that is of no order which is remembered, in the currency of the others. */
const settleAmount = (amountMinor: number, event: GuestEvent, state: IdentityState): void => {
  const index = amountIndexAt(event.occurredAt, state)
  const { market, currency } = { ...event, ...homeIn(index, state) }
  if (currency !== event.currency) return
  const settled = settledIn(index, state) ?? { market, currency, ...NO_HISTORY }
  setSettled(index, { ...settled, netMinor: settled.netMinor + amountMinor }, state)
}

/** Most likely it is about something ordered before: so it waits only where an order does. */
const amountIndexAt = (at: number, state: IdentityState): number => {
  const turns = state.turns.get()
  const index = turnIndexAt(turns, at)
  return index < 0 && !hasWaiting(state) ? turns.length - 1 : index
}

const homeIn = (index: number, state: IdentityState) => {
  const { market, currency } = boughtIn(index, state)
  return currency === null ? {} : { market, currency }
}

const settledIn = (index: number, { turns, waiting }: IdentityState): Settled | null =>
  index < 0 ? waiting.get() : turns.get()[index]!.settled

const setSettled = (index: number, settled: Settled, { turns, waiting }: IdentityState): void => {
  if (index < 0) waiting.set(settled)
  else turns.set(turns.get().with(index, { ...turns.get()[index]!, settled }))
}

/** In the currency of the first; days on which both bought are counted twice. */
export const joinedSettled = (one: Settled | null, other: Settled): Settled => {
  if (one === null || one.currency !== other.currency) return one ?? other
  const { market, currency } = one
  const joined = purchaseHistoryIn(joinedHistory([asHistory(one), asHistory(other)]))
  return { market, currency, ...joined }
}

const asHistory = ({ days, ...settled }: Settled): IdentityHistory => ({
  ...settled,
  days: [],
  olderDays: days,
})
