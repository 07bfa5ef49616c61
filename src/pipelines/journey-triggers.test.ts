import { describe, expect, test } from 'vitest'
import { describe as describePipeline } from '../engine/describe.ts'
import { days, hours, type Instant, minutes } from '../engine/time.ts'
import { type JourneyTrigger, journeyTriggers as triggers } from '../events.ts'
import { Harness } from '../testing/harness.ts'
import { journeyRows as rows } from '../testing/journey-rows.ts'
import { playStep } from '../testing/play-step.ts'
import { scenario } from '../testing/scenario.ts'
import { journeyTriggers } from './journey-triggers.ts'

/** `1d2h30m` after the beginning. */
const momentOf = (at: Instant): string => {
  const parts = [
    [Math.floor(at / days(1)), 'd'],
    [Math.floor(at / hours(1)) % 24, 'h'],
    [Math.floor(at / minutes(1)) % 60, 'm'],
  ] as const
  const text = parts.map(([count, unit]) => (count === 0 ? '' : `${count}${unit}`)).join('')
  return text === '' ? '0' : text
}

/** When, who, the trigger, the worth of the cart, and whether to write. */
const shownFrom =
  (from: Instant) =>
  ({ occurredAt, userId, trigger, currency, cartValueMinor, suppressedBy }: JourneyTrigger) => {
    const worth = currency === null ? '-' : `${cartValueMinor! / 100}${currency}`
    return [momentOf(occurredAt - from), userId, trigger, worth, suppressedBy ?? 'write'].join(' ')
  }

const checkFrom = (from: Instant) =>
  scenario(journeyTriggers, { events: rows, show: shownFrom(from), from })
const check = checkFrom(0)

describe('somebody who is erased', () => {
  test('gets none of the messages that were to come, and is not allowed to be written to', () =>
    check(`
      0     consent anna MARKETING
      0     consent ben MARKETING
      0     add     anna tea 2 5GBP
      0     add     ben  tea 2 5GBP
      10m   order   anna o1 10GBP
      15m   add     anna tea 1 5GBP
      20m   erase   anna
      tick  30d
      => 1h ben CART_60M 10GBP write
      => 1d ben CART_24H 10GBP write
      => 3d ben CART_72H 10GBP CAP
      31d   add     anna tea 1 5GBP
      tick  31d2h
      => 31d1h anna CART_60M 5GBP CONSENT
    `))
  test('is not brought back by what comes late from before it', () =>
    check(`
      1d    erase    anna
      tick  2d
      0     order    anna o2 10GBP
      0.5d  consent  anna MARKETING
      0.5d  standing anna DORMANT from:AT_RISK ltv:99GBP
      3d    add      anna tea 1 5GBP
      tick  3d2h
      => 3d1h anna CART_60M 5GBP CONSENT
    `))
  test('stays erased up to the last time, whichever erasure is heard of last', () =>
    check(`
      3d   erase anna
      tick 4d
      1d   erase anna
      2d   order anna o1 10GBP
      tick 30d
    `))
  test('is thanked for what is ordered since, also where that comes late', () =>
    check(`
      1d   erase anna
      tick 5d
      4d   order anna o1 10GBP
      => 4d1h anna FIRST_PURCHASE - CONSENT
      tick 5d1h
    `))
  test('leaves nothing but the moment, whatever is heard of earlier orders, for 180 days', () => {
    const mill = new Harness([journeyTriggers])
    const kept = (): string =>
      mill
        .stateText()
        .split('\n')
        .find(line => line.includes('k:anna')) ?? ''
    const hexOf = (text: string): string => Buffer.from(text).toString('hex')
    playStep(mill, rows.order(0, 'anna', 'order', '10GBP', 'market:Atlantis'))
    mill.advanceTo(hours(1))
    expect(kept()).toContain(hexOf('order'))
    expect(kept()).toContain(hexOf('Atlantis'))
    playStep(mill, rows.erase(days(1), 'anna'))
    mill.advanceTo(days(2))
    playStep(mill, rows.cancel(days(3), 'anna', 'order', '10GBP', 'market:Atlantis'))
    mill.advanceTo(days(180))
    expect(kept()).not.toBe('')
    expect(kept()).not.toContain(hexOf('order'))
    expect(kept()).not.toContain(hexOf('Atlantis'))
    mill.advanceTo(days(182))
    expect(kept()).toBe('')
  })
  test('stays who the person has become since, when that time is over', () =>
    check(`
      1d    erase   anna
      100d  consent anna MARKETING
      tick  182d
      182d  cancel  anna o1 10GBP
      182d  order   anna o1 10GBP
      183d  add     anna tea 1 5GBP
      tick  183d2h
      => 183d1h anna CART_60M 5GBP write
    `))
})

