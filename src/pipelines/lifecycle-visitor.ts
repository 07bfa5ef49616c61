/** A visitor's key after the visitor turned out to be a user. */
import type { Instant } from '../engine/time.ts'
import type { Order } from '../events.ts'
import { orderIdOf } from './lifecycle-purchases.ts'
import type { LifecycleState } from './lifecycle-state.ts'

/** What a late merge leaves of a visitor who was there after it as well. */
const KEPT_SINCE = new Set(['seenAt', 'engagement', 'cartAt', 'home', 'purchases'])

/**
 * Keeps of a visitor what was done after a moment, and that moment. Mostly nothing was done, and the
 * cells give their room back. Interest is not told apart by time: all of it stays, or none.
 */
export const keepSince = (until: Instant, state: LifecycleState): void => {
  const isBack = state.seenAt.get() > until
  for (const [name, cell] of Object.entries(state)) {
    if (!isBack || !KEPT_SINCE.has(name)) cell.clear()
  }
  for (const [orderId, { placedAt }] of state.purchases.entries()) {
    if (placedAt <= until) state.purchases.delete(orderId)
  }
  if (state.purchases.size === 0) state.home.clear()
  if ((state.cartAt.get() ?? until) <= until) state.cartAt.clear()
  state.mergedAt.set(until)
}

/**
 * Whether it is for the user to hear of the event of an order, whom the visitor turned out to be: the
 * order is of before that, or one that is not known here and most likely is.
 */
export const isOfUser = (
  order: Pick<Order, 'occurredAt' | 'type' | 'orderId' | 'originalOrderId'>,
  { mergedAt, purchases }: LifecycleState,
): boolean => {
  const until = mergedAt.get()
  if (until === null) return false
  if (order.type === 'PLACED') return order.occurredAt <= until
  // A correction of the books is about no order.
  return order.type === 'ADJUSTED' ? purchases.size === 0 : !purchases.has(orderIdOf(order))
}
