import fc from 'fast-check'
import { expect, test } from 'vitest'
import { int, nullable, record, string } from '../form.ts'
import { looseSlot } from './cell.ts'
import { followsModel, savedSlot, staysUntouched } from './conformance.ts'
import { mapOf } from './map-of.ts'

const MAX = 4
const keys = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f')
const steps = fc.oneof(
  { weight: 6, arbitrary: fc.record({ set: keys, to: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ remove: keys }) },
)

/** A `Map` keeps its keys in the order in which they were first set. */
const setInModel = (model: Map<string, number>, key: string, value: number): void => {
  model.delete(key)
  model.set(key, value)
  if (model.size > MAX) model.delete(model.keys().next().value!)
}

test('a map holds the keys that were last set, the least recent first', () => {
  followsModel(
    mapOf(int, { max: MAX }),
    () => new Map<string, number>(),
    steps,
    (step, view, model) => {
      if ('set' in step) {
        view.set(step.set, step.to)
        setInModel(model, step.set, step.to)
      } else {
        expect(view.delete(step.remove)).toBe(model.delete(step.remove))
      }
      expect(view.entries()).toEqual([...model])
      expect(view.keys()).toEqual([...model.keys()])
      expect(view.values()).toEqual([...model.values()])
      expect(view.size).toBe(model.size)
      for (const key of 'abcdef') {
        expect(view.get(key)).toBe(model.get(key))
        expect(view.has(key)).toBe(model.has(key))
      }
    },
  )
})

test('a map that has become empty gives its place back', () => {
  const cell = mapOf(int, { max: MAX })
  const slot = savedSlot(cell)
  const view = cell.view(slot)
  view.set('a', 1)
  view.delete('a')
  expect(slot.get()).toBeUndefined()
  view.set('a', 1)
  view.clear()
  expect([slot.get(), view.size]).toEqual([undefined, 0])
})

test('keys and values that are too large are refused, and the map stays as it was', () => {
  const cell = mapOf(record({ note: nullable(string) }), { max: 2, bytesMax: 8 })
  const view = cell.view(looseSlot())
  view.set('a', { note: '123456' })
  expect(() => view.set('b', { note: '1234567' })).toThrow(/takes 9 bytes/)
  expect(() => view.set('k'.repeat(257), { note: null })).toThrow(
    expect.objectContaining({ code: 'CELL_FULL' }),
  )
  expect(view.entries()).toEqual([['a', { note: '123456' }]])
})

test('an untouched map is empty, and stays untouched', () => {
  staysUntouched(mapOf(int, { max: 1 }), view => {
    expect([view.get('a'), view.has('a'), view.size, view.entries()]).toEqual([
      undefined,
      false,
      0,
      [],
    ])
    expect([view.keys(), view.values()]).toEqual([[], []])
    expect(view.delete('a')).toBe(false)
  })
})
