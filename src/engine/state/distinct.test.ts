import fc from 'fast-check'
import { expect, test } from 'vitest'
import { looseSlot } from './cell.ts'
import { followsModel, savedSlot, staysUntouched } from './conformance.ts'
import { distinct } from './distinct.ts'

const SPAN = 100
const EXACT = 16

test('few items are counted exactly, and forgotten by epochs', () => {
  followsModel(
    distinct({ exactMax: EXACT, spanMs: SPAN }),
    () => ({ added: [] as [item: number, epoch: number][], now: 1_000 }),
    fc.record({
      passed: fc.integer({ min: 0, max: 40 }),
      before: fc.integer({ min: 0, max: 250 }),
      item: fc.nat(EXACT - 1),
      later: fc.integer({ min: 0, max: 250 }),
    }),
    ({ passed, before, item, later }, view, model) => {
      model.now += passed
      const at = model.now - before
      view.add(`item-${item}`, at)
      model.added.push([item, Math.floor(at / SPAN)])
      for (const now of [model.now, model.now + later]) {
        const epoch = Math.floor(now / SPAN)
        const counted = model.added.filter(([, added]) => added >= epoch - 1)
        expect(view.count(now)).toBe(new Set(counted.map(([item]) => item)).size)
      }
    },
  )
})

test('without a span, items are never forgotten', () => {
  const view = distinct().view(looseSlot())
  for (let i = 0; i < 50; i++) view.add(`item-${i % EXACT}`, i * 1e9)
  expect(view.count(1e15)).toBe(EXACT)
})

test('many items are counted within a standard error of 3.3 %', () => {
  for (const many of [17, 100, 1_000, 3_000, 20_000]) {
    const errors = Array.from({ length: 20 }, (_, run) => {
      const view = distinct().view(looseSlot())
      for (let i = 0; i < many; i++) view.add(`run-${run}-item-${i}`, 0)
      return view.count(0) / many - 1
    })
    const rootMeanSquare = Math.sqrt(errors.reduce((sum, e) => sum + e * e, 0) / errors.length)
    const bias = errors.reduce((sum, e) => sum + e, 0) / errors.length
    expect(rootMeanSquare).toBeLessThan(0.046)
    expect(Math.abs(bias)).toBeLessThan(0.025)
  }
})

test('neither order nor repetition nor saving changes the count', () => {
  const items = Array.from({ length: 500 }, (_, i) => `item-${(i * 7_919) % 500}`)
  const saved = [items, items.toReversed(), [...items, ...items]].map(order => {
    const cell = distinct({ spanMs: SPAN })
    const slot = savedSlot(cell)
    const view = cell.view(slot)
    order.forEach((item, i) => {
      view.add(item, 5)
      if (i % 9 === 0) slot.reopen()
    })
    return slot.reopen()
  })
  expect(saved[1]).toEqual(saved[0])
  expect(saved[2]).toEqual(saved[0])
})

test('a list in one epoch and a sketch in the other are counted together', () => {
  const cell = distinct({ spanMs: SPAN })
  const slot = savedSlot(cell)
  const view = cell.view(slot)
  for (let i = 0; i < 2_000; i++) view.add(`item-${i}`, 50)
  const alone = view.count(50)
  for (let i = 0; i < 10; i++) view.add(`item-${i}`, 150)
  slot.reopen()
  expect(view.count(150)).toBe(alone)
  expect(view.count(250)).toBe(10)
  for (let i = 1_000; i < 3_000; i++) view.add(`item-${i}`, 150)
  expect(Math.abs(view.count(150) / 3_000 - 1)).toBeLessThan(0.1)
  expect(view.count(350)).toBe(0)
})

test('what one key has counted is not in the count of the next', () => {
  const cell = distinct({ spanMs: SPAN })
  const countOf = (many: number): number => {
    const view = cell.view(looseSlot())
    for (let i = 0; i < many; i++) view.add(`item-${i}`, i % 2 === 0 ? 50 : 150)
    return view.count(150)
  }
  const alone = countOf(100)
  countOf(5_000)
  expect(countOf(100)).toBe(alone)
})

test('the cell takes no more than two sketches of a kilobyte', () => {
  const cell = distinct({ spanMs: SPAN })
  const slot = savedSlot(cell)
  const view = cell.view(slot)
  for (let i = 0; i < 20_000; i++) view.add(`item-${i}`, i % 200)
  expect(slot.reopen().length).toBeLessThan(2 * 1_024 + 20)
})

test('an untouched cell counts 0, and stays untouched', () => {
  staysUntouched(distinct(), view => expect(view.count(0)).toBe(0))
  expect(() => distinct({ exactMax: 129 })).toThrow(/exactMax is 129, .* from 1 to 128/)
})
