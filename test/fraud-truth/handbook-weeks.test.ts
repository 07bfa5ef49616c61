import { expect, test } from 'vitest'
import { days } from '../../src/engine/time.ts'
import { type HandbookOrder, meanOf, weekOf, weeksIn } from './handbook-weeks.ts'

const FIRST = Date.UTC(2018, 7, 8) / days(1)

const order = (day: number, customer: string, isFraud = false, score = 0.1): HandbookOrder => ({
  day: FIRST + day,
  customer,
  isFraud,
  score,
})
/** Someone who orders every day, so that the weeks are whole. */
const everyDay = Array.from({ length: 21 }, (_, at) => order(at - 14, 'daily'))
const weekWith = (...orders: readonly HandbookOrder[]) =>
  weekOf(
    [...everyDay, ...orders].toSorted((a, b) => a.day - b.day),
    FIRST,
  )

test('weeks begin on Wednesdays, and have two whole weeks before them', () => {
  expect(weeksIn(everyDay)).toEqual([FIRST])
  expect(weeksIn(everyDay.slice(1))).toEqual([])
  expect(weeksIn(everyDay.slice(0, -1))).toEqual([])
  const later = Array.from({ length: 40 }, (_, at) => order(at - 14, 'daily'))
  expect(weeksIn(later)).toEqual([FIRST, FIRST + 7, FIRST + 14])
})

test.each([
  { fraudDay: -15, left: 8 },
  { fraudDay: -14, left: 7 },
  { fraudDay: -8, left: 7 },
  { fraudDay: -7, left: 8 },
  { fraudDay: -2, left: 8 },
])('a customer with a fraud on day $fraudDay is not asked about on day 0', ({ fraudDay, left }) => {
  expect(weekWith(order(fraudDay, 'ben', true), order(0, 'ben')).orders).toBe(left)
})

test('a fraud of the week before becomes known in the week, eight days after it', () => {
  const ben = [0, 1, 2, 3].map(day => order(day, 'ben'))
  expect(weekWith(order(-6, 'ben', true), ...ben).orders).toBe(7 + 2)
})

test('calibration is measured over all orders, also of those whose card is blocked', () => {
  const blocked = [order(-9, 'ben', true), order(0, 'ben', true, 0.9)]
  const week = weekWith(...blocked)
  expect(week).toMatchObject({ orders: 7, frauds: 0 })
  expect(week.calibrationError).toBeCloseTo((7 * 0.1 + 0.1) / 8, 9)
})

test('a mean is that of the weeks, each counted once', () => {
  const week = weekWith(order(0, 'ben', true, 0.9))
  const worse = { ...week, averagePrecision: 0.5 }
  expect(week.averagePrecision).toBe(1)
  expect(meanOf([week, worse], 'averagePrecision')).toBe(0.75)
})
