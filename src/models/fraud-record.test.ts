import { expect, test } from 'vitest'
import {
  calibrationErrorOf,
  FIRST_RECORD,
  type FraudRecord,
  logLossOf,
  recordFaded,
  recordWith,
  SAID_RANGES_MAX,
  type SaidState,
} from './fraud-record.ts'

const table = () => {
  const held = new Map<string, SaidState>()
  return {
    get: (range: string) => held.get(range),
    set: (range: string, state: SaidState) => held.set(range, state) === held,
    entries: () => held.entries(),
    held,
  }
}

type Said = readonly [score: number | null, isFraud: boolean, turned?: boolean]

const recordOf = (said: ReturnType<typeof table>, ...told: readonly Said[]): FraudRecord =>
  told.reduce(
    (record, [score, isFraud, turned = false]) =>
      recordWith(record, said, { score, isFraud, turned, share: 1 }),
    FIRST_RECORD,
  )

test('the error is how far scores near each other are from their rate of frauds', () => {
  const said = table()
  const record = recordOf(said, [0.4, false], [0.45, true], [0.01, false], [0.011, false])
  // .4 and .45 are within a doubling of odds, said .85 and one came true; .021 was said of none.
  expect(calibrationErrorOf(said)).toBeCloseTo((0.15 + 0.021) / 4, 12)
  expect(record).toMatchObject({ outcomes: 4, frauds: 1, seen: 4 })
})

test('the loss is that of what was said', () => {
  const record = recordOf(table(), [0.5, true], [0.2, false])
  expect(logLossOf(record)).toBeCloseTo((Math.log(2) - Math.log(0.8)) / 2, 12)
  expect(logLossOf(FIRST_RECORD)).toBe(0)
  expect(calibrationErrorOf(table())).toBe(0)
})

test('what turns, and what no score is known of, is learnt and not held against a score', () => {
  const said = table()
  const record = recordOf(said, [0.5, true, true], [null, false])
  expect(record).toMatchObject({ outcomes: 2, losses: 0, loss: 0 })
  expect(said.held.size).toBe(0)
})

test('a certainty that fails costs much, and no infinity', () => {
  const said = table()
  expect(logLossOf(recordOf(said, [0, true], [1, false]))).toBeCloseTo(-Math.log(1e-9), 6)
  expect(said.held.size).toBe(2)
})

test('what fades fades alike', () => {
  const said = table()
  const record = recordOf(said, [0.5, true], [0.2, false])
  const before = [calibrationErrorOf(said), logLossOf(record)]
  const faded = { ...record, ...recordFaded(record, said, 0.5) }
  expect([calibrationErrorOf(said), logLossOf(faded)]).toEqual(before)
  expect(faded).toMatchObject({ seen: 1, losses: 1, outcomes: 2 })
})

test('all scores fall into a bounded number of ranges', () => {
  const said = table()
  for (let at = 0; at <= 10_000; at++) recordOf(said, [at / 10_000, false], [2 ** -at, false])
  expect(said.held.size).toBeLessThanOrEqual(SAID_RANGES_MAX)
})
