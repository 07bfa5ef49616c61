/**
 * A version of a fraud model as it is published, and read back.
 *
 *   a, b         calibration: logit p = a s + b
 *   base         the log-odds that the sum begins at
 *   w:<bin>      what a bin adds to the sum, the points of its rule included
 *   v:<bin>      the variance of that
 *   m:<kind>     what the bins of a kind add on average: a contribution is what is beyond it
 *
 * A bin that is not in a version has its points.
 */
import { kindOf } from './fraud-bins.ts'
import {
  BASE_LOG_ODDS,
  type BinStates,
  varianceOf,
  WEIGHT_MAX,
  weightOfBin,
} from './fraud-weights.ts'
import { LEVEL_BOUNDS, type Platt, SLOPE_BOUNDS } from './platt-calibration.ts'

export interface PublishedBin {
  readonly weight: number
  readonly variance: number
}

export interface FraudParameters {
  readonly calibration: Platt
  readonly baseLogOdds: number
  readonly bins: ReadonlyMap<string, PublishedBin>
  readonly means: ReadonlyMap<string, number>
}

/** `seen` is how many outcomes count in all, `share` how much of what they taught is used. */
export const parametersOf = (
  states: BinStates,
  seen: number,
  { slope, level }: Platt,
  share: number,
): Record<string, number> => {
  const parameters: Record<string, number> = { a: slope, b: level, base: BASE_LOG_ODDS }
  for (const [bin, state] of states.entries()) {
    const weight = weightOfBin(bin, state, share)
    const mean = `m:${kindOf(bin)}`
    parameters[`w:${bin}`] = weight
    parameters[`v:${bin}`] = varianceOf(state.n)
    parameters[mean] = (parameters[mean] ?? 0) + (seen > 0 ? (state.seen / seen) * weight : 0)
  }
  return parameters
}

/** Null where it is none: a number is missing, is not finite, or is beyond what can be learnt. */
export const readFraudParameters = (
  parameters: Readonly<Record<string, number>>,
): FraudParameters | null => {
  const { a: slope, b: level, base } = parameters
  if (!isWithin(slope, SLOPE_BOUNDS) || !isWithin(level, LEVEL_BOUNDS)) return null
  if (!isWithin(base, { min: -LOG_ODDS_MAX, max: LOG_ODDS_MAX })) return null
  const bins = new Map<string, PublishedBin>()
  const means = new Map<string, number>()
  for (const [name, weight] of Object.entries(parameters)) {
    if (name.startsWith('m:')) {
      if (!isWithin(weight, WEIGHT_BOUNDS)) return null
      means.set(name.slice(2), weight)
    } else if (name.startsWith('w:')) {
      const variance = parameters[`v:${name.slice(2)}`]
      if (!isWithin(weight, WEIGHT_BOUNDS) || !isWithin(variance, VARIANCE_BOUNDS)) return null
      bins.set(name.slice(2), { weight, variance })
    }
  }
  return { calibration: { slope, level }, baseLogOdds: base, bins, means }
}

const LOG_ODDS_MAX = 14
/** What is learnt, and the points under it. */
const WEIGHT_BOUNDS = { min: -2 * WEIGHT_MAX, max: 2 * WEIGHT_MAX }
const VARIANCE_BOUNDS = { min: 0, max: 1 }

const isWithin = (
  value: number | undefined,
  { min, max }: { readonly min: number; readonly max: number },
): value is number => value !== undefined && value >= min && value <= max
