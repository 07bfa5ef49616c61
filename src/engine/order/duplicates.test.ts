import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Duplicates, type DuplicatesChange, remembersTheSame } from './duplicates.ts'

const HORIZON_MS = 100
const id = fc.nat(25).map(number => `e${number}`)
const call = fc.record({
  what: fc.constantFrom('arrive', 'arrive', 'arrive', 'redrive', 'takeBack'),
  id,
  stepMs: fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: -30, max: 30 }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 400 }) },
  ),
})
type Call = typeof call extends fc.Arbitrary<infer C> ? C : never

/** One record, as a pipeline takes it. Returns whether it was known. */
const taken = (duplicates: Duplicates, call: Call, at: number): boolean => {
  const known = duplicates.has(call.id)
  if (call.what === 'takeBack') duplicates.takeBack(call.id)
  else if (!known || call.what === 'redrive') duplicates.remember(call.id, at)
  return known
}

test('a second record within the horizon is known, one taken back is not, and all are bounded', () => {
  fc.assert(
    fc.property(fc.array(call, { maxLength: 200, size: 'max' }), script => {
      const duplicates = new Duplicates(HORIZON_MS, 1_000)
      /** Where event time stood when each id was last remembered. */
      const remembered = new Map<string, number>()
      let at = 0
      let newest = -Infinity
      for (const call of script) {
        at += call.stepMs
        const since = remembered.get(call.id)
        const known = taken(duplicates, call, at)
        if (since === undefined) expect(known).toBe(false)
        else if (newest - since < HORIZON_MS) expect(known).toBe(true)
        if (call.what === 'takeBack') remembered.delete(call.id)
        else if (!known || call.what === 'redrive') {
          newest = Math.max(newest, at)
          remembered.set(call.id, newest)
        }
      }
      expect(duplicates.overflows).toBe(0)
    }),
    { numRuns: 200 },
  )
})

test('a restore knows all ids, however many come before a commit', () => {
  const before = new Duplicates(HORIZON_MS, 10_000)
  for (let number = 0; number < 1_000; number++) before.remember(`e${number}`, number % 50)
  const after = new Duplicates(HORIZON_MS, 10_000)
  for (const { key, value } of before.commit()) after.load(key, value)
  expect(after.text()).toBe(before.text())
})

test('ids older than two horizons are forgotten', () => {
  const duplicates = new Duplicates(HORIZON_MS, 1_000)
  duplicates.remember('old', 0)
  duplicates.remember('b', 100)
  expect(duplicates.has('old')).toBe(true)
  duplicates.remember('c', 200)
  expect(duplicates.has('old')).toBe(false)
  expect(duplicates.has('b')).toBe(true)
})

test('more ids than the bound shorten the horizon, and that is counted', () => {
  const duplicates = new Duplicates(HORIZON_MS, 10)
  const held = () => duplicates.snapshot().reduce((sum, { value }) => sum + idsIn(value), 0)
  for (let number = 0; number < 50; number++) {
    duplicates.remember(`e${number}`, 1)
    duplicates.commit()
    expect(held()).toBeLessThanOrEqual(10)
    for (let back = 0; back < 5; back++) {
      if (number >= back) expect(duplicates.has(`e${number - back}`)).toBe(true)
    }
  }
  expect(duplicates.overflows).toBe(9)
})

test('a full generation whose time had passed anyway is no overflow', () => {
  const duplicates = new Duplicates(HORIZON_MS, 4)
  duplicates.remember('a', 0)
  duplicates.remember('b', 0)
  duplicates.remember('c', HORIZON_MS)
  expect(duplicates.overflows).toBe(0)
})

/** What entries leave in a compacted changelog: the last value per key, in the order written. */
class Changelog {
  readonly entries = new Map<string, Buffer>()
  apply(changes: readonly DuplicatesChange[]): void {
    for (const { key, value } of changes) {
      this.entries.delete(key)
      if (value !== null) this.entries.set(key, value)
    }
  }
  opened(idsMax: number): Duplicates {
    const duplicates = new Duplicates(HORIZON_MS, idsMax)
    for (const [key, value] of this.entries) duplicates.load(key, value)
    return duplicates
  }
}

