import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fraudsAmong, LAST_LABELS_MAX, NO_LABELS, withLabel } from './last-labels.ts'

test('counts frauds among the last three labels, as a list would', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 12 }), told => {
      const last = told.slice(-LAST_LABELS_MAX)
      const frauds = last.length === 0 ? null : last.filter(isFraud => isFraud).length
      expect(fraudsAmong(told.reduce(withLabel, NO_LABELS))).toBe(frauds)
    }),
  )
})
