/** A cohort's counts as the result says them: the same counts give the same lists. */
import type { BodyOf } from '../engine/pipeline.ts'
import type { Tally } from '../engine/state/tally.ts'
import type { PurchaseCohort, Reason } from '../events.ts'
import { amountOf } from './purchase-amount-cells.ts'
import { placeOf } from './purchase-cohort-cells.ts'
import { cohortOf, DAYS_PER_WEEK, MODEL_OF_ALL } from './purchase-cohort-id.ts'
import { outcomesIn } from './purchase-cohort-outcomes.ts'
import { type CohortState, DEAL_SUMS } from './purchase-cohort-state.ts'

export const PURCHASE_COHORTS_VERSION = 'cohorts-2026-11-23'

export type Cohort = BodyOf<PurchaseCohort>

export const cohortResult = (cohortId: string, state: CohortState): Cohort => {
  const { modelId, cohortWeek } = cohortOf(cohortId)
  return {
    modelVersion: PURCHASE_COHORTS_VERSION,
    reasons: unevenReasons(state.cells),
    cohortId,
    modelId,
    cohortWeek,
    ...cellsIn(state.cells, cohortWeek * DAYS_PER_WEEK),
    ...amountsIn(state.amounts),
    deals: modelId === MODEL_OF_ALL ? [] : dealsIn(state.deals),
    ...outcomesIn(state.outcomes),
  }
}

type Counted = readonly (readonly [place: number, count: number])[]

/** Without those that more left than joined. */
const countedIn = (counted: Tally): Counted => {
  const counts = counted.counts()
  return counted.keys().flatMap((key, at) => (counts[at]! > 0 ? [[key, counts[at]!]] : []))
}

const cellsIn = (cells: Tally, firstDay: number) => {
  const counted = countedIn(cells)
  const places = counted.map(([cell]) => placeOf(cell))
  return {
    cohortDay: places.map(([, weekDay]) => firstDay + weekDay),
    repeats: places.map(([repeats]) => repeats),
    lastDay: places.map(([, , last]) => firstDay + last),
    buyers: counted.map(([, count]) => count),
  }
}

const amountsIn = (amounts: Tally) => {
  const counted = countedIn(amounts)
  const places = counted.map(([cell]) => amountOf(cell))
  return {
    spendRepeats: places.map(([repeats]) => repeats),
    spendBucket: places.map(([, bucket]) => bucket),
    spendBuyers: counted.map(([, count]) => count),
  }
}

const dealsIn = (deals: Tally): number[] =>
  Array.from({ length: DEAL_SUMS }, (_, at) => Math.max(0, deals.count(at)))

/**
 * By event time a late correction may lie before a midnight, and the purchase that it corrects behind
 * it. Then a cell has one too few until the next report; anything else is a fault of the counting.
 */
const unevenReasons = (cells: Tally): Reason[] => {
  const missing = cells.counts().reduce((sum, count) => sum - Math.min(0, count), 0)
  return missing === 0
    ? []
    : [
        {
          code: 'LEFT_BEFORE_JOINED',
          detail: `Buyers left cells before they had joined them: ${missing}. Counted as 0 for now.`,
          weight: missing,
        },
      ]
}
