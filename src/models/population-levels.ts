import type { SpendParameters } from './gamma-gamma.ts'
import type { InPieces } from './in-pieces.ts'
import { discountedPurchases, YEAR_OF_REVENUE } from './lifetime-value.ts'
import type { PurchaseParameters } from './mbg-nbd.ts'
import type { PopulationCells } from './population-cells.ts'
import type { Level } from './purchase-cells.ts'
import { orderValueOf } from './purchase-worth.ts'
import {
  bucketOf,
  HIGHEST_BUCKET,
  LOWEST_BUCKET,
  type ReadonlySketch,
  SKETCH_BASE,
  SKETCH_BUCKETS_MAX,
} from './quantile-sketch.ts'
import type { SpendCell } from './spend-fit.ts'
import { type ValueLevels, valueLevelsOf } from './value-bands.ts'

/**
 * What buyers are worth over a whole population, from cells of purchases and cells of amounts that are
 * not joined by person.
 *
 * Who bought on as many days spends what the others of them spend, whenever they bought: so the
 * Gamma-Gamma model has it. The worth is a product, expected purchases by expected amount, so within a
 * number of purchase days its distribution is the convolution of the two in logarithms. It is taken
 * in steps of a quarter of a bucket.
 */
export interface PopulationWorth {
  readonly rhythm: PurchaseParameters
  /** Null: everybody is expected to spend their own mean. */
  readonly spend: SpendParameters | null
}

const STEPS_PER_BUCKET = 4
const LOG_STEP = Math.log(SKETCH_BASE) / STEPS_PER_BUCKET
/** Each is a dozen hypergeometric series. */
const CELLS_OF_A_PIECE = 256
const PRODUCTS_OF_A_PIECE = 262_144

/** Values and how many people have each. */
type Counts = Iterable<readonly [value: number, people: number]>

/** Null where there are too few buyers to be compared. */
export function* populationLevels(
  cells: PopulationCells,
  amounts: readonly SpendCell[],
  { rhythm, spend }: PopulationWorth,
): InPieces<ValueLevels | null> {
  const worths = new Float64Array(SKETCH_BUCKETS_MAX)
  const orderValues = new Float64Array(SKETCH_BUCKETS_MAX)
  const amountsOfDays = byDays(amounts)
  for (const [at, level] of cells.table.levels.entries()) {
    const days = level.repeats + 1
    const values = orderValuesOf(
      amountsOfDays.get(days) ?? [],
      cells.peopleOfLevel[at]!,
      spend,
      days,
    )
    for (const [value, people] of values) orderValues[bucketOf(value) - LOWEST_BUCKET]! += people
    const purchases = yield* purchasesOf(cells, level, rhythm)
    yield* addProducts(worths, inSteps(purchases), inSteps(values))
  }
  return valueLevelsOf(sketchOf(worths, cells.buyers), sketchOf(orderValues, cells.buyers))
}

const byDays = (amounts: readonly SpendCell[]): Map<number, SpendCell[]> => {
  const groups = new Map<number, SpendCell[]>()
  for (const cell of amounts) {
    const group = groups.get(cell.repeats)
    if (group) group.push(cell)
    else groups.set(cell.repeats, [cell])
  }
  return groups
}

/** Of all people with so many purchase days: those who paid nothing have a mean of 0. */
const orderValuesOf = (
  amounts: readonly SpendCell[],
  people: number,
  spend: SpendParameters | null,
  days: number,
): (readonly [number, number])[] => {
  const paid = amounts.reduce((sum, { count }) => sum + count, 0)
  return [{ meanSpend: 0, count: Math.max(0, people - paid) }, ...amounts].map(
    ({ meanSpend, count }) => [orderValueOf(spend, days, days * meanSpend), count],
  )
}

/** The purchases to expect, of the cells of one level. */
function* purchasesOf(
  { table, people }: PopulationCells,
  { repeats, from, to }: Level,
  rhythm: PurchaseParameters,
): InPieces<(readonly [number, number])[]> {
  const purchases: (readonly [number, number])[] = []
  for (let at = from; at < to; at++) {
    if (at % CELLS_OF_A_PIECE === 0) yield
    const summary = { repeats, lastWeeks: table.last[at]!, ageWeeks: table.age[at]! }
    purchases.push([discountedPurchases(rhythm, summary, YEAR_OF_REVENUE), people[at]!])
  }
  return purchases
}

/** The logarithms as whole steps, -Infinity for 0, and the share of people at each. */
const inSteps = (counts: Counts): (readonly [number, number])[] => {
  const people = new Map<number, number>()
  for (const [value, count] of counts) {
    const step = Math.round(Math.log(value) / LOG_STEP)
    people.set(step, (people.get(step) ?? 0) + count)
  }
  return [...people]
}

/** Adds each product, with as many people of the first as there is a share of the second. */
function* addProducts(
  worths: Float64Array,
  purchases: readonly (readonly [number, number])[],
  values: readonly (readonly [number, number])[],
): InPieces<void> {
  const people = values.reduce((sum, [, count]) => sum + count, 0)
  let products = 0
  yield
  for (const [purchaseStep, buyers] of purchases) {
    products += values.length
    if (products > PRODUCTS_OF_A_PIECE) {
      products = 0
      yield
    }
    for (const [valueStep, count] of values) {
      worths[placeOf(purchaseStep + valueStep)]! += (buyers * count) / people
    }
  }
}

const placeOf = (step: number): number =>
  Math.min(Math.max(Math.ceil(step / STEPS_PER_BUCKET), LOWEST_BUCKET), HIGHEST_BUCKET) -
  LOWEST_BUCKET

const sketchOf = (counts: Float64Array, count: number): ReadonlySketch => {
  const buckets: number[] = []
  for (const [at, people] of counts.entries())
    if (people > 0) buckets.push(at + LOWEST_BUCKET, people)
  return { count, buckets }
}
