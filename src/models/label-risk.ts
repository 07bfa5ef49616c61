/**
 * How often orders of somebody, or at a place, turned out to be fraud, from two decayed sums: labels,
 * and those of them that said fraud. They are added when they become known, which may be weeks after
 * the order.
 *
 *   risk = (frauds + .5 base rate) / (labels + .5)
 *
 * A label that turns cannot take back exactly what was added, since nobody keeps when that was. To
 * fraud, it counts as a label of its own: what comes after all is strong evidence. To no fraud, it takes
 * back one fraud, or what is left. So frauds are never below 0, and never more than labels.
 */
import { FRAUD_BASE_RATE } from './fraud-points.ts'

export interface LabelSums {
  readonly frauds: number
  readonly labels: number
}

/** Of the decayed sums. The short one is kept of merchants, where fraud comes and goes in days. */
export const RISK_HALF_LIFE_DAYS = 14
export const SHORT_RISK_HALF_LIFE_DAYS = 2
const PRIOR_LABELS = 0.5

/** Null where nothing was ever known. */
export const labelRisk = ({ frauds, labels }: LabelSums): number | null =>
  labels <= 0 ? null : (frauds + PRIOR_LABELS * FRAUD_BASE_RATE) / (labels + PRIOR_LABELS)

/** What is known of an order from now on, and what was known before. */
export interface KnownLabel {
  readonly isFraud: boolean
  /** Null: nothing. */
  readonly wasFraud: boolean | null
}

/** What a label adds to the sums, which hold `frauds` now. */
export const addedByLabel = ({ isFraud, wasFraud }: KnownLabel, frauds: number): LabelSums => {
  if (isFraud) return wasFraud === true ? NOTHING : FRAUD
  if (wasFraud === null) return NO_FRAUD
  return wasFraud ? { frauds: -Math.min(1, frauds), labels: 0 } : NOTHING
}

const NOTHING: LabelSums = { frauds: 0, labels: 0 }
const NO_FRAUD: LabelSums = { frauds: 0, labels: 1 }
const FRAUD: LabelSums = { frauds: 1, labels: 1 }
