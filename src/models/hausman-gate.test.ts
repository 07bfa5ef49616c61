import { describe, expect, test } from 'vitest'
import { Random } from '../testing/simulation/random.ts'
import { type HausmanGate, hausmanOf, isPassed, isRefuted } from './hausman-gate.ts'
import { gammaVariate } from './random-variates.ts'

const pair = (deviationMean: number, priceMean: number, variance = 0.5, covariance = 0) => ({
  deviationMean,
  deviationVariance: variance,
  priceMean,
  priceVariance: variance,
  covariance,
  priceChanges: 20,
  experimentChanges: 10,
})

describe('the statistic', () => {
  test('is the mean gap in its standard deviations', () => {
    // V = 1 for the first, and .5 + .5 − 2 × .25 = .5 for the second.
    const gate = hausmanOf([pair(-2, -1), pair(-2, -2.5, 0.5, 0.25)])!
    expect(gate.statistic).toBeCloseTo((-1 / 1 + 0.5 / 0.5) / Math.sqrt(3), 12)
    expect(gate.gapSd).toBeCloseTo(1 / Math.sqrt(3), 12)
    expect(gate.pairs).toBe(2)
  })

  test('leaves out who tells nothing by one of the two', () => {
    const noExperiment = { ...pair(-1, -9), experimentChanges: 0 }
    const neverSet = { ...pair(-1, -9), priceChanges: 0 }
    const wide = { ...pair(-1, -9), priceVariance: 1.01 }
    expect(hausmanOf([noExperiment, neverSet, wide])).toBeNull()
    expect(hausmanOf([pair(-2, -1), noExperiment, wide])).toEqual(hausmanOf([pair(-2, -1)]))
    expect(hausmanOf([])).toBeNull()
  })

  test('is about normal where sellers do not react', () => {
    const random = new Random(7)
    const uniform = () => 1 - random.next()
    const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * random.next())
    const statistics = Array.from({ length: 1_000 }, () => {
      const pairs = Array.from({ length: 12 }, () => {
        const [vz, vp] = [gammaVariate(uniform, 3, 12), gammaVariate(uniform, 3, 12)]
        const truth = -2 + 0.5 * normal()
        const means = [truth + Math.sqrt(vz) * normal(), truth + Math.sqrt(vp) * normal()] as const
        return { ...pair(...means), deviationVariance: vz, priceVariance: vp }
      })
      return hausmanOf(pairs)!.statistic
    })
    const mean = statistics.reduce((sum, s) => sum + s, 0) / statistics.length
    const square = statistics.reduce((sum, s) => sum + s * s, 0) / statistics.length
    expect(Math.abs(mean)).toBeLessThan(0.1)
    expect(square).toBeGreaterThan(0.9)
    expect(square).toBeLessThan(1.1)
  })
})

describe('the gate', () => {
  const gate = (change: Partial<HausmanGate>): HausmanGate => ({
    statistic: 0,
    gapSd: 0.1,
    pairs: 30,
    ...change,
  })

  test.each([
    ['passes where the two agree', {}, true],
    ['passes up to two and a half standard deviations', { statistic: 2.5 }, true],
    ['is closed beyond, above', { statistic: 2.51 }, false],
    ['is closed beyond, below', { statistic: -2.51 }, false],
    ['passes where a gap would be seen', { gapSd: 0.25 }, true],
    ['is closed where no gap would be seen, though none is', { gapSd: 0.26 }, false],
    ['is closed with a handful of articles', { pairs: 4 }, false],
  ])('%s', (_, change, passes) => {
    expect(isPassed(gate(change))).toBe(passes)
  })

  test.each([
    ['nothing where the two agree', {}, false],
    ['nothing up to two and a half standard deviations', { statistic: -2.5 }, false],
    ['set prices beyond, above', { statistic: 2.51 }, true],
    ['set prices beyond, below', { statistic: -2.51 }, true],
    ['them also where only a large gap would be seen', { statistic: 3, gapSd: 1 }, true],
    ['nothing with a handful of articles', { statistic: 9, pairs: 4 }, false],
  ])('refutes %s', (_, change, refutes) => {
    expect(isRefuted(gate(change))).toBe(refutes)
  })

  test('is closed where nobody tells both ways, and refutes nothing', () => {
    expect(isPassed(null)).toBe(false)
    expect(isRefuted(null)).toBe(false)
  })
})
