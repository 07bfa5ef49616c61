import fc from 'fast-check'
import { expect, test } from 'vitest'
import { array, int, nullable, record, string } from '../form.ts'
import { looseSlot } from './cell.ts'
import { followsModel, savedSlot, staysUntouched } from './conformance.ts'
import { listOf } from './list-of.ts'

const MAX = 5

const steps = fc.oneof(
  { weight: 6, arbitrary: fc.record({ push: fc.integer({ min: 0, max: 9 }) }) },
  { weight: 2, arbitrary: fc.record({ removeBelow: fc.integer({ min: 0, max: 10 }) }) },
  { weight: 1, arbitrary: fc.constant({ clear: true }) },
)

test('a list holds the last items, oldest first', () => {
  followsModel(
    listOf(int, { max: MAX }),
    () => ({ items: [] as number[] }),
    steps,
    (step, view, model) => {
      if ('push' in step) {
        view.push(step.push)
        model.items = [...model.items, step.push].slice(-MAX)
      } else if ('removeBelow' in step) {
        const kept = model.items.filter(item => item >= step.removeBelow)
        const removed = view.removeWhere(item => item < step.removeBelow)
        expect(removed).toBe(model.items.length - kept.length)
        model.items = kept
      } else {
        view.clear()
        model.items = []
      }
      expect(view.items()).toEqual(model.items)
      expect(view.last()).toBe(model.items.at(-1))
      expect(view.size).toBe(model.items.length)
    },
  )
})

test('a list that has become empty gives its place back', () => {
  const cell = listOf(int, { max: MAX })
  const slot = savedSlot(cell)
  const view = cell.view(slot)
  view.push(1)
  view.removeWhere(() => true)
  expect(slot.get()).toBeUndefined()
})

test('items of any form are held, and one that is too large is refused', () => {
  const cell = listOf(record({ url: nullable(string), hits: array(int) }), { max: 2, bytesMax: 12 })
  const slot = savedSlot(cell)
  const view = cell.view(slot)
  view.push({ url: null, hits: [1] })
  expect(() => view.push({ url: 'https://x.y', hits: [] })).toThrow(/takes 14 bytes/)
  slot.reopen()
  expect(view.items().map(item => ({ ...item }))).toEqual([{ url: null, hits: [1] }])
})

test('a list of what may be null holds nulls', () => {
  const cell = listOf(nullable(int), { max: 2 })
  const slot = savedSlot(cell)
  cell.view(slot).push(null)
  slot.reopen()
  expect(cell.view(slot).items()).toEqual([null])
})

test('an untouched list is empty, and stays untouched', () => {
  staysUntouched(listOf(int, { max: 1 }), view => {
    expect([view.items(), view.last(), view.size]).toEqual([[], undefined, 0])
    expect(view.removeWhere(() => true)).toBe(0)
    view.clear()
  })
  expect(() => listOf(int, { max: 0 }).view(looseSlot())).toThrow(/listOf: max is 0/)
})
