import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { arrivalOf, type StageKnown } from './arrival.ts'
import { arrivalWithProgress, detourOf, progressOf, type Travelled } from './arrival-progress.ts'
import type { Track } from './position-track.ts'

const HOUR = 3_600_000
/** From half to twice the usual ten hours, evenly by logarithm. */
const residuals = Array.from({ length: 41 }, (_, at) => Math.log(2) * ((2 * at) / 40 - 1))
const known: StageKnown & Travelled = {
  ...{ begunAt: 0, promisedAt: 12 * HOUR, logMs: Math.log(10 * HOUR), residuals, missShare: 0.1 },
  ...{ plattSlope: 1, plattLevel: 0, distanceKm: 400, fromKm: 0 },
}
const trackAt = (distanceKm: number, speedKph: number): Track => ({
  ...{ at: 0, seenAt: 0, latitude: 0, longitude: 0, doubt: null, glitches: 0 },
  ...{ distanceKm, logSpeed: Math.log(speedKph), speedVariance: 1 },
})
const arrivalAt = (now: number, distanceKm: number, speedKph: number, of = known) =>
  arrivalWithProgress(arrivalOf(of, now), of, trackAt(distanceKm, speedKph), now)

describe('an arrival by progress', () => {
  test('is weighed by inverse variances', () => {
    // By its stage in 10 h, give or take (18.66 - 5.36) / 3.29 h; by its place in 5 h, give or take 1.52 h.
    const stage = ((10 * 2 ** 0.9 - 10 * 2 ** -0.9) / 3.29) ** -2
    const place = ((0.18 * 5) / Math.sqrt(0.5) + 0.25) ** -2
    const expected = (stage * 10 + place * 5) / (stage + place)
    expect(arrivalAt(0, 200, 90).p50 / HOUR).toBeCloseTo(expected, 5)
  })
  test('takes no less than the rest of the way does at its speed', () => {
    expect(arrivalAt(0, 200, 20).p50).toBeGreaterThan(arrivalAt(0, 200, 40).p50)
    expect(arrivalAt(0, 200, 40).p50).toBe(arrivalAt(0, 200, 90).p50)
  })
  test('is that of the stage where the way is not known, or nothing of it is behind', () => {
    const plain = arrivalOf(known, HOUR)
    expect(arrivalAt(HOUR, 200, 40, { ...known, distanceKm: null })).toEqual(plain)
    expect(arrivalAt(HOUR, 0, 40)).toEqual(plain)
    expect(arrivalWithProgress(plain, known, null, HOUR)).toBe(plain)
  })
  test('is that of the stage on a detour, which begins a quarter beyond the usual way', () => {
    expect(progressOf(known, trackAt(500, 40))).toBe(0.98)
    expect(detourOf(known, trackAt(500, 40))).toBeNull()
    expect(progressOf(known, trackAt(501, 40))).toBeNull()
    expect(detourOf(known, trackAt(600, 40))).toBeCloseTo(0.5, 12)
    expect(arrivalAt(HOUR, 600, 40)).toEqual(arrivalOf(known, HOUR))
    expect(detourOf({ ...known, distanceKm: null }, trackAt(600, 40))).toBeNull()
  })
  test('is late by the calibrated risk, as without a place', () => {
    const calibrated = { ...known, plattSlope: 0.5, plattLevel: -1 }
    const plain = arrivalOf(calibrated, 0).lateProbability!
    expect(plain).toBeLessThan(0.25)
    expect(arrivalAt(0, 0.01, 90, calibrated).lateProbability).toBeCloseTo(plain, 2)
  })
  test('has its percentiles in order, and none before now, wherever it is', () => {
    const hoursPassed = fc.double({ min: 0, max: 40, noNaN: true })
    const distance = fc.double({ min: 0, max: 900, noNaN: true })
    const speed = fc.double({ min: 0.1, max: 200, noNaN: true })
    fc.assert(
      fc.property(hoursPassed, distance, speed, (passed, distanceKm, speedKph) => {
        const now = Math.round(passed * HOUR)
        const { p05, p50, p90, p95, lateProbability } = arrivalAt(now, distanceKm, speedKph)
        expect([now, p05, p50, p90]).toEqual([now, p05, p50, p90].toSorted((a, b) => a - b))
        expect(p95).toBeGreaterThanOrEqual(p90)
        expect(lateProbability).toBeGreaterThanOrEqual(0)
        expect(lateProbability).toBeLessThanOrEqual(1)
      }),
    )
  })
})
