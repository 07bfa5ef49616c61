/** What is kept of the population of a model: its cohorts as they were last told, and outcomes. */
import { array, double, int, long, nullable, record, type ValueOf } from '../engine/form.ts'
import type { Context } from '../engine/pipeline.ts'
import { mapOf } from '../engine/state/map-of.ts'
import { value } from '../engine/state/value.ts'
import type { ModelParameters, PurchaseCohort } from '../events.ts'
import { COHORT_WEEKS_MAX } from './purchase-cohort-id.ts'

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

/** By bin of forecasts; bins side by side, lowest horizon and bin first. */
const outcomes = record({
  /** The midnight to which older ones are decayed. */
  asOf: long,
  outcomeHorizonDays: array(int),
  outcomeBin: array(int),
  outcomes: array(double),
  happened: array(double),
})
export type PopulationOutcomes = Readonly<ValueOf<typeof outcomes>>

export const NO_OUTCOMES: PopulationOutcomes = {
  asOf: 0,
  outcomeHorizonDays: [],
  outcomeBin: [],
  outcomes: [],
  happened: [],
}

/** Rhythms, and from when on outcomes are of forecasts by them. */
const judged = record({ r: double, alpha: double, a: double, b: double, since: long })

export const populationState = {
  /** By the number of their week. Those that are too old are taken out with each cut. */
  cohorts: mapOf(cohortCells, { max: COHORT_WEEKS_MAX + 32, bytesMax: 1 << 17 }),
  outcomes: value(outcomes, NO_OUTCOMES, { bytesMax: 1 << 14 }),
  /** What these were judged by, from the first of them on; null: nothing was told yet. */
  judged: value(nullable(judged), null),
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
