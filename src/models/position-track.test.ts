import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Fix, standsSince, type Track, trackAfter } from './position-track.ts'

const MINUTE = 60_000
const KM = 1 / 111.195

const fix = (minutes: number, eastKm: number, northKm = 0): Fix => ({
  occurredAt: minutes * MINUTE,
  latitude: northKm * KM,
  longitude: eastKm * KM,
})

const trackOf = (fixes: readonly Fix[]): Track =>
  fixes.reduce<Track | null>((track, one) => trackAfter(track, one), null)!

describe('a way', () => {
  const steady = Array.from({ length: 61 }, (_, minute) => fix(minute, minute))

  test('is the sum of its hops, at the speed of them', () => {
    const track = trackOf(steady)
    expect(track.distanceKm).toBeCloseTo(60, 1)
    expect(Math.exp(track.logSpeed)).toBeCloseTo(60, 0)
    expect(standsSince(track, 61 * MINUTE)).toBe(null)
  })
  test('of one that lies still is nothing, however its receiver wanders', () => {
    const still = Array.from({ length: 200 }, (_, minute) =>
      fix(minute, 0.006 * Math.sin(minute), 0.006 * Math.cos(3 * minute)),
    )
    const track = trackOf(still)
    expect(track.distanceKm).toBe(0)
    expect(standsSince(track, 199 * MINUTE)).toBe(0)
  })
  test('is as fast after a stop as before it', () => {
    const stop = Array.from({ length: 480 }, (_, minute) => fix(61 + minute, 60))
    const after = trackOf([...steady, ...stop, fix(541, 61)])
    expect(after.distanceKm).toBeCloseTo(61, 1)
    expect(Math.exp(after.logSpeed)).toBeCloseTo(60, 0)
  })
  test('goes on straight over a gap', () => {
    expect(trackOf([fix(0, 0), fix(60, 50)]).distanceKm).toBeCloseTo(50, 1)
  })
  test('is not made longer by one fix that cannot be, wherever it is', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 59 }),
        fc.double({ min: 10, max: 5_000, noNaN: true }),
        fc.double({ min: -Math.PI, max: Math.PI, noNaN: true }),
        (at, awayKm, direction) => {
          const away = fix(
            at + 0.5,
            at + awayKm * Math.cos(direction),
            awayKm * Math.sin(direction),
          )
          const track = trackOf([...steady.slice(0, at + 1), away, ...steady.slice(at + 1)])
          expect(track.distanceKm).toBeCloseTo(60, 1)
          expect(track.glitches).toBe(1)
        },
      ),
    )
  })
  test('begins anew where a second fix agrees with one that could not be', () => {
    const track = trackOf([...steady, fix(61, 900), fix(62, 901), fix(63, 902)])
    expect(track.distanceKm).toBeCloseTo(61, 0)
    expect(track.longitude / KM).toBeCloseTo(902, 1)
  })
  test('what is not newer changes nothing', () => {
    const track = trackOf(steady)
    expect(trackAfter(track, fix(30, 500))).toBe(track)
  })
})
