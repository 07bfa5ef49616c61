/**
 * Whether a cut is worth a version, as each one is kept by all its readers for ever: where a level or
 * the days of the week are told for the first time, and then where a twentieth of what is known is new,
 * or the last one is four weeks old.
 */
import { days, type Instant } from '../engine/time.ts'
import { tellLevel } from '../models/elasticity-category.ts'
import { weekdayIndicesOf } from '../models/elasticity-category-counts.ts'
import {
  experimentEvidence,
  observationalEvidence,
  type PairCoefficients,
} from '../models/elasticity-evidence.ts'
import type { Columns } from './elasticity-populations-cut.ts'
import type { CutMeasures } from './elasticity-populations-state.ts'

const CHANGE_MIN = 0.05
const UNCHANGED_MAX_MS = days(28)
/** More of one pair hardly moves its category. */
const PRECISION_MAX = 10

/** How much is known at a cut. */
export const measuredAt = (cutAt: Instant, columns: Columns): CutMeasures => {
  const pairs = pairsIn(columns)
  return {
    cutAt,
    pairs: pairs.length,
    information: pairs.reduce((sum, pair) => sum + informationOf(pair), 0),
    tellsLevel: tellLevel(pairs),
  }
}

/** @param last null: there was none */
export const isWorthwhile = (
  { weekdayUnits, weekdayExpected }: Columns,
  is: CutMeasures,
  last: CutMeasures | null,
): boolean => {
  if (!is.tellsLevel && weekdayIndicesOf(weekdayUnits, weekdayExpected) === null) return false
  if (last === null || is.cutAt - last.cutAt >= UNCHANGED_MAX_MS) return true
  if (!is.tellsLevel) return false
  return !last.tellsLevel || isNew(is.information, last.information) || isNew(is.pairs, last.pairs)
}

const isNew = (is: number, was: number): boolean => Math.abs(is - was) >= CHANGE_MIN * was

const informationOf = (pair: PairCoefficients): number =>
  Math.min(PRECISION_MAX, experimentEvidence(pair, false).precision) +
  Math.min(PRECISION_MAX, observationalEvidence(pair).precision)

const pairsIn = (columns: Columns): readonly PairCoefficients[] =>
  columns.sku.map((_, at) => ({
    deviationMean: columns.deviationMean[at]!,
    deviationVariance: columns.deviationVariance[at]!,
    priceMean: columns.priceMean[at]!,
    priceVariance: columns.priceVariance[at]!,
    covariance: columns.covariance[at]!,
    experimentChanges: columns.experimentChanges[at]!,
    priceChanges: columns.priceChanges[at]!,
  }))
