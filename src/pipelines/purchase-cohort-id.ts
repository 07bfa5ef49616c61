/** Whose counts a cohort is: the model that is fitted to it, and the week of the first purchases. */
import { days, weeks } from '../engine/time.ts'
import type { PopulationChange } from '../events.ts'
import { MODEL_OF_ALL, modelIdOf } from './lifecycle-population.ts'

/** Who bought first more weeks ago is not counted any more: three years, and some. */
export const COHORT_WEEKS_MAX = 160

export const DAYS_PER_WEEK = 7

/** Weeks since 1970 (UTC), of seven days from Thursday on. */
export const cohortWeekOf = (cohortDay: number): number => Math.floor(cohortDay / DAYS_PER_WEEK)

/** Whether a cohort is too old to be counted at this moment. */
export const isPast = (cohortWeek: number, at: number): boolean =>
  cohortWeek < Math.floor(at / weeks(1)) - COHORT_WEEKS_MAX

/**
 * The cohorts that a buyer is counted in: that of the market, and that of all. A forecast by rhythms of
 * the market's own says nothing of the rhythms of all, and is counted with the market alone.
 */
export const cohortIdsOf = ({
  market,
  cohortDay,
  judgedModelId = null,
}: Pick<PopulationChange, 'market' | 'cohortDay'> &
  Partial<Pick<PopulationChange, 'judgedModelId'>>): readonly string[] => {
  const firstDay = firstDayText(cohortWeekOf(cohortDay))
  const ofMarket = `${modelIdOf(market)}|${firstDay}`
  const isOfAll = judgedModelId === null || judgedModelId === MODEL_OF_ALL
  return isOfAll ? [ofMarket, `${MODEL_OF_ALL}|${firstDay}`] : [ofMarket]
}

/** The name of a market may have a stroke in it; a day has none. */
export const cohortOf = (cohortId: string): { modelId: string; cohortWeek: number } => {
  const stroke = cohortId.lastIndexOf('|')
  return {
    modelId: cohortId.slice(0, stroke),
    cohortWeek: Math.floor(Date.parse(cohortId.slice(stroke + 1)) / weeks(1)),
  }
}

/** As a day, such as 2025-01-02. The last one is remembered: most changes are of one buyer. */
const firstDayText = (week: number): string => {
  if (week !== lastWeek) {
    lastWeek = week
    lastText = new Date(week * DAYS_PER_WEEK * days(1)).toISOString().slice(0, 10)
  }
  return lastText
}

let lastWeek = Number.NaN
let lastText = ''
