import { expect, test } from 'vitest'
import { boundedCohorts, type Cohorts, CUT_CELLS_MAX } from './purchase-population-bound.ts'
import { type CohortCells, sizeOf } from './purchase-population-state.ts'

const WEEK = 2_800

/** One buyer for each number of repeats and each step of days after the first. */
const cohortOf = (week: number, repeats: number, lasts: number, stepDays: number): CohortCells => {
  const cells = Array.from({ length: repeats * lasts }, (_, at) => at)
  return {
    cohortDay: cells.map(() => week * 7),
    repeats: cells.map(at => Math.floor(at / lasts)),
    lastDay: cells.map(at => week * 7 + (at % lasts) * stepDays),
    buyers: cells.map(() => 1),
    spendRepeats: [0],
    spendBucket: [400],
    spendBuyers: [cells.length],
    deals: [],
  }
}

const cohortsOf = (...all: Parameters<typeof cohortOf>[]): Cohorts =>
  all.map(each => [each[0], cohortOf(...each)])

/** Of 5,000 cells in days: 750 in weeks and 200 in four. */
const daily = (weeks: number): Cohorts =>
  cohortsOf(
    ...Array.from(
      { length: weeks },
      (_, at): Parameters<typeof cohortOf> => [WEEK + at, 50, 100, 1],
    ),
  )

const lengthsOf = (cohorts: Cohorts) => cohorts.map(([, { buyers }]) => buyers.length)
const peopleIn = (cohorts: Cohorts) =>
  cohorts.map(([week, cohort]) => [week, sizeOf(cohort).users, sizeOf(cohort).returns])

test('where there is room, cohorts are as they were told', () => {
  const cohorts = daily(12)
  const { kept, reasons } = boundedCohorts(cohorts)
  expect(kept.map(([, cohort]) => cohort)).toEqual(cohorts.map(([, cohort]) => cohort))
  expect(reasons).toEqual([])
})

test('of more cells, as many of the oldest cohorts are in weeks as it takes, with all people', () => {
  const cohorts = daily(14)
  const { kept, reasons } = boundedCohorts(cohorts)
  const lengths = lengthsOf(kept)
  expect(lengths.slice(3)).toEqual(Array.from({ length: 11 }, () => 5_000))
  expect(Math.max(...lengths.slice(0, 3))).toBeLessThanOrEqual(800)
  expect(peopleIn(kept)).toEqual(peopleIn(cohorts))
  expect(kept[0]![1].spendBuyers).toEqual([5_000])
  const off = kept[0]![1].lastDay.map(day => (day - (WEEK * 7 + 3)) % 7)
  expect(new Set(off)).toEqual(new Set([0]))
  expect(reasons).toEqual([
    {
      code: 'COHORTS_COARSENED',
      detail:
        'Cells of old cohorts, 3 in number, are told in weeks or four weeks: ' +
        'in days there were more than 60,000.',
      weight: 3,
    },
  ])
})

test('where weeks are too many for all, the oldest are in four weeks', () => {
  const cohorts = daily(90)
  const { kept } = boundedCohorts(cohorts)
  const lengths = lengthsOf(kept)
  expect(lengths.reduce((sum, each) => sum + each)).toBeLessThanOrEqual(CUT_CELLS_MAX)
  expect(lengths[0]).toBeLessThan(lengths.at(-1)!)
  expect(lengths.at(-1)).toBeLessThan(5_000)
  expect(lengths).toEqual(lengths.toSorted((x, y) => x - y))
  expect(peopleIn(kept)).toEqual(peopleIn(cohorts))
})

test('only where four weeks are too many do the oldest stay out', () => {
  const wide = Array.from(
    { length: 12 },
    (_, at): Parameters<typeof cohortOf> => [WEEK + at, 128, 41, 28],
  )
  const cohorts = cohortsOf(...wide)
  const { kept, reasons } = boundedCohorts(cohorts)
  expect(kept.map(([week]) => week)).toEqual(wide.slice(1).map(([week]) => week))
  expect(reasons.map(({ code, weight }) => [code, weight])).toEqual([['COHORTS_LEFT_OUT', 1]])
})

test('what a cohort told in weeks itself stays as it is in weeks', () => {
  const [, inWeeks] = boundedCohorts(daily(14)).kept[0]!
  const again = boundedCohorts([[WEEK, inWeeks], ...daily(14).slice(1)]).kept[0]![1]
  expect(again).toEqual(inWeeks)
})
