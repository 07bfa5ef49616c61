import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Arena } from './arena.ts'

const size = fc.oneof(
  { weight: 8, arbitrary: fc.nat(600) },
  { weight: 3, arbitrary: fc.nat(20_000) },
  { weight: 1, arbitrary: fc.integer({ min: 250_000, max: 300_000 }) },
)
const step = fc.record({ slot: fc.nat(40), size: fc.option(size, { freq: 4 }), fill: fc.nat(255) })

test('a slot holds the bytes that were last put there, whatever happens to the others', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120, size: 'max' }), steps => {
      const arena = new Arena()
      const model = new Map<number, Buffer>()
      for (const { slot, size, fill } of steps) {
        if (size === null) {
          arena.delete(slot)
          model.delete(slot)
        } else {
          const bytes = Buffer.alloc(size, fill)
          arena.set(slot, bytes)
          model.set(slot, bytes)
        }
        expect(same(arena, model, slot)).toBe(true)
      }
      for (let slot = 0; slot <= 41; slot++) expect(same(arena, model, slot)).toBe(true)
    }),
    { numRuns: 20 },
  )
})

test('slots far beyond the first ones can be written, and unwritten ones are empty', () => {
  const arena = new Arena()
  expect(arena.get(5_000)).toBeUndefined()
  arena.delete(5_000)
  arena.set(5_000, Buffer.from('far'))
  expect(arena.get(5_000)?.toString()).toBe('far')
  expect(arena.get(4_999)).toBeUndefined()
})

test('memory follows the live bytes where all values grow through all sizes, and shrink again', () => {
  const arena = new Arena()
  const model = new Map<number, Buffer>()
  const slots = 10_000
  const sizes = [10, 40, 90, 200, 400, 900, 1_900, 900, 300, 100, 20]
  for (const size of sizes) {
    for (let slot = 0; slot < slots; slot++) {
      const bytes = Buffer.alloc(size, slot % 251)
      arena.set(slot, bytes)
      model.set(slot, bytes)
    }
    const live = slots * Math.max(16, size)
    expect(arena.allocatedBytes).toBeLessThan(live * 2.5 + 10 * 2 ** 20)
  }
  for (let slot = 0; slot < slots; slot++) expect(same(arena, model, slot)).toBe(true)
})

test('random churn over several sizes keeps every value and bounded memory', () => {
  const steps = fc.array(fc.tuple(fc.nat(1_999), fc.constantFrom(0, 200, 3_000, 30_000)), {
    minLength: 6_000,
    maxLength: 6_000,
  })
  fc.assert(
    fc.property(steps, script => {
      const arena = new Arena()
      const model = new Map<number, Buffer>()
      for (const [slot, size] of script) {
        const bytes = Buffer.alloc(size, (slot * 7 + size) % 251)
        arena.set(slot, bytes)
        model.set(slot, bytes)
      }
      const live = [...model.values()].reduce((sum, bytes) => sum + bytes.length, 0)
      expect(arena.allocatedBytes).toBeLessThan(live * 2.5 + 10 * 2 ** 20)
      for (const slot of model.keys()) expect(same(arena, model, slot)).toBe(true)
    }),
    { numRuns: 2 },
  )
})

test('large values give their memory back', () => {
  const arena = new Arena()
  for (let round = 0; round < 20; round++) arena.set(3, Buffer.alloc(270_000 + round * 40_000))
  expect(arena.allocatedBytes).toBeLessThan(1_100_000)
  arena.set(3, Buffer.from('small'))
  expect(arena.get(3)?.toString()).toBe('small')
  expect(arena.allocatedBytes).toBe(2 ** 20)
})

const same = (arena: Arena, model: ReadonlyMap<number, Buffer>, slot: number): boolean => {
  const [held, expected] = [arena.get(slot), model.get(slot)]
  return held === undefined || expected === undefined ? held === expected : held.equals(expected)
}
