/**
 * Where a person stands after an event or a silence: what is new is kept, said, and the timer is
 * set to when it could change again without any event.
 */
import type { Instant } from '../engine/time.ts'
import { activityChangesAt, activityOf, type Presence } from '../models/lifecycle-activity.ts'
import {
  ADVOCATE_UNTIL_MS,
  CART_LIVE_MS,
  interestFadesAt,
  nextStage,
  type StageEvidence,
} from '../models/lifecycle-stage.ts'
import { newEndsAt, tagsOf } from '../models/lifecycle-tags.ts'
import type { PurchaseHistory } from '../models/purchase-history.ts'
import { purchaseHistoryOf } from './lifecycle-purchases.ts'
import { type Assessed, type Segment, segmentOf } from './lifecycle-result.ts'
import type { LifecycleContext, LifecycleState, Standing } from './lifecycle-state.ts'

/**
 * Assesses the person anew, who was seen as `seen` says. The result, where stage, activity or tags
 * changed, or where the person `purchased`; else null.
 */
export const assess = (
  context: LifecycleContext,
  seen: Standing,
  purchased: boolean,
): Segment | null => {
  const { state, now } = context
  const history = purchaseHistoryOf(state)
  const presence = { lastAt: history.lastAt ?? seen.seenAt, reactivatedAt: history.reactivatedAt }
  const evidence = evidenceOf(seen, history, presence, state, now)
  const after = standingOf(seen, evidence, history, now)
  state.standing.set(after)
  wakeAt(changesAt(after, history, presence, state, now), context)
  if (!purchased && !changed(seen, after)) return null
  return segmentOf(seen, after, { history, presence, evidence }, context)
}

const standingOf = (
  seen: Standing,
  evidence: StageEvidence,
  history: PurchaseHistory,
  now: Instant,
): Assessed => {
  const { stage, interested, loyal, advocate } = nextStage(seen, evidence)
  const { activity } = evidence
  const tags = tagsOf(history, activity, now)
  const { seenAt, cartAt } = seen
  return { seenAt, cartAt, interested, loyal, advocate, stage, activity, tags }
}

const evidenceOf = (
  standing: Standing,
  history: PurchaseHistory,
  presence: Presence,
  state: LifecycleState,
  now: Instant,
): StageEvidence => {
  const { purchases, days, firstAt, lastAt } = history
  const referredAt = lastReferralAt(state)
  return {
    engagement: state.engagement.at(now),
    cartAgeMs: standing.cartAt === null ? null : now - standing.cartAt,
    purchases,
    purchaseSpanMs: firstAt === null || lastAt === null ? 0 : lastAt - firstAt,
    repeatDays: days - 1,
    activity: activityOf(presence, now),
    referralAgeMs: referredAt === null ? null : now - referredAt,
  }
}

const lastReferralAt = ({ referrals }: LifecycleState): Instant | null =>
  referrals.size === 0 ? null : Math.max(...referrals.entries().map(([, at]) => at))

const changed = (before: Standing, after: Standing): boolean =>
  before.stage !== after.stage || before.activity !== after.activity || before.tags !== after.tags

/** The first moment after `now` at which silence alone could change what is said or held. */
const changesAt = (
  { interested, advocate, cartAt }: Standing,
  history: PurchaseHistory,
  presence: Presence,
  state: LifecycleState,
  now: Instant,
): Instant => {
  const cartEndsAt = cartAt === null ? 0 : cartAt + CART_LIVE_MS
  return Math.min(
    activityChangesAt(presence, now),
    newEndsAt(history, now),
    cartEndsAt > now ? cartEndsAt : Infinity,
    interested ? interestFadesAt(state.engagement.at(now), now) : Infinity,
    advocate ? (lastReferralAt(state) ?? now) + ADVOCATE_UNTIL_MS : Infinity,
  )
}

/**
 * The timer is moved forward only. Where it turns out to be early, it finds nothing changed and is
 * set anew, which is cheaper than moving it with each event.
 */
const wakeAt = (dueAt: Instant, { timers, now }: LifecycleContext): void => {
  const set = timers.dueAt('standingChanges') ?? Infinity
  if (dueAt < set || set <= now) {
    if (dueAt === Infinity) timers.clear('standingChanges')
    else timers.set('standingChanges', dueAt)
  }
}
