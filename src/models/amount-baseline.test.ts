import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type AmountSums, baselineOf, compared, winsorised } from './amount-baseline.ts'

const sumsOf = (amounts: readonly number[]): AmountSums => ({
  weight: amounts.length,
  sumMinor: amounts.reduce((sum, amount) => sum + amount, 0),
  sumSquares: amounts.reduce((sum, amount) => sum + amount ** 2, 0),
})

test('who never spent has no usual amount', () => {
  expect(baselineOf(sumsOf([]))).toBeNull()
  expect(baselineOf(sumsOf([0, 0]))).toBeNull()
})

test('a population stands in with two observations of its mean', () => {
  const population = { meanMinor: 4_000, sdMinor: 1_000 }
  expect(baselineOf(sumsOf([]), population)).toEqual(population)
  expect(baselineOf(sumsOf([1_000, 1_000]), population)!.meanMinor).toBe(2_500)
})

test('one amount alone gives a wide baseline around itself', () => {
  const { meanMinor, sdMinor } = baselineOf(sumsOf([900]))!
  expect(meanMinor).toBe(900)
  expect(sdMinor).toBeCloseTo(900 * Math.sqrt(2 / 3), 6)
})

test('a habit narrows the baseline, so that a lesser excess stands out', () => {
  const excess = (count: number) => compared(3_500, baselineOf(sumsOf(Array(count).fill(1_000)))!).z
  expect(excess(1)).toBeLessThan(3.1)
  expect(excess(20)).toBeGreaterThan(8)
})

test('a burst of large amounts is cut off before it becomes the usual', () => {
  const usual = baselineOf(sumsOf(Array(20).fill(1_000)))
  expect(winsorised(1_100, usual)).toBe(1_100)
  expect(winsorised(100_000, usual)).toBeLessThan(2_500)
  expect(winsorised(100_000, null)).toBe(100_000)
})

test('a larger amount is never less unusual, and the mean itself is not unusual at all', () => {
  const amounts = fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 30 })
  fc.assert(
    fc.property(amounts, fc.nat(2_000_000), fc.nat(1_000), (known, amount, more) => {
      const baseline = baselineOf(sumsOf(known))!
      expect(compared(amount + more, baseline).z).toBeGreaterThanOrEqual(
        compared(amount, baseline).z,
      )
      const { z, ratio } = compared(baseline.meanMinor, baseline)
      expect([z, ratio]).toEqual([0, 1])
    }),
  )
})
