import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BASE_BIN, kindOf } from './fraud-bins.ts'
import {
  type FraudProgress,
  type FraudTables,
  fadedTo,
  type LearntOutcome,
  learnOutcome,
  NO_PROGRESS,
  publishedBy,
} from './fraud-learning.ts'
import { readFraudParameters } from './fraud-parameters.ts'
import type { SaidState } from './fraud-record.ts'
import type { BinState } from './fraud-weights.ts'
import { weightOfBin } from './fraud-weights.ts'

const DAY = 86_400_000

const tableOf = <T>() => {
  const held = new Map<string, T>()
  return {
    get: (key: string) => held.get(key),
    set: (key: string, state: T) => held.set(key, state) === held,
    entries: () => [...held],
  }
}
const noTables = (): FraudTables => ({ bins: tableOf<BinState>(), said: tableOf<SaidState>() })

const outcome = (known: Partial<LearntOutcome>): LearntOutcome => ({
  bins: [BASE_BIN, 'giftCard:1'],
  isFraud: false,
  wasFraud: null,
  score: 0.01,
  ...known,
})

const learnAll = (
  tables: FraudTables,
  outcomes: readonly (readonly [LearntOutcome, at: number])[],
): FraudProgress =>
  outcomes.reduce((held, [told, at]) => learnOutcome(tables, held, told, at), NO_PROGRESS)

test('what is told again, or of an order without a score, changes nothing', () => {
  const tables = noTables()
  const learnt = learnAll(tables, [[outcome({ isFraud: true }), 0]])
  expect(learnOutcome(tables, learnt, outcome({ isFraud: true, wasFraud: true }), DAY)).toBe(learnt)
  expect(learnOutcome(tables, learnt, outcome({ bins: [] }), DAY)).toBe(learnt)
  expect(learnt).toMatchObject({ outcomes: 1, frauds: 1 })
})

test('a label that turns moves the weights further than the first did', () => {
  const [once, turned] = [noTables(), noTables()]
  learnAll(once, [[outcome({ isFraud: true }), 0]])
  learnAll(turned, [[outcome({ isFraud: true, wasFraud: false }), 0]])
  const weight = (tables: FraudTables) => weightOfBin(BASE_BIN, tables.bins.get(BASE_BIN))
  expect(weight(turned)).toBeGreaterThan(weight(once))
})

test('an average forgets half in thirty days', () => {
  const tables = noTables()
  const held = learnAll(tables, [
    [outcome({}), 0],
    [outcome({ bins: [BASE_BIN] }), 30 * DAY],
    [outcome({ bins: [BASE_BIN] }), 30 * DAY],
  ])
  const cut = fadedTo(tables, held, 60 * DAY)
  expect(cut.seen).toBeCloseTo(1 / 4 + 2 / 2, 12)
  expect(tables.bins.get(BASE_BIN)!.seen).toBeCloseTo(1 / 4 + 2 / 2, 12)
  expect(tables.bins.get('giftCard:1')!.seen).toBeCloseTo(1 / 4, 12)
  expect(cut.losses).toBeCloseTo(1 / 4 + 2 / 2, 12)
})

test('where cuts are made changes no average', () => {
  const days = fc.array(fc.nat(90), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(days, fc.nat(90), (told, cutDay) => {
      const sorted = told.toSorted((a, b) => a - b)
      const [whole, cut] = [noTables(), noTables()]
      let [once, twice] = [NO_PROGRESS, NO_PROGRESS]
      for (const [at, day] of sorted.entries()) {
        const known = outcome({ bins: at % 2 === 0 ? [BASE_BIN] : [BASE_BIN, 'giftCard:1'] })
        if (day > cutDay) twice = fadedTo(cut, twice, cutDay * DAY)
        once = learnOutcome(whole, once, known, day * DAY)
        twice = learnOutcome(cut, twice, known, day * DAY)
      }
      const [one, other] = [
        publishedBy(whole, fadedTo(whole, once, 100 * DAY)),
        publishedBy(cut, fadedTo(cut, twice, 100 * DAY)),
      ]
      for (const name of Object.keys(one)) expect(other[name]).toBeCloseTo(one[name]!, 9)
    }),
  )
})

const told = fc.array(
  fc.tuple(
    fc.record({
      bins: fc
        .uniqueArray(fc.constantFrom('giftCard:1', 'newMethod:1', 'history:3', 'history:10'))
        .map(bins => [BASE_BIN, ...bins]),
      isFraud: fc.boolean(),
      wasFraud: fc.option(fc.boolean()),
      score: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    }),
    fc.integer({ min: 0, max: 4_000 }).map(day => day * DAY),
  ),
  { maxLength: 60 },
)

test('what is published can be read back, digit by digit', () => {
  fc.assert(
    fc.property(told, outcomes => {
      const tables = noTables()
      const held = learnAll(tables, outcomes)
      const published = publishedBy(tables, fadedTo(tables, held, 4_001 * DAY))
      const read = readFraudParameters(published)!
      expect(read.calibration).toEqual({ slope: published.a, level: published.b })
      for (const [bin, state] of tables.bins.entries()) {
        expect(read.bins.get(bin)!.weight).toBe(weightOfBin(bin, state))
        expect(read.means.has(kindOf(bin))).toBe(true)
      }
    }),
  )
})

test('no outcome from far in the future drowns the others', () => {
  const tables = noTables()
  const held = learnAll(tables, [
    [outcome({}), 0],
    [outcome({}), 1e14],
    [outcome({}), DAY],
  ])
  expect(held.seen).toBeLessThan(2 ** 13)
  expect(readFraudParameters(publishedBy(tables, fadedTo(tables, held, DAY)))).not.toBeNull()
})
