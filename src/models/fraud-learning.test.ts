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
  usedShare,
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
  placedAt: 0,
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
  outcomes.reduce((held, [told, at]) => learnOutcome(tables, held, told, at, 0), NO_PROGRESS)

test('what is told again, or of an order without a score, changes nothing', () => {
  const tables = noTables()
  const learnt = learnAll(tables, [[outcome({ isFraud: true }), 0]])
  expect(learnOutcome(tables, learnt, outcome({ isFraud: true, wasFraud: true }), DAY, 0)).toBe(
    learnt,
  )
  expect(learnOutcome(tables, learnt, outcome({ bins: [] }), DAY, 0)).toBe(learnt)
  expect(learnt).toMatchObject({ outcomes: 1, frauds: 1 })
})

const baseWeight = (tables: FraudTables) => weightOfBin(BASE_BIN, tables.bins.get(BASE_BIN))

test('frauds that were taken for honest first teach no more than those that are known at once', () => {
  const [atOnce, turned] = [noTables(), noTables()]
  const orders = Array.from({ length: 2_000 }, (_, order) => order % 50 === 0)
  learnAll(
    atOnce,
    orders.map(isFraud => [outcome({ isFraud }), 0] as const),
  )
  learnAll(
    turned,
    orders.flatMap(isFraud => {
      const honest = [outcome({}), 0] as const
      return isFraud ? [honest, [outcome({ isFraud, wasFraud: false }), 0] as const] : [honest]
    }),
  )
  expect(baseWeight(atOnce)).toBeGreaterThan(0.3)
  expect(Math.abs(baseWeight(turned) - baseWeight(atOnce))).toBeLessThan(0.05)
})

test('nothing is learnt until the first honest orders would have expired', () => {
  const tables = noTables()
  const told = outcome({ placedAt: 3 * DAY, isFraud: true })
  const early = learnOutcome(tables, NO_PROGRESS, told, 20 * DAY, 45 * DAY)
  expect(early).toEqual({ ...NO_PROGRESS, firstPlacedAt: 3 * DAY })
  const later = outcome({ placedAt: 30 * DAY, isFraud: true })
  expect(learnOutcome(tables, early, later, 48 * DAY - 1, 45 * DAY)).toBe(early)
  expect(tables.bins.entries()).toEqual([])
  expect(learnOutcome(tables, early, later, 48 * DAY, 45 * DAY)).toMatchObject({ frauds: 1 })
})

test('few frauds count little, and many count whole', () => {
  expect([0, 250, 750, 24_750].map(frauds => usedShare({ frauds }))).toEqual([0, 0.5, 0.75, 0.99])
  const tables = noTables()
  const held = learnAll(tables, [[outcome({ isFraud: true }), 0]])
  expect(publishedBy(tables, held)['w:base']).toBeCloseTo(baseWeight(tables) / 251, 12)
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
        once = learnOutcome(whole, once, known, day * DAY, 0)
        twice = learnOutcome(cut, twice, known, day * DAY, 0)
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
      placedAt: fc.constant(0),
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
      const share = usedShare(held)
      expect(read.calibration).toEqual({ slope: published.a, level: published.b })
      for (const [bin, state] of tables.bins.entries()) {
        expect(read.bins.get(bin)!.weight).toBe(weightOfBin(bin, state, share))
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
