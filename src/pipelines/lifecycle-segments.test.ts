import { describe, expect, test } from 'vitest'
import { describe as describePipeline } from '../engine/describe.ts'
import { days, hours } from '../engine/time.ts'
import { type LifecycleSegment, lifecycleSegments as segments } from '../events.ts'
import { Harness } from '../testing/harness.ts'
import { pipelineLaws } from '../testing/laws.ts'
import { playStep } from '../testing/play-step.ts'
import { scenario } from '../testing/scenario.ts'
import { shopRows } from '../testing/shop-rows.ts'
import { shopScripts } from '../testing/shop-scripts.ts'
import { lifecycleSegments } from './lifecycle-segments.ts'

/** Day of the cause, who, stage, activity, tags, repeat days and net value. */
const shown = (segment: LifecycleSegment): string => {
  const { occurredAt, subjectId, stage, activity, tags, frequency } = segment
  const day = `${Math.round((occurredAt / days(1)) * 10) / 10}d`
  const { monetaryMinor, currency } = segment
  const value = currency === null ? [] : [frequency, `${monetaryMinor! / 100}${currency}`]
  return [day, subjectId, stage, activity, tags.join('+') || '-', ...value].join(' ')
}

const check = scenario(lifecycleSegments, { events: shopRows, show: shown })

describe('before the first purchase', () => {
  test('interest begins at an engagement of three, and ends when it has faded below one', () =>
    check(`
      0    view anna
      0    search anna
      tick 1m
      => 0d anna AWARE ACTIVE -
      1h   view anna
      1h   favourite anna
      tick 2h
      => 0d anna INTERESTED ACTIVE -
      tick 40d
      => 30d anna INTERESTED AT_RISK -
      => 32.5d anna AWARE AT_RISK -
    `))
  test('three views over a visit have faded to a little less than three', () =>
    check(`
      0    view anna
      +1m  view anna
      => 0d anna AWARE ACTIVE -
      +1m  view anna
      tick 1h
      +1m  view anna
      tick 2h
      => 0d anna INTERESTED ACTIVE -
    `))
  test('a long look counts twice, a page is nothing, and a month of silence puts at risk', () =>
    check(`
      0    long-view anna
      +1m  visit anna
      => 0d anna AWARE ACTIVE -
      +1m  view anna
      tick 31d
      => 30d anna AWARE AT_RISK -
      +1m  visit anna
      tick 400d
      => 31d anna AWARE ACTIVE -
      => 61d anna AWARE AT_RISK -
      => 121d anna AWARE DORMANT DORMANT
      => 211d anna AWARE LOST -
    `))
  test('what is in the cart is an intent for 72 hours', () =>
    check(`
      0    view anna
      0    cart anna
      2d   cart anna
      => 0d anna INTENT ACTIVE -
      tick 4d23h
      tick 5d1h
      => 5d anna AWARE ACTIVE -
    `))
  test('what a buyer has in the cart is an intent from when the purchase is undone, until 72 hours', () =>
    check(`
      0    order anna o1 50GBP
      1d   cart anna
      => 0d anna FIRST_BUYER ACTIVE NEW 0 50GBP
      2d   cancel anna o1 50GBP
      tick 5d
      => 2d anna INTENT ACTIVE - 0 0GBP
      => 4d anna AWARE ACTIVE - 0 0GBP
    `))
  test('a purchase ends the intent, and undoing it does not bring the cart back', () =>
    check(`
      0    cart anna
      +1h  order anna o1 50GBP
      => 0d anna INTENT ACTIVE -
      +1h  cancel anna o1 50GBP
      => 0d anna FIRST_BUYER ACTIVE NEW 0 50GBP
      tick 1d
      => 0.1d anna AWARE ACTIVE - 0 0GBP
    `))
  test("a visitor is not the user of the same name, and failed logins are nobody's", () =>
    check(`
      0    visit anna
      0    visit visitor:anna
      0    failed-login ben
      tick 1d
      => 0d anna AWARE ACTIVE -
      => 0d anna AWARE ACTIVE -
    `))
})

