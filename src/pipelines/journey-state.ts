/**
 * What is kept of a person: the cart, the first order, what may be written, and the messages that
 * are to come. Somebody who only looks around costs nothing; see the inputs' `when`.
 */
import {
  boolean,
  enumOf,
  int,
  long,
  nullable,
  record,
  string,
  type ValueOf,
} from '../engine/form.ts'
import type { Context } from '../engine/pipeline.ts'
import { listOf } from '../engine/state/list-of.ts'
import { mapOf } from '../engine/state/map-of.ts'
import { value } from '../engine/state/value.ts'
import { days } from '../engine/time.ts'
import type { Market } from '../events.ts'
import type { CartLine } from '../models/trigger-cart.ts'
import {
  CAP_MESSAGES,
  OF_FIRST_ORDER,
  TRIGGER_NAMES,
  type TriggerName,
} from '../models/trigger-rules.ts'

/** Articles that are remembered of a cart, the last that were changed. */
export const CART_LINES_MAX = 32
/** Cancelled orders that are remembered, until a person has ordered twice. */
export const CANCELLED_MAX = 8
/** A cart in which nothing was changed for so long is another one when something is. */
export const CART_KEPT_MS = days(30)

const line = record({
  quantity: int,
  priceMinor: nullable(long),
  currency: nullable(string),
})

const message = record({
  /** When it is to be written, or when the quiet is over that it was put off for. */
  dueAt: long,
  /** When it was due at first. */
  firstDueAt: long,
  /** When the occasion arose: an order from then on makes it pointless. */
  since: long,
  /** The sentence of the occasion; null: it is made of the cart as it then is. */
  detail: nullable(string),
})
export type PlannedMessage = Readonly<ValueOf<typeof message>> & { readonly trigger: TriggerName }

const order = record({
  orderId: string,
  placedAt: long,
  currency: string,
  totalMinor: long,
  refundedMinor: long,
  /** Its payment was declined, and not made since. */
  isDeclined: boolean,
})
export type FirstOrder = Readonly<ValueOf<typeof order>>

export const journeyState = {
  /** Of marketing, as last told, and when; null: never asked. */
  consent: value(nullable(record({ given: boolean, at: long })), null),
  /** Where the person was last. */
  market: value(nullable(string), null),
  /** By article. */
  cart: mapOf(line, { max: CART_LINES_MAX }),
  /** The last event of the cart; null: no cart since the last order. */
  cartAt: value(nullable(long), null),
  /** The last order. */
  orderedAt: value(nullable(long), null),
  /** The first order that stands, or would if it were paid. */
  firstOrder: value(nullable(order), null),
  /** What was told of a first order, be that undone since. */
  toldOfFirst: listOf(enumOf(...OF_FIRST_ORDER), { max: OF_FIRST_ORDER.length }),
  /** Orders that were cancelled, be it before they are known; none of them is a first one. */
  cancelled: listOf(string, { max: CANCELLED_MAX }),
  /** Whether there was another order while one stood: then none will be the first any more. */
  boughtAgain: value(boolean, false),
  /** By trigger. */
  messages: mapOf(message, { max: TRIGGER_NAMES.length }),
  /** When the person was written to. */
  writtenAt: listOf(long, { max: CAP_MESSAGES }),
  /** When the person was erased, for 180 days. */
  erasedAt: value(nullable(long), null),
}

export type JourneyContext = Context<
  typeof journeyState,
  'messageDue' | 'erasureEnds',
  { readonly markets: Market }
>
export type JourneyState = JourneyContext['state']

/** Of the cart, the one that was changed last at the end. */
export const linesOf = ({ cart }: JourneyState): readonly CartLine[] =>
  cart.entries().map(([, held]) => held)
