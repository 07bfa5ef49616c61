import fc from 'fast-check'
import { expect, test } from 'vitest'
import { long } from '../form.ts'
import { value } from '../state/index.ts'
import { KeyedStore } from './keyed-store.ts'
import { ALL_CELLS } from './layout.ts'

const storeOf = () => new KeyedStore({ total: value(long, 0) }, [], 2)

const write = (store: KeyedStore, key: string, total: number): void => {
  const live = store.bind(key)
  store.touch(live)
  live.forgotten = false
  live.entry.now = 1
  live.entry.changed = ALL_CELLS
  live.entry.cells[0] = total
}

const forget = (store: KeyedStore, key: string): void => {
  const live = store.bind(key)
  store.touch(live)
  store.forget(live)
}

/** By key, and each once. */
const totalsOf = (entries: Iterable<{ key: string; value: Buffer }>): Map<string, unknown> => {
  const copied = Array.from(entries, ({ key, value }) => ({ key, value: Buffer.from(value) }))
  expect(new Set(copied.map(({ key }) => key)).size).toBe(copied.length)
  const loaded = storeOf()
  for (const { key, value } of copied) loaded.load(key, value)
  return new Map(copied.map(({ key }) => [key, loaded.bind(key).entry.cells[0]]))
}

const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h')
const step = fc.record({
  what: fc.constantFrom('write', 'write', 'forget', 'look', 'commit', 'read', 'read'),
  key,
  total: fc.nat(1_000_000),
})
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

const apply = (store: KeyedStore, model: Map<string, number>, { what, key, total }: Step): void => {
  if (what === 'write') {
    write(store, key, total)
    model.set(key, total)
  } else if (what === 'forget') {
    forget(store, key)
    model.delete(key)
  } else if (what === 'look') store.bind(key)
  else if (what === 'commit') store.commit()
}

test('keys are read as they were when reading began, whatever is committed meanwhile', () => {
  const script = fc.array(step, { maxLength: 60, size: 'max' })
  fc.assert(
    fc.property(script, script, (before, after) => {
      const store = storeOf()
      const model = new Map<string, number>()
      for (const each of before) apply(store, model, each)
      store.commit()
      const then = new Map(model)
      const reading = store.packed()[Symbol.iterator]()
      const read: { key: string; value: Buffer }[] = []
      const take = (): boolean => {
        const { done, value } = reading.next()
        if (!done) read.push({ key: value.key, value: Buffer.from(value.value) })
        return !done
      }
      for (const each of after) {
        if (each.what === 'read') take()
        else apply(store, model, each)
      }
      while (take());
      expect(totalsOf(read)).toEqual(then)
      store.commit()
      expect(totalsOf(store.packed())).toEqual(model)
    }),
    { numRuns: 300 },
  )
})

test('another reading ends the one before, which says so', () => {
  const store = storeOf()
  write(store, 'a', 1)
  write(store, 'b', 2)
  store.commit()
  const first = store.packed()[Symbol.iterator]()
  first.next()
  expect(totalsOf(store.packed()).size).toBe(2)
  expect(() => first.next()).toThrow('one reading')
})
