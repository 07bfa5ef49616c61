/** Reorder points, and demand that they are of: part 5.6 of the reference. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type DailyDemand,
  demandAfter,
  expectedPerDay,
  isIntermittent,
  NO_DEMAND,
  usualDaysIn,
} from './daily-demand.ts'
import { demandAhead } from './demand-ahead.ts'
import {
  type LeadTime,
  leadTimeDemand,
  orderQuantity,
  reorderPoint,
  stockoutProbability,
} from './lead-time-demand.ts'
import { negativeBinomialCdf, negativeBinomialQuantile } from './negative-binomial.ts'
import { normalCdf, normalQuantile } from './normal-distribution.ts'

const randomOf = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

/** Poisson by products of uniforms; large means in halves. */
const poisson = (mean: number, random: () => number): number => {
  if (mean > 30) return poisson(mean / 2, random) + poisson(mean / 2, random)
  const limit = Math.exp(-mean)
  let product = random()
  let count = 0
  for (; product > limit; count++) product *= random()
  return count
}

/** A sum of exponentials, as shapes here are whole. */
const gamma = (shape: number, random: () => number): number => {
  let sum = 0
  for (let part = 0; part < shape; part++) sum -= Math.log(random())
  return sum
}

const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random())

type Sell = (random: () => number) => number

/** Fast, scattered, slow, and lumpy. */
const DEMANDS: readonly (readonly [string, Sell])[] = [
  ['fast', random => poisson(20, random)],
  ['scattered', random => poisson((8 / 2) * gamma(2, random), random)],
  ['slow', random => poisson(1.5, random)],
  ['lumpy', random => (random() < 0.2 ? 1 + poisson((6 / 2) * gamma(2, random), random) : 0)],
]

const TARGETS = [0.95, 0.99] as const

/**
 * Of many articles, how often the reorder point of each target covers the demand of the lead time behind it;
 * computed as the advice is.
 */
const servicesOf = (sell: Sell, lead: LeadTime, articles: number): readonly number[] => {
  const random = randomOf(4_711)
  const served = TARGETS.map(() => 0)
  for (let article = 0; article < articles; article++) {
    let demand = NO_DEMAND
    for (let day = 0; day < 300; day++) demand = demandAfter(demand, sell(random), day % 7, 1)
    const days = Math.max(0, Math.round(lead.days + lead.deviationDays * normal(random)))
    let asked = 0
    for (let day = 0; day < days; day++) asked += sell(random)
    const ahead = demandAhead(demand, lead, 300 % 7)
    for (const [at, target] of TARGETS.entries()) {
      if (asked <= reorderPoint(ahead, target)) served[at]!++
    }
  }
  return served.map(times => times / articles)
}

describe('the service that is aimed at is the one that comes', () => {
  test.each(DEMANDS)('%s demand, lead time of 14 days', (_, sell) => {
    const [at95, at99] = servicesOf(sell, { days: 14, deviationDays: 0 }, 2_500)
    expect(Math.abs(at95! - 0.95)).toBeLessThanOrEqual(0.015)
    expect(Math.abs(at99! - 0.99)).toBeLessThanOrEqual(0.01)
  })
  test('with a lead time that deviates by two days', () => {
    const [at95] = servicesOf(DEMANDS[0]![1], { days: 14, deviationDays: 2 }, 2_500)
    expect(Math.abs(at95! - 0.95)).toBeLessThanOrEqual(0.015)
  })
  test.each([2, 5, 14])('with a Saturday of six days, lead time of %i days', leadDays => {
    const random = randomOf(99)
    const sell = (day: number): number => poisson(day % 7 === 5 ? 60 : 10, random)
    const served = [0, 0, 0, 0, 0, 0, 0]
    const ARTICLES = 1_400
    for (let article = 0; article < ARTICLES; article++) {
      let demand = NO_DEMAND
      const ordered = 300 + (article % 7)
      for (let day = 0; day < ordered; day++) demand = demandAfter(demand, sell(day), day % 7, 1)
      let asked = 0
      for (let day = 0; day < leadDays; day++) asked += sell(ordered + day)
      const ahead = demandAhead(demand, { days: leadDays, deviationDays: 0 }, ordered % 7)
      if (asked <= reorderPoint(ahead, 0.95)) served[ordered % 7]! += 7 / ARTICLES
    }
    const service = served.reduce((sum, share) => sum + share / 7, 0)
    expect(Math.abs(service - 0.95)).toBeLessThanOrEqual(0.03)
    // On whatever day it is ordered: without weekdays it would be none before a Saturday.
    expect(Math.min(...served)).toBeGreaterThan(0.88)
  })
})