describe('a cart that is left', () => {
  test('is told of after an hour, a day and three days, where somebody may be written to', () =>
    check(`
      0      consent anna MARKETING
      0      add     anna tea 2 5GBP
      10m    add     anna cup 1 7GBP
      tick   1h9m
      tick   1h11m
      => 1h10m anna CART_60M 17GBP write
      tick   400d
      => 1d10m anna CART_24H 17GBP write
      => 3d10m anna CART_72H 17GBP CAP
    `))
  test('is left anew with each event of it, be it the way to the checkout', () =>
    check(`
      0      consent  anna MARKETING
      0      add      anna tea 1 5GBP
      50m    view     anna cup
      tick   59m
      59m    checkout anna
      tick   1h30m
      tick   2h
      => 1h59m anna CART_60M 5GBP write
      20h    remove   anna sugar
      tick   23h
      => 21h anna CART_60M 5GBP write
    `))
  test('is bought with an order that is placed, and an order that is cancelled does not fill it', () =>
    check(`
      0      consent anna MARKETING
      0      add     anna tea 1 5GBP
      30m    order   anna o1 5GBP
      40m    cancel  anna o1 5GBP
      tick   9d
    `))
  test('that is filled and bought at one moment is bought', () =>
    check(`
      1h     add     anna tea 1 5GBP
      1h     order   anna o1 5GBP
      tick   1d
      => 2h anna FIRST_PURCHASE - CONSENT
    `))
  test('is empty when all is taken out, and a part that is left is worth what it is', () =>
    check(`
      0      add     anna tea 3 5GBP
      10m    remove  anna tea 2
      tick   1h11m
      => 1h10m anna CART_60M 5GBP CONSENT
      2h     remove  anna tea 1
      tick   9d
      10d    add      anna cup 2 7GBP
      10d1m  remove   anna cup
      10d2m  checkout anna
      tick   20d
    `))
  test('of things that cost nothing is no cart, and of things without a price is one', () =>
    check(`
      0      add     anna sample 1 0GBP
      tick   1d
      2d     add     anna sample
      2d     add     ben  tea
      tick   2d2h
      => 2d1h ben CART_60M - CONSENT
    `))
  test('in two currencies is worth what is in the currency of the last change', () =>
    check(`
      0      add     anna tea 2 5GBP
      1m     add     anna cup 1 8EUR
      tick   1h2m
      => 1h1m anna CART_60M 8EUR CONSENT
      1h3m   remove  anna tea 1
      tick   3h
      => 2h3m anna CART_60M 5GBP CONSENT
    `))
  test('keeps the price of an article where a later event tells none', () =>
    check(`
      0      add     anna tea 1 5GBP
      1m     add     anna tea
      tick   2h
      => 1h1m anna CART_60M 10GBP CONSENT
    `))
  test('of a visitor is not told of, nor what the visitor put in before logging in', () =>
    check(`
      0      add      visitor:v tea 1 5GBP
      1m     login    anna MARKETING
      2m     checkout anna
      tick   9d
    `))
  test('for a month is another cart when something is added', () =>
    check(`
      0      add     anna tea 1 5GBP
      tick   9d
      => 1h anna CART_60M 5GBP CONSENT
      => 1d anna CART_24H 5GBP CONSENT
      => 3d anna CART_72H 5GBP CONSENT
      29d    add     anna cup 1 7GBP
      tick   29d2h
      => 29d1h anna CART_60M 12GBP CONSENT
      59d    add     anna pot 1 9GBP
      => 30d anna CART_24H 12GBP CONSENT
      => 32d anna CART_72H 12GBP CONSENT
      tick   59d2h
      => 59d1h anna CART_60M 9GBP CONSENT
    `))
  test('stays where an order that comes late was placed before it', () =>
    check(`
      2h     add     anna tea 1 5GBP
      tick   2h30m
      1h     order   anna o1 9GBP
      => 2h anna FIRST_PURCHASE - CONSENT
      tick   3h30m
      => 3h anna CART_60M 5GBP CONSENT
    `))
  test('in an event that comes late is set aside, and nothing is left anew', () =>
    check(`
      2h     add     anna tea 1 5GBP
      tick   2h30m
      1h     add     anna cup 1 5GBP
      => LATE by 5394999 ms
      tick   3h30m
      => 3h anna CART_60M 5GBP CONSENT
    `))
})

