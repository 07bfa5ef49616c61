/** A person's standing as the result says it, with the reasons for it. */
import type { BodyOf } from '../engine/pipeline.ts'
import { days, type Instant } from '../engine/time.ts'
import type { LifecycleSegment, Reason } from '../events.ts'
import type { Presence } from '../models/lifecycle-activity.ts'
import { activityReasonOf } from '../models/lifecycle-activity-reasons.ts'
import { STAGE_REASONS } from '../models/lifecycle-stage.ts'
import { tagNames } from '../models/lifecycle-tags.ts'
import { rfmOf } from '../models/purchase-history.ts'
import { sentence } from '../models/sentence.ts'
import type { Grounds } from './lifecycle-grounds.ts'
import { homeOf } from './lifecycle-home.ts'
import type { Quintiles } from './lifecycle-quintiles.ts'
import type { LifecycleContext, Standing } from './lifecycle-state.ts'
import { subjectOf } from './lifecycle-subject.ts'

export const LIFECYCLE_MODEL_VERSION = 'lifecycle-2026-11-23'

export type Segment = BodyOf<LifecycleSegment>
/** A standing that was assessed. */
export type Assessed = Standing & {
  readonly stage: NonNullable<Standing['stage']>
  readonly activity: NonNullable<Standing['activity']>
}

export const segmentOf = (
  before: Standing,
  after: Assessed,
  grounds: Grounds,
  quintiles: Quintiles,
  { key, now, state }: LifecycleContext,
): Segment => {
  const { history, outlook, population, worthMinor } = grounds
  const { subjectType, subjectId, userId } = subjectOf(key)
  const { market, currency } = homeOf(state)
  const { recencyDays, frequency, monetaryMinor } = rfmOf(history, now)
  const { views, dealViews } = state.looked.get()
  // Field by field: objects spread into the midst of a record would cost as much as all the rest of it.
  return {
    modelVersion: `${LIFECYCLE_MODEL_VERSION} ${population.version}`,
    reasons: reasonsOf(after, grounds, now),
    subjectType,
    subjectId,
    userId,
    market,
    currency,
    stage: after.stage,
    previousStage: before.stage,
    activity: after.activity,
    previousActivity: before.activity,
    tags: tagNames(after.tags),
    entered: tagNames(after.tags, before.tags),
    exited: tagNames(before.tags, after.tags),
    recencyDays,
    frequency,
    monetaryMinor: currency === null ? null : monetaryMinor,
    // Of somebody who never bought, the purchase model says nothing.
    pAlive: outlook?.pAlive ?? null,
    churnRisk30d: outlook?.churnRisk30d ?? null,
    churnRisk90d: outlook?.churnRisk90d ?? null,
    expectedOrders90d: outlook?.expectedOrders90d ?? null,
    ltv52wMinor: outlook === null ? null : Math.round(worthMinor()),
    purchaseChurnRisk30d: outlook?.purchaseChurnRisk30d ?? null,
    purchaseChurnRisk90d: outlook?.purchaseChurnRisk90d ?? null,
    firstPurchaseAt: history.firstAt,
    lastPurchaseAt: history.lastAt,
    purchases: history.purchases,
    dealPurchases: history.dealPurchases,
    views,
    dealViews,
    recencyQuintile: quintiles.recencyQuintile,
    frequencyQuintile: quintiles.frequencyQuintile,
    monetaryQuintile: quintiles.monetaryQuintile,
    closedAs: null,
  }
}

/** The weightiest first; of the same weight, the stage and then the activity. */
const reasonsOf = ({ stage, activity }: Assessed, grounds: Grounds, now: Instant): Reason[] => {
  const { evidence, presence } = grounds
  const silence = silenceOf(grounds, now)
  const ofStage = {
    code: `STAGE_${stage}`,
    detail: sentence(STAGE_REASONS[stage], evidence),
    weight: 1,
  }
  const ofActivity = {
    code: `ACTIVITY_${activity}`,
    detail: sentence(activityReasonOf(presence, activity, now, silence.ratio), silence),
    weight: 1,
  }
  const ofRhythm = rhythmReason(presence, silence)
  if (ofRhythm === null) return [ofStage, ofActivity]
  return ofRhythm.weight > 1 ? [ofRhythm, ofStage, ofActivity] : [ofStage, ofActivity, ofRhythm]
}

/** Of a buyer: how long the silence is, and how long it usually was. */
const rhythmReason = ({ rhythm }: Presence, silence: Silence): Reason | null => {
  if (rhythm === null || silence.ratio === null) return null
  // Of the busiest buyers the ratio comes to 0 in a long silence, and a weight is a finite number.
  const weight = Math.max(0, -Math.log(Math.max(silence.ratio, Number.MIN_VALUE)))
  const code = rhythm.days === 1 ? 'R_ONE_TIME' : 'R_SILENCE'
  return { code, detail: sentence(RHYTHM_REASONS[code], silence), weight }
}

const RHYTHM_REASONS = {
  R_ONE_TIME: 'Silent for {absenceDays} days since the only day with a purchase.',
  R_SILENCE: 'Silent for {absenceDays} days, with {usualDays} between purchases so far.',
} as const

/** The numbers that these sentences speak of. */
interface Silence {
  readonly absenceDays: number
  readonly usualDays: number | null
  readonly ratio: number | null
  readonly ratioPct: number | null
}

const silenceOf = ({ presence, ratio }: Grounds, now: Instant): Silence => {
  const { lastAt, rhythm } = presence
  return {
    absenceDays: Math.max(0, now - lastAt) / days(1),
    usualDays:
      rhythm === null || rhythm.days === 1
        ? null
        : (rhythm.lastAt - rhythm.firstAt) / (rhythm.days - 1) / days(1),
    ratio,
    ratioPct: ratio === null ? null : 100 * ratio,
  }
}
