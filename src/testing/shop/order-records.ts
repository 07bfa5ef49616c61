/** How the steps of an order are written. */
import { type FraudLabel, fraudLabels, type Order, type OrderType, orders } from '../../events.ts'
import { orderWith } from '../../sources/public-data/records.ts'
import type { ShopTime } from './calendar.ts'
import type { FollowUpKind, OrderPlan } from './order-plan.ts'
import type { SlotPlan } from './slot-plan.ts'

/** The order and the answer of the bank, seconds later. */
export const planPayment = (plan: SlotPlan, order: OrderPlan, placedAt: ShopTime): void => {
  plan.event(placedAt, 'free', {
    topic: orders,
    key: order.orderId,
    write: occurredAt => placed(order, occurredAt),
  })
  const isDeclined = order.fate === 'DECLINED'
  planOrderStep(plan, order, isDeclined ? 'PAYMENT_DECLINED' : 'PAID', placedAt + PAID_AFTER_MS)
}

const PAID_AFTER_MS = 4_000

export const planFollowUp = (
  plan: SlotPlan,
  order: OrderPlan,
  kind: FollowUpKind,
  at: ShopTime,
): void => {
  if (kind !== 'CHARGEBACK' && kind !== 'ANALYST' && kind !== 'EXPIRED') {
    planOrderStep(plan, order, kind, at)
    return
  }
  const { orderId } = order
  plan.event(at, 'causal', {
    topic: fraudLabels,
    key: orderId,
    write: (occurredAt): FraudLabel => ({
      eventId: `${orderId}-label`,
      occurredAt,
      orderId,
      isFraud: kind !== 'EXPIRED',
      source: kind,
    }),
  })
}

const planOrderStep = (plan: SlotPlan, order: OrderPlan, type: OrderType, at: ShopTime): void =>
  plan.event(at, 'causal', {
    topic: orders,
    key: order.orderId,
    write: occurredAt => laterStep(order, type, occurredAt),
  })

const placed = (order: OrderPlan, occurredAt: number): Order => {
  const { orderId, actor, cart } = order
  return orderWith({
    eventId: `${orderId}-placed`,
    occurredAt,
    orderId,
    userId: order.userId,
    visitorId: actor.visitorId,
    type: 'PLACED',
    market: actor.market,
    currency: actor.currency,
    totalMinor: order.totalMinor,
    discountMinor: cart.discountMinor,
    shippingMinor: cart.shippingMinor,
    lines: cart.lines,
    paymentMethod: 'CARD',
    instrumentId: actor.instrumentId,
    issuerCountry: actor.issuerCountry,
    deviceId: actor.deviceId,
    ip: actor.ip,
    country: actor.country,
    latitude: actor.latitude,
    longitude: actor.longitude,
    shippingAddressId: actor.addressId,
    shippingCountry: actor.market,
    couponId: cart.couponId,
    referrerUserId: cart.referrerUserId,
  })
}

const laterStep = (order: OrderPlan, type: OrderType, occurredAt: number): Order => {
  const { orderId, actor } = order
  const isPayment = type === 'PAID' || type === 'PAYMENT_DECLINED'
  return orderWith({
    eventId: `${orderId}-${type.toLowerCase()}`,
    occurredAt,
    orderId,
    userId: order.userId,
    visitorId: actor.visitorId,
    type,
    market: actor.market,
    currency: actor.currency,
    totalMinor: order.totalMinor,
    paymentMethod: 'CARD',
    instrumentId: actor.instrumentId,
    deviceId: isPayment ? actor.deviceId : null,
    ip: isPayment ? actor.ip : null,
  })
}