describe('demand', () => {
  const learnt = (days: number, unitsOf: (day: number) => number): DailyDemand => {
    let demand = NO_DEMAND
    for (let day = 0; day < days; day++) demand = demandAfter(demand, unitsOf(day), day % 7, 1)
    return demand
  }
  test('the first days are a mean and a sample variance', () => {
    const demand = [4, 8, 6, 2].reduce(
      (now, units, day) => demandAfter(now, units, day, 1),
      NO_DEMAND,
    )
    expect(demand.mean).toBeCloseTo(5, 12)
    expect(demand.variance).toBeCloseTo(20 / 3, 12)
  })
  test('weekdays are learnt, and the mean is that of the week', () => {
    const demand = learnt(700, day => (day % 7 === 5 ? 30 : 5))
    expect(demand.weekdays[5]! / demand.weekdays[0]!).toBeCloseTo(6, 0)
    expect(expectedPerDay(demand)).toBeCloseTo((30 + 6 * 5) / 7, 0)
  })
  test('an order that is misread is one of twenty times the usual', () => {
    const demand = demandAfter(
      learnt(100, day => 4 + (day % 3)),
      2 ** 31 - 1,
      2,
      1,
    )
    expect(demand.mean).toBeLessThan(10)
  })
  test('a day on which it was not to be had is left out, one of two thirds is scaled', () => {
    const before = learnt(100, () => 9)
    expect(demandAfter(before, 0, 0, 0.2)).toEqual({ ...before, censoredDays: 1 })
    expect(demandAfter(before, 6, 100 % 7, 2 / 3).mean).toBeCloseTo(9, 1)
  })
  test('what ends comes down by its parts, where Croston would hang on', () => {
    const random = randomOf(5)
    const lumpy = DEMANDS[3]![1]
    let [bias, hanging] = [0, 0]
    const ARTICLES = 2_000
    for (let article = 0; article < ARTICLES; article++) {
      let demand = NO_DEMAND
      let croston = { size: 1, gap: 5, since: 0 }
      for (let day = 0; day < 300; day++) {
        // Its chance falls to a tenth for the last hundred days.
        const units = day < 200 || random() < 0.1 ? lumpy(random) : 0
        demand = demandAfter(demand, units, day % 7, 1)
        croston =
          units > 0
            ? {
                size: croston.size + 0.1 * (units - croston.size),
                gap: croston.gap + 0.1 * (croston.since + 1 - croston.gap),
                since: 0,
              }
            : { ...croston, since: croston.since + 1 }
      }
      expect(isIntermittent(demand)).toBe(true)
      bias += expectedPerDay(demand) / ARTICLES
      hanging += croston.size / croston.gap / ARTICLES
    }
    const truth = 0.1 * 0.2 * 7
    expect(Math.abs(bias / truth - 1)).toBeLessThan(0.12)
    expect(hanging / truth).toBeGreaterThan(5)
  })
  test('of constant intermittent demand it is right in the mean, and the slow mean surer', () => {
    const random = randomOf(6)
    let [sum, ofParts, ofMean] = [0, 0, 0]
    for (let article = 0; article < 500; article++) {
      const demand = learnt(400, () => (random() < 0.2 ? 5 : 0))
      sum += expectedPerDay(demand) / 500
      ofParts += (expectedPerDay(demand) - 1) ** 2 / 500
      ofMean += (demand.mean - 1) ** 2 / 500
    }
    expect(sum).toBeCloseTo(1, 1)
    // As computed: 5 √(.2 · .8 · rate / (2 − rate)), of .1 and of .02.
    expect(Math.sqrt(ofParts)).toBeCloseTo(0.459, 1)
    expect(Math.sqrt(ofMean)).toBeCloseTo(0.201, 1)
  })
  test('days ahead count by their day of the week, and the last one in part', () => {
    const demand = { ...NO_DEMAND, weekdays: [0.5, 0.5, 0.5, 0.5, 1, 3, 1] }
    expect(usualDaysIn(demand, 2, 4)).toBe(4)
    expect(usualDaysIn(demand, 2.5, 5)).toBe(4.25)
    expect(usualDaysIn(demand, 9, 0)).toBe(8)
    expect(usualDaysIn(demand, 0, 0)).toBe(0)
  })
})

