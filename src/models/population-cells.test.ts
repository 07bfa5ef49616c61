import { describe, expect, test } from 'vitest'
import {
  type CountedBuyer,
  populationOf,
  simulatedBuyers,
} from '../testing/population-of-buyers.ts'
import { GATHERED_CELLS_MAX } from './gathered-cells.ts'
import { inOneGo } from './in-pieces.ts'
import { HALF_LIFE_WEEKS, populationCells, WEIGHT_MIN } from './population-cells.ts'
import { fitPurchases, likelihoodOfTable, startOf } from './purchase-fit.ts'

const CUT_DAY = 15_000
const buyer = (daysAgo: number, repeats = 0, lastDaysAgo = daysAgo): CountedBuyer => ({
  cohortDay: CUT_DAY - daysAgo,
  repeats,
  lastDay: CUT_DAY - lastDaysAgo,
  meanMinor: 1,
})
const cellsOf = (buyers: readonly CountedBuyer[]) =>
  inOneGo(populationCells(populationOf(buyers, CUT_DAY)))

describe('the cells of a population', () => {
  test('have ages in weeks at the cut, as of noon of the day of a purchase', () => {
    const { table } = cellsOf([buyer(21, 2, 7), buyer(1), buyer(1)])
    expect([...table.age]).toEqual([0.5 / 7, 20.5 / 7])
    expect([...table.last]).toEqual([0, 14 / 7])
    expect(table.levels).toMatchObject([
      { repeats: 0, from: 0, to: 1 },
      { repeats: 2, from: 1, to: 2 },
    ])
  })

  test('count people as people, and weigh them by half for each year, down to a sixteenth', () => {
    const yearDays = 7 * HALF_LIFE_WEEKS
    const cells = cellsOf([buyer(yearDays + 1, 3, 1), buyer(1), buyer(9 * yearDays, 1, 5)])
    expect(cells).toMatchObject({ buyers: 3, repeats: 4, peopleOfLevel: [1, 1, 1] })
    const [young, ancient, old] = cells.table.count
    expect(old! / young!).toBeCloseTo(0.5, 12)
    expect(ancient).toBe(WEIGHT_MIN)
    expect(cells.table.users).toBeCloseTo(young! + ancient! + old!, 12)
  })

  test('of a day that is not over yet are of the last moment before the cut', () => {
    const { table } = cellsOf([buyer(-3), buyer(2, 1, -3)])
    expect([...table.age]).toEqual([0, 1.5 / 7])
    expect([...table.last]).toEqual([0, 1.5 / 7])
  })
})

test('joined cells give nearly the same parameters as people one by one', () => {
  const truth = { rhythm: { r: 0.6, alpha: 8, a: 0.8, b: 2 }, spend: { p: 4, q: 3, v: 2_000 } }
  const buyers = simulatedBuyers(truth, 80_000, { weeks: 100, cutDay: CUT_DAY, seed: 1 })
  const { table } = cellsOf(buyers)
  expect(
    new Set(buyers.map(one => `${one.cohortDay} ${one.repeats} ${one.lastDay}`)).size,
  ).toBeGreaterThan(2 * GATHERED_CELLS_MAX)
  expect(table.count.length).toBeLessThanOrEqual(GATHERED_CELLS_MAX)
  const oneByOne = fitPurchases(
    buyers.map(({ cohortDay, repeats, lastDay }) => {
      const ageWeeks = (CUT_DAY - cohortDay - 0.5) / 7
      const lastWeeks = Math.min((lastDay - cohortDay) / 7, ageWeeks)
      return {
        summary: { repeats, ageWeeks, lastWeeks },
        count: 2 ** (-ageWeeks / HALF_LIFE_WEEKS),
      }
    }),
  )
  const joined = likelihoodOfTable(table).cost
  const best = startOf(oneByOne.parameters)
  // Not at its own minimum, but so near it that one per cent off is worse.
  for (const at of best.keys()) {
    for (const step of [-0.01, 0.01]) {
      expect(joined(best.with(at, best[at]! + step))).toBeGreaterThan(joined(best))
    }
  }
})
