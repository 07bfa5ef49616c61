import { type IdentityHistory, joinedHistory, NO_IDENTITY_HISTORY } from './identity-history.ts'

/**
 * A user and the visitors who turned out to be that user, at a login or with an order.
 *
 *     visitor v1 --.                              own history
 *     visitor v2 ---+--->  user: merged visitors     +   v1   +   v2   =  what the user is
 *
 * A visitor's history is never poured into the user's own. It is kept beside it, by visitor, and
 * joined whenever the user is looked at. So a merge may come twice, late, or after another one of a
 * later time: the newest revision of each visitor counts, once. What a visitor does after the merge
 * (a refund of a guest's order) comes as another revision. One with an empty history takes a visitor
 * away again: one who is erased, or who turned out to be somebody else.
 *
 * Bound: `MERGED_VISITORS_MAX` visitors, those seen last. Of whoever comes with more browsers than
 * that, the visitors seen longest ago are no part of the user any more.
 */
export interface MergedVisitor {
  readonly visitorId: string
  /** Counted up by the visitor's key with each change that it hands over. */
  readonly revision: number
  readonly history: IdentityHistory
}

export const MERGED_VISITORS_MAX = 32

/**
 * The visitors with one more, sorted by id. The same for the same set of revisions in whichever order
 * they came and however often, as long as no later revision was seen earlier than the one before.
 */
export const withVisitor = (
  visitors: readonly MergedVisitor[],
  visitor: MergedVisitor,
): readonly MergedVisitor[] => {
  const known = visitors.find(one => one.visitorId === visitor.visitorId)
  if (known !== undefined && known.revision >= visitor.revision) return visitors
  const all = [...visitors.filter(one => one !== known), visitor].sort(byId)
  return all.length <= MERGED_VISITORS_MAX ? all : withoutSeenFirst(all)
}

/** The revision that takes a visitor away: as seen as before, so that it holds its place. */
export const withdrawn = ({ visitorId, revision, history }: MergedVisitor): MergedVisitor => ({
  visitorId,
  revision: revision + 1,
  history: { ...NO_IDENTITY_HISTORY, seenAt: history.seenAt },
})

/** What the user is, with the user's own history first. */
export const mergedHistory = (
  own: IdentityHistory,
  visitors: readonly MergedVisitor[],
  engagementHalfLifeMs: number,
): IdentityHistory =>
  joinedHistory([own, ...visitors.map(visitor => visitor.history)], engagementHalfLifeMs)

const withoutSeenFirst = (visitors: readonly MergedVisitor[]): readonly MergedVisitor[] => {
  const first = visitors.reduce((least, one) =>
    one.history.seenAt < least.history.seenAt ? one : least,
  )
  return visitors.filter(one => one !== first)
}

/** By code units, which is the same everywhere. */
const byId = (x: MergedVisitor, y: MergedVisitor): number =>
  x.visitorId < y.visitorId ? -1 : x.visitorId > y.visitorId ? 1 : 0
