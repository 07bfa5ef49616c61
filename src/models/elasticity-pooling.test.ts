import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Evidence, NO_EVIDENCE } from './elasticity-evidence.ts'
import {
  articleSdOf,
  type CategoryLevel,
  HYPERPRIOR,
  pooledAt,
  pooledIn,
  precisionFor,
} from './elasticity-pooling.ts'

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const evidence: fc.Arbitrary<Evidence> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ estimate: number(-6, 3), precision: number(0.01, 300) }) },
  { weight: 1, arbitrary: fc.constant(NO_EVIDENCE) },
)
const level: fc.Arbitrary<CategoryLevel> = fc.record({
  mean: number(-4, 0),
  variance: number(0, 1),
  skuVariance: number(0.01, 2),
  marketVariance: fc.oneof(fc.constant(0), number(0.001, 0.5)),
})
const markets = fc.array(evidence, { minLength: 1, maxLength: 6 })

/** Solves A x = b by elimination, with the largest pivot. */
const solved = (matrix: readonly (readonly number[])[], right: readonly number[]): number[] => {
  const rows = matrix.map((row, at) => [...row, right[at]!])
  const n = rows.length
  for (let column = 0; column < n; column++) {
    let pivot = column
    for (let row = column; row < n; row++) {
      if (Math.abs(rows[row]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = row
    }
    ;[rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!]
    for (let row = 0; row < n; row++) {
      if (row === column) continue
      const factor = rows[row]![column]! / rows[column]![column]!
      for (let at = column; at <= n; at++) rows[row]![at]! -= factor * rows[column]![at]!
    }
  }
  return rows.map((row, at) => row[n]! / row[at]!)
}

/**
 * The oracle: θ of all markets as one normal vector around the category's mean, every covariance written
 * out, conditioned on the evidence by solving for it. What the mean is not known by is carried along.
 */
const byMatrix = (told: readonly Evidence[], category: CategoryLevel, at: number) => {
  const { mean, variance, skuVariance, marketVariance } = category
  const covarianceOf = (i: number, j: number) => skuVariance + (i === j ? marketVariance : 0)
  const seen = told.flatMap(({ precision }, i) => (precision > 0 ? [i] : []))
  const cross = seen.map(i => covarianceOf(i, at))
  const total = seen.map(i =>
    seen.map(j => covarianceOf(i, j) + (i === j ? 1 / told[i]!.precision : 0)),
  )
  const gain = seen.length === 0 ? [] : solved(total, cross)
  const sum = (of: (k: number) => number) => seen.reduce((all, _, k) => all + of(k), 0)
  const stays = 1 - sum(k => gain[k]!)
  return {
    mean: mean + sum(k => gain[k]! * (told[seen[k]!]!.estimate - mean)),
    variance: covarianceOf(at, at) - sum(k => gain[k]! * cross[k]!) + stays * stays * variance,
  }
}

describe('pooling', () => {
  test('is the conditional distribution of one normal vector', () => {
    fc.assert(
      fc.property(markets, level, (told, category) => {
        for (const [at, pooled] of pooledIn(told, category).entries()) {
          const exact = byMatrix(told, category, at)
          expect(pooled.mean).toBeCloseTo(exact.mean, 7)
          expect(pooled.sd ** 2 / exact.variance).toBeCloseTo(1, 6)
        }
      }),
    )
  })

  test('is the formula of the reference for an article in one market', () => {
    const alone = level.map(one => ({ ...one, marketVariance: 0 }))
    const told = fc.record({ estimate: number(-6, 3), precision: number(0.01, 300) })
    fc.assert(
      fc.property(told, alone, ({ estimate: b, precision }, category) => {
        const { mean, variance, skuVariance } = category
        const shrunk = skuVariance / (skuVariance + 1 / precision)
        const pooled = pooledAt([{ estimate: b, precision }], 0, category)
        expect(pooled.mean).toBeCloseTo(mean + shrunk * (b - mean), 12)
        const expected = skuVariance * (1 - shrunk) + (1 - shrunk) ** 2 * variance
        expect(pooled.sd ** 2).toBeCloseTo(expected, 12)
        expect(pooled.ownSd).toBe(1 / Math.sqrt(precision))
      }),
    )
  })

  test('in a cold category lets an article move the mean of its category as well', () => {
    const told = [{ estimate: -4, precision: 8 }]
    // μ ~ N(−2, 1), s ~ N(μ, .16), in a market .04: so θ ~ N(−2, 1.2) before the evidence.
    const precision = 1 / 1.2 + 8
    const pooled = pooledAt(told, 0, HYPERPRIOR)
    expect(pooled.mean).toBeCloseTo((-2 / 1.2 - 4 * 8) / precision, 12)
    expect(pooled.sd).toBeCloseTo(Math.sqrt(1 / precision), 12)
  })

  test('leaves an article of which nothing is known where its category is', () => {
    fc.assert(
      fc.property(level, category => {
        const pooled = pooledAt([NO_EVIDENCE], 0, category)
        expect(pooled.mean).toBeCloseTo(category.mean, 12)
        expect(pooled.sd).toBeCloseTo(articleSdOf(category), 12)
        expect(pooled.ownSd).toBe(Infinity)
      }),
    )
  })

  test('is never wider than the category, and in any order of the markets the same', () => {
    fc.assert(
      fc.property(markets, level, (told, category) => {
        const pooled = pooledIn(told, category)
        const turned = [...pooledIn([...told].reverse(), category)].reverse()
        for (const [at, { mean, sd }] of pooled.entries()) {
          expect(sd).toBeLessThanOrEqual(articleSdOf(category) * (1 + 1e-12))
          expect(turned[at]!.mean).toBeCloseTo(mean, 9)
          expect(turned[at]!.sd).toBeCloseTo(sd, 9)
        }
      }),
    )
  })

  test('gives a number for any evidence', () => {
    const any = fc.record({ estimate: number(-1e9, 1e9), precision: number(0, 1e9) })
    fc.assert(
      fc.property(fc.array(any, { minLength: 1, maxLength: 5 }), level, (told, category) => {
        for (const { mean, sd } of pooledIn(told, category)) {
          expect(Number.isFinite(mean)).toBe(true)
          expect(sd).toBeGreaterThan(0)
        }
      }),
    )
  })
})

describe('the precision for a standard deviation', () => {
  test('gives it, as evidence of an article in one market', () => {
    fc.assert(
      fc.property(level, number(0.05, 1), (category, sd) => {
        const precision = precisionFor(sd, category)
        const alone = pooledAt([{ estimate: -1, precision }], 0, category)
        if (precision > 0) expect(alone.sd).toBeCloseTo(sd, 9)
        else expect(alone.sd).toBeLessThanOrEqual(sd * (1 + 1e-9))
      }),
    )
  })
})
