/** Scripts of a small shop in which orders turn out to be fraud, and some do not after all. */
import fc from 'fast-check'
import { days, hours, seconds } from '../engine/time.ts'
import {
  clickstream,
  fraudLabels,
  modelParameters,
  type Order,
  orders,
  policies,
} from '../events.ts'
import { commit, type ScriptStep, send, tick } from './script.ts'

/** Few, so that they meet; absent as often as in real records. */
const ids = (...names: string[]) => fc.constantFrom(...names, null)
const orderIds = fc.nat(5).map(number => `o${number}`)

const orderDraft = fc
  .record({
    type: fc.constantFrom<Order['type'][]>(
      'PLACED',
      'PLACED',
      'PLACED',
      'PAYMENT_DECLINED',
      'REFUNDED',
    ),
    orderId: orderIds,
    userId: ids('anna', 'ben'),
    instrumentId: ids('visa', 'gift card'),
    deviceId: ids('phone', 'till'),
    ip: ids('home'),
    merchantId: ids('m1', 'm2'),
    shippingAddressId: ids('a1'),
    market: fc.constantFrom('UK', 'FR', null),
    totalMinor: fc.constantFrom(900, 1_000, 80_000),
  })
  .map(
    order =>
      (occurredAt: number, eventId: string): ScriptStep =>
        send(orders, { ...order, currency: 'GBP', eventId, occurredAt }),
  )

const loginDraft = fc
  .record({
    type: fc.constantFrom('LOGIN', 'LOGIN_FAILED'),
    userId: ids('anna', 'ben'),
    deviceId: ids('phone', 'till'),
    market: fc.constantFrom('UK', null),
  })
  .map(
    login =>
      (occurredAt: number, eventId: string): ScriptStep =>
        send(clickstream, { ...login, visitorId: 'v1', eventId, occurredAt }),
  )

const labelDraft = fc
  .record({
    orderId: orderIds,
    isFraud: fc.boolean(),
    source: fc.constantFrom('CHARGEBACK', 'ANALYST', 'CUSTOMER', 'EXPIRED'),
  })
  .map(
    label =>
      (occurredAt: number, eventId: string): ScriptStep =>
        send(fraudLabels, { ...label, eventId, occurredAt }),
  )

const policyDraft = fc
  .constantFrom('{"labelExpiryDays":9}', '{"enabled":false}', '{"limits":{"stopsPerHour":0}}', '{')
  .map(
    document =>
      (occurredAt: number, eventId: string): ScriptStep =>
        send(policies, {
          policyId: 'fraud',
          version: Number(eventId.slice(1)) + 1,
          occurredAt,
          document,
        }),
  )

/** By hand, as a learner would: any of them gives other scores than the rules; the last is none. */
const modelDraft = fc.constantFrom(3, 9, -3, 99).map(
  weight =>
    (occurredAt: number, eventId: string): ScriptStep =>
      send(modelParameters, {
        modelId: 'fraud',
        version: Number(eventId.slice(1)) + 1,
        occurredAt,
        effectiveAt: occurredAt + hours(1),
        parameters: { a: 1, b: 0, base: -6, 'w:base': weight, 'v:base': 0.1 },
      }),
)

const gaps = fc.oneof(
  { weight: 6, arbitrary: fc.nat(seconds(90)) },
  { weight: 2, arbitrary: fc.nat(hours(9)) },
  { weight: 2, arbitrary: fc.nat(days(20)) },
)
/** Behind the newest: mostly not, often within the disorder that is allowed, seldom late. */
const lags = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.nat(seconds(5)) },
  { weight: 1, arbitrary: fc.nat(days(1)) },
)

const steps = fc.record({
  draft: fc.oneof(
    { weight: 9, arbitrary: orderDraft },
    { weight: 2, arbitrary: loginDraft },
    { weight: 7, arbitrary: labelDraft },
    { weight: 1, arbitrary: policyDraft },
    { weight: 1, arbitrary: modelDraft },
    { weight: 2, arbitrary: fc.constant((at: number): ScriptStep => tick(at)) },
    { weight: 1, arbitrary: fc.constant((): ScriptStep => commit) },
  ),
  gapMs: gaps,
  lagMs: lags,
  /** Sent once more, as producers do that are not sure. */
  again: fc.constantFrom(true, false, false, false),
})

/** Not so long that an order is forgotten within one. */
export const fraudScripts: fc.Arbitrary<readonly ScriptStep[]> = fc
  .array(steps, { maxLength: 40, size: 'max' })
  .map(drawn => {
    let newest = days(1)
    return drawn.flatMap(({ draft, gapMs, lagMs, again }, index) => {
      newest += gapMs
      const step = draft(newest - lagMs, `e${index}`)
      return again ? [step, step] : [step]
    })
  })
