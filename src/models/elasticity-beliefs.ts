/**
 * What is believed of the demand for one article in one market: its level, and how the price, a
 * promotion, the competitors and the day of the week change it. The model is that of
 * elasticity-filter.ts with seven coefficients; the priors are those of part 3.2 of the reference.
 * It gives none for the competitors: .3 is ours, demand that follows their price a little.
 */
import {
  type Beliefs,
  covarianceAt,
  filterDrifted,
  filterLearnt,
  filterLogRate,
  filterPredicted,
  filterStart,
  type Learnt,
  type Predicted,
} from './elasticity-filter.ts'

/** What demand is explained by, beside its level. */
export interface Regressors {
  /** ln of shown over policy price, where it was drawn by chance; else 0. */
  readonly deviation: number
  /** ln of policy (without an experiment: shown) over reference price. */
  readonly price: number
  /** 1 in a promotion, else 0. */
  readonly promotion: number
  /** ln of the lowest price of competitors over reference price; 0 where none is known. */
  readonly competitor: number
  /** Of the day of the week: where in the week it is, as on a circle; 0 and 0 to leave it out. */
  readonly seasonSin: number
  readonly seasonCos: number
}

export const LEVEL = 0
export const DEVIATION = 1
export const PRICE = 2
export const PROMOTION = 3
export const COMPETITOR = 4
export const SEASON_SIN = 5
export const SEASON_COS = 6
export const SIZE = 7

/** Standard deviations. The level's is around what the first buckets sold. */
export const PRIOR_SDS = [2, 2, 2, 0.5, 0.5, 0.3, 0.3] as const
export const PRIOR_MEANS = [0, -1.5, -1.5, 0.2, 0.3, 0, 0] as const
const PRIOR = { means: PRIOR_MEANS, sds: PRIOR_SDS }

export type { Beliefs, Learnt, Predicted } from './elasticity-filter.ts'

/** @param level ln of units per exposure */
export const priorBeliefs = (level: number): Beliefs => filterStart(PRIOR, level)

export const meanOf = (beliefs: Beliefs, coefficient: number): number => beliefs[coefficient]!
export const sdOf = (beliefs: Beliefs, coefficient: number): number =>
  Math.sqrt(covarianceOf(beliefs, coefficient, coefficient))
export const covarianceOf = (beliefs: Beliefs, one: number, other: number): number =>
  beliefs[covarianceAt(SIZE, Math.max(one, other), Math.min(one, other))]!

/** After some time in which nothing was observed. */
export const evolved = (beliefs: Beliefs, days: number): Beliefs =>
  filterDrifted(beliefs, PRIOR, days)

/**
 * The same, with the level unknown again: for when exposure is counted in another unit from now on.
 *
 * @param logRatio ln of how many of the unit until now are one of the new ones
 */
export const withUnknownLevel = (beliefs: Beliefs, logRatio: number): Beliefs => {
  const next = [...beliefs]
  next[LEVEL]! += logRatio
  next[covarianceAt(SIZE, LEVEL, LEVEL)]! += PRIOR_SDS[LEVEL] ** 2
  return next
}

/** ln of the units to be expected per unit of exposure. */
export const logRateOf = (beliefs: Beliefs, regressors: Regressors): number =>
  filterLogRate(beliefs, inOrder(regressors))

/** When it was, and how much of it there was. */
export interface Exposed {
  /** Views or hours, more than 0. */
  readonly exposure: number
  /** ln of what else is known to multiply demand; 0 for nothing. */
  readonly offset: number
  readonly regressors: Regressors
}

export interface Observation extends Exposed {
  readonly units: number
}

/** What is to be expected, and nothing learnt. */
export const predictedOf = (beliefs: Beliefs, exposed: Exposed, size: number): Predicted =>
  filterPredicted(beliefs, inOrder(exposed.regressors), logExposureOf(exposed), size)

/** One step. @param size φ of the negative binomial */
export const learnt = (beliefs: Beliefs, observation: Observation, size: number): Learnt => {
  const counted = { units: observation.units, logExposure: logExposureOf(observation) }
  return filterLearnt(beliefs, inOrder(observation.regressors), counted, size)
}

const logExposureOf = ({ exposure, offset }: Exposed): number => Math.log(exposure) + offset

const inOrder = (regressors: Regressors): readonly number[] => {
  const { deviation, price, promotion, competitor, seasonSin, seasonCos } = regressors
  return [1, deviation, price, promotion, competitor, seasonSin, seasonCos]
}
