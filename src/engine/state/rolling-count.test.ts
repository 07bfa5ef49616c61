import fc from 'fast-check'
import { expect, test } from 'vitest'
import { looseSlot } from './cell.ts'
import { followsModel, savedSlot, staysUntouched } from './conformance.ts'
import { rollingCount } from './rolling-count.ts'

const STEP = 10
const SPAN = 60
const cell = rollingCount({ spanMs: SPAN, stepMs: STEP })

interface Event {
  at: number
  amount: number
}
const stepOf = (at: number): number => Math.floor(at / STEP)

/** The count of the list, where the step in which the span begins counts by its share. */
const modelTotal = (events: Event[], now: number, span: number): number => {
  const first = stepOf(now - span)
  const share = (STEP * (first + 1) - (now - span)) / STEP
  const weightOf = (step: number): number => (step > first ? 1 : step === first ? share : 0)
  return events.reduce((sum, { at, amount }) => sum + amount * weightOf(stepOf(at)), 0)
}

test('a total is that of the listed events, but for the step in which the span begins', () => {
  followsModel(
    cell,
    () => ({ events: [] as Event[], now: 1_000 }),
    fc.record({
      passed: fc.integer({ min: 0, max: 40 }),
      before: fc.integer({ min: 0, max: 90 }),
      amount: fc.integer({ min: -1, max: 3 }),
      asked: fc.integer({ min: 0, max: SPAN }),
    }),
    ({ passed, before, amount, asked }, view, model) => {
      model.now += passed
      const at = model.now - before
      view.add(at, amount)
      model.events.push({ at, amount })
      expect(view.total(model.now)).toBeCloseTo(modelTotal(model.events, model.now, SPAN), 9)
      expect(view.total(model.now, asked)).toBeCloseTo(
        modelTotal(model.events, model.now, asked),
        9,
      )
    },
  )
})

test('a total differs from the exact one by no more than one step holds', () => {
  const events = fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 60 })
  fc.assert(
    fc.property(events, fc.integer({ min: 0, max: SPAN }), (moments, asked) => {
      const view = cell.view(looseSlot())
      for (const at of moments) view.add(at)
      const now = Math.max(...moments, 0)
      const exact = moments.filter(at => at > now - asked).length
      const partial = moments.filter(at => stepOf(at) === stepOf(now - asked)).length
      expect(Math.abs(view.total(now, asked) - exact)).toBeLessThanOrEqual(partial)
    }),
  )
})

test('the order of events inside the span changes nothing', () => {
  const moments = fc.uniqueArray(fc.integer({ min: 1_000, max: 1_000 + SPAN }))
  fc.assert(
    fc.property(moments, moments => {
      const forms = [moments, moments.toSorted((a, b) => a - b), moments.toReversed()].map(
        order => {
          const slot = savedSlot(cell)
          const view = cell.view(slot)
          view.add(1_000 + SPAN)
          for (const at of order) view.add(at)
          return slot.reopen()
        },
      )
      expect(forms[1]).toEqual(forms[0])
      expect(forms[2]).toEqual(forms[0])
    }),
  )
})

test('no more steps are held than the span has, and one', () => {
  const slot = savedSlot(cell)
  const view = cell.view(slot)
  for (let at = 0; at < 10_000; at += 3) {
    view.add(at)
    expect(slot.get()!.length / 2).toBeLessThanOrEqual(SPAN / STEP + 1)
  }
  expect(slot.get()!.length / 2).toBe(SPAN / STEP + 1)
})

test('a total as of an earlier moment leaves out later steps', () => {
  const view = cell.view(looseSlot())
  for (const at of [1_000, 1_010, 1_020]) view.add(at)
  expect(view.total(1_015)).toBe(2)
})

test('an event older than the span is ignored', () => {
  const view = cell.view(looseSlot())
  view.add(1_000)
  view.add(1_000 - SPAN - STEP)
  expect(view.total(1_000)).toBe(1)
})

test('an untouched count is 0, and stays untouched', () => {
  staysUntouched(cell, view => {
    expect(view.total(5)).toBe(0)
    view.add(5, 0)
  })
})

test('what is not a whole number is refused, and leaves the count as it was', () => {
  const view = cell.view(looseSlot())
  view.add(1_000, 2)
  expect(() => view.add(1_000, 0.5)).toThrow(expect.objectContaining({ code: 'CELL_FULL' }))
  expect(() => view.add(1_000, 2 ** 52)).toThrow(/up to 2\^52/)
  expect(() => view.add(2_000, Number.NaN)).toThrow(/whole numbers/)
  expect(view.total(1_000)).toBe(2)
})

test('a span that is no multiple of its step is refused where the cell is declared', () => {
  expect(() => rollingCount({ spanMs: 25, stepMs: 10 })).toThrow(/spanMs \(25\) must be stepMs/)
  expect(() => rollingCount({ spanMs: 10_000, stepMs: 1 })).toThrow(/at most 1440/)
})
