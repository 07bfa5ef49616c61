/** The one timer of a person, which silence is noticed by. */
import type { Instant } from '../engine/time.ts'
import { activityChangesAt, type Rhythm } from '../models/lifecycle-activity.ts'
import {
  ADVOCATE_UNTIL_MS,
  BUYER_STAGES,
  CART_LIVE_MS,
  interestFadesAt,
} from '../models/lifecycle-stage.ts'
import { bandsIn, newEndsAt } from '../models/lifecycle-tags.ts'
import {
  hasMoved,
  outlookAt,
  outlookMovesAt,
  type RiskCalibration,
  riskReachesAt,
  type Said,
} from '../models/purchase-outlook.ts'
import { worthFallsBelowAt } from '../models/purchase-worth.ts'
import { POTENTIAL_CHANCE } from '../models/value-bands.ts'
import type { Grounds } from './lifecycle-grounds.ts'
import type { Assessed } from './lifecycle-result.ts'
import type { LifecycleContext } from './lifecycle-state.ts'

/**
 * Sets the timer to the first moment after `now` at which silence alone could change what is said or
 * held. It is only ever moved forward. Where it turns out to be early, it finds nothing changed and is
 * set anew, which is cheaper than moving it with each event; and as long as nothing new was said, one
 * that is set already is early enough for all that follows from purchases.
 */
export const wakeAt = (
  after: Assessed,
  grounds: Grounds,
  isNews: boolean,
  context: LifecycleContext,
): void => {
  const setTo = context.timers.dueAt('standingChanges') ?? Number.POSITIVE_INFINITY
  const isKnown = !isNews && setTo < Number.POSITIVE_INFINITY
  const firesBy = Math.min(setTo, visitsChangeAt(after, grounds, context))
  wakeBy(isKnown ? firesBy : purchasesChangeAt(after, grounds, context, firesBy), context)
}

/** Moves the timer forward to `at`, where it is later or not set. */
const wakeBy = (at: Instant, { timers }: LifecycleContext): void => {
  const setTo = timers.dueAt('standingChanges') ?? Number.POSITIVE_INFINITY
  if (at < setTo) timers.set('standingChanges', at)
}

/**
 * When what follows from visits, carts and referrals changes by itself. The cart of a buyer says
 * nothing; where the purchases are undone, the person is assessed anew.
 */
const visitsChangeAt = (
  { stage, interested, advocate }: Assessed,
  { evidence }: Grounds,
  { state, now }: LifecycleContext,
): Instant => {
  const cartAt = BUYER_STAGES.has(stage) ? null : state.cartAt.get()
  const cartEndsAt = (cartAt ?? Number.NEGATIVE_INFINITY) + CART_LIVE_MS
  const referredAt = evidence.referralAgeMs === null ? now : now - evidence.referralAgeMs
  return Math.min(
    cartEndsAt > now ? cartEndsAt : Number.POSITIVE_INFINITY,
    interested ? interestFadesAt(evidence.engagement, now) : Number.POSITIVE_INFINITY,
    advocate ? referredAt + ADVOCATE_UNTIL_MS : Number.POSITIVE_INFINITY,
  )
}

/**
 * When what follows from purchases does, or for somebody who never bought from the last visit; or
 * `firesBy`, where that is earlier.
 */
const purchasesChangeAt = (
  { activity, tags }: Assessed,
  { history, presence, orderValueMinor, population }: Grounds,
  { state, now }: LifecycleContext,
  firesBy: Instant,
): Instant => {
  const { rhythm } = presence
  const changesAt = activityChangesAt(presence, activity, now)
  const silenceAt = Math.min(firesBy, changesAt, newEndsAt(history, now))
  if (rhythm === null) return silenceAt
  const { calibration } = population
  const movesAt = outlookMovesBy(silenceAt, rhythm, calibration, state.said.get(), now)
  const { highValue, potential } = bandsIn(tags)
  if (highValue) {
    const { highUntil } = population.levels!
    return Math.min(movesAt, worthFallsBelowAt(rhythm, orderValueMinor, highUntil, now))
  }
  if (!potential) return movesAt
  return Math.min(movesAt, riskReachesAt(rhythm, calibration, 1 - POTENTIAL_CHANCE, now))
}

/**
 * The first moment at which the outlook has moved, or `latest`. It takes some thirty looks ahead to
 * find that moment and one to see that it is not yet, which is so for whoever has a cart as well.
 */
const outlookMovesBy = (
  latest: Instant,
  rhythm: Rhythm,
  calibration: RiskCalibration,
  said: Said,
  now: Instant,
): Instant => {
  const isLater =
    latest < Number.POSITIVE_INFINITY && !hasMoved(said, outlookAt(rhythm, calibration, latest))
  return isLater ? latest : Math.min(latest, outlookMovesAt(rhythm, calibration, said, now))
}
