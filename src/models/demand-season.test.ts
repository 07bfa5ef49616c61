import fc from 'fast-check'
import { expect, test } from 'vitest'
import { weekdayFactor, weekdayOf, weekWave } from './demand-season.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const WEEK = 7 * DAY
/** A Monday. */
const MONDAY = Date.UTC(2026, 10, 23)

test('a week begins on Monday', () => {
  expect(weekdayOf(MONDAY)).toBe(0)
  expect(weekdayOf(MONDAY - 1)).toBe(6)
  expect(weekdayOf(0)).toBe(3)
})

const spans = fc.record({
  from: fc.integer({ min: 0, max: 60 * DAY }).map(at => MONDAY + at),
  hours: fc.integer({ min: 1, max: 24 * 30 }),
})
const indexes = fc.array(fc.double({ min: 0.2, max: 3, noNaN: true }), {
  minLength: 7,
  maxLength: 7,
})

test('the factor of a span is the mean of its hours', () => {
  fc.assert(
    fc.property(spans, indexes, ({ from, hours }, index) => {
      const start = Math.floor(from / HOUR) * HOUR
      let sum = 0
      for (let i = 0; i < hours; i++) {
        const weekday = new Date(start + i * HOUR).getUTCDay()
        sum += index[(weekday + 6) % 7]!
      }
      expect(weekdayFactor(start, start + hours * HOUR, index)).toBeCloseTo(sum / hours, 9)
    }),
  )
})

test('that of a day is its own, and that of a moment is that of its day', () => {
  const index = [1, 2, 3, 4, 5, 6, 7]
  expect(weekdayFactor(MONDAY, MONDAY + DAY, index)).toBe(1)
  expect(weekdayFactor(MONDAY + 6 * DAY, MONDAY + WEEK, index)).toBe(7)
  expect(weekdayFactor(MONDAY + DAY, MONDAY + DAY, index)).toBe(2)
})

test('sine and cosine are the means over a span', () => {
  fc.assert(
    fc.property(spans, ({ from, hours }) => {
      let [sin, cos] = [0, 0]
      const steps = hours * 8
      for (let i = 0; i < steps; i++) {
        const at = (2 * Math.PI * (from + ((i + 0.5) * HOUR) / 8)) / WEEK
        sin += Math.sin(at) / steps
        cos += Math.cos(at) / steps
      }
      const wave = weekWave(from, from + hours * HOUR)
      expect(wave.seasonSin).toBeCloseTo(sin, 5)
      expect(wave.seasonCos).toBeCloseTo(cos, 5)
    }),
  )
})

test('of whole weeks they are 0, as a week has no day', () => {
  for (const weeks of [1, 2, 50]) {
    const wave = weekWave(MONDAY + 5 * HOUR, MONDAY + 5 * HOUR + weeks * WEEK)
    expect(wave.seasonSin).toBeCloseTo(0, 12)
    expect(wave.seasonCos).toBeCloseTo(0, 12)
  }
})

test('of a moment they are on the circle', () => {
  const { seasonSin, seasonCos } = weekWave(MONDAY, MONDAY)
  expect(seasonSin ** 2 + seasonCos ** 2).toBeCloseTo(1, 12)
})
