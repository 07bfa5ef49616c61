/**
 * Where a person stands after an event or a silence: what is new is kept, said, and the timer is
 * set to when it could change again without any event.
 */
import type { Instant } from '../engine/time.ts'
import { activityChangesAt, type Rhythm } from '../models/lifecycle-activity.ts'
import {
  ADVOCATE_UNTIL_MS,
  CART_LIVE_MS,
  INTERESTED_FROM,
  interestFadesAt,
  nextStage,
} from '../models/lifecycle-stage.ts'
import { bandsIn, newEndsAt, tagsOf } from '../models/lifecycle-tags.ts'
import {
  hasMoved,
  outlookAt,
  outlookMovesAt,
  riskReachesAt,
  type Said,
} from '../models/purchase-outlook.ts'
import { worthFallsBelowAt } from '../models/purchase-worth.ts'
import { POTENTIAL_CHANCE, valueBandsOf } from '../models/value-bands.ts'
import { type Grounds, groundsOf } from './lifecycle-grounds.ts'
import { type Assessed, type Segment, segmentOf } from './lifecycle-result.ts'
import { type LifecycleContext, NOTHING_SAID, type Standing } from './lifecycle-state.ts'

/**
 * Assesses the person anew, from what the cells say. The result, where stage, activity or tags
 * changed, where what is expected of the person moved, or where something was `booked`; else null.
 */
export const assess = (context: LifecycleContext, booked = false): Segment | null => {
  const { state } = context
  const before = state.standing.get()
  const grounds = groundsOf(context, booked)
  const after = standingOf(before, grounds, context.now)
  state.standing.set(after)
  const { outlook } = grounds
  const isNews =
    booked || changed(before, after) || hasMoved(state.said.get(), outlook ?? NOTHING_SAID)
  if (isNews) state.said.set(saidOf(grounds))
  wakeAt(after, grounds, isNews, context)
  return isNews ? segmentOf(before, after, grounds, context) : null
}

/**
 * Assesses the person after a visit. Most visits change nothing, and are told from the standing alone:
 * all they can do is to be the first, to end an absence, to show more interest, and to fill a cart.
 * What silence changes is the timer's to find.
 */
export const assessVisit = (context: LifecycleContext, touchedCart: boolean): Segment | null => {
  const { state, now } = context
  const { stage, activity, interested } = state.standing.get()
  // Only purchases end the absence of somebody who bought, and their cart is no news.
  const isBuyer = stage !== null && BUYERS.has(stage)
  const isHere = isBuyer || (activity === 'ACTIVE' && !touchedCart)
  const changesNothing = isHere && (interested || state.engagement.at(now) < INTERESTED_FROM)
  if (!changesNothing) return assess(context)
  if (touchedCart) wakeBy(now + CART_LIVE_MS, context)
  return null
}

const BUYERS = new Set<NonNullable<Standing['stage']>>([
  'FIRST_BUYER',
  'REPEAT',
  'LOYAL',
  'ADVOCATE',
])

const saidOf = ({ outlook }: Grounds) =>
  outlook === null
    ? NOTHING_SAID
    : { expectedOrders90d: outlook.expectedOrders90d, churnRisk90d: outlook.churnRisk90d }

const standingOf = (before: Standing, grounds: Grounds, now: Instant): Assessed => {
  const { history, evidence, value, population } = grounds
  const { stage, interested, loyal, advocate } = nextStage(before, evidence)
  const { activity } = evidence
  const bands = valueBandsOf(bandsIn(before.tags), value, population.levels)
  const tags = tagsOf(history, activity, bands, now)
  return { interested, loyal, advocate, stage, activity, tags }
}

const changed = (before: Standing, after: Standing): boolean =>
  before.stage !== after.stage || before.activity !== after.activity || before.tags !== after.tags

/**
 * Sets the timer to the first moment after `now` at which silence alone could change what is said or
 * held. It is only ever moved forward. Where it turns out to be early, it finds nothing changed and is
 * set anew, which is cheaper than moving it with each event; and as long as nothing new was said, one
 * that is set already is early enough for all that follows from purchases.
 */
const wakeAt = (
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

const wakeBy = (at: Instant, { timers }: LifecycleContext): void => {
  const setTo = timers.dueAt('standingChanges') ?? Number.POSITIVE_INFINITY
  if (at < setTo) timers.set('standingChanges', at)
}

/** When what follows from visits, carts and referrals changes by itself. */
const visitsChangeAt = (
  { interested, advocate }: Standing,
  { evidence }: Grounds,
  { state, now }: LifecycleContext,
): Instant => {
  const cartEndsAt = (state.cartAt.get() ?? Number.NEGATIVE_INFINITY) + CART_LIVE_MS
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
  { history, presence, value, population }: Grounds,
  { state, now }: LifecycleContext,
  firesBy: Instant,
): Instant => {
  const { rhythm } = presence
  const changesAt = activityChangesAt(presence, activity, now)
  const silenceAt = Math.min(firesBy, changesAt, newEndsAt(history, now))
  if (rhythm === null) return silenceAt
  const movesAt = outlookMovesBy(silenceAt, rhythm, state.said.get(), now)
  const { highValue, potential } = bandsIn(tags)
  if (highValue) {
    const { highUntil } = population.levels!
    return Math.min(movesAt, worthFallsBelowAt(rhythm, value.orderValueMinor, highUntil, now))
  }
  return potential ? Math.min(movesAt, riskReachesAt(rhythm, 1 - POTENTIAL_CHANCE, now)) : movesAt
}

/**
 * The first moment at which the outlook has moved, or `latest`. It takes some thirty looks ahead to
 * find that moment and one to see that it is not yet, which is so for whoever has a cart as well.
 */
const outlookMovesBy = (latest: Instant, rhythm: Rhythm, said: Said, now: Instant): Instant => {
  const isLater = latest < Number.POSITIVE_INFINITY && !hasMoved(said, outlookAt(rhythm, latest))
  return isLater ? latest : Math.min(latest, outlookMovesAt(rhythm, said, now))
}
