/**
 * A dynamic Poisson-Gamma model of demand (West, Harrison & Migon 1985), with negative binomial noise,
 * of any number of coefficients.
 *
 *   units ~ NB(mean μ, size φ),   ln μ = ln exposure + F'θ,   θ ~ (mean m, covariance C)
 *
 * The first coefficient is the level of demand and wanders freely. Between buckets the others drift as
 * Ornstein-Uhlenbeck processes: slowly back to their prior. With a discount instead, the variance of a
 * coefficient whose regressor does not move would grow without end; here it never exceeds the prior's.
 * Formulas: part 3.2 of the reference.
 */
import { digamma, inverseTrigamma, trigamma } from './elasticity-gamma-functions.ts'
import { believedUnits } from './misread-units.ts'

/** Variance per day by which the level wanders: a standard deviation of .02 a day. */
const LEVEL_DRIFT = 4e-4
/** Of the others, while they are far from the prior: .3 a year. */
const DRIFT = 2.5e-4
/** Variance of ln λ that one step takes into account at most; beyond it nothing is known anyway. */
const VARIANCE_MAX = 50
/** |ln λ| that a step starts from at most, so that e to the power of it stays a number. */
const LOG_RATE_MAX = 100
/**
 * Standard deviations of ln λ by which one count raises it at most; and one that is taken for a mistake, so
 * that it moves no elasticity that is known by more than half of its own. What sold less is not bounded:
 * so a filter that expects too much comes down.
 */
const RISE_MAX_SDS = 4
const MISREAD_RISE_MAX_SDS = 1.5

/** What is assumed of each coefficient, the level first. A standard deviation is more than 0. */
export interface FilterPrior {
  /** The level's is another for each article, and given at its start. */
  readonly means: readonly number[]
  readonly sds: readonly number[]
}

/** Means of d coefficients, then the lower triangle of their covariance, row by row. */
export type Beliefs = readonly number[]

/** The Gamma distribution of the mean λ, scatter included: units ~ NB(shape, rate / (1 + rate)). */
export interface Predicted {
  readonly shape: number
  readonly rate: number
}

export interface Counted {
  readonly units: number
  /** ln of the exposure, and of all else that is known to multiply demand. */
  readonly logExposure: number
}

export interface Learnt {
  readonly beliefs: Beliefs
  /** What was to be expected before. */
  readonly predicted: Predicted
  /** Those that were learnt from: all of them, or as many as can be believed. */
  readonly units: number
}

/** @param level ln of units per exposure */
export const filterStart = ({ means, sds }: FilterPrior, level: number): Beliefs => {
  const size = means.length
  const beliefs = [level, ...means.slice(1)]
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) beliefs.push(i === j ? sds[i]! ** 2 : 0)
  }
  return beliefs
}

/** Where the covariance of two of `size` coefficients is; the row is not before the column. */
export const covarianceAt = (size: number, row: number, column: number): number =>
  size + (row * (row + 1)) / 2 + column

/** After some time in which nothing was observed. */
export const filterDrifted = (beliefs: Beliefs, prior: FilterPrior, days: number): Beliefs => {
  const { means, sds } = prior
  const size = means.length
  const next = [...beliefs]
  const kept = keptOf(sds, days)
  let at = size
  for (let i = 0; i < size; i++) {
    if (i > 0) next[i] = means[i]! + kept[i]! * (beliefs[i]! - means[i]!)
    for (let j = 0; j <= i; j++) next[at++]! *= kept[i]! * kept[j]!
    next[at - 1]! += i === 0 ? LEVEL_DRIFT * days : (1 - kept[i]! ** 2) * sds[i]! ** 2
  }
  return next
}

/** The share of its distance from the prior that each coefficient keeps. */
const keptOf = (sds: readonly number[], days: number): number[] => {
  const kept = [1]
  for (let i = 1; i < sds.length; i++) {
    const sd = sds[i]!
    kept.push(sd === sds[i - 1] && i > 1 ? kept[i - 1]! : Math.exp((-days * DRIFT) / (2 * sd * sd)))
  }
  return kept
}

