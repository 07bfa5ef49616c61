/**
 * What somebody usually spends, and how far an amount is from it.
 *
 * The baseline is learnt from decayed sums of *winsorised* amounts: each amount is cut off at four
 * standard deviations before it is added, as else one burst of fraud would become the usual. With
 * few amounts the sums say little, so two pseudo-observations of a population are added to them.
 */

/** Decayed sums over one person's amounts, all of one currency. */
export interface AmountSums {
  /** Number of amounts, decayed as they are. */
  readonly weight: number
  readonly sumMinor: number
  readonly sumSquares: number
}

export interface AmountBaseline {
  readonly meanMinor: number
  readonly sdMinor: number
}

export const PRIOR_OBSERVATIONS = 2
export const WINSOR_SDS = 4
/** Below this weight of own amounts, nobody has a usual amount: half of one, so 30 days after it. */
export const OWN_WEIGHT_MIN = 0.5

/**
 * The baseline, or null where there is nothing to compare with. Where no population is known, the
 * pseudo-observations lie around the person's own mean with a standard deviation of that mean: they
 * say nothing about the level, and that two equal amounts do not yet make a habit.
 */
export const baselineOf = (
  sums: AmountSums,
  population: AmountBaseline | null = null,
): AmountBaseline | null => {
  const prior = population ?? ownPrior(sums)
  if (prior === null) return null
  const weight = sums.weight + PRIOR_OBSERVATIONS
  const priorSquare = prior.sdMinor ** 2 + prior.meanMinor ** 2
  const meanMinor = (sums.sumMinor + PRIOR_OBSERVATIONS * prior.meanMinor) / weight
  const meanSquare = (sums.sumSquares + PRIOR_OBSERVATIONS * priorSquare) / weight
  const sdMinor = Math.sqrt(Math.max(0, meanSquare - meanMinor ** 2))
  return meanMinor > 0 && sdMinor > 0 ? { meanMinor, sdMinor } : null
}

const ownPrior = ({ weight, sumMinor }: AmountSums): AmountBaseline | null => {
  if (weight < OWN_WEIGHT_MIN) return null
  const meanMinor = sumMinor / weight
  return { meanMinor, sdMinor: meanMinor }
}

/** How unusual an amount is: standard deviations above the mean, and times the mean. */
export const compared = (amountMinor: number, { meanMinor, sdMinor }: AmountBaseline) => ({
  z: (amountMinor - meanMinor) / sdMinor,
  ratio: amountMinor / meanMinor,
})

/** The amount as it is added to the sums. */
export const winsorised = (amountMinor: number, baseline: AmountBaseline | null): number =>
  baseline === null
    ? amountMinor
    : Math.min(amountMinor, baseline.meanMinor + WINSOR_SDS * baseline.sdMinor)
