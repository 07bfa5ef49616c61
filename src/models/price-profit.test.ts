import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { QUANTILE_95 } from './normal-distribution.ts'
import { type ProfitTerms, profitChange } from './price-profit.ts'

const priceMinor = 2_000
const belief = fc.record({
  mean: fc.double({ min: -6, max: 0.5, noNaN: true }),
  sd: fc.double({ min: 0.01, max: 1, noNaN: true }),
})
const supply = fc.record({
  units: fc.double({ min: 1, max: 100, noNaN: true }),
  demand: fc.double({ min: 1, max: 100, noNaN: true }),
})
const terms: fc.Arbitrary<ProfitTerms> = fc.record({
  priceMinor: fc.constant(priceMinor),
  costMinor: fc.integer({ min: -1_000, max: 1_900 }),
  supply: fc.option(supply),
})
const ratio = fc.double({ min: 0.5, max: 1.6, noNaN: true })

/** By the words of the definition, for an elasticity that is known. */
const changeIf = (next: number, elasticity: number, { costMinor, supply }: ProfitTerms) => {
  const profitAt = (price: number) => {
    const demand = (supply?.demand ?? 1) * (price / priceMinor) ** elasticity
    return (price - costMinor) * Math.min(supply?.units ?? Infinity, demand)
  }
  const now = profitAt(priceMinor)
  return (100 * (profitAt(next) - now)) / Math.abs(now)
}

describe('the change of profit', () => {
  test('is in the mean what it is over all elasticities, by how likely each is', () => {
    const meanOf = (
      next: number,
      { mean, sd }: { mean: number; sd: number },
      terms: ProfitTerms,
    ) => {
      let [sum, weights] = [0, 0]
      for (let z = -9; z <= 9; z += 0.01) {
        const weight = Math.exp((-z * z) / 2)
        sum += weight * changeIf(next, mean + z * sd, terms)
        weights += weight
      }
      return sum / weights
    }
    fc.assert(
      fc.property(ratio, belief, terms, (ratio, belief, terms) => {
        const next = priceMinor * ratio
        const { mean } = profitChange(next, belief, terms)
        const naive = meanOf(next, belief, terms)
        expect(Math.abs(mean - naive)).toBeLessThan(1e-3 * (100 + Math.abs(naive)))
      }),
    )
  })

  test('has its 90 % between what it is at both ends of the elasticity', () => {
    fc.assert(
      fc.property(ratio, belief, terms, (ratio, belief, terms) => {
        const next = priceMinor * ratio
        const { p05, p95 } = profitChange(next, belief, terms)
        const ends = [-1, 1].map(side =>
          changeIf(next, belief.mean + side * QUANTILE_95 * belief.sd, terms),
        )
        expect(p05).toBeCloseTo(Math.min(...ends), 6)
        expect(p95).toBeCloseTo(Math.max(...ends), 6)
      }),
    )
  })

  test('is one number where the elasticity is known', () => {
    for (const supply of [null, { units: 10, demand: 20 }, { units: 30, demand: 20 }]) {
      const terms = { priceMinor, costMinor: 900, supply }
      const { mean, p05, p95 } = profitChange(1_800, { mean: -2, sd: 0 }, terms)
      expect([p05, p95]).toEqual([mean, mean])
      expect(mean).toBeCloseTo(changeIf(1_800, -2, terms), 9)
    }
  })

  test('is none at the price now', () => {
    const none = profitChange(
      priceMinor,
      { mean: -2, sd: 1 },
      { priceMinor, costMinor: 900, supply: null },
    )
    expect(none).toEqual({ mean: 0, p05: 0, p95: 0 })
  })

  test('is of the loss where there is one, and of the revenue where there is neither', () => {
    const known = { mean: -2, sd: 0 }
    const at = (next: number, costMinor: number) =>
      profitChange(next, known, { priceMinor, costMinor, supply: null }).mean
    // A loss of 500 on each becomes none: a change of the whole of it.
    expect(at(2_500, 2_500)).toBeCloseTo(100, 9)
    // At cost, 500 on each of .64 units for every one now, of a revenue of 2,000.
    expect(at(2_500, 2_000)).toBeCloseTo(16, 9)
  })
})
