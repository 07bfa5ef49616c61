/** All cohorts of a model side by side, as of a midnight: what a fit reads. */
import type { BodyOf } from '../engine/pipeline.ts'
import { days, type Instant } from '../engine/time.ts'
import type { PurchasePopulation } from '../events.ts'
import { MODEL_OF_ALL } from './lifecycle-population.ts'
import {
  AMOUNT_CELLS_MAX,
  amountCellAt,
  amountOf,
  coarserAmountCell,
} from './purchase-amount-cells.ts'
import { isPast } from './purchase-cohort-id.ts'
import type { Cohorts } from './purchase-population-bound.ts'
import { type CohortCells, type PopulationContext, sizeOf } from './purchase-population-state.ts'

export const PURCHASE_POPULATIONS_VERSION = 'populations-2026-11-23'

export type Cut = BodyOf<PurchasePopulation>

/** The oldest first. Those that are past are forgotten. */
export const cohortsAt = (cutAt: Instant, { state }: PopulationContext): Cohorts => {
  const all = state.cohorts.entries().map(([week, cohort]) => [Number(week), cohort] as const)
  for (const [week] of all) if (isPast(week, cutAt)) state.cohorts.delete(`${week}`)
  return all.filter(([week]) => !isPast(week, cutAt)).sort(([x], [y]) => x - y)
}

/** Buyers, and the days on which they came back, of all cohorts. */
export const totalOf = (cohorts: Cohorts): ReturnType<typeof sizeOf> => {
  const total = { users: 0, returns: 0, returned: 0 }
  for (const [, cohort] of cohorts) {
    const { users, returns, returned } = sizeOf(cohort)
    total.users += users
    total.returns += returns
    total.returned += returned
  }
  return total
}

/** The lists of the cut. */
export const cutOf = (kept: Cohorts, cutAt: Instant) => {
  const lastDayMax = cutAt / days(1) - 1
  const all = kept.map(([, cohort]) => cohort)
  return {
    cohortDay: all.flatMap(({ cohortDay }) => cohortDay.map(day => Math.min(day, lastDayMax))),
    repeats: all.flatMap(({ repeats }) => repeats),
    // Of days that were rounded up, some are still to come.
    lastDay: all.flatMap(({ lastDay }) => lastDay.map(day => Math.min(day, lastDayMax))),
    buyers: all.flatMap(({ buyers }) => buyers),
    ...amountsOf(all),
    deals: dealsOf(all),
  }
}

/** Amounts of all cohorts together; a coarse cohort counts at the middles of its buckets. */
const amountsOf = (cohorts: readonly CohortCells[]) => {
  const counts = bounded(countedAmounts(cohorts))
  const cells = [...counts.keys()].sort((x, y) => x - y)
  return {
    spendRepeats: cells.map(cell => amountOf(cell)[0]),
    spendBucket: cells.map(cell => amountOf(cell)[1]),
    spendBuyers: cells.map(cell => counts.get(cell)!),
  }
}

const countedAmounts = (cohorts: readonly CohortCells[]): Map<number, number> => {
  const counts = new Map<number, number>()
  for (const { spendRepeats, spendBucket, spendBuyers } of cohorts) {
    for (let at = 0; at < spendBuyers.length; at++) {
      const cell = amountCellAt(0, spendRepeats[at]!, spendBucket[at]!)
      counts.set(cell, (counts.get(cell) ?? 0) + spendBuyers[at]!)
    }
  }
  return counts
}

/** As a cohort's own amounts are, where there are very many. */
const bounded = (counts: ReadonlyMap<number, number>): ReadonlyMap<number, number> => {
  let fewer = counts
  for (let level = 0; level < 2 && fewer.size > 2 * AMOUNT_CELLS_MAX; level++) {
    const next = new Map<number, number>()
    for (const [cell, count] of fewer) {
      const coarser = coarserAmountCell(level, cell)
      next.set(coarser, (next.get(coarser) ?? 0) + count)
    }
    fewer = next
  }
  return fewer
}

const dealsOf = (cohorts: readonly CohortCells[]): number[] => {
  const sums: number[] = []
  for (const { deals } of cohorts) {
    for (let at = 0; at < deals.length; at++) sums[at] = (sums[at] ?? 0) + deals[at]!
  }
  return sums
}

/** Of the model of all, and of the market that has no name, there is none. */
export const marketOf = (modelId: string): string | null =>
  modelId.slice(MODEL_OF_ALL.length + 1) || null
