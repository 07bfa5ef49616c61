import { BINS_PER_LOG_ODDS, type ReadonlyOutcomeBins } from './outcome-bins.ts'

/**
 * What is believed of a slope A and a level B in
 *
 *     logit p' = A logit p + B          (Platt 1999)
 *
 * as a normal distribution, which starts around A = 1, B = 0: forecasts are right as they are.
 *
 * Learning is Bayesian logistic regression by Laplace's approximation, one batch after another
 * (Spiegelhalter & Lauritzen 1990): the new mean is the mode of belief times likelihood, the new
 * precision the curvature there. Forgetting goes back to the start by the geometric mean of the two
 * densities (Kulhavy & Zarrop 1993, "stabilised forgetting"): where nothing new is learnt, the belief
 * becomes the first one again, while forgetting by a factor alone would end in knowing nothing.
 */
export interface PlattBelief {
  readonly slope: number
  readonly level: number
  /** The inverse of the covariance: of the slope, of both, of the level. */
  readonly slopePrecision: number
  readonly crossPrecision: number
  readonly levelPrecision: number
}

/** Half a slope and one unit of log-odds are usual errors: standard deviations .5 and 1. */
export const FIRST_BELIEF: PlattBelief = {
  slope: 1,
  level: 0,
  slopePrecision: 4,
  crossPrecision: 0,
  levelPrecision: 1,
}

/** The belief of which `share` is left, and the rest is the first one again. */
export const faded = (belief: PlattBelief, share: number): PlattBelief => {
  const mixed = (of: (belief: PlattBelief) => number): number =>
    share * of(belief) + (1 - share) * of(FIRST_BELIEF)
  const slopePrecision = mixed(held => held.slopePrecision)
  const crossPrecision = mixed(held => held.crossPrecision)
  const levelPrecision = mixed(held => held.levelPrecision)
  const slopePull = mixed(
    held => held.slopePrecision * held.slope + held.crossPrecision * held.level,
  )
  const levelPull = mixed(
    held => held.crossPrecision * held.slope + held.levelPrecision * held.level,
  )
  const determinant = slopePrecision * levelPrecision - crossPrecision * crossPrecision
  return {
    slope: (levelPrecision * slopePull - crossPrecision * levelPull) / determinant,
    level: (slopePrecision * levelPull - crossPrecision * slopePull) / determinant,
    slopePrecision,
    crossPrecision,
    levelPrecision,
  }
}

const STEPS_MAX = 30
const HALVINGS_MAX = 30
/** Twice what a step is expected to gain in log density, below which the top is reached. */
const GAIN_MIN = 1e-12

/** The belief after these outcomes, each of which counts `weight`. By Newton's steps to the mode. */
export const beliefAfter = (
  before: PlattBelief,
  outcomes: ReadonlyOutcomeBins,
  weight: number,
): PlattBelief => {
  let at = curveAt(before, outcomes, weight, before.slope, before.level)
  for (let step = 0; step < STEPS_MAX; step++) {
    const next = uphill(before, outcomes, weight, at)
    if (next === null) break
    at = next
  }
  const { slope, level, slopePrecision, crossPrecision, levelPrecision } = at
  return { slope, level, slopePrecision, crossPrecision, levelPrecision }
}

/** The log of the density at a point, less a constant, with its gradient and curvature. */
interface Curve extends PlattBelief {
  readonly height: number
  readonly slopeGradient: number
  readonly levelGradient: number
}

/** Newton's step, halved until it goes up; null at the top. */
const uphill = (
  before: PlattBelief,
  outcomes: ReadonlyOutcomeBins,
  weight: number,
  at: Curve,
): Curve | null => {
  const { slopeGradient, levelGradient, slopePrecision, crossPrecision, levelPrecision } = at
  const determinant = slopePrecision * levelPrecision - crossPrecision * crossPrecision
  let slopeStep = (levelPrecision * slopeGradient - crossPrecision * levelGradient) / determinant
  let levelStep = (slopePrecision * levelGradient - crossPrecision * slopeGradient) / determinant
  if (slopeGradient * slopeStep + levelGradient * levelStep < GAIN_MIN) return null
  for (let halving = 0; halving < HALVINGS_MAX; halving++) {
    const next = curveAt(before, outcomes, weight, at.slope + slopeStep, at.level + levelStep)
    if (next.height > at.height) return next
    slopeStep /= 2
    levelStep /= 2
  }
  return null
}

const curveAt = (
  before: PlattBelief,
  { counts }: ReadonlyOutcomeBins,
  weight: number,
  slope: number,
  level: number,
): Curve => {
  let { slopePrecision, crossPrecision, levelPrecision } = before
  const [slopeOff, levelOff] = [slope - before.slope, level - before.level]
  let slopeGradient = -(slopePrecision * slopeOff + crossPrecision * levelOff)
  let levelGradient = -(crossPrecision * slopeOff + levelPrecision * levelOff)
  let height = (slopeGradient * slopeOff + levelGradient * levelOff) / 2
  for (let at = 0; at < counts.length; at += 3) {
    const logOdds = counts[at]! / BINS_PER_LOG_ODDS
    const [total, happened] = [weight * counts[at + 1]!, weight * counts[at + 2]!]
    const predictor = slope * logOdds + level
    const chance = 1 / (1 + Math.exp(-predictor))
    const surprise = happened - total * chance
    const information = total * chance * (1 - chance)
    // ln(1 + e^x), written so that a large x does not overflow.
    const logOnePlus = Math.max(predictor, 0) + Math.log1p(Math.exp(-Math.abs(predictor)))
    height += happened * predictor - total * logOnePlus
    slopeGradient += surprise * logOdds
    levelGradient += surprise
    slopePrecision += information * logOdds * logOdds
    crossPrecision += information * logOdds
    levelPrecision += information
  }
  return {
    slope,
    level,
    height,
    slopeGradient,
    levelGradient,
    slopePrecision,
    crossPrecision,
    levelPrecision,
  }
}
