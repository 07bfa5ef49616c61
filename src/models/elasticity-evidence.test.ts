import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DEVIATION, meanOf, PRICE, priorBeliefs, sdOf } from './elasticity-beliefs.ts'
import {
  combined,
  evidenceOf,
  experimentEvidence,
  isInformed,
  NO_EVIDENCE,
  observationalEvidence,
} from './elasticity-evidence.ts'

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true })

/** What a filter believes that knew nothing but N(−1.5, 2²) of each, and then saw data (h, Λ). */
const beliefAfter = (data: {
  h: readonly [number, number]
  zz: number
  pp: number
  zp: number
}) => {
  const [a, b, c] = [1 / 4 + data.zz, 1 / 4 + data.pp, data.zp]
  const determinant = a * b - c * c
  const [hz, hp] = [data.h[0] - 1.5 / 4, data.h[1] - 1.5 / 4]
  return {
    deviationMean: (b * hz - c * hp) / determinant,
    deviationVariance: b / determinant,
    priceMean: (a * hp - c * hz) / determinant,
    priceVariance: a / determinant,
    covariance: -c / determinant,
  }
}
/** Information about the two coefficients, of which neither is more than the other can bear. */
const data = fc
  .tuple(number(0.1, 50), number(0.1, 50), number(-0.9, 0.9), number(-20, 20), number(-20, 20))
  .map(([zz, pp, tie, hz, hp]) => ({ zz, pp, zp: tie * Math.sqrt(zz * pp), h: [hz, hp] as const }))

describe('evidence', () => {
  test('is what the data added to the belief before them', () => {
    fc.assert(
      fc.property(number(-6, 2), number(0.05, 1_000), (estimate, precision) => {
        const variance = 1 / (1 / 4 + precision)
        const evidence = evidenceOf(variance * (-1.5 / 4 + estimate * precision), variance)
        expect(evidence.precision / precision).toBeCloseTo(1, 9)
        expect(evidence.estimate).toBeCloseTo(estimate, 9)
      }),
    )
  })

  test('of nothing learnt is none, one by one and together', () => {
    const start = priorBeliefs(0)
    const pair = {
      deviationMean: meanOf(start, DEVIATION),
      deviationVariance: sdOf(start, DEVIATION) ** 2,
      priceMean: meanOf(start, PRICE),
      priceVariance: sdOf(start, PRICE) ** 2,
      covariance: 0,
    }
    expect(evidenceOf(pair.deviationMean, pair.deviationVariance)).toEqual(NO_EVIDENCE)
    expect(evidenceOf(pair.priceMean, pair.priceVariance)).toEqual(NO_EVIDENCE)
    expect(combined(pair)).toEqual(NO_EVIDENCE)
  })

  test('informs from three quarters on, which is half the standard deviation before', () => {
    expect(isInformed(evidenceOf(-2, 1))).toBe(true)
    expect(isInformed(evidenceOf(-2, 1.001))).toBe(false)
  })

  test('is a number, and none below 0, whatever a filter believes', () => {
    const any = fc.oneof(number(-1e9, 1e9), fc.constantFrom(0, -0, 1e-300, NaN, Infinity))
    fc.assert(
      fc.property(any, any, any, any, any, (zMean, zVariance, pMean, pVariance, covariance) => {
        const pair = {
          deviationMean: zMean,
          deviationVariance: Math.abs(zVariance),
          priceMean: pMean,
          priceVariance: Math.abs(pVariance),
          covariance,
        }
        for (const { estimate, precision } of [
          evidenceOf(pair.deviationMean, pair.deviationVariance),
          combined(pair),
        ]) {
          expect(Number.isFinite(estimate)).toBe(true)
          expect(precision).toBeGreaterThanOrEqual(0)
          expect(precision).toBeLessThan(Infinity)
        }
      }),
    )
  })
})

describe('both coefficients as one', () => {
  test('tell what the data say where the two are the same', () => {
    fc.assert(
      fc.property(data, one => {
        // The likelihood of z = p = θ: precision 1'Λ1, and 1'h = precision × estimate.
        const precision = one.zz + one.pp + 2 * one.zp
        fc.pre(precision > 0.01)
        const evidence = combined(beliefAfter(one))
        expect(evidence.precision / precision).toBeCloseTo(1, 6)
        expect(evidence.estimate * precision).toBeCloseTo(one.h[0] + one.h[1], 5)
      }),
    )
  })

  test('are the one by chance where the other learnt nothing', () => {
    const pair = beliefAfter({ h: [-9, 0], zz: 4, pp: 0, zp: 0 })
    expect(combined(pair).estimate).toBeCloseTo(-9 / 4, 12)
    expect(combined(pair).precision).toBeCloseTo(4, 12)
  })
})

describe('what a pair tells', () => {
  const pair = { ...beliefAfter({ h: [-8, -3], zz: 4, pp: 3, zp: 0 }), priceChanges: 9 }

  test('by an experiment: the part by chance, and with the rest where that agrees', () => {
    const tested = { ...pair, experimentChanges: 3 }
    expect(experimentEvidence(tested, false).estimate).toBeCloseTo(-2, 12)
    expect(experimentEvidence(tested, true).estimate).toBeCloseTo(-11 / 7, 12)
    expect(experimentEvidence({ ...pair, experimentChanges: 0 }, true)).toBe(NO_EVIDENCE)
  })

  test('by prices that somebody set: nothing while they never moved', () => {
    expect(observationalEvidence({ ...pair, experimentChanges: 0 }).estimate).toBeCloseTo(-1, 12)
    const still = { ...pair, priceChanges: 0, experimentChanges: 0 }
    expect(observationalEvidence(still)).toBe(NO_EVIDENCE)
  })
})