describe('the first purchase', () => {
  test('is thanked for after an hour, and after a week something goes with it', () =>
    check(`
      0      consent anna MARKETING
      0      order   anna o1 50GBP
      1h     order   anna o2 50GBP
      tick   20d
      => 1h anna FIRST_PURCHASE - write
      => 7d anna CROSS_SELL - write
    `))
  test.each(['cancel', 'decline', 'refund'])(
    'that is undone by %s is not thanked for, and the next is the first',
    word =>
      check(`
      0      order   anna o1 50GBP
      30m    ${word} anna o1 50GBP
      2h     order   anna o2 50GBP
      tick   2d
      => 3h anna FIRST_PURCHASE - CONSENT
      3d     ${word} anna o2 50GBP
      tick   20d
    `),
  )
  test('that is refunded in part stands, and falls with the rest', () =>
    check(`
      0      order   anna o1 50GBP
      30m    refund  anna r1 20GBP of:o1
      tick   2d
      => 1h anna FIRST_PURCHASE - CONSENT
      3d     refund  anna r2 30EUR of:o1
      4d     refund  anna r3 30GBP of:o1
      tick   20d
    `))
  test('was long ago for whoever ordered again, though both be cancelled', () =>
    check(`
      0      order   anna o1 50GBP
      10m    order   anna o2 50GBP
      20m    cancel  anna o2 50GBP
      30m    cancel  anna o1 50GBP
      40m    order   anna o3 50GBP
      tick   20d
    `))
  test('that is paid at a second attempt is thanked for then, and once', () =>
    check(`
      0      order   anna o1 50GBP
      30m    decline anna o1 50GBP
      2h     refund  anna o1 50GBP
      3h     paid    anna o1 50GBP
      tick   4h30m
      => 4h anna FIRST_PURCHASE - CONSENT
      5h     decline anna o1 50GBP
      6h     paid    anna o1 50GBP
      tick   20d
      => 7d6h anna CROSS_SELL - CONSENT
    `))
  test('that is paid weeks later counts from then on', () =>
    check(`
      0      order   anna o1 50GBP
      10m    decline anna o1 50GBP
      20d    paid    anna o1 50GBP
      tick   40d
      => 20d1h anna FIRST_PURCHASE - CONSENT
      => 27d anna CROSS_SELL - CONSENT
    `))
  test.each(['cancel', 'decline', 'refund'])(
    'that was thanked for and is then undone by %s is not followed by another that is',
    word =>
      check(`
      0      order   anna o1 50GBP
      2h     ${word} anna o1 50GBP
      => 1h anna FIRST_PURCHASE - CONSENT
      3h     order   anna o2 50GBP
      tick   8d
      => 7d3h anna CROSS_SELL - CONSENT
      9d     ${word} anna o2 50GBP
      10d    order   anna o3 50GBP
      tick   40d
    `),
  )
  test('is the next one, where the payment of one was declined', () =>
    check(`
      0      order   anna o1 50GBP
      30m    decline anna o1 50GBP
      2h     order   anna o2 50GBP
      3h     paid    anna o1 50GBP
      tick   20d
      => 3h anna FIRST_PURCHASE - CONSENT
      => 7d2h anna CROSS_SELL - CONSENT
    `))
  test('that was cancelled before it was known is not thanked for, and the next is the first', () =>
    check(`
      2h     cancel  anna o1 50GBP
      2h     cancel  anna c1 50GBP of:o2
      tick   5h
      1h     order   anna o1 50GBP
      1h     order   anna o2 50GBP
      tick   20d
      20d    order   anna o3 50GBP
      tick   40d
      => 20d1h anna FIRST_PURCHASE - CONSENT
      => 27d anna CROSS_SELL - CONSENT
    `))
  test('of nobody is nobody to be thanked', () =>
    check(`
      0      order   - o1 50GBP
      tick   20d
    `))
})

