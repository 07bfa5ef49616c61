import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BASE_BIN } from './fraud-bins.ts'
import { pointsOfBin } from './fraud-points.ts'
import {
  BASE_LOG_ODDS,
  type BinState,
  learnBins,
  learntWeight,
  logOddsNow,
  probabilityOf,
  WEIGHT_MAX,
  weightOfBin,
} from './fraud-weights.ts'

const learn = (
  states: Map<string, BinState>,
  bins: readonly string[],
  isFraud: boolean,
  { turned = false, times = 1 } = {},
): void => {
  const tables = tablesOf(states)
  for (let time = 0; time < times; time++) learnBins(tables, bins, { isFraud, turned, share: 1 })
}

const tablesOf = (states: Map<string, BinState>) => ({
  get: (bin: string) => states.get(bin),
  set: (bin: string, state: BinState) => states.set(bin, state) !== undefined,
  entries: () => states.entries(),
})

test('two outcomes by hand', () => {
  const states = new Map<string, BinState>()
  learn(states, ['amountMinor:100'], true)
  // p = .002, so g = -.998; the weight is |-.998| - l1 = .498 over (1 + .998) / .3 + 1.
  const p = 0.002
  const g = p - 1
  const first = states.get('amountMinor:100')!
  expect(first.z).toBeCloseTo(g, 12)
  expect(first.n).toBeCloseTo(g * g, 12)
  const weight = (-g - 0.5) / ((1 - g) / 0.3 + 1)
  expect(learntWeight(first)).toBeCloseTo(weight, 12)

  learn(states, ['amountMinor:100'], false)
  const next = probabilityOf(BASE_LOG_ODDS + weight)
  const n = g * g + next * next
  const second = states.get('amountMinor:100')!
  expect(second.n).toBeCloseTo(n, 12)
  expect(second.z).toBeCloseTo(g + next - ((Math.sqrt(n) + g) / 0.3) * weight, 12)
})

test('an outcome that turns takes back what was learnt before', () => {
  const states = new Map<string, BinState>()
  learn(states, ['amountMinor:100'], false)
  learn(states, ['amountMinor:100'], true, { turned: true })
  expect(states.get('amountMinor:100')!.z).toBeCloseTo(0.002 - 1, 12)
  learn(states, ['giftCard:1'], false, { turned: true })
  expect(states.get('giftCard:1')!.z).toBe(1)
})

test('a rule that fails loses its points, and one that holds gains', () => {
  const bins = [BASE_BIN, 'attempts10m:5']
  const [failed, held] = [new Map<string, BinState>(), new Map<string, BinState>()]
  learn(failed, bins, false, { times: 5_000 })
  learn(held, bins, true, { times: 50 })
  const points = pointsOfBin('attempts10m:5')
  expect(points).toBe(3)
  expect(weightOfBin('attempts10m:5', failed.get('attempts10m:5'))).toBeLessThan(points - 1)
  expect(weightOfBin('attempts10m:5', held.get('attempts10m:5'))).toBeGreaterThan(points)
})

test('a bin that tells nothing keeps its points exactly', () => {
  expect(learntWeight({ z: 0.5, n: 40, seen: 9 })).toBe(0)
  expect(weightOfBin('newMethod:1', { z: -0.5, n: 40, seen: 9 })).toBe(pointsOfBin('newMethod:1'))
})

test('rates are learnt: one order in ten is fraud where one in ten was', () => {
  const states = new Map<string, BinState>()
  for (let order = 0; order < 4_000; order++) {
    learn(states, [BASE_BIN, 'giftCard:1'], order % 10 === 0)
    learn(states, [BASE_BIN], order % 100 === 0)
  }
  const tables = tablesOf(states)
  expect(probabilityOf(logOddsNow(tables, [BASE_BIN, 'giftCard:1']))).toBeCloseTo(0.1, 1.5)
  expect(probabilityOf(logOddsNow(tables, [BASE_BIN]))).toBeCloseTo(0.01, 2)
})

const outcomes = fc.array(
  fc.record({
    bins: fc.uniqueArray(fc.constantFrom(BASE_BIN, 'giftCard:1', 'newMethod:1', 'history:3')),
    isFraud: fc.boolean(),
    turned: fc.boolean(),
    times: fc.nat(200),
  }),
  { maxLength: 20 },
)

test('weights are bounded, whatever is learnt', () => {
  fc.assert(
    fc.property(outcomes, told => {
      const states = new Map<string, BinState>()
      for (const { bins, isFraud, ...how } of told) learn(states, bins, isFraud, how)
      for (const state of states.values()) {
        expect(Math.abs(learntWeight(state))).toBeLessThanOrEqual(WEIGHT_MAX)
        expect(state.n).toBeLessThan(Number.POSITIVE_INFINITY)
      }
    }),
  )
})

test('a table that is full leaves new bins at their points', () => {
  const full = { get: () => undefined, set: () => false, entries: () => [] }
  learnBins(full, [BASE_BIN], { isFraud: true, turned: false, share: 1 })
  expect(logOddsNow(full, [BASE_BIN])).toBe(BASE_LOG_ODDS)
})
