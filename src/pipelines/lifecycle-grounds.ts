/** What a person's standing is assessed from: the cells, and what the population is like. */
import type { Instant } from '../engine/time.ts'
import {
  activityOf,
  type Presence,
  presentRatio,
  type Rhythm,
  summaryAt,
} from '../models/lifecycle-activity.ts'
import type { StageEvidence } from '../models/lifecycle-stage.ts'
import { weeklyRate } from '../models/mbg-nbd.ts'
import type { PurchaseHistory } from '../models/purchase-history.ts'
import { type Outlook, outlookAt } from '../models/purchase-outlook.ts'
import { orderValueOf, worthAt } from '../models/purchase-worth.ts'
import { reactivatedAtOf } from './lifecycle-comeback.ts'
import { homeOf } from './lifecycle-home.ts'
import { type Population, populationOf } from './lifecycle-population.ts'
import { purchaseHistoryOf, rhythmOf } from './lifecycle-purchases.ts'
import type { LifecycleContext, LifecycleState } from './lifecycle-state.ts'

export interface Grounds {
  /** Whether purchases changed just now. */
  readonly isBooked: boolean
  readonly population: Population
  readonly history: PurchaseHistory
  readonly presence: Presence
  /** Expected rate of purchases, of what it was just after the last; null of who never bought. */
  readonly ratio: number | null
  readonly evidence: StageEvidence
  /** Null for somebody who never bought. */
  readonly outlook: Outlook | null
  /** Expected value of a purchase day, in minor units; 0 of somebody who never bought. */
  readonly orderValueMinor: number
  /** Expected worth of the next 52 weeks, in minor units. */
  readonly worthMinor: () => number
}

/** @param isBooked whether purchases changed just now: then the activity follows from them anew. */
export const groundsOf = (
  { state, now, reference }: LifecycleContext,
  isBooked: boolean,
): Grounds => {
  const population = populationOf(reference.modelParameters, homeOf(state).market)
  const history = purchaseHistoryOf(state)
  const rhythm = rhythmOf(history, population)
  const lastAt = history.lastAt ?? state.seenAt.get()
  const presence = { lastAt, reactivatedAt: reactivatedAtOf(state), rhythm }
  const ratio = presentRatio(presence, now)
  const outlook = rhythm === null ? null : outlookAt(rhythm, population.calibration, now)
  const orderValueMinor = orderValueMinorOf(history, population)
  const held = isBooked ? null : state.standing.get().activity
  return {
    isBooked,
    population,
    history,
    presence,
    ratio,
    outlook,
    orderValueMinor,
    worthMinor: lazily(() => (rhythm === null ? 0 : worthAt(rhythm, orderValueMinor, now))),
    evidence: evidenceOf(history, rhythm, activityOf(presence, now, held, ratio), state, now),
  }
}

const orderValueMinorOf = ({ days, netMinor }: PurchaseHistory, { spend }: Population): number =>
  days === 0 ? 0 : orderValueOf(spend, days, netMinor)

/** Worked out when it is first asked for: it takes longer than all else, and mostly nobody asks. */
const lazily = (compute: () => number): (() => number) => {
  let known: number | null = null
  return () => {
    known ??= compute()
    return known
  }
}

const evidenceOf = (
  { purchases, days, firstAt, lastAt }: PurchaseHistory,
  rhythm: Rhythm | null,
  activity: StageEvidence['activity'],
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
    weeklyRate: rhythm === null ? 0 : weeklyRate(rhythm.parameters, summaryAt(rhythm, now)),
    activity,
    referralAgeMs: referredAt === null ? null : now - referredAt,
  }
}

const lastReferralAt = ({ referrals }: LifecycleState): Instant | null =>
  referrals.size === 0 ? null : Math.max(...referrals.entries().map(([, at]) => at))
