/** Scripts of a small shop: few people, who share devices and order, refund and come late. */
import fc from 'fast-check'
import { type Instant, seconds } from '../engine/time.ts'
import { type Click, clickstream, erasures, markets, type Order, orders } from '../events.ts'
import { commit, type ScriptStep, type Send, send, tick } from './script.ts'

/** Few, so that they meet; absent as often as in real records. */
const users = fc.constantFrom('anna', 'ben', 'cleo', null)
const visitors = fc.constantFrom('v1', 'v2')
const devices = fc.constantFrom('phone', 'till', null)
const instruments = fc.constantFrom('visa', 'gift card', null)
const addresses = fc.constantFrom('home', null)
/** Some have no place; the others are a thousand kilometres apart. */
const places = fc.constantFrom(
  {},
  {},
  { latitude: 39.9042, longitude: 116.4074 },
  { latitude: 31.2304, longitude: 121.4737 },
)
/** A market has one currency, with or without being listed; EUR in the UK is a mistake. */
const sales = fc.constantFrom(
  { market: 'UK', currency: 'GBP' },
  { market: 'UK', currency: 'GBP' },
  { market: 'UK', currency: 'EUR' },
  { market: 'FR', currency: 'EUR' },
  { market: null, currency: 'GBP' },
)

const clicks = fc.record({
  type: fc.constantFrom<Click['type'][]>(
    'SESSION_START',
    'PAGE_VIEW',
    'PRODUCT_VIEW',
    'FAVOURITE',
    'ADD_TO_CART',
    'LOGIN',
    'SIGNUP',
    'LOGIN_FAILED',
  ),
  visitorId: visitors,
  userId: users,
  deviceId: devices,
  ip: addresses,
  place: places,
})

const ordering = fc.record({
  type: fc.constantFrom<Order['type'][]>(
    'PLACED',
    'PLACED',
    'PLACED',
    'PAYMENT_DECLINED',
    'CANCELLED',
    'REFUNDED',
    'ADJUSTED',
    'SHIPPED',
  ),
  order: fc.nat(9),
  userId: users,
  visitorId: fc.option(visitors),
  deviceId: devices,
  instrumentId: instruments,
  ip: addresses,
  sale: sales,
  totalMinor: fc.constantFrom(0, 900, 1_000, 1_100, 80_000),
  couponId: fc.constantFrom('spring', null),
  referrerUserId: fc.constantFrom('anna', null, null),
  place: places,
})

/** From one event to the next: often moments, sometimes long enough for timers. */
const gaps = fc.oneof(
  { weight: 6, arbitrary: fc.nat(seconds(90)) },
  { weight: 3, arbitrary: fc.nat(3 * 86_400_000) },
  { weight: 1, arbitrary: fc.nat(100 * 86_400_000) },
)
/** Behind the newest: mostly not, often within the disorder that is allowed, seldom late. */
const lags = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.nat(seconds(5)) },
  { weight: 1, arbitrary: fc.nat(86_400_000) },
)

type Draft = (occurredAt: Instant, eventId: string) => ScriptStep

const clickDraft = clicks.map(
  ({ place, ...click }): Draft =>
    (occurredAt, eventId) =>
      send(clickstream, { ...click, ...place, eventId, occurredAt }),
)
const orderDraft = ordering.map(
  ({ place, sale, order, ...rest }): Draft =>
    (occurredAt, eventId) =>
      send(orders, { ...rest, ...sale, ...place, orderId: `o${order}`, eventId, occurredAt }),
)
const erasureDraft = fc
  .record({ userId: fc.constantFrom('anna', 'ben'), visitorIds: fc.array(visitors) })
  .map(
    (erasure): Draft =>
      (occurredAt, eventId) =>
        send(erasures, { ...erasure, eventId, occurredAt }),
  )
const unreadable: Draft = (occurredAt, eventId) => send(orders, { eventId, occurredAt, type: 7 })

const stepsOf = (...more: readonly fc.WeightedArbitrary<Draft>[]) =>
  fc.record({
    draft: fc.oneof(
      { weight: 8, arbitrary: clickDraft },
      { weight: 8, arbitrary: orderDraft },
      { weight: 1, arbitrary: fc.constant(unreadable) },
      { weight: 2, arbitrary: fc.constant<Draft>(tick) },
      { weight: 1, arbitrary: fc.constant<Draft>(() => commit) },
      ...more,
    ),
    gapMs: gaps,
    lagMs: lags,
    /** Sent once more, as producers do that are not sure. */
    again: fc.constantFrom(true, false, false, false),
  })

const listed: Send = send(markets, {
  market: 'UK',
  occurredAt: 0,
  currency: 'GBP',
  timeZone: 'Europe/London',
})

const scriptsOf = (steps: ReturnType<typeof stepsOf>): fc.Arbitrary<readonly ScriptStep[]> =>
  fc.array(steps, { maxLength: 40 }).map(drawn => {
    let newest = 86_400_000
    const script = drawn.flatMap(({ draft, gapMs, lagMs, again }, index) => {
      newest += gapMs
      const step = draft(newest - lagMs, `e${index}`)
      return again ? [step, step] : [step]
    })
    return [listed, ...script]
  })

/** Scripts with repeated ids, disorder, late and unreadable records, ticks and commits. */
export const shopScripts = scriptsOf(stepsOf())

/** The same with people who are erased. */
export const erasingShopScripts = scriptsOf(stepsOf({ weight: 1, arbitrary: erasureDraft }))
