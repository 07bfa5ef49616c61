import fc from 'fast-check'
import { expect, test } from 'vitest'
import { savedSlot } from '../engine/state/conformance.ts'
import { tally } from '../engine/state/tally.ts'
import { days, weeks } from '../engine/time.ts'
import { addOutcomes, OUTCOME_COUNTS_MAX, outcomesAt } from './purchase-population-outcomes.ts'

const DAY = days(1)
const FIRST = 2_800 * weeks(1)
const LAST_DAY = 500
const counts = tally({ max: OUTCOME_COUNTS_MAX })

interface Report {
  readonly day: number
  readonly bins: readonly {
    readonly horizon: number
    readonly bin: number
    readonly happened: number
    readonly missed: number
  }[]
}

const told = ({ bins }: Report) => ({
  outcomeHorizonDays: bins.map(({ horizon }) => horizon),
  outcomeBin: bins.map(({ bin }) => bin),
  outcomes: bins.map(({ happened, missed }) => happened + missed),
  happened: bins.map(({ happened }) => happened),
})

const taken = (reports: readonly Report[]) => {
  const slot = savedSlot(counts)
  const held = counts.view(slot)
  for (const report of reports) addOutcomes(held, told(report), FIRST + (report.day + 1) * DAY - 1)
  return { held, cut: outcomesAt(held, FIRST + LAST_DAY * DAY, () => true), bytes: slot.reopen() }
}

const reports = fc.array(
  fc.record({
    day: fc.nat(LAST_DAY - 1),
    bins: fc.uniqueArray(
      fc.record({
        horizon: fc.constantFrom(30, 90),
        bin: fc.constantFrom(-138, -1, 0, 1, 138),
        happened: fc.nat(4),
        missed: fc.nat(4),
      }),
      { selector: ({ horizon, bin }) => `${horizon} ${bin}` },
    ),
  }),
  { maxLength: 30 },
)

/** Of a list of outcomes, each by itself: how many there are, each counting less for its weeks. */
const naive = (all: readonly Report[]): Record<string, readonly [number, number]> => {
  const sums: Record<string, readonly [number, number]> = {}
  for (const { day, bins } of all) {
    const age = Math.floor((LAST_DAY - 1) / 7) - Math.floor(day / 7)
    if (age > 51) continue
    const left = Math.exp((-7 * age) / 90)
    for (const { horizon, bin, happened, missed } of bins) {
      if (happened + missed === 0) continue
      const [n, h] = sums[`${horizon} ${bin}`] ?? [0, 0]
      sums[`${horizon} ${bin}`] = [n + left * (happened + missed), h + left * happened]
    }
  }
  return sums
}

test('outcomes of the last 52 weeks count, less by 1/e for each 90 days', () => {
  fc.assert(
    fc.property(reports, all => {
      const { cut } = taken(all)
      const expected = naive(all)
      const names = cut.outcomeBin.map((bin, at) => `${cut.outcomeHorizonDays[at]} ${bin}`)
      expect(names.toSorted()).toEqual(Object.keys(expected).toSorted())
      const order = cut.outcomeBin.map((bin, at) => cut.outcomeHorizonDays[at]! * 1_000 + bin)
      expect(order).toEqual(order.toSorted((a, b) => a - b))
      names.forEach((name, at) => {
        expect(cut.outcomes[at]).toBeCloseTo(expected[name]![0], 9)
        expect(cut.happened[at]).toBeCloseTo(expected[name]![1], 9)
      })
    }),
  )
})

test('the same outcomes are the same bytes and the same bits, whichever way they came', () => {
  const shuffled = reports.chain(all =>
    fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
  )
  fc.assert(
    fc.property(shuffled, ([all, others]) => {
      const [one, other] = [taken(all), taken(others)]
      expect(other.bytes).toEqual(one.bytes)
      expect(other.cut).toEqual(one.cut)
    }),
  )
})

test('a year of outcomes in every bin fits, and what is older than that is dropped', () => {
  const bins = [30, 90].flatMap(horizon =>
    Array.from({ length: 277 }, (_, at) => ({ horizon, bin: at - 138, happened: 1, missed: 1 })),
  )
  const held = counts.view(savedSlot(counts))
  for (let week = 0; week < 54; week++) {
    addOutcomes(held, told({ day: 0, bins }), FIRST + weeks(week))
  }
  expect(held.size).toBe(OUTCOME_COUNTS_MAX)
  expect(outcomesAt(held, FIRST + weeks(54), () => true).outcomes).toHaveLength(2 * 277)
  const [oldest] = outcomesAt(held, FIRST + weeks(54 + 51), () => true).outcomes
  expect(oldest).toBeCloseTo(2 * Math.exp((-7 * 51) / 90), 12)
  expect(outcomesAt(held, FIRST + weeks(54 + 52), () => true).outcomes).toEqual([])
})

test('a horizon or a bin that there is not counts nowhere', () => {
  const bin = { happened: 1, missed: 0 }
  const bins = [
    { ...bin, horizon: 60, bin: 0 },
    { ...bin, horizon: 30, bin: 139 },
    { ...bin, horizon: 90, bin: -139 },
  ]
  expect(taken([{ day: 0, bins }]).held.size).toBe(0)
})
