import fc from 'fast-check'
import { expect, test } from 'vitest'
import { normalCdf, QUANTILE_95 } from './normal-distribution.ts'

test.each([
  [0, 0.5],
  [1, 0.8413447460685429],
  [1.959963984540054, 0.975],
  [QUANTILE_95, 0.95],
  [-3, 0.0013498980316300946],
  [Number.POSITIVE_INFINITY, 1],
  [Number.NEGATIVE_INFINITY, 0],
])('below %d lies a chance of %d', (x, chance) => {
  expect(normalCdf(x)).toBeCloseTo(chance, 14)
})

test('the chance is the area under the bell', () => {
  // Simpson's rule over so many pieces is good to 1e-11.
  const areaUpTo = (x: number, pieces = 2_000) => {
    const from = -9
    const step = (x - from) / pieces
    let sum = 0
    for (let i = 0; i <= pieces; i++) {
      const weight = i === 0 || i === pieces ? 1 : i % 2 === 1 ? 4 : 2
      sum += weight * Math.exp(-((from + i * step) ** 2) / 2)
    }
    return (sum * step) / 3 / Math.sqrt(2 * Math.PI)
  }
  fc.assert(
    fc.property(fc.double({ min: -8, max: 8, noNaN: true }), x => {
      expect(normalCdf(x)).toBeCloseTo(areaUpTo(x), 10)
      expect(normalCdf(x) + normalCdf(-x)).toBeCloseTo(1, 14)
    }),
  )
})

test('of what is no number there is no chance, and no search for one without an end', () => {
  expect(normalCdf(Number.NaN)).toBeNaN()
  expect(normalCdf(Number.NEGATIVE_INFINITY)).toBe(0)
  expect(normalCdf(Number.POSITIVE_INFINITY)).toBe(1)
})
