import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  amplitudeAfter,
  amplitudeWithin,
  deviationOf,
  epochAt,
  epochStart,
  hasLearntEnough,
  raised,
  shownPrice,
} from './price-experiment.ts'
import { DEFAULT_PRICE_POLICY } from './price-policy.ts'

const POLICY = DEFAULT_PRICE_POLICY.experiments

describe('the amplitude', () => {
  test.each([
    [0, 0.1],
    [29.9, 0.1],
    [30, 0.05],
    [89.9, 0.05],
    [90, 0.02],
    [4_000, 0.02],
  ])('after %d days is %d', (days, amplitude) => {
    expect(amplitudeAfter(days, POLICY)).toBe(amplitude)
  })

  test('is raised as the policy says, and never beyond its largest', () => {
    expect([0.02, 0.05, 0.1].map(each => raised(each, POLICY))).toEqual([0.04, 0.1, 0.1])
    expect(raised(0.02, { ...POLICY, unsureTimes: 1 })).toBe(0.02)
    expect(raised(0.02, { ...POLICY, unsureTimes: 4, amplitudes: [[null, 0.02]] })).toBe(0.02)
  })

  test('leaves every price that is drawn within the range, and goes as far as it may', () => {
    const cases = fc.record({
      low: fc.integer({ min: 1, max: 2_000 }),
      width: fc.integer({ min: 0, max: 2_000 }),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    fc.assert(
      fc.property(cases, ({ low, width, at }) => {
        const range = { lowMinor: low, highMinor: low + width }
        const policyMinor = Math.round(low + at * width)
        const amplitude = amplitudeWithin(0.2, policyMinor, range)
        for (const draw of [0, 0.2, 0.4, 0.6, 0.8]) {
          const shown = shownPrice(policyMinor, deviationOf(draw, amplitude))
          expect(shown).toBeGreaterThanOrEqual(range.lowMinor)
          expect(shown).toBeLessThanOrEqual(range.highMinor)
        }
        const ends = [-1, 1].map(side => policyMinor * Math.exp(side * (amplitude + 1e-9)))
        const isAsFarAsItMay = ends[0]! < range.lowMinor || ends[1]! > range.highMinor
        expect(amplitude === 0.2 || isAsFarAsItMay).toBe(true)
      }),
    )
  })

  test('is none where the price is beyond the range already', () => {
    expect(amplitudeWithin(0.1, 900, { lowMinor: 1_000, highMinor: 2_000 })).toBe(0)
    expect(amplitudeWithin(0.1, 2_100, { lowMinor: 1_000, highMinor: 2_000 })).toBe(0)
  })
})

describe('the deviation', () => {
  test('is one of five that are as likely, without a lean, with a variance of half the amplitude squared', () => {
    const drawn = Array.from({ length: 1_000 }, (_, i) => deviationOf((i + 0.5) / 1_000, 0.1))
    const counts = [-0.1, -0.05, 0, 0.05, 0.1].map(z => drawn.filter(each => each === z).length)
    expect(counts).toEqual([200, 200, 200, 200, 200])
    expect(drawn.reduce((sum, z) => sum + z, 0)).toBeCloseTo(0, 12)
    expect(drawn.reduce((sum, z) => sum + z * z, 0) / 1_000).toBeCloseTo(0.1 ** 2 / 2, 12)
  })
})

describe('experiments', () => {
  test('end below the border, and begin again clearly above it', () => {
    expect(hasLearntEnough(0.249, false, POLICY)).toBe(true)
    expect(hasLearntEnough(0.25, false, POLICY)).toBe(false)
    expect(hasLearntEnough(0.3, true, POLICY)).toBe(true)
    expect(hasLearntEnough(0.301, true, POLICY)).toBe(false)
  })

  test('have epochs that begin where the one before ends', () => {
    const times = fc.integer({ min: 0, max: 2_000_000_000_000 })
    const phases = fc.integer({ min: 0, max: 71 }).map(hours => hours * 3_600_000)
    fc.assert(
      fc.property(times, phases, (now, phase) => {
        const epoch = epochAt(now, phase, POLICY)
        expect(epochStart(epoch, phase, POLICY)).toBeLessThanOrEqual(now)
        expect(epochStart(epoch + 1, phase, POLICY)).toBeGreaterThan(now)
      }),
    )
  })
})
