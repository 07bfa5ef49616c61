import { describe, expect, test } from 'vitest'
import {
  CAP_WINDOW_MS,
  CART_TRIGGERS,
  nextReminder,
  TRIGGER_NAMES,
  TRIGGER_RULES,
} from './trigger-rules.ts'
import { type Circumstances, isCapped, verdictOf } from './trigger-verdict.ts'

const HOUR = 3_600_000
const NIGHT = { timeZone: 'UTC', fromHour: 22, toHour: 8 }
const TWO_TODAY = [20 * HOUR, 21 * HOUR]

const allowed: Circumstances = { mayMarket: true, writtenAt: [], quiet: null }
const at = 23 * HOUR

describe('the first rule that forbids to write is named', () => {
  test.each<[string, Partial<Circumstances>, object]>([
    ['nothing forbids', {}, { write: true }],
    ['there is no consent', { mayMarket: false }, { suppressedBy: 'CONSENT', until: null }],
    ['enough was written', { writtenAt: TWO_TODAY }, { suppressedBy: 'CAP', until: null }],
    ['it is night', { quiet: NIGHT }, { putOffUntil: 32 * HOUR }],
    [
      'all of them, by the consent',
      { mayMarket: false, writtenAt: TWO_TODAY, quiet: NIGHT },
      { suppressedBy: 'CONSENT', until: null },
    ],
    [
      'cap and night, by the cap',
      { writtenAt: TWO_TODAY, quiet: NIGHT },
      { suppressedBy: 'CAP', until: null },
    ],
  ])('%s', (_, circumstances, verdict) => {
    expect(verdictOf('CART_60M', at, at, { ...allowed, ...circumstances })).toEqual(verdict)
  })
})

test('a night that lasts until the next reminder silences this one', () => {
  const long = { ...allowed, quiet: { timeZone: 'UTC', fromHour: 8, toHour: 7 } }
  const morning = 8 * HOUR
  expect(verdictOf('CART_60M', morning, morning, long)).toEqual({
    suppressedBy: 'QUIET_HOURS',
    until: 31 * HOUR,
  })
  expect(verdictOf('CART_60M', morning + 1, morning + 1, long)).toEqual({ putOffUntil: 31 * HOUR })
  expect(verdictOf('CART_24H', morning, morning, long)).toEqual({ putOffUntil: 31 * HOUR })
})

test('what was put off before waits no longer than it is useful, counted from when it was due', () => {
  const due = at - TRIGGER_RULES.FIRST_PURCHASE.usefulForMs
  const night = { ...allowed, quiet: NIGHT }
  expect(verdictOf('FIRST_PURCHASE', due, at, night)).toMatchObject({ suppressedBy: 'QUIET_HOURS' })
  expect(verdictOf('FIRST_PURCHASE', due + 10 * HOUR, at, night)).toMatchObject({
    putOffUntil: 32 * HOUR,
  })
})

test('a message counts against the cap for seven days, and not at the end of the seventh', () => {
  expect(isCapped([0, 1], CAP_WINDOW_MS - 1)).toBe(true)
  expect(isCapped([0, 1], CAP_WINDOW_MS)).toBe(false)
  expect(isCapped([0], 1)).toBe(false)
})

test('reminders follow each other, and each is useful until the next', () => {
  expect(TRIGGER_NAMES.filter(trigger => nextReminder(trigger) !== null)).toEqual([
    'CART_60M',
    'CART_24H',
  ])
  for (const trigger of CART_TRIGGERS.slice(0, -1)) {
    const { afterMs, usefulForMs } = TRIGGER_RULES[trigger]
    expect(afterMs + usefulForMs).toBe(TRIGGER_RULES[nextReminder(trigger)!].afterMs)
  }
})
