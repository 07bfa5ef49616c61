/**
 * The cells of a cohort as whole numbers, in the order of repeats, first and last purchase, and how
 * they are made fewer: from days to weeks and on to four weeks, each rounded to the nearest.
 *
 *     repeats    first purchase    last purchase
 *     0 .. 127   day of the week   days after the week's first day
 *
 * A buyer who leaves is counted out of the cell that the same rule puts them in, so what is coarse is
 * the sum of what is fine, whenever it was made coarser. Ages are rounded, not cut off, and all that
 * bought first within one week are taken for its middle; see `models/purchase-cells.ts` for what that
 * costs a fit.
 *
 * Bound: whoever came back more often than 127 times is counted with 127, and a last purchase after
 * 1,133 days, when the cohort is not counted any more, with that day. In steps of four weeks there are
 * then 5,376 cells at most, so a cohort is never full.
 */
import type { PopulationChange } from '../events.ts'
import { COHORT_WEEKS_MAX, cohortWeekOf, DAYS_PER_WEEK } from './purchase-cohort-id.ts'

/** By level: with more cells than these the next level begins. */
export const CELLS_MAX_BY_LEVEL: readonly number[] = [1_000, 4_000]
export const REPEATS_MAX = 127
export const LAST_DAY_MAX = (COHORT_WEEKS_MAX + 2) * DAYS_PER_WEEK - 1
const FOUR_WEEKS = 4 * DAYS_PER_WEEK
const MIDDLE_DAY = 3

/** In steps of four weeks, from none to the last. */
export const COHORT_CELLS_MAX =
  (REPEATS_MAX + 1) * (Math.round(Math.round(LAST_DAY_MAX / DAYS_PER_WEEK) / 4) + 1)

const LAST_DAYS = LAST_DAY_MAX + DAYS_PER_WEEK
const OF_REPEATS = DAYS_PER_WEEK * LAST_DAYS

/** The cell of a buyer at a level: 0 for days. */
export const cohortCellAt = (
  level: number,
  { cohortDay, repeats, lastDay }: Pick<PopulationChange, 'cohortDay' | 'repeats' | 'lastDay'>,
): number => {
  const weekDay = cohortDay - cohortWeekOf(cohortDay) * DAYS_PER_WEEK
  const last = Math.min(weekDay + lastDay - cohortDay, LAST_DAY_MAX)
  let cell = cellOf(Math.min(repeats, REPEATS_MAX), weekDay, last)
  for (let step = 0; step < level; step++) cell = coarserCohortCell(step, cell)
  return cell
}

/** The cell of the next level that a cell of this one is part of. */
export const coarserCohortCell = (level: number, cell: number): number => {
  const [repeats, weekDay, last] = placeOf(cell)
  const step = level === 0 ? DAYS_PER_WEEK : FOUR_WEEKS
  return cellOf(repeats, MIDDLE_DAY, MIDDLE_DAY + step * Math.round((last - weekDay) / step))
}

/** What the cell stands for; days count from the first of the cohort's week. */
export const placeOf = (
  cell: number,
): readonly [repeats: number, weekDay: number, last: number] => {
  const rest = cell % OF_REPEATS
  return [Math.floor(cell / OF_REPEATS), Math.floor(rest / LAST_DAYS), rest % LAST_DAYS]
}

const cellOf = (repeats: number, weekDay: number, last: number): number =>
  repeats * OF_REPEATS + weekDay * LAST_DAYS + last
