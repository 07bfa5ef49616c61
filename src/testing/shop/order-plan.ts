/** An order as it was planned, and what becomes of it hours, days and weeks later. */
import { days, hours } from '../../engine/time.ts'
import type { OrderLine } from '../../events.ts'
import { Dice } from '../sample/dice.ts'
import type { Actor } from './actor.ts'
import type { ShopTime } from './calendar.ts'
import { STREAMS } from './streams.ts'

export const FRAUD_KINDS = [
  'CARD_TESTING',
  'SPREE',
  'TAKEOVER',
  'RING',
  'REFUND_ABUSE',
  'SLOW_BURN',
] as const
export type FraudKind = (typeof FRAUD_KINDS)[number]

export type Fate = 'DECLINED' | 'CANCELLED' | 'KEPT' | 'RETURNED'

/** What is put into a cart and paid for. */
export interface Cart {
  readonly lines: readonly OrderLine[]
  readonly discountMinor: number
  readonly shippingMinor: number
  readonly couponId: string | null
  readonly referrerUserId: string | null
}

export interface OrderPlan {
  readonly orderId: string
  /** When the visit began in which it was placed: what follows is counted from here. */
  readonly startAt: ShopTime
  readonly actor: Actor
  readonly userId: string | null
  readonly cart: Cart
  readonly totalMinor: number
  readonly fate: Fate
  readonly fraud: FraudKind | null
}

export const totalOf = (cart: Cart): number =>
  cart.lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor, 0) -
  cart.discountMinor +
  cart.shippingMinor

export type FollowUpKind =
  | 'CANCELLED'
  | 'SHIPPED'
  | 'DELIVERED'
  | 'RETURNED'
  | 'REFUNDED'
  | 'CHARGEBACK'
  | 'ANALYST'
  | 'EXPIRED'

export interface FollowUp {
  readonly kind: FollowUpKind
  readonly delayMs: number
}

/** A few delays only, so that what is due in a slot is found by looking at a few earlier slots. */
const CANCELLED_AFTER = [hours(3), hours(6)] as const
const SHIPPED_AFTER = [hours(18), hours(24), hours(30)] as const
const DELIVERED_AFTER = [hours(60), hours(72), hours(96)] as const
export const COLD_SHIPPED_AFTER = hours(24)
export const COLD_DELIVERED_AFTER = hours(48)
const RETURNED_AFTER = days(8)
const REFUNDED_AFTER = days(10)
const CHARGEBACK_AFTER = [days(14), days(18), days(23)] as const
/** No bank complains of goods that were sent back: somebody in the shop finds out, or nobody does. */
const ANALYST_AFTER = days(30)
const EXPIRED_AFTER = ANALYST_AFTER
/** Of the orders that are no fraud, those about which somebody asks whether nobody complained. */
const EXPIRED_SHARE = 0.25

export const FOLLOW_UP_DELAYS: readonly number[] = [
  ...CANCELLED_AFTER,
  ...SHIPPED_AFTER,
  COLD_DELIVERED_AFTER,
  ...DELIVERED_AFTER,
  RETURNED_AFTER,
  REFUNDED_AFTER,
  ...CHARGEBACK_AFTER,
  EXPIRED_AFTER,
]

/** All that will become of an order after its payment. */
export const followUpsOf = (
  seed: number,
  slot: number,
  number: number,
  order: OrderPlan,
  isCold: boolean,
): readonly FollowUp[] => {
  const dice = new Dice(seed, STREAMS.LABEL, slot, number)
  return [...fulfilmentOf(order, isCold, dice), ...labelOf(order, dice)]
}

const fulfilmentOf = (order: OrderPlan, isCold: boolean, dice: Dice): FollowUp[] => {
  if (order.fate === 'DECLINED') return []
  if (order.fate === 'CANCELLED') {
    return [{ kind: 'CANCELLED', delayMs: dice.pick(CANCELLED_AFTER) }]
  }
  const shippedAfter = isCold ? COLD_SHIPPED_AFTER : dice.pick(SHIPPED_AFTER)
  const deliveredAfter = isCold ? COLD_DELIVERED_AFTER : dice.pick(DELIVERED_AFTER)
  const sent: FollowUp[] = [
    { kind: 'SHIPPED', delayMs: shippedAfter },
    { kind: 'DELIVERED', delayMs: deliveredAfter },
  ]
  if (order.fate === 'KEPT') return sent
  return [
    ...sent,
    { kind: 'RETURNED', delayMs: RETURNED_AFTER },
    { kind: 'REFUNDED', delayMs: REFUNDED_AFTER },
  ]
}

const labelOf = (order: OrderPlan, dice: Dice): FollowUp[] => {
  if (order.fraud === 'REFUND_ABUSE') return [{ kind: 'ANALYST', delayMs: ANALYST_AFTER }]
  if (order.fraud !== null) {
    const isNoticed = order.fate !== 'DECLINED'
    return isNoticed ? [{ kind: 'CHARGEBACK', delayMs: dice.pick(CHARGEBACK_AFTER) }] : []
  }
  return dice.chance(EXPIRED_SHARE) ? [{ kind: 'EXPIRED', delayMs: EXPIRED_AFTER }] : []
}
