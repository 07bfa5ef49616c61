/** How the events of an order change what there is to write to the person who placed it. */
import { days, type Instant } from '../engine/time.ts'
import type { Order } from '../events.ts'
import { moneyText } from '../models/money-text.ts'
import { sentence } from '../models/sentence.ts'
import { OCCASION_REASONS } from '../models/trigger-reasons.ts'
import { ENDED_BY_ORDER, OF_FIRST_ORDER, TRIGGER_RULES } from '../models/trigger-rules.ts'
import { callOff, callOffUntil, plan } from './journey-messages.ts'
import type { FirstOrder, JourneyState } from './journey-state.ts'
import { orderIdOf } from './lifecycle-purchases.ts'

export type JourneyOrder = Pick<
  Order,
  'occurredAt' | 'orderId' | 'originalOrderId' | 'type' | 'currency' | 'totalMinor'
>

const BOOKED: ReadonlySet<Order['type']> = new Set<Order['type']>([
  'PLACED',
  'PAID',
  'PAYMENT_DECLINED',
  'CANCELLED',
  'REFUNDED',
])

/** Events that make a purchase, or undo one, of a person whom we know. */
export const isJourneyOrder = ({ type, userId }: Pick<Order, 'type' | 'userId'>): boolean =>
  userId !== null && BOOKED.has(type)

export const takeOrder = (event: JourneyOrder, state: JourneyState): void => {
  if (event.type === 'PLACED') takePlaced(event, state)
  else takeCorrection(event, state)
}

const takePlaced = (event: JourneyOrder, state: JourneyState): void => {
  const { occurredAt } = event
  state.orderedAt.set(Math.max(occurredAt, state.orderedAt.get() ?? occurredAt))
  callOffUntil(state, ENDED_BY_ORDER, occurredAt)
  // What was in the cart by then is bought; an order known late leaves what came after it.
  if ((state.cartAt.get() ?? Infinity) <= occurredAt) emptyCart(state)
  const first = state.firstOrder.get()
  if (first === null || first.isDeclined) takeFirst(event, state)
  else if (first.orderId !== event.orderId) state.boughtAgain.set(true)
}

const emptyCart = ({ cart, cartAt }: JourneyState): void => {
  cart.clear()
  cartAt.set(null)
}

const takeFirst = (event: JourneyOrder, state: JourneyState): void => {
  if (state.boughtAgain.get() || state.cancelled.items().includes(event.orderId)) return
  const { orderId, occurredAt: placedAt, currency, totalMinor } = event
  const first = { orderId, placedAt, currency, totalMinor, refundedMinor: 0, isDeclined: false }
  state.firstOrder.set(first)
  thankFor(first, placedAt, state)
}

/** Nobody is thanked twice, though what was thanked for came to nothing. */
const thankFor = (first: FirstOrder, since: Instant, state: JourneyState): void => {
  const told = state.toldOfFirst.items()
  for (const trigger of OF_FIRST_ORDER) {
    if (!told.includes(trigger)) plan(state, trigger, since, thanksFor(first, trigger, since))
  }
}

const thanksFor = (
  { orderId, placedAt, currency, totalMinor }: FirstOrder,
  trigger: (typeof OF_FIRST_ORDER)[number],
  since: Instant,
): string =>
  sentence(OCCASION_REASONS[trigger], {
    orderId,
    total: moneyText(totalMinor, currency),
    days: (since + TRIGGER_RULES[trigger].afterMs - placedAt) / days(1),
  })

/** What becomes of an order after it was placed matters where it is the first. */
const takeCorrection = (event: JourneyOrder, state: JourneyState): void => {
  const orderId = orderIdOf(event)
  if (event.type === 'CANCELLED') remember(orderId, state)
  const first = state.firstOrder.get()
  if (first === null || first.orderId !== orderId) return
  if (event.type === 'PAYMENT_DECLINED') takeDeclined(first, state)
  else if (event.type === 'PAID') takePaid(first, event.occurredAt, state)
  else state.firstOrder.set(event.type === 'REFUNDED' ? afterRefund(first, event) : null)
  if (state.firstOrder.get() === null) callOff(state, OF_FIRST_ORDER)
}

/** The order may come later than its cancellation. */
const remember = (orderId: string, { cancelled, boughtAgain }: JourneyState): void => {
  if (!boughtAgain.get() && !cancelled.items().includes(orderId)) cancelled.push(orderId)
}

const takeDeclined = (first: FirstOrder, state: JourneyState): void => {
  callOff(state, OF_FIRST_ORDER)
  state.firstOrder.set({ ...first, isDeclined: true })
}

/** The second attempt at a payment went well: the order counts from then on. */
const takePaid = (first: FirstOrder, paidAt: Instant, state: JourneyState): void => {
  if (!first.isDeclined) return
  const standing = { ...first, isDeclined: false }
  state.firstOrder.set(standing)
  thankFor(standing, paidAt, state)
}

/**
 * Null where nothing is left of it. What was never paid is not refunded, and a refund in another
 * currency cannot be subtracted.
 */
const afterRefund = (first: FirstOrder, event: JourneyOrder): FirstOrder | null => {
  if (first.isDeclined || event.currency !== first.currency) return first
  const refundedMinor = first.refundedMinor + event.totalMinor
  return refundedMinor >= first.totalMinor ? null : { ...first, refundedMinor }
}
