/** What is kept of a visitor who bought as a guest, or who turned out to be somebody. */
import {
  array,
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
import { mapOf } from '../engine/state/map-of.ts'
import { value } from '../engine/state/value.ts'
import type { Market } from '../events.ts'

/** Guest orders that can still be undone or refunded one by one; see `settleOldest`. */
export const GUEST_ORDERS_MAX = 32
/** Turns of a visitor, the last ones; what became of the guest orders of earlier ones is not told. */
export const TURNS_MAX = 8

const guestOrder = record({
  market: nullable(string),
  currency: string,
  placedAt: long,
  totalMinor: long,
  refundedMinor: long,
  onDeal: boolean,
  status: enumOf('PLACED', 'REFUNDED', 'CANCELLED', 'DECLINED'),
})
export type GuestOrder = Readonly<ValueOf<typeof guestOrder>>

/** What older orders came to, with refunds and corrections that name no order; in one currency. */
const settled = record({
  market: nullable(string),
  currency: string,
  purchases: int,
  dealPurchases: int,
  days: int,
  firstAt: nullable(long),
  lastAt: nullable(long),
  netMinor: long,
})
export type Settled = Readonly<ValueOf<typeof settled>>

const turn = record({
  userId: string,
  since: long,
  until: long,
  /** Of what was told of it; 0 before anything was. */
  revision: int,
  settled: nullable(settled),
})
export type VisitorTurn = Readonly<ValueOf<typeof turn>>

export const identityState = {
  /** Who the visitor turned out to be, in order of time; see `visitor-turns.ts`. */
  turns: value(array(turn), [], { bytesMax: 8_192 }),
  /** What a guest ordered, in any of these turns or since the last one. */
  orders: mapOf(guestOrder, { max: GUEST_ORDERS_MAX }),
  /** Of older orders since the last turn. */
  waiting: value(nullable(settled), null),
  /** The last erasure that named the visitor, until the key is forgotten. */
  erasedAt: value(nullable(long), null),
}

export type IdentityContext = Context<
  typeof identityState,
  'undoEnds',
  { readonly markets: Market }
>
export type IdentityState = IdentityContext['state']
