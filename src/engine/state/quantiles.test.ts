import fc from 'fast-check'
import { expect, test } from 'vitest'
import { looseSlot } from './cell.ts'
import { followsModel, savedSlot, staysUntouched } from './conformance.ts'
import { quantiles } from './quantiles.ts'

const ERROR = 0.01
const values = fc.oneof(fc.constant(0), fc.double({ min: 1, max: 20_000, noNaN: true }))
const exactly = (sorted: number[], q: number): number =>
  sorted[Math.floor(q * (sorted.length - 1))]!

test('a quantile is within the relative error of the exact one', () => {
  followsModel(
    quantiles({ relativeError: ERROR }),
    () => ({ values: [] as number[] }),
    fc.record({
      value: values,
      count: fc.integer({ min: 1, max: 3 }),
      q: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    ({ value, count, q }, view, model) => {
      view.add(value, count)
      for (let i = 0; i < count; i++) model.values.push(value)
      const sorted = model.values.toSorted((a, b) => a - b)
      for (const at of [0, q, 0.5, 1]) {
        const exact = exactly(sorted, at)
        expect(Math.abs(view.quantile(at)! - exact)).toBeLessThanOrEqual(exact * ERROR * (1 + 1e-9))
      }
      expect(view.count).toBe(sorted.length)
    },
  )
})

test('beyond the bound, low values fall together and high ones stay as precise', () => {
  const cell = quantiles({ relativeError: ERROR, bucketsMax: 8 })
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 1e-9, max: 1e9, noNaN: true }), { minLength: 1 }),
      all => {
        const slot = savedSlot(cell)
        const view = cell.view(slot)
        for (const value of all) view.add(value)
        expect(slot.get()!.buckets.length).toBeLessThanOrEqual(2 * 8)
        expect(view.count).toBe(all.length)
        const highest = Math.max(...all)
        expect(Math.abs(view.quantile(1)! - highest)).toBeLessThanOrEqual(highest * ERROR * 1.0001)
      },
    ),
  )
})

test('the order of values changes nothing, even beyond the bound', () => {
  const cell = quantiles({ bucketsMax: 8 })
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1e6, noNaN: true })), all => {
      const saved = [all, all.toReversed(), all.toSorted((a, b) => a - b)].map(order => {
        const slot = savedSlot(cell)
        for (const value of order) cell.view(slot).add(value)
        return slot.reopen()
      })
      expect(saved[1]).toEqual(saved[0])
      expect(saved[2]).toEqual(saved[0])
    }),
  )
})

test('what has no logarithm is refused, and leaves the sketch as it was', () => {
  const view = quantiles().view(looseSlot())
  view.add(3)
  for (const value of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => view.add(value)).toThrow(expect.objectContaining({ code: 'OUT_OF_RANGE' }))
  }
  expect(() => view.add(1, 0)).toThrow(/counted 0 times/)
  expect(() => view.add(1, 0.5)).toThrow(/counted 0.5 times/)
  expect(view.count).toBe(1)
})

test('an untouched sketch has no quantiles, and stays untouched', () => {
  staysUntouched(quantiles(), view => {
    expect([view.quantile(0.5), view.count]).toEqual([null, 0])
  })
  expect(() => quantiles({ relativeError: 0 })).toThrow(/relativeError is 0/)
})
