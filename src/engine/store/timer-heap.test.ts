import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TimerHeap } from './timer-heap.ts'

interface Timer {
  readonly key: string
  readonly name: number
  due: number
}

/** Timers of keys in a list that is sorted whenever one is taken. */
class NaiveTimers {
  #timers: Timer[] = []
  set(key: string, name: number, due: number): void {
    this.#timers = this.#timers.filter(timer => timer.key !== key || timer.name !== name)
    if (due < Infinity) this.#timers.push({ key, name, due })
  }
  clearAll(key: string): void {
    this.#timers = this.#timers.filter(timer => timer.key !== key)
  }
  due(key: string, name: number): number {
    return this.#timers.find(timer => timer.key === key && timer.name === name)?.due ?? Infinity
  }
  peek(until: number): number {
    return this.#sorted(until)[0]?.due ?? Infinity
  }
  take(until: number): Timer | null {
    const first = this.#sorted(until)[0] ?? null
    this.#timers = this.#timers.filter(timer => timer !== first)
    return first
  }
  #sorted(until: number): Timer[] {
    const before = (a: Timer, b: Timer) =>
      a.due - b.due || (a.key < b.key ? -1 : a.key > b.key ? 1 : a.name - b.name)
    return this.#timers.filter(timer => timer.due <= until).sort(before)
  }
}

const NAMES = 3
const slot = fc.nat(15)
const name = fc.nat(NAMES - 1)
const due = fc.oneof(fc.integer({ min: -3, max: 12 }), fc.constant(Infinity))
const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'é', 'z', 'zz')
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ what: fc.constant('set' as const), slot, name, due }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('rename' as const), slot, key }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('take' as const), due }) },
)

test('timers are taken by time, key and name, also where slots get other keys', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200, size: 'max' }), script => {
      const keys = Array.from({ length: 16 }, (_, slot) => `k${slot}`)
      const heap = new TimerHeap(NAMES, slot => keys[slot]!)
      const model = new NaiveTimers()
      const taken = (until: number) => {
        const first = heap.take(until)
        return first && { key: keys[first.slot]!, name: first.name, due: first.due }
      }
      for (const one of script) {
        if (one.what === 'set') {
          heap.set(one.slot, one.name, one.due)
          model.set(keys[one.slot]!, one.name, one.due)
          expect(heap.due(one.slot, one.name)).toBe(model.due(keys[one.slot]!, one.name))
        } else if (one.what === 'rename') {
          heap.clearAll(one.slot)
          model.clearAll(keys[one.slot]!)
          if (!keys.includes(one.key)) keys[one.slot] = one.key
        } else {
          expect(heap.peek(one.due)).toBe(model.peek(one.due))
          expect(taken(one.due)).toEqual(model.take(one.due))
        }
      }
      for (;;) {
        const first = taken(Infinity)
        expect(first).toEqual(model.take(Infinity))
        if (first === null) return
      }
    }),
    { numRuns: 150 },
  )
})

test('a timer that is moved again and again, later or earlier, has one entry', () => {
  const heap = new TimerHeap(2, slot => `k${slot}`)
  heap.set(1, 0, 5)
  for (let due = 0; due < 1_000_000; due++) heap.set(0, 1, due)
  for (let due = 1_000_000; due > 10; due--) heap.set(0, 1, due)
  for (let turn = 0; turn < 100_000; turn++) heap.set(0, 1, turn % 2 ? 1e6 + turn : 1e5 - turn)
  for (let turn = 0; turn < 100_000; turn++) heap.set(0, 1, turn % 2 ? Infinity : turn)
  expect(heap.entries).toBe(2)
  heap.clearAll(0)
  expect(heap.take(Infinity)).toEqual({ slot: 1, name: 0, due: 5 })
  expect(heap.entries).toBe(0)
})

test('many keys have room, and a slot that was never used has no timer', () => {
  const heap = new TimerHeap(2, slot => String(slot).padStart(6, '0'))
  heap.clearAll(9_999)
  expect(heap.due(9_999, 1)).toBe(Infinity)
  for (let slot = 4_999; slot >= 0; slot--) heap.set(slot, slot % 2, 7)
  expect(heap.take(6)).toBeNull()
  for (let slot = 0; slot < 5_000; slot++) {
    expect(heap.take(7)).toEqual({ slot, name: slot % 2, due: 7 })
  }
})