/** F'm: ln of the units to be expected per unit of exposure. */
export const filterLogRate = (beliefs: Beliefs, regressors: readonly number[]): number => {
  let sum = 0
  for (let i = 0; i < regressors.length; i++) sum += beliefs[i]! * regressors[i]!
  return sum
}

/**
 * What is to be expected, and nothing learnt.
 *
 * @param regressors F, of which the first is 1
 * @param noise φ of the negative binomial
 */
export const filterPredicted = (
  beliefs: Beliefs,
  regressors: readonly number[],
  logExposure: number,
  noise: number,
): Predicted => {
  const product = covarianceTimes(beliefs, regressors)
  const variance = varianceOf(regressors, product, noise)
  return matched(logMeanOf(beliefs, regressors, logExposure, noise), variance)
}

/**
 * One step: the prior of ln λ is matched by a Gamma, which the units turn into its posterior, and what
 * that changes in ln λ is passed on to the coefficients by linear Bayes. Parameters as above.
 */
export const filterLearnt = (
  beliefs: Beliefs,
  regressors: readonly number[],
  { units: counted, logExposure }: Counted,
  noise: number,
): Learnt => {
  const size = regressors.length
  const product = covarianceTimes(beliefs, regressors)
  const variance = varianceOf(regressors, product, noise)
  const logMean = logMeanOf(beliefs, regressors, logExposure, noise)
  const predicted = matched(logMean, variance)
  const { shape, rate } = predicted
  const units = believedUnits(counted, predicted)
  const rise = digamma(shape + units) - Math.log(rate + 1) - logMean
  const riseMaxSds = units < counted ? MISREAD_RISE_MAX_SDS : RISE_MAX_SDS
  const shift = Math.min(rise, riseMaxSds * Math.sqrt(variance)) / variance
  // Over the whole variance, also where less was matched: else C could lose more than it has.
  const shrink = (1 - trigamma(shape + units) / Math.min(variance, VARIANCE_MAX)) / variance
  const next = [...beliefs]
  let at = size
  for (let i = 0; i < size; i++) {
    next[i]! += product[i]! * shift
    for (let j = 0; j <= i; j++) next[at++]! -= product[i]! * product[j]! * shrink
  }
  return { beliefs: next, predicted, units }
}

/** The Gamma whose logarithm has this mean and variance. */
const matched = (logMean: number, variance: number): Predicted => {
  const shape = inverseTrigamma(Math.min(variance, VARIANCE_MAX))
  return { shape, rate: Math.exp(digamma(shape) - logMean) }
}

/** The mean of ln λ; the scatter of the negative binomial is a part of λ. */
const logMeanOf = (
  beliefs: Beliefs,
  regressors: readonly number[],
  logExposure: number,
  noise: number,
): number => {
  const rate = logExposure + filterLogRate(beliefs, regressors)
  return Math.min(LOG_RATE_MAX, Math.max(-LOG_RATE_MAX, rate + digamma(noise) - Math.log(noise)))
}

/** F'CF and that of the scatter. */
const varianceOf = (
  regressors: readonly number[],
  product: readonly number[],
  noise: number,
): number => {
  let variance = trigamma(noise)
  for (let i = 0; i < regressors.length; i++) variance += regressors[i]! * product[i]!
  return variance
}

/** C F. Each number of the triangle stands for two of the whole. */
const covarianceTimes = (beliefs: Beliefs, regressors: readonly number[]): number[] => {
  const size = regressors.length
  const product: number[] = []
  let at = size
  for (let i = 0; i < size; i++) {
    const f = regressors[i]!
    let sum = 0
    for (let j = 0; j < i; j++) {
      const covariance = beliefs[at++]!
      sum += covariance * regressors[j]!
      product[j]! += covariance * f
    }
    product.push(sum + beliefs[at++]! * f)
  }
  return product
}
