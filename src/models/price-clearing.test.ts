import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lernerPrice } from './lerner-price.ts'
import { clearingPrice, fluidPrice } from './price-clearing.ts'
import { type Clearing, exactClearingPrice } from './price-clearing-exact.ts'

interface Instance {
  readonly units: number
  /** At a price of 100, until the end. */
  readonly demand: number
  readonly elasticity: number
  readonly salvageMinor: number
  /** Of time, with a sale in each or none. */
  readonly steps: number
}

/** Price and the chance of a sale at it within a step. */
type Offer = readonly [priceMinor: number, chance: number]

const PRICE = 100
const GRID = Array.from({ length: 33 }, (_, i) => PRICE * 0.3 * (1.6 / 0.3) ** (i / 32))

const offersOf = ({ demand, steps, elasticity }: Instance): readonly Offer[] =>
  GRID.map(price => [price, Math.min(1, (demand / steps) * (price / PRICE) ** elasticity)])

/** The one that is nearest on a scale of logarithms. */
const nearestOf = (offers: readonly Offer[], price: number): Offer => {
  const place = Math.round((32 * Math.log(price / GRID[0]!)) / Math.log(1.6 / 0.3))
  return offers[Math.min(32, Math.max(0, place))]!
}

/** What is earned on average, worked out from the end back to the begin; with several offers the best. */
const earned = (
  { units, salvageMinor, steps }: Instance,
  offered: (units: number, stepsLeft: number) => readonly Offer[],
): number => {
  let worth = Array.from({ length: units + 1 }, (_, n) => n * salvageMinor)
  for (let left = 1; left <= steps; left++) {
    const before = [0]
    for (let n = 1; n <= units; n++) {
      let most = 0
      for (const [price, chance] of offered(n, left)) {
        most = Math.max(most, chance * (price + worth[n - 1]!) + (1 - chance) * worth[n]!)
      }
      before.push(most)
    }
    worth = before
  }
  return worth[units]!
}

/** Shares of the most that can be earned. */
const sharesOf = (
  instance: Instance,
  pricings: readonly ((units: number, stepsLeft: number) => number)[],
): readonly number[] => {
  const offers = offersOf(instance)
  const most = earned(instance, () => offers)
  return pricings.map(
    pricing => earned(instance, (n, left) => [nearestOf(offers, pricing(n, left))]) / most,
  )
}

const asOf = (instance: Instance, units: number, stepsLeft: number): Clearing => ({
  ...instance,
  units,
  demand: (instance.demand * stepsLeft) / instance.steps,
  priceMinor: PRICE,
})

const solvedAgain = (instance: Instance) => (units: number, left: number) =>
  clearingPrice(asOf(instance, units, left))!

const fluid = (instance: Instance) => (units: number, left: number) =>
  fluidPrice(asOf(instance, units, left))

describe('a price that is solved again at each step', () => {
  test.each([
    {
      units: 20,
      demand: 10,
      elasticity: -2,
      salvageMinor: 0,
      steps: 400,
      stays: 0.731,
      falls: 0.897,
    },
    {
      units: 60,
      demand: 30,
      elasticity: -1.8,
      salvageMinor: 0,
      steps: 600,
      stays: 0.745,
      falls: 0.887,
    },
    {
      units: 40,
      demand: 20,
      elasticity: -2.5,
      salvageMinor: 10,
      steps: 400,
      stays: 0.738,
      falls: 0.929,
    },
    {
      units: 12,
      demand: 6,
      elasticity: -2.2,
      salvageMinor: 0,
      steps: 300,
      stays: 0.719,
      falls: 0.902,
    },
    {
      units: 100,
      demand: 40,
      elasticity: -1.5,
      salvageMinor: 0,
      steps: 1_000,
      stays: 0.743,
      falls: 0.825,
    },
  ])(
    'earns 98.5 % of the optimum: $units units, a demand of $demand, an elasticity of $elasticity',
    ({ stays, falls, ...instance }) => {
      const { steps, elasticity, salvageMinor } = instance
      const least = (salvageMinor * elasticity) / (1 + elasticity)
      const [solved, fluidAlone, staying, falling] = sharesOf(instance, [
        solvedAgain(instance),
        (n, left) => Math.max(least, fluid(instance)(n, left)),
        () => PRICE,
        (_, left) => (left <= 0.15 * steps ? 50 : left <= 0.4 * steps ? 70 : PRICE),
      ])
      expect(solved).toBeGreaterThanOrEqual(0.985)
      expect(solved).toBeLessThanOrEqual(1 + 1e-9)
      expect(fluidAlone).toBeGreaterThanOrEqual(0.985)
      // It can be done worse: by a price that stays, and by one that falls at set times.
      expect(staying).toBeCloseTo(stays, 3)
      expect(falling).toBeCloseTo(falls, 2)
    },
  )

  test.each([
    { units: 1, demand: 1 },
    { units: 2, demand: 1 },
    { units: 3, demand: 2 },
    { units: 5, demand: 3 },
  ])(
    'is exact for the last units, as the fluid price is not: $units and a demand of $demand',
    few => {
      const instance = { ...few, elasticity: -2, salvageMinor: 0, steps: 240 }
      const [exact, fluidAlone] = sharesOf(instance, [solvedAgain(instance), fluid(instance)])
      expect(exact).toBeGreaterThan(0.995)
      expect(exact).toBeLessThanOrEqual(1 + 1e-9)
      expect(fluidAlone).toBeLessThan(0.985)
    },
  )
})

describe('the price that clears stock', () => {
  const clearing: fc.Arbitrary<Clearing> = fc.record({
    units: fc.integer({ min: 1, max: 40 }),
    demand: fc.double({ min: 0.01, max: 100, noNaN: true }),
    priceMinor: fc.constant(2_000),
    elasticity: fc.double({ min: -6, max: -1.1, noNaN: true }),
    salvageMinor: fc.integer({ min: -100, max: 500 }),
  })

  test('sells just what there is, or is the best one over what is left otherwise', () => {
    fc.assert(
      fc.property(clearing, clearing => {
        const { units, demand, priceMinor, elasticity, salvageMinor } = clearing
        if (units <= 5) return
        const price = clearingPrice(clearing)!
        const asked = demand * (price / priceMinor) ** elasticity
        expect(asked).toBeLessThanOrEqual(units * (1 + 1e-9))
        const best = lernerPrice(salvageMinor, elasticity)!
        expect(price).toBeGreaterThanOrEqual(best * (1 - 1e-9))
        const isBest = Math.abs(price - best) < 1e-6 * price
        expect(isBest || Math.abs(asked - units) < 1e-6 * units).toBe(true)
      }),
    )
  })

  test('of few units lies between .3 and 1.3 times the price now, and falls as there are more', () => {
    fc.assert(
      fc.property(clearing, clearing => {
        const prices = [1, 2, 3, 4, 5].map(units => exactClearingPrice({ ...clearing, units }))
        for (const [i, price] of prices.entries()) {
          expect(price).toBeGreaterThanOrEqual(600 - 1e-9)
          expect(price).toBeLessThanOrEqual(2_600 + 1e-9)
          if (i > 0) expect(price).toBeLessThanOrEqual(prices[i - 1]! + 1e-9)
        }
      }),
      { numRuns: 30 },
    )
  })

  test('is none where demand is inelastic', () => {
    const stock = { units: 20, demand: 10, priceMinor: 2_000, salvageMinor: 0 }
    expect(clearingPrice({ ...stock, elasticity: -1 })).toBeNull()
    expect(clearingPrice({ ...stock, units: 3, elasticity: 0.5 })).toBeNull()
  })
})
