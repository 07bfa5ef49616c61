/**
 * How unusual a value of a series is, by what the series did before: the general streaming score of part
 * 5.4 of the reference, which knows nothing of what is measured.
 *
 *     level       from the slow mean, in mean deviations        each up and down: eight magnitudes,
 *     change      from the value before, in mean changes        each with a chance p of as much or more
 *     short mean  of the last 30 from the slow mean
 *     hour        from the mean of the hour of the day
 *
 *     score = greatest of −log10 p, and half of the second
 *
 * A value is an alarm where the score is at least 4.74 and above all of the last 50 scores, so that what goes
 * on is told once. Of the first 50 values none is judged, nor counted among the magnitudes: what is usual
 * has to be known first. An hour of the day counts from its tenth value on, for the same reason.
 */
import {
  COUNT_MAX,
  copyOff,
  HOUR,
  HOURS,
  hourAt,
  hourCounts,
  hours,
  layOut,
  MOMENT,
  moments,
  RECENT_SCORES,
  recent,
  SCORE_STEP,
  TAILS,
} from './anomaly-state.ts'
import { learnMagnitude, moveTail, surprise } from './anomaly-tail.ts'

/** Where the benchmark's score is best: see docs/logistics-model.md. */
export const ANOMALY_ALARM = 4.74
export const ANOMALY_WARM_UP = 50
const HOUR_WARM_UP = 10
const SECOND_SHARE = 0.5
const TAIL_MOVES_EVERY = 50
const SLOW_RATE = 0.001
const SHORT_RATE = 2 / 31
const HOUR_RATE = 0.01
const HOUR_MS = 3_600_000
/** A deviation of nothing, for a series that stood still: relative to its mean. */
const STILL = 1e-9

export const ANOMALY_SIGNALS = ['LEVEL', 'CHANGE', 'SHORT_MEAN', 'HOUR_OF_DAY'] as const

export interface AnomalySignal {
  readonly name: (typeof ANOMALY_SIGNALS)[number]
  /** In mean deviations, with its sign. */
  readonly deviations: number
  /** −log10 of the chance of as much or more, this way. */
  readonly surprise: number
}

export interface AnomalyJudgement {
  readonly score: number
  readonly isAlarm: boolean
  /** Of an alarm the two that say most, the greater first. */
  readonly signals: readonly AnomalySignal[]
}

export interface AnomalyStep {
  /** What is known of the series now; `before` stays as it is. */
  readonly state: Buffer
  /** Null while it is only learnt from. */
  readonly judgement: AnomalyJudgement | null
}

/** @param value a finite number; what is none is to be left out before */
export const anomalyStep = (before: Uint8Array | null, value: number, at: number): AnomalyStep => {
  layOut(before)
  const seen = moments[MOMENT.count]!
  const judgement = seen < ANOMALY_WARM_UP ? null : judged(value, at, seen)
  learn(value, at, seen)
  return { state: copyOff(), judgement }
}

const signals = new Float64Array(TAILS / 2)
const surprises = new Float64Array(TAILS / 2)

const judged = (value: number, at: number, seen: number): AnomalyJudgement => {
  const hour = hourAt(hourOf(at))
  const still = STILL * Math.abs(value) + Number.MIN_VALUE
  const deviation = Math.max(moments[MOMENT.deviation]!, still)
  judgeSignal(0, (value - moments[MOMENT.mean]!) / deviation)
  judgeSignal(1, (value - moments[MOMENT.last]!) / Math.max(moments[MOMENT.change]!, still))
  judgeSignal(2, (shortMeanWith(value) - moments[MOMENT.mean]!) / deviation)
  if (hourCounts[hourOf(at)]! < HOUR_WARM_UP) leaveOut(3)
  else {
    const off = value - hours[hour + HOUR.mean]!
    judgeSignal(3, off / Math.max(hours[hour + HOUR.deviation]!, still))
  }
  return judgementNow(seen)
}

