import { inOneOrder } from './cells-in-one-order.ts'
import type { PurchaseSummary } from './mbg-nbd.ts'

/**
 * Customers counted by what is known of them. Cells of a day are exact for data of days. Cells of a
 * week keep a million customers in some 34,000 of them, and move the parameters by 1 to 3 % where both
 * ages are rounded to the nearest week; cut off to whole weeks, they would move them by 10 %.
 */
export interface PurchaseCell {
  readonly summary: PurchaseSummary
  /** How many customers; not a whole number where old cohorts count less. */
  readonly count: number
}

/** Cells as columns, in the order of repeats, age and last purchase: what a search reads often. */
export interface CellTable {
  readonly users: number
  readonly repeats: number
  readonly levels: readonly Level[]
  readonly last: Float64Array
  readonly age: Float64Array
  readonly count: Float64Array
}

/** The cells of one number of repeats, from one index up to another, and their users. */
export interface Level {
  readonly repeats: number
  readonly users: number
  readonly from: number
  readonly to: number
}

/** In one order, so that the same customers give the same bits however they were gathered. */
export const tableOf = (cells: readonly PurchaseCell[]): CellTable => {
  const ordered = inOneOrder(cells, byRepeatsAgeAndLast)
  const levels = levelsOf(ordered)
  return {
    users: levels.reduce((sum, level) => sum + level.users, 0),
    repeats: levels.reduce((sum, level) => sum + level.users * level.repeats, 0),
    levels,
    last: Float64Array.from(ordered, cell => cell.summary.lastWeeks),
    age: Float64Array.from(ordered, cell => cell.summary.ageWeeks),
    count: Float64Array.from(ordered, cell => cell.count),
  }
}

export const byRepeatsAgeAndLast = (
  { summary: x }: PurchaseCell,
  { summary: y }: PurchaseCell,
): number => x.repeats - y.repeats || x.ageWeeks - y.ageWeeks || x.lastWeeks - y.lastWeeks

const levelsOf = (ordered: readonly PurchaseCell[]): Level[] => {
  const levels: Level[] = []
  let from = 0
  for (let to = 1; to <= ordered.length; to++) {
    const { repeats } = ordered[from]!.summary
    if (ordered[to]?.summary.repeats === repeats) continue
    const users = ordered.slice(from, to).reduce((sum, cell) => sum + cell.count, 0)
    levels.push({ repeats, users, from, to })
    from = to
  }
  return levels
}
