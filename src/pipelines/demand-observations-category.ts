/** What is known of how demand of a category scatters, and of its week. */
import type { ModelParameters } from '../events.ts'
import { type DemandCategory, NO_CATEGORY } from '../models/demand-bucket.ts'
import { levelsBy } from './elasticity-population.ts'

type Published = ModelParameters['parameters']

const DAYS_OF_A_WEEK = 7
const SCATTER_BOUNDS = { min: 0.005, max: 3 }
/** Beyond them a day is closed, or open alone, and is not told from demand. */
const WEEKDAY_BOUNDS = { min: 0.1, max: 7 }

/** `scatter` and `weekday0` to `weekday6`; what makes no sense counts as absent. */
export const demandCategoryIn = (published: Published): DemandCategory => {
  const week = Array.from({ length: DAYS_OF_A_WEEK }, (_, day) => published[`weekday${day}`])
  const { scatter } = published
  return {
    scatter: isWithin(scatter, SCATTER_BOUNDS) ? scatter : null,
    weekdayIndex: isWeek(week) ? week : null,
  }
}

export const demandCategories = levelsBy(demandCategoryIn, NO_CATEGORY)

const isWeek = (week: readonly (number | undefined)[]): week is number[] =>
  week.every(factor => isWithin(factor, WEEKDAY_BOUNDS))

const isWithin = (
  value: number | undefined,
  { min, max }: { readonly min: number; readonly max: number },
): value is number => value !== undefined && value >= min && value <= max
