/**
 * A dynamic Poisson-Gamma model of demand (West, Harrison & Migon 1985), with negative binomial noise.
 *
 *   units ~ NB(mean μ, size φ),   ln μ = ln exposure + F'θ,   θ ~ (mean m, covariance C)
 *
 * Between buckets θ drifts as an Ornstein-Uhlenbeck process: slowly back to its prior. With a discount
 * instead, the variance of a coefficient whose regressor does not move would grow without end; here it
 * never exceeds the prior's. The level alone wanders freely. Formulas: part 3.2 of the reference.
 */
import { digamma, inverseTrigamma, trigamma } from './elasticity-gamma-functions.ts'

/** What demand is explained by, beside its level. */
export interface Regressors {
  /** ln of shown over policy price, where it was drawn by chance; else 0. */
  readonly deviation: number
  /** ln of policy (without an experiment: shown) over reference price. */
  readonly price: number
  /** 1 in a promotion, else 0. */
  readonly promotion: number
}

export const LEVEL = 0
export const DEVIATION = 1
export const PRICE = 2
export const PROMOTION = 3
const SIZE = 4

const PRIOR_MEANS = [0, -1.5, -1.5, 0.2] as const
/** Standard deviations. The level's is around what the first buckets sold. */
export const PRIOR_SDS = [2, 2, 2, 0.5] as const
/** Variance per day by which the level wanders: a standard deviation of .02 a day. */
const LEVEL_DRIFT = 4e-4
/** Of the others, while they are far from the prior: .3 a year. */
const DRIFT = 2.5e-4
/** Variance of ln λ that one step takes into account at most; beyond it nothing is known anyway. */
const VARIANCE_MAX = 50
/** |ln λ| that a step starts from at most, so that e to the power of it stays a number. */
const LOG_RATE_MAX = 100

/**
 * Means of the coefficients, then the lower triangle of their covariance, row by row: 4 + 10 numbers.
 */
export type Beliefs = readonly number[]

const at = (row: number, column: number): number =>
  row >= column ? SIZE + (row * (row + 1)) / 2 + column : at(column, row)

/** @param level ln of units per exposure */
export const priorBeliefs = (level: number): Beliefs => {
  const beliefs = new Array<number>(SIZE + (SIZE * (SIZE + 1)) / 2).fill(0)
  for (let i = 0; i < SIZE; i++) {
    beliefs[i] = i === LEVEL ? level : PRIOR_MEANS[i]!
    beliefs[at(i, i)] = PRIOR_SDS[i]! ** 2
  }
  return beliefs
}

export const meanOf = (beliefs: Beliefs, coefficient: number): number => beliefs[coefficient]!
export const sdOf = (beliefs: Beliefs, coefficient: number): number =>
  Math.sqrt(beliefs[at(coefficient, coefficient)]!)

/** After some time in which nothing was observed. */
export const evolved = (beliefs: Beliefs, days: number): Beliefs => {
  const next = [...beliefs]
  const kept = PRIOR_SDS.map((sd, i) =>
    i === LEVEL ? 1 : Math.exp((-days * DRIFT) / (2 * sd * sd)),
  )
  for (let i = 0; i < SIZE; i++) {
    if (i !== LEVEL) next[i] = PRIOR_MEANS[i]! + kept[i]! * (beliefs[i]! - PRIOR_MEANS[i]!)
    for (let j = 0; j <= i; j++) next[at(i, j)]! *= kept[i]! * kept[j]!
    next[at(i, i)]! += i === LEVEL ? LEVEL_DRIFT * days : (1 - kept[i]! ** 2) * PRIOR_SDS[i]! ** 2
  }
  return next
}

/** The same, with the level unknown again: for when exposure is counted in another unit from now on. */
export const withUnknownLevel = (beliefs: Beliefs): Beliefs => {
  const next = [...beliefs]
  next[at(LEVEL, LEVEL)]! += PRIOR_SDS[LEVEL] ** 2
  return next
}

/** ln of the units to be expected per unit of exposure. */
export const logRateOf = (beliefs: Beliefs, { deviation, price, promotion }: Regressors): number =>
  beliefs[LEVEL]! +
  beliefs[DEVIATION]! * deviation +
  beliefs[PRICE]! * price +
  beliefs[PROMOTION]! * promotion

export interface Observation {
  readonly units: number
  /** Views or hours, more than 0. */
  readonly exposure: number
  readonly regressors: Regressors
}

export interface Learnt {
  readonly beliefs: Beliefs
  /** Units that were expected before. */
  readonly expectedUnits: number
}

/**
 * One step: the prior of ln λ is matched by a Gamma, which the units turn into its posterior, and what
 * that changes in ln λ is passed on to the coefficients by linear Bayes.
 *
 * @param size φ of the negative binomial
 */
export const learnt = (beliefs: Beliefs, observed: Observation, size: number): Learnt => {
  const { units, exposure, regressors } = observed
  const { deviation, price, promotion } = regressors
  const f = [1, deviation, price, promotion]
  const cf = productOf(beliefs, f)
  let variance = trigamma(size)
  for (let i = 0; i < SIZE; i++) variance += f[i]! * cf[i]!
  const logMean = clamped(
    Math.log(exposure) + logRateOf(beliefs, regressors) + digamma(size) - Math.log(size),
    LOG_RATE_MAX,
  )
  const matched = Math.min(variance, VARIANCE_MAX)
  const alpha = inverseTrigamma(matched)
  const beta = Math.exp(digamma(alpha) - logMean)
  const shift = (digamma(alpha + units) - Math.log(beta + 1) - logMean) / variance
  // Over the whole variance, also where less was matched: else C could lose more than it has.
  const shrink = (1 - trigamma(alpha + units) / matched) / variance
  const next = [...beliefs]
  for (let i = 0; i < SIZE; i++) {
    next[i]! += cf[i]! * shift
    for (let j = 0; j <= i; j++) next[at(i, j)]! -= cf[i]! * cf[j]! * shrink
  }
  return { beliefs: next, expectedUnits: alpha / beta }
}

/** C F */
const productOf = (beliefs: Beliefs, f: readonly number[]): number[] => {
  const product: number[] = []
  for (let i = 0; i < SIZE; i++) {
    let sum = 0
    for (let j = 0; j < SIZE; j++) sum += beliefs[at(i, j)]! * f[j]!
    product.push(sum)
  }
  return product
}

const clamped = (x: number, max: number): number => Math.min(max, Math.max(-max, x))
