import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chosenPrice } from './price-choice.ts'
import type { PriceFacts } from './price-facts.ts'
import { DEFAULT_PRICE_POLICY } from './price-policy.ts'
import { targetOf } from './price-target.ts'

const price = fc.integer({ min: 60, max: 400 })
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary)

const facts: fc.Arbitrary<PriceFacts> = fc.record({
  currency: fc.constantFrom('EUR', 'JPY'),
  unlistedMarket: fc.constantFrom(null, null, null, 'UK'),
  currentMinor: price,
  policyMinor: price,
  stepBaseMinor: price,
  unitCostMinor: optional(fc.integer({ min: 0, max: 400 })),
  elasticity: optional(
    fc.record({
      mean: fc.double({ min: -6, max: 0.5, noNaN: true }),
      sd: fc.double({ min: 0, max: 1.5, noNaN: true }),
      status: fc.constantFrom('IDENTIFIED', 'WEAK', 'NOT_IDENTIFIED'),
      method: fc.constantFrom('EXPERIMENT', 'OBSERVATIONAL'),
    }),
  ),
  unitsPerDay: optional(fc.double({ min: 0, max: 50, noNaN: true })),
  stock: optional(
    fc.record({
      units: fc.integer({ min: 0, max: 200 }),
      sellableDays: fc.double({ min: 0, max: 30, noNaN: true }),
    }),
  ),
  limits: fc.record({
    floorMinor: optional(fc.integer({ min: 0, max: 300 })),
    ceilingMinor: optional(fc.integer({ min: 0, max: 600 })),
    competitorMinor: optional(fc.integer({ min: 1, max: 500 })),
    competitorBandPct: optional(fc.double({ min: 0, max: 50, noNaN: true })),
    isKnown: fc.constant(true),
  }),
  isPerishable: fc.boolean(),
  cross: fc.array(
    fc.record({
      sku: fc.constantFrom('tea', 'biscuits'),
      attach: fc.double({ min: 0, max: 1, noNaN: true }),
      marginMinor: fc.integer({ min: -100, max: 300 }),
    }),
    { maxLength: 2 },
  ),
  experiment: optional(
    fc.record({
      days: fc.integer({ min: 0, max: 200 }),
      pooledSd: fc.double({ min: 0.1, max: 1, noNaN: true }),
      hadLearntEnough: fc.boolean(),
      draw: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      isCarriedOut: fc.boolean(),
    }),
  ),
})

/** What prices are drawn by chance of: with room around them, and known well enough to move or not to. */
const tried = fc
  .record({
    margin: fc.double({ min: 0.1, max: 0.6, noNaN: true }),
    mean: fc.double({ min: -6, max: -1.5, noNaN: true }),
    sd: fc.double({ min: 0.05, max: 0.4, noNaN: true }),
    days: fc.integer({ min: 0, max: 200 }),
    draw: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  })
  .map(({ margin, mean, sd, days, draw }) => ({
    currentMinor: 2_000,
    policyMinor: 2_000,
    stepBaseMinor: 2_000,
    unitCostMinor: Math.round(2_000 * (1 - margin)),
    elasticity: { mean, sd, status: 'IDENTIFIED', method: 'EXPERIMENT' } as const,
    stock: null,
    limits: {
      floorMinor: null,
      ceilingMinor: null,
      competitorMinor: null,
      competitorBandPct: null,
      isKnown: true,
    },
    unlistedMarket: null,
    experiment: { days, pooledSd: 0.5, hadLearntEnough: false, draw, isCarriedOut: true },
  }))

const isLawful = (price: number, { limits }: PriceFacts) =>
  price >= (limits.floorMinor ?? 0) && price <= (limits.ceilingMinor ?? Infinity)
const contradictEachOther = ({ limits }: PriceFacts) =>
  Math.max(1, limits.floorMinor ?? 0) > (limits.ceilingMinor ?? Infinity)

const costFloor = (facts: PriceFacts) =>
  facts.unitCostMinor! * (1 + DEFAULT_PRICE_POLICY.minMarginPct / 100) - 1e-6

