/**
 * The cells of amounts as whole numbers, in the order of repeats and bucket, and how they are made
 * fewer: buckets of 1 % fall together by four, and then by sixteen, each counted at their middle.
 *
 * Bound: whoever came back more often than 63 times is counted with 63: their mean is as sure as it
 * gets. Sixteen buckets in one are 8,192 cells at most, so that there is always room.
 */
import { HIGHEST_BUCKET, LOWEST_BUCKET } from '../models/quantile-sketch.ts'

/** By level: with more cells than these the next level begins. */
export const AMOUNTS_MAX_BY_LEVEL: readonly number[] = [2_000, 4_000]
export const AMOUNT_REPEATS_MAX = 63
const BUCKETS = HIGHEST_BUCKET - LOWEST_BUCKET + 1
export const AMOUNT_CELLS_MAX = ((AMOUNT_REPEATS_MAX + 1) * BUCKETS) / 16

/** The cell of a buyer at a level: 0 for buckets as they are. */
export const amountCellAt = (level: number, repeats: number, bucket: number): number => {
  let cell = Math.min(repeats, AMOUNT_REPEATS_MAX) * BUCKETS + bucket - LOWEST_BUCKET
  for (let step = 0; step < level; step++) cell = coarserAmountCell(step, cell)
  return cell
}

/** The cell of the next level that a cell of this one is part of. */
export const coarserAmountCell = (level: number, cell: number): number => {
  const width = level === 0 ? 4 : 16
  return Math.floor(cell / width) * width + width / 2
}

/** What the cell stands for. */
export const amountOf = (cell: number): readonly [repeats: number, bucket: number] => [
  Math.floor(cell / BUCKETS),
  (cell % BUCKETS) + LOWEST_BUCKET,
]
