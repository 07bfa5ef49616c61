import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expectedSpend, GAMMA_GAMMA_SEED, spendLogLikelihood } from './gamma-gamma.ts'
import { logGamma } from './log-gamma.ts'

/** ln of the density of Gamma(shape, rate) at x. */
const logDensity = (x: number, shape: number, rate: number): number =>
  shape * Math.log(rate) - logGamma(shape) + (shape - 1) * Math.log(x) - rate * x

/**
 * The oracle: the customer's own ν integrated out numerically, by the trapezoid rule on ln ν. The mean
 * of x purchases of Gamma(p, ν) is Gamma(px, νx), and the purchase to come has the mean p/ν.
 */
const oracle = (p: number, q: number, v: number, repeats: number, meanSpend: number) => {
  const peak = Math.log((p * repeats + q) / (v + repeats * meanSpend))
  const width = 1 / Math.sqrt(p * repeats + q)
  const logAt = (u: number) =>
    logDensity(meanSpend, p * repeats, Math.exp(u) * repeats) + logDensity(Math.exp(u), q, v) + u
  let [mass, moment] = [0, 0]
  for (let step = -400; step <= 400; step++) {
    const u = peak + step * width * 0.1
    const weight = Math.exp(logAt(u) - logAt(peak))
    mass += weight
    moment += (weight * p) / Math.exp(u)
  }
  return { logLikelihood: logAt(peak) + Math.log(mass * width * 0.1), spend: moment / mass }
}

describe('Gamma-Gamma', () => {
  test('agrees with its definition, integrated numerically, for up to 10,000 purchases', () => {
    const between = (min: number, max: number) => fc.double({ min, max, noNaN: true })
    const counts = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 10_000 }))
    const amounts = between(-2, 12).map(Math.exp)
    fc.assert(
      fc.property(
        between(0.5, 20),
        between(1.5, 20),
        amounts,
        counts,
        amounts,
        (p, q, v, repeats, meanSpend) => {
          const exact = oracle(p, q, v, repeats, meanSpend)
          const logLikelihood = spendLogLikelihood({ p, q, v }, repeats, meanSpend)
          const scale = Math.max(1, Math.abs(exact.logLikelihood))
          expect(Math.abs(logLikelihood - exact.logLikelihood) / scale).toBeLessThan(1e-9)
          const spend = expectedSpend({ p, q, v }, repeats, meanSpend)
          expect(Math.abs(spend / exact.spend - 1)).toBeLessThan(1e-9)
        },
      ),
      { numRuns: 300 },
    )
  })

  test('draws who is little known to the mean of all, and trusts who is well known', () => {
    const spendAfter = (repeats: number) => expectedSpend(GAMMA_GAMMA_SEED, repeats, 100)
    expect(spendAfter(0)).toBeCloseTo((6.25 * 15.44) / 2.74, 12)
    expect(spendAfter(1)).toBeLessThan(spendAfter(2))
    expect(spendAfter(10_000)).toBeCloseTo(100, 1)
  })
})
