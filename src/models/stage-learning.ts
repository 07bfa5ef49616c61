/** What is known of a stage of shipments, over all lanes: how far forecasts were off, by hour, and how often late. */
import {
  MISS_SHARE,
  missShareAfter,
  NO_RESIDUALS,
  type Residuals,
  residualsAfter,
} from './conformal.ts'
import { addOutcomes, noOutcomes } from './outcome-bins.ts'
import { type Calibration, calibrationAfter, NO_CALIBRATION } from './platt-calibration.ts'

export interface StageLearning {
  readonly residuals: Residuals
  readonly missShare: number
  readonly calibration: Calibration
  /** Of each hour of the week (UTC): weight, then mean of what is left after lane and destination. */
  readonly hourWeights: readonly number[]
  readonly hourMeans: readonly number[]
  readonly observations: number
  /** Of logarithms from the mean of all, and from that of their own lane. */
  readonly totalVariance: number
  readonly withinVariance: number
}

/** What was said of a shipment when it came to the stage. */
export interface SaidOfStage {
  readonly logMs: number
  readonly low: number
  readonly high: number
  /** Before calibration; null: nothing was promised, or nothing was known yet. */
  readonly late: number | null
}

const HOURS_OF_WEEK = 168
const HOUR_MS = 3_600_000
const HOUR_WEIGHT_MAX = 100
const HOUR_SHRINKAGE = 8

const zeros = (): number[] => Array.from({ length: HOURS_OF_WEEK }, () => 0)

export const STAGE_UNKNOWN: StageLearning = {
  residuals: NO_RESIDUALS,
  missShare: MISS_SHARE,
  calibration: NO_CALIBRATION,
  hourWeights: zeros(),
  hourMeans: zeros(),
  observations: 0,
  totalVariance: 0,
  withinVariance: 0,
}

export const hourOfWeek = (at: number): number =>
  ((Math.floor(at / HOUR_MS) % HOURS_OF_WEEK) + HOURS_OF_WEEK) % HOURS_OF_WEEK

/** How much longer it takes from this hour on, as a logarithm. */
export const hourEffect = ({ hourWeights, hourMeans }: StageLearning, hour: number): number =>
  (hourWeights[hour]! * hourMeans[hour]!) / (hourWeights[hour]! + HOUR_SHRINKAGE)

export interface StageOutcome {
  readonly begunAt: number
  readonly logMs: number
  /** Null: nobody promised. */
  readonly wasLate: boolean | null
  /** When this became known. */
  readonly at: number
  /** How far it was from the mean of all, and from that of its lane; null: not known before. */
  readonly fromAll: number | null
  readonly fromOwn: number | null
}

/** @param mean what lane and destination said, without the hour; `said` null: no forecast was given */
export const stageAfter = (
  before: StageLearning,
  { begunAt, logMs, wasLate, at, fromAll, fromOwn }: StageOutcome,
  mean: number,
  said: SaidOfStage | null,
): StageLearning => {
  const hour = hourOfWeek(begunAt)
  const weight = Math.min(HOUR_WEIGHT_MAX, before.hourWeights[hour]! + 1)
  const off = logMs - mean - before.hourMeans[hour]!
  const expected = said?.logMs ?? mean + hourEffect(before, hour)
  return {
    residuals: residualsAfter(before.residuals, logMs - expected),
    missShare:
      said === null
        ? before.missShare
        : missShareAfter(before.missShare, logMs < said.low || logMs > said.high),
    calibration: calibrationOf(before.calibration, said, wasLate, at),
    hourWeights: before.hourWeights.with(hour, weight),
    hourMeans: before.hourMeans.with(hour, before.hourMeans[hour]! + off / weight),
    observations: before.observations + 1,
    totalVariance: varianceAfter(before.totalVariance, fromAll, before.observations),
    withinVariance: varianceAfter(before.withinVariance, fromOwn, before.observations),
  }
}

const VARIANCE_RATE = 0.01

const varianceAfter = (variance: number, off: number | null, observations: number): number =>
  off === null
    ? variance
    : variance + Math.max(VARIANCE_RATE, 1 / (observations + 1)) * (off ** 2 - variance)

const calibrationOf = (
  before: Calibration,
  said: SaidOfStage | null,
  wasLate: boolean | null,
  at: number,
): Calibration => {
  if (said === null || said.late === null || wasLate === null) return before
  const bins = noOutcomes()
  addOutcomes(bins, said.late, wasLate ? 1 : 0)
  return calibrationAfter(before, bins, at)
}
