import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Excursion,
  type ExcursionChange,
  excursionStep,
  type MeasureLimits,
  type Measurement,
  marginOf,
  NO_LIMITS,
} from './excursion.ts'
import { TEMPERATURE_RULE as rule } from './excursion-rules.ts'

const MINUTE_MS = 60_000
const limits: MeasureLimits = { min: 2, max: 8 }

interface Said {
  readonly severity: ExcursionChange['severity']
  readonly at: number
  readonly startedAt: number
  readonly dwellMs: number
  readonly worst: number
  readonly beyondMinutes: number
}

/** What the machine says of a list of readings. */
const saidOf = (readings: readonly Measurement[]): Said[] => {
  const said: Said[] = []
  let excursion: Excursion | null = null
  for (const reading of readings) {
    const step = excursionStep(excursion, reading, limits, rule)
    excursion = step.excursion
    if (step.change === null) continue
    const { severity, dwellMs } = step.change
    const { startedAt, worstBeyond: worst, beyondMinutes } = step.change.excursion
    said.push({ severity, at: reading.at, startedAt, dwellMs, worst, beyondMinutes })
  }
  return said
}

/** The same, looked up in the whole list: where each excursion begins, is told, and ends. */
const oracle = (readings: readonly Measurement[]): Said[] => {
  const margins = readings.map(({ value }) => Math.max(value - 8, 2 - value))
  const at = (index: number): number => readings[index]!.at
  const firstFrom = (from: number, holds: (index: number) => boolean): number => {
    const found = readings.findIndex((_, index) => index >= from && holds(index))
    return found < 0 ? Infinity : found
  }
  /** Whether a stay inside, that began with a reading for which `begins`, is long enough. */
  const hasStayed = (from: number, to: number, begins: (index: number) => boolean): boolean =>
    readings.some(
      (_, index) =>
        index >= from &&
        index <= to &&
        begins(index) &&
        at(to) - at(index) >= 15 * MINUTE_MS &&
        margins.slice(index, to + 1).every(margin => margin <= 0),
    )
  const said: Said[] = []
  for (let from = 0; ; ) {
    const start = firstFrom(from, index => margins[index]! > 0)
    if (start === Infinity) return said
    const dwell = (index: number): number => at(index) - at(start)
    const critical = firstFrom(
      start,
      index =>
        margins[index]! > 0 &&
        (dwell(index) >= 60 * MINUTE_MS || margins[index]! > rule.criticalBeyond),
    )
    const warning = firstFrom(start, index => margins[index]! > 0 && dwell(index) >= 45 * MINUTE_MS)
    const told = Math.min(warning, critical)
    const forgotten = firstFrom(
      start,
      index => margins[index]! <= -0.5 || hasStayed(start, index, () => true),
    )
    if (forgotten < told) {
      from = forgotten + 1
      continue
    }
    if (told === Infinity) return said
    const over = firstFrom(told, index => hasStayed(told, index, from => margins[from]! <= -0.5))
    const say = (severity: Said['severity'], index: number, until: number): void => {
      const spans = readings.slice(start, index + 1).map((_, n) => start + n)
      said.push({
        severity,
        at: at(index),
        startedAt: at(start),
        dwellMs: dwell(until),
        worst: Math.max(...spans.map(n => margins[n]!)),
        beyondMinutes: spans.slice(1).reduce((sum, n) => {
          const both = Math.max(0, margins[n]!) + Math.max(0, margins[n - 1]!)
          return sum + (both / 2) * ((at(n) - at(n - 1)) / MINUTE_MS)
        }, 0),
      })
    }
    if (warning < Math.min(over, critical)) say('WARNING', warning, warning)
    if (critical < over) say('CRITICAL', critical, critical)
    if (over === Infinity) return said
    const lastOutside = readings.findLastIndex((_, index) => index < over && margins[index]! > 0)
    say(
      'RECOVERED',
      over,
      firstFrom(lastOutside, index => margins[index]! <= -0.5),
    )
    from = over + 1
  }
}

