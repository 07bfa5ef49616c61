import { ageFallingTo } from './falling-to.ts'
import {
  activityRatio,
  churnRisk,
  expectedPurchases,
  type PurchaseParameters,
  type PurchaseSummary,
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

/** The age at which the activity ratio, which is 1 at the last purchase, falls to `threshold`. */
export const ageAtRatio = (
  parameters: PurchaseParameters,
  summary: PurchaseSummary,
  threshold: number,
): number => {
  if (threshold <= 0) return Number.POSITIVE_INFINITY
  const ratioAt = (ageWeeks: number) => activityRatio(parameters, { ...summary, ageWeeks })
  return ageFallingTo(threshold, ratioAt, summary.lastWeeks)
}

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