describe('where a person stands as a customer', () => {
  test('is no occasion where it comes late, and an order was placed since', () =>
    check(`
      0      order    anna o1 5GBP
      10d    order    anna o2 5GBP
      => 1h anna FIRST_PURCHASE - CONSENT
      => 7d anna CROSS_SELL - CONSENT
      tick   30d
      9d     standing anna DORMANT from:AT_RISK ltv:99GBP
      10d    standing anna AT_RISK from:ACTIVE tags:HIGH_VALUE
      tick   40d
      11d    standing anna DORMANT from:AT_RISK ltv:99GBP
      => 11d anna WIN_BACK - CONSENT
      tick   50d
    `))
  test('whoever becomes dormant is won back, where that is worth it', () =>
    check(`
      0      consent  anna MARKETING
      1d     standing anna DORMANT from:AT_RISK ltv:15GBP
      1d     standing ben DORMANT from:AT_RISK ltv:14.99GBP
      1d     standing cleo DORMANT from:AT_RISK
      1d     standing visitor:v DORMANT from:AT_RISK ltv:99GBP
      tick   2d
      => 1d anna WIN_BACK - write
      3d     standing anna DORMANT from:DORMANT ltv:15GBP
      tick   4d
    `))
  test('whoever is of high value and at risk is told of once, whichever came first', () =>
    check(`
      1d     standing anna AT_RISK from:ACTIVE tags:HIGH_VALUE
      1d     standing ben  AT_RISK from:ACTIVE tags:NEW
      1d     standing cleo ACTIVE from:ACTIVE tags:HIGH_VALUE entered:HIGH_VALUE
      tick   2d
      => 1d anna VIP_AT_RISK - CONSENT
      3d     standing anna AT_RISK from:AT_RISK tags:HIGH_VALUE
      3d     standing ben  AT_RISK from:AT_RISK tags:HIGH_VALUE+NEW entered:HIGH_VALUE
      tick   4d
      => 3d ben VIP_AT_RISK - CONSENT
    `))
})

describe('consent', () => {
  test('is what was last said, whatever else comes in between', () =>
    check(`
      0      login   anna ANALYTICS+MARKETING
      1m     login   anna -
      2m     standing anna DORMANT from:AT_RISK ltv:99GBP
      tick   3m
      => 2m anna WIN_BACK - write
      1h     login   anna ANALYTICS
      2h     standing anna DORMANT from:AT_RISK ltv:99GBP
      tick   3h
      => 2h anna WIN_BACK - CONSENT
    `))
  test('that changed to what nobody knows is none', () =>
    check(`
      0      login   anna MARKETING
      1m     consent anna -
      2m     standing anna DORMANT from:AT_RISK ltv:99GBP
      tick   3m
      => 2m anna WIN_BACK - CONSENT
    `))
  test('of a failed login is nobody’s, and a visitor’s is not the user’s', () =>
    check(`
      0      failed-login anna MARKETING
      0      consent visitor:anna MARKETING
      2m     standing anna DORMANT from:AT_RISK ltv:99GBP
      tick   3m
      => 2m anna WIN_BACK - CONSENT
    `))
  test('that is withdrawn counts though it is known late, and an older one does not undo it', () =>
    check(`
      0      consent anna MARKETING
      5h     add     anna tea 1 5GBP
      tick   5h30m
      3h     consent anna none
      2h     consent anna MARKETING
      tick   7h
      => 6h anna CART_60M 5GBP CONSENT
    `))
})

describe('the cap', () => {
  test('is two messages in seven days, and what was not written does not count', () =>
    check(`
      0      standing anna DORMANT from:LOST ltv:99GBP
      1h     consent  anna MARKETING
      => 0 anna WIN_BACK - CONSENT
      1d     standing anna DORMANT from:LOST ltv:99GBP
      2d     standing anna DORMANT from:LOST ltv:99GBP
      => 1d anna WIN_BACK - write
      3d     standing anna DORMANT from:LOST ltv:99GBP
      => 2d anna WIN_BACK - write
      8d     standing anna DORMANT from:LOST ltv:99GBP
      => 3d anna WIN_BACK - CAP
      8d1h   standing anna DORMANT from:LOST ltv:99GBP
      => 8d anna WIN_BACK - write
      tick   9d
      => 8d1h anna WIN_BACK - CAP
    `))
})

