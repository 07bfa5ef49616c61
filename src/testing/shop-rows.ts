/**
 * What happens in a shop, as rows of a scenario table:
 *
 *   0     view   anna                              who, then what else is known
 *   +1m   login  anna device:phone at:Beijing
 *   +1m   order  anna o1 50GBP card:visa coupon:x  who, order, amount, then what else is known
 *   +1m   login  ben browser:till                  a browser that others use as well
 *   +1m   erase  anna till                         who, then the browsers of theirs
 *   1d    market UK GBP
 *
 * `anna` is a user, `visitor:anna` somebody who never logged in, and `-` nobody, or no order.
 */
import type { Instant } from '../engine/time.ts'
import { type Click, clickstream, erasures, markets, type Order, orders } from '../events.ts'
import { type Send, send } from './script.ts'

const click =
  (type: Click['type'], known = {}) =>
  (at: Instant, who = '-', ...cells: string[]): Send =>
    send(clickstream, {
      eventId: `${type} ${who} ${at}`,
      occurredAt: at,
      type,
      visitorId: 'somebody',
      ...idsOf(who),
      ...known,
      ...knownFrom(cells),
    })

const order =
  (type: Order['type']) =>
  (at: Instant, who = '-', orderId = '-', amount = '0GBP', ...cells: string[]): Send =>
    send(orders, {
      eventId: `${type} ${who} ${orderId} ${at}`,
      occurredAt: at,
      type,
      orderId: orderId === '-' ? `${type} ${at}` : orderId,
      ...idsOf(who),
      totalMinor: Math.round(Number.parseFloat(amount) * 100),
      currency: amount.slice(-3),
      ...knownFrom(cells),
    })

const idsOf = (who: string): object => {
  if (who === '-') return {}
  const visitor = /^visitor:(.+)/.exec(who)?.[1]
  return visitor === undefined
    ? { userId: who, visitorId: `browser of ${who}` }
    : { visitorId: visitor }
}

const FIELDS: Readonly<Record<string, string>> = {
  address: 'shippingAddressId',
  browser: 'visitorId',
  card: 'instrumentId',
  coupon: 'couponId',
  device: 'deviceId',
  ip: 'ip',
  market: 'market',
  merchant: 'merchantId',
  method: 'paymentMethod',
  referrer: 'referrerUserId',
}

const CITIES: Readonly<Record<string, object>> = {
  Beijing: { latitude: 39.9042, longitude: 116.4074 },
  Shanghai: { latitude: 31.2304, longitude: 121.4737 },
}

/** Cells such as `device:phone`; `at:Beijing` is a place. */
const knownFrom = (cells: readonly string[]): object =>
  Object.assign({}, ...cells.map(cell => knownOf(cell, ...(cell.split(':') as [string, string]))))

const knownOf = (cell: string, name: string, text: string): object => {
  if (name === 'at' && CITIES[text]) return CITIES[text]
  const field = FIELDS[name]
  if (field !== undefined) return { [field]: text }
  throw new Error(`"${cell}": what is known is one of ${Object.keys(FIELDS).join(', ')} or at`)
}

const market = (at: Instant, name: string, currency: string): Send =>
  send(markets, { market: name, occurredAt: at, currency, timeZone: 'UTC' })

const erase = (at: Instant, userId = '-', ...visitorIds: string[]): Send =>
  send(erasures, { eventId: `erase ${userId} ${at}`, occurredAt: at, userId, visitorIds })

export const shopRows = {
  visit: click('PAGE_VIEW'),
  view: click('PRODUCT_VIEW'),
  'long-view': click('PRODUCT_VIEW', { dwellMs: 31_000 }),
  search: click('SEARCH'),
  favourite: click('FAVOURITE'),
  cart: click('ADD_TO_CART'),
  login: click('LOGIN'),
  signup: click('SIGNUP'),
  'failed-login': click('LOGIN_FAILED'),
  order: order('PLACED'),
  decline: order('PAYMENT_DECLINED'),
  paid: order('PAID'),
  cancel: order('CANCELLED'),
  refund: order('REFUNDED'),
  return: order('RETURNED'),
  correction: order('ADJUSTED'),
  market,
  erase,
} as const satisfies Record<string, (at: Instant, ...cells: string[]) => Send>
