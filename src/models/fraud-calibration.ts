/**
 * Sets scores right by what became of orders: logit p' = slope logit p + level (Platt), learnt outcome
 * by outcome, and forgotten with a half-life of 30 days.
 *
 * Each outcome is one step of the Kalman kind: the precision grows by what the outcome tells, and the
 * mean goes where the surprise pulls it. As in `platt-belief.ts`, forgetting goes back to the first
 * belief, that scores are right as they are. An outcome that turns takes back the surprise of the one
 * before, and tells nothing that was not counted then.
 */
import { FIRST_BELIEF, faded, type PlattBelief } from './platt-belief.ts'
import {
  hasEnoughOutcomes,
  IDENTITY,
  LEVEL_BOUNDS,
  type Platt,
  SLOPE_BOUNDS,
} from './platt-calibration.ts'

export interface FraudCalibration extends PlattBelief {
  /** Frauds and other orders, forgotten as the belief is. */
  readonly frauds: number
  readonly others: number
}

export const FIRST_CALIBRATION: FraudCalibration = { ...FIRST_BELIEF, frauds: 0, others: 0 }

/** With `share` of it left, the belief after an order of this score, in log-odds. */
export const calibratedBy = (
  before: FraudCalibration,
  share: number,
  logOdds: number,
  { isFraud, turned }: { readonly isFraud: boolean; readonly turned: boolean },
): FraudCalibration => {
  const held = share < 1 ? faded(before, share) : before
  const chance = 1 / (1 + Math.exp(-(held.slope * logOdds + held.level)))
  const information = turned ? 0 : chance * (1 - chance)
  const surprise = Number(isFraud) - (turned ? Number(!isFraud) : chance)
  const slopePrecision = held.slopePrecision + information * logOdds * logOdds
  const crossPrecision = held.crossPrecision + information * logOdds
  const levelPrecision = held.levelPrecision + information
  const determinant = slopePrecision * levelPrecision - crossPrecision * crossPrecision
  const slopeStep = (levelPrecision * logOdds - crossPrecision) * (surprise / determinant)
  const levelStep = (slopePrecision - crossPrecision * logOdds) * (surprise / determinant)
  return {
    slope: within(held.slope + slopeStep, SLOPE_BOUNDS),
    level: within(held.level + levelStep, LEVEL_BOUNDS),
    slopePrecision,
    crossPrecision,
    levelPrecision,
    frauds: share * before.frauds + Number(isFraud),
    others: share * before.others + Number(!isFraud),
  }
}

/** What is to be published: nothing is changed until enough is known. */
export const calibrationInUse = ({ slope, level, frauds, others }: FraudCalibration): Platt =>
  hasEnoughOutcomes({ happened: frauds, missed: others }) ? { slope, level } : IDENTITY

const within = (value: number, { min, max }: { readonly min: number; readonly max: number }) =>
  Math.min(Math.max(value, min), max)
