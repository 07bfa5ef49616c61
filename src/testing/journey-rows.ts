/**
 * What the journeys of customers are made of, as rows of a scenario table:
 *
 *   0     market   UK Europe/London 22 8           from one hour to another nobody is written to
 *   0     consent  anna MARKETING                  all that is allowed; `none`, or `-` for not asked
 *   +1m   add      anna tea 2 5GBP market:UK       article, units and price; `-` for what is not known
 *   +1m   remove   anna tea 1
 *   1d    order    anna o1 10GBP market:UK
 *   90d   standing anna DORMANT from:AT_RISK ltv:20GBP tags:HIGH_VALUE
 *   91d   erase    anna
 *
 * `anna` is a user, `visitor:anna` somebody who never logged in; the order of `-` is nobody's.
 */
import type { Instant } from '../engine/time.ts'
import {
  type Click,
  clickstream,
  lifecycleSegments,
  markets,
  type Order,
  orders,
} from '../events.ts'
import { type Send, send } from './script.ts'
import { shopRows } from './shop-rows.ts'

const market = (at: Instant, name: string, timeZone = 'UTC', from = '-', to = '-'): Send =>
  send(markets, {
    market: name,
    occurredAt: at,
    currency: 'GBP',
    timeZone,
    quietFromHour: from === '-' ? null : Number(from),
    quietToHour: to === '-' ? null : Number(to),
  })

const click = (at: Instant, type: Click['type'], who: string, fields: object): Send =>
  send(clickstream, {
    eventId: `${type} ${who} ${at} ${JSON.stringify(fields)}`,
    occurredAt: at,
    type,
    ...(who.startsWith('visitor:')
      ? { visitorId: who.slice('visitor:'.length) }
      : { userId: who, visitorId: `browser of ${who}` }),
    ...fields,
  })

const cartRow =
  (type: Click['type']) =>
  (at: Instant, who: string, sku = '-', units = '-', price = '-', ...cells: string[]): Send =>
    click(at, type, who, {
      sku: sku === '-' ? null : sku,
      quantity: units === '-' ? null : Number(units),
      ...(price === '-' ? {} : { priceMinor: minorIn(price), currency: price.slice(-3) }),
      ...fieldsIn(cells),
    })

const consentRow =
  (type: Click['type']) =>
  (at: Instant, who: string, allowed = '-', ...cells: string[]): Send =>
    click(at, type, who, { consents: consentsIn(allowed), ...fieldsIn(cells) })

const consentsIn = (allowed: string): readonly string[] | null => {
  if (allowed === '-') return null
  return allowed === 'none' ? [] : allowed.split('+')
}

const orderRow =
  (type: Order['type']) =>
  (at: Instant, who: string, orderId: string, amount = '10GBP', ...cells: string[]): Send =>
    send(orders, {
      eventId: `${type} ${who} ${orderId} ${at}`,
      occurredAt: at,
      type,
      orderId,
      ...(who === '-' ? {} : { userId: who }),
      totalMinor: minorIn(amount),
      currency: amount.slice(-3),
      ...fieldsIn(cells),
    })

const standing = (at: Instant, who: string, activity: string, ...cells: string[]): Send => {
  const known = Object.fromEntries(cells.map(cell => cell.split(':'))) as Record<string, string>
  const isVisitor = who.startsWith('visitor:')
  return send(lifecycleSegments, {
    resultId: `${who} ${activity} ${at}`,
    occurredAt: at,
    modelVersion: 'of a test',
    reasons: [],
    subjectType: isVisitor ? 'VISITOR' : 'USER',
    subjectId: who,
    userId: isVisitor ? null : who,
    market: known.market ?? null,
    currency: known.ltv?.slice(-3) ?? null,
    stage: 'REPEAT',
    previousStage: 'REPEAT',
    activity,
    previousActivity: known.from ?? null,
    tags: known.tags?.split('+') ?? [],
    entered: known.entered?.split('+') ?? [],
    exited: [],
    recencyDays: 40,
    frequency: 2,
    ltv52wMinor: known.ltv === undefined ? null : minorIn(known.ltv),
  })
}

const minorIn = (amount: string): number => Math.round(Number.parseFloat(amount) * 100)

/** Cells such as `market:UK` and `of:o1`, the order that a record speaks of. */
const fieldsIn = (cells: readonly string[]): object =>
  Object.fromEntries(
    cells.map(cell => {
      const [name, text] = cell.split(':')
      return [name === 'of' ? 'originalOrderId' : name, text]
    }),
  )

export const journeyRows = {
  market,
  standing,
  add: cartRow('ADD_TO_CART'),
  remove: cartRow('REMOVE_FROM_CART'),
  checkout: cartRow('CHECKOUT_START'),
  view: cartRow('PRODUCT_VIEW'),
  consent: consentRow('CONSENT_CHANGED'),
  login: consentRow('LOGIN'),
  'failed-login': consentRow('LOGIN_FAILED'),
  order: orderRow('PLACED'),
  paid: orderRow('PAID'),
  decline: orderRow('PAYMENT_DECLINED'),
  cancel: orderRow('CANCELLED'),
  refund: orderRow('REFUNDED'),
  erase: shopRows.erase,
} as const satisfies Record<string, (at: Instant, ...cells: never[]) => Send>
