/** A cohort's counts as the result says them: the same counts give the same lists. */
import type { BodyOf } from '../engine/pipeline.ts'
import type { Tally } from '../engine/state/tally.ts'
import type { PurchaseCohort, Reason } from '../events.ts'
import { MODEL_OF_ALL } from './lifecycle-population.ts'
import { amountOf } from './purchase-amount-cells.ts'
import { placeOf } from './purchase-cohort-cells.ts'
import { cohortOf, DAYS_PER_WEEK } from './purchase-cohort-id.ts'
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

/** Without those that more left than joined. */
const cellsIn = (cells: Tally, firstDay: number) => {
  const lists = { cohortDay: [], repeats: [], lastDay: [], buyers: [] } as CellLists
  const [keys, counts] = [cells.keys(), cells.counts()]
  for (let at = 0; at < keys.length; at++) {
    if (counts[at]! < 0) continue
    const [repeats, weekDay, last] = placeOf(keys[at]!)
    lists.cohortDay.push(firstDay + weekDay)
    lists.repeats.push(repeats)
    lists.lastDay.push(firstDay + last)
    lists.buyers.push(counts[at]!)
  }
  return lists
}
type CellLists = Record<'cohortDay' | 'repeats' | 'lastDay' | 'buyers', number[]>

const amountsIn = (amounts: Tally) => {
  const lists = { spendRepeats: [], spendBucket: [], spendBuyers: [] } as AmountLists
  const [keys, counts] = [amounts.keys(), amounts.counts()]
  for (let at = 0; at < keys.length; at++) {
    if (counts[at]! < 0) continue
    const [repeats, bucket] = amountOf(keys[at]!)
    lists.spendRepeats.push(repeats)
    lists.spendBucket.push(bucket)
    lists.spendBuyers.push(counts[at]!)
  }
  return lists
}
type AmountLists = Record<'spendRepeats' | 'spendBucket' | 'spendBuyers', number[]>

const dealsIn = (deals: Tally): number[] => {
  const sums = Array.from({ length: DEAL_SUMS }, () => 0)
  const [keys, counts] = [deals.keys(), deals.counts()]
  for (let at = 0; at < keys.length; at++) sums[keys[at]!] = Math.max(0, counts[at]!)
  return sums
}

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
