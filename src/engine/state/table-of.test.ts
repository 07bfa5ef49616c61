import fc from 'fast-check'
import { expect, test } from 'vitest'
import { array, double, int, record } from '../form.ts'
import { looseSlot } from './cell.ts'
import { followsModel, savedSlot, staysUntouched } from './conformance.ts'
import { tableOf } from './table-of.ts'

const MAX = 4
const form = record({ weight: double })
const keys = fc.constantFrom('a', 'b', 'c:1', 'd', 'toString', 'f')

test('a table keeps what was first set, and refuses a new key where it is full', () => {
  followsModel(
    tableOf(form, { max: MAX }),
    () => new Map<string, { weight: number }>(),
    fc.record({ key: keys, weight: fc.double({ noNaN: true }) }),
    ({ key, weight }, view, model) => {
      const hasRoom = model.has(key) || model.size < MAX
      if (hasRoom) model.set(key, { weight })
      expect(view.set(key, { weight })).toBe(hasRoom)
      expect(view.entries()).toEqual([...model])
      expect(view.size).toBe(model.size)
      for (const name of ['a', 'b', 'c:1', 'd', 'toString', 'f']) {
        expect(view.get(name)).toEqual(model.get(name))
      }
    },
  )
})

test('an untouched table is empty, and stays untouched', () => {
  staysUntouched(tableOf(int, { max: MAX }), view => {
    expect([view.get('a'), view.get('constructor'), view.size]).toEqual([undefined, undefined, 0])
    expect(view.entries()).toEqual([])
  })
})

test('a table that is cleared gives its place back', () => {
  const cell = tableOf(int, { max: MAX })
  const slot = savedSlot(cell)
  const view = cell.view(slot)
  view.set('a', 1)
  view.clear()
  expect([slot.get(), view.size]).toEqual([undefined, 0])
})

test('the one name that an object cannot hold is refused', () => {
  const view = tableOf(int, { max: MAX }).view(looseSlot())
  expect(view.set('__proto__', 1)).toBe(false)
  expect(view.size).toBe(0)
})

test('a key that is too long is refused, as is a form that may grow', () => {
  const view = tableOf(int, { max: MAX }).view(looseSlot())
  expect(() => view.set('k'.repeat(257), 1)).toThrow(/257 bytes/)
  expect(() => tableOf(array(int), { max: MAX })).toThrow(/fixed size/)
})
