/** Visitors who turn out to be users, and people who are erased: what lifecycle-segments makes of it. */
import { describe, expect, test } from 'vitest'
import { days } from '../engine/time.ts'
import {
  type IdentityMerge,
  type LifecycleSegment,
  lifecycleSegments as segments,
} from '../events.ts'
import { Harness } from '../testing/harness.ts'
import { instantIn } from '../testing/instant-in.ts'
import { scenario } from '../testing/scenario.ts'
import { shopRows } from '../testing/shop-rows.ts'
import { identityMerges } from './identity-merges.ts'
import { lifecycleSegments } from './lifecycle-segments.ts'

const chained = [identityMerges, lifecycleSegments]

/** Day of the cause, who, stage and activity, purchases, repeat days and net value, and the end. */
const shown = (result: LifecycleSegment | IdentityMerge): string => {
  if ('mergedAt' in result) return `${result.visitorId} is ${result.userId}`
  const { occurredAt, subjectId, stage, activity, purchases, frequency, closedAs } = result
  const day = `${Math.round((occurredAt / days(1)) * 10) / 10}d`
  const { monetaryMinor, currency } = result
  const value =
    currency === null ? [] : [purchases, frequency, `${monetaryMinor! / 100}${currency}`]
  return [day, subjectId, stage, activity, ...value, closedAs ?? ''].join(' ')
}

const check = scenario<LifecycleSegment | IdentityMerge>(chained, {
  events: shopRows,
  show: shown,
})

