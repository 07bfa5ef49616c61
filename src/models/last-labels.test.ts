import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fraudsAmong, LAST_LABELS_MAX, NO_LABELS, withLabel, withoutFraud } from './last-labels.ts'

test('counts frauds among the last three labels, as a list would', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 12 }), told => {
      const last = told.slice(-LAST_LABELS_MAX)
      const frauds = last.length === 0 ? null : last.filter(isFraud => isFraud).length
      expect(fraudsAmong(told.reduce(withLabel, NO_LABELS))).toBe(frauds)
    }),
  )
})

test('a fraud that was none is the newest of them, and no more is taken back than there is', () => {
  const labels = [true, false, true].reduce(withLabel, NO_LABELS)
  expect(withoutFraud(labels)).toBe([true, false, false].reduce(withLabel, NO_LABELS))
  const none = [false, false, false].reduce(withLabel, NO_LABELS)
  expect(withoutFraud(withoutFraud(withoutFraud(labels)))).toBe(none)
  expect(withoutFraud(NO_LABELS)).toBe(NO_LABELS)
})
