import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { scatterOf, weekdayIndicesOf } from './elasticity-category-counts.ts'

describe('the scatter of a category', () => {
  test('is what its articles scatter by together, within bounds', () => {
    expect(scatterOf([10, 20], [40, 60])).toBeCloseTo(0.3, 12)
    expect(scatterOf([-10, 2], [40, 60])).toBeCloseTo(0.005, 12)
    expect(scatterOf([900, 20], [40, 60])).toBeCloseTo(3, 12)
  })

  test('is not known where nothing was counted', () => {
    expect(scatterOf([], [])).toBeNull()
    expect(scatterOf([0], [0])).toBeNull()
    expect(scatterOf([Number.NaN], [1])).toBeNull()
  })
})

describe('the days of the week', () => {
  const even = [100, 100, 100, 100, 100, 100, 100]

  test('are factors of what was expected, drawn a little towards 1', () => {
    const indices = weekdayIndicesOf([250, 50, 50, 50, 50, 50, 200], even)!
    expect(indices[0]! / indices[1]!).toBeCloseTo(300 / 100, 12)
    expect(indices[6]! / indices[1]!).toBeCloseTo(250 / 100, 12)
    expect(indices.reduce((sum, index) => sum + index, 0)).toBeCloseTo(7, 12)
    expect(weekdayIndicesOf(even, even)).toEqual([1, 1, 1, 1, 1, 1, 1])
  })

  test('are the same in whatever unit was expected', () => {
    const counts = fc.array(fc.nat(10_000), { minLength: 7, maxLength: 7 })
    fc.assert(
      fc.property(counts, counts, (units, expected) => {
        const once = weekdayIndicesOf(units, expected)
        const scaled = weekdayIndicesOf(
          units,
          expected.map(one => 64 * one),
        )
        expect(scaled).toEqual(once)
        for (const index of once ?? []) {
          expect(index).toBeGreaterThanOrEqual(0.1)
          expect(index).toBeLessThanOrEqual(7)
        }
      }),
    )
  })

  test('are not told from a few units, nor from nothing', () => {
    expect(weekdayIndicesOf([49, 50, 50, 50, 50, 50, 50], even)).toBeNull()
    expect(weekdayIndicesOf([50, 50, 50, 50, 50, 50, 50], even)).not.toBeNull()
    expect(weekdayIndicesOf(even, [0, 0, 0, 0, 0, 0, 0])).toBeNull()
    expect(weekdayIndicesOf([], [])).toBeNull()
  })
})
