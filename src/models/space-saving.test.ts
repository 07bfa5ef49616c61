import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Counter, countKey, faded } from './space-saving.ts'

const HALF_LIFE = 1_000
const MAX = 4

/** Few keys come often, many seldom. */
const key = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('a', 'b') },
  { weight: 2, arbitrary: fc.constantFrom('c', 'd', 'e', 'f', 'g', 'h', 'i', 'j') },
)
const passing = fc.array(fc.tuple(key, fc.integer({ min: 0, max: 400 })), { maxLength: 80 })

/** Each event at its moment; what all of it would be by then, counted without a bound. */
const eventsOf = (steps: readonly (readonly [string, number])[]) => {
  let now = 0
  return steps.map(([key, after]) => {
    now += after
    return { key, at: now }
  })
}

const countedAll = (events: readonly { readonly key: string; readonly at: number }[]) => {
  const counters = new Map<string, Counter>()
  for (const { key, at } of events) countKey(counters, key, at, { max: MAX, halfLifeMs: HALF_LIFE })
  return counters
}

const exact = (events: readonly { readonly key: string; readonly at: number }[], now: number) => {
  const sums = new Map<string, number>()
  for (const { key, at } of events) {
    sums.set(key, (sums.get(key) ?? 0) + 0.5 ** ((now - at) / HALF_LIFE))
  }
  return sums
}

const asOf = (counters: ReadonlyMap<string, Counter>, now: number) =>
  [...counters].map(([key, { count, error, at }]) => ({
    key,
    count: faded(count, at, now, HALF_LIFE),
    error: faded(error, at, now, HALF_LIFE),
  }))

describe('counts in bounded room', () => {
  test('are never too low, and too high by their error at most', () => {
    fc.assert(
      fc.property(passing, steps => {
        const events = eventsOf(steps)
        const now = (events.at(-1)?.at ?? 0) + 250
        const truth = exact(events, now)
        for (const { key, count, error } of asOf(countedAll(events), now)) {
          expect(count).toBeGreaterThanOrEqual(truth.get(key)! - 1e-9)
          expect(count - error).toBeLessThanOrEqual(truth.get(key)! + 1e-9)
        }
      }),
    )
  })

  test('add up to all that was counted, and are off by a share of it at most', () => {
    fc.assert(
      fc.property(passing, steps => {
        const events = eventsOf(steps)
        const now = events.at(-1)?.at ?? 0
        const total = [...exact(events, now).values()].reduce((sum, count) => sum + count, 0)
        const counters = asOf(countedAll(events), now)
        expect(counters.length).toBeLessThanOrEqual(MAX)
        expect(counters.reduce((sum, { count }) => sum + count, 0)).toBeCloseTo(total, 9)
        for (const { error } of counters) expect(error).toBeLessThanOrEqual(total / MAX + 1e-9)
      }),
    )
  })

  test('have every key that is more than its share of all', () => {
    fc.assert(
      fc.property(passing, steps => {
        const events = eventsOf(steps)
        const now = events.at(-1)?.at ?? 0
        const truth = exact(events, now)
        const total = [...truth.values()].reduce((sum, count) => sum + count, 0)
        const counters = countedAll(events)
        for (const [key, count] of truth) {
          if (count > total / MAX + 1e-9) expect(counters.has(key)).toBe(true)
        }
      }),
    )
  })

  test('are exact as long as there is room', () => {
    fc.assert(
      fc.property(passing, steps => {
        const events = eventsOf(steps).filter(({ key }) => 'abcd'.includes(key))
        const now = events.at(-1)?.at ?? 0
        const truth = exact(events, now)
        for (const { key, count, error } of asOf(countedAll(events), now)) {
          expect(count).toBeCloseTo(truth.get(key)!, 9)
          expect(error).toBe(0)
        }
      }),
    )
  })
})

test('what comes late counts as what is left of it', () => {
  const counters = countedAll([
    { key: 'a', at: 2_000 },
    { key: 'a', at: 1_000 },
  ])
  expect(counters.get('a')).toEqual({ count: 1.5, error: 0, at: 2_000 })
})

test('of those counted least, the one that has been there longest gives way', () => {
  const counters = countedAll('abcde'.split('').map(key => ({ key, at: 0 })))
  expect([...counters.keys()]).toEqual(['b', 'c', 'd', 'e'])
  expect(counters.get('e')).toEqual({ count: 2, error: 1, at: 0 })
})

test('what was counted often, and long ago, gives way to what was counted once of late', () => {
  const often = [0, 0, 0].map(at => ({ key: 'a', at }))
  const once = 'bcde'.split('').map(key => ({ key, at: 10 * HALF_LIFE }))
  const counters = countedAll([...often, ...once])
  expect([...counters.keys()]).toEqual(['b', 'c', 'd', 'e'])
  expect(counters.get('e')!.error).toBeCloseTo(3 / 1_024, 12)
})
