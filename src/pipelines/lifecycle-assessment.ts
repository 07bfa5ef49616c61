/**
 * Where a person stands after an event or a silence: what is new is kept, said, and the timer is
 * set to when it could change again without any event.
 */
import type { Instant } from '../engine/time.ts'
import { activityChangesAt, activityOf, type Presence } from '../models/lifecycle-activity.ts'
import {
  ADVOCATE_UNTIL_MS,
  CART_LIVE_MS,
  INTERESTED_FROM,
  interestFadesAt,
  nextStage,
  type StageEvidence,
} from '../models/lifecycle-stage.ts'
import { newEndsAt, tagsOf } from '../models/lifecycle-tags.ts'
import type { PurchaseHistory } from '../models/purchase-history.ts'
import { purchaseHistoryOf } from './lifecycle-purchases.ts'
import { type Assessed, type Grounds, type Segment, segmentOf } from './lifecycle-result.ts'
import type { LifecycleContext, LifecycleState, Standing } from './lifecycle-state.ts'

/**
 * Assesses the person anew, from what the cells say. The result, where stage, activity or tags
 * changed, or where the person `purchased`; else null.
 */
export const assess = (context: LifecycleContext, purchased = false): Segment | null => {
  const { state, now } = context
  const before = state.standing.get()
  const grounds = groundsOf(state, now)
  const after = standingOf(before, grounds, now)
  state.standing.set(after)
  wakeAt(changesAt(after, grounds, state, now), context)
  return purchased || changed(before, after) ? segmentOf(before, after, grounds, context) : null
}

/**
 * Assesses the person after a visit that touched no cart. Most such visits change nothing, and are
 * told from the standing alone: all they can do is to be the first, to end an absence, and to show
 * more interest. What silence changes is the timer's to find.
 */
export const assessVisit = (context: LifecycleContext): Segment | null => {
  const { state, now } = context
  const { activity, interested } = state.standing.get()
  const changesNothing =
    activity === 'ACTIVE' && (interested || state.engagement.at(now) < INTERESTED_FROM)
  return changesNothing ? null : assess(context)
}

const groundsOf = (state: LifecycleState, now: Instant): Grounds => {
  const history = purchaseHistoryOf(state)
  const { lastAt, reactivatedAt } = history
  const presence = { lastAt: lastAt ?? state.seenAt.get(), reactivatedAt }
  return { history, presence, evidence: evidenceOf(history, presence, state, now) }
}

const evidenceOf = (
  { purchases, days, firstAt, lastAt }: PurchaseHistory,
  presence: Presence,
  state: LifecycleState,
  now: Instant,
): StageEvidence => {
  const cartAt = state.cartAt.get()
  const referredAt = lastReferralAt(state)
  return {
    engagement: state.engagement.at(now),
    cartAgeMs: cartAt === null ? null : now - cartAt,
    purchases,
    purchaseSpanMs: firstAt === null || lastAt === null ? 0 : lastAt - firstAt,
    repeatDays: days - 1,
    activity: activityOf(presence, now),
    referralAgeMs: referredAt === null ? null : now - referredAt,
  }
}

const lastReferralAt = ({ referrals }: LifecycleState): Instant | null =>
  referrals.size === 0 ? null : Math.max(...referrals.entries().map(([, at]) => at))

const standingOf = (before: Standing, { history, evidence }: Grounds, now: Instant): Assessed => {
  const { stage, interested, loyal, advocate } = nextStage(before, evidence)
  const { activity } = evidence
  return { interested, loyal, advocate, stage, activity, tags: tagsOf(history, activity, now) }
}

const changed = (before: Standing, after: Standing): boolean =>
  before.stage !== after.stage || before.activity !== after.activity || before.tags !== after.tags

/** The first moment after `now` at which silence alone could change what is said or held. */
const changesAt = (
  { interested, advocate }: Standing,
  { history, presence, evidence }: Grounds,
  state: LifecycleState,
  now: Instant,
): Instant => {
  const cartEndsAt = (state.cartAt.get() ?? -Infinity) + CART_LIVE_MS
  return Math.min(
    activityChangesAt(presence, now),
    newEndsAt(history, now),
    cartEndsAt > now ? cartEndsAt : Infinity,
    interested ? interestFadesAt(evidence.engagement, now) : Infinity,
    advocate ? (lastReferralAt(state) ?? now) + ADVOCATE_UNTIL_MS : Infinity,
  )
}

/**
 * The timer is only ever moved forward. Where it turns out to be early, it finds nothing changed and
 * is set anew, which is cheaper than moving it with each event.
 */
const wakeAt = (dueAt: Instant, { timers }: LifecycleContext): void => {
  if (dueAt < (timers.dueAt('standingChanges') ?? Infinity)) timers.set('standingChanges', dueAt)
}
