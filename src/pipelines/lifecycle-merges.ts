/** A visitor who turns out to be a user: the last of the one, and what the other is from then on. */
import type { IdentityMerge, Reason } from '../events.ts'
import {
  isSameRevision,
  type Merged,
  type MergedVisitor,
  withVisitor,
} from '../models/identity-merge.ts'
import { assess } from './lifecycle-assessment.ts'
import { lastOf } from './lifecycle-end.ts'
import { homeOf } from './lifecycle-home.ts'
import type { Segment } from './lifecycle-result.ts'
import type { LifecycleContext, LifecycleState } from './lifecycle-state.ts'
import { keepSince } from './lifecycle-visitor.ts'

/**
 * The visitor's last record, and where there was anything since, as a late merge may find it, the
 * first one of who comes next. All that is kept of what was before is until when it was.
 */
export const closeVisitor = (merge: IdentityMerge, context: LifecycleContext): Segment[] => {
  const { state, timers } = context
  const { visitorId, userId, mergedAt } = merge
  // Told already; or the merge changed by what became of an order of before.
  if (mergedAt <= (state.mergedAt.get() ?? Number.NEGATIVE_INFINITY)) return []
  const last = state.standing.get().stage === null ? null : assess(context, true)
  const detail = `Visitor ${visitorId} turned out to be user ${userId}.`
  timers.clear('standingChanges')
  timers.clear('erasureEnds')
  keepSince(mergedAt, state)
  const isBack = state.seenAt.get() > mergedAt
  return [
    ...(last === null ? [] : [lastOf(last, 'MERGED', [{ code: 'R_MERGED', detail, weight: 1 }])]),
    ...(isBack ? [assess(context, true)!] : []),
  ]
}

/** The user with what the visitor brought; null where that is nothing new, or of before an erasure. */
export const takeVisitor = (merge: IdentityMerge, context: LifecycleContext): Segment | null => {
  const { state } = context
  if (merge.mergedAt <= (state.mergedAt.get() ?? Number.NEGATIVE_INFINITY)) return null
  const known = mergedIn(state)
  const visitor = visitorIn(merge)
  const merged = withVisitor(known, visitor)
  if (merged === known) return null
  const isRenewed = known.visitors.some(one => isSameRevision(one, visitor))
  keepMerged(merged, known, state)
  if (isRenewed) return null
  state.seenAt.set(Math.max(state.seenAt.get(), merge.mergedAt))
  const segment = assess(context, true)
  return segment && because(reasonOf(merge, homeOf(state).currency), segment)
}

const mergedIn = ({ merged, mergedBefore }: LifecycleState): Merged => ({
  visitors: merged.get(),
  settled: mergedBefore.get(),
})

const keepMerged = (after: Merged, before: Merged, { merged, mergedBefore }: LifecycleState) => {
  merged.set(after.visitors.map(visitor => ({ ...visitor, days: [...visitor.days] })))
  if (after.settled === before.settled) return
  mergedBefore.set(after.settled.map(visitors => ({ ...visitors, days: [...visitors.days] })))
}

const visitorIn = (merge: IdentityMerge): MergedVisitor => ({
  visitorId: merge.visitorId,
  since: merge.since,
  mergedAt: merge.mergedAt,
  revision: merge.revision,
  market: merge.market,
  currency: merge.currency,
  purchases: merge.purchases,
  dealPurchases: merge.dealPurchases,
  netMinor: merge.netMinor,
  firstAt: merge.firstPurchaseAt,
  lastAt: merge.lastPurchaseAt,
  days: merge.days,
  olderDays: merge.olderDays,
})

/** Amounts of two currencies are never added. */
const reasonOf = (merge: IdentityMerge, currency: string | null): Reason => {
  const brought = `${merge.purchases} ${merge.purchases === 1 ? 'purchase' : 'purchases'}`
  const detail =
    merge.currency === null || merge.currency === currency
      ? `Visitor ${merge.visitorId} turned out to be this user, with ${brought} as a guest.`
      : `Visitor ${merge.visitorId} turned out to be this user, with ${brought} as a guest in ` +
        `${merge.currency}, which are not added to those in ${currency}.`
  return { code: 'R_MERGED', detail, weight: 1 }
}

/** The weightiest reason first, and this one before those of the same weight. */
const because = (reason: Reason, segment: Segment): Segment => ({
  ...segment,
  reasons: [reason, ...segment.reasons].sort((one, other) => other.weight - one.weight),
})
