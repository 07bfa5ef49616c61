import fc from 'fast-check'
import { expect, test } from 'vitest'
import { array, enumOf, long, nullable, record, string } from '../form.ts'
import { looseSlot } from './cell.ts'
import { followsModel, savedSlot, staysUntouched } from './conformance.ts'
import { value } from './value.ts'

test('a value is the last that was set, and the initial one before', () => {
  followsModel(
    value(long, 7),
    () => ({ last: 7 }),
    fc.option(fc.integer({ min: -(2 ** 52), max: 2 ** 52 })),
    (next, view, model) => {
      if (next !== null) {
        view.set(next)
        model.last = next
      }
      expect(view.get()).toBe(model.last)
    },
  )
})

test('a value that may be null keeps a null that was set apart from none', () => {
  followsModel(
    value(nullable(string), 'unknown'),
    () => ({ last: 'unknown' as string | null }),
    fc.option(fc.string({ unit: 'grapheme', maxLength: 20 })),
    (next, view, model) => {
      expect(view.get()).toBe(model.last)
      view.set(next)
      model.last = next
      expect(view.get()).toBe(next)
    },
  )
})

test('records and lists are values too', () => {
  const cell = value(record({ stage: enumOf('NEW', 'OLD'), visits: array(long) }), {
    stage: 'NEW',
    visits: [],
  })
  const slot = savedSlot(cell)
  cell.view(slot).set({ stage: 'OLD', visits: [1, 2] })
  slot.reopen()
  expect({ ...cell.view(slot).get() }).toEqual({ stage: 'OLD', visits: [1, 2] })
})

test('a value of bytesMax bytes is held, and one byte more is refused', () => {
  const text = value(string, '', { bytesMax: 10 }).view(looseSlot())
  text.set('éééééé'.slice(0, 5))
  expect(() => text.set('éééééé')).toThrow(/takes 12 bytes, and the cell holds 10 at most/)
  expect(text.get()).toBe('ééééé')

  // A count, each item, and the end of the blocks: a byte each.
  const list = value(array(long), [], { bytesMax: 5 }).view(looseSlot())
  list.set([1, 2, 3])
  expect(() => list.set([1, 2, 3, 4])).toThrow(expect.objectContaining({ code: 'CELL_FULL' }))
  expect(list.get()).toEqual([1, 2, 3])

  const maybe = value(nullable(string), null, { bytesMax: 5 }).view(looseSlot())
  maybe.set('abc')
  expect(() => maybe.set('abcd')).toThrow(/larger bytesMax/)
})

test('a value that is cleared is the initial one, and takes no room', () => {
  for (const cell of [value(long, 1), value(nullable(long), 1)]) {
    const slot = looseSlot<unknown>()
    const view = cell.view(slot)
    view.set(2)
    view.clear()
    expect([view.get(), slot.get()]).toEqual([1, undefined])
  }
})

test('reading an untouched value writes nothing', () => {
  staysUntouched(value(long, 1), view => view.get())
  staysUntouched(value(nullable(long), null), view => view.get())
})

test('a bound that is no whole number is refused where the cell is declared', () => {
  expect(() => value(string, '', { bytesMax: 0.5 })).toThrow(/bytesMax is 0.5/)
})
