/**
 * How much more demand scatters than a Poisson count: 1/φ of the negative binomial, whose variance is
 * μ + μ²/φ. It is the ratio of two slowly forgetting sums, of what was seen beyond Poisson and of what
 * φ = 1 would give; both are weighted by 1/(μ + 1), so that large counts do not decide alone.
 *
 * The sums start as though fifty units of weight had been seen of the category's scatter: of φ = 4
 * where that is not known. They belong to one length of bucket, as counts of a week scatter otherwise
 * than those of a day, and start anew when it changes.
 */
export interface DemandNoise {
  readonly excess: number
  readonly weight: number
}

const START_WEIGHT = 50
/** 1/φ. */
const USUAL_SCATTER = 0.25

const KEPT = 0.9998
/** Bounds of 1/φ. Early estimates may be negative, and the model has no answer to that. */
const SCATTER_MIN = 0.005
const SCATTER_MAX = 3

/** @param scatter 1/φ of the category; null where it is not known */
export const noiseStart = (scatter: number | null): DemandNoise => ({
  excess: START_WEIGHT * (scatter ?? USUAL_SCATTER),
  weight: START_WEIGHT,
})

export const USUAL_NOISE: DemandNoise = noiseStart(null)

export const noiseAfter = (
  { excess, weight }: DemandNoise,
  units: number,
  expectedUnits: number,
): DemandNoise => ({
  excess: KEPT * excess + ((units - expectedUnits) ** 2 - expectedUnits) / (expectedUnits + 1),
  weight: KEPT * weight + (expectedUnits * expectedUnits) / (expectedUnits + 1),
})

/** φ, from 1/3 to 200. */
export const noiseSizeOf = ({ excess, weight }: DemandNoise): number =>
  1 / Math.min(SCATTER_MAX, Math.max(SCATTER_MIN, excess / weight))
