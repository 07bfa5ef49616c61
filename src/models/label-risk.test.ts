import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FRAUD_BASE_RATE } from './fraud-points.ts'
import { addedByLabel, type LabelSums, labelRisk } from './label-risk.ts'

test('nothing known is no risk of zero', () => {
  expect(labelRisk({ frauds: 0, labels: 0 })).toBeNull()
})

test('two frauds of three labels, and half a label of the base rate', () => {
  expect(labelRisk({ frauds: 2, labels: 3 })).toBeCloseTo((2 + 0.5 * FRAUD_BASE_RATE) / 3.5, 12)
})

test('one label without fraud is less risk than the base rate, and ten are still less', () => {
  const [one, ten] = [1, 10].map(labels => labelRisk({ frauds: 0, labels })!)
  expect(one).toBeLessThan(FRAUD_BASE_RATE)
  expect(ten).toBeLessThan(one!)
})

test('what is said again adds nothing', () => {
  expect(addedByLabel({ isFraud: true, wasFraud: true }, 1)).toEqual({ frauds: 0, labels: 0 })
  expect(addedByLabel({ isFraud: false, wasFraud: false }, 1)).toEqual({ frauds: 0, labels: 0 })
})

test('a fraud that is taken back takes back what is left of it', () => {
  const turned = { isFraud: false, wasFraud: true }
  expect(addedByLabel(turned, 2.5)).toEqual({ frauds: -1, labels: 0 })
  expect(addedByLabel(turned, 0.25)).toEqual({ frauds: -0.25, labels: 0 })
})

const label = fc.record({
  isFraud: fc.boolean(),
  wasFraud: fc.option(fc.boolean()),
  left: fc.double({ min: 0.01, max: 1, noNaN: true }),
})

test('frauds are never below 0 and never more than labels, and a risk is from 0 to 1', () => {
  fc.assert(
    fc.property(fc.array(label, { maxLength: 40 }), labels => {
      let sums: LabelSums = { frauds: 0, labels: 0 }
      for (const { left, ...known } of labels) {
        const added = addedByLabel(known, sums.frauds)
        sums = {
          frauds: left * (sums.frauds + added.frauds),
          labels: left * (sums.labels + added.labels),
        }
        expect(sums.frauds).toBeGreaterThanOrEqual(0)
        expect(sums.frauds).toBeLessThanOrEqual(sums.labels + 1e-12)
        const risk = labelRisk(sums)
        if (risk !== null) expect(risk).toBeLessThanOrEqual(1)
        if (risk !== null) expect(risk).toBeGreaterThan(0)
      }
    }),
  )
})
