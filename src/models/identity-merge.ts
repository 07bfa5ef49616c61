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
 * than that, the visitors that were the user longest ago are no part of the user any more.
 */
import { type IdentityHistory, isSameHistory, NO_IDENTITY_HISTORY } from './identity-history.ts'

export interface MergedVisitor extends IdentityHistory {
  readonly visitorId: string
  /** When this turn of the visitor began, in ms. One who is somebody else in between has several. */
  readonly since: number
  /** When the visitor last turned out to be the user; never less with a later revision. */
  readonly mergedAt: number
  /** Counted up by the visitor's key with each change that it hands over, from 1. */
  readonly revision: number
}

export const MERGED_VISITORS_MAX = 32

/**
 * The visitors with one more, sorted by id and turn. The same for the same set of revisions in
 * whichever order they came and however often. A first revision that brings nothing is not kept:
 * there is none before it that it would have to hold off.
 */
export const withVisitor = (
  visitors: readonly MergedVisitor[],
  visitor: MergedVisitor,
): readonly MergedVisitor[] => {
  const known = visitors.find(one => isSameTurn(one, visitor))
  if (known !== undefined && known.revision >= visitor.revision) return visitors
  if (visitor.revision === 1 && isSameHistory(visitor, NO_IDENTITY_HISTORY)) return visitors
  const all = [...visitors.filter(one => one !== known), visitor].sort(byTurn)
  return all.length <= MERGED_VISITORS_MAX ? all : withoutSeenFirst(all)
}

const isSameTurn = (one: MergedVisitor, other: MergedVisitor): boolean =>
  one.visitorId === other.visitorId && one.since === other.since

const withoutSeenFirst = (visitors: readonly MergedVisitor[]): readonly MergedVisitor[] => {
  const first = visitors.reduce((least, one) => (one.mergedAt < least.mergedAt ? one : least))
  return visitors.filter(one => one !== first)
}

/** By code units, which is the same everywhere. */
const byTurn = (one: MergedVisitor, other: MergedVisitor): number => {
  if (one.visitorId === other.visitorId) return one.since - other.since
  return one.visitorId < other.visitorId ? -1 : 1
}
