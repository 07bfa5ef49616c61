import { describe, expect, test } from 'vitest'
import { daysUntil, informationOf, informationPerDay } from './experiment-information.ts'

/** The reference's own example. */
const slow = { unitsPerDay: 2, size: 4 }

describe('an experiment', () => {
  test.each([
    [0.1, 1_667],
    [0.2, 417],
  ])('of ± %d needs %d days of two units a day for a standard deviation of .3', (a, days) => {
    expect(Math.round(daysUntil(1 / 0.3 ** 2, 0, slow, a))).toBe(days)
  })

  test('tells by the variance of its prices, which are five steps', () => {
    const steps = [-0.1, -0.05, 0, 0.05, 0.1]
    const variance = steps.reduce((sum, step) => sum + step * step, 0) / steps.length
    expect(informationOf(2, 4, 0.1)).toBeCloseTo((8 / 6) * variance, 12)
  })

  test('needs nothing more where enough is known, and never ends where nothing sells', () => {
    expect(daysUntil(2, 2, slow, 0.1)).toBe(0)
    expect(daysUntil(2, 1, slow, 0.1)).toBeCloseTo(daysUntil(2, 0, slow, 0.1) / 2, 12)
    expect(daysUntil(2, 0, { unitsPerDay: 0, size: 4 }, 0.1)).toBe(Infinity)
  })

  test('tells more by hours than by days, as each hour scatters for itself', () => {
    const byDay = informationOf(51, 4, 0.1)
    expect(informationPerDay({ unitsPerDay: 50, size: 4 }, 0.1)).toBeLessThan(byDay)
    expect(informationPerDay({ unitsPerDay: 51, size: 4 }, 0.1)).toBeGreaterThan(5 * byDay)
  })
})
