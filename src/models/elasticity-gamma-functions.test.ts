import fc from 'fast-check'
import { expect, test } from 'vitest'
import { digamma, inverseTrigamma, trigamma } from './elasticity-gamma-functions.ts'

const EULER = 0.5772156649015329

test.each([
  [1, -EULER],
  [0.5, -EULER - 2 * Math.LN2],
  [2, 1 - EULER],
  [0.25, -EULER - Math.PI / 2 - 3 * Math.LN2],
  [10, 2.251752589066721],
  [100, 4.600161852738087],
])('digamma of %d', (x, expected) => {
  expect(digamma(x)).toBeCloseTo(expected, 12)
})

test.each([
  [1, Math.PI ** 2 / 6],
  [0.5, Math.PI ** 2 / 2],
  [2, Math.PI ** 2 / 6 - 1],
  [0.25, Math.PI ** 2 + 8 * 0.915965594177219],
  [10, 0.1051663356816857],
])('trigamma of %d', (x, expected) => {
  expect(trigamma(x)).toBeCloseTo(expected, 12)
})

test('each is the next step of its recurrence, also where the series takes over', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.01, max: 40, noNaN: true }), x => {
      expect(digamma(x + 1) - digamma(x)).toBeCloseTo(1 / x, 9)
      expect(trigamma(x) - trigamma(x + 1)).toBeCloseTo(1 / (x * x), 9)
    }),
  )
})

test('the inverse of trigamma gives its argument back, from tiny to huge', () => {
  fc.assert(
    fc.property(fc.double({ min: -9, max: 9, noNaN: true }), exponent => {
      const y = 10 ** exponent
      expect(trigamma(inverseTrigamma(y)) / y).toBeCloseTo(1, 8)
    }),
  )
})