describe('a visitor who turns out to be a user', () => {
  test('ends, also where nothing was bought', () =>
    check(`
      0    visit visitor:v
      1h   login anna browser:v
      => 0d v AWARE ACTIVE
      tick 1d
      => v is anna
      => 0d anna AWARE ACTIVE
      => 0d v AWARE ACTIVE MERGED
    `))
  test('makes a buyer of the user', () =>
    check(`
      0    order visitor:v o1 50GBP
      1d   order visitor:v o2 50GBP
      => 0d v FIRST_BUYER ACTIVE 1 0 50GBP
      2d   login anna browser:v
      => 1d v REPEAT ACTIVE 2 1 100GBP
      tick 3d
      => v is anna
      => 2d anna AWARE ACTIVE
      => 2d anna REPEAT ACTIVE 2 1 100GBP
      => 2d v REPEAT ACTIVE 2 1 100GBP MERGED
    `))
  test('brings days on which both bought once', () =>
    check(`
      0    order anna o1 50GBP
      0    order visitor:v o2 20GBP
      1d   order visitor:v o3 20GBP
      => browser of anna is anna
      => 0d anna FIRST_BUYER ACTIVE 1 0 50GBP
      => 0d v FIRST_BUYER ACTIVE 1 0 20GBP
      2d   signup anna browser:v
      => 1d v REPEAT ACTIVE 2 1 40GBP
      tick 3d
      => v is anna
      => 2d anna REPEAT ACTIVE 3 1 90GBP
      => 2d v REPEAT ACTIVE 2 1 40GBP MERGED
    `))
  test('brings what becomes of the orders of a guest, and is not there again by that', () =>
    check(`
      0    order visitor:v o1 50GBP
      1d   login anna browser:v
      => 0d v FIRST_BUYER ACTIVE 1 0 50GBP
      2d   refund visitor:v o1 20GBP
      => v is anna
      => 1d anna AWARE ACTIVE
      => 1d anna FIRST_BUYER ACTIVE 1 0 50GBP
      => 1d v FIRST_BUYER ACTIVE 1 0 50GBP MERGED
      3d   cancel visitor:v o1 50GBP
      => v is anna
      => 2d anna FIRST_BUYER ACTIVE 1 0 30GBP
      4d   refund visitor:v - 5GBP
      => v is anna
      => 3d anna AWARE ACTIVE 0 0 0GBP
      tick 5d
      => v is anna
      => 4d anna AWARE ACTIVE 0 0 -5GBP
    `))
  test('is there again by what is done after that, until the next login', () =>
    check(`
      0    order visitor:v o1 50GBP
      1d   login anna browser:v
      => 0d v FIRST_BUYER ACTIVE 1 0 50GBP
      2d   visit visitor:v
      => v is anna
      => 1d anna AWARE ACTIVE
      => 1d anna FIRST_BUYER ACTIVE 1 0 50GBP
      => 1d v FIRST_BUYER ACTIVE 1 0 50GBP MERGED
      3d   order visitor:v o2 20GBP
      => 2d v AWARE ACTIVE
      4d   refund visitor:v o1 50GBP
      => 3d v FIRST_BUYER ACTIVE 1 0 20GBP
      5d   login anna browser:v
      => v is anna
      => 4d anna AWARE ACTIVE 0 0 0GBP
      tick 6d
      => v is anna
      => 5d anna FIRST_BUYER ACTIVE 1 0 20GBP
      => 5d v FIRST_BUYER ACTIVE 1 0 20GBP MERGED
    `))
  test('ends again by each later order that names both', () =>
    check(`
      1d   visit visitor:v
      2d   order anna o1 10GBP browser:v
      => 1d v AWARE ACTIVE
      3d   cart visitor:v
      => v is anna
      => 2d anna FIRST_BUYER ACTIVE 1 0 10GBP
      => 2d v AWARE ACTIVE MERGED
      4d   order anna o2 10GBP browser:v
      => 3d v INTENT ACTIVE
      tick 5d
      => v is anna
      => 4d anna REPEAT ACTIVE 2 1 20GBP
      => 4d v INTENT ACTIVE MERGED
    `))
  test('brings an order that comes after the login, and is not there again by it', () =>
    check(`
      2d   login anna browser:v
      3d   visit ben
      => v is anna
      => 2d anna AWARE ACTIVE
      1d   order visitor:v o1 50GBP
      => v is anna
      => 1d anna FIRST_BUYER ACTIVE 1 0 50GBP
      tick 4d
      => 3d ben AWARE ACTIVE
    `))
  test('ends by a login that comes late, and begins anew with what was done since', () =>
    check(`
      1d   order visitor:v o1 50GBP
      3d   order visitor:v o2 20GBP
      => 1d v FIRST_BUYER ACTIVE 1 0 50GBP
      4d   visit ben
      => 3d v REPEAT ACTIVE 2 1 70GBP
      2d   login anna browser:v
      => v is anna
      => 2d anna FIRST_BUYER ACTIVE 1 0 50GBP
      => 2d v REPEAT ACTIVE 2 1 70GBP MERGED
      => 2d v FIRST_BUYER ACTIVE 1 0 20GBP
      => LATE by 172794999 ms
      tick 5d
      => 4d ben AWARE ACTIVE
    `))
  test('and then to be another leaves to each what was bought before it', () =>
    check(`
      0    order visitor:v o1 50GBP
      1d   login anna browser:v
      => 0d v FIRST_BUYER ACTIVE 1 0 50GBP
      2d   order visitor:v o2 20GBP
      => v is anna
      => 1d anna AWARE ACTIVE
      => 1d anna FIRST_BUYER ACTIVE 1 0 50GBP
      => 1d v FIRST_BUYER ACTIVE 1 0 50GBP MERGED
      3d   login ben browser:v
      => 2d v FIRST_BUYER ACTIVE 1 0 20GBP
      tick 4d
      => v is ben
      => 3d ben AWARE ACTIVE
      => 3d ben FIRST_BUYER ACTIVE 1 0 20GBP
      => 3d v FIRST_BUYER ACTIVE 1 0 20GBP MERGED
    `))
  test('adds no amount in another currency, but is the currency where the user has none', () =>
    check(`
      0    order visitor:v o1 50EUR market:FR
      0    order visitor:w o2 30GBP market:UK
      1d   login anna browser:v
      => 0d v FIRST_BUYER ACTIVE 1 0 50EUR
      => 0d w FIRST_BUYER ACTIVE 1 0 30GBP
      2d   order anna o3 10GBP market:UK
      => v is anna
      => 1d anna AWARE ACTIVE
      => 1d anna FIRST_BUYER ACTIVE 1 0 50EUR
      => 1d v FIRST_BUYER ACTIVE 1 0 50EUR MERGED
      3d   login anna browser:w
      => browser of anna is anna
      => 2d anna FIRST_BUYER ACTIVE 1 0 10GBP
      tick 4d
      => w is anna
      => 3d anna REPEAT ACTIVE 2 1 40GBP
      => 3d w FIRST_BUYER ACTIVE 1 0 30GBP MERGED
    `))
})

