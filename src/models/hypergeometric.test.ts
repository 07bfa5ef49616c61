import { describe, expect, test } from 'vitest'
import { hypergeometric, hypergeometricSlope } from './hypergeometric.ts'

describe('₂F₁', () => {
  test.each([0.01, 0.3, 0.6, 0.9, 0.99])('is what is known of it, at %d', z => {
    // Abramowitz & Stegun 15.1.3, 15.1.8 and 15.1.4.
    expect(hypergeometric(1, 1, 2, z) / (-Math.log1p(-z) / z)).toBeCloseTo(1, 12)
    expect(hypergeometric(2.5, 0.7, 0.7, z) / (1 - z) ** -2.5).toBeCloseTo(1, 12)
    const logs = Math.log((1 + z) / (1 - z)) / (2 * z)
    expect(hypergeometric(0.5, 1, 1.5, z * z) / logs).toBeCloseTo(1, 12)
  })

  test('is a polynomial where a is a negative whole number', () => {
    expect(hypergeometric(-2, 3, 4, 0.5)).toBeCloseTo(1 - (2 * 3 * 0.5) / 4 + (12 * 0.25) / 20, 14)
  })

  test('has a slope in b that stays exact at 0', () => {
    // Σ (1)ₙ (1)ₙ₋₁ / ((2)ₙ n!) zⁿ = Σ zⁿ / (n (n + 1)), for b = 0
    const z = 0.4
    const exact = 1 + ((1 - z) * Math.log1p(-z)) / z
    expect(hypergeometricSlope(1, 0, 2, z)).toBeCloseTo(exact, 14)
    expect(hypergeometricSlope(1, 1e-9, 2, z)).toBeCloseTo(exact, 8)
  })

  test('is not a number where 5,000 terms are not enough', () => {
    expect(hypergeometric(1, 1, 2, 0.9999)).toBeNaN()
  })
})
