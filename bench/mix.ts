/**
 * A shop's day, made up: nine events in ten are clicks, one is of an order.
 *
 *   2,000 visits at any time, of twelve clicks each on average, to 50,000 people of whom a few come
 *   often. Three in five are known users. Of clicks 3 % are logins, of orders' events 60 % PLACED.
 *
 * The same seed gives the same events. All fields that a shop would fill are filled, as the records'
 * size is what decoding costs.
 */
import type { Click, ClickType, Order, OrderType } from '../src/events.ts'
import { randomOf } from './random.ts'

export type MixEvent =
  | { readonly topic: 'clickstream'; readonly event: Click }
  | { readonly topic: 'orders'; readonly event: Order }

export interface MixOptions {
  readonly events: number
  readonly seed: number
  readonly people: number
  /** Mean time from one event to the next. */
  readonly gapMs: number
}

export const SHOP: MixOptions = { events: 200_000, seed: 1, people: 50_000, gapMs: 500 }

export const START_AT = Date.UTC(2026, 0, 5)
const VISITS = 2_000

export const CLICKS: readonly (readonly [ClickType, number])[] = [
  ['LOGIN', 0.03],
  ['PRODUCT_VIEW', 0.42],
  ['PAGE_VIEW', 0.25],
  ['SEARCH', 0.12],
  ['SESSION_START', 0.08],
  ['ADD_TO_CART', 0.06],
  ['FAVOURITE', 0.02],
  ['CHECKOUT_START', 0.015],
  ['LOGIN_FAILED', 0.005],
]

export const ORDERS: readonly (readonly [OrderType, number])[] = [
  ['PLACED', 0.6],
  ['PAID', 0.22],
  ['SHIPPED', 0.08],
  ['PAYMENT_DECLINED', 0.04],
  ['REFUNDED', 0.03],
  ['CANCELLED', 0.03],
]

export function* shopEvents(options: MixOptions = SHOP): Generator<MixEvent> {
  const random = randomOf(options.seed)
  const whole = (below: number): number => Math.floor(random() * below)
  // The square makes low numbers frequent: regulars.
  const person = (): number => Math.floor(random() ** 2 * options.people)
  const visits = Array.from({ length: VISITS }, person)
  let at = START_AT
  let placed = 0
  for (let index = 0; index < options.events; index++) {
    at += whole(2 * options.gapMs)
    const visit = whole(VISITS)
    const who = visits[visit]!
    if (random() < 0.9) {
      yield { topic: 'clickstream', event: clickOf(index, at, who, pick(CLICKS, random), whole) }
    } else {
      const type = placed === 0 ? 'PLACED' : pick(ORDERS, random)
      if (type === 'PLACED') placed++
      const number = type === 'PLACED' ? placed : Math.max(1, placed - whole(500))
      yield { topic: 'orders', event: orderOf(index, at, who, number, type, whole) }
    }
    if (random() < 1 / 12) visits[visit] = person()
  }
}

/** Orders alone, as they are placed, each with a merchant: they go to all that a score asks. */
export function* placedOrders(count: number): Generator<MixEvent> {
  let placed = 0
  for (const { topic, event } of shopEvents({ ...SHOP, events: Number.MAX_SAFE_INTEGER })) {
    if (topic !== 'orders' || event.type !== 'PLACED') continue
    yield { topic, event: { ...event, merchantId: id('merchant', placed % 200) } }
    if (++placed === count) return
  }
}

export const pick = <T>(shares: readonly (readonly [T, number])[], random: () => number): T => {
  let left = random()
  for (const [one, share] of shares) {
    left -= share
    if (left < 0) return one
  }
  return shares[0]![0]
}

const isUser = (who: number): boolean => who % 5 < 3
const id = (prefix: string, number: number): string =>
  `${prefix}-${String(number).padStart(12, '0')}`

export type Whole = (below: number) => number

export const clickOf = (
  index: number,
  at: number,
  who: number,
  type: ClickType,
  whole: Whole,
): Click => ({
  eventId: id('click', index),
  occurredAt: at,
  visitorId: id('visitor', who),
  userId: isUser(who) ? id('user', who) : null,
  sessionId: id('session', who * 31 + (at >> 22)),
  type,
  sku: type === 'SEARCH' || type === 'PAGE_VIEW' ? null : id('sku', whole(5_000)),
  category: 'outdoor/tents',
  market: 'DE',
  quantity: type === 'ADD_TO_CART' ? 1 : null,
  priceMinor: type === 'PRODUCT_VIEW' ? 1_999 + whole(20_000) : null,
  currency: type === 'PRODUCT_VIEW' ? 'EUR' : null,
  dwellMs: whole(60_000),
  query: type === 'SEARCH' ? 'light tent for two' : null,
  channel: 'search',
  campaign: null,
  referrerUserId: null,
  deviceId: id('device', who),
  ip: id('ip', Math.floor(who / 3)),
  country: 'DE',
  latitude: 52.52,
  longitude: 13.4,
  consents: null,
})

export const orderOf = (
  index: number,
  at: number,
  who: number,
  number: number,
  type: OrderType,
  whole: Whole,
): Order => {
  const unitPriceMinor = 1_999 + whole(20_000)
  return {
    eventId: id('order-event', index),
    occurredAt: at,
    orderId: id('order', number),
    originalOrderId: null,
    userId: isUser(who) ? id('user', who) : null,
    visitorId: id('visitor', who),
    type,
    market: 'DE',
    merchantId: null,
    currency: 'EUR',
    totalMinor: unitPriceMinor + 990,
    discountMinor: number % 4 === 0 ? 500 : 0,
    shippingMinor: 490,
    lines: [
      {
        sku: id('sku', whole(5_000)),
        category: 'outdoor/tents',
        warehouseId: 'berlin',
        quantity: 1,
        unitPriceMinor,
        listPriceMinor: unitPriceMinor,
        unitCostMinor: unitPriceMinor >> 1,
        promotionId: null,
      },
    ],
    paymentMethod: 'CARD',
    instrumentId: id('card', who),
    issuerCountry: 'DE',
    deviceId: id('device', who),
    ip: id('ip', Math.floor(who / 3)),
    country: 'DE',
    latitude: 52.52,
    longitude: 13.4,
    shippingAddressId: id('address', who),
    shippingCountry: 'DE',
    couponId: number % 4 === 0 ? 'WELCOME' : null,
    referrerUserId: null,
  }
}
