import fc from 'fast-check'
import { expect, test } from 'vitest'
import { long, nullable, record, string } from '../form.ts'
import { value } from '../state/index.ts'
import { type KeyChange, KeyedStore, type LiveKey, NEVER } from './keyed-store.ts'

const cells = {
  total: value(long, 0),
  entry: value(record({ entry: nullable(string) }), { entry: null }),
}
const TIMERS = ['$forget', 'close']
const storeOf = (liveMax?: number) => new KeyedStore(cells, TIMERS, liveMax)

/** What a key has, in plain objects. */
interface Model {
  now: number
  total: number | null
  text: string | null
  dues: number[]
}
const blank = (): Model => ({ now: NEVER, total: null, text: null, dues: [Infinity, Infinity] })

const seen = (store: KeyedStore, live: LiveKey): Model => ({
  now: live.entry.now,
  total: (live.entry.cells[0] ?? null) as number | null,
  text: textOf(live),
  dues: TIMERS.map((_, name) => store.timers.due(live.slot, name)),
})

const textOf = (live: LiveKey): string | null =>
  (live.entry.cells[1] as { entry: string } | null)?.entry ?? null

const due = fc.oneof(fc.integer({ min: -4, max: 4 }), fc.constantFrom(Infinity, 1e12, -1e15))
const change = fc.record({
  now: fc.integer({ min: -5, max: 1_000 }),
  total: fc.option(fc.integer()),
  text: fc.option(fc.string({ unit: 'grapheme', maxLength: 50 })),
  dues: fc.tuple(due, due),
})
const what = fc.constantFrom('write', 'write', 'write', 'fail', 'settle', 'forget', 'commit')
const step = fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd', 'e'), what, change })

const write = (store: KeyedStore, live: LiveKey, change: Model): void => {
  live.forgotten = false
  live.entry.now = change.now
  // As a slot does: what is set is marked, and what stays is not.
  if (live.entry.cells[0] !== change.total) live.entry.changed |= 1
  live.entry.cells[0] = change.total
  if (textOf(live) !== change.text) live.entry.changed |= 2
  live.entry.cells[1] = change.text === null ? null : { entry: change.text }
  change.dues.forEach((due, name) => {
    store.timers.set(live.slot, name, due)
  })
}

/** Keys that changes, applied in order, leave. */
const lastOf = (changes: readonly KeyChange[]): Map<string, Buffer> => {
  const last = new Map<string, Buffer>()
  for (const { key, value } of changes) {
    if (value === null) last.delete(key)
    else last.set(key, value)
  }
  return last
}

test('keys are as plain objects would have them, through undoing, commits and loading', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 60, size: 'max' }),
      fc.constantFrom(0, 2, 100),
      (script, liveMax) => {
        const store = storeOf(liveMax)
        const model = new Map<string, Model>()
        const bases = new Map<string, Model>()
        const changes: KeyChange[] = []
        const commit = () => {
          changes.push(...store.commit())
          bases.clear()
          for (const [key, held] of model) if (held.now === NEVER) model.delete(key)
        }
        for (const { key, what, change } of script) {
          const live = store.bind(key)
          const before = model.get(key) ?? blank()
          expect(seen(store, live)).toEqual(before)
          if (what === 'commit') {
            commit()
            continue
          }
          store.touch(live)
          if (!bases.has(key)) bases.set(key, before)
          if (what === 'write') {
            write(store, live, change)
            model.set(key, { ...change, dues: [...change.dues] })
          } else if (what === 'fail') {
            write(store, live, change)
            store.rewind(live)
            model.set(key, bases.get(key)!)
          } else if (what === 'settle') {
            store.settle(live)
            bases.set(key, before)
          } else {
            store.forget(live)
            model.set(key, blank())
          }
          expect(seen(store, live)).toEqual(model.get(key) ?? blank())
        }
        // A key that was only looked at has a slot, and nothing that is saved.
        commit()
        const loaded = storeOf()
        for (const [key, value] of lastOf(changes)) loaded.load(key, value)
        const replayed = storeOf()
        for (const { key, value } of changes) replayed.load(key, value)
        const copied = storeOf()
        for (const { key, value } of store.packed()) copied.load(key, value)
        for (const each of [loaded, replayed, copied]) {
          expect(each.size).toBe(model.size)
          for (const [key, held] of model) expect(seen(each, each.bind(key))).toEqual(held)
          expect(fired(each)).toEqual(expectedFirings(model))
        }
        expect(fired(store)).toEqual(expectedFirings(model))
      },
    ),
    { numRuns: 150 },
  )
})

const fired = (store: KeyedStore): string[] => {
  const all: string[] = []
  for (;;) {
    const first = store.timers.take(Infinity)
    if (first === null) return all
    all.push(`${first.due} ${store.keyOf(first.slot)} ${first.name}`)
  }
}

const expectedFirings = (model: ReadonlyMap<string, Model>): string[] =>
  [...model]
    .flatMap(([key, { dues }]) => dues.map((due, name) => ({ key, due, name })))
    .filter(({ due }) => due < Infinity)
    .sort((a, b) => a.due - b.due || (a.key < b.key ? -1 : a.key > b.key ? 1 : a.name - b.name))
    .map(({ key, due, name }) => `${due} ${key} ${name}`)

test('a timer due at -1 is kept, and so is one that is not set', () => {
  const store = storeOf()
  const live = store.bind('a')
  store.touch(live)
  write(store, live, { ...blank(), now: 0, dues: [-1, Infinity] })
  const [change] = store.commit()
  const loaded = storeOf()
  loaded.load('a', change!.value)
  expect(seen(loaded, loaded.bind('a')).dues).toEqual([-1, Infinity])
})

test('a key that never had a successful step is as new after several failures', () => {
  const store = storeOf()
  const live = store.bind('a')
  store.touch(live)
  for (let failure = 0; failure < 3; failure++) {
    write(store, live, { ...blank(), now: 5, total: 9 })
    store.rewind(live)
    store.settle(live)
    expect(seen(store, live)).toEqual(blank())
  }
  expect(store.commit()).toEqual([{ key: 'a', value: null }])
  expect(store.size).toBe(0)
})

test('values of commits stay as they were, whatever is written after them', () => {
  const store = storeOf()
  const changes: KeyChange[] = []
  for (let total = 0; total < 5; total++) {
    const live = store.bind('a')
    store.touch(live)
    write(store, live, { ...blank(), now: total, total })
    changes.push(...store.commit())
  }
  const totals = changes.map(({ value }) => {
    const loaded = storeOf()
    loaded.load('a', value)
    return loaded.bind('a').entry.cells[0]
  })
  expect(totals).toEqual([0, 1, 2, 3, 4])
})

test('an entry larger than the buffer is saved whole', () => {
  const cells = { text: value(string, '', { bytesMax: 100_000 }) }
  const store = new KeyedStore(cells, TIMERS)
  const live = store.bind('a')
  store.touch(live)
  live.entry.now = 1
  live.entry.cells[0] = 'é'.repeat(40_000)
  const [change] = store.commit()
  const loaded = new KeyedStore(cells, TIMERS)
  loaded.load('a', change!.value)
  expect(loaded.bind('a').entry.cells[0]).toBe('é'.repeat(40_000))
})
