/**
 * How far prices may move, and how experiments are made: what a shop decides, not what a model learns.
 * A policy that is published while the stream runs takes the place of the default.
 */

export interface PricePolicy {
  /** Of the cost, in percent, that a price leaves at least. Below 0: stock may be sold at a loss. */
  readonly minMarginPct: number
  /** How far a price may be from that of a day before, in percent. */
  readonly maxStepPct: number
  /** The same for what cannot be sold after some moment. */
  readonly perishableStepPct: number
  /** What a unit is worth after that moment, in percent of its cost. */
  readonly salvageSharePct: number
  /** Last digit of prices; null: any. */
  readonly ending: number | null
  /** The chance that demand is elastic from which on prices move by themselves. */
  readonly requireElasticShare: number
  readonly experiments: ExperimentPolicy
}

export interface ExperimentPolicy {
  readonly enabled: boolean
  /** Other seed, other draws. */
  readonly seed: string
  /** For how long a price drawn by chance stands. */
  readonly epochDays: number
  /** Up to how many days from the first experiment on, and by how much up or down; null: from there on. */
  readonly amplitudes: readonly (readonly [untilDays: number | null, amplitude: number])[]
  /** How many times as far tests go while a better price is likely and not sure; never beyond the largest. */
  readonly unsureTimes: number
  /** Standard deviation of the elasticity below which there is nothing left to learn. */
  readonly stopSd: number
  /** How long before an epoch its price is told. */
  readonly leadHours: number
}

/** Limits of part 3.6 of the reference, tapering of part 3.3. */
export const DEFAULT_PRICE_POLICY: PricePolicy = {
  minMarginPct: 5,
  maxStepPct: 5,
  perishableStepPct: 30,
  salvageSharePct: 0,
  ending: 9,
  requireElasticShare: 0.9,
  experiments: {
    enabled: true,
    seed: '1',
    epochDays: 3,
    amplitudes: [
      [30, 0.1],
      [90, 0.05],
      [null, 0.02],
    ],
    unsureTimes: 2,
    stopSd: 0.25,
    leadHours: 1,
  },
}
