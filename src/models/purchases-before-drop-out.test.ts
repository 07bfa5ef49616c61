import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { byCounting, bySeries, purchasesBeforeDropOut } from './purchases-before-drop-out.ts'

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true })

describe('the purchases before dropping out', () => {
  test('are the same as a series and counted one by one', () => {
    const ahead = fc.record({
      a: fc.oneof(between(0.05, 5), between(0.9999, 1.0001)),
      stays: between(0.1, 50),
      shape: between(0.05, 50),
      odds: between(0.01, 10),
    })
    fc.assert(
      fc.property(ahead, one => {
        fc.pre(one.shape < one.a + one.stays)
        expect(Math.abs(bySeries(one) / byCounting(one) - 1)).toBeLessThan(1e-10)
      }),
      { numRuns: 500 },
    )
  })

  test('are exact at a = 1, where the formula as it is printed has nothing to say', () => {
    const at = (a: number) => purchasesBeforeDropOut({ a, stays: 1.6, shape: 0.5, odds: 3 })
    expect(at(1)).toBeGreaterThan(at(1 + 1e-12))
    expect(at(1)).toBeLessThan(at(1 - 1e-12))
    expect(at(1) / at(1 + 1e-12)).toBeCloseTo(1, 11)
  })

  test('are one where the first is sure to come and to be the last', () => {
    expect(purchasesBeforeDropOut({ a: 1e6, stays: 1e-3, shape: 50, odds: 100 })).toBeCloseTo(1, 5)
  })

  test('are counted up to 5,000, and are none in no time', () => {
    const busy = { a: 1e-3, stays: 1e-3, shape: 1e6, odds: 1 }
    expect(purchasesBeforeDropOut(busy)).toBeLessThan(5_000)
    expect(purchasesBeforeDropOut({ ...busy, a: 1e-9, stays: 1 })).toBeCloseTo(5_000, 3)
    expect(purchasesBeforeDropOut({ ...busy, odds: 0 })).toBe(0)
  })
})