describe('purchases and what undoes them', () => {
  test('orders less than a day apart make no repeat buyer', () =>
    check(`
      0       order anna o1 50GBP
      23h59m  order anna o2 50GBP
      => 0d anna FIRST_BUYER ACTIVE NEW 0 50GBP
      tick    2d
      => 1d anna FIRST_BUYER ACTIVE NEW 0 100GBP
      0       order ben o3 50GBP
      => 0d ben FIRST_BUYER ACTIVE NEW 0 50GBP
      tick    3d
    `))
  test('orders a day apart make a repeat buyer', () =>
    check(`
      0     order anna o1 50GBP
      24h   order anna o2 50GBP
      => 0d anna FIRST_BUYER ACTIVE NEW 0 50GBP
      tick  2d
      => 1d anna REPEAT ACTIVE NEW 1 100GBP
    `))
  test('a refund takes its part off, and undoes the purchase when nothing is left', () =>
    check(`
      0     order anna o1 50GBP
      1h    refund anna o1 20GBP
      => 0d anna FIRST_BUYER ACTIVE NEW 0 50GBP
      2h    refund anna o1 30GBP
      => 0d anna FIRST_BUYER ACTIVE NEW 0 30GBP
      tick  1d
      => 0.1d anna AWARE ACTIVE - 0 0GBP
      2d    order anna o2 10GBP
      tick  3d
      => 2d anna FIRST_BUYER ACTIVE NEW 0 10GBP
    `))
  test('a refund after the cancellation is the same money', () =>
    check(`
      0     order anna o1 50GBP
      1h    cancel anna o1 50GBP
      => 0d anna FIRST_BUYER ACTIVE NEW 0 50GBP
      2h    refund anna o1 50GBP
      => 0d anna AWARE ACTIVE - 0 0GBP
      3h    order anna o2 10GBP
      tick  1d
      => 0.1d anna FIRST_BUYER ACTIVE NEW 0 10GBP
    `))
  test('a declined payment undoes the purchase', () =>
    check(`
      0     order anna o1 50GBP
      1h    decline anna o1 50GBP
      => 0d anna FIRST_BUYER ACTIVE NEW 0 50GBP
      tick  1d
      => 0d anna AWARE ACTIVE - 0 0GBP
    `))
  test('a payment of an order that is not known ends an absence, as a visit does', () =>
    check(`
      0       paid  ben o1 50GBP
      0       visit anna
      30d1h   paid  anna o2 50GBP
      => 0d anna AWARE ACTIVE -
      => 30d anna AWARE AT_RISK -
      tick    31d
      => 30d anna AWARE ACTIVE - 0 0GBP
    `))
  test('a payment that goes well at the second attempt brings the purchase back', () =>
    check(`
      0     order anna o1 50GBP
      1h    decline anna o1 50GBP
      => 0d anna FIRST_BUYER ACTIVE NEW 0 50GBP
      2h    paid anna o1 50GBP
      => 0d anna AWARE ACTIVE - 0 0GBP
      3h    paid anna o1 50GBP
      => 0.1d anna FIRST_BUYER ACTIVE NEW 0 50GBP
      tick  1d
    `))
  test('a refund that names no order comes off the value, and is no purchase', () =>
    check(`
      0     refund anna - 30GBP
      tick  1d
      => 0d anna AWARE ACTIVE - 0 -30GBP
      2d    order anna o1 50GBP
      tick  3d
      => 2d anna FIRST_BUYER ACTIVE NEW 0 20GBP
    `))
  test('an order that comes late is counted at its own time, and a late visit is set aside', () =>
    check(`
      3d    order anna o1 50GBP
      tick  3d1h
      => 3d anna FIRST_BUYER ACTIVE NEW 0 50GBP
      1d    order anna o2 20GBP
      => 1d anna REPEAT ACTIVE NEW 1 70GBP
      2d    view anna
      => LATE by 89994999 ms
      tick  34d
      => 9.2d anna REPEAT ACTIVE NEW 1 70GBP
      => 16.1d anna REPEAT ACTIVE NEW 1 70GBP
      => 23.7d anna REPEAT ACTIVE NEW 1 70GBP
      => 29.6d anna REPEAT AT_RISK NEW 1 70GBP
      => 31d anna REPEAT AT_RISK - 1 70GBP
    `))
  test('an order that comes late leaves what was put in the cart after it', () =>
    check(`
      1d    cart anna
      tick  1d1h
      => 1d anna INTENT ACTIVE -
      0     order anna o1 50GBP
      => 0d anna FIRST_BUYER ACTIVE NEW 0 50GBP
      1d2h  cancel anna o1 50GBP
      tick  1d3h
      => 1.1d anna INTENT ACTIVE - 0 0GBP
    `))
  test("nobody's order is nobody's purchase", () =>
    check(`
      0     order - o1 50GBP
      tick  1d
    `))
  test('who buys only on deals is told so from the second purchase on', () =>
    check(`
      0     order anna o1 50GBP coupon:spring
      1d    order anna o2 50GBP coupon:spring
      => 0d anna FIRST_BUYER ACTIVE NEW 0 50GBP
      2d    order anna o3 50GBP
      => 1d anna REPEAT ACTIVE DEAL_ONLY+NEW 1 100GBP
      tick  3d
      => 2d anna LOYAL ACTIVE NEW 2 150GBP
    `))
})