describe('quiet hours', () => {
  test('put a message off to their end, over midnight, with the later reminders in their places', () =>
    check(`
      0      market  UK UTC 22 8
      0      consent anna MARKETING
      21h30m add     anna tea 1 5GBP market:UK
      tick   1d7h59m
      tick   1d9h
      => 1d8h anna CART_60M 5GBP write
      tick   9d
      => 1d21h30m anna CART_24H 5GBP write
      => 3d21h30m anna CART_72H 5GBP CAP
    `))
  test('begin with their first hour and end with the last, by day too', () =>
    check(`
      0      market  UK UTC 13 15
      0      consent anna MARKETING
      0      consent ben MARKETING
      0      consent cleo MARKETING
      11h59m add     anna tea 1 5GBP market:UK
      12h    add     ben tea 1 5GBP market:UK
      14h    add     cleo tea 1 5GBP market:UK
      => 12h59m anna CART_60M 5GBP write
      tick   16h
      => 15h ben CART_60M 5GBP write
      => 15h cleo CART_60M 5GBP write
    `))
  test('leave time for the order that makes a message pointless, and to withdraw a consent', () =>
    check(`
      0      market  UK UTC 22 8
      0      consent anna MARKETING
      0      consent ben MARKETING
      0      consent cleo MARKETING
      21h30m add     anna tea 1 5GBP market:UK
      21h30m add     ben tea 1 5GBP market:UK
      21h30m add     cleo tea 1 5GBP market:UK
      1d7h   order   anna o1 5GBP
      1d7h   consent ben none
      1d7h   remove  cleo tea
      tick   1d7h59m
      tick   1d9h
      => 1d8h anna FIRST_PURCHASE - write
      => 1d8h ben CART_60M 5GBP CONSENT
    `))
  test('do not hide what is forbidden anyway', () =>
    check(`
      0      market  UK UTC 22 8
      21h30m add     anna tea 1 5GBP market:UK
      tick   23h
      => 22h30m anna CART_60M 5GBP CONSENT
    `))
  test('at whose end the more important message takes the last place', () =>
    check(`
      0      market   UK UTC 22 8
      0      consent  anna MARKETING
      12h    login    anna MARKETING market:UK
      12h    standing anna DORMANT from:LOST ltv:99GBP
      tick   13h
      => 12h anna WIN_BACK - write
      21h30m add      anna tea 1 5GBP
      1d3h   standing anna DORMANT from:LOST ltv:99GBP
      tick   1d9h
      => 1d8h anna WIN_BACK - write
      => 1d8h anna CART_60M 5GBP CAP
    `))
  test('at whose end nobody is asked back who is back, although no order of theirs was seen', () =>
    check(`
      0      market   UK UTC 22 8
      0      consent  anna MARKETING
      0      consent  ben MARKETING
      12h    login    anna MARKETING market:UK
      12h    login    ben MARKETING market:UK
      23h    standing anna DORMANT from:LOST ltv:99GBP
      23h    standing ben DORMANT from:LOST ltv:99GBP
      1d1h   standing anna REACTIVATED from:DORMANT ltv:99GBP
      tick   1d9h
      => 1d8h ben WIN_BACK - write
      2d23h  standing anna DORMANT from:LOST ltv:99GBP
      2d23h  standing ben DORMANT from:LOST ltv:99GBP
      tick   3d1h
      2d21h  standing anna ACTIVE from:DORMANT ltv:99GBP
      tick   3d9h
      => 3d8h ben WIN_BACK - write
    `))
  test('of a whole day but an hour outlast the first reminder, which says nothing the next day', () =>
    check(`
      0      market  UK UTC 8 7
      0      consent anna MARKETING
      6h59m  add     anna tea 1 5GBP market:UK
      7h     add     ben tea 1 5GBP market:UK
      7h     consent ben MARKETING
      tick   1d6h59m
      => 7h59m anna CART_60M 5GBP write
      => 8h ben CART_60M 5GBP QUIET_HOURS
      tick   1d8h
      => 1d7h anna CART_24H 5GBP write
      => 1d7h ben CART_24H 5GBP write
    `))
  test('that end with the hour they begin with, or of which one is not told, are none', () =>
    check(`
      0      market  UK UTC 8 8
      0      market  FR UTC 0 -
      0      consent anna MARKETING
      0      consent ben MARKETING
      7h     add     anna tea 1 5GBP market:UK
      7h     add     ben tea 1 5GBP market:FR
      tick   9h
      => 8h anna CART_60M 5GBP write
      => 8h ben CART_60M 5GBP write
    `))
  test('are those of the market where the person was last', () =>
    check(`
      0      market  UK UTC 22 8
      0      market  JP Asia/Tokyo 22 8
      0      consent anna MARKETING
      1h     add     anna tea 1 5GBP market:UK
      12h    login   anna MARKETING market:JP
      => 8h anna CART_60M 5GBP write
      tick   12h5m
      11h    login   anna MARKETING market:UK
      12h30m add     anna tea 1 5GBP
      tick   1d
      => 23h anna CART_60M 10GBP write
    `))
  test('of two markets after each other do not put a message off for ever', () =>
    check(`
      0      market  UK UTC 22 8
      0      market  JP Asia/Tokyo 8 7
      0      consent anna MARKETING
      21h30m add     anna tea 1 5GBP market:UK
      1d7h   login   anna MARKETING market:JP
      tick   1d9h
      => 1d8h anna CART_60M 5GBP QUIET_HOURS
    `))
  test('are those of the market a person is counted to, where nothing else is known', () =>
    check(`
      0      market   UK UTC 22 8
      0      market   JP Asia/Tokyo 22 8
      1h     consent  anna MARKETING
      1h     standing anna DORMANT from:LOST ltv:99GBP market:UK
      5h     standing anna DORMANT from:LOST ltv:99GBP market:JP
      tick   1d
      => 8h anna WIN_BACK - write
    `))
})

