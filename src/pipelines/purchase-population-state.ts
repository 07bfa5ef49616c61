/** What is kept of the population of a model: its cohorts as they were last told, and outcomes. */
import { array, double, int, long, record, type ValueOf } from '../engine/form.ts'
import type { Context } from '../engine/pipeline.ts'
import { mapOf } from '../engine/state/map-of.ts'
import { tally } from '../engine/state/tally.ts'
import { value } from '../engine/state/value.ts'
import type { ModelParameters, PurchaseCohort } from '../events.ts'
import { COHORT_WEEKS_MAX } from './purchase-cohort-id.ts'
import { OUTCOME_COUNTS_MAX, OUTCOME_WEEKS } from './purchase-population-outcomes.ts'

const cohortCells = record({
  cohortDay: array(int),
  repeats: array(int),
  lastDay: array(int),
  buyers: array(int),
  spendRepeats: array(int),
  spendBucket: array(int),
  spendBuyers: array(int),
  deals: array(int),
})
export type CohortCells = Readonly<ValueOf<typeof cohortCells>>

const rhythm = record({ r: double, alpha: double, a: double, b: double })

export const populationState = {
  /** By the number of their week. Those that are too old are taken out with each cut. */
  cohorts: mapOf(cohortCells, { max: COHORT_WEEKS_MAX + 32, bytesMax: 1 << 17 }),
  /** By week, horizon and bin of forecasts: how many, and of how many nothing was bought. */
  outcomes: tally({ max: OUTCOME_COUNTS_MAX }),
  /** In use when the first cohort of a week told, by its number; one week more than outcomes are of. */
  rhythms: mapOf(rhythm, { max: OUTCOME_WEEKS + 1 }),
  /** By how many buyers and repeats cohorts changed since the last cut, and what that went by. */
  changed: value(record({ since: long, hasCut: int, versionOfAll: int }), {
    since: 0,
    hasCut: 0,
    versionOfAll: 0,
  }),
}

export type PopulationContext = Context<
  typeof populationState,
  'cutDue',
  { readonly modelParameters: ModelParameters }
>

/** Buyers, and the days on which they came back. */
export const sizeOf = ({ buyers, repeats }: Pick<CohortCells, 'buyers' | 'repeats'>) => {
  let [users, returns, returned] = [0, 0, 0]
  for (let at = 0; at < buyers.length; at++) {
    users += buyers[at]!
    returns += buyers[at]! * repeats[at]!
    if (repeats[at]! > 0) returned += buyers[at]!
  }
  return { users, returns, returned }
}

export const cellsOf = (cohort: Pick<PurchaseCohort, keyof CohortCells>): CohortCells => ({
  cohortDay: [...cohort.cohortDay],
  repeats: [...cohort.repeats],
  lastDay: [...cohort.lastDay],
  buyers: [...cohort.buyers],
  spendRepeats: [...cohort.spendRepeats],
  spendBucket: [...cohort.spendBucket],
  spendBuyers: [...cohort.spendBuyers],
  deals: [...cohort.deals],
})
