import { AGE_WEEKS_MAX, ageFallingTo } from './falling-to.ts'
import {
  churnRisk,
  expectedPurchases,
  type PurchaseParameters,
  type PurchaseSummary,
  softplus,
} from './mbg-nbd.ts'

/**
 * When silence alone will have brought a customer so far: the ages, in weeks, to set a timer for. At
 * each of them the value is at or beyond what was asked for, and a millisecond earlier it is not.
 * Infinity where a hundred years are not enough.
 *
 * All three values go one way with age (activity and expected purchases fall, the risk rises), so there
 * is one such age, and somebody silent for ever passes levels that are a share or a step apart ever
 * more rarely: steps of a fifth of the expected purchases take a constant share of the age each.
 */

/**
 * The age at which the activity ratio, which is 1 at the last purchase, falls to `threshold`. With
 * y = ln((α + T)/(α + tₓ)), R = r + x and c the log-odds of having dropped out at that purchase, it is
 * where
 *
 *     ln(1 + e^(c + R·y)) + y = ln(1 + e^c) − ln threshold
 *
 * The left side is convex and rising, and at y = −ln threshold it is beyond already: from there Newton's
 * steps go down to the root and never past it.
 */
export const ageAtRatio = (
  { r, alpha, a, b }: PurchaseParameters,
  { repeats, lastWeeks }: PurchaseSummary,
  threshold: number,
): number => {
  if (threshold <= 0) return Number.POSITIVE_INFINITY
  if (threshold >= 1) return lastWeeks
  const shape = r + repeats
  const logOdds = Math.log(a / (b + repeats))
  const target = softplus(logOdds) - Math.log(threshold)
  let stretch = -Math.log(threshold)
  for (let step = 0; step < NEWTON_STEPS_MAX; step++) {
    const logOddsGone = logOdds + shape * stretch
    const excess = softplus(logOddsGone) + stretch - target
    if (excess <= NEAR_ZERO * target) break
    stretch -= excess / (1 + shape / (1 + Math.exp(-logOddsGone)))
  }
  const ageWeeks = lastWeeks + (alpha + lastWeeks) * Math.expm1(stretch) + ROUNDING_WEEKS
  return ageWeeks > AGE_WEEKS_MAX ? Number.POSITIVE_INFINITY : ageWeeks
}

const NEWTON_STEPS_MAX = 60
const NEAR_ZERO = 1e-14
/** Less than a millisecond, and more than rounding can be wrong by. */
const ROUNDING_WEEKS = 5e-10

/**
 * The age, from `summary.ageWeeks` on, at which the risk of no purchase within the horizon rises to
 * `risk`. For a step of it: `churnRisk(parameters, summary, horizonWeeks) + 0.05`.
 */
export const ageAtChurnRisk = (
  parameters: PurchaseParameters,
  summary: PurchaseSummary,
  horizonWeeks: number,
  risk: number,
): number => {
  // It comes to 1 in the limit only, though rounding takes it there.
  if (risk >= 1) return Number.POSITIVE_INFINITY
  const comfortAt = (ageWeeks: number) =>
    -churnRisk(parameters, { ...summary, ageWeeks }, horizonWeeks)
  return ageFallingTo(-risk, comfortAt, summary.ageWeeks)
}

/**
 * The age, from `summary.ageWeeks` on, at which the purchases to expect within the horizon fall to
 * `purchases`. For a fifth less: `0.8 * expectedPurchases(parameters, summary, horizonWeeks)`.
 */
export const ageAtExpected = (
  parameters: PurchaseParameters,
  summary: PurchaseSummary,
  horizonWeeks: number,
  purchases: number,
): number => {
  if (purchases <= 0) return Number.POSITIVE_INFINITY
  const expectedAt = (ageWeeks: number) =>
    expectedPurchases(parameters, { ...summary, ageWeeks }, horizonWeeks)
  return ageFallingTo(purchases, expectedAt, summary.ageWeeks)
}
