import { type InPieces, STEPS_OF_A_PIECE } from './in-pieces.ts'
import { HIGHEST_BUCKET, LOWEST_BUCKET } from './quantile-sketch.ts'

/**
 * A population as of a midnight, in columns: all that a fit reads. It is what `purchase-populations`
 * carries.
 */
export interface PopulationCut {
  /** Nothing from then on is counted: a midnight (UTC), in ms since 1970. */
  readonly cutAt: number
  /** By cell: days since 1970 of the first and the last purchase, purchase days after the first, people. */
  readonly cohortDay: readonly number[]
  readonly lastDay: readonly number[]
  readonly repeats: readonly number[]
  readonly buyers: readonly number[]
  /** By cell of amounts: bucket of the mean net value of a purchase day; who paid nothing is in none. */
  readonly spendRepeats: readonly number[]
  readonly spendBucket: readonly number[]
  readonly spendBuyers: readonly number[]
  /** The sums of `deal-population.ts`. */
  readonly deals: readonly number[]
  /** By bin of forecasts of the chance of no purchase; see `outcome-bins.ts`. */
  readonly outcomeHorizonDays: readonly number[]
  readonly outcomeBin: readonly number[]
  readonly outcomes: readonly number[]
  readonly happened: readonly number[]
  /**
   * The parameters in use by name. A market without rhythms of its own has those of all markets, their
   * calibration and their version (`versionOfAll`).
   */
  readonly inUse: Readonly<Record<string, number>>
  /** Whether the rhythms in use are the model's own; false: those of all markets, or none. */
  readonly hasOwnRhythms: boolean
}

const DAY_MS = 86_400_000
/** Days and counts below this pack three to a number. */
const DAYS_MAX = 65_535
const REPEATS_MAX = 1_048_575

export const cutDayOf = ({ cutAt }: PopulationCut): number => Math.floor(cutAt / DAY_MS)

/** Throws where the columns are no cells. */
export function* checkCut(cut: PopulationCut): InPieces<void> {
  const { cohortDay, lastDay, repeats, buyers, spendRepeats, spendBucket, spendBuyers } = cut
  sameLength('cells', cohortDay, lastDay, repeats, buyers)
  sameLength('amounts', spendRepeats, spendBucket, spendBuyers)
  sameLength('outcomes', cut.outcomeHorizonDays, cut.outcomeBin, cut.outcomes, cut.happened)
  yield* allWithin('days', cohortDay, 0, DAYS_MAX)
  yield* allWithin('days', lastDay, 0, DAYS_MAX)
  yield* allWithin('repeats', repeats, 0, REPEATS_MAX)
  yield* allWithin('repeats', spendRepeats, 0, REPEATS_MAX)
  yield* allWithin('buckets', spendBucket, LOWEST_BUCKET, HIGHEST_BUCKET)
  yield* allWithin('buyers', buyers, 0, Number.MAX_SAFE_INTEGER)
  yield* allWithin('buyers', spendBuyers, 0, Number.MAX_SAFE_INTEGER)
  yield* allWithin('outcomes', cut.outcomes, 0, Number.MAX_SAFE_INTEGER)
  yield* allWithin('outcomes', cut.happened, 0, Number.MAX_SAFE_INTEGER)
}

const sameLength = (name: string, first: readonly unknown[], ...others: (readonly unknown[])[]) => {
  if (others.every(({ length }) => length === first.length)) return
  const lengths = [first, ...others].map(({ length }) => length).join(', ')
  throw new RangeError(`The columns of ${name} are not of one length, but of ${lengths}.`)
}

function* allWithin(
  name: string,
  values: readonly number[],
  min: number,
  max: number,
): InPieces<void> {
  for (let at = 0; at < values.length; at++) {
    if (at % STEPS_OF_A_PIECE === 0) yield
    const value = values[at]!
    if (value >= min && value <= max) continue
    throw new RangeError(`The ${name} of a cell are from ${min} to ${max}, and not ${value}.`)
  }
}
