/** What is told of sensors: silent, stuck, glitches; and of shocks. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  heard,
  INTERVAL_DEFAULT_MS,
  INTERVAL_MS,
  missed,
  overdueAt,
  type SensorPresence,
} from './sensor-presence.ts'
import { isStuck, repeatsAfter, type SensorRepeats } from './sensor-repeats.ts'
import { type Shock, shockToTell } from './shock.ts'
import { isGlitch } from './temperature-glitch.ts'

describe('presence', () => {
  test('a sensor is overdue three intervals after it was heard', () => {
    expect(overdueAt(heard(undefined, 100, 5_000))).toBe(15_100)
    expect(overdueAt(heard(undefined, 100, null))).toBe(100 + 3 * INTERVAL_DEFAULT_MS)
    expect(overdueAt(missed(heard(undefined, 100, 5_000)))).toBe(Infinity)
  })
  test('it is silent only if it was watched, since the last reading in time', () => {
    const once = heard(undefined, 0, 1_000)
    expect(missed(once).silentSince).toBe(null)
    const twice = heard(once, 1_000, 1_000)
    const silent = missed(twice)
    expect(silent.silentSince).toBe(1_000)
    const lonely = heard(silent, 9_000, 1_000)
    expect(lonely.silentSince).toBe(1_000)
    expect(missed(lonely).silentSince).toBe(1_000)
    expect(heard(lonely, 10_000, 1_000).silentSince).toBe(null)
  })
  test('an interval is learnt, slow or fast, and stays within its bounds', () => {
    const learntFrom = (gapMs: number, readings: number): SensorPresence => {
      let presence = heard(undefined, 0, null)
      for (let n = 1; n <= readings; n++) presence = heard(presence, n * gapMs, null)
      return presence
    }
    expect(learntFrom(60_000, 60).intervalMs / 60_000).toBeCloseTo(1, 2)
    expect(learntFrom(7_200_000, 60).intervalMs / 7_200_000).toBeCloseTo(1, 2)
    expect(learntFrom(1, 200).intervalMs).toBe(INTERVAL_MS.min)
    expect(learntFrom(1e12, 200).intervalMs).toBe(INTERVAL_MS.max)
  })
})

describe('repeats', () => {
  const values = fc.array(fc.constantFrom(5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 6), {
    maxLength: 60,
  })
  test('stuck is when the last twelve have no variance', () => {
    fc.assert(
      fc.property(values, all => {
        let repeats: SensorRepeats | null = null
        all.forEach((value, index) => {
          repeats = repeatsAfter(repeats, value, index)
          const last = all.slice(Math.max(0, index - 11), index + 1)
          expect(isStuck(repeats)).toBe(last.length === 12 && new Set(last).size === 1)
        })
      }),
    )
  })
})

describe('glitches', () => {
  test('are steps of more than ten degrees a minute', () => {
    expect(isGlitch(15, 5, 60_000)).toBe(false)
    expect(isGlitch(15.1, 5, 60_000)).toBe(true)
    expect(isGlitch(-15.1, 5, 120_000)).toBe(true)
    expect(isGlitch(6, 5, 1_000)).toBe(false)
    expect(isGlitch(6.1, 5, 1_000)).toBe(true)
  })
  test('and what no goods have had', () => {
    expect(isGlitch(60, null, 0)).toBe(false)
    for (const value of [-274, 201, 1e308, -1e308]) expect(isGlitch(value, null, 0)).toBe(true)
  })
})

describe('shocks', () => {
  test('are told once an hour and severity, however they shake', () => {
    const told: (Shock | null)[] = []
    let last: Shock | null = null
    for (let minute = 0; minute < 600; minute++) {
      const shock = shockToTell(last, minute * 60_000, minute % 7 === 0 ? 30 : 10, 8)
      last = shock ?? last
      if (shock) told.push(shock)
    }
    expect(told.length).toBeLessThanOrEqual(20)
    expect(told.length).toBeGreaterThanOrEqual(10)
  })
})
