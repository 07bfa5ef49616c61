/**
 * Intervals that hold what they promise, whatever the distribution: quantiles of how far forecasts were off
 * lately (Vovk, Gammerman & Shafer 2005), and a share to leave out that follows how often they missed
 * (adaptive conformal inference: Gibbs & Candès 2021, γ = .002).
 *
 * Residuals are counted in bins of .02, the last 1,500 of them about, by weights that fade with each new one.
 */

export interface Residuals {
  readonly counts: readonly number[]
  readonly total: number
}

const BIN = 0.02
const BINS = 250
const LOWEST = (-BINS * BIN) / 2
const KEPT = 1_500
export const MISS_SHARE = 0.1
const MISS_BOUNDS = { min: 0.01, max: 0.3 } as const
/**
 * Small, as outcomes are known hundreds of forecasts later: a share that moves by .01 each swings from one bound
 * to the other before it is heard (.88 of arrivals covered instead of .9).
 */
const GAMMA = 0.002

export const NO_RESIDUALS: Residuals = { counts: Array.from({ length: BINS }, () => 0), total: 0 }

export const residualsAfter = ({ counts, total }: Residuals, residual: number): Residuals => {
  const fading = 1 - 1 / KEPT
  const next = counts.map(count => count * fading)
  next[binOf(residual)]! += 1
  return { counts: next, total: total * fading + 1 }
}

const binOf = (residual: number): number =>
  Math.min(BINS - 1, Math.max(0, Math.floor((residual - LOWEST) / BIN)))

export const QUANTILES = 41

/** From 0 to 1 by .025, each within its bin as if that were filled evenly. */
export const quantilesOf = ({ counts, total }: Residuals): number[] => {
  const quantiles: number[] = []
  let [bin, below] = [0, 0]
  for (let at = 0; at < QUANTILES; at++) {
    const wanted = Math.min((total * at) / (QUANTILES - 1), total * (1 - 1e-9))
    while (bin < BINS - 1 && (below + counts[bin]! < wanted || counts[bin] === 0)) {
      below += counts[bin++]!
    }
    const share = counts[bin]! > 0 ? (wanted - below) / counts[bin]! : 0
    quantiles.push(LOWEST + (bin + Math.min(1, Math.max(0, share))) * BIN)
  }
  return quantiles
}

/** The quantile at a probability, between those that are there. */
export const quantileAt = (quantiles: readonly number[], probability: number): number => {
  const place = Math.min(1, Math.max(0, probability)) * (QUANTILES - 1)
  const lower = Math.min(QUANTILES - 2, Math.floor(place))
  const [from, to] = [quantiles[lower]!, quantiles[lower + 1]!]
  return from + (place - lower) * (to - from)
}

/** The share of residuals up to a value: the other way round. */
export const shareUpTo = (quantiles: readonly number[], residual: number): number => {
  if (residual <= quantiles[0]!) return 0
  if (residual >= quantiles[QUANTILES - 1]!) return 1
  let upper = 1
  while (quantiles[upper]! < residual) upper++
  const [from, to] = [quantiles[upper - 1]!, quantiles[upper]!]
  const share = to > from ? (residual - from) / (to - from) : 1
  return (upper - 1 + share) / (QUANTILES - 1)
}

/** The share to leave out next, after an interval that held or did not. */
export const missShareAfter = (missShare: number, isMissed: boolean): number =>
  Math.min(
    MISS_BOUNDS.max,
    Math.max(MISS_BOUNDS.min, missShare + GAMMA * (MISS_SHARE - (isMissed ? 1 : 0))),
  )
