/**
 * Quantiles of the negative binomial: of counts whose Poisson mean is a Gamma(shape, rate) variate.
 *
 *   P(k) = Γ(shape + k) / (Γ(shape) k!) · (rate / (1 + rate))^shape · (1 / (1 + rate))^k
 *
 * Up to a mean of 1,000 they are summed, each term from the one before. Beyond it the counts are taken
 * for a Gamma variate of the same mean and variance, and its quantile by Wilson & Hilferty (1931): the
 * cube root of a Gamma variate is nearly normal. What is not exceeded with a probability of .95 then is
 * not exceeded with one from .94 to .96, or with a shape of .5 from .92 to .98.
 */

import { normalCdf, normalQuantile } from './normal-distribution.ts'

const SUMMED_MEAN_MAX = 1_000
/** ln of the first term from which a sum can begin. */
const LOG_TERM_MIN = -700
/** Far beyond any quantile that is asked for; only what rounding leaves of the last one is cut there. */
const SUMMED_COUNT_MAX = 100_000

/**
 * The least count that is not exceeded with at least this probability.
 *
 * @param shape above 0, as `rate`
 * @param probability between 0 and 1, without the two; below .9999
 */
export const negativeBinomialQuantile = (
  shape: number,
  rate: number,
  probability: number,
): number => {
  const logTerm = -shape * Math.log1p(1 / rate)
  return shape / rate <= SUMMED_MEAN_MAX && logTerm >= LOG_TERM_MIN
    ? bySums(shape, rate, probability, Math.exp(logTerm))
    : byGamma(shape, rate, probability)
}

const bySums = (shape: number, rate: number, probability: number, first: number): number => {
  const ratio = 1 / (1 + rate)
  let term = first
  let sum = first
  let count = 0
  for (; sum < probability && count < SUMMED_COUNT_MAX; count++) {
    term *= ((shape + count) / (count + 1)) * ratio
    sum += term
  }
  return count
}

const byGamma = (shape: number, rate: number, probability: number): number => {
  const mean = shape / rate
  // The variance is the mean and mean² / shape.
  const likeShape = 1 / (1 / mean + 1 / shape)
  const cubeRoot = 1 - 1 / (9 * likeShape) + normalQuantile(probability) / Math.sqrt(9 * likeShape)
  return Math.round(mean * Math.max(0, cubeRoot) ** 3)
}

/** The probability of no more than this count; beyond a mean of 1,000 by the same approximation. */
export const negativeBinomialCdf = (shape: number, rate: number, count: number): number => {
  if (count < 0) return 0
  const logTerm = -shape * Math.log1p(1 / rate)
  if (shape / rate > SUMMED_MEAN_MAX || logTerm < LOG_TERM_MIN) {
    return cdfByGamma(shape, rate, count)
  }
  const ratio = 1 / (1 + rate)
  let term = Math.exp(logTerm)
  let sum = term
  const last = Math.min(Math.floor(count), SUMMED_COUNT_MAX)
  for (let at = 0; at < last; at++) {
    term *= ((shape + at) / (at + 1)) * ratio
    sum += term
  }
  return Math.min(1, sum)
}

const cdfByGamma = (shape: number, rate: number, count: number): number => {
  const mean = shape / rate
  const likeShape = 1 / (1 / mean + 1 / shape)
  const cubeRoot = Math.cbrt((count + 0.5) / mean)
  return normalCdf((cubeRoot - 1 + 1 / (9 * likeShape)) * Math.sqrt(9 * likeShape))
}
