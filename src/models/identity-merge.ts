/**
 * A user and the visitors who turned out to be that user, at a login or with an order.
 *
 *     visitor v1 --.                              own history
 *     visitor v2 ---+--->  user: merged visitors     +   v1   +   v2   =  what the user is
 *
 * A visitor's history is never poured into the user's own. It is kept beside it, by visitor and turn,
 * and joined whenever the user is looked at. So a merge may come twice, late, or after another one of
 * a later time: the newest revision of each counts, once. What becomes of a guest's order after the
 * merge comes as another revision.
 *
 * Bound: `MERGED_VISITORS_MAX` turns, those of the last logins. Of whoever comes with more browsers
 * than that, what the visitors brought that were the user longest ago is settled: it stays in the
 * user's history for good, as one sum for each of `SETTLED_CURRENCIES_MAX` currencies, and what becomes
 * of it later is not told any more.
 */
import {
  type IdentityHistory,
  isSameHistory,
  joinedHistory,
  NO_IDENTITY_HISTORY,
} from './identity-history.ts'

export interface MergedVisitor extends IdentityHistory {
  readonly visitorId: string
  /** When this turn of the visitor began, in ms. One who is somebody else in between has several. */
  readonly since: number
  /** When the visitor last turned out to be the user; never less with a later revision. */
  readonly mergedAt: number
  /** Counted up by the visitor's key with each change that it hands over, from 1. */
  readonly revision: number
}

/** What visitors brought that are not known one by one any more, in one currency. */
export interface SettledVisitors extends IdentityHistory {
  /** The last login of any of them, in ms. */
  readonly mergedAt: number
}

export interface Merged {
  /** Sorted by id and turn. */
  readonly visitors: readonly MergedVisitor[]
  readonly settled: readonly SettledVisitors[]
}

export const MERGED_VISITORS_MAX = 32
export const SETTLED_CURRENCIES_MAX = 4

/**
 * The visitors with one more, or the same object where nothing changes. As long as nothing is settled,
 * the same set of revisions comes to the same in whichever order they came and however often. A first
 * revision that brings nothing is not kept: there is none before it that it would have to hold off.
 */
export const withVisitor = (merged: Merged, visitor: MergedVisitor): Merged => {
  const known = merged.visitors.find(one => isSameTurn(one, visitor))
  if (known ? !isNewer(known, visitor) : !isNew(merged, visitor)) return merged
  const visitors = [...merged.visitors.filter(one => one !== known), visitor].sort(byTurn)
  const next = { ...merged, visitors }
  return visitors.length <= MERGED_VISITORS_MAX ? next : withSeenFirstSettled(next)
}

/** A later login without another change has the same revision, and says that the browser is in use. */
const isNewer = (known: MergedVisitor, { revision, mergedAt }: MergedVisitor): boolean =>
  revision > known.revision || (revision === known.revision && mergedAt > known.mergedAt)

/**
 * Once turns are settled, one that began before the last login of these and bought before it as well
 * is taken for one of them, since to count a turn twice is worse than to leave one out that came late.
 */
const isNew = ({ settled }: Merged, visitor: MergedVisitor): boolean => {
  if (visitor.revision === 1 && isSameHistory(visitor, NO_IDENTITY_HISTORY)) return false
  const began = Math.max(visitor.since, visitor.firstAt ?? visitor.since)
  return settled.every(({ mergedAt }) => began > mergedAt)
}

/** What both brought is the same, be it that the visitor was there again. */
export const isSameRevision = (one: MergedVisitor, other: MergedVisitor): boolean =>
  isSameTurn(one, other) && one.revision === other.revision

const isSameTurn = (one: MergedVisitor, other: MergedVisitor): boolean =>
  one.visitorId === other.visitorId && one.since === other.since

const withSeenFirstSettled = ({ visitors, settled }: Merged): Merged => {
  const first = visitors.reduce((least, one) => (one.mergedAt < least.mergedAt ? one : least))
  return { visitors: visitors.filter(one => one !== first), settled: withSettled(settled, first) }
}

/** Somebody who only came is no part of it, and neither is a currency too many. */
const withSettled = (
  settled: readonly SettledVisitors[],
  visitor: MergedVisitor,
): readonly SettledVisitors[] => {
  if (visitor.currency === null) return settled
  const at = settled.findIndex(({ currency }) => currency === visitor.currency)
  if (at >= 0) return settled.with(at, joinedSettled(settled[at]!, visitor))
  const first = joinedSettled({ ...NO_IDENTITY_HISTORY, mergedAt: visitor.mergedAt }, visitor)
  return settled.length < SETTLED_CURRENCIES_MAX ? [...settled, first] : settled
}

/** Days are kept as a number: one on which both bought is counted twice. */
const joinedSettled = (settled: SettledVisitors, visitor: MergedVisitor): SettledVisitors => {
  const { days, olderDays, ...joined } = joinedHistory([settled, { ...visitor, days: [] }])
  const mergedAt = Math.max(settled.mergedAt, visitor.mergedAt)
  return { ...joined, days, olderDays: olderDays + visitor.days.length, mergedAt }
}

/** By code units, which is the same everywhere. */
const byTurn = (one: MergedVisitor, other: MergedVisitor): number => {
  if (one.visitorId === other.visitorId) return one.since - other.since
  return one.visitorId < other.visitorId ? -1 : 1
}
