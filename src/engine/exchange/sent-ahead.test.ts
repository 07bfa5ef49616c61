import { expect, test } from 'vitest'
import { SentAhead } from './sent-ahead.ts'

test('it is full with what one slice holds, and not with what several hold together', () => {
  const ahead = new SentAhead(3, 4)
  for (let at = 0; at < 3; at++) for (const to of [1, 2]) ahead.note(to, at)
  expect(ahead.isFull).toBe(false)
  ahead.note(2, 3)
  expect(ahead.isFull).toBe(true)
})

test('what time has come for is held no more', () => {
  const ahead = new SentAhead(2, 2_000)
  for (let at = 0; at < 3_000; at++) ahead.note(1, at)
  ahead.passed(500)
  expect(ahead.isFull).toBe(true)
  ahead.passed(1_500)
  expect(ahead.isFull).toBe(false)
})
