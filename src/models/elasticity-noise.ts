/**
 * How much more demand scatters than a Poisson count: 1/φ of the negative binomial, whose variance is
 * μ + μ²/φ. It is the ratio of two slowly forgetting sums, of what was seen beyond Poisson and of what
 * φ = 1 would give; both are weighted by 1/(μ + 1), so that large counts do not decide alone.
 *
 * The sums start as though fifty units of weight had been seen at φ = 4.
 */
export interface DemandNoise {
  readonly excess: number
  readonly weight: number
}

export const USUAL_NOISE: DemandNoise = { excess: 12.5, weight: 50 }

const KEPT = 0.9998
/** Bounds of 1/φ. Early estimates may be negative, and the model has no answer to that. */
const SCATTER_MIN = 0.005
const SCATTER_MAX = 3

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