describe('counts', () => {
  test('a shape of 1 is geometric', () => {
    for (let count = 0; count < 20; count++) {
      expect(negativeBinomialCdf(1, 0.5, count)).toBeCloseTo(1 - (2 / 3) ** (count + 1), 12)
    }
    expect(negativeBinomialCdf(1, 0.5, -1)).toBe(0)
  })
  test('a quantile is the least count that has its probability', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.3, max: 30, noNaN: true }),
        fc.double({ min: 0.05, max: 5, noNaN: true }),
        fc.constantFrom(0.5, 0.9, 0.95, 0.99),
        (shape, rate, probability) => {
          const count = negativeBinomialQuantile(shape, rate, probability)
          expect(negativeBinomialCdf(shape, rate, count)).toBeGreaterThanOrEqual(probability - 1e-9)
          expect(negativeBinomialCdf(shape, rate, count - 1)).toBeLessThan(probability + 1e-9)
        },
      ),
    )
  })
  test('beyond a mean of 1,000 it goes on where the sums end', () => {
    const below = negativeBinomialCdf(10, 0.0101, 1_100)
    const above = negativeBinomialCdf(10, 0.0099, 1_100)
    expect(Math.abs(below - above)).toBeLessThan(0.03)
  })
  test('normal quantiles are those of the distribution', () => {
    for (const probability of [0.01, 0.2, 0.5, 0.95, 0.99]) {
      expect(normalCdf(normalQuantile(probability))).toBeCloseTo(probability, 3)
    }
  })
})

describe('an order', () => {
  const demand = { mean: 140, variance: 280 }
  test('at the reorder point it is for the days to cover beyond it', () => {
    const policy = { coverDays: 14, minimumOrder: 1 }
    expect(orderQuantity({ onHand: 100, onOrder: 40 }, 170, 10, policy)).toBe(170 + 140 - 140)
    expect(orderQuantity({ onHand: 100, onOrder: 71 }, 170, 10, policy)).toBe(0)
    expect(orderQuantity({ onHand: 0, onOrder: 0 }, 0, 0, policy)).toBe(0)
    expect(
      orderQuantity({ onHand: 1, onOrder: 0 }, 1, 0.01, { coverDays: 14, minimumOrder: 12 }),
    ).toBe(12)
  })
  test('at the reorder point the chance of running out is what is left of the service', () => {
    for (const serviceLevel of [0.9, 0.95, 0.99]) {
      const point = reorderPoint(demand, serviceLevel)
      expect(stockoutProbability(demand, point)).toBeLessThanOrEqual(1 - serviceLevel + 1e-9)
      expect(stockoutProbability(demand, point - 1)).toBeGreaterThan(1 - serviceLevel - 1e-9)
    }
  })
  test('M, V, and the chance of it are those computed by hand', () => {
    const ofDay = { mean: 2, variance: 6, effectiveDays: 50 }
    // 10 · 2; 10 · 6 + 2² · 2² + 10² · 6 / 50.
    expect(leadTimeDemand(ofDay, { days: 10, deviationDays: 2 })).toEqual({
      mean: 20,
      variance: 88,
    })
    // M = 2, V = 6: k = 1, so geometric with P(≤ x) = 1 − (2/3)^(x + 1); .95 from x = 7 on.
    expect(reorderPoint({ mean: 2, variance: 6 }, 0.95)).toBe(7)
    expect(stockoutProbability({ mean: 2, variance: 6 }, 1)).toBeCloseTo(4 / 9, 12)
  })
  test('what does not scatter runs out or does not, and a lead time that is misread is a year', () => {
    // 1.5 are asked for, and the half unit of rounding leaves 0 / 0.
    expect(stockoutProbability({ mean: 1.5, variance: 0 }, 1)).toBe(0)
    expect(stockoutProbability({ mean: 3, variance: 0 }, 1)).toBe(1)
    const demand = { ...NO_DEMAND, days: 99, mean: 3, variance: 9 }
    const misread = demandAhead(demand, { days: 1e300, deviationDays: 0 }, 0)
    expect(misread.mean).toBe(3 * 365)
  })
  test('more stock is never a greater risk, and more service never a lower point', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 2_000, noNaN: true }),
        fc.double({ min: 0.5, max: 20, noNaN: true }),
        fc.nat(3_000),
        (mean, scatter, onHand) => {
          const of = { mean, variance: mean * scatter }
          expect(stockoutProbability(of, onHand + 1)).toBeLessThanOrEqual(
            stockoutProbability(of, onHand) + 1e-12,
          )
          expect(reorderPoint(of, 0.99)).toBeGreaterThanOrEqual(reorderPoint(of, 0.9))
        },
      ),
    )
  })
})