describe('absence and return', () => {
  test('a buyer who is silent is at risk, dormant, and lost', () =>
    check(`
      0     order anna o1 50GBP
      tick  1d
      => 0d anna FIRST_BUYER ACTIVE NEW 0 50GBP
      tick  29d
      => 10.8d anna FIRST_BUYER ACTIVE NEW 0 50GBP
      => 23.9d anna FIRST_BUYER ACTIVE NEW 0 50GBP
      tick  31d
      => 30d anna FIRST_BUYER ACTIVE - 0 50GBP
      tick  91d
      => 33.6d anna FIRST_BUYER AT_RISK - 0 50GBP
      => 51d anna FIRST_BUYER AT_RISK - 0 50GBP
      => 71.7d anna FIRST_BUYER AT_RISK - 0 50GBP
      tick  181d
      => 96.2d anna FIRST_BUYER AT_RISK - 0 50GBP
      => 116.9d anna FIRST_BUYER DORMANT DORMANT 0 50GBP
      => 149.6d anna FIRST_BUYER DORMANT DORMANT 0 50GBP
      tick  700d
      => 188.1d anna FIRST_BUYER DORMANT DORMANT 0 50GBP
      => 233.4d anna FIRST_BUYER DORMANT DORMANT 0 50GBP
      => 286.7d anna FIRST_BUYER DORMANT DORMANT 0 50GBP
      => 349.2d anna FIRST_BUYER DORMANT DORMANT 0 50GBP
      => 418.1d anna FIRST_BUYER LOST - 0 50GBP
      => 503.2d anna FIRST_BUYER LOST - 0 50GBP
      => 602.8d anna FIRST_BUYER LOST - 0 50GBP
    `))
  test('a buyer who comes back after a dormant time is reactivated for 30 days', () =>
    check(`
      0     order anna o1 50GBP
      tick  1d
      => 0d anna FIRST_BUYER ACTIVE NEW 0 50GBP
      120d  order anna o2 50GBP
      => 10.8d anna FIRST_BUYER ACTIVE NEW 0 50GBP
      => 23.9d anna FIRST_BUYER ACTIVE NEW 0 50GBP
      => 30d anna FIRST_BUYER ACTIVE - 0 50GBP
      => 33.6d anna FIRST_BUYER AT_RISK - 0 50GBP
      => 51d anna FIRST_BUYER AT_RISK - 0 50GBP
      => 71.7d anna FIRST_BUYER AT_RISK - 0 50GBP
      => 96.2d anna FIRST_BUYER AT_RISK - 0 50GBP
      => 116.9d anna FIRST_BUYER DORMANT DORMANT 0 50GBP
      tick  151d
      => 120d anna REPEAT REACTIVATED - 1 100GBP
      => 145.8d anna REPEAT REACTIVATED - 1 100GBP
      => 150d anna REPEAT ACTIVE - 1 100GBP
      tick  400d
      => 182.7d anna REPEAT ACTIVE - 1 100GBP
      => 215.9d anna REPEAT AT_RISK - 1 100GBP
      => 254.8d anna REPEAT AT_RISK - 1 100GBP
      => 297.2d anna REPEAT AT_RISK - 1 100GBP
      => 343.2d anna REPEAT AT_RISK - 1 100GBP
      => 391.5d anna REPEAT DORMANT DORMANT 1 100GBP
    `))
  test('a loyal customer stays loyal while at risk, and no longer once dormant', () =>
    check(`
      0     order anna o1 10GBP
      7d    order anna o2 10GBP
      => 0d anna FIRST_BUYER ACTIVE NEW 0 10GBP
      14d   order anna o3 10GBP
      => 7d anna REPEAT ACTIVE NEW 1 20GBP
      => 13.9d anna REPEAT ACTIVE NEW 1 20GBP
      21d   order anna o4 10GBP
      => 14d anna LOYAL ACTIVE NEW 2 30GBP
      => 20d anna LOYAL ACTIVE NEW 2 30GBP
      28d   order anna o5 10GBP
      => 21d anna LOYAL ACTIVE NEW 3 40GBP
      => 26.7d anna LOYAL ACTIVE NEW 3 40GBP
      tick  59d
      => 28d anna LOYAL ACTIVE NEW 4 50GBP
      => 30d anna LOYAL ACTIVE - 4 50GBP
      => 35.5d anna LOYAL ACTIVE - 4 50GBP
      => 40.4d anna LOYAL ACTIVE - 4 50GBP
      => 45.1d anna LOYAL ACTIVE - 4 50GBP
      => 49.6d anna LOYAL ACTIVE - 4 50GBP
      => 54d anna LOYAL ACTIVE - 4 50GBP
      => 55d anna LOYAL AT_RISK - 4 50GBP
      tick  119d
      => 59.6d anna LOYAL AT_RISK - 4 50GBP
      => 64.2d anna LOYAL AT_RISK - 4 50GBP
      => 69.2d anna LOYAL AT_RISK - 4 50GBP
      => 74.5d anna LOYAL AT_RISK - 4 50GBP
      => 80.4d anna LOYAL AT_RISK - 4 50GBP
      => 84.5d anna REPEAT DORMANT DORMANT 4 50GBP
      => 91.7d anna REPEAT DORMANT DORMANT 4 50GBP
      => 98.9d anna REPEAT DORMANT DORMANT 4 50GBP
      => 106.2d anna REPEAT DORMANT DORMANT 4 50GBP
      => 113.6d anna REPEAT DORMANT DORMANT 4 50GBP
    `))
  test('a visit at the very moment of a change leaves one result', () =>
    check(`
      0     cart anna
      tick  1d
      => 0d anna INTENT ACTIVE -
      3d    visit anna
      tick  4d
      => 3d anna AWARE ACTIVE -
    `))
  test('a person is forgotten 800 days after the last event', () =>
    check(`
      0     order anna o1 50GBP
      tick  799d
      => 0d anna FIRST_BUYER ACTIVE NEW 0 50GBP
      => 10.8d anna FIRST_BUYER ACTIVE NEW 0 50GBP
      => 23.9d anna FIRST_BUYER ACTIVE NEW 0 50GBP
      => 30d anna FIRST_BUYER ACTIVE - 0 50GBP
      => 33.6d anna FIRST_BUYER AT_RISK - 0 50GBP
      => 51d anna FIRST_BUYER AT_RISK - 0 50GBP
      => 71.7d anna FIRST_BUYER AT_RISK - 0 50GBP
      => 96.2d anna FIRST_BUYER AT_RISK - 0 50GBP
      => 116.9d anna FIRST_BUYER DORMANT DORMANT 0 50GBP
      => 149.6d anna FIRST_BUYER DORMANT DORMANT 0 50GBP
      => 188.1d anna FIRST_BUYER DORMANT DORMANT 0 50GBP
      => 233.4d anna FIRST_BUYER DORMANT DORMANT 0 50GBP
      => 286.7d anna FIRST_BUYER DORMANT DORMANT 0 50GBP
      => 349.2d anna FIRST_BUYER DORMANT DORMANT 0 50GBP
      => 418.1d anna FIRST_BUYER LOST - 0 50GBP
      => 503.2d anna FIRST_BUYER LOST - 0 50GBP
      => 602.8d anna FIRST_BUYER LOST - 0 50GBP
      => 719.2d anna FIRST_BUYER LOST - 0 50GBP
      tick  801d
      900d  visit anna
      tick  901d
      => 900d anna AWARE ACTIVE -
    `))
})

