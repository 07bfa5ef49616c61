/**
 * Whether the prices that somebody set tell the same as those drawn by chance (Hausman 1978, "Specification
 * tests in econometrics"; reference, part 3.3). If they do, over a category, both are used.
 *
 *   S = Σ (b_z − b_p)/V / √(Σ 1/V),   V = C_zz + C_pp − 2 C_zp
 *
 * S is about normal where sellers do not react to demand. A gate that passes at |S| ≤ 2.5 alone passes
 * most easily where nothing is known: in simulations with sellers who react, it let half of all categories
 * through after 90 days, and half of the intervals missed. So it must have been able to fail as well: the
 * mean gap is known to a standard deviation of .25, which a bias of .6 would be seen against.
 */
import {
  type Coefficients,
  evidenceOf,
  gapVarianceOf,
  isInformed,
  observationalEvidence,
  type PairCoefficients,
} from './elasticity-evidence.ts'

export interface HausmanGate {
  /** S: how many standard deviations the mean gap is from 0; positive: demand seems less elastic by chance. */
  readonly statistic: number
  /** Standard deviation of the mean gap, 1/√(Σ 1/V). */
  readonly gapSd: number
  /** How many tell something both ways. */
  readonly pairs: number
}

const STATISTIC_MAX = 2.5
const GAP_SD_MAX = 0.25
const PAIRS_MIN = 5

/** Over those who tell something both ways; null: nobody does. */
export const hausmanOf = (pairs: Iterable<PairCoefficients>): HausmanGate | null => {
  let [sum, weight, count] = [0, 0, 0]
  for (const pair of pairs) {
    const variance = gapVarianceOf(pair)
    if (!tellsBothWays(pair) || !(variance > 0)) continue
    sum += gapOf(pair) / variance
    weight += 1 / variance
    count += 1
  }
  if (count === 0) return null
  return { statistic: sum / Math.sqrt(weight), gapSd: 1 / Math.sqrt(weight), pairs: count }
}

/** Whether the prices that somebody set may be used beside those drawn by chance. */
export const isPassed = (gate: HausmanGate | null): boolean =>
  gate !== null &&
  gate.pairs >= PAIRS_MIN &&
  gate.gapSd <= GAP_SD_MAX &&
  Math.abs(gate.statistic) <= STATISTIC_MAX

/**
 * Whether they are known to mislead. A gap that is seen needs no power to be believed: where it is known
 * badly, it had to be large to be seen.
 */
export const isRefuted = (gate: HausmanGate | null): gate is HausmanGate =>
  gate !== null && gate.pairs >= PAIRS_MIN && Math.abs(gate.statistic) > STATISTIC_MAX

const tellsBothWays = (pair: PairCoefficients): boolean =>
  pair.experimentChanges > 0 &&
  isInformed(evidenceOf(pair.deviationMean, pair.deviationVariance)) &&
  isInformed(observationalEvidence(pair))

const gapOf = ({ deviationMean, priceMean }: Coefficients): number => deviationMean - priceMean
