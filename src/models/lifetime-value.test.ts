import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expectedSpend, GAMMA_GAMMA_SEED } from './gamma-gamma.ts'
import { discountedPurchases, lifetimeValue, YEAR_OF_REVENUE } from './lifetime-value.ts'
import { expectedPurchases, MBG_NBD_SEED } from './mbg-nbd.ts'

const model = { purchases: MBG_NBD_SEED, spend: GAMMA_GAMMA_SEED }
const summary = { repeats: 3, lastWeeks: 20, ageWeeks: 22 }

const summaries = fc
  .tuple(fc.nat(50), fc.nat(100), fc.nat(100))
  .map(([repeats, last, silence]) => ({
    repeats,
    lastWeeks: repeats === 0 ? 0 : last,
    ageWeeks: silence + (repeats === 0 ? 0 : last),
  }))

describe('the value of a year', () => {
  test('without discount is the purchases of a year, at what one is expected to bring', () => {
    fc.assert(
      fc.property(summaries, fc.double({ min: 1, max: 500, noNaN: true }), (known, meanSpend) => {
        const terms = { horizonWeeks: 52, discount: 0, margin: 1 }
        const value = lifetimeValue(model, known, meanSpend, terms)
        const spend = expectedSpend(GAMMA_GAMMA_SEED, known.repeats, meanSpend)
        const whole = spend * expectedPurchases(MBG_NBD_SEED, known, 52)
        expect(Math.abs(value - whole)).toBeLessThan(1e-9 * Math.max(1, whole))
      }),
    )
  })

  test('discounts what comes in each month from the end of it', () => {
    const until = (month: number) => expectedPurchases(MBG_NBD_SEED, summary, (month * 52) / 12)
    const months = Array.from({ length: 12 }, (_, i) => i + 1)
    const sum = months.reduce(
      (value, month) => value + (until(month) - until(month - 1)) * 1.1 ** (-month / 12),
      0,
    )
    expect(discountedPurchases(MBG_NBD_SEED, summary, YEAR_OF_REVENUE)).toBeCloseTo(sum, 12)
  })

  test('is worth more at once than later, and in proportion to the margin', () => {
    const valueAt = (discount: number, margin: number) =>
      lifetimeValue(model, summary, 30, { horizonWeeks: 52, discount, margin })
    expect(valueAt(0.1, 1)).toBeLessThan(valueAt(0, 1))
    expect(valueAt(0.1, 1)).toBeGreaterThan(valueAt(0, 1) / 1.1)
    expect(valueAt(0.1, 0.25)).toBeCloseTo(valueAt(0.1, 1) / 4, 12)
    expect(lifetimeValue(model, summary, 30)).toBe(valueAt(0.1, 1))
  })

  test('ends with the horizon, in the middle of a month too', () => {
    const terms = (horizonWeeks: number) => ({ horizonWeeks, discount: 0, margin: 1 })
    for (const weeks of [0, 1, 6, 52 / 12, 13, 60]) {
      expect(discountedPurchases(MBG_NBD_SEED, summary, terms(weeks))).toBeCloseTo(
        expectedPurchases(MBG_NBD_SEED, summary, weeks),
        12,
      )
    }
  })
})