const series = fc
  .array(
    fc.record({
      gap: fc.constantFrom(1, 5, 10, 10, 15, 45),
      value: fc.oneof(
        fc.constantFrom(5, 7.5, 7.6, 8, 8.1, 8.5, 9, 12, 13, 13.1, 2, 2.4, 2.5, 1, -4),
        fc.double({ min: -10, max: 20, noNaN: true }),
      ),
      /** Repeated, so that excursions last. */
      times: fc.integer({ min: 1, max: 6 }),
    }),
    { maxLength: 25 },
  )
  .map(drawn => {
    let at = 0
    return drawn.flatMap(({ gap, value, times }) =>
      Array.from({ length: times }, () => {
        at += gap * MINUTE_MS
        return { at, value }
      }),
    )
  })

describe('the excursion machine', () => {
  test('says what a look at the whole list says', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(series, readings => {
        const said = saidOf(readings)
        const wanted = oracle(readings)
        const rounded = (all: readonly Said[]): object[] =>
          all.map(one => ({ ...one, beyondMinutes: Math.round(one.beyondMinutes * 1e6) / 1e6 }))
        expect(rounded(said)).toEqual(rounded(wanted))
        for (const { severity } of said) seen.add(severity)
      }),
      { numRuns: 2_000 },
    )
    expect([...seen].sort()).toEqual(['CRITICAL', 'RECOVERED', 'WARNING'])
  })

  test('counts dwell from the first reading outside, to the very millisecond', () => {
    const outsideFor = (ms: number): Said[] =>
      saidOf([
        { at: 7, value: 5 },
        { at: 10, value: 8.1 },
        { at: 10 + ms, value: 8.1 },
      ])
    expect(outsideFor(45 * MINUTE_MS - 1)).toEqual([])
    expect(outsideFor(45 * MINUTE_MS)).toMatchObject([{ severity: 'WARNING', startedAt: 10 }])
    expect(outsideFor(60 * MINUTE_MS)).toMatchObject([{ severity: 'CRITICAL' }])
  })

  test('a value at its limit is inside, and five degrees beyond are not yet more than five', () => {
    expect(saidOf([{ at: 0, value: 8 }])).toEqual([])
    expect(saidOf([{ at: 0, value: 13 }])).toEqual([])
    expect(saidOf([{ at: 0, value: 13.001 }])).toMatchObject([{ severity: 'CRITICAL' }])
  })

  test('without limits everything is inside, and by any measure', () => {
    expect(marginOf(1e9, NO_LIMITS)).toBe(-Infinity)
    const warm = excursionStep(null, { at: 0, value: 20 }, limits, rule).excursion
    const first = excursionStep(warm, { at: 1, value: 20 }, NO_LIMITS, rule)
    expect(first).toMatchObject({ excursion: { insideSince: 1 }, change: null })
    const later = { at: 1 + 15 * MINUTE_MS, value: 20 }
    expect(excursionStep(first.excursion, later, NO_LIMITS, rule)).toMatchObject({
      excursion: null,
      change: { severity: 'RECOVERED', dwellMs: 1 },
    })
  })

  test('stays finite whatever the limits are', () => {
    const absurd = { min: 1e308, max: -1e308 }
    let excursion = excursionStep(null, { at: 0, value: 5 }, absurd, rule).excursion
    for (const at of [1e12, 1e15]) {
      excursion = excursionStep(excursion, { at, value: -5 }, absurd, rule).excursion
    }
    for (const number of Object.values(excursion!)) {
      if (typeof number === 'number') expect(Number.isFinite(number)).toBe(true)
    }
  })

  test('names the limit that it is furthest beyond', () => {
    const cold = excursionStep(null, { at: 0, value: 1 }, limits, rule).excursion
    const warm = excursionStep(cold, { at: MINUTE_MS, value: 10 }, limits, rule).excursion
    expect(cold).toMatchObject({ worstLimit: 2, worstValue: 1, worstBeyond: 1 })
    expect(warm).toMatchObject({ worstLimit: 8, worstValue: 10, worstBeyond: 2, startedAt: 0 })
  })
})