describe('of any facts', () => {
  test('what is shown next is allowed, and else nothing changes', () => {
    fc.assert(
      fc.property(facts, facts => {
        const choice = chosenPrice(facts, DEFAULT_PRICE_POLICY)
        const { action, policyMinor, recommendedMinor, deviation, profitPct } = choice
        if (facts.unlistedMarket !== null) expect(action).not.toBe('TEST')
        if (action === 'HOLD') {
          if (!contradictEachOther(facts)) expect(isLawful(facts.currentMinor, facts)).toBe(true)
          expect(policyMinor).toBe(facts.policyMinor)
          expect(recommendedMinor).toBe(facts.currentMinor)
          expect(profitPct).toEqual({ mean: 0, p05: 0, p95: 0 })
          return
        }
        if (action === 'AUTO' || deviation !== 0) {
          expect(recommendedMinor).toBeGreaterThanOrEqual(facts.limits.floorMinor ?? 1)
          expect(recommendedMinor).toBeLessThanOrEqual(facts.limits.ceilingMinor ?? Infinity)
        }
        if (action === 'TEST' && deviation !== 0) {
          expect(recommendedMinor).toBeGreaterThanOrEqual(costFloor(facts))
        }
        expect(deviation === null).toBe(action === 'AUTO')
        expect(Number.isInteger(recommendedMinor)).toBe(true)
        expect(Number.isInteger(policyMinor)).toBe(true)
        expect(profitPct.p05).toBeLessThanOrEqual(profitPct.p95)
      }),
      { numRuns: 1_000 },
    )
  })

  test('a test keeps to the amplitude of the policy, around a price that keeps to its step', () => {
    const largest = Math.max(...DEFAULT_PRICE_POLICY.experiments.amplitudes.map(each => each[1]))
    fc.assert(
      fc.property(facts, tried, (some, other) => {
        const facts = { ...some, ...other }
        const { action, deviation, policyMinor } = chosenPrice(facts, DEFAULT_PRICE_POLICY)
        if (action !== 'TEST') return
        expect(Math.abs(deviation!)).toBeLessThanOrEqual(largest)
        if (policyMinor === facts.policyMinor || facts.policyMinor < costFloor(facts)) return
        const step = facts.isPerishable ? 0.3 : 0.05
        expect(Math.abs(policyMinor / facts.stepBaseMinor - 1)).toBeLessThanOrEqual(step + 1e-9)
      }),
      { numRuns: 1_000 },
    )
  })

  test('a price is set by itself only where that is sure to gain, or the law wants it', () => {
    fc.assert(
      fc.property(facts, facts => {
        const choice = chosenPrice(facts, DEFAULT_PRICE_POLICY)
        if (choice.action !== 'AUTO') return
        if (![facts.policyMinor, facts.currentMinor].every(price => isLawful(price, facts))) return
        expect(choice.profitPct.p05).toBeGreaterThan(0)
        expect(facts.elasticity?.status).not.toBe('NOT_IDENTIFIED')
        expect(choice.policyMinor).toBeGreaterThanOrEqual(costFloor(facts))
      }),
      { numRuns: 1_000 },
    )
  })

  test('each reason is a whole sentence, the weightiest first, and one price for all is among them', () => {
    fc.assert(
      fc.property(facts, facts => {
        const { reasons } = chosenPrice(facts, DEFAULT_PRICE_POLICY)
        for (const { detail, weight } of reasons) {
          expect(detail).not.toMatch(/[{}]|NaN|Infinity|unknown number/)
          expect(detail).toMatch(/\.$/)
          expect(Number.isFinite(weight)).toBe(true)
        }
        const weights = reasons.map(({ weight }) => Math.abs(weight))
        expect(weights).toEqual(weights.toSorted((a, b) => b - a))
        const codes = reasons.map(({ code }) => code)
        expect(codes).toContain('P_ONE_PRICE')
        expect(new Set(codes).size).toBe(codes.length)
      }),
      { numRuns: 1_000 },
    )
  })
})

