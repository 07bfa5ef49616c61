/**
 * A category as of a midnight, in columns: all that a fit reads. It is what `elasticity-populations`
 * carries, sorted by article and market, so that sums over it are the same bits in every run.
 */
export interface ElasticityCut {
  /** Nothing from then on is counted: a midnight (UTC), in ms since 1970. */
  readonly cutAt: number
  /** By pair of article and market; a market without a name is empty. */
  readonly sku: readonly string[]
  readonly market: readonly string[]
  /** By pair: mean and variance of the coefficient of deviations drawn by chance. */
  readonly deviationMean: readonly number[]
  readonly deviationVariance: readonly number[]
  /** By pair: mean and variance of the coefficient of prices that the rules asked for. */
  readonly priceMean: readonly number[]
  readonly priceVariance: readonly number[]
  /** By pair: of the two coefficients. */
  readonly covariance: readonly number[]
  /** By pair: the sums of `elasticity-noise.ts`. */
  readonly excess: readonly number[]
  readonly weight: readonly number[]
  /** By pair: how often the price moved, and of these how often the deviation drawn by chance did. */
  readonly priceChanges: readonly number[]
  readonly experimentChanges: readonly number[]
  /** From Monday on: units, and what was expected of them in 64ths; both whole, so that they add up exactly. */
  readonly weekdayUnits: readonly number[]
  readonly weekdayExpected: readonly number[]
  /** The parameters in use by name; empty: none was published. */
  readonly inUse: Readonly<Record<string, number>>
}
