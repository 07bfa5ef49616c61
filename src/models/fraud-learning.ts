/**
 * A fraud model as it learns: outcomes in, and at each cut its weights out, as they are published.
 *
 * What is averaged is forgotten with a half-life of 30 days: an outcome at t counts 2^((t - asOf) / 30 d)
 * as of the last cut, and at a cut all is taken as of it. So two outcomes count alike in either order.
 *
 * Frauds become known before honest orders do, of which nobody complains until they expire:
 *
 *     first order              first frauds known                  first honest orders known
 *     |------------------------|-----------------------------------|--------->
 *       nothing is learnt, as it would be of frauds alone            both kinds are, as often as they are
 *
 * And few frauds teach little, while they are much alike: of what was learnt, f / (f + 250) is used after
 * f frauds, the rest is left to the rules. Without that a young model suspects whatever is usual.
 */
import {
  calibratedBy,
  calibrationInUse,
  FIRST_CALIBRATION,
  type FraudCalibration,
} from './fraud-calibration.ts'
import { parametersOf } from './fraud-parameters.ts'
import {
  FIRST_RECORD,
  type FraudRecord,
  recordFaded,
  recordWith,
  type SaidStates,
} from './fraud-record.ts'
import { type BinStates, learnBins, logOddsNow } from './fraud-weights.ts'
import type { Platt } from './platt-calibration.ts'

/** What became of an order, and what had been said of it. */
export interface LearntOutcome {
  readonly placedAt: number
  readonly bins: readonly string[]
  readonly isFraud: boolean
  /** What was known before; null: nothing. */
  readonly wasFraud: boolean | null
  /** The probability that was said; null: not known. */
  readonly score: number | null
}

/** Tables of the model: its bins, and how often what was said came true. */
export interface FraudTables {
  readonly bins: BinStates
  readonly said: SaidStates
}

/** All numbers of the model besides its tables. */
export interface FraudProgress extends FraudRecord {
  /** As of when all that fades is counted, in ms; null before the first outcome. */
  readonly asOf: number | null
  /** When the order of the first outcome was placed, learnt or not; null: there was none. */
  readonly firstPlacedAt: number | null
  /** When the newest outcome was known. */
  readonly learntAt: number | null
  readonly calibration: FraudCalibration
}

export const NO_PROGRESS: FraudProgress = {
  ...FIRST_RECORD,
  asOf: null,
  firstPlacedAt: null,
  learntAt: null,
  calibration: FIRST_CALIBRATION,
}

const HALF_LIFE_MS = 30 * 86_400_000
/** No outcome counts more than so many times one of the last cut, however wrong its time is. */
const HALF_LIVES_MAX = 12

const leftAfter = (elapsedMs: number): number => 2 ** (-elapsedMs / HALF_LIFE_MS)

/**
 * Learns one outcome that became known at `at`. The same one again changes nothing.
 *
 * @param expiryMs after how long an order of which nobody complains counts as honest
 */
export const learnOutcome = (
  tables: FraudTables,
  before: FraudProgress,
  { placedAt, bins, isFraud, wasFraud, score }: LearntOutcome,
  at: number,
  expiryMs: number,
): FraudProgress => {
  if (isFraud === wasFraud || bins.length === 0) return before
  const firstPlacedAt = before.firstPlacedAt ?? placedAt
  const progress = before.firstPlacedAt === null ? { ...before, firstPlacedAt } : before
  if (at < firstPlacedAt + expiryMs) return progress
  const asOf = progress.asOf ?? at
  const share = Math.min(leftAfter(asOf - at), 2 ** HALF_LIVES_MAX)
  const passed = Math.max(0, at - (progress.learntAt ?? at))
  const logOdds = logOddsNow(tables.bins, bins)
  const turned = wasFraud !== null
  learnBins(tables.bins, bins, { isFraud, turned, share })
  return {
    ...recordWith(progress, tables.said, { isFraud, turned, score, share }),
    asOf,
    firstPlacedAt,
    learntAt: Math.max(at, progress.learntAt ?? at),
    calibration: calibratedBy(progress.calibration, leftAfter(passed), logOdds, {
      isFraud,
      turned,
    }),
  }
}

/** Takes all that fades as of a cut. To be done at each, before its weights are told. */
export const fadedTo = (
  tables: FraudTables,
  progress: FraudProgress,
  at: number,
): FraudProgress => {
  if (progress.asOf === null || at <= progress.asOf) return progress
  const share = leftAfter(at - progress.asOf)
  for (const [bin, state] of [...tables.bins.entries()]) {
    tables.bins.set(bin, { ...state, seen: share * state.seen })
  }
  return { ...progress, ...recordFaded(progress, tables.said, share), asOf: at }
}

/** The weights by name, as they are published. */
export const publishedBy = (tables: FraudTables, progress: FraudProgress): Record<string, number> =>
  parametersOf(
    tables.bins,
    progress.seen,
    inPart(calibrationInUse(progress.calibration), usedShare(progress)),
    usedShare(progress),
  )

/** After so many frauds, half of what was learnt is used. */
const FRAUDS_FOR_HALF = 250

/** How much of what was learnt is used, 0 to 1. */
export const usedShare = ({ frauds }: Pick<FraudProgress, 'frauds'>): number =>
  frauds / (frauds + FRAUDS_FOR_HALF)

const inPart = ({ slope, level }: Platt, share: number): Platt => ({
  slope: 1 + share * (slope - 1),
  level: share * level,
})
