import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { logBeta, logGamma } from './log-gamma.ts'

describe('ln Γ', () => {
  test('of whole numbers is the logarithm of a factorial', () => {
    let logFactorial = 0
    for (let n = 1; n <= 170; n++) {
      expect(Math.abs(logGamma(n) - logFactorial)).toBeLessThan(4e-15 * Math.max(1, logFactorial))
      logFactorial = Math.log(factorial(n))
    }
  })

  test.each([
    [0.5, 0.5723649429247001],
    [1e-3, 6.907178885383853],
    [1.5, -0.12078223763524522],
    [100, 359.1342053695754],
    [1e4, 82099.71749644238],
  ])('of %d is %d', (x, value) => {
    expect(Math.abs(logGamma(x) - value)).toBeLessThan(4e-15 * Math.max(1, value))
  })

  test('grows by ln x from x to x + 1', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e5, noNaN: true }), x => {
        const scale = Math.max(1, Math.abs(logGamma(x)))
        expect(Math.abs(logGamma(x + 1) - logGamma(x) - Math.log(x))).toBeLessThan(1e-14 * scale)
      }),
    )
  })
})

test('B(x, y) is symmetric, and 1/x where y is 1', () => {
  expect(logBeta(2.5, 0.5)).toBe(logBeta(0.5, 2.5))
  expect(logBeta(7, 1)).toBeCloseTo(-Math.log(7), 14)
})

const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1))
