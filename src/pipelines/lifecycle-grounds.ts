/** What a person's standing is assessed from: the cells, and what the population is like. */
import type { Instant } from '../engine/time.ts'
import { activityOf, type Presence, type Rhythm, summaryAt } from '../models/lifecycle-activity.ts'
import type { StageEvidence } from '../models/lifecycle-stage.ts'
import { weeklyRate } from '../models/mbg-nbd.ts'
import type { PurchaseHistory } from '../models/purchase-history.ts'
import { type Outlook, outlookAt } from '../models/purchase-outlook.ts'
import { orderValueOf, worthAt } from '../models/purchase-worth.ts'
import type { ValueEvidence } from '../models/value-bands.ts'
import { reactivatedAtOf } from './lifecycle-comeback.ts'
import { type Population, populationOf } from './lifecycle-population.ts'
import { purchaseHistoryOf, rhythmOf } from './lifecycle-purchases.ts'
import type { LifecycleContext, LifecycleState } from './lifecycle-state.ts'

export interface Grounds {
  readonly population: Population
  readonly history: PurchaseHistory
  readonly presence: Presence
  readonly evidence: StageEvidence
  /** Null for somebody who never bought. */
  readonly outlook: Outlook | null
  readonly value: ValueEvidence
}

/** @param booked whether purchases changed just now: then the activity follows from them anew. */
export const groundsOf = (
  { state, now, reference }: LifecycleContext,
  booked: boolean,
): Grounds => {
  const population = populationOf(reference.modelParameters, state.home.get().market)
  const history = purchaseHistoryOf(state)
  const rhythm = rhythmOf(history, population)
  const lastAt = history.lastAt ?? state.seenAt.get()
  const presence = { lastAt, reactivatedAt: reactivatedAtOf(state), rhythm }
  const outlook = rhythm === null ? null : outlookAt(rhythm, now)
  const held = booked ? null : state.standing.get().activity
  return {
    population,
    history,
    presence,
    outlook,
    value: valueEvidenceOf(rhythm, outlook, history, population, now),
    evidence: evidenceOf(history, presence, state, held, now),
  }
}

const NO_VALUE: ValueEvidence = { ltvMinor: 0, purchaseChance90d: 0, orderValueMinor: 0 }

const valueEvidenceOf = (
  rhythm: Rhythm | null,
  outlook: Outlook | null,
  { days, netMinor }: PurchaseHistory,
  { spend }: Population,
  now: Instant,
): ValueEvidence => {
  if (rhythm === null || outlook === null) return NO_VALUE
  const orderValueMinor = orderValueOf(spend, days, netMinor)
  return {
    orderValueMinor,
    ltvMinor: worthAt(rhythm, orderValueMinor, now),
    purchaseChance90d: 1 - outlook.churnRisk90d,
  }
}

const evidenceOf = (
  { purchases, days, firstAt, lastAt }: PurchaseHistory,
  presence: Presence,
  state: LifecycleState,
  held: StageEvidence['activity'] | null,
  now: Instant,
): StageEvidence => {
  const { rhythm } = presence
  const cartAt = state.cartAt.get()
  const referredAt = lastReferralAt(state)
  return {
    engagement: state.engagement.at(now),
    cartAgeMs: cartAt === null ? null : now - cartAt,
    purchases,
    purchaseSpanMs: firstAt === null || lastAt === null ? 0 : lastAt - firstAt,
    repeatDays: days - 1,
    weeklyRate: rhythm === null ? 0 : weeklyRate(rhythm.parameters, summaryAt(rhythm, now)),
    activity: activityOf(presence, now, held),
    referralAgeMs: referredAt === null ? null : now - referredAt,
  }
}

const lastReferralAt = ({ referrals }: LifecycleState): Instant | null =>
  referrals.size === 0 ? null : Math.max(...referrals.entries().map(([, at]) => at))