describe('quiet hours in the nights in which clocks are put', () => {
  const EVENING_IN_MARCH = Date.UTC(2026, 2, 28, 21)
  const EVENING_IN_OCTOBER = Date.UTC(2026, 9, 24, 20)
  test('forward, by an hour less of waiting', () =>
    checkFrom(EVENING_IN_MARCH)(`
      0      market  UK Europe/London 22 8
      0      consent anna MARKETING
      30m    add     anna tea 1 5GBP market:UK
      tick   9h59m
      tick   10h1m
      => 10h anna CART_60M 5GBP write
    `))
  test('back, by an hour more', () =>
    checkFrom(EVENING_IN_OCTOBER)(`
      0      market  UK Europe/London 22 8
      0      consent anna MARKETING
      30m    add     anna tea 1 5GBP market:UK
      tick   11h59m
      tick   12h1m
      => 12h anna CART_60M 5GBP write
    `))
  test('forward over the hour at which the quiet ends', () =>
    checkFrom(EVENING_IN_MARCH)(`
      0      market  UK Europe/London 22 1
      0      consent anna MARKETING
      30m    add     anna tea 1 5GBP market:UK
      tick   5h
      => 4h anna CART_60M 5GBP write
    `))
})

describe('what a result says', () => {
  const played = (...steps: ReturnType<(typeof rows)['add']>[]): readonly JourneyTrigger[] => {
    const mill = new Harness([journeyTriggers])
    for (const step of steps) playStep(mill, step)
    mill.advanceTo(days(30))
    return mill.resultsOf(triggers)
  }
  const sentences = (trigger: JourneyTrigger | undefined): string[] =>
    trigger!.reasons.map(({ code, detail, weight }) => `${code} ${weight}: ${detail}`)

  test('is the cart with its worth, what was left out of it, and why nothing is written', () => {
    const [first] = played(
      rows.add(0, 'anna', 'tea', '2', '5GBP'),
      rows.add(0, 'anna', 'cup', '1', '8EUR'),
      rows.add(minutes(1), 'anna', 'tea', '1', '5GBP'),
    )
    expect(first).toMatchObject({
      causeEventId: null,
      modelVersion: journeyTriggers.version,
      occurredAt: hours(1) + minutes(1),
    })
    expect(sentences(first)).toEqual([
      'CART_LEFT 1: The cart was left 1 h before, with 4 in it, worth 15.00 GBP.',
      'CONSENT 1: There is no consent to marketing.',
      'CART_PARTLY_PRICED 0: Not in the worth: articles without a price or in another currency, 1 in number.',
    ])
  })
  test('is the first order, and how often the person was written to', () => {
    const told = played(
      rows.consent(0, 'anna', 'MARKETING'),
      rows.order(0, 'anna', 'o1', '50GBP'),
      rows.standing(hours(3), 'anna', 'AT_RISK', 'tags:HIGH_VALUE'),
      rows.standing(hours(5), 'anna', 'DORMANT', 'ltv:99GBP'),
    )
    expect(told.map(sentences)).toEqual([
      ['FIRST_PURCHASE 1: Order o1 of 50.00 GBP was the first.'],
      ['VIP_AT_RISK 1: Of high value and at risk: 40 days since the last purchase.'],
      [
        'WIN_BACK 1: Became dormant, and the next year is worth 99.00 GBP, at least 3 times the 5.00 GBP of winning back.',
        'CAP 1: Was written to 2 times within 7 days, the last 2 h before.',
      ],
      [
        'CROSS_SELL 1: Order o1 of 50.00 GBP was the first, 7 days before.',
        'CAP 1: Was written to 2 times within 7 days, the last 165 h before.',
      ],
    ])
  })
  test('is when a message was due that was put off, and by which clock', () => {
    const [put] = played(
      rows.market(0, 'UK', 'Mars/Base', '22', '8'),
      rows.consent(0, 'anna', 'MARKETING'),
      rows.add(hours(21.5), 'anna', 'tea', '-', '-', 'market:UK'),
    )
    expect(sentences(put)).toEqual([
      'CART_LEFT 1: The cart was left 10.5 h before, with 1 in it, worth an unknown amount.',
      'CART_PARTLY_PRICED 0: Not in the worth: articles without a price or in another currency, 1 in number.',
      'PUT_OFF 0: Was due 9.5 h before, at 22:30 in Mars/Base, when nobody is written to.',
      'TIME_ZONE_UNKNOWN 0: Time zone Mars/Base is not known: its quiet hours are read as UTC.',
    ])
  })
  test('is until when it is quiet, where that is too long', () => {
    const [late] = played(
      rows.market(0, 'JP', 'Asia/Tokyo', '8', '7'),
      rows.consent(0, 'anna', 'MARKETING'),
      rows.add(hours(22), 'anna', 'tea', '1', '5GBP', 'market:JP'),
    )
    expect(sentences(late)[1]).toBe(
      'QUIET_HOURS 1: Nobody is written to at 08:00 in Asia/Tokyo, and by 07:00, when that is over, it is too late.',
    )
  })
})

