import { LOG_ODDS_MAX, logOddsOf, type ReadonlyOutcomeBins } from './outcome-bins.ts'
import { beliefAfter, FIRST_BELIEF, faded, type PlattBelief } from './platt-belief.ts'

/**
 * Sets probabilities right by what became of earlier ones: of the chance that somebody does not buy
 * within a horizon, one calibration for each horizon.
 *
 *     forecast p at t  ...  horizon  ...  outcome known at t + horizon  ->  bins  ->  A and B
 *
 * The purchase model knows no seasons and no trend; where all of its forecasts have been too low
 * lately, this lifts them. It never changes who is more likely than whom, since A is above 0. What it
 * knows is as old as the horizon: a change that lasts is followed, a season that is shorter than the
 * horizon is over before its outcomes are known, and is then learnt for the time after it. On CDNOW
 * the error over 8 and 13 weeks nearly halves over all, and grows by half shortly before Christmas; over
 * 26 weeks there is nearly nothing to gain.
 *
 * Outcomes are forgotten in event time: one that is 90 days older counts 1/e. The same outcomes at the
 * same instants give the same numbers; each batch of outcomes is of one instant.
 */
export interface Calibration {
  readonly belief: PlattBelief
  /** Outcomes so far that happened, and that did not, forgotten as the belief is. */
  readonly happened: number
  readonly missed: number
  /** When the newest outcome was known, in ms; null before the first. */
  readonly asOf: number | null
}

/** What is published: logit p' = slope logit p + level. */
export interface Platt {
  readonly slope: number
  readonly level: number
}

export const NO_CALIBRATION: Calibration = {
  belief: FIRST_BELIEF,
  happened: 0,
  missed: 0,
  asOf: null,
}
export const IDENTITY: Platt = { slope: 1, level: 0 }

export const FORGETTING_MS = 90 * 86_400_000
/** Nothing is changed until so many outcomes are remembered, and so many of the rarer kind. */
export const OUTCOMES_MIN = 400
export const RARER_OUTCOMES_MIN = 40
/** Beyond these the fault is not one of calibration. */
export const SLOPE_BOUNDS = { min: 0.25, max: 4 } as const
export const LEVEL_BOUNDS = { min: -3, max: 3 } as const

/** The calibration after the outcomes that became known at `at`; late ones count as their age says. */
export const calibrationAfter = (
  calibration: Calibration,
  outcomes: ReadonlyOutcomeBins,
  at: number,
): Calibration => {
  const asOf = Math.max(at, calibration.asOf ?? at)
  const held = agedTo(calibration, asOf)
  const weight = leftAfter(asOf - at)
  const { total, happened } = totalsOf(outcomes)
  return {
    belief: beliefAfter(held.belief, outcomes, weight),
    happened: held.happened + weight * happened,
    missed: held.missed + weight * (total - happened),
    asOf,
  }
}

/** What is to be published at `now`: within bounds, and nothing until enough is known. */
export const plattOf = (calibration: Calibration, now: number): Platt => {
  const aged = agedTo(calibration, now)
  const { belief } = aged
  if (!hasEnoughOutcomes(aged)) return IDENTITY
  return { slope: within(belief.slope, SLOPE_BOUNDS), level: within(belief.level, LEVEL_BOUNDS) }
}

/** Whether what is remembered says anything. */
export const hasEnoughOutcomes = ({
  happened,
  missed,
}: Pick<Calibration, 'happened' | 'missed'>): boolean =>
  happened + missed >= OUTCOMES_MIN && Math.min(happened, missed) >= RARER_OUTCOMES_MIN

/** The probability, set right. */
export const calibrated = ({ slope, level }: Platt, probability: number): number => {
  const logOdds = logOddsOf(probability)
  // The identity leaves every digit as it is.
  return slope === 1 && level === 0 ? probability : 1 / (1 + Math.exp(-(slope * logOdds + level)))
}

/**
 * The least probability that `calibrated` takes to `probability`: the same equation, solved for p. 1
 * where none gets there, since log-odds of a millionth and less are all taken for one (`logOddsOf`).
 */
export const uncalibrated = ({ slope, level }: Platt, probability: number): number => {
  if (probability >= 1 || (slope === 1 && level === 0)) return probability
  const logOdds = (Math.log(probability / (1 - probability)) - level) / slope
  if (logOdds >= LOG_ODDS_MAX) return 1
  return logOdds <= -LOG_ODDS_MAX ? 0 : 1 / (1 + Math.exp(-logOdds))
}

/** The calibration as it is remembered at a later moment; unchanged at an earlier one. */
const agedTo = (calibration: Calibration, now: number): Calibration => {
  const { belief, happened, missed, asOf } = calibration
  if (asOf === null || now <= asOf) return calibration
  const share = leftAfter(now - asOf)
  return {
    belief: faded(belief, share),
    happened: share * happened,
    missed: share * missed,
    asOf: now,
  }
}

const leftAfter = (elapsedMs: number): number => Math.exp(-elapsedMs / FORGETTING_MS)

const totalsOf = ({ counts }: ReadonlyOutcomeBins): { total: number; happened: number } => {
  let [total, happened] = [0, 0]
  for (let at = 0; at < counts.length; at += 3) {
    total += counts[at + 1]!
    happened += counts[at + 2]!
  }
  return { total, happened }
}

const within = (value: number, { min, max }: { readonly min: number; readonly max: number }) =>
  Math.min(Math.max(value, min), max)