describe('somebody who is erased', () => {
  test('ends, and begins anew with the next event', () =>
    check(`
      0    order anna o1 50GBP
      1d   erase anna
      => browser of anna is anna
      => 0d anna FIRST_BUYER ACTIVE 1 0 50GBP
      2d   erase ben
      => 1d anna UNKNOWN UNKNOWN ERASED
      3d   visit anna
      tick 90d
      => 3d anna AWARE ACTIVE
      => 33d anna AWARE AT_RISK
    `))
  test('takes the visitors who were the person along', () =>
    check(`
      0    order visitor:v o1 50GBP
      1d   login anna browser:v
      => 0d v FIRST_BUYER ACTIVE 1 0 50GBP
      2d   visit visitor:v
      => v is anna
      => 1d anna AWARE ACTIVE
      => 1d anna FIRST_BUYER ACTIVE 1 0 50GBP
      => 1d v FIRST_BUYER ACTIVE 1 0 50GBP MERGED
      3d   erase anna v
      => 2d v AWARE ACTIVE
      4d   cancel visitor:v o1 50GBP
      => 3d anna UNKNOWN UNKNOWN ERASED
      => 3d v UNKNOWN UNKNOWN ERASED
      tick 5d
    `))
  test('is not brought back by what becomes of earlier orders, nor by one that comes late', () =>
    check(`
      1d   order anna o1 50GBP
      3d   erase anna
      => browser of anna is anna
      => 1d anna FIRST_BUYER ACTIVE 1 0 50GBP
      4d   visit ben
      => 3d anna UNKNOWN UNKNOWN ERASED
      2d   order anna o2 20GBP
      => browser of anna is anna
      +1h  refund anna o1 50GBP
      5d   refund anna o2 20GBP
      => 4d ben AWARE ACTIVE
      5d   correction anna - -5GBP
      5d   cancel anna o1 50GBP
      6d   order anna o3 30GBP
      7d   cancel anna o1 50GBP
      => browser of anna is anna
      => 6d anna FIRST_BUYER ACTIVE 1 0 30GBP
      8d   refund anna - 4GBP
      tick 9d
      => 8d anna FIRST_BUYER ACTIVE 1 0 26GBP
    `))
  test('is known to have been for 180 days, which is as long as goods come back', () =>
    check(`
      1d    order anna o1 50GBP
      3d    erase anna
      => browser of anna is anna
      => 1d anna FIRST_BUYER ACTIVE 1 0 50GBP
      182d  refund anna o1 20GBP
      => 3d anna UNKNOWN UNKNOWN ERASED
      184d  refund anna o1 5GBP
      tick  185d
      => 184d anna AWARE ACTIVE 0 0 -5GBP
    `))
  test('stays who the person has become since, when that time is over', () =>
    check(`
      1d    order anna o1 50GBP
      3d    erase anna
      => browser of anna is anna
      => 1d anna FIRST_BUYER ACTIVE 1 0 50GBP
      170d  order anna o2 30GBP
      => 3d anna UNKNOWN UNKNOWN ERASED
      185d  refund anna o2 10GBP
      => browser of anna is anna
      => 170d anna FIRST_BUYER ACTIVE 1 0 30GBP
      => 180.8d anna FIRST_BUYER ACTIVE 1 0 30GBP
      tick  186d
      => 185d anna FIRST_BUYER ACTIVE 1 0 20GBP
    `))
  test('leaves no refund to whoever logs in on that browser next', () =>
    check(`
      1d   order visitor:v o1 50GBP
      2d   login anna browser:v
      => 1d v FIRST_BUYER ACTIVE 1 0 50GBP
      5d   erase anna v
      => v is anna
      => 2d anna AWARE ACTIVE
      => 2d anna FIRST_BUYER ACTIVE 1 0 50GBP
      => 2d v FIRST_BUYER ACTIVE 1 0 50GBP MERGED
      8d   refund visitor:v o1 50GBP
      => 5d anna UNKNOWN UNKNOWN ERASED
      9d   login ben browser:v
      tick 10d
      => v is ben
      => 9d ben AWARE ACTIVE
    `))
  test('leaves what another bought on that browser to the other alone', () =>
    check(`
      1d   order visitor:v o1 50GBP
      2d   login anna browser:v
      => 1d v FIRST_BUYER ACTIVE 1 0 50GBP
      3d   order visitor:v o2 70GBP
      => v is anna
      => 2d anna AWARE ACTIVE
      => 2d anna FIRST_BUYER ACTIVE 1 0 50GBP
      => 2d v FIRST_BUYER ACTIVE 1 0 50GBP MERGED
      4d   login ben browser:v
      => 3d v FIRST_BUYER ACTIVE 1 0 70GBP
      5d   erase anna v
      => v is ben
      => 4d ben AWARE ACTIVE
      => 4d ben FIRST_BUYER ACTIVE 1 0 70GBP
      => 4d v FIRST_BUYER ACTIVE 1 0 70GBP MERGED
      6d   refund visitor:v o2 70GBP
      => 5d anna UNKNOWN UNKNOWN ERASED
      tick 7d
      => v is ben
      => 6d ben AWARE ACTIVE 0 0 0GBP
    `))
  test('is not brought back by a visitor whom the erasure did not name', () =>
    check(`
      1d   order visitor:v o1 50GBP
      2d   login anna browser:v
      => 1d v FIRST_BUYER ACTIVE 1 0 50GBP
      5d   erase anna
      => v is anna
      => 2d anna AWARE ACTIVE
      => 2d anna FIRST_BUYER ACTIVE 1 0 50GBP
      => 2d v FIRST_BUYER ACTIVE 1 0 50GBP MERGED
      6d   refund visitor:v o1 20GBP
      => 5d anna UNKNOWN UNKNOWN ERASED
      tick 7d
      => v is anna
    `))
})

