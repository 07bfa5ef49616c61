import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { arrivalOf, rawLateProbability, type StageKnown } from './arrival.ts'
import {
  MISS_SHARE,
  missShareAfter,
  NO_RESIDUALS,
  quantileAt,
  quantilesOf,
  type Residuals,
  residualsAfter,
  shareUpTo,
} from './conformal.ts'
import { isEtaNews, lateStepOf } from './eta-news.ts'
import { type FadingMean, fadingMeanAfter, shrinkageOf, shrunkMean } from './shrunk-mean.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

describe('means', () => {
  const meanOf = (values: readonly number[], at = 0): FadingMean =>
    values.reduce<FadingMean | undefined>(
      (mean, value) => fadingMeanAfter(mean, value, at),
      undefined,
    )!

  test('a lane of eight values is half its own, of none its parent', () => {
    const [all, lane] = [meanOf([1, 1]), meanOf(Array.from({ length: 8 }, () => 3))]
    expect(shrunkMean([all, undefined, lane], 0, 8)).toBeCloseTo(2, 12)
    expect(shrunkMean([all, undefined, undefined], 0, 8)).toBe(1)
    expect(shrunkMean([undefined, undefined], 0, 8)).toBe(null)
  })
  test('a parent counts for less where groups are far apart, and for eight at most', () => {
    expect(shrinkageOf(1, 0.5)).toBe(1)
    expect(shrinkageOf(9.1, 0.1)).toBeCloseTo(1 / 90, 12)
    expect(shrinkageOf(0.5, 0.49)).toBe(8)
    expect(shrinkageOf(0.5, 0.6)).toBe(8)
  })
  test('what is 120 days old counts half', () => {
    const lane = fadingMeanAfter(meanOf([0, 0, 0, 0]), 3, 120 * DAY)
    expect(lane).toMatchObject({ weight: 3, mean: 1 })
    expect(
      shrunkMean([meanOf([0]), meanOf(Array.from({ length: 16 }, () => 2))], 120 * DAY, 8),
    ).toBe(1)
  })
})

describe('quantiles', () => {
  const spread = (): Residuals => {
    let residuals = NO_RESIDUALS
    for (let at = 0; at < 4_000; at++)
      residuals = residualsAfter(residuals, ((at * 7) % 1_000) / 1_000)
    return residuals
  }
  test('are those of what was counted, and shares the other way round', () => {
    const quantiles = quantilesOf(spread())
    for (const probability of [0.05, 0.25, 0.5, 0.9, 0.95]) {
      expect(quantileAt(quantiles, probability)).toBeCloseTo(probability, 1)
      expect(shareUpTo(quantiles, quantileAt(quantiles, probability))).toBeCloseTo(probability, 6)
    }
    expect(shareUpTo(quantiles, -3)).toBe(0)
    expect(shareUpTo(quantiles, 3)).toBe(1)
  })
  test('never fall, whatever was counted', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 1 }),
        values => {
          const quantiles = quantilesOf(values.reduce(residualsAfter, NO_RESIDUALS))
          for (let at = 1; at < quantiles.length; at++) {
            expect(quantiles[at]).toBeGreaterThanOrEqual(quantiles[at - 1]!)
          }
        },
      ),
    )
  })
  test('a share to leave out comes to rest where a tenth is missed', () => {
    let share: number = MISS_SHARE
    for (let at = 0; at < 1_000; at++) share = missShareAfter(share, at % 10 === 0)
    expect(share).toBeCloseTo(MISS_SHARE, 2)
    for (let at = 0; at < 1_000; at++) share = missShareAfter(share, true)
    expect(share).toBe(0.01)
  })
})

describe('an arrival', () => {
  /** A tenth of a day to ten days, evenly by logarithm. */
  const residuals = Array.from({ length: 41 }, (_, at) => Math.log(10) * ((2 * at) / 40 - 1))
  const known: StageKnown = {
    ...{ begunAt: 0, promisedAt: null, logMs: Math.log(DAY), residuals, missShare: 0.1 },
    ...{ plattSlope: 1, plattLevel: 0 },
  }
  test('at first is the whole distribution', () => {
    const { p05, p50, p95 } = arrivalOf(known, 0)
    expect(p50 / DAY).toBeCloseTo(1, 6)
    expect(p05 / DAY).toBeCloseTo(10 ** -0.9, 6)
    expect(p95 / DAY).toBeCloseTo(10 ** 0.9, 6)
  })
  test('later is what is left of it, and never before now', () => {
    const { p05, p50, p95 } = arrivalOf(known, DAY)
    expect(p50 / DAY).toBeCloseTo(10 ** 0.5, 6)
    expect(p95 / DAY).toBeCloseTo(10 ** 0.95, 6)
    expect(p05).toBeGreaterThan(DAY)
    expect(arrivalOf(known, 100 * DAY).p50).toBe(100 * DAY)
  })
  test('late is the share beyond the promise, and of what is left', () => {
    const promised = { ...known, promisedAt: DAY * 10 ** 0.5 }
    expect(rawLateProbability(promised)).toBeCloseTo(0.25, 6)
    expect(arrivalOf(promised, 0).lateProbability).toBeCloseTo(0.25, 6)
    expect(arrivalOf(promised, DAY).lateProbability).toBeCloseTo(0.5, 6)
    expect(arrivalOf(promised, 4 * DAY).lateProbability).toBe(1)
    expect(rawLateProbability({ ...known, promisedAt: -1 })).toBe(1)
  })
  test('percentiles are in their order at every moment', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 * DAY }), now => {
        const { p05, p50, p90, p95 } = arrivalOf(known, now)
        expect([p05, p50, p90, p95]).toEqual([p05, p50, p90, p95].toSorted((a, b) => a - b))
        expect(p05).toBeGreaterThanOrEqual(now)
      }),
    )
  })
})

describe('what is told', () => {
  test('a move of more than a quarter of an hour, and a risk that crosses a step', () => {
    const told = { p50: 0, lateStep: 1 }
    expect(isEtaNews(null, told)).toBe(true)
    expect(isEtaNews(told, { p50: HOUR / 4, lateStep: 1 })).toBe(false)
    expect(isEtaNews(told, { p50: HOUR / 4 + 1, lateStep: 1 })).toBe(true)
    expect(isEtaNews(told, { p50: 0, lateStep: 2 })).toBe(true)
  })
  test('a risk that wobbles around a step stays above it', () => {
    let told: number | null = null
    const steps = [0.19, 0.2, 0.16, 0.14, 0.55, 0.46, 0.9, 0.76, 0.1].map(risk => {
      told = lateStepOf(risk, told)
      return told
    })
    expect(steps).toEqual([0, 1, 1, 0, 2, 2, 3, 3, 0])
    expect(lateStepOf(null, 2)).toBe(null)
  })
})
