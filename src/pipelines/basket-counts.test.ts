import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { days, hours, type Instant } from '../engine/time.ts'
import { type BasketCount, basketCounts as countsTopic } from '../events.ts'
import { basketOf, basketScripts } from '../testing/basket-orders.ts'
import { Harness } from '../testing/harness.ts'
import { pipelineLaws } from '../testing/laws.ts'
import { playStep } from '../testing/play-step.ts'
import { scenario } from '../testing/scenario.ts'
import { basketCounts } from './basket-counts.ts'
import { timeOfDayOf } from './basket-reports.ts'
import { pairOf } from './price-pair.ts'

const DAY = days(1)

let ordered = 0
const order =
  (fields: object = {}) =>
  (at: Instant, skus = '') =>
    basketOf(at, `o${ordered++}`, skus.split(','), fields)

const shown = ({ sku, market, baskets, neighbours }: BasketCount): string => {
  const others = neighbours.map(each => `${each.sku}:${each.baskets.toFixed(1)}`)
  return [sku, market, baskets.toFixed(1), ...others].join(' ')
}

const check = scenario(basketCounts, {
  events: {
    order: order(),
    nowhere: order({ market: null }),
    cancelled: order({ type: 'CANCELLED' }),
    lines: (at: Instant, ...lines: string[]) =>
      basketOf(at, `o${ordered++}`, [], {
        lines: lines.map(line => {
          const [quantity, sku] = line.split('x')
          return { sku, quantity: Number(quantity), unitPriceMinor: 500 }
        }),
      }),
  },
  show: shown,
})

test('an article is told with those that it was bought with five times', () =>
  check(`
    0      order     tea,cup
    0      order     tea,cup
    0      order     tea,cup,pot
    0      order     tea,cup
    0      order     tea,pot
    tick   2d
    =>     tea UK 5.0
    2d     cancelled tea,cup
    2d     nowhere   tea,cup
    2d     order     tea,cup
    tick   4d
    =>     cup UK 4.9
  `))

test('the most frequent is told first, and of two that are alike the first in order', () =>
  check(`
    0      order tea,pot,cup,jam
    0      order tea,pot,cup,jam
    0      order tea,pot,cup,jam
    0      order tea,pot,cup,jam
    0      order tea,pot,cup,jam
    0      order tea,pot,cup,jam
    0      order jam,tea
    tick   1d
    =>     pot UK 6.0 cup:6.0 jam:6.0 tea:6.0
    =>     cup UK 6.0 jam:6.0 pot:6.0 tea:6.0
    =>     tea UK 6.9 jam:6.9 cup:6.0 pot:6.0
    =>     jam UK 6.9 tea:6.9 cup:6.0 pot:6.0
  `))

test('an order counts once, however many units and lines of an article it has', () =>
  check(`
    0      lines 3xtea 1xcup 2xtea 0xpot
    0      lines 3xtea 1xcup 2xtea 0xpot
    0      lines 3xtea 1xcup 2xtea 0xpot
    0      lines 3xtea 1xcup 2xtea 0xpot
    0      lines 3xtea 1xcup 2xtea 0xpot
    0      lines 3xtea 1xcup 2xtea 0xpot
    tick   1d
    =>     cup UK 6.0 tea:6.0
    =>     tea UK 6.0 cup:6.0
  `))

const played = (
  baskets: readonly { readonly at: Instant; readonly skus: readonly string[] }[],
  until: Instant,
): readonly BasketCount[] => {
  const mill = new Harness([basketCounts], { batchSize: 100 })
  baskets.forEach(({ at, skus }, index) => {
    playStep(mill, basketOf(at, `o${index}`, skus))
  })
  mill.advanceTo(until)
  expect([mill.dead, mill.late]).toEqual([[], []])
  return mill.resultsOf(countsTopic)
}

test('each article is told at a minute of the day of its own, where a twentieth is new', () => {
  const baskets = Array.from({ length: 600 }, (_, index) => ({
    at: index * hours(6),
    skus: index % 2 === 0 ? ['tea', 'cup'] : ['tea'],
  }))
  const told = played(baskets, 155 * DAY)
  for (const sku of ['tea', 'cup']) {
    const own = told.filter(each => each.sku === sku)
    const times = new Set(own.map(({ occurredAt }) => occurredAt % DAY))
    expect(times).toEqual(new Set([timeOfDayOf(pairOf(sku, 'UK'))]))
    const last = own.slice(-3).map(({ occurredAt }) => occurredAt)
    expect(last.slice(1).map((at, index) => at - last[index]!)).not.toContain(DAY)
    expect(own.length).toBeLessThan(60)
  }
})

