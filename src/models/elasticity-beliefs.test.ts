import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Beliefs,
  COMPETITOR,
  covarianceOf,
  DEVIATION,
  evolved,
  LEVEL,
  learnt,
  meanOf,
  PRICE,
  PRIOR_MEANS,
  PRIOR_SDS,
  predictedOf,
  priorBeliefs,
  SIZE,
  sdOf,
} from './elasticity-beliefs.ts'
import { noiseAfter, noiseSizeOf, USUAL_NOISE } from './elasticity-noise.ts'

const still = {
  deviation: 0,
  price: 0,
  promotion: 0,
  competitor: 0,
  seasonSin: 0,
  seasonCos: 0,
}
const COEFFICIENTS = Array.from({ length: SIZE }, (_, i) => i)

/** ln Γ by the same recurrence and Stirling's series; for the oracle alone. */
const lnGamma = (x: number): number => {
  let at = x
  let sum = 0
  for (; at < 12; at++) sum -= Math.log(at)
  const s = 1 / (at * at)
  return (
    sum + (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + (1 / 12 - s / 360) / at
  )
}

const logNegativeBinomial = (units: number, mean: number, size: number): number =>
  lnGamma(units + size) -
  lnGamma(size) -
  lnGamma(units + 1) +
  size * Math.log(size / (size + mean)) +
  units * Math.log(mean / (size + mean))

/** Level and price coefficient after one bucket, by summing over a grid. */
const byGrid = (units: number, price: number, size: number, sds: readonly [number, number]) => {
  let [total, level, levelSquares, slope, slopeSquares] = [0, 0, 0, 0, 0]
  for (let i = -120; i <= 120; i++) {
    for (let j = -120; j <= 120; j++) {
      const [a, b] = [(i / 20) * sds[0], -1.5 + (j / 20) * sds[1]]
      const likelihood = logNegativeBinomial(units, Math.exp(a + b * price), size)
      const weight = Math.exp(likelihood - 0.5 * (i / 20) ** 2 - 0.5 * (j / 20) ** 2)
      total += weight
      level += weight * a
      levelSquares += weight * a * a
      slope += weight * b
      slopeSquares += weight * b * b
    }
  }
  const [meanLevel, meanSlope] = [level / total, slope / total]
  return {
    level: meanLevel,
    levelSd: Math.sqrt(levelSquares / total - meanLevel ** 2),
    slope: meanSlope,
    slopeSd: Math.sqrt(slopeSquares / total - meanSlope ** 2),
  }
}

describe('one step', () => {
  test.each([
    [0, 0],
    [0, 0.3],
    [3, -0.2],
    [40, -0.5],
    [200, 0.1],
  ])('of %d units at a price of e^%d is near the exact posterior', (units, price) => {
    const size = 20
    const after = learnt(
      priorBeliefs(0),
      { units, exposure: 1, offset: 0, regressors: { ...still, price } },
      size,
    ).beliefs
    const exact = byGrid(units, price, size, [PRIOR_SDS[LEVEL], PRIOR_SDS[PRICE]])
    expect(Math.abs(meanOf(after, LEVEL) - exact.level)).toBeLessThan(0.15 * PRIOR_SDS[LEVEL])
    expect(Math.abs(meanOf(after, PRICE) - exact.slope)).toBeLessThan(0.1 * PRIOR_SDS[PRICE])
    expect(sdOf(after, LEVEL) / exact.levelSd).toBeGreaterThan(0.75)
    // After a zero it is wider than it need be: a Gamma's logarithm has the longer tail below.
    expect(sdOf(after, LEVEL) / exact.levelSd).toBeLessThan(units === 0 ? 1.5 : 1.25)
    expect(sdOf(after, PRICE) / exact.slopeSd).toBeCloseTo(1, 1)
  })

  test('exposure is a known factor: twice the views are twice the units', () => {
    const bucket = { units: 5, exposure: 10, offset: 0, regressors: still }
    const once = learnt(priorBeliefs(1), bucket, 4)
    const lower = priorBeliefs(1 - Math.log(2))
    for (const more of [{ exposure: 20 }, { offset: Math.log(2) }]) {
      const scaled = learnt(lower, { ...bucket, ...more }, 4)
      expect(scaled.predicted.shape).toBeCloseTo(once.predicted.shape, 9)
      expect(scaled.predicted.rate).toBeCloseTo(once.predicted.rate, 9)
      expect(meanOf(scaled.beliefs, LEVEL) + Math.log(2)).toBeCloseTo(
        meanOf(once.beliefs, LEVEL),
        9,
      )
    }
  })

  test('what is to be expected can be asked for without learning', () => {
    const bucket = { exposure: 3, offset: 0.1, regressors: { ...still, price: 0.2, promotion: 1 } }
    const beliefs = afterBuckets(20, 4)
    const { predicted } = learnt(beliefs, { ...bucket, units: 7 }, 4)
    expect(predictedOf(beliefs, bucket, 4)).toEqual(predicted)
  })

  test('what moves together is told apart no more than it can be', () => {
    const together = { ...still, price: 0.3, competitor: 0.3 }
    const bucket = { units: 3, exposure: 1, offset: 0, regressors: together }
    const { beliefs } = learnt(priorBeliefs(1), bucket, 4)
    expect(covarianceOf(beliefs, PRICE, COMPETITOR)).toBeLessThan(0)
    expect(covarianceOf(beliefs, COMPETITOR, PRICE)).toBe(covarianceOf(beliefs, PRICE, COMPETITOR))
    expect(covarianceOf(beliefs, DEVIATION, PRICE)).toBeCloseTo(0, 12)
  })
})

/** Many buckets at one price. */
const afterBuckets = (buckets: number, units: number, size = 4): Beliefs => {
  let beliefs = priorBeliefs(0)
  for (let i = 0; i < buckets; i++) {
    const bucket = { units, exposure: 1, offset: 0, regressors: still }
    beliefs = learnt(evolved(beliefs, 1), bucket, size).beliefs
  }
  return beliefs
}

test('a coefficient whose regressor never moves stays as it was assumed, however long', () => {
  for (const units of [0, 3, 1_000]) {
    const beliefs = afterBuckets(2_000, units)
    for (const coefficient of COEFFICIENTS.slice(1)) {
      expect(meanOf(beliefs, coefficient)).toBeCloseTo(PRIOR_MEANS[coefficient]!, 9)
      expect(sdOf(beliefs, coefficient)).toBeCloseTo(PRIOR_SDS[coefficient]!, 9)
    }
  }
})

test('what was learnt of a price fades back to the prior, and no further', () => {
  let beliefs = priorBeliefs(0)
  for (let day = 0; day < 600; day++) {
    const deviation = day % 2 === 0 ? 0.2 : -0.2
    const units = day % 2 === 0 ? 3 : 12
    const bucket = { units, exposure: 1, offset: 0, regressors: { ...still, deviation } }
    beliefs = learnt(evolved(beliefs, 1), bucket, 20).beliefs
  }
  expect(meanOf(beliefs, DEVIATION)).toBeLessThan(-3)
  expect(sdOf(beliefs, DEVIATION)).toBeLessThan(0.3)
  const faded = evolved(beliefs, 1e6)
  expect(meanOf(faded, DEVIATION)).toBeCloseTo(-1.5, 6)
  expect(sdOf(faded, DEVIATION)).toBeCloseTo(2, 6)
})

test('the scatter stays within its bounds, whatever comes', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(2 ** 31), fc.double({ min: 0, max: 1e9, noNaN: true }))),
      seen => {
        let noise = USUAL_NOISE
        for (const [units, expected] of seen) noise = noiseAfter(noise, units, expected)
        const size = noiseSizeOf(noise)
        expect(size).toBeGreaterThanOrEqual(1 / 3 - 1e-12)
        expect(size).toBeLessThanOrEqual(200 + 1e-9)
      },
    ),
  )
  // Counts that scatter less than Poisson's: without the bound the estimate is negative.
  let noise = USUAL_NOISE
  for (let i = 0; i < 1_000; i++) noise = noiseAfter(noise, 20, 20)
  expect(noise.excess).toBeLessThan(0)
  expect(noiseSizeOf(noise)).toBeCloseTo(200, 9)
})

