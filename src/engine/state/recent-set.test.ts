import fc from 'fast-check'
import { expect, test } from 'vitest'
import { looseSlot } from './cell.ts'
import { followsModel, staysUntouched } from './conformance.ts'
import { recentSet } from './recent-set.ts'

const MAX = 4
const SPAN = 50
const names = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'ö')

/** All that was ever added, in a list, the least recent first; ties in the order of adding. */
const recentOf = (added: [item: string, at: number][], span: number): string[] => {
  const last = new Map<string, number>()
  for (const [item, at] of added) {
    const known = last.get(item)
    if (known !== undefined && at < known) continue
    last.delete(item)
    last.set(item, at)
  }
  const newest = Math.max(...last.values())
  const inOrder = [...last].sort(([, a], [, b]) => a - b)
  return inOrder.filter(([, at]) => at > newest - span).map(([item]) => item)
}

test('the last different items are kept, in the order in which they were last added', () => {
  const step = fc.record({ item: names, passed: fc.integer({ min: 0, max: 3 }) })
  followsModel(
    recentSet({ max: MAX }),
    () => ({ added: [] as [string, number][], now: 0 }),
    step,
    ({ item, passed }, view, model) => {
      model.now += passed
      view.add(item, model.now)
      model.added.push([item, model.now])
      const expected = recentOf(model.added, Number.POSITIVE_INFINITY).slice(-MAX)
      expect(view.items()).toEqual(expected)
      expect(view.size).toBe(expected.length)
      for (const name of 'abcdefö') expect(view.has(name)).toBe(expected.includes(name))
    },
  )
})

test('items that come out of order take the place of their moment', () => {
  const added = fc.uniqueArray(fc.tuple(names, fc.integer({ min: 0, max: 30 })), {
    selector: ([, at]) => at,
  })
  fc.assert(
    fc.property(added, added => {
      fc.pre(added.length > 0)
      const view = recentSet({ max: MAX }).view(looseSlot())
      for (const [item, at] of added) view.add(item, at)
      expect(view.items()).toEqual(recentOf(added, Number.POSITIVE_INFINITY).slice(-MAX))
    }),
  )
})

test('items are forgotten when the span has passed', () => {
  const step = fc.record({ item: names, passed: fc.integer({ min: 0, max: 30 }) })
  followsModel(
    recentSet({ max: 100, spanMs: SPAN }),
    () => ({ added: [] as [string, number][], now: 0 }),
    step,
    ({ item, passed }, view, model) => {
      model.now += passed
      const seen = model.added.some(([known, at]) => known === item && at > model.now - SPAN)
      expect(view.has(item, model.now)).toBe(seen)
      view.add(item, model.now)
      model.added.push([item, model.now])
      expect(view.items(model.now)).toEqual(recentOf(model.added, SPAN))
      expect(view.items()).toEqual(recentOf(model.added, SPAN))
      expect(view.items(model.now + SPAN)).toEqual([])
    },
  )
})

test('an item older than all of a full set is not taken in', () => {
  const view = recentSet({ max: 2 }).view(looseSlot())
  view.add('b', 20)
  view.add('c', 30)
  view.add('a', 10)
  expect(view.items()).toEqual(['b', 'c'])
})

test('an item of 256 bytes is held, and a longer one refused', () => {
  const view = recentSet({ max: 2 }).view(looseSlot())
  view.add('x'.repeat(256), 1)
  expect(() => view.add('x'.repeat(257), 1)).toThrow(
    expect.objectContaining({
      code: 'CELL_FULL',
      message: expect.stringMatching(/takes 257 bytes/),
    }),
  )
  expect(view.size).toBe(1)
})

test('an untouched set is empty, and stays untouched', () => {
  staysUntouched(recentSet({ max: 1 }), view => {
    expect([view.has('a'), view.size, view.items(), view.items(5)]).toEqual([false, 0, [], []])
  })
})