test('of numbers that no shop has, what is told are numbers still', () => {
  const far = fc.double({ min: 0, max: 36, noNaN: true }).map(log => Math.round(Math.exp(log)))
  const belief = fc.record({
    mean: fc.double({ min: -50, max: 5, noNaN: true }),
    sd: fc.double({ min: 0, max: 30, noNaN: true }),
    status: fc.constantFrom('IDENTIFIED', 'WEAK'),
    method: fc.constantFrom('EXPERIMENT', 'OBSERVATIONAL'),
  })
  const wild = fc.record({
    currentMinor: far,
    policyMinor: far,
    unitCostMinor: far,
    unitsPerDay: far,
    elasticity: belief,
    stock: fc.option(fc.record({ units: far, sellableDays: fc.constant(20) })),
  })
  fc.assert(
    fc.property(facts, wild, (some, numbers) => {
      const choice = chosenPrice({ ...some, ...numbers }, DEFAULT_PRICE_POLICY)
      expect(Object.values(choice.profitPct).filter(Number.isFinite)).toHaveLength(3)
      expect(choice.reasons.filter(({ weight }) => !Number.isFinite(weight))).toEqual([])
      expect(Number.isSafeInteger(choice.recommendedMinor)).toBe(true)
    }),
    { numRuns: 500 },
  )
})

describe('no price that the limits leave, tried one after the other, earns more than the target', () => {
  const elastic = fc.double({ min: -6, max: -1.2, noNaN: true })
  const cost = fc.integer({ min: 10, max: 300 })
  const policy = { ...DEFAULT_PRICE_POLICY, ending: null }

  const isBest = (facts: PriceFacts, unitCostMinor: number, earned: (price: number) => number) => {
    const left = pricesLeft(facts, unitCostMinor)
    const most = Math.max(...left.map(earned))
    const { priceMinor } = targetOf(facts, policy, unitCostMinor)
    expect(left).toContain(priceMinor)
    // The best price is rounded, and its neighbour may be better by what a minor unit is worth.
    const beside = [-1, 0, 1].map(by => earned(priceMinor + by))
    expect(Math.max(...beside)).toBeGreaterThanOrEqual(most - 1e-9 * Math.abs(most))
  }

  const known = (mean: number) =>
    ({ mean, sd: 0, status: 'IDENTIFIED', method: 'OBSERVATIONAL' }) as const

  test('where there is enough to sell', () => {
    fc.assert(
      fc.property(facts, elastic, cost, (some, mean, cost) => {
        const facts = { ...some, elasticity: known(mean), stock: null, cross: [] }
        isBest(facts, cost, price => (price - cost) * (price / 100) ** mean)
      }),
      { numRuns: 300 },
    )
  })

  test('where what is left must go, and what it cost is spent', () => {
    const some = fc.record({
      units: fc.integer({ min: 6, max: 100 }),
      sellableDays: fc.integer({ min: 1, max: 20 }),
      unitsPerDay: fc.double({ min: 0.5, max: 20, noNaN: true }),
    })
    fc.assert(
      fc.property(facts, elastic, cost, some, (any, mean, cost, { unitsPerDay, ...stock }) => {
        const facts = { ...any, elasticity: known(mean), stock, unitsPerDay, cross: [] }
        const askedAt = (price: number) =>
          stock.sellableDays * unitsPerDay * (price / facts.currentMinor) ** mean
        isBest(facts, cost, price => price * Math.min(stock.units, askedAt(price)))
      }),
      { numRuns: 300 },
    )
  })
})

/** Limit by limit those that keep it; where none does, those that come nearest. */
const pricesLeft = (facts: PriceFacts, unitCostMinor: number): readonly number[] => {
  const { limits, stepBaseMinor: base, policyMinor, isPerishable } = facts
  const step = isPerishable ? 0.3 : 0.05
  const within = (low: number, high: number) => (price: number) =>
    Math.max(0, low - price - 1e-6, price - high - 1e-6)
  const { competitorMinor: asked, competitorBandPct: band } = limits
  const isBanded = asked !== null && band !== null
  const distances = [
    within(unitCostMinor * 1.05, Infinity),
    within(limits.floorMinor ?? 0, Infinity),
    within(0, limits.ceilingMinor ?? Infinity),
    within(Math.min(policyMinor, base * 0.98), Math.max(policyMinor, base * 1.02)),
    within(Math.min(policyMinor, base * (1 - step)), Math.max(policyMinor, base * (1 + step))),
    isBanded ? within(asked * (1 - band / 100), asked * (1 + band / 100)) : () => 0,
  ]
  let prices = Array.from({ length: 2_000 }, (_, i) => i + 1)
  for (const distance of distances) {
    const nearest = Math.min(...prices.map(distance))
    prices = prices.filter(price => distance(price) <= nearest)
  }
  return prices
}
