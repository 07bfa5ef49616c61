import { expect, test } from 'vitest'
import { days, hours, minutes, seconds, spanText, weeks } from './time.ts'

test('a span is written in the largest unit that it is a whole number of', () => {
  expect(spanText(days(90))).toBe('90d')
  expect(spanText(weeks(2))).toBe('14d')
  expect(spanText(hours(36))).toBe('36h')
  expect(spanText(minutes(90))).toBe('90m')
  expect(spanText(seconds(30))).toBe('30s')
  expect(spanText(250)).toBe('250ms')
  expect(spanText(1_001)).toBe('1001ms')
  expect(spanText(0)).toBe('0ms')
})
