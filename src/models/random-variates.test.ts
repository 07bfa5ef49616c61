import { describe, expect, test } from 'vitest'
import { uniformAt } from './counted-chance.ts'
import { logGamma } from './log-gamma.ts'
import {
  betaVariate,
  gammaVariate,
  geometricVariate,
  logGammaVariate,
  poissonVariate,
  type Uniforms,
} from './random-variates.ts'

const COUNT = 20_000

const many = (draw: (next: Uniforms) => number): number[] => {
  let place = 0
  const next = () => uniformAt(7, 0, place++)
  return Array.from({ length: COUNT }, () => draw(next))
}

/** Mean and variance are as they should be, to four and a half of their standard errors. */
const expectMoments = (
  draws: readonly number[],
  mean: number,
  variance: number,
  kurtosis: number,
) => {
  const found = draws.reduce((sum, x) => sum + x, 0) / COUNT
  const spread = draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / COUNT
  expect(Math.abs(found - mean)).toBeLessThan(4.5 * Math.sqrt(variance / COUNT))
  expect(Math.abs(spread / variance - 1)).toBeLessThan(4.5 * Math.sqrt((kurtosis - 1) / COUNT))
}

describe('a variate has the mean and variance of its kind:', () => {
  test.each([0.05, 0.5, 1, 2.3, 40, 10_000])('Gamma of shape %d', shape => {
    const draws = many(next => gammaVariate(next, shape, 2))
    expectMoments(draws, shape / 2, shape / 4, 3 + 6 / shape)
  })

  test.each([
    [0.3, 0.4],
    [0.891, 1.614],
    [2, 50],
    [0.891, 10_000],
  ])('Beta(%d, %d)', (a, b) => {
    const [mean, all] = [a / (a + b), a + b]
    const variance = (mean * (1 - mean)) / (all + 1)
    const excess =
      (6 * ((a - b) ** 2 * (all + 1) - a * b * (all + 2))) / (a * b * (all + 2) * (all + 3))
    expectMoments(
      many(next => betaVariate(next, a, b)),
      mean,
      variance,
      3 + excess,
    )
  })

  test.each([0.9, 0.3, 0.01])('tries until one of chance %d', chance => {
    const variance = (1 - chance) / chance ** 2
    expectMoments(
      many(next => geometricVariate(next, chance)),
      1 / chance,
      variance,
      9 + chance ** 2 / (1 - chance),
    )
  })

  test.each([0.2, 3, 9.99, 10, 30, 1000, 500_000])('Poisson of mean %d', mean => {
    expectMoments(
      many(next => poissonVariate(next, mean)),
      mean,
      mean,
      3 + 1 / mean,
    )
  })
})

test('each Poisson count comes as often as it should', () => {
  for (const mean of [4, 14]) {
    const counts = new Map<number, number>()
    for (const count of many(next => poissonVariate(next, mean))) {
      counts.set(count, (counts.get(count) ?? 0) + 1)
    }
    for (let count = 0; count < 3 * mean; count++) {
      const expected = COUNT * Math.exp(count * Math.log(mean) - mean - logGamma(count + 1))
      const off = Math.abs((counts.get(count) ?? 0) - expected)
      expect(off).toBeLessThan(4 * Math.sqrt(expected) + 1)
    }
  }
})

test('extremes have an answer', () => {
  const next = () => 0.5
  expect(geometricVariate(next, 0)).toBe(Number.POSITIVE_INFINITY)
  expect(geometricVariate(next, 1)).toBe(1)
  expect(poissonVariate(next, 0)).toBe(0)
  // Too small for a double, but not for its logarithm.
  expect(many(draw => logGammaVariate(draw, 1e-3)).every(Number.isFinite)).toBe(true)
  expect(many(draw => betaVariate(draw, 1e-3, 1e-3)).every(x => x >= 0 && x <= 1)).toBe(true)
})
