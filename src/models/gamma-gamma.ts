import { logBeta } from './log-gamma.ts'

/**
 * Gamma-Gamma: what a customer spends per purchase, from the mean of what they spent so far.
 *
 * Each purchase is Gamma(p, ν) with a ν of the customer's own, ν ~ Gamma(q, v) over the population. So
 * somebody of whom little is known is drawn to the mean of all, pv/(q − 1), and the more purchases
 * there are, the more their own mean counts. Spending is taken to be independent of how often somebody
 * buys; a fit says how far that holds (`SpendFit.correlation`).
 *
 * Fader, Hardie & Lee 2005 ("RFM and CLV: using iso-value curves for customer base analysis"); Fader &
 * Hardie 2013 ("The Gamma-Gamma model of monetary value").
 */
export interface SpendParameters {
  readonly p: number
  readonly q: number
  /** In the unit of the amounts. */
  readonly v: number
}

/** Until a population has been fitted: the 946 customers of CDNOW who came back, in US dollars. */
export const GAMMA_GAMMA_SEED: SpendParameters = { p: 6.25, q: 3.74, v: 15.44 }

/**
 * The expected amount of a future purchase, in the unit of the amounts. `repeats` and `meanSpend` leave
 * the first purchase out; with 0 repeats, it is the population's mean. Needs q > 1, or there is none.
 */
export const expectedSpend = (
  { p, q, v }: SpendParameters,
  repeats: number,
  meanSpend: number,
): number => (p * (v + repeats * meanSpend)) / (p * repeats + q - 1)

/**
 * The logarithm of one customer's likelihood, for `repeats` > 0 and `meanSpend` > 0. The constant
 * ln B(p · repeats, q) is the same for all with so many repeats, and may be handed in.
 */
export const spendLogLikelihood = (
  { p, q, v }: SpendParameters,
  repeats: number,
  meanSpend: number,
  logNormaliser: number = logBeta(p * repeats, q),
): number => {
  const total = repeats * meanSpend
  // In shares of total + v, as powers of the amounts themselves are too large for many purchases.
  const logShares = p * repeats * Math.log(total / (total + v)) + q * Math.log(v / (total + v))
  return logShares - logNormaliser - Math.log(meanSpend)
}
