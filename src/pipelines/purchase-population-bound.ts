/**
 * As many cells as one record holds. Where there are more, the oldest cohorts are told in weeks, and
 * where that is not enough, in four weeks: by the steps in which a cohort makes its own cells coarser.
 * What is old is told worse, and is not lost: a fit, levels and fifths without it would be of the newest
 * buyers alone. Only where even that is too much do the oldest cohorts stay out.
 */
import type { Reason } from '../events.ts'
import { cohortCellAt, placeOf } from './purchase-cohort-cells.ts'
import { cohortWeekOf, DAYS_PER_WEEK } from './purchase-cohort-id.ts'
import type { CohortCells } from './purchase-population-state.ts'

export const CUT_CELLS_MAX = 60_000

/** The oldest first. */
export type Cohorts = readonly (readonly [week: number, cohort: CohortCells])[]

/** Weeks, and four weeks. */
const LEVELS = [1, 2]

/** All cohorts as fine as there is room for, and a reason where that is not as they were told. */
export const boundedCohorts = (cohorts: Cohorts): { kept: Cohorts; reasons: Reason[] } => {
  const coarse = coarsened(cohorts)
  const kept = newestOf(coarse)
  const from = coarse.length - kept.length
  const coarser = kept.filter(([, cohort], at) => cohort !== cohorts[from + at]![1]).length
  return {
    kept,
    reasons: [
      ...(from === 0 ? [] : [leftOut(from)]),
      ...(coarser === 0 ? [] : [madeCoarser(coarser)]),
    ],
  }
}

const coarsened = (cohorts: Cohorts): Cohorts => {
  const fewer = [...cohorts]
  let cells = fewer.reduce((sum, [, { buyers }]) => sum + buyers.length, 0)
  for (const level of LEVELS) {
    for (let at = 0; at < fewer.length && cells > CUT_CELLS_MAX; at++) {
      const [week, cohort] = fewer[at]!
      const coarser = coarserCohort(level, cohort)
      cells += coarser.buyers.length - cohort.buyers.length
      if (coarser.buyers.length < cohort.buyers.length) fewer[at] = [week, coarser]
    }
  }
  return fewer
}

const coarserCohort = (level: number, cohort: CohortCells): CohortCells => {
  const counts = new Map<number, number>()
  for (const [at, cohortDay] of cohort.cohortDay.entries()) {
    const [repeats, lastDay] = [cohort.repeats[at]!, cohort.lastDay[at]!]
    const cell = cohortCellAt(level, { cohortDay, repeats, lastDay })
    counts.set(cell, (counts.get(cell) ?? 0) + cohort.buyers[at]!)
  }
  const firstDay = cohortWeekOf(cohort.cohortDay[0] ?? 0) * DAYS_PER_WEEK
  const cells = [...counts.keys()].sort((x, y) => x - y)
  return {
    ...cohort,
    repeats: cells.map(cell => placeOf(cell)[0]),
    cohortDay: cells.map(cell => firstDay + placeOf(cell)[1]),
    lastDay: cells.map(cell => firstDay + placeOf(cell)[2]),
    buyers: cells.map(cell => counts.get(cell)!),
  }
}

/** As many of the newest as there is room for. */
const newestOf = (cohorts: Cohorts): Cohorts => {
  let [from, cells] = [cohorts.length, 0]
  while (from > 0) {
    cells += cohorts[from - 1]![1].buyers.length
    if (cells > CUT_CELLS_MAX) break
    from--
  }
  return cohorts.slice(from)
}

const leftOut = (cohorts: number): Reason => ({
  code: 'COHORTS_LEFT_OUT',
  detail:
    `The oldest cohorts are left out, ${cohorts} in number: ` +
    'with them there were more than 60,000 cells, also in four weeks.',
  weight: cohorts,
})

const madeCoarser = (cohorts: number): Reason => ({
  code: 'COHORTS_COARSENED',
  detail:
    `Cells of old cohorts, ${cohorts} in number, are told in weeks or four weeks: ` +
    'in days there were more than 60,000.',
  weight: cohorts,
})
