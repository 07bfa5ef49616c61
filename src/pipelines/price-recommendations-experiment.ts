/**
 * When prices are drawn by chance, and what is known of such an experiment. Each pair has its epochs at a
 * time of its own, so that not all prices of a shop move at once.
 */
import { uniformOf } from '../engine/draw.ts'
import { murmur2 } from '../engine/hash.ts'
import { days, hours, type Instant } from '../engine/time.ts'
import type { Price } from '../events.ts'
import { epochAt, epochStart, hasLearntEnough } from '../models/price-experiment.ts'
import type { PriceExperiment } from '../models/price-facts.ts'
import type { ExperimentPolicy } from '../models/price-policy.ts'
import { UNKNOWN_ELASTICITY } from '../models/price-terms.ts'
import { drawnBy, type PolicyInUse } from './price-recommendations-policy.ts'
import { isAsTested } from './price-recommendations-price.ts'
import type {
  Known,
  RecommendationContext,
  RecommendationState,
} from './price-recommendations-state.ts'

/** After so many tests that nobody carried out no more are told. */
export const UNANSWERED_MAX = 3

/** How long before an epoch its price is told. */
export const leadMs = ({ leadHours }: ExperimentPolicy): number => Math.round(hours(leadHours))

export interface Epoch {
  readonly number: number
  readonly startsAt: Instant
  readonly endsAt: Instant
}

/** In whole hours, so that people can reckon with it. */
const phaseOf = (pair: string, { epochDays }: ExperimentPolicy): number =>
  hours((murmur2(pair) >>> 0) % (24 * epochDays))

/** The epoch whose price is to be told next, at this moment or later. */
export const nextEpoch = (pair: string, now: Instant, policy: ExperimentPolicy): Epoch => {
  const phase = phaseOf(pair, policy)
  const told = now + leadMs(policy)
  const running = epochAt(told, phase, policy)
  const number = epochStart(running, phase, policy) === told ? running : running + 1
  const startsAt = epochStart(number, phase, policy)
  return { number, startsAt, endsAt: startsAt + days(policy.epochDays) }
}

/** Sees to it that the next epoch's price is told. */
export const awaitEpoch = (
  after: Instant,
  { rules: { experiments } }: PolicyInUse,
  { key, timers }: RecommendationContext,
): void => {
  timers.set('epochDue', nextEpoch(key, after, experiments).startsAt - leadMs(experiments))
}

/** Whether such prices are set where they are told. */
export const isCarriedOut = ({ experiment }: RecommendationState): boolean =>
  experiment.get().unanswered < UNANSWERED_MAX

export const experimentOf = (
  { number, startsAt }: Epoch,
  policy: PolicyInUse,
  { key, state }: RecommendationContext,
): PriceExperiment => {
  const { since, hadLearntEnough } = state.experiment.get()
  return {
    days: since === null ? 0 : (startsAt - since) / days(1),
    pooledSd: sdByExperiment(state.known.get()),
    hadLearntEnough,
    draw: uniformOf({ ...drawnBy(policy), decisionId: `${key}|${number}` }, 0),
    isCarriedOut: isCarriedOut(state),
  }
}

/** Neither other articles nor prices that somebody set make an experiment needless. */
const sdByExperiment = ({ belief, status, method }: Known): number =>
  belief === null || status === 'NOT_IDENTIFIED' || method !== 'EXPERIMENT'
    ? UNKNOWN_ELASTICITY.sd
    : belief.sd

/** Whether enough is known at this epoch, for the next one. */
export const noteLearnt = (
  { pooledSd, hadLearntEnough: had }: PriceExperiment,
  { rules: { experiments } }: PolicyInUse,
  { experiment }: RecommendationState,
): void => {
  const hadLearntEnough = hasLearntEnough(pooledSd, had, experiments)
  if (hadLearntEnough !== had) experiment.set({ ...experiment.get(), hadLearntEnough })
}

/** A test that shows the price of now asks for nothing to be done. */
export const noteTold = (
  recommendedMinor: number,
  shownMinor: number,
  { experiment }: RecommendationState,
): void => {
  const before = experiment.get()
  if (recommendedMinor !== shownMinor) {
    experiment.set({ ...before, unanswered: before.unanswered + 1 })
  }
}

/** A price that was set by chance, or as the last test said; one that is told again is no answer. */
export const noteAnswer = (
  { reason, shownPriceMinor }: Pick<Price, 'reason' | 'shownPriceMinor'>,
  now: Instant,
  { experiment, price, told }: RecommendationState,
): void => {
  const isOther = shownPriceMinor !== price.get()?.shownMinor
  const isAsAsked = isOther && isAsTested(shownPriceMinor, told.get())
  if (reason !== 'EXPERIMENT' && !isAsAsked) return
  experiment.set({ ...experiment.get(), since: experiment.get().since ?? now, unanswered: 0 })
}
