import fc from 'fast-check'
import { expect, test } from 'vitest'
import { looseSlot } from './cell.ts'
import { followsModel, savedSlot, staysUntouched } from './conformance.ts'
import { tally } from './tally.ts'

const keys = fc.integer({ min: -9, max: 9 })
const additions = fc.record({ key: keys, by: fc.integer({ min: -2, max: 2 }) })

test('a tally counts by whole number, lowest first, and keeps no count of 0', () => {
  followsModel(
    tally({ max: 19 }),
    () => new Map<number, number>(),
    fc.oneof({ weight: 20, arbitrary: additions }, { weight: 1, arbitrary: fc.constant(null) }),
    (addition, view, model) => {
      if (addition === null) {
        view.clear()
        model.clear()
      } else {
        view.add(addition.key, addition.by)
        model.set(addition.key, (model.get(addition.key) ?? 0) + addition.by)
        expect(view.count(addition.key)).toBe(model.get(addition.key))
      }
      const counted = [...model].filter(([, count]) => count !== 0).sort(([a], [b]) => a - b)
      expect(view.keys().map((key, at) => [key, view.counts()[at]])).toEqual(counted)
      expect(view.size).toBe(counted.length)
    },
  )
})

test('the same additions are the same bytes, whichever way they came', () => {
  const saved = (all: readonly { key: number; by: number }[]): Buffer => {
    const slot = savedSlot(tally({ max: 19 }))
    const view = tally({ max: 19 }).view(slot)
    for (const { key, by } of all) view.add(key, by)
    return slot.reopen()
  }
  fc.assert(
    fc.property(fc.array(additions), all => {
      expect(saved(all.toReversed())).toEqual(saved(all))
    }),
  )
})

test('one key more than there may be is refused, and leaves the tally as it was', () => {
  const slot = savedSlot(tally({ max: 2 }))
  const view = tally({ max: 2 }).view(slot)
  view.add(1, 1)
  view.add(2, 1)
  expect(() => view.add(3, 1)).toThrow(expect.objectContaining({ code: 'CELL_FULL' }))
  view.add(1, -1)
  view.add(3, 1)
  expect(view.keys()).toEqual([2, 3])
})

test('what is no whole number of 32 bits is refused', () => {
  const view = tally({ max: 2 }).view(looseSlot())
  for (const [key, by] of [
    [0.5, 1],
    [1, Number.NaN],
    [2 ** 31, 1],
  ] as const) {
    expect(() => view.add(key, by)).toThrow(expect.objectContaining({ code: 'OUT_OF_RANGE' }))
  }
  view.add(1, 2 ** 31 - 1)
  expect(() => view.add(1, 1)).toThrow(/beyond 32 bits/)
  expect(view.count(1)).toBe(2 ** 31 - 1)
})

test('an untouched tally counts nothing, and stays untouched', () => {
  staysUntouched(tally({ max: 1 }), view => {
    expect([view.count(1), view.keys(), view.counts(), view.size]).toEqual([0, [], [], 0])
    view.add(1, 0)
    view.clear()
  })
  expect(() => tally({ max: 0 })).toThrow(/tally: max is 0/)
})
