/**
 * Whether a person is still there, from absence alone: a fixed rule, the same for everybody.
 *
 *     last purchase      30 d          90 d          180 d
 *          |   ACTIVE     |   AT_RISK   |   DORMANT    |   LOST
 *
 * The place for a rule that knows each person's own rhythm is here: it needs the same two answers,
 * what the activity is now, and when silence alone will change it.
 */

export type LifecycleActivity = 'ACTIVE' | 'AT_RISK' | 'DORMANT' | 'LOST' | 'REACTIVATED'

const DAY_MS = 86_400_000

/** How long after the last purchase each begins, in ms; and how long a return is called one. */
export const ACTIVITY_SPANS = {
  atRiskMs: 30 * DAY_MS,
  dormantMs: 90 * DAY_MS,
  lostMs: 180 * DAY_MS,
  reactivatedMs: 30 * DAY_MS,
} as const

export interface Presence {
  /** The last purchase; for somebody who never bought, the last visit. */
  readonly lastAt: number
  /** The last purchase that ended a dormant time, null where none did. */
  readonly reactivatedAt: number | null
}

/** The activity at `now`. A moment that is exactly on a border belongs to the later activity. */
export const activityOf = (presence: Presence, now: number): LifecycleActivity => {
  const { lastAt, reactivatedAt } = presence
  if (reactivatedAt !== null && now - reactivatedAt < ACTIVITY_SPANS.reactivatedMs) {
    return 'REACTIVATED'
  }
  const absenceMs = now - lastAt
  if (absenceMs < ACTIVITY_SPANS.atRiskMs) return 'ACTIVE'
  if (absenceMs < ACTIVITY_SPANS.dormantMs) return 'AT_RISK'
  return absenceMs < ACTIVITY_SPANS.lostMs ? 'DORMANT' : 'LOST'
}

/** The first moment after `now` at which silence alone changes the activity; Infinity for never. */
export const activityChangesAt = ({ lastAt, reactivatedAt }: Presence, now: number): number => {
  if (reactivatedAt !== null && now < reactivatedAt + ACTIVITY_SPANS.reactivatedMs) {
    return reactivatedAt + ACTIVITY_SPANS.reactivatedMs
  }
  if (now < lastAt + ACTIVITY_SPANS.atRiskMs) return lastAt + ACTIVITY_SPANS.atRiskMs
  if (now < lastAt + ACTIVITY_SPANS.dormantMs) return lastAt + ACTIVITY_SPANS.dormantMs
  return now < lastAt + ACTIVITY_SPANS.lostMs ? lastAt + ACTIVITY_SPANS.lostMs : Infinity
}

/** True where a purchase at `at` ends a dormant or lost time that began with the one before. */
export const reactivates = (previousAt: number, at: number): boolean =>
  at - previousAt >= ACTIVITY_SPANS.dormantMs

/** What the activity rests on, in the words that stand in a result's reasons. */
export const ACTIVITY_REASONS = {
  ACTIVE: 'Silent for {absenceDays} days, less than the 30 that put somebody at risk.',
  AT_RISK: 'Silent for {absenceDays} days, after 30 of which somebody is at risk.',
  DORMANT: 'Silent for {absenceDays} days, after 90 of which somebody is dormant.',
  LOST: 'Silent for {absenceDays} days, after 180 of which somebody is lost.',
  REACTIVATED: 'Came back within the last 30 days, after 90 or more without a purchase.',
} as const satisfies Record<LifecycleActivity, string>
