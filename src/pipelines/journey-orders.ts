/** How the events of an order change what there is to write to the person who placed it. */
import type { Order } from '../events.ts'
import { moneyText } from '../models/money-text.ts'
import { sentence } from '../models/sentence.ts'
import { OCCASION_REASONS } from '../models/trigger-reasons.ts'
import { ENDED_BY_ORDER, OF_FIRST_ORDER, TRIGGER_RULES } from '../models/trigger-rules.ts'
import { callOff, callOffUntil, plan } from './journey-messages.ts'
import type { FirstOrder, JourneyState } from './journey-state.ts'

export type JourneyOrder = Pick<
  Order,
  'occurredAt' | 'orderId' | 'originalOrderId' | 'type' | 'currency' | 'totalMinor'
>

const UNDOING: ReadonlySet<Order['type']> = new Set<Order['type']>([
  'PAYMENT_DECLINED',
  'CANCELLED',
  'REFUNDED',
])

/** Events that make a purchase, or undo one, of a person whom we know. */
export const isJourneyOrder = ({ type, userId }: Pick<Order, 'type' | 'userId'>): boolean =>
  userId !== null && (type === 'PLACED' || UNDOING.has(type))

export const takeOrder = (event: JourneyOrder, state: JourneyState): void => {
  if (event.type === 'PLACED') takePlaced(event, state)
  else takeUndoing(event, state)
}

const takePlaced = (event: JourneyOrder, state: JourneyState): void => {
  const { occurredAt } = event
  state.orderedAt.set(Math.max(occurredAt, state.orderedAt.get() ?? occurredAt))
  callOffUntil(state, ENDED_BY_ORDER, occurredAt)
  // What was in the cart by then is bought; an order known late leaves what came after it.
  if ((state.cartAt.get() ?? Infinity) <= occurredAt) emptyCart(state)
  const first = state.firstOrder.get()
  if (first === null && !state.boughtAgain.get()) thankFor(event, state)
  else if (first?.orderId !== event.orderId) state.boughtAgain.set(true)
}

const emptyCart = ({ cart, cartAt }: JourneyState): void => {
  cart.clear()
  cartAt.set(null)
}

const thankFor = (event: JourneyOrder, state: JourneyState): void => {
  const { orderId, occurredAt, currency, totalMinor } = event
  state.firstOrder.set({ orderId, placedAt: occurredAt, currency, totalMinor, refundedMinor: 0 })
  for (const trigger of OF_FIRST_ORDER) {
    const numbers = {
      orderId,
      total: moneyText(totalMinor, currency),
      days: TRIGGER_RULES[trigger].afterMs / DAY_MS,
    }
    plan(state, trigger, occurredAt, sentence(OCCASION_REASONS[trigger], numbers))
  }
}

const DAY_MS = 86_400_000

const takeUndoing = (event: JourneyOrder, state: JourneyState): void => {
  const first = state.firstOrder.get()
  if (first === null || first.orderId !== (event.originalOrderId ?? event.orderId)) return
  const left = afterUndoing(first, event)
  state.firstOrder.set(left)
  if (left === null) callOff(state, OF_FIRST_ORDER)
}

/** Null where nothing is left of it. A refund in another currency cannot be subtracted. */
const afterUndoing = (first: FirstOrder, event: JourneyOrder): FirstOrder | null => {
  if (event.type !== 'REFUNDED') return null
  if (event.currency !== first.currency) return first
  const refundedMinor = first.refundedMinor + event.totalMinor
  return refundedMinor >= first.totalMinor ? null : { ...first, refundedMinor }
}