describe('referrals', () => {
  test("a buyer whose friend buys is an advocate, until the friend's order is cancelled", () =>
    check(`
      0     order anna o1 50GBP
      1d    order ben o2 20GBP referrer:anna
      => 0d anna FIRST_BUYER ACTIVE NEW 0 50GBP
      2d    cancel ben o2 20GBP referrer:anna
      => 1d ben FIRST_BUYER ACTIVE NEW 0 20GBP
      => 1d anna ADVOCATE ACTIVE NEW 0 50GBP
      tick  3d
      => 2d ben AWARE ACTIVE - 0 0GBP
      => 2d anna FIRST_BUYER ACTIVE NEW 0 50GBP
    `))
  test('a referral is remembered for a year', () =>
    check(`
      0     order anna o1 50GBP
      1d    order ben o2 20GBP referrer:anna
      => 0d anna FIRST_BUYER ACTIVE NEW 0 50GBP
      300d  order anna o3 50GBP
      => 1d ben FIRST_BUYER ACTIVE NEW 0 20GBP
      => 1d anna ADVOCATE ACTIVE NEW 0 50GBP
      => 11.8d ben FIRST_BUYER ACTIVE NEW 0 20GBP
      => 12.1d anna ADVOCATE ACTIVE NEW 0 50GBP
      => 24.9d ben FIRST_BUYER ACTIVE NEW 0 20GBP
      => 25.3d anna ADVOCATE ACTIVE NEW 0 50GBP
      => 30d anna ADVOCATE ACTIVE - 0 50GBP
      => 31d ben FIRST_BUYER ACTIVE - 0 20GBP
      => 33.6d anna ADVOCATE AT_RISK - 0 50GBP
      => 34.6d ben FIRST_BUYER AT_RISK - 0 20GBP
      => 51d anna ADVOCATE AT_RISK - 0 50GBP
      => 52d ben FIRST_BUYER AT_RISK - 0 20GBP
      => 71.7d anna ADVOCATE AT_RISK - 0 50GBP
      => 72.7d ben FIRST_BUYER AT_RISK - 0 20GBP
      => 96.2d anna ADVOCATE AT_RISK - 0 50GBP
      => 97.2d ben FIRST_BUYER AT_RISK - 0 20GBP
      => 116.9d anna ADVOCATE DORMANT DORMANT 0 50GBP
      => 117.9d ben FIRST_BUYER DORMANT DORMANT 0 20GBP
      => 149.6d anna ADVOCATE DORMANT DORMANT 0 50GBP
      => 150.6d ben FIRST_BUYER DORMANT DORMANT 0 20GBP
      => 188.1d anna ADVOCATE DORMANT DORMANT 0 50GBP
      => 189.1d ben FIRST_BUYER DORMANT DORMANT 0 20GBP
      => 233.4d anna ADVOCATE DORMANT DORMANT 0 50GBP
      => 234.4d ben FIRST_BUYER DORMANT DORMANT 0 20GBP
      => 286.7d anna ADVOCATE DORMANT DORMANT 0 50GBP
      => 287.7d ben FIRST_BUYER DORMANT DORMANT 0 20GBP
      tick  301d
      => 300d anna ADVOCATE REACTIVATED - 1 100GBP
      tick  367d
      => 330d anna ADVOCATE ACTIVE - 1 100GBP
      => 350.2d ben FIRST_BUYER DORMANT DORMANT 0 20GBP
      => 366d anna REPEAT ACTIVE - 1 100GBP
    `))
  test('a referrer of whom nothing is known stands nowhere, and is an advocate once they buy', () =>
    check(`
      0     order ben o1 20GBP referrer:anna
      tick  1d
      => 0d ben FIRST_BUYER ACTIVE NEW 0 20GBP
      2d    order anna o2 50GBP
      tick  3d
      => 2d anna ADVOCATE ACTIVE NEW 0 50GBP
    `))
})

