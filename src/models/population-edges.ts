import { type InPieces, STEPS_OF_A_PIECE } from './in-pieces.ts'
import type { PopulationCells } from './population-cells.ts'
import { cutDayOf, type PopulationCut } from './population-cut.ts'
import {
  addValue,
  emptySketch,
  LOWEST_BUCKET,
  middleOf,
  type QuantileSketch,
} from './quantile-sketch.ts'
import { type RfmEdges, rfmEdgesOf } from './rfm-quintiles.ts'

/**
 * The edges of the fifths of a population, as of its cut. Recency and frequency are exact; of an amount
 * only its bucket is asked. A last purchase was at noon of its day. Null where there are too few buyers.
 */
export function* populationEdges(
  cut: PopulationCut,
  cells: PopulationCells,
): InPieces<RfmEdges | null> {
  const recency = emptySketch()
  const lastDays = yield* sumsBy(cut.lastDay, cut.buyers)
  const cutDay = cutDayOf(cut)
  for (const [day, people] of lastDays) add(recency, Math.max(0, cutDay - day - 0.5), people)
  yield
  const frequency = emptySketch()
  for (const [at, { repeats }] of cells.table.levels.entries()) {
    add(frequency, repeats + 1, cells.peopleOfLevel[at]!)
  }
  const monetary = yield* monetaryOf(cut, cells.buyers)
  return rfmEdgesOf({ recency, frequency, monetary })
}

/** Of everybody: who paid nothing is in the lowest bucket. */
function* monetaryOf(cut: PopulationCut, buyers: number): InPieces<QuantileSketch> {
  const monetary = emptySketch()
  const buckets = yield* sumsBy(cut.spendBucket, cut.spendBuyers)
  for (const [bucket, people] of buckets) add(monetary, middleOf(bucket), people)
  add(monetary, middleOf(LOWEST_BUCKET), Math.max(0, buyers - monetary.count))
  return monetary
}

/** How many people have each value. */
function* sumsBy(
  values: readonly number[],
  people: readonly number[],
): InPieces<Map<number, number>> {
  const sums = new Map<number, number>()
  for (const [at, value] of values.entries()) {
    if (at % STEPS_OF_A_PIECE === 0) yield
    sums.set(value, (sums.get(value) ?? 0) + people[at]!)
  }
  return sums
}

/** A sketch takes no count of 0. */
const add = (sketch: QuantileSketch, value: number, people: number): void => {
  if (people > 0) addValue(sketch, value, people)
}
