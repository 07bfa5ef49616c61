import { expect, test } from 'vitest'
import { array, enumOf, int, long, nullable, record, string } from '../form.ts'
import type { Cells } from '../pipeline.ts'
import { listOf, rollingCount, value } from '../state/index.ts'
import { KeyedStore } from './keyed-store.ts'
import { upgradeFrom } from './upgrade.ts'

const TIMERS = ['$forget', 'close']

/** One key, saved under one declaration and read under another. */
const upgraded = (
  was: Cells,
  cells: readonly unknown[],
  is: Cells,
  timers: readonly string[] = TIMERS,
) => {
  const before = new KeyedStore(was, TIMERS)
  const live = before.bind('a')
  before.touch(live)
  Object.assign(live.entry, { now: 7, cells: [...cells] })
  before.timers.set(live.slot, 1, -1)
  const [change] = before.commit()
  const after = new KeyedStore(is, timers)
  const read = upgradeFrom(before.layout.text, after.layout, 'fraud-scores')
  after.loadEntry('a', read(change!.value!))
  const { entry, slot } = after.bind('a')
  return { entry, dueOf: (name: string) => after.timers.due(slot, timers.indexOf(name)) }
}

const count = value(long, 0)

test('a new cell starts untouched, and the others keep theirs, in whatever order', () => {
  const stage = value(enumOf('NEW', 'OLD'), 'NEW')
  const { entry, dueOf } = upgraded({ count, stage }, [5, 'OLD'], {
    stage,
    fresh: value(string, ''),
    count,
  })
  expect(entry).toMatchObject({ now: 7, cells: ['OLD', null, 5] })
  expect(dueOf('close')).toBe(-1)
})

test('a compatible form resolves: wider numbers, more symbols, a new field with none', () => {
  const { entry } = upgraded(
    { seen: listOf(record({ at: int, by: string }), { max: 3 }), count },
    [null, 3],
    { seen: listOf(record({ at: long, by: string }), { max: 3 }), count },
  )
  expect(entry).toMatchObject({ cells: [null, 3] })
  const wider = upgraded({ n: value(int, 0) }, [5], { n: value(long, 0) })
  expect(wider.entry.cells[0]).toBe(5)
  const symbols = upgraded({ s: value(enumOf('A', 'B'), 'A') }, ['B'], {
    s: value(enumOf('C', 'A', 'B'), 'A'),
  })
  expect(symbols.entry.cells[0]).toBe('B')
  const less = upgraded(
    { v: value(record({ a: long, b: array(string) }), { a: 0, b: [] }) },
    [{ a: 4, b: ['x'] }],
    { v: value(record({ a: long }), { a: 0 }) },
  )
  expect({ ...(less.entry.cells[0] as object) }).toEqual({ a: 4 })
})

test('a new timer is not set, wherever it comes in the order of names', () => {
  const { dueOf } = upgraded({ count }, [1], { count }, ['$forget', 'alert', 'close'])
  expect(dueOf('alert')).toBe(Infinity)
  expect(dueOf('close')).toBe(-1)
})

test('what does not fit is refused with the reason, before anything is read', () => {
  const refused = (was: Cells, is: Cells, timers = TIMERS) => {
    const saved = new KeyedStore(was, TIMERS).layout.text
    return () => upgradeFrom(saved, new KeyedStore(is, timers).layout, 'fraud-scores')
  }
  const incompatible = expect.objectContaining({ code: 'STATE_INCOMPATIBLE' })
  expect(refused({ count }, {})).toThrow(incompatible)
  expect(refused({ count }, {})).toThrow(/cell count was saved as value and is not declared now/)
  expect(refused({ count }, { count: value(string, '') })).toThrow(/cannot be read/)
  expect(refused({ count }, { count: value(nullable(long), null) })).toThrow(incompatible)
  const counted = (hours: number) => ({
    hits: rollingCount({ spanMs: hours * 3_600_000, stepMs: 3_600_000 }),
  })
  expect(refused(counted(1), counted(2))).toThrow(/is now declared as/)
  expect(refused({ count }, { count }, ['$forget'])).toThrow(
    /Timer close is saved and has no handler/,
  )
})

test('cells may have any names, also those of the entry itself', () => {
  const form = record({ item: array(record({ item: string })) })
  const cells = {
    entry: value(form, { item: [] }),
    now: count,
    $: value(form, { item: [] }),
    a: value(array(record({ x: long })), []),
    a_item: value(record({ x: string }), { x: '' }),
  }
  expect(() => new KeyedStore(cells, TIMERS)).not.toThrow()
})
