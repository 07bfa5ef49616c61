import type { PairCoefficients } from './elasticity-evidence.ts'

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
  /**
   * From Monday on: units, and what was expected of them in 64ths, as of any other day of the week; both
   * whole, so that they add up exactly. Nothing counted: all 0, or empty.
   */
  readonly weekdayUnits: readonly number[]
  readonly weekdayExpected: readonly number[]
  /** The parameters in use by name; empty: none was published. */
  readonly inUse: Readonly<Record<string, number>>
}

/** The pairs of an article, in the order of their markets. */
export type ArticlePairs = readonly PairCoefficients[]

/**
 * The pairs by article.
 *
 * @throws RangeError where the columns are no pairs, or not in order, in which a sum has the same bits
 */
export const articlesIn = (cut: ElasticityCut): readonly ArticlePairs[] => {
  checkLengths(cut)
  const articles: PairCoefficients[][] = []
  for (let at = 0; at < cut.sku.length; at++) {
    checkOrder(cut, at)
    const pair = pairAt(cut, at)
    if (at > 0 && cut.sku[at] === cut.sku[at - 1]) articles.at(-1)!.push(pair)
    else articles.push([pair])
  }
  return articles
}

const pairAt = (cut: ElasticityCut, at: number): PairCoefficients => ({
  deviationMean: cut.deviationMean[at]!,
  deviationVariance: cut.deviationVariance[at]!,
  priceMean: cut.priceMean[at]!,
  priceVariance: cut.priceVariance[at]!,
  covariance: cut.covariance[at]!,
  experimentChanges: cut.experimentChanges[at]!,
  priceChanges: cut.priceChanges[at]!,
})

const COLUMNS = [
  'sku',
  'market',
  'deviationMean',
  'deviationVariance',
  'priceMean',
  'priceVariance',
  'covariance',
  'excess',
  'weight',
  'experimentChanges',
  'priceChanges',
] as const
const DAYS_OF_A_WEEK = 7

const checkLengths = (cut: ElasticityCut): void => {
  const { sku, weekdayUnits, weekdayExpected } = cut
  const lengths = COLUMNS.map(name => cut[name].length)
  if (lengths.some(length => length !== sku.length)) {
    throw new RangeError(
      `The columns of pairs are not of one length, but of ${lengths.join(', ')}.`,
    )
  }
  const days = weekdayUnits.length
  if (weekdayExpected.length !== days || (days !== 0 && days !== DAYS_OF_A_WEEK)) {
    throw new RangeError(`A week has 7 days, and not ${days} and ${weekdayExpected.length}.`)
  }
}

const checkOrder = ({ sku, market }: ElasticityCut, at: number): void => {
  if (at === 0 || sku[at - 1]! < sku[at]!) return
  if (sku[at - 1] === sku[at] && market[at - 1]! < market[at]!) return
  throw new RangeError(
    `Pair ${at} of the columns is not behind the one before it by sku and market.`,
  )
}
