import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isQuietHour, isTimeZoneKnown, localTime, quietUntil } from './trigger-quiet-hours.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** Clocks that go forward and back, by an hour or half of one, over midnight or not at all. */
const ZONES = [
  'Europe/London',
  'America/New_York',
  'America/Havana',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'UTC',
]

const nights = fc.record({
  timeZone: fc.constantFrom(...ZONES),
  fromHour: fc.nat(23),
  toHour: fc.nat(23),
})
const moments = fc.integer({ min: Date.UTC(2015, 0), max: Date.UTC(2030, 0) })
/** Within a day of a night in which clocks are put. */
const nearPuttings = fc
  .tuple(
    fc.constantFrom(
      Date.UTC(2026, 2, 29, 1),
      Date.UTC(2026, 9, 25, 1),
      Date.UTC(2026, 2, 8, 7),
      Date.UTC(2026, 10, 1, 6),
      Date.UTC(2026, 3, 4, 15),
      Date.UTC(2026, 9, 3, 15, 30),
    ),
    fc.integer({ min: -24 * HOUR, max: HOUR }),
  )
  .map(([putAt, awayMs]) => putAt + awayMs)

/** Asks a clock of its own, minute by minute, instead of computing. */
const slowQuietUntil = (
  at: number,
  night: { timeZone: string; fromHour: number; toHour: number },
) => {
  const isQuiet = (moment: number): boolean => {
    const text = new Date(moment).toLocaleString('en-US', {
      timeZone: night.timeZone,
      hour: 'numeric',
      hour12: false,
    })
    for (let hour = night.fromHour; hour !== night.toHour; hour = (hour + 1) % 24) {
      if (hour === Number(text) % 24) return true
    }
    return false
  }
  if (!isQuiet(at)) return null
  let until = Math.ceil((at + 1) / MINUTE) * MINUTE
  while (isQuiet(until)) until += MINUTE
  return until
}

test('the quiet ends when clocks first show an hour that is not quiet', () => {
  fc.assert(
    fc.property(fc.oneof(moments, nearPuttings), nights, (at, night) => {
      expect(quietUntil(at, night)).toBe(slowQuietUntil(at, night))
    }),
    { numRuns: 60 },
  )
}, 30_000)

test.each([
  [21, false],
  [22, true],
  [23, true],
  [0, true],
  [7, true],
  [8, false],
])('from 22 to 8, the hour of %d is quiet: %s', (hour, quiet) => {
  expect(isQuietHour(hour, { timeZone: 'UTC', fromHour: 22, toHour: 8 })).toBe(quiet)
})

describe('where clocks are put', () => {
  const london = { timeZone: 'Europe/London', fromHour: 22, toHour: 8 }
  test('forward, a night from 22 to 8 is nine hours long', () => {
    const from = Date.UTC(2026, 2, 28, 22)
    expect(quietUntil(from - 1, london)).toBe(null)
    expect(quietUntil(from, london)).toBe(from + 9 * HOUR)
  })
  test('back, eleven', () => {
    const from = Date.UTC(2026, 9, 24, 21)
    expect(quietUntil(from - 1, london)).toBe(null)
    expect(quietUntil(from, london)).toBe(from + 11 * HOUR)
  })
  test('back over the end of the quiet, the hour that comes twice is as quiet both times', () => {
    const quiet = { ...london, toHour: 2 }
    const firstHalfPastOne = Date.UTC(2026, 9, 25, 0, 30)
    expect(localTime(firstHalfPastOne, 'Europe/London')).toBe('01:30')
    expect(localTime(firstHalfPastOne + HOUR, 'Europe/London')).toBe('01:30')
    expect(quietUntil(firstHalfPastOne, quiet)).toBe(Date.UTC(2026, 9, 25, 2))
    expect(quietUntil(firstHalfPastOne + HOUR, quiet)).toBe(Date.UTC(2026, 9, 25, 2))
  })
})

test('a zone that nobody knows is read as UTC, and is told apart', () => {
  const at = Date.UTC(2026, 6, 1, 23, 30)
  expect(localTime(at, 'Mars/Base')).toBe('23:30')
  expect(['Mars/Base', '', 'Europe/London'].map(isTimeZoneKnown)).toEqual([false, false, true])
  const mars = { timeZone: 'Mars/Base', fromHour: 22, toHour: 8 }
  expect(quietUntil(at, mars)).toBe(Date.UTC(2026, 6, 2, 8))
})

test('more zones than are kept are read no otherwise', () => {
  for (let name = 0; name < 1_100; name++) localTime(0, `Nowhere/${name}`)
  expect(localTime(0, 'Asia/Tokyo')).toBe('09:00')
})
