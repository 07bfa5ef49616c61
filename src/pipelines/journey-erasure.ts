/** Somebody who is erased: what was to be written, the cart, the consent and all else are forgotten. */
import type { Instant } from '../engine/time.ts'
import type { JourneyOrder } from './journey-orders.ts'
import type { JourneyContext, JourneyState } from './journey-state.ts'
import { ERASURE_KNOWN_MS } from './lifecycle-end.ts'
import { orderIdOf } from './lifecycle-purchases.ts'

interface Occurred {
  readonly occurredAt: Instant
}

/** The moment is kept, so that what comes late from before it brings nobody back. */
export const erase = ({ occurredAt }: Occurred, { now, state, timers }: JourneyContext): void => {
  const until = Math.max(occurredAt, state.erasedAt.get() ?? occurredAt)
  for (const cell of Object.values(state)) cell.clear()
  timers.clear('messageDue')
  state.erasedAt.set(until)
  timers.set('erasureEnds', now + ERASURE_KNOWN_MS)
}

/** Whether it comes late, from before an erasure. */
export const isOfErased = ({ occurredAt }: Occurred, { erasedAt }: JourneyState): boolean =>
  occurredAt <= (erasedAt.get() ?? Number.NEGATIVE_INFINITY)

/** What becomes of an order that is not known most likely is of one from before the erasure. */
export const isOrderOfErased = (event: JourneyOrder, state: JourneyState): boolean => {
  if (state.erasedAt.get() === null) return false
  if (event.type === 'PLACED') return isOfErased(event, state)
  return state.firstOrder.get()?.orderId !== orderIdOf(event)
}

/** By then whoever is here came after the erasure; mostly nobody did. */
export const endErasure = ({ state, forget }: JourneyContext): void => {
  if (isKnown(state)) state.erasedAt.clear()
  else forget()
}

/** What else is kept of a person comes with one of these. */
const isKnown = ({ consent, market, cartAt, orderedAt, messages }: JourneyState): boolean =>
  [consent, market, cartAt, orderedAt].some(cell => cell.get() !== null) || messages.size > 0
