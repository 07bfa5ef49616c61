import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { attachOf, independenceOf, isShown, liftOf, shrunkLiftOf } from './basket-lift.ts'

/** Four numbers that can be counts of the same baskets. */
const counts = fc
  .tuple(
    fc.integer({ min: 1, max: 500 }),
    fc.integer({ min: 0, max: 500 }),
    fc.integer({ min: 0, max: 500 }),
    fc.integer({ min: 0, max: 20_000 }),
  )
  .map(([both, first, second, none]) => ({
    n: both + first + second + none,
    ci: both + first,
    cj: both + second,
    cij: both,
  }))

describe('of the groceries of Hahsler, Hornik & Reutterer, other vegetables and whole milk', () => {
  const [n, vegetables, milk, both] = [9_835, 1_903, 2_513, 736] as const

  test('are bought together 1.51363 times as often as by chance', () => {
    expect(liftOf(n, vegetables, milk, both)).toBeCloseTo(1.5136341, 7)
    expect(both / n).toBeCloseTo(0.07483477, 8)
    expect(both / vegetables).toBeCloseTo(0.3867578, 7)
  })

  test('are shown, and so many counts are hardly shrunk', () => {
    expect(isShown(n, vegetables, milk, both)).toBe(true)
    expect(shrunkLiftOf(n, vegetables, milk, both)).toBeCloseTo(1.50841, 5)
    expect(attachOf(n, vegetables, milk, both)).toBeCloseTo(0.13124, 5)
  })
})

test('two that are independent have a lift of 1, bring nothing, and are not shown', () => {
  expect(liftOf(10_000, 500, 200, 10)).toBe(1)
  expect(shrunkLiftOf(10_000, 500, 200, 10)).toBe(1)
  expect(attachOf(10_000, 500, 200, 10)).toBe(0)
  expect(isShown(10_000, 500, 200, 10)).toBe(false)
})

test('four baskets are too few to be shown, whatever they say', () => {
  expect(isShown(1_000_000, 4, 4, 4)).toBe(false)
  expect(isShown(1_000_000, 5, 5, 5)).toBe(true)
})

test('one that keeps the other away is not shown, and brings nothing of it', () => {
  expect(independenceOf(1_000, 500, 500, 100)).toBeGreaterThan(100)
  expect(isShown(1_000, 500, 500, 100)).toBe(false)
  expect(attachOf(1_000, 500, 500, 100)).toBe(0)
})

test('what is measured of a pair is the same from either side, but for what one brings', () => {
  fc.assert(
    fc.property(counts, ({ n, ci, cj, cij }) => {
      expect(liftOf(n, cj, ci, cij)).toBeCloseTo(liftOf(n, ci, cj, cij), 9)
      expect(shrunkLiftOf(n, cj, ci, cij)).toBeCloseTo(shrunkLiftOf(n, ci, cj, cij), 9)
      expect(isShown(n, cj, ci, cij)).toBe(isShown(n, ci, cj, cij))
      const brought = attachOf(n, ci, cj, cij) * ci
      expect(attachOf(n, cj, ci, cij) * cj).toBeCloseTo(brought, 6)
    }),
  )
})

test('shrinking moves a lift towards 1, and never beyond', () => {
  fc.assert(
    fc.property(counts, ({ n, ci, cj, cij }) => {
      const lift = liftOf(n, ci, cj, cij)
      const shrunk = shrunkLiftOf(n, ci, cj, cij)
      expect(Math.abs(Math.log(shrunk))).toBeLessThanOrEqual(Math.abs(Math.log(lift)) + 1e-12)
      expect((shrunk - 1) * (lift - 1)).toBeGreaterThanOrEqual(-1e-12)
    }),
  )
})

test('G² is twice how much likelier each basket is than if the two were independent', () => {
  fc.assert(
    fc.property(counts, ({ n, ci, cj, cij }) => {
      let sum = 0
      for (const [cell, chanceI, chanceJ] of [
        [cij, ci / n, cj / n],
        [ci - cij, ci / n, 1 - cj / n],
        [cj - cij, 1 - ci / n, cj / n],
        [n - ci - cj + cij, 1 - ci / n, 1 - cj / n],
      ] as const) {
        if (cell > 0) sum += 2 * cell * (Math.log(cell / n) - Math.log(chanceI) - Math.log(chanceJ))
      }
      expect(independenceOf(n, ci, cj, cij)).toBeCloseTo(sum, 6)
    }),
  )
})

test('counts that do not agree, as they are estimates, give numbers all the same', () => {
  const loose = fc.double({ min: 0.1, max: 1_000, noNaN: true })
  fc.assert(
    fc.property(loose, loose, loose, loose, (n, ci, cj, cij) => {
      for (const measure of [liftOf, shrunkLiftOf, independenceOf, attachOf]) {
        expect(Number.isFinite(measure(n, ci, cj, cij))).toBe(true)
      }
      expect(attachOf(n, ci, cj, cij)).toBeLessThanOrEqual(1)
    }),
  )
})
