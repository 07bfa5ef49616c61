/** The last record of a subject: a visitor who turned out to be a user, or somebody who is erased. */
import type { LifecycleSegment, Reason } from '../events.ts'
import { LIFECYCLE_MODEL_VERSION, type Segment } from './lifecycle-result.ts'
import type { LifecycleContext } from './lifecycle-state.ts'
import { subjectOf } from './lifecycle-subject.ts'

/** The subject stays where it stood; nothing more is said of it. */
export const lastOf = (
  segment: Segment,
  closedAs: LifecycleSegment['closedAs'],
  reasons: readonly Reason[],
): Segment => ({ ...segment, reasons, closedAs })

/**
 * Forgets a person, and says so where anything was said before. The record has the subject's id and
 * nothing else of the person: all that may be is null or empty, and stage and activity are UNKNOWN.
 */
export const erase = ({ key, state, forget }: LifecycleContext): Segment | null => {
  const isKnown = state.standing.get().stage !== null
  forget()
  return isKnown ? { ...subjectOf(key), ...NOTHING_KNOWN } : null
}

const NOTHING_KNOWN = {
  modelVersion: LIFECYCLE_MODEL_VERSION,
  reasons: [],
  market: null,
  currency: null,
  stage: 'UNKNOWN',
  previousStage: null,
  activity: 'UNKNOWN',
  previousActivity: null,
  tags: [],
  entered: [],
  exited: [],
  recencyDays: null,
  frequency: 0,
  monetaryMinor: null,
  pAlive: null,
  churnRisk30d: null,
  churnRisk90d: null,
  expectedOrders90d: null,
  ltv52wMinor: null,
  firstPurchaseAt: null,
  lastPurchaseAt: null,
  purchaseChurnRisk30d: null,
  purchaseChurnRisk90d: null,
  purchases: 0,
  dealPurchases: 0,
  views: 0,
  dealViews: 0,
  recencyQuintile: null,
  frequencyQuintile: null,
  monetaryQuintile: null,
  closedAs: 'ERASED',
} as const satisfies Partial<Segment>
