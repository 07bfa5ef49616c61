import fc from 'fast-check'
import { expect, test } from 'vitest'
import { days, hours, minutes } from '../engine/time.ts'
import { isNews, timeOfDayOf } from './basket-reports.ts'
import { nextAt } from './time-of-day.ts'

test('five new orders are news, unless they are less than a twentieth', () => {
  expect([isNews(4, 4), isNews(5, 5), isNews(5, 100), isNews(5, 101)]).toEqual([
    false,
    true,
    true,
    false,
  ])
})

test('the next time of day is the first one later than now', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -days(400), max: days(40_000) }),
      fc.nat(days(1) - 1),
      (now, time) => {
        const next = nextAt(time, now)
        expect(next).toBeGreaterThan(now)
        expect(next - now).toBeLessThanOrEqual(days(1))
        expect((next - time) % days(1) === 0).toBe(true)
      },
    ),
  )
})

test('articles are spread over the day, to the minute', () => {
  const times = Array.from({ length: 5_000 }, (_, index) => timeOfDayOf(`${index}`))
  for (const time of times) {
    expect(time % minutes(1)).toBe(0)
    expect(time).toBeLessThan(days(1))
  }
  const byHour = Array.from(
    { length: 24 },
    (_, hour) => times.filter(time => Math.floor(time / hours(1)) === hour).length,
  )
  for (const count of byHour) expect(Math.abs(count - 5_000 / 24)).toBeLessThan(60)
})
