/**
 * Whether a person is still there, from absence alone.
 *
 *     last purchase
 *          |   ACTIVE     |   AT_RISK   |   DORMANT    |   LOST
 *     a buyer: expected rate of purchases, of what it was just after the last one
 *          1             0.5           0.2            0.05
 *          or, at the latest,
 *          0             365 d         540 d          730 d
 *     who never bought, since the last visit
 *          0             30 d          90 d           180 d
 *
 * Of a buyer the purchase model says how fast that rate falls with silence, which depends on how often
 * the person used to buy. With slow rhythms it would take years, and nobody is remembered for so
 * long: so each level begins at the latest after a fixed time. Nobody's rhythm is known before the
 * first purchase: there the rule is fixed, and the same for everybody.
 */
import { activityRatio, type PurchaseParameters, type PurchaseSummary } from './mbg-nbd.ts'
import { ageAtRatio } from './silence-ages.ts'

export type LifecycleActivity = 'ACTIVE' | 'AT_RISK' | 'DORMANT' | 'LOST' | 'REACTIVATED'

const DAY_MS = 86_400_000
export const WEEK_MS = 7 * DAY_MS

/** The levels that absence walks through, and where each begins. */
export const ACTIVITY_LEVELS = [
  { activity: 'AT_RISK', ratio: 0.5, buyerAbsenceMs: 365 * DAY_MS, absenceMs: 30 * DAY_MS },
  { activity: 'DORMANT', ratio: 0.2, buyerAbsenceMs: 540 * DAY_MS, absenceMs: 90 * DAY_MS },
  // Before the person is forgotten, or nobody would hear that they were lost.
  { activity: 'LOST', ratio: 0.05, buyerAbsenceMs: 730 * DAY_MS, absenceMs: 180 * DAY_MS },
] as const

/** How long a return is called one, in ms. */
export const REACTIVATED_MS = 30 * DAY_MS
/** A level that new parameters alone would end is left only well above where it began. */
const LEAVES_ABOVE = 1.25

/** When somebody bought, as the purchase model counts it. */
export interface Bought {
  /** Days with a purchase. */
  readonly days: number
  readonly firstAt: number
  readonly lastAt: number
}

/** How a buyer's silence is judged: by what was bought, and by what the population is like. */
export interface Rhythm extends Bought {
  readonly parameters: PurchaseParameters
}

export interface Presence {
  /** The last purchase; for somebody who never bought, the last visit. */
  readonly lastAt: number
  /** The last purchase that ended a dormant or lost time, null where none did. */
  readonly reactivatedAt: number | null
  /** Null for somebody who never bought. */
  readonly rhythm: Rhythm | null
}

/** What the purchase model takes; times before the last purchase count as that. */
export const summaryAt = ({ days, firstAt, lastAt }: Bought, now: number): PurchaseSummary => ({
  repeats: days - 1,
  lastWeeks: (lastAt - firstAt) / WEEK_MS,
  ageWeeks: (Math.max(now, lastAt) - firstAt) / WEEK_MS,
})

export const ratioAt = (rhythm: Rhythm, now: number): number =>
  activityRatio(rhythm.parameters, summaryAt(rhythm, now))

/** The expected rate of purchases, of what it was just after the last; null of who never bought. */
export const presentRatio = ({ rhythm }: Presence, now: number): number | null =>
  rhythm === null ? null : ratioAt(rhythm, now)

/**
 * The activity at `now`. A moment that is exactly on a border belongs to the later activity.
 *
 * @param held what it was before, where no purchase came since; a level that silence has brought about
 *   is not left because new parameters make it a little less likely.
 * @param ratio `presentRatio`, where it is known already.
 */
export const activityOf = (
  presence: Presence,
  now: number,
  held: LifecycleActivity | null = null,
  ratio = presentRatio(presence, now),
): LifecycleActivity => {
  const { lastAt, reactivatedAt } = presence
  if (reactivatedAt !== null && now - reactivatedAt < REACTIVATED_MS) return 'REACTIVATED'
  if (ratio === null) return lastLevel(({ absenceMs }) => now - lastAt >= absenceMs)
  const heldLevel = ACTIVITY_LEVELS.findIndex(({ activity }) => activity === held)
  return lastLevel((level, index) => {
    const isHeld = index <= heldLevel
    const isFallen = ratio <= level.ratio * (isHeld ? LEAVES_ABOVE : 1)
    return isFallen || now - lastAt >= level.buyerAbsenceMs
  })
}

export type Level = (typeof ACTIVITY_LEVELS)[number]

const lastLevel = (isReached: (level: Level, index: number) => boolean): LifecycleActivity =>
  ACTIVITY_LEVELS.findLast(isReached)?.activity ?? 'ACTIVE'

/** The first moment after `now` at which silence alone changes the activity; Infinity for never. */
export const activityChangesAt = (
  presence: Presence,
  activity: LifecycleActivity,
  now: number,
): number => {
  const { lastAt, reactivatedAt, rhythm } = presence
  if (activity === 'REACTIVATED') return reactivatedAt! + REACTIVATED_MS
  const reached = ACTIVITY_LEVELS.findIndex(level => level.activity === activity)
  const next = ACTIVITY_LEVELS[reached + 1]
  if (next === undefined) return Number.POSITIVE_INFINITY
  const at = rhythm === null ? lastAt + next.absenceMs : reachesAt(rhythm, next)
  return Math.max(now + 1, at)
}

const reachesAt = (rhythm: Rhythm, { ratio, buyerAbsenceMs }: Level): number =>
  Math.min(reachesRatioAt(rhythm, ratio), rhythm.lastAt + buyerAbsenceMs)

/** A millisecond later than the age in weeks says, which is rounded: by then it has happened. */
const reachesRatioAt = (rhythm: Rhythm, ratio: number): number => {
  const ageWeeks = ageAtRatio(rhythm.parameters, summaryAt(rhythm, rhythm.lastAt), ratio)
  return momentAt(rhythm, ageWeeks)
}

/** The first whole millisecond at which somebody is surely of this age. */
export const momentAt = ({ firstAt }: Bought, ageWeeks: number): number =>
  Math.ceil(firstAt + ageWeeks * WEEK_MS) + 1
