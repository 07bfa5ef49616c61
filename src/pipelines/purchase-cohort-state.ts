/** What is kept of a cohort: sums of changes, as whole numbers by whole numbers. */
import { int } from '../engine/form.ts'
import type { Context } from '../engine/pipeline.ts'
import { type Tally, tally } from '../engine/state/tally.ts'
import { type Value, value } from '../engine/state/value.ts'
import { noDealings } from '../models/deal-population.ts'
import { OUTCOME_BINS_MAX } from '../models/outcome-bins.ts'
import {
  AMOUNT_CELLS_MAX,
  AMOUNTS_MAX_BY_LEVEL,
  coarserAmountCell,
} from './purchase-amount-cells.ts'
import { CELLS_MAX_BY_LEVEL, COHORT_CELLS_MAX, coarserCohortCell } from './purchase-cohort-cells.ts'

/** Sums of a population's dealings. */
export const DEAL_SUMS = noDealings().sums.length

export const cohortState = {
  cells: tally({ max: COHORT_CELLS_MAX }),
  /** How coarse the cells are; it only ever rises. */
  cellLevel: value(int, 0),
  amounts: tally({ max: AMOUNT_CELLS_MAX }),
  amountLevel: value(int, 0),
  deals: tally({ max: DEAL_SUMS }),
  /** Of forecasts that ended since the last report: two counts for each bin and horizon. */
  outcomes: tally({ max: 4 * OUTCOME_BINS_MAX }),
}

export type CohortContext = Context<typeof cohortState, 'reportDue', Record<never, never>>
export type CohortState = CohortContext['state']

/** Makes the cells of a cohort coarser where there are too many. */
export const boundCells = ({ cells, cellLevel }: CohortState): void =>
  bound(cells, cellLevel, CELLS_MAX_BY_LEVEL, coarserCohortCell)

/** The same with its amounts. */
export const boundAmounts = ({ amounts, amountLevel }: CohortState): void =>
  bound(amounts, amountLevel, AMOUNTS_MAX_BY_LEVEL, coarserAmountCell)

const bound = (
  counted: Tally,
  level: Value<number>,
  maxByLevel: readonly number[],
  coarser: (level: number, cell: number) => number,
): void => {
  for (let at = level.get(); counted.size > (maxByLevel[at] ?? Infinity); at++) {
    const [keys, counts] = [counted.keys(), counted.counts()]
    counted.clear()
    for (let i = 0; i < keys.length; i++) counted.add(coarser(at, keys[i]!), counts[i]!)
    level.set(at + 1)
  }
}
