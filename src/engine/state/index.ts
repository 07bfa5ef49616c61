/** The kinds of state that a pipeline may declare, each in its own file, and their layouts. */
export { type Decayed, decayed } from './decayed.ts'
export { type Distinct, distinct } from './distinct.ts'
export {
  type CellLayout,
  comparedLayouts,
  fingerprintOf,
  type Layout,
  type LayoutDifference,
  layoutOf,
} from './fingerprint.ts'
export { type List, listOf } from './list-of.ts'
export { type Entries, mapOf } from './map-of.ts'
export { type Quantiles, quantiles } from './quantiles.ts'
export { type RecentSet, recentSet } from './recent-set.ts'
export { type RollingCount, rollingCount } from './rolling-count.ts'
export { type RowTable, rowsOf } from './rows-of.ts'
export { type Table, tableOf } from './table-of.ts'
export { type Tally, tally } from './tally.ts'
export { type Value, value } from './value.ts'
