/** How a person's cart changes, and with it the reminders of it. */
import type { Click } from '../events.ts'
import { hasValue, lineAdded, lineRemoved } from '../models/trigger-cart.ts'
import { CART_TRIGGERS } from '../models/trigger-rules.ts'
import { callOff, plan } from './journey-messages.ts'
import { CART_KEPT_MS, type JourneyState, linesOf } from './journey-state.ts'

export type CartEvent = Pick<
  Click,
  'occurredAt' | 'type' | 'sku' | 'quantity' | 'priceMinor' | 'currency'
>

const CART_EVENTS: ReadonlySet<Click['type']> = new Set<Click['type']>([
  'ADD_TO_CART',
  'REMOVE_FROM_CART',
  'CHECKOUT_START',
])

/** Events of the cart of a person whom we know. */
export const isCartEvent = ({ type, userId }: Pick<Click, 'type' | 'userId'>): boolean =>
  userId !== null && CART_EVENTS.has(type)

/** All reminders start anew with each event of the cart, as long as there is anything in it. */
export const takeCartEvent = (event: CartEvent, state: JourneyState): void => {
  const { occurredAt } = event
  // Known late: what was in the cart by then is bought already.
  if (occurredAt <= (state.orderedAt.get() ?? -Infinity)) return
  const before = state.cartAt.get() ?? occurredAt
  if (occurredAt - before >= CART_KEPT_MS) state.cart.clear()
  changeLine(event, state)
  const cartAt = Math.max(before, occurredAt)
  state.cartAt.set(cartAt)
  callOff(state, CART_TRIGGERS)
  if (hasValue(linesOf(state))) plan(state, 'CART_60M', cartAt, null)
}

/** Articles without a name share a line. */
const NAMELESS = ''

const changeLine = (event: CartEvent, { cart }: JourneyState): void => {
  const sku = event.sku ?? NAMELESS
  const known = cart.get(sku)
  if (event.type === 'ADD_TO_CART') cart.set(sku, lineAdded(known, event))
  if (event.type !== 'REMOVE_FROM_CART' || known === undefined) return
  const left = lineRemoved(known, event)
  if (left === null) cart.delete(sku)
  else cart.set(sku, left)
}