const played = (table: string): Harness => {
  const mill = new Harness(chained, { mode: 'history' })
  let before = 0
  for (const line of table.trim().split('\n')) {
    const [when, word, ...cells] = line.trim().split(/\s+/)
    const at = instantIn(when!, 0, before)!
    before = at
    if (when === 'tick') continue
    const { send, record } = shopRows[word as keyof typeof shopRows](
      at,
      ...(cells as [string, string]),
    )
    mill.send(send, record)
  }
  mill.finish(false)
  return mill
}

test('somebody who logs in on ever other browsers keeps what was bought on all of them', () => {
  const browsers = Array.from({ length: 40 }, (_, at) => [
    `${2 * at + 1}d order visitor:v${at} g${at} 10GBP`,
    `${2 * at + 2}d login anna browser:v${at}`,
  ])
  const told = played(browsers.flat().join('\n')).resultsOf(segments)
  expect(told.findLast(({ subjectId }) => subjectId === 'anna')).toMatchObject({
    purchases: 40,
    frequency: 39,
    monetaryMinor: 40_000,
    firstPurchaseAt: days(1),
  })
})

test('a merge says who it was and what was brought', () => {
  const mill = played(`
    0    order visitor:v o1 50EUR market:FR
    1d   order anna o2 10GBP market:UK
    2d   login anna browser:v
    3d   order visitor:w o3 10GBP market:UK
    4d   login anna browser:w
  `)
  const reasons = mill
    .resultsOf(segments)
    .map(({ subjectId, reasons: [first, ...others] }) => ({ subjectId, first, others }))
    .filter(({ first }) => first!.code === 'R_MERGED')
    .map(({ subjectId, first, others }) => `${subjectId} ${others.length} ${first!.detail}`)
  expect(reasons).toEqual([
    'anna 3 Visitor v turned out to be this user, with 1 purchase as a guest in EUR, which are not added to those in GBP.',
    'v 0 Visitor v turned out to be user anna.',
    'anna 3 Visitor w turned out to be this user, with 1 purchase as a guest.',
    'w 0 Visitor w turned out to be user anna.',
  ])
})

test('of a visitor who turned out to be a user only that moment is kept', () => {
  const before = played(`
    0    visit visitor:v
    1d   login anna browser:v
    2d   visit ben
  `)
  const merged = played(`
    0    long-view visitor:v
    0    cart visitor:v
    +1h  order visitor:v o1 50GBP
    +1h  cart visitor:v
    1d   login anna browser:v
    2d   visit ben
  `)
  const visitorOf = (mill: Harness) =>
    mill
      .stateText()
      .split('\n')
      .filter(line => line.includes('VISITOR:v'))
  expect(visitorOf(merged)).toHaveLength(1)
  expect(visitorOf(merged)).toEqual(visitorOf(before))
})
