import fc from 'fast-check'
import { expect, test } from 'vitest'
import { logGamma } from './log-gamma.ts'
import { negativeBinomialQuantile } from './negative-binomial.ts'

/** Of at most so many: the sum of each term by its own formula. */
const chanceUpTo = (count: number, shape: number, rate: number): number => {
  let sum = 0
  for (let k = 0; k <= count; k++) {
    sum += Math.exp(
      logGamma(shape + k) -
        logGamma(shape) -
        logGamma(k + 1) -
        shape * Math.log1p(1 / rate) -
        k * Math.log1p(rate),
    )
  }
  return sum
}

test('is the least count that is not exceeded with the probability', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -2, max: 4, noNaN: true }),
      fc.double({ min: -4, max: 2.5, noNaN: true }),
      fc.constantFrom(0.05, 0.5, 0.9, 0.95, 0.99),
      (shapeExponent, meanExponent, probability) => {
        const shape = 10 ** shapeExponent
        const rate = shape / 10 ** meanExponent
        const quantile = negativeBinomialQuantile(shape, rate, probability)
        expect(chanceUpTo(quantile, shape, rate)).toBeGreaterThan(probability - 1e-9)
        if (quantile > 0) {
          expect(chanceUpTo(quantile - 1, shape, rate)).toBeLessThan(probability + 1e-9)
        }
      },
    ),
    { numRuns: 60 },
  )
})

test.each([
  // A geometric count: (1/2)^(k + 1), of which .96875 is up to 4.
  [1, 1, 0.95, 4],
  [1, 1, 0.05, 0],
  // Nearly Poisson's with a mean of 3: .9161 up to 5, .9665 up to 6.
  [1e9, 1e9 / 3, 0.95, 6],
  [1e9, 1e9 / 3, 0.9, 5],
])('of shape %d and rate %d at %d it is %d', (shape, rate, probability, expected) => {
  expect(negativeBinomialQuantile(shape, rate, probability)).toBe(expected)
})

test.each([
  [4, 2_000, 0.01],
  [4, 5_000, 0.01],
  [1, 1_500, 0.015],
  [0.5, 1_200, 0.035],
  [50, 1_001, 0.01],
  [2_000, 3_000, 0.01],
  [1e8, 900, 0.01],
  [1e8, 4_000, 0.01],
])('beyond what is summed, with shape %d and mean %d, it is near by %d', (shape, mean, near) => {
  const rate = shape / mean
  for (const probability of [0.05, 0.5, 0.95]) {
    const quantile = negativeBinomialQuantile(shape, rate, probability)
    expect(Math.abs(chanceUpTo(quantile, shape, rate) - probability)).toBeLessThan(near)
  }
})

test('there is a number, and it grows with the probability, whatever the two are', () => {
  const exponent = fc.double({ min: -12, max: 12, noNaN: true })
  fc.assert(
    fc.property(exponent, fc.double({ min: -44, max: 44, noNaN: true }), (shape, rate) => {
      const [low, middle, high] = [0.05, 0.5, 0.95].map(probability =>
        negativeBinomialQuantile(10 ** shape, 10 ** rate, probability),
      ) as [number, number, number]
      expect(low).toBeGreaterThanOrEqual(0)
      expect(low).toBeLessThanOrEqual(middle)
      expect(middle).toBeLessThanOrEqual(high)
      expect(Number.isFinite(high)).toBe(true)
    }),
  )
})