describe('currencies', () => {
  test('an order in another currency than its market lists changes nothing', () =>
    check(`
      0     market UK GBP
      1h    order anna o1 50GBP market:UK
      2h    order anna o2 50EUR market:UK
      => 0d anna FIRST_BUYER ACTIVE NEW 0 50GBP
      => DEAD CURRENCY_CONFLICT market UK has currency GBP, and this record has EUR. Convert it or give it a market of its own, and redrive.
      3h    order anna o3 10GBP market:UK
      tick  1d
      => 0.1d anna FIRST_BUYER ACTIVE NEW 0 60GBP
    `))
  test('in a market that is not listed, its first order decides for everybody', () =>
    check(`
      1h    order anna o1 50GBP market:UK
      2h    order ben o2 50EUR market:UK
      => 0d anna FIRST_BUYER ACTIVE NEW 0 50GBP
      => DEAD CURRENCY_CONFLICT market UK has currency GBP, and this record has EUR. Convert it or give it a market of its own, and redrive.
      3h    order ben o3 50EUR market:FR
      tick  1d
      => 0.1d ben FIRST_BUYER ACTIVE NEW 0 50EUR
    `))
  test('amounts of two markets are not added, though each is in the currency of its own', () =>
    check(`
      1h    order anna o1 50GBP market:UK
      2h    order anna o2 50EUR market:FR
      => 0d anna FIRST_BUYER ACTIVE NEW 0 50GBP
      3h    order anna o3 10GBP market:UK
      => DEAD CURRENCY_CONFLICT Order o2 is in EUR, but the customer's orders so far are in GBP. Correct the currency or the customer of the order, and redrive it.
      tick  1d
      => 0.1d anna FIRST_BUYER ACTIVE NEW 0 60GBP
    `))
})

