import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  addOutcomes,
  logOddsOf,
  mergeOutcomes,
  noOutcomes,
  OUTCOME_BINS_MAX,
} from './outcome-bins.ts'

const forecasts = fc.array(
  fc.record({ probability: fc.double({ min: 0, max: 1, noNaN: true }), happened: fc.boolean() }),
)

test('parts merge to the same bins in whichever order, each outcome once', () => {
  fc.assert(
    fc.property(fc.array(forecasts, { maxLength: 4 }), parts => {
      const merged = [parts, parts.toReversed()].map(order => {
        const bins = noOutcomes()
        for (const part of order) {
          const own = noOutcomes()
          for (const { probability, happened } of part) addOutcomes(own, probability, +happened)
          mergeOutcomes(bins, own)
        }
        return bins
      })
      expect(merged[1]).toEqual(merged[0])
      const byHand = new Map<number, [number, number]>()
      for (const { probability, happened } of parts.flat()) {
        const bin = Math.round(Math.log(probability / (1 - probability)) * 10) + 0
        const inside = Math.max(-138, Math.min(138, bin))
        const [outcomes, true_] = byHand.get(inside) ?? [0, 0]
        byHand.set(inside, [outcomes + 1, true_ + +happened])
      }
      const inOrder = [...byHand].sort(([a], [b]) => a - b)
      expect(merged[0]!.counts).toEqual(inOrder.flatMap(([bin, counts]) => [bin, ...counts]))
    }),
  )
})

test('there are 277 bins, and the ends take what is beyond them', () => {
  const bins = noOutcomes()
  for (let odds = -400; odds <= 400; odds++) addOutcomes(bins, 1 / (1 + Math.exp(-odds / 20)), 1, 2)
  addOutcomes(bins, 0, 0, 5)
  addOutcomes(bins, 1, 5, 5)
  expect(bins.counts).toHaveLength(3 * OUTCOME_BINS_MAX)
  expect([logOddsOf(0), logOddsOf(0.5), logOddsOf(1)]).toEqual([-13.8, 0, 13.8])
})

test('a bin is named by its rounded log-odds, and a little below even is even', () => {
  const bins = noOutcomes()
  addOutcomes(bins, 0.499, 1)
  addOutcomes(bins, 0.501, 0)
  addOutcomes(bins, 0.75, 2, 3)
  expect(bins.counts).toEqual([0, 2, 1, 11, 3, 2])
})

test('what cannot be is refused, and no outcome is none', () => {
  const bins = noOutcomes()
  for (const probability of [-0.1, 1.1, Number.NaN]) {
    expect(() => addOutcomes(bins, probability, 0)).toThrow(/from 0 to 1/)
  }
  expect(() => addOutcomes(bins, 0.5, 2)).toThrow(/Of 1 outcomes 2 cannot have happened/)
  expect(() => addOutcomes(bins, 0.5, -1)).toThrow(RangeError)
  expect(() => addOutcomes(bins, 0.5, 0.5)).toThrow(RangeError)
  addOutcomes(bins, 0.5, 0, 0)
  expect(bins).toEqual(noOutcomes())
})
