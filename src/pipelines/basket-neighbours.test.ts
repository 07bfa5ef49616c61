import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { days, hours, type Instant, seconds } from '../engine/time.ts'
import {
  type BasketNeighbours,
  basketCounts,
  modelParameters,
  basketNeighbours as neighboursTopic,
} from '../events.ts'
import { Harness } from '../testing/harness.ts'
import { pipelineLaws } from '../testing/laws.ts'
import { playStep } from '../testing/play-step.ts'
import { basketCountOf } from '../testing/price-records.ts'
import { scenario } from '../testing/scenario.ts'
import { commit, type ScriptStep, type Send, send, tick } from '../testing/script.ts'
import { basketNeighbours } from './basket-neighbours.ts'

const DAY = days(1)

/** The orders of a market, as published. */
const market = (at: Instant, baskets = '1000', name: string | null = 'UK'): Send =>
  send(modelParameters, {
    modelId: `baskets/${name ?? ''}`,
    version: Math.floor(at / DAY) + 1,
    occurredAt: at,
    effectiveAt: at,
    trainedThrough: at,
    parameters: { baskets: Number(baskets) },
  })

let rows = 0
/** `tea 100 cup:50` or, with a doubt of 20, `cup:50±20`. */
const counted = (at: Instant, sku = '', baskets = '0', ...others: string[]): Send =>
  basketCountOf(at, `r${rows++}`, {
    sku,
    baskets: Number(baskets),
    neighbours: others.map(other => {
      const [name = '', count = ''] = other.split(':')
      const [both, error = '0'] = count.split('±')
      return { sku: name, baskets: Number(both), error: Number(error) }
    }),
  })

const shown = ({ sku, baskets, neighbours }: BasketNeighbours): string => {
  const others = neighbours.map(
    each =>
      `${each.sku}:${each.baskets.toFixed(0)} ${each.lift.toFixed(2)} ${each.shrunkLift.toFixed(2)} ${each.attach.toFixed(2)}`,
  )
  return [sku, baskets.toFixed(0), ...others].join(' ')
}

const check = scenario(basketNeighbours, { events: { market, counted }, show: shown })

test('of two articles each is told with the other, by what both are and how often together', () =>
  check(`
    0      market  1000
    0      counted tea 100 cup:50
    0      counted cup 200 tea:50
    tick   1d
    =>     cup 199 tea:50 2.50 2.20 0.15     # of the 200, 50 with tea, and 20 by chance
    =>     tea 99 cup:50 2.50 2.20 0.30
  `))

test('one whose own orders are not told yet says nothing, and comes to it when they are', () =>
  check(`
    0      market  1000
    0      counted tea 100 cup:50
    tick   3d
    3d     counted cup 200 tea:50
    tick   5d
    =>     cup 199 tea:49 2.44 2.15 0.14
    =>     tea 97 cup:50 2.50 2.20 0.31
  `))

test('what may have been counted of another article is not claimed', () =>
  check(`
    0      market  1000
    0      counted tea 100 cup:50±45 pot:50±20
    0      counted cup 200
    0      counted pot 100
    tick   1d
    =>     pot 100 tea:30 3.00 2.33 0.20
  `))

test('as long as the orders of the market are not known, it waits, and looks after 1, 3, 7, 15 days', () =>
  check(`
    0      counted tea 100 cup:50
    0      counted cup 200 tea:50
    tick   10d
    10d    market  900
    tick   14d
    tick   17d
    =>     cup 178 tea:44 2.43 2.12 0.15
    =>     tea 88 cup:44 2.43 2.12 0.29
    tick   40d
  `))

test('where counts come while it waits, it does not wait for longer than a day', () =>
  check(`
    0      counted tea 100 cup:50
    0      counted cup 200
    tick   8d
    8d     market  900
    8d     counted tea 100 cup:50
    tick   9d
    =>     cup 187 tea:50 2.39 2.12 0.15
  `))

test('those that go together by chance alone, or too seldom to tell, are not told', () =>
  check(`
    0      market  1000
    0      counted tea 100 cup:24 pot:4 jam:5
    0      counted cup 200
    0      counted pot 5
    0      counted jam 50
    tick   2d
  `))

test('it is told again where its neighbours change, or how much they are bought together', () =>
  check(`
    0      market  1000
    0      counted tea 100 cup:50
    0      counted cup 200
    tick   1d
    =>     cup 199 tea:50 2.50 2.20 0.15
    1d     counted tea 110 cup:60            # 2.40
    tick   2d
    2d     counted tea 110 cup:70
    tick   3d
    =>     cup 196 tea:70 3.18 2.78 0.24
    3d     counted pot 50 cup:40
    tick   4d
    =>     cup 195 pot:40 4.00 3.00 0.15 tea:69 3.18 2.77 0.24
    4d     counted pot 400 cup:40
    tick   5d
    =>     cup 193 tea:69 3.18 2.77 0.24
    5d     counted tea 500 cup:70
    tick   6d
    =>     cup 192
    6d     counted tea 500 cup:70
    tick   7d
  `))