/** Up and down are apart: of each value, one side has a magnitude and the other one of nothing. */
const judgeSignal = (signal: number, deviations: number): void => {
  const [up, down] = [2 * signal, 2 * signal + 1]
  const [side, other] = deviations >= 0 ? [up, down] : [down, up]
  const magnitude = Math.abs(deviations)
  signals[signal] = deviations
  surprises[signal] = surprise(side, magnitude)
  learnMagnitude(side, magnitude)
  learnMagnitude(other, 0)
}

const leaveOut = (signal: number): void => {
  signals[signal] = 0
  surprises[signal] = 0
}

const judgementNow = (seen: number): AnomalyJudgement => {
  let [first, second] = surprises[1]! > surprises[0]! ? [1, 0] : [0, 1]
  for (let signal = 2; signal < surprises.length; signal++) {
    if (surprises[signal]! > surprises[first]!) [first, second] = [signal, first]
    else if (surprises[signal]! > surprises[second]!) second = signal
  }
  const score = surprises[first]! + SECOND_SHARE * surprises[second]!
  const steps = Math.min(COUNT_MAX, Math.round(score / SCORE_STEP))
  const isAlarm = score >= ANOMALY_ALARM && isRecord(steps)
  recent[seen % RECENT_SCORES] = steps
  return { score, isAlarm, signals: isAlarm ? [signalNow(first), signalNow(second)] : NO_SIGNALS }
}

const isRecord = (steps: number): boolean => {
  for (let at = 0; at < RECENT_SCORES; at++) if (recent[at]! >= steps) return false
  return true
}

const NO_SIGNALS: readonly AnomalySignal[] = []

const signalNow = (signal: number): AnomalySignal => ({
  name: ANOMALY_SIGNALS[signal]!,
  deviations: signals[signal]!,
  surprise: surprises[signal]!,
})

const learn = (value: number, at: number, seen: number): void => {
  const rate = Math.max(SLOW_RATE, 1 / (seen + 1))
  const shortMean = seen === 0 ? value : shortMeanWith(value)
  if (seen > 0) {
    const change = Math.abs(value - moments[MOMENT.last]!)
    moments[MOMENT.change]! += Math.max(SLOW_RATE, 1 / seen) * (change - moments[MOMENT.change]!)
    const off = Math.abs(value - moments[MOMENT.mean]!)
    moments[MOMENT.deviation]! += Math.max(SLOW_RATE, 1 / seen) * (off - moments[MOMENT.deviation]!)
  }
  moments[MOMENT.mean]! += rate * (value - moments[MOMENT.mean]!)
  moments[MOMENT.shortMean] = shortMean
  moments[MOMENT.last] = value
  moments[MOMENT.count] = seen + 1
  learnHour(value, hourOf(at))
  if ((seen + 1) % TAIL_MOVES_EVERY === 0) for (let tail = 0; tail < TAILS; tail++) moveTail(tail)
}

const learnHour = (value: number, hour: number): void => {
  const at = hourAt(hour)
  const seen = hourCounts[hour]!
  if (seen > 0) {
    const off = Math.abs(value - hours[at + HOUR.mean]!)
    const rate = Math.max(HOUR_RATE, 1 / seen)
    hours[at + HOUR.deviation]! += rate * (off - hours[at + HOUR.deviation]!)
  }
  const rate = Math.max(HOUR_RATE, 1 / (seen + 1))
  hours[at + HOUR.mean]! += rate * (value - hours[at + HOUR.mean]!)
  if (seen < COUNT_MAX) hourCounts[hour]! += 1
}

const shortMeanWith = (value: number): number => {
  const before = moments[MOMENT.shortMean]!
  return before + SHORT_RATE * (value - before)
}

const hourOf = (at: number): number => ((Math.floor(at / HOUR_MS) % HOURS) + HOURS) % HOURS