test('the shape of the pipeline is as reviewed', () => {
  expect(describePipeline(journeyTriggers)).toMatchInlineSnapshot(`
    "journey-triggers journey-rules-2026-11-23, generation 1, event-time order
    inputs
      cart <- clickstream (userId, type, market, sku, quantity, priceMinor, currency)
        keyed by visitorId, exchange by userId, filtered
        late set-aside, disorder 5s
      consent <- clickstream (userId, type, market, consents)
        keyed by visitorId, exchange by userId, filtered
        late handle, disorder 5s
      order <- orders (orderId, originalOrderId, userId, type, market, currency, totalMinor)
        keyed by orderId, exchange by userId, filtered
        late handle, disorder 5s
      standing <- lifecycle-segments (userId, market, currency, activity, previousActivity, tags, entered, recencyDays, ltv52wMinor)
        keyed by subjectId, exchange by userId, filtered
        late handle, disorder 5s
      erasure <- erasures (userId)
        keyed by userId, direct
        late handle, disorder 5s
        holds nothing back
    references
      markets <- markets (reference)
    state
      consent: value
      market: value
      cart: mapOf, max 32
      cartAt: value
      orderedAt: value
      firstOrder: value
      toldOfFirst: listOf, max 2
      cancelled: listOf, max 8
      boughtAgain: value
      messages: mapOf, max 7
      writtenAt: listOf, max 2
      erasedAt: value
    timers
      forgotten 800d after the last event
      erasureEnds
      messageDue
    output journey-triggers
    "
  `)
})