/** Of `tea`, what was told last, of these other articles with theirs and both their orders. */
const lastOf = (others: readonly (readonly [sku: string, baskets: number, both: number])[]) => {
  const mill = new Harness([basketNeighbours], { batchSize: 50 })
  playStep(mill, market(0, '100000'))
  playStep(mill, counted(0, 'tea', '1000'))
  others.forEach(([sku, baskets, both], index) => {
    playStep(mill, counted(index, sku, `${baskets}`, `tea:${both}`))
  })
  mill.advanceTo(2 * DAY)
  return mill.resultsOf(neighboursTopic).findLast(({ sku }) => sku === 'tea')?.neighbours
}

test('of two hundred that it is bought with, the sixteen with the highest shrunk lift are told', () => {
  const others = Array.from(
    { length: 200 },
    (_, index) => [`a${index}`, 100 + ((index * 7) % 200), 20 + ((index * 31) % 50)] as const,
  )
  const shrunk = ([, baskets, both]: (typeof others)[number]) =>
    (both + 5) / ((1_000 * baskets) / 100_000 + 5)
  const best = others.toSorted((one, other) => shrunk(other) - shrunk(one)).slice(0, 16)
  const told = lastOf(others)!
  expect(new Set(told.map(({ sku }) => sku))).toEqual(new Set(best.map(([sku]) => sku)))
  const lifts = told.map(({ shrunkLift }) => shrunkLift)
  expect(lifts).toEqual(lifts.toSorted((one, other) => other - one))
  best.forEach((other, rank) => {
    expect(lifts[rank]! / shrunk(other)).toBeCloseTo(1, 1)
  })
})

test('of two that are alike, the one that is first in order is told first', () => {
  const told = lastOf([
    ['cup', 100, 50],
    ['bag', 100, 50],
  ])
  expect(told?.map(({ sku }) => sku)).toEqual(['bag', 'cup'])
})

test('counts of before do not replace later ones', () => {
  const mill = new Harness([basketNeighbours])
  for (const step of [
    market(0),
    counted(hours(5), 'tea', '100', 'cup:50'),
    counted(hours(5), 'cup', '200'),
  ]) {
    playStep(mill, step)
  }
  mill.tick(hours(6))
  playStep(mill, counted(0, 'tea', '100', 'cup:10'))
  playStep(mill, counted(0, 'cup', '900'))
  mill.advanceTo(2 * DAY)
  expect(mill.resultsOf(neighboursTopic)).toMatchObject([
    { sku: 'cup', neighbours: [{ sku: 'tea', lift: expect.closeTo(2.5, 1) }] },
  ])
})

test('a result cites the row of the market', () => {
  const mill = new Harness([basketNeighbours])
  for (const step of [
    market(0, '1000', null),
    send(basketCounts, { ...counted(0, 'tea', '9', 'cup:9').record, market: null }),
    send(basketCounts, { ...counted(0, 'cup', '9', 'tea:9').record, market: null }),
  ]) {
    playStep(mill, step)
  }
  mill.advanceTo(2 * DAY)
  expect(mill.resultsOf(neighboursTopic)).toMatchObject([
    { market: null, modelVersion: 'baskets-2026-11-23 baskets/@1' },
    { market: null, modelVersion: 'baskets-2026-11-23 baskets/@1' },
  ])
})

const skus = fc.constantFrom('tea', 'cup', 'pot')
const steps = fc.record({
  sku: skus,
  market: fc.constantFrom('UK', 'UK', null),
  baskets: fc.integer({ min: 5, max: 200 }),
  neighbours: fc.uniqueArray(
    fc.record({ sku: skus, baskets: fc.nat(100), error: fc.constantFrom(0, 0, 20) }),
    { selector: ({ sku }) => sku },
  ),
  gapMs: fc.oneof(fc.nat(seconds(90)), fc.nat(2 * DAY), fc.nat(60 * DAY)),
  lagMs: fc.constantFrom(0, 0, 0, seconds(3), hours(30)),
  kind: fc.constantFrom('count', 'count', 'count', 'count', 'market', 'tick', 'commit'),
})

const scripts: fc.Arbitrary<readonly ScriptStep[]> = fc
  .array(steps, { maxLength: 25 })
  .map(drawn => {
    let newest = DAY
    return drawn.map(({ gapMs, lagMs, kind, neighbours, ...count }, index): ScriptStep => {
      newest += gapMs
      if (kind === 'tick') return tick(newest)
      if (kind === 'commit') return commit
      if (kind === 'market') return market(newest, `${count.baskets * 5}`, count.market)
      const others = neighbours.filter(({ sku }) => sku !== count.sku)
      return basketCountOf(newest - lagMs, `s${index}`, { ...count, neighbours: others })
    })
  })

describe('the laws of pipelines', () => {
  const laws = pipelineLaws(basketNeighbours, scripts, { partitions: 2, runs: 30 })
  for (const law of laws) test(law.name, law.check)
})
