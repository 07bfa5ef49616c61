import { describe, expect, test } from 'vitest'
import { expectedPurchases, MBG_NBD_SEED, probabilityAlive } from './mbg-nbd.ts'
import { DRAWS, intervalOf, purchaseDraws, quantileOf } from './purchase-intervals.ts'

const regular = { repeats: 5, lastWeeks: 34, ageWeeks: 38 }
const drawsOf = (summary: typeof regular, seed: string, weeks = 39) =>
  purchaseDraws(MBG_NBD_SEED, summary, weeks, seed)

/** Over so many seeds. */
const SEEDS = Array.from({ length: 40 }, (_, i) => `customer ${i}`)

describe('what may come of a customer', () => {
  test('is the same for the same seed, and other for another', () => {
    expect(drawsOf(regular, 'a')).toEqual(drawsOf(regular, 'a'))
    expect(drawsOf(regular, 'a')).not.toEqual(drawsOf(regular, 'b'))
  })

  test.each([
    { repeats: 0, lastWeeks: 0, ageWeeks: 5 },
    regular,
    { repeats: 20, lastWeeks: 30, ageWeeks: 38 },
  ])('has the mean that is expected, and 0 as often as expected, for %o', summary => {
    const counts = SEEDS.flatMap(seed => drawsOf(summary, seed).purchases)
    const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length
    const variance = counts.reduce((sum, x) => sum + (x - mean) ** 2, 0) / counts.length
    const expected = expectedPurchases(MBG_NBD_SEED, summary, 39)
    expect(Math.abs(mean - expected)).toBeLessThan(4 * Math.sqrt(variance / counts.length))
    // Given for ever, whoever is still there buys once more.
    const late = SEEDS.flatMap(seed => drawsOf(summary, seed, 1e9).purchases)
    const alive = late.filter(count => count > 0).length / late.length
    expect(alive).toBeCloseTo(probabilityAlive(MBG_NBD_SEED, summary), 1)
  })

  test('is known of rates and drop-out as far as Gamma and Beta say', () => {
    const meanOf = (values: readonly number[]) => values.reduce((sum, x) => sum + x) / values.length
    const { r, alpha, a, b } = MBG_NBD_SEED
    const rates = meanOf(SEEDS.flatMap(seed => drawsOf(regular, seed).rates))
    expect(rates / ((r + 5) / (alpha + 38))).toBeCloseTo(1, 1)
    const dropOuts = meanOf(SEEDS.flatMap(seed => drawsOf(regular, seed).dropOuts))
    expect(dropOuts / (a / (a + b + 6))).toBeCloseTo(1, 1)
  })

  test('is finite after 10,000 purchases, and for years', () => {
    const { purchases, rates, dropOuts } = drawsOf(
      { repeats: 10_000, lastWeeks: 1040, ageWeeks: 1040 },
      'busy',
      520,
    )
    for (const value of [...purchases, ...rates, ...dropOuts]) {
      expect(value).toBeGreaterThanOrEqual(0)
      expect(value).toBeLessThan(1e5)
    }
  })
})

describe('an interval', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => i + 1)

  test('leaves out as much on either side', () => {
    expect(intervalOf(hundred, 0.8)).toEqual({ low: 10, median: 50, high: 90 })
    expect(intervalOf(hundred, 1)).toEqual({ low: 1, median: 50, high: 100 })
  })

  test('of draws lies within them, and a wider one holds it', () => {
    const { purchases } = drawsOf(regular, 'a')
    expect(purchases).toHaveLength(DRAWS)
    const [narrow, wide] = [intervalOf(purchases, 0.5), intervalOf(purchases, 0.9)]
    expect(wide.low).toBeLessThanOrEqual(narrow.low)
    expect(narrow.low).toBeLessThanOrEqual(narrow.median)
    expect(narrow.high).toBeLessThanOrEqual(wide.high)
    expect(quantileOf(purchases, 0)).toBe(purchases[0])
  })
})
