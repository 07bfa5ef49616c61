import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { days, hours, type Instant, minutes } from '../engine/time.ts'
import { type BasketTotal, basketTotals as totalsTopic } from '../events.ts'
import { basketOf, basketScripts } from '../testing/basket-orders.ts'
import { Harness } from '../testing/harness.ts'
import { pipelineLaws } from '../testing/laws.ts'
import { playStep } from '../testing/play-step.ts'
import { scenario } from '../testing/scenario.ts'
import { basketTotals } from './basket-totals.ts'

const DAY = days(1)

let count = 0
const order =
  (fields: object = {}, skus = ['tea', 'cup']) =>
  (at: Instant) =>
    basketOf(at, `o${count++}`, skus, fields)

const check = scenario(basketTotals, {
  events: {
    order: order(),
    nowhere: order({ market: null }),
    cancelled: order({ type: 'CANCELLED' }),
    lineless: order({}, []),
    none: order({ lines: [{ sku: 'tea', quantity: 0, unitPriceMinor: 1 }] }),
  },
  show: ({ modelId, market, baskets, occurredAt }: BasketTotal) =>
    `${occurredAt / minutes(1)} ${modelId} ${market} ${baskets.toFixed(3)}`,
})

test('five new orders are told at 00:15, an old one counting half after 90 days', () =>
  check(`
    0      order
    0      order
    0      order
    0      order
    tick   89d
    89d1h  order
    tick   90d1h
    =>     129615 baskets/UK UK 2.992       # 4 * 2^(-90.01/90) + 2^(-.97/90)
  `))

test('orders that were not placed, or in which nothing was bought, are no baskets', () =>
  check(`
    0      order
    1h     order
    2h     order
    3h     order
    4h     cancelled
    5h     lineless
    6h     none
    tick   3d
    3d     order
    tick   4d
    =>     4335 baskets/UK UK 4.910
  `))

test('a market without a name is one of its own', () =>
  check(`
    0      nowhere
    0      nowhere
    0      nowhere
    0      order
    0      nowhere
    0      nowhere
    tick   1d
    =>     15 baskets/ null 5.000
  `))

/** Plays orders at these moments; what was told. */
const toldOf = (moments: readonly Instant[], until: Instant): readonly BasketTotal[] => {
  const mill = new Harness([basketTotals], { batchSize: 100 })
  moments.forEach((at, index) => {
    playStep(mill, basketOf(at, `o${index}`, ['tea']))
  })
  mill.advanceTo(until)
  return mill.resultsOf(totalsTopic)
}

const naive = (moments: readonly Instant[], now: Instant): number =>
  moments
    .filter(at => at <= now)
    .reduce((sum, at) => sum + Math.exp((-Math.LN2 * (now - at)) / (90 * DAY)), 0)

test('at a steady pace they are told each day at first, and then each week', () => {
  const moments = Array.from({ length: 4_000 }, (_, index) => (index * DAY) / 10)
  const told = toldOf(moments, 400 * DAY)
  const dates = told.map(({ occurredAt }) => Math.floor(occurredAt / DAY))
  expect(dates.slice(0, 10)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  const gaps = dates.slice(1).map((date, index) => date - dates[index]!)
  expect(new Set(gaps.slice(-30))).toEqual(new Set([6, 7]))
  // What is missing just before the next report is a twentieth, and what came within a day.
  told.slice(1).forEach(({ baskets, occurredAt }, index) => {
    const { baskets: last, occurredAt: toldAt } = told[index]!
    const missing = baskets - last * Math.exp((-Math.LN2 * (occurredAt - toldAt)) / (90 * DAY))
    expect(missing).toBeLessThanOrEqual(0.05 * baskets + 10)
  })
})

test('what is told is what a look at all orders says', () => {
  const gaps = fc.array(fc.oneof(fc.nat(hours(1)), fc.nat(days(20))), { maxLength: 60 })
  fc.assert(
    fc.property(gaps, all => {
      let now = 0
      const moments = all.map(gap => (now += gap))
      for (const { baskets, occurredAt } of toldOf(moments, now + 2 * DAY)) {
        expect(baskets).toBeCloseTo(naive(moments, occurredAt), 9)
      }
    }),
    { numRuns: 50 },
  )
})

describe('the laws of pipelines', () => {
  const laws = pipelineLaws(basketTotals, basketScripts, { partitions: 2, runs: 30 })
  for (const law of laws) test(law.name, law.check)
})