test('a result says what changed, why, and from what', () => {
  const mill = new Harness([lifecycleSegments])
  playStep(mill, shopRows.cart(0, 'anna', 'market:UK'))
  playStep(mill, shopRows.order(hours(1), 'anna', 'o1', '50GBP', 'market:UK'))
  mill.advanceTo(days(31))
  const [, bought, ...later] = mill.resultsOf(segments)
  const silent = later.at(-1)
  expect(bought).toMatchObject({
    causeEventId: 'PLACED anna o1 3600000',
    stage: 'FIRST_BUYER',
    previousStage: 'INTENT',
    entered: ['NEW'],
    exited: [],
    recencyDays: 0,
    market: 'UK',
    reasons: [
      { code: 'STAGE_FIRST_BUYER', detail: 'Has bought, so far within a single day.' },
      {
        code: 'ACTIVITY_ACTIVE',
        detail:
          'Buys at 100 % of the rate to expect just after a purchase; at risk from 50 % down.',
      },
      {
        code: 'R_ONE_TIME',
        detail: 'Silent for 0 days since the only day with a purchase.',
        weight: 0,
      },
    ],
    ltv52wMinor: 6_803,
  })
  expect(silent).toMatchObject({
    causeEventId: null,
    occurredAt: hours(1) + days(30),
    activity: 'ACTIVE',
    previousActivity: 'ACTIVE',
    previousStage: 'FIRST_BUYER',
    entered: [],
    exited: ['NEW'],
    recencyDays: 30,
    modelVersion: `${lifecycleSegments.version} purchases@seed`,
  })
})

test('the weightiest reason comes first: after a long silence, that itself', () => {
  const mill = new Harness([lifecycleSegments])
  playStep(mill, shopRows.order(0, 'anna', 'o1', '50GBP'))
  mill.advanceTo(days(120))
  const all = mill.resultsOf(segments)
  for (const { reasons } of all) {
    const weights = reasons.map(({ weight }) => weight)
    expect(weights).toEqual(weights.toSorted((one, other) => other - one))
  }
  const codes = (segment: LifecycleSegment) => segment.reasons.map(({ code }) => code)
  expect(codes(all[0]!)).toEqual(['STAGE_FIRST_BUYER', 'ACTIVITY_ACTIVE', 'R_ONE_TIME'])
  expect(codes(all.at(-1)!)).toEqual(['R_ONE_TIME', 'STAGE_FIRST_BUYER', 'ACTIVITY_DORMANT'])
})

describe('the laws of pipelines', () => {
  const laws = pipelineLaws(lifecycleSegments, shopScripts, { partitions: 2, runs: 60 })
  for (const law of laws) test(law.name, law.check)
})

test('the shape of the pipeline is as reviewed', () => {
  expect(describePipeline(lifecycleSegments)).toMatchInlineSnapshot(`
    "lifecycle-segments lifecycle-2026-11-23, generation 1, event-time order
    inputs
      click <- clickstream (visitorId, userId, type, market, dwellMs, sku, priceMinor, currency)
        keyed by visitorId, exchange, filtered
        late set-aside, disorder 5s
      order <- orders (orderId, originalOrderId, userId, visitorId, type, market, currency, totalMinor, discountMinor, couponId, lines)
        keyed by orderId, exchange, filtered
        late handle, disorder 5s
        one currency per market, as listed in markets
      referral <- orders (orderId, userId, type, referrerUserId)
        keyed by orderId, exchange, filtered
        late handle, disorder 5s
      merge <- identity-merges (all fields)
        keyed by visitorId, exchange to several keys
        late handle, disorder 5s
        holds nothing back
      erasure <- erasures (userId, visitorIds)
        keyed by userId, exchange to several keys
        late handle, disorder 5s
        holds nothing back
    references
      markets <- markets (reference)
      modelParameters <- model-parameters (control)
      products <- products (reference)
    state
      seenAt: value
      standing: value
      said: value
      quintiles: value
      engagement: decayed, halfLifeMs 14d
      cartAt: value
      looked: value
      home: value
      purchases: mapOf, max 32
      settled: value
      comeback: value
      referrals: mapOf, max 8
      merged: value
      mergedBefore: value
      mergedAt: value
    timers
      forgotten 800d after the last event
      erasureEnds
      standingChanges
    output lifecycle-segments
    "
  `)
})
