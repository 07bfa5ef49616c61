import {
  ACTIVITY_LEVELS,
  type Level,
  type LifecycleActivity,
  type Presence,
} from './lifecycle-activity.ts'

/** What the activity rests on, in the words that stand in a result's reasons. */
const VISITOR_ACTIVITY_REASONS = {
  ACTIVE: 'Silent for {absenceDays} days, less than the 30 that put somebody at risk.',
  AT_RISK: 'Silent for {absenceDays} days, after 30 of which somebody is at risk.',
  DORMANT: 'Silent for {absenceDays} days, after 90 of which somebody is dormant.',
  LOST: 'Silent for {absenceDays} days, after 180 of which somebody is lost.',
  REACTIVATED: 'Came back within the last 30 days, after a dormant time.',
} as const satisfies Record<LifecycleActivity, string>

/** The same of a buyer, whose own rhythm counts. */
const BUYER_ACTIVITY_REASONS = {
  ACTIVE:
    'Buys at {ratioPct} % of the rate to expect just after a purchase; at risk from 50 % down.',
  AT_RISK:
    'Buys at {ratioPct} % of the rate to expect just after a purchase; at risk from 50 % down.',
  DORMANT:
    'Buys at {ratioPct} % of the rate to expect just after a purchase; dormant from 20 % down.',
  LOST: 'Buys at {ratioPct} % of the rate to expect just after a purchase; lost from 5 % down.',
  REACTIVATED: 'Came back within the last 30 days, after a dormant time.',
} as const satisfies Record<LifecycleActivity, string>

/** Of a buyer whose rhythm alone would not say so yet. */
const LONG_ABSENCE_REASONS = {
  AT_RISK: 'Silent for {absenceDays} days, after 365 of which any buyer is at risk.',
  DORMANT: 'Silent for {absenceDays} days, after 540 of which any buyer is dormant.',
  LOST: 'Silent for {absenceDays} days, after 730 of which any buyer is lost.',
} as const satisfies Record<Level['activity'], string>

/** The sentence that says why the activity is what it is. `ratio` is that of the presence at `now`. */
export const activityReasonOf = (
  { lastAt }: Presence,
  activity: LifecycleActivity,
  now: number,
  ratio: number | null,
): string => {
  if (ratio === null) return VISITOR_ACTIVITY_REASONS[activity]
  const level = ACTIVITY_LEVELS.find(each => each.activity === activity)
  const isLong = level !== undefined && now - lastAt >= level.buyerAbsenceMs
  return isLong && ratio > level.ratio
    ? LONG_ABSENCE_REASONS[level.activity]
    : BUYER_ACTIVITY_REASONS[activity]
}
