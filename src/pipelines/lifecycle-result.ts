/** A person's standing as the result says it, with the reasons for it. */
import type { BodyOf } from '../engine/pipeline.ts'
import { days, type Instant } from '../engine/time.ts'
import type { LifecycleSegment, Reason } from '../events.ts'
import { ACTIVITY_REASONS, type Presence } from '../models/lifecycle-activity.ts'
import { STAGE_REASONS, type StageEvidence } from '../models/lifecycle-stage.ts'
import { tagNames } from '../models/lifecycle-tags.ts'
import { type PurchaseHistory, rfmOf } from '../models/purchase-history.ts'
import { sentence } from '../models/sentence.ts'
import type { LifecycleContext, Standing } from './lifecycle-state.ts'
import { subjectOf } from './lifecycle-subject.ts'

export const LIFECYCLE_MODEL_VERSION = 'lifecycle-rules-2026-11-22'

export type Segment = BodyOf<LifecycleSegment>
/** A standing that was assessed. */
export type Assessed = Standing & {
  readonly stage: NonNullable<Standing['stage']>
  readonly activity: NonNullable<Standing['activity']>
}

/** What a standing was assessed from. */
export interface Grounds {
  readonly history: PurchaseHistory
  readonly presence: Presence
  readonly evidence: StageEvidence
}

export const segmentOf = (
  before: Standing,
  after: Assessed,
  { history, presence, evidence }: Grounds,
  { key, now, state }: LifecycleContext,
): Segment => {
  const { market, currency } = state.home.get()
  const { recencyDays, frequency, monetaryMinor } = rfmOf(history, now)
  return {
    modelVersion: LIFECYCLE_MODEL_VERSION,
    reasons: reasonsOf(after, evidence, presence, now),
    ...subjectOf(key),
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
    ...NOT_MODELLED_YET,
  }
}

/** The place of the purchase model: what it would say of each person. */
const NOT_MODELLED_YET = {
  pAlive: null,
  churnRisk30d: null,
  churnRisk90d: null,
  expectedOrders90d: null,
  ltv52wMinor: null,
} as const

const reasonsOf = (
  { stage, activity }: Assessed,
  evidence: StageEvidence,
  { lastAt }: Presence,
  now: Instant,
): Reason[] => [
  {
    code: `STAGE_${stage}`,
    detail: sentence(STAGE_REASONS[stage], evidence),
    weight: 1,
  },
  {
    code: `ACTIVITY_${activity}`,
    detail: sentence(ACTIVITY_REASONS[activity], { absenceDays: (now - lastAt) / days(1) }),
    weight: 1,
  },
]