test('no input makes anything but numbers, nor a variance below zero', () => {
  const ratio = fc.double({ min: -3, max: 3, noNaN: true })
  const wave = fc.double({ min: -1, max: 1, noNaN: true })
  const steps = fc.record({
    days: fc.oneof(fc.constant(0), fc.nat(400), fc.nat(1e10)),
    units: fc.oneof(fc.nat(5), fc.nat(2 ** 31)),
    exposure: fc.oneof(
      fc.double({ min: 1e-9, max: 1, noNaN: true }),
      fc.double({ min: 1, max: 1e9, noNaN: true }),
    ),
    offset: fc.double({ min: -3, max: 3, noNaN: true }),
    regressors: fc.record({
      deviation: ratio,
      price: ratio,
      promotion: fc.constantFrom(0, 1),
      competitor: ratio,
      seasonSin: wave,
      seasonCos: wave,
    }),
    size: fc.double({ min: 1 / 3, max: 200, noNaN: true }),
  })
  fc.assert(
    fc.property(
      fc.double({ min: -30, max: 30, noNaN: true }),
      fc.array(steps, { maxLength: 40 }),
      (level, drawn) => {
        let beliefs = priorBeliefs(level)
        for (const { days, size, ...observation } of drawn) {
          const step = learnt(evolved(beliefs, days), observation, size)
          const { shape, rate } = step.predicted
          expect(Number.isFinite(shape / rate)).toBe(true)
          beliefs = step.beliefs
          expect(beliefs.every(Number.isFinite)).toBe(true)
          for (const i of COEFFICIENTS) {
            expect(sdOf(beliefs, i)).toBeGreaterThanOrEqual(0)
            if (i !== LEVEL) expect(sdOf(beliefs, i)).toBeLessThanOrEqual(PRIOR_SDS[i]! + 1e-9)
          }
        }
      },
    ),
    { numRuns: 300 },
  )
})