const history = fc.array(
  fc.record({ call, after: fc.constantFrom('go on', 'commit', 'snapshot') }),
  {
    maxLength: 120,
    size: 'max',
  },
)

test('a crash after any commit changes nothing that comes later, from changelog or snapshot', () => {
  fc.assert(
    fc.property(history, fc.constantFrom(1, 6, 1_000), fc.nat(120), (script, idsMax, crashAt) => {
      const whole = new Duplicates(HORIZON_MS, idsMax)
      const changelog = new Changelog()
      const afterSnapshot = new Changelog()
      let others: { duplicates: Duplicates; changelog: Changelog }[] = []
      let at = 0
      script.forEach(({ call, after }, index) => {
        at += call.stepMs
        const known = taken(whole, call, at)
        for (const { duplicates } of others) expect(taken(duplicates, call, at)).toBe(known)
        if (after === 'go on') return
        const changes = whole.commit()
        changelog.apply(changes)
        afterSnapshot.apply(changes)
        for (const other of others) other.changelog.apply(other.duplicates.commit())
        if (after === 'snapshot') {
          afterSnapshot.entries.clear()
          afterSnapshot.apply(whole.snapshot())
        }
        for (const other of others) expect(other.changelog.entries).toEqual(changelog.entries)
        if (index >= crashAt && others.length === 0) {
          others = [{ duplicates: changelog.opened(idsMax), changelog: copyOf(changelog) }]
        }
        if (after !== 'snapshot') return
        const restored = [...others, { duplicates: afterSnapshot.opened(idsMax) }]
        for (const { duplicates } of restored) {
          expect(idsOf(duplicates.snapshot())).toEqual(idsOf(whole.snapshot()))
        }
      })
    }),
    { numRuns: 50 },
  )
})

test('after a restore from a snapshot, tombstones cover what was written before it', () => {
  const changelog = new Changelog()
  let duplicates = new Duplicates(HORIZON_MS, 1_000)
  for (let number = 0; number < 1_000; number++) {
    duplicates.remember(`e${number}`, number * 10)
    changelog.apply(duplicates.commit())
    if (number % 7 === 0) {
      const snapshot = new Changelog()
      snapshot.apply(duplicates.snapshot())
      duplicates = snapshot.opened(1_000)
    }
    expect(changelog.entries.size).toBeLessThanOrEqual(20)
  }
})

test('a restored set compares as the same, though it lists what it has in another order', () => {
  const held = new Duplicates(HORIZON_MS, 10_000)
  for (let number = 0; number < 2_000; number++) {
    held.remember(`e${number}`, 0)
    held.commit()
  }
  const restoredFrom = (changes: readonly { key: string; value: Buffer | null }[]): Duplicates => {
    const restored = new Duplicates(HORIZON_MS, 10_000)
    for (const { key, value } of changes) restored.load(key, value)
    return restored
  }
  const wholeOf = (duplicates: Duplicates): Buffer => duplicates.snapshot()[0]!.value!
  const [before, after] = [wholeOf(held), wholeOf(restoredFrom(held.snapshot()))]
  expect(after.equals(before)).toBe(false)
  expect(remembersTheSame(before, after)).toBe(true)
  const another = restoredFrom(held.snapshot())
  another.takeBack('e1000')
  another.remember('f1000', 0)
  another.commit()
  expect(remembersTheSame(before, wholeOf(another))).toBe(false)
})

const copyOf = (changelog: Changelog): Changelog => {
  const copy = new Changelog()
  for (const [key, value] of changelog.entries) copy.entries.set(key, value)
  return copy
}

const HEADER_BYTES = 16
const STEP_BYTES = 20
const idsIn = (value: Buffer | null): number => ((value?.length ?? 16) - HEADER_BYTES) / STEP_BYTES

/** Each generation with its header and the ids in it, in no order. */
const idsOf = (changes: readonly DuplicatesChange[]): unknown =>
  changes.map(({ key, value }) => {
    const ids: string[] = []
    for (let at = HEADER_BYTES; at < value!.length; at += STEP_BYTES) {
      ids.push(value!.toString('hex', at, at + STEP_BYTES))
    }
    return [key, value!.toString('hex', 0, HEADER_BYTES), ids.sort()]
  })
