import type { LifecycleActivity } from './lifecycle-activity.ts'

/**
 * How far a person has come, from first visit to advocate.
 *
 *   AWARE  INTERESTED  INTENT      from visits, and back again as they fade
 *   FIRST_BUYER  REPEAT            from purchases, and back only where purchases are undone
 *   LOYAL  ADVOCATE                from purchases and referrals, held until well below the entry
 *
 * Three stages are entered at one level and left at a lower one, so that nobody flutters between
 * two. What is *held* is all the memory the machine has; the stage follows from it and from the
 * evidence of now. Falling back takes hours at the least by these numbers (a cart is live for
 * three days, and engagement needs three weeks from 3 to 1), so no dwell time is kept besides.
 */
export const LIFECYCLE_STAGES = [
  'AWARE',
  'INTERESTED',
  'INTENT',
  'FIRST_BUYER',
  'REPEAT',
  'LOYAL',
  'ADVOCATE',
] as const
export type LifecycleStage = (typeof LIFECYCLE_STAGES)[number]

/** Of people with a purchase that stands. */
export const BUYER_STAGES: ReadonlySet<LifecycleStage> = new Set<LifecycleStage>([
  'FIRST_BUYER',
  'REPEAT',
  'LOYAL',
  'ADVOCATE',
])

export interface StageEvidence {
  /** Weighted views, searches and favourites, halved every `ENGAGEMENT_HALF_LIFE_MS`. */
  readonly engagement: number
  /** Time since the last cart or checkout event, null where there was none. */
  readonly cartAgeMs: number | null
  /** Purchases that stand: placed, and not undone. */
  readonly purchases: number
  /** Between the first and the last of them. */
  readonly purchaseSpanMs: number
  /** Days with a purchase, less one. */
  readonly repeatDays: number
  /** Purchases a week to expect of the person while they still come, by the purchase model. */
  readonly weeklyRate: number
  readonly activity: LifecycleActivity
  /** Time since somebody whom the person referred last bought, null where nobody did. */
  readonly referralAgeMs: number | null
}

/** The stages that are held between their two levels. */
export interface StageHolds {
  readonly interested: boolean
  readonly loyal: boolean
  readonly advocate: boolean
}

export const NO_HOLDS: StageHolds = { interested: false, loyal: false, advocate: false }

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

export const ENGAGEMENT_HALF_LIFE_MS = 14 * DAY_MS
export const INTERESTED_FROM = 3
export const INTERESTED_UNTIL = 1
export const CART_LIVE_MS = 72 * HOUR_MS
export const REPEAT_SPAN_MS = DAY_MS
export const LOYAL_REPEAT_DAYS = 4
/** One purchase in sixty days. */
export const LOYAL_WEEKLY_RATE = 7 / 60
/** Two purchases soon after one another show no rate yet. */
const RATED_REPEAT_DAYS = 2
export const ADVOCATE_FROM_MS = 180 * DAY_MS
export const ADVOCATE_UNTIL_MS = 365 * DAY_MS

/** What the machine goes on with: the stage, and what it holds. */
export interface StageState extends StageHolds {
  readonly stage: LifecycleStage
}

export const nextStage = (held: StageHolds, evidence: StageEvidence): StageState => {
  const interested = interestedOf(held.interested, evidence)
  const loyal = loyalOf(held.loyal, evidence)
  const advocate = advocateOf(held.advocate, evidence)
  const holds = { interested, loyal, advocate }
  const stage = evidence.purchases > 0 ? buyerStage(holds, evidence) : visitorStage(holds, evidence)
  return { stage, interested, loyal, advocate }
}

const interestedOf = (held: boolean, { engagement }: StageEvidence): boolean =>
  engagement >= (held ? INTERESTED_UNTIL : INTERESTED_FROM)

/** By number or by rate. What was held ends with a dormant time, or where the purchases are undone. */
const loyalOf = (held: boolean, evidence: StageEvidence): boolean => {
  const { repeatDays, weeklyRate, activity } = evidence
  if (held) return repeatDays >= RATED_REPEAT_DAYS && activity !== 'DORMANT' && activity !== 'LOST'
  const isRegular = repeatDays >= RATED_REPEAT_DAYS && weeklyRate >= LOYAL_WEEKLY_RATE
  return activity === 'ACTIVE' && (repeatDays >= LOYAL_REPEAT_DAYS || isRegular)
}

/** Advocates are buyers themselves: a referral counts from the first own purchase on. */
const advocateOf = (held: boolean, { purchases, referralAgeMs }: StageEvidence): boolean =>
  purchases > 0 &&
  referralAgeMs !== null &&
  referralAgeMs < (held ? ADVOCATE_UNTIL_MS : ADVOCATE_FROM_MS)

const buyerStage = (holds: StageHolds, evidence: StageEvidence): LifecycleStage => {
  if (holds.advocate) return 'ADVOCATE'
  if (holds.loyal) return 'LOYAL'
  return evidence.purchaseSpanMs >= REPEAT_SPAN_MS ? 'REPEAT' : 'FIRST_BUYER'
}

const visitorStage = (holds: StageHolds, { cartAgeMs }: StageEvidence): LifecycleStage => {
  if (cartAgeMs !== null && cartAgeMs < CART_LIVE_MS) return 'INTENT'
  return holds.interested ? 'INTERESTED' : 'AWARE'
}

/**
 * The first moment at which `engagement` (as it is at `now`, and halving) is below the level that
 * holds INTERESTED. A millisecond is added, so that at that moment it is below, and not on it.
 */
export const interestFadesAt = (engagement: number, now: number): number =>
  Math.max(
    now + 1,
    Math.ceil(now + ENGAGEMENT_HALF_LIFE_MS * Math.log2(engagement / INTERESTED_UNTIL)) + 1,
  )

/** What each stage rests on, in the words that stand in a result's reasons. */
export const STAGE_REASONS = {
  AWARE: 'Has visited, and has shown no particular interest lately.',
  INTERESTED: 'Looks at products: engagement is {engagement}; it began at 3 and ends below 1.',
  INTENT: 'Had something in the cart within the last 72 hours.',
  FIRST_BUYER: 'Has bought, so far within a single day.',
  REPEAT: 'Has bought {purchases} times, the first and the last at least a day apart.',
  LOYAL:
    'Has bought on {repeatDays} further days after the first, and keeps coming: at four of these, or ' +
    'from two on at a rate of once in sixty days.',
  ADVOCATE: 'Has brought somebody who bought.',
} as const satisfies Record<LifecycleStage, string>
