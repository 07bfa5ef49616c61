import { describe, expect, test } from 'vitest'
import { describe as describePipeline } from '../engine/describe.ts'
import { days } from '../engine/time.ts'
import { type IdentityMerge, identityMerges as merges } from '../events.ts'
import { Harness } from '../testing/harness.ts'
import { pipelineLaws } from '../testing/laws.ts'
import { playStep } from '../testing/play-step.ts'
import { scenario } from '../testing/scenario.ts'
import { shopRows } from '../testing/shop-rows.ts'
import { erasingShopScripts } from '../testing/shop-scripts.ts'
import { identityMerges } from './identity-merges.ts'

/** Who is whom from when and with which revision, then purchases, days and net value. */
const shown = (merge: IdentityMerge): string => {
  const { visitorId, userId, since, mergedAt, revision, purchases, days: all, olderDays } = merge
  const times = [since, mergedAt].map(at => `${Math.round((at / days(1)) * 10) / 10}d`).join('-')
  const value = merge.currency === null ? '-' : `${merge.netMinor / 100}${merge.currency}`
  const bought = `${purchases} on ${all.join('+') || '-'}${olderDays > 0 ? ` and ${olderDays}` : ''}`
  return `${visitorId} is ${userId} ${times} r${revision}: ${bought} ${value}`
}

const check = scenario(identityMerges, { events: shopRows, show: shown })

describe('a visitor who turns out to be a user', () => {
  test('by a login brings what was bought as a guest, also where that is nothing', () =>
    check(`
      0    order visitor:v o1 50GBP
      1d   order visitor:v o2 30GBP coupon:x
      2d   login anna browser:v
      2d   login ben browser:w
      tick 3d
      => v is anna 2d-2d r1: 2 on 0+1 80GBP
      => w is ben 2d-2d r1: 0 on - -
    `))
  test('by a sign-up or an order that names both does as well, and not by a failed login', () =>
    check(`
      0    order visitor:v o1 50GBP
      0    order visitor:w o2 20GBP
      1h   failed-login anna browser:v
      2h   signup anna browser:v
      3h   order ben o3 10GBP browser:w
      => v is anna 0.1d-0.1d r1: 1 on 0 50GBP
      tick 1d
      => w is ben 0.1d-0.1d r1: 1 on 0 20GBP
    `))
  test('is told again at each login and each order that names both', () =>
    check(`
      0    login anna browser:v
      1d   order anna o1 50GBP browser:v
      => v is anna 0d-0d r1: 0 on - -
      2d   login anna browser:v
      => v is anna 0d-1d r1: 0 on - -
      3d   order visitor:v o2 20GBP
      => v is anna 0d-2d r1: 0 on - -
      4d   order anna o3 50GBP browser:v
      tick 5d
      => v is anna 0d-4d r2: 1 on 3 20GBP
    `))
  test('brings what becomes of the orders of a guest, also after it', () =>
    check(`
      0    order visitor:v o1 50GBP
      1d   order visitor:v o2 30GBP
      2d   login anna browser:v
      3d   refund visitor:v o1 20GBP
      => v is anna 2d-2d r1: 2 on 0+1 80GBP
      4d   refund visitor:v o1 30GBP
      => v is anna 2d-2d r2: 2 on 0+1 60GBP
      5d   cancel visitor:v o2 30GBP
      => v is anna 2d-2d r3: 1 on 1 30GBP
      6d   refund visitor:v o2 30GBP
      => v is anna 2d-2d r4: 0 on - 0GBP
      tick 7d
    `))
  test('brings an order that comes after the login, and was placed before it', () =>
    check(`
      2d    login anna browser:v
      3d    visit -
      => v is anna 2d-2d r1: 0 on - -
      1d    order visitor:v o1 50GBP
      => v is anna 2d-2d r2: 1 on 1 50GBP
      tick  4d
    `))
  test('brings what was bought before a login that comes late, and not what was bought since', () =>
    check(`
      1d    order visitor:v o1 50GBP
      3d    order visitor:v o2 20GBP
      4d    visit -
      2d    login anna browser:v
      => v is anna 2d-2d r1: 1 on 1 50GBP
      5d    login anna browser:v
      tick  6d
      => v is anna 2d-5d r2: 2 on 1+3 70GBP
    `))
  test('and then to be another brings to each what was done since the other', () =>
    check(`
      0    order visitor:v o1 50GBP
      1d   login anna browser:v
      2d   order visitor:v o2 20GBP
      => v is anna 1d-1d r1: 1 on 0 50GBP
      3d   login ben browser:v
      4d   refund visitor:v o1 50GBP
      => v is ben 3d-3d r1: 1 on 2 20GBP
      5d   login anna browser:v
      => v is anna 1d-1d r2: 0 on - 0GBP
      tick 6d
      => v is anna 5d-5d r1: 0 on - -
    `))
  test('has only the turns of the last eight people', () =>
    check(`
      0    order visitor:v o1 50GBP
      1d   login anna browser:v
      +1m  login u1 browser:v
      => v is anna 1d-1d r1: 1 on 0 50GBP
      +1m  login u2 browser:v
      => v is u1 1d-1d r1: 0 on - -
      +1m  login u3 browser:v
      => v is u2 1d-1d r1: 0 on - -
      +1m  login u4 browser:v
      => v is u3 1d-1d r1: 0 on - -
      +1m  login u5 browser:v
      => v is u4 1d-1d r1: 0 on - -
      +1m  login u6 browser:v
      => v is u5 1d-1d r1: 0 on - -
      +1m  login u7 browser:v
      => v is u6 1d-1d r1: 0 on - -
      2d   cancel visitor:v o1 50GBP
      => v is u7 1d-1d r1: 0 on - -
      +1m  order visitor:v o2 20GBP
      => v is anna 1d-1d r2: 0 on - 0GBP
      +1m  login u8 browser:v
      3d   refund visitor:v o2 20GBP
      => v is u8 2d-2d r1: 1 on 2 20GBP
      4d   login anna browser:v
      => v is u8 2d-2d r2: 0 on - 0GBP
      tick 5d
      => v is anna 4d-4d r1: 0 on - -
    `))
})

