/**
 * What the data of one article in one market say of its elasticity, without what the filter assumed.
 *
 * A filter's belief is its prior and the data together. Where beliefs are pooled, the prior would count
 * once for each article, so it is divided out first (reference, part 3.4): of N(m, C) and N(m₀, s₀²)
 *
 *   precision J = 1/C − 1/s₀²,   estimate b = (m/C − m₀/s₀²)/J
 *
 * Nothing learnt is a precision of 0, and not the small number of the reference: a thousand articles
 * that never moved would else draw the mean of their category to nowhere.
 */
import { PRICE, PRIOR_MEANS, PRIOR_SDS } from './elasticity-beliefs.ts'

/** What a filter believes of the two coefficients of the price: of the part drawn by chance, and the rest. */
export interface Coefficients {
  readonly deviationMean: number
  readonly deviationVariance: number
  readonly priceMean: number
  readonly priceVariance: number
  /** Of one with the other. */
  readonly covariance: number
}

/** A pair of article and market, as evidence is chosen by it. */
export interface PairCoefficients extends Coefficients {
  readonly priceChanges: number
  /** Of these, how many changed the deviation drawn by chance. */
  readonly experimentChanges: number
}

/** An elasticity as though observed once, with an error of variance 1/precision. */
export interface Evidence {
  readonly estimate: number
  readonly precision: number
}

/**
 * From here on an article tells something itself: three quarters of what is known of it, counted as
 * 1/sd², come from its data. With less, the answer would be mostly what was assumed before.
 */
export const INFORMED_PRECISION = 0.75
export const isInformed = ({ precision }: Evidence): boolean => precision >= INFORMED_PRECISION

/** Of either coefficient. */
const PRIOR_MEAN = PRIOR_MEANS[PRICE]
const PRIOR_PRECISION = 1 / PRIOR_SDS[PRICE] ** 2
/** Below it is rounding. */
const PRECISION_MIN = 1e-3
/** No data know an elasticity better than to .0001. */
const VARIANCE_MIN = 1e-8

export const NO_EVIDENCE: Evidence = { estimate: PRIOR_MEAN, precision: 0 }

/** Of one coefficient. */
export const evidenceOf = (mean: number, variance: number): Evidence =>
  withoutPriors(mean, variance, 1)

/**
 * Of both coefficients, as though they were one: w z + (1 − w) p with the weight that has the least
 * variance, w = (C_pp − C_zp)/V, V = C_zz + C_pp − 2 C_zp. Two priors went into it, so two are divided out.
 */
export const combined = (pair: Coefficients): Evidence => {
  const { deviationMean, deviationVariance, priceMean, priceVariance, covariance } = pair
  const variance = gapVarianceOf(pair)
  const determinant = deviationVariance * priceVariance - covariance * covariance
  if (!(variance > 0 && determinant > 0)) return evidenceOf(deviationMean, deviationVariance)
  const weight = (priceVariance - covariance) / variance
  const mean = priceMean + weight * (deviationMean - priceMean)
  return withoutPriors(mean, determinant / variance, 2)
}

/** V: of the difference of the two coefficients. */
export const gapVarianceOf = ({ deviationVariance, priceVariance, covariance }: Coefficients) =>
  deviationVariance + priceVariance - 2 * covariance

/** What an experiment tells; the prices that somebody set are joined to it where they agree with it. */
export const experimentEvidence = (pair: PairCoefficients, isJoined: boolean): Evidence =>
  evidenceByExperiment(pair, pair.experimentChanges, isJoined)

/** What prices tell that somebody set. */
export const observationalEvidence = (pair: PairCoefficients): Evidence =>
  evidenceBySetPrices(pair, pair.priceChanges)

/** Of a pair whose changes are counted elsewhere. */
export const evidenceByExperiment = (
  coefficients: Coefficients,
  experimentChanges: number,
  isJoined: boolean,
): Evidence => {
  if (experimentChanges === 0) return NO_EVIDENCE
  if (isJoined) return combined(coefficients)
  return evidenceOf(coefficients.deviationMean, coefficients.deviationVariance)
}

/** Likewise. */
export const evidenceBySetPrices = (coefficients: Coefficients, priceChanges: number): Evidence =>
  priceChanges === 0 ? NO_EVIDENCE : evidenceOf(coefficients.priceMean, coefficients.priceVariance)

const withoutPriors = (mean: number, variance: number, priors: number): Evidence => {
  const known = 1 / Math.max(variance, VARIANCE_MIN)
  const precision = known - priors * PRIOR_PRECISION
  const estimate = (mean * known - priors * PRIOR_PRECISION * PRIOR_MEAN) / precision
  return precision >= PRECISION_MIN && Number.isFinite(estimate)
    ? { estimate, precision }
    : NO_EVIDENCE
}