const drawn = fc.array(
  fc.record({
    gapMs: fc.oneof(fc.nat(hours(1)), fc.nat(20 * DAY)),
    skus: fc.uniqueArray(fc.constantFrom<string[]>('tea', 'cup', 'pot', 'jam'), { minLength: 1 }),
    times: fc.constantFrom(1, 1, 6),
  }),
  { maxLength: 25 },
)

const decayedCount = (moments: readonly Instant[], now: Instant): number =>
  moments
    .filter(at => at <= now)
    .reduce((sum, at) => sum + Math.exp((-Math.LN2 * (now - at)) / (90 * DAY)), 0)

test('what is told is what a look at all orders says', () => {
  fc.assert(
    fc.property(drawn, steps => {
      let now = 0
      const baskets = steps.flatMap(({ gapMs, skus, times }) => {
        now += gapMs
        return Array.from({ length: times }, () => ({ at: now, skus }))
      })
      for (const { sku, occurredAt, baskets: count, neighbours } of played(
        baskets,
        now + 2 * DAY,
      )) {
        const own = baskets.filter(({ skus }) => skus.includes(sku))
        expect(count).toBeCloseTo(
          decayedCount(
            own.map(({ at }) => at),
            occurredAt,
          ),
          9,
        )
        const others = ['tea', 'cup', 'pot', 'jam']
          .filter(other => other !== sku)
          .map(other => {
            const both = own.filter(({ skus }) => skus.includes(other))
            return {
              sku: other,
              baskets: decayedCount(
                both.map(({ at }) => at),
                occurredAt,
              ),
            }
          })
          .filter(each => each.baskets >= 5)
        expect(new Map(neighbours.map(each => [each.sku, each.baskets.toFixed(9)]))).toEqual(
          new Map(others.map(each => [each.sku, each.baskets.toFixed(9)])),
        )
        const told = neighbours.map(each => each.baskets)
        expect(told).toEqual([...told].sort((a, b) => b - a))
        expect(neighbours.every(({ error }) => error === 0)).toBe(true)
      }
    }),
    { numRuns: 60 },
  )
})

const names = (from: number, size: number): string[] =>
  Array.from({ length: size }, (_, index) => `a${from + index}`)

test('of more articles than there are counters, those bought often are told, and with how much doubt', () => {
  // Two of a hundred come with each order, and ten that are frequent with every fifth.
  const baskets = Array.from({ length: 600 }, (_, index) => ({
    at: index,
    skus: ['tea', `f${index % 10}`, `r${(index * 7) % 100}`, `r${(index * 13) % 100}`],
  }))
  const tea = played(baskets, 2 * DAY).find(({ sku }) => sku === 'tea')!
  expect(tea.baskets).toBeCloseTo(600, -1)
  const told = new Map(tea.neighbours.map(each => [each.sku, each]))
  for (let at = 0; at < 10; at++) {
    const { baskets: count, error } = told.get(`f${at}`)!
    expect(count).toBeGreaterThan(59)
    expect(count - error).toBeLessThan(60)
  }
  expect(tea.neighbours.length).toBeLessThanOrEqual(64)
  for (const each of tea.neighbours) {
    expect(each.baskets - each.error).toBeGreaterThanOrEqual(5)
    const truth = baskets.filter(({ skus }) => skus.includes(each.sku)).length
    expect(each.baskets - each.error).toBeLessThanOrEqual(truth)
  }
})

test('an order of more than 40 articles counts for each of them, and for no two together', () => {
  const told = (size: number) =>
    played(
      Array.from({ length: 6 }, (_, index) => ({ at: index, skus: names(0, size) })),
      2 * DAY,
    )
  const [forty, more] = [told(40), told(41)]
  expect(forty.map(({ neighbours }) => neighbours.length)).toEqual(names(0, 40).map(() => 39))
  expect(more.map(({ neighbours }) => neighbours.length)).toEqual(names(0, 41).map(() => 0))
})

describe('the laws of pipelines', () => {
  const laws = pipelineLaws(basketCounts, basketScripts, { partitions: 2, runs: 30 })
  for (const law of laws) test(law.name, law.check)
})
