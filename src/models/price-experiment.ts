/**
 * Prices that are drawn by chance, so that what demand does with them has no other cause (part 3.3 of the
 * reference). For an epoch of some days the price is one of five around the policy's, even on a scale of
 * logarithms; which one is a number between 0 and 1 that the caller derives from seed, article and epoch.
 */
import type { ExperimentPolicy } from './price-policy.ts'

/** Shares of the amplitude; their variance is one half. */
export const DEVIATIONS = [-1, -0.5, 0, 0.5, 1] as const

/** Below it rounding to whole minor units would be a large part of what was drawn. */
export const TESTED_FROM_MINOR = 50
/** Below it a test would move the price by next to nothing. */
export const AMPLITUDE_MIN = 0.005
/** How much worse than where it stopped an elasticity must be known before there are tests again. */
const RESUMED_ABOVE = 0.05

/** The first days are worth most, and continuous tests cost profit. */
export const amplitudeAfter = (days: number, { amplitudes }: ExperimentPolicy): number =>
  (amplitudes.find(([untilDays]) => untilDays === null || days < untilDays) ??
    amplitudes.at(-1)!)[1]

/** Where a better price is likely but not sure, more is learnt at once, as far as the policy ever goes. */
export const raised = (amplitude: number, { unsureTimes, amplitudes }: ExperimentPolicy): number =>
  Math.min(Math.max(...amplitudes.map(([, each]) => each)), unsureTimes * amplitude)

/**
 * What the limits leave, the same up and down: were only one side cut off, prices near a limit would lean
 * to the other, and what was drawn would tell something of demand beforehand.
 */
export const amplitudeWithin = (
  amplitude: number,
  policyMinor: number,
  range: { readonly lowMinor: number; readonly highMinor: number },
): number =>
  Math.max(
    0,
    Math.min(
      amplitude,
      Math.log(range.highMinor / policyMinor),
      Math.log(policyMinor / Math.max(1, range.lowMinor)),
    ),
  )

/**
 * ln of shown over policy price.
 *
 * @param draw from 0 to 1, without 1
 */
export const deviationOf = (draw: number, amplitude: number): number =>
  amplitude * DEVIATIONS[Math.min(DEVIATIONS.length - 1, Math.floor(DEVIATIONS.length * draw))]!

export const shownPrice = (policyMinor: number, deviation: number): number =>
  Math.round(policyMinor * Math.exp(deviation))

/** Enough is known, and stays so until it is known clearly worse: else tests would come and go. */
export const hasLearntEnough = (sd: number, had: boolean, { stopSd }: ExperimentPolicy): boolean =>
  sd < stopSd || (had && sd <= stopSd + RESUMED_ABOVE)

const DAY_MS = 86_400_000

/** Number of the epoch; each article begins its own at another time, so that not all prices move at once. */
export const epochAt = (now: number, phaseMs: number, { epochDays }: ExperimentPolicy): number =>
  Math.floor((now - phaseMs) / (epochDays * DAY_MS))

/** When an epoch begins, in ms since 1970. */
export const epochStart = (
  epoch: number,
  phaseMs: number,
  { epochDays }: ExperimentPolicy,
): number => epoch * epochDays * DAY_MS + phaseMs
