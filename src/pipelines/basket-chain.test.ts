/** The way from orders to what is bought together, beside what a look at all orders says. */
import { expect, test } from 'vitest'
import { describe as describePipeline } from '../engine/describe.ts'
import { days, hours, type Instant, minutes } from '../engine/time.ts'
import {
  type BasketNeighbours,
  basketCounts as countsTopic,
  modelParameters,
  basketNeighbours as neighboursTopic,
  basketTotals as totalsTopic,
} from '../events.ts'
import { basketOf, basketScripts } from '../testing/basket-orders.ts'
import { Harness } from '../testing/harness.ts'
import { pipelineLaws } from '../testing/laws.ts'
import { playStep } from '../testing/play-step.ts'
import { basketCounts } from './basket-counts.ts'
import { basketLearner } from './basket-learner.ts'
import { basketNeighbours } from './basket-neighbours.ts'
import { basketTotals } from './basket-totals.ts'

const DAY = days(1)
const START = 20_000 * DAY
const chain = [basketTotals, basketCounts, basketNeighbours]

interface Basket {
  readonly at: Instant
  readonly skus: readonly string[]
}

/** Numbers below 1 that are the same in every run (Park and Miller 1988). */
const seeded = (seed: number) => {
  let state = seed
  return (): number => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

/** Breakfasts, teas and what is bought by itself. */
const drawnSkus = (random: () => number): string[] => {
  const isTea = random() < 0.4
  const often: Record<string, number> = isTea
    ? { tea: 0.8, cup: 0.5, pot: 0.3, milk: 0.6, jam: 0.1 }
    : { jam: 0.4, bread: 0.7, milk: 0.5, soap: 0.2, tea: 0.1 }
  return Object.keys(often).filter(sku => random() < often[sku]!)
}

const played = (baskets: readonly Basket[]): Harness => {
  const mill = new Harness(chain, { mode: 'history', batchSize: 200, learners: [basketLearner] })
  baskets.forEach(({ at, skus }, index) => {
    playStep(mill, basketOf(at, `o${index}`, skus))
  })
  mill.finish(true)
  expect([mill.dead, mill.late]).toEqual([[], []])
  return mill
}

const lastBySku = (mill: Harness): BasketNeighbours[] => [
  ...new Map(mill.resultsOf(neighboursTopic).map(result => [result.sku, result])).values(),
]

/** Of all orders up to a moment, what two articles have to do with each other. */
const recount = (baskets: readonly Basket[], now: Instant) => {
  const weighed = baskets
    .filter(({ at, skus }) => at <= now && skus.length > 0)
    .map(({ at, skus }) => ({ skus, weight: 0.5 ** ((now - at) / (90 * DAY)) }))
  const sum = (...all: string[]): number =>
    weighed
      .filter(({ skus }) => all.every(sku => skus.includes(sku)))
      .reduce((total, { weight }) => total + weight, 0)
  return (sku: string, other: string) => {
    const [n, ci, cj, both] = [sum(), sum(sku), sum(other), sum(sku, other)]
    const cells = [
      [both, ci * cj],
      [ci - both, ci * (n - cj)],
      [cj - both, (n - ci) * cj],
      [n - ci - cj + both, (n - ci) * (n - cj)],
    ] as const
    const surprises = cells.map(([seen, chance]) => 2 * seen * Math.log((seen * n) / chance))
    return {
      baskets: both,
      lift: (n * both) / (ci * cj),
      shrunkLift: (both + 5) / ((ci * cj) / n + 5),
      attach: both / ci - cj / n,
      isShown: both >= 5 && both * n > ci * cj && surprises.reduce((a, b) => a + b, 0) > 10.83,
    }
  }
}

const SKUS = ['tea', 'cup', 'pot', 'milk', 'jam', 'bread', 'soap']

test('of orders that came at once, lifts are those of a look at all of them', () => {
  const random = seeded(7)
  const baskets = Array.from({ length: 400 }, (_, index) => ({
    at: START + hours(10) + minutes(index / 100),
    skus: drawnSkus(random),
  }))
  const mill = played(baskets)
  expect(mill.resultsOf(countsTopic)).toHaveLength(SKUS.length)
  expect(mill.resultsOf(totalsTopic)).toHaveLength(1)
  const told = lastBySku(mill)
  const pairs = told.flatMap(({ sku, occurredAt, neighbours }) => {
    const naive = recount(baskets, occurredAt)
    const shown = SKUS.filter(other => other !== sku && naive(sku, other).isShown)
    expect(new Set(neighbours.map(each => each.sku))).toEqual(new Set(shown))
    for (const { sku: other, ...measured } of neighbours) {
      const { isShown: _, ...truth } = naive(sku, other)
      for (const name of ['baskets', 'lift', 'shrunkLift', 'attach'] as const) {
        expect(measured[name]).toBeCloseTo(truth[name], 9)
      }
    }
    return shown
  })
  expect(pairs.length).toBeGreaterThan(8)
})

test('of orders that come day by day, they are nearly so', () => {
  const random = seeded(11)
  const baskets = Array.from({ length: 4_000 }, () => ({
    at: START + Math.floor(random() * 200 * DAY),
    skus: drawnSkus(random),
  })).sort((one, other) => one.at - other.at)
  const mill = played(baskets)
  const versions = mill.resultsOf(modelParameters)
  expect(versions.length).toBeGreaterThan(40)
  expect(versions.length).toBeLessThan(90)
  const naive = recount(baskets, START + 200 * DAY)
  for (const { sku, neighbours } of lastBySku(mill)) {
    for (const { sku: other, shrunkLift, attach } of neighbours) {
      const truth = naive(sku, other)
      expect(Math.abs(shrunkLift / truth.shrunkLift - 1)).toBeLessThan(0.2)
      expect(Math.abs(attach - truth.attach)).toBeLessThan(0.1)
    }
  }
  expect(lastBySku(mill).find(({ sku }) => sku === 'pot')?.neighbours[0]?.sku).toBe('cup')
})

// That keys do not touch each other is checked of each pipeline alone.
const laws = pipelineLaws(chain, basketScripts, { partitions: 3, runs: 15 })
for (const law of laws) if (!law.name.startsWith('keys')) test(`in a chain, ${law.name}`, law.check)

test('the shapes of the pipelines are as reviewed', () => {
  expect(chain.map(describePipeline).join('\n')).toMatchInlineSnapshot(`
    "basket-totals baskets-2026-11-23, generation 1, event-time order
    inputs
      order <- orders (orderId, type, market, lines)
        keyed by orderId, exchange, filtered
        late set-aside, disorder 5s
    state
      baskets: decayed, halfLifeMs 90d
      fresh: value
    timers
      forgotten 400d after the last event
      reportDue
    output basket-totals

    basket-counts baskets-2026-11-23, generation 1, event-time order
    inputs
      order <- orders (orderId, type, market, lines)
        keyed by orderId, exchange to several keys, filtered
        late set-aside, disorder 5s
    state
      baskets: decayed, halfLifeMs 90d
      fresh: value
      neighbours: mapOf, max 64
    timers
      forgotten 400d after the last event
      reportDue
    output basket-counts

    basket-neighbours baskets-2026-11-23, generation 1, event-time order
    inputs
      count <- basket-counts (sku, market, baskets, neighbours)
        keyed by sku, exchange to several keys
        late handle, disorder 5s
    references
      modelParameters <- model-parameters (control)
    state
      own: value
      others: mapOf, max 65
      told: value
    timers
      forgotten 400d after the last event
      reportDue
    output basket-neighbours
    "
  `)
})