describe('the value that a guest brings', () => {
  test('is in the currency of the first order', () =>
    check(`
      0    order visitor:v o1 50GBP market:UK
      1d   order visitor:v o2 90EUR market:FR
      1d   correction visitor:v - 5EUR market:FR
      +1h  correction visitor:v - -1GBP
      2d   login anna browser:v
      tick 3d
      => v is anna 2d-2d r1: 1 on 0 49GBP
    `))
  test('has no order that is not in the currency of its market', () =>
    check(`
      0    market UK GBP
      1d   order visitor:v o1 50EUR market:UK
      => DEAD CURRENCY_CONFLICT market UK has currency GBP, and this record has EUR. Convert it or give it a market of its own, and redrive.
      2d   login anna browser:v
      tick 3d
      => v is anna 2d-2d r1: 0 on - -
    `))
  test('has refunds that name no order, of the turn before unless something was ordered since', () =>
    check(`
      0    order visitor:v o1 50GBP
      1d   refund visitor:v - 5GBP
      2d   login anna browser:v
      3d   refund visitor:v - 7GBP
      => v is anna 2d-2d r1: 1 on 0 45GBP
      4d   order visitor:v o2 9GBP
      => v is anna 2d-2d r2: 1 on 0 38GBP
      5d   refund visitor:v - 1GBP
      6d   login ben browser:v
      tick 7d
      => v is ben 6d-6d r1: 1 on 4 8GBP
    `))
  test('has all orders, of which the last 32 can be undone', () => {
    const orders = Array.from({ length: 34 }, (_, day) => `${day}d order visitor:v o${day} 1GBP`)
    const last32 = Array.from({ length: 32 }, (_, day) => day + 2)
    check(`
      ${orders.join('\n')}
      40d  login anna browser:v
      41d  cancel visitor:v o1 1GBP
      => v is anna 40d-40d r1: 34 on ${last32.join('+')} and 2 34GBP
      42d  refund visitor:v o0 1GBP
      43d  cancel visitor:v o2 1GBP
      => v is anna 40d-40d r2: 34 on ${last32.join('+')} and 2 33GBP
      tick 44d
      => v is anna 40d-40d r3: 33 on ${last32.slice(1).join('+')} and 2 32GBP
    `)
  })
})

describe('a visitor is forgotten', () => {
  test('180 days after the last login, and begins another turn after that', () =>
    check(`
      0     order visitor:v o1 50GBP
      1d    login anna browser:v
      tick  100d
      => v is anna 1d-1d r1: 1 on 0 50GBP
      101d  refund visitor:v o1 20GBP
      tick  280d
      => v is anna 1d-1d r2: 1 on 0 30GBP
      282d  refund visitor:v o1 30GBP
      283d  login anna browser:v
      tick  284d
      => v is anna 283d-283d r1: 0 on - -30GBP
    `))
  test('800 days after the last order while it waits for a login', () =>
    check(`
      0     order visitor:v o1 50GBP
      0     order visitor:w o2 50GBP
      799d  login anna browser:v
      801d  login anna browser:w
      => v is anna 799d-799d r1: 1 on 0 50GBP
      tick  802d
      => w is anna 801d-801d r1: 0 on - -
    `))
  test('where the person is erased, and others who used the browser are not', () =>
    check(`
      0    order visitor:v o1 50GBP
      0    order visitor:w o9 5GBP
      1d   login anna browser:v
      2d   order visitor:v o2 20GBP
      => v is anna 1d-1d r1: 1 on 0 50GBP
      3d   login ben browser:v
      4d   erase anna v w
      => v is ben 3d-3d r1: 1 on 2 20GBP
      5d   cancel visitor:v o1 50GBP
      6d   refund visitor:v o2 5GBP
      7d   login cleo browser:v
      => v is ben 3d-3d r2: 1 on 2 15GBP
      8d   erase cleo v
      => v is cleo 7d-7d r1: 0 on - -
      9d   order visitor:v o3 1GBP
      10d  erase ben v
      11d  login dora browser:v
      12d  login dora browser:w
      => v is dora 11d-11d r1: 0 on - -
      tick 13d
      => w is dora 12d-12d r1: 0 on - -
    `))
})

