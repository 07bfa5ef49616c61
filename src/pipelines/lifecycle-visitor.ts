/** A key after the visitor turned out to be a user, or after the person was erased. */
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
 * Whether the event of an order is of before the moment that is kept, at which a visitor turned out to
 * be a user or somebody was erased: the order is, or it is not known here and most likely is. Of a
 * visitor it is for the user to hear of it, and of an erased person for nobody.
 */
export const isOfBefore = (
  order: Pick<Order, 'occurredAt' | 'type' | 'orderId' | 'originalOrderId' | 'userId'>,
  { mergedAt, purchases }: LifecycleState,
): boolean => {
  const until = mergedAt.get()
  if (until === null) return false
  if (order.type === 'PLACED') return order.occurredAt <= until
  if (purchases.has(orderIdOf(order))) return false
  return !namesNoOrder(order) || order.occurredAt <= until || purchases.size === 0
}

/**
 * A correction of the books is about no order, and neither is a refund that cannot name one. Such a
 * refund of a guest is told by the user whom the visitor turned out to be, or turns out to be next.
 */
const namesNoOrder = ({
  type,
  originalOrderId,
  userId,
}: Pick<Order, 'type' | 'originalOrderId' | 'userId'>): boolean =>
  type === 'ADJUSTED' || (type === 'REFUNDED' && originalOrderId === null && userId !== null)
