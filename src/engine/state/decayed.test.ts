import fc from 'fast-check'
import { expect, test } from 'vitest'
import { looseSlot } from './cell.ts'
import { followsModel, savedSlot, staysUntouched } from './conformance.ts'
import { decayed } from './decayed.ts'

const HALF_LIFE = 1_000
const moments = fc.integer({ min: 0, max: 10_000 })

test('every amount halves with each half-life, in whatever order they came', () => {
  followsModel(
    decayed({ halfLifeMs: HALF_LIFE }),
    () => [] as { amount: number; at: number }[],
    fc.record({ amount: fc.integer({ min: -100, max: 100 }), at: moments, later: moments }),
    ({ amount, at, later }, view, events) => {
      view.add(amount, at)
      events.push({ amount, at })
      const now = Math.max(...events.map(event => event.at)) + later
      const sum = events.reduce((sum, e) => sum + e.amount * 0.5 ** ((now - e.at) / HALF_LIFE), 0)
      expect(view.at(now)).toBeCloseTo(sum, 8)
    },
  )
})

test('reading changes no digit of what is held', () => {
  const slot = savedSlot(decayed({ halfLifeMs: HALF_LIFE }))
  const view = decayed({ halfLifeMs: HALF_LIFE }).view(slot)
  view.add(1 / 3, 123)
  const before = slot.reopen()
  for (let now = 123; now < 5_000; now += 77) view.at(now)
  expect(slot.reopen()).toEqual(before)
})

test('a moment before the last event reads the value at the last event', () => {
  const view = decayed({ halfLifeMs: HALF_LIFE }).view(looseSlot())
  view.add(8, 2_000)
  expect(view.at(1_000)).toBe(8)
  expect(view.at(3_000)).toBe(4)
})

test('an amount that is no number is refused, and leaves the sum as it was', () => {
  const view = decayed({ halfLifeMs: HALF_LIFE }).view(looseSlot())
  view.add(8, 2_000)
  for (const amount of [Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => view.add(amount, 2_000)).toThrow(expect.objectContaining({ code: 'OUT_OF_RANGE' }))
  }
  expect(view.at(2_000)).toBe(8)
})

test('a sum that is cleared is 0, and takes no room', () => {
  const slot = savedSlot(decayed({ halfLifeMs: HALF_LIFE }))
  const view = decayed({ halfLifeMs: HALF_LIFE }).view(slot)
  view.add(8, 2_000)
  view.clear()
  expect([view.at(2_000), slot.get()]).toEqual([0, undefined])
})

test('an untouched cell is 0, and stays untouched', () => {
  staysUntouched(decayed({ halfLifeMs: 1 }), view => expect(view.at(5)).toBe(0))
})

test('a half-life of nothing is refused where the cell is declared', () => {
  expect(() => decayed({ halfLifeMs: 0 })).toThrow(/halfLifeMs is 0/)
})