describe('after an erasure', () => {
  test('nobody gets what comes late from before it, but others keep what they bought', () =>
    check(`
      0    order visitor:v o1 50GBP
      1d   login anna browser:v
      2d   order visitor:v o2 20GBP
      => v is anna 1d-1d r1: 1 on 0 50GBP
      3d   login ben browser:v
      4d   erase anna v
      => v is ben 3d-3d r1: 1 on 2 20GBP
      5d   refund visitor:v o1 50GBP
      +1h  correction visitor:v - -7GBP
      0.5d order visitor:v o3 9GBP
      6d   refund visitor:v o2 5GBP
      7d   order visitor:v o4 30GBP
      => v is ben 3d-3d r2: 1 on 2 15GBP
      8d   correction visitor:v - -1GBP
      9d   cancel visitor:v o3 9GBP
      10d  login cleo browser:v
      tick 11d
      => v is cleo 10d-10d r1: 1 on 7 29GBP
    `))
})

test('a login that comes late from before an erasure brings the erased person back to no browser', () => {
  check(`
    0    order visitor:v o1 50GBP
    1d   login ben browser:v
    2d   order visitor:v o2 20GBP
    => v is ben 1d-1d r1: 1 on 0 50GBP
    3d   login anna browser:v
    4d   erase anna v
    => v is anna 3d-3d r1: 1 on 2 20GBP
    5d   visit anna browser:v
    3.5d login anna browser:v
    0.5d login cleo browser:v
    6d   login ben browser:v
    tick 7d
    => v is ben 1d-6d r1: 1 on 0 50GBP
  `)
  const mill = new Harness([identityMerges])
  playStep(mill, shopRows.erase(days(4), 'anna', 'v'))
  mill.advanceTo(days(5))
  playStep(mill, shopRows.login(days(3), 'anna', 'browser:v'))
  mill.advanceTo(days(6))
  expect(mill.resultsOf(merges)).toEqual([])
  expect(mill.stateText()).not.toContain('anna')
})

test('a merge says why it is told', () => {
  const says: string[] = []
  const show = ({ reasons }: IdentityMerge) => {
    says.push(...reasons.map(({ code }) => code))
    return ''
  }
  const told = scenario(identityMerges, { events: shopRows, show })
  const rows = `
    0   order visitor:v o1 50GBP
    1d  signup anna browser:v
    2d  login anna browser:v
    =>
    3d  refund visitor:v o1 5GBP
    =>
    4d  order ben o2 9GBP browser:v
    =>
    tick 5d
    =>
  `
  told(rows)
  expect(says).toEqual(['R_SIGNUP', 'R_LOGIN', 'R_GUEST_ORDER', 'R_ORDER'])
})

describe('the laws of pipelines', () => {
  const laws = pipelineLaws(identityMerges, erasingShopScripts, { partitions: 2, runs: 40 })
  for (const law of laws) test(law.name, law.check)
})

test('the shape of the pipeline is as reviewed', () => {
  expect(describePipeline(identityMerges)).toMatchInlineSnapshot(`
    "identity-merges identity-2026-11-23, generation 1, event-time order
    inputs
      login <- clickstream (visitorId, userId, type)
        keyed by visitorId, direct, filtered
        late handle, disorder 5s
      namedOrder <- orders (userId, visitorId, type)
        keyed by orderId, exchange by visitorId, filtered
        late handle, disorder 5s
      guestOrder <- orders (orderId, originalOrderId, userId, visitorId, type, market, currency, totalMinor, discountMinor, couponId, lines)
        keyed by orderId, exchange by visitorId, filtered
        late handle, disorder 5s
        one currency per market, as listed in markets
      erasure <- erasures (userId, visitorIds)
        keyed by userId, exchange to several keys
        late handle, disorder 5s
        holds nothing back
    references
      markets <- markets (reference)
    state
      turns: value
      orders: mapOf, max 32
      waiting: value
      erasedAt: value
    timers
      forgotten 800d after the last event
      undoEnds
    output identity-merges
    "
  `)
})
