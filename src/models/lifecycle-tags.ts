import type { LifecycleActivity } from './lifecycle-activity.ts'
import type { PurchaseHistory } from './purchase-history.ts'

/**
 * Tags that follow from one person's history. Those that compare a person with all others
 * (HIGH_VALUE, POTENTIAL, VIP_AT_RISK) need the purchase model, and come with it: at the end of
 * this list, since the places in it are saved.
 */
export const LIFECYCLE_TAGS = ['DEAL_ONLY', 'DORMANT', 'NEW'] as const
export type LifecycleTag = (typeof LIFECYCLE_TAGS)[number]

/** A buyer is new for this long after the first purchase. */
export const NEW_MS = 30 * 86_400_000
/** So many purchases, all of them on a deal, make a person DEAL_ONLY. */
export const DEAL_ONLY_PURCHASES = 2

/** A set of tags, a bit for each in the order of `LIFECYCLE_TAGS`. */
export type TagSet = number

export const tagsOf = (
  { purchases, dealPurchases, firstAt }: PurchaseHistory,
  activity: LifecycleActivity,
  now: number,
): TagSet => {
  const holds: Record<LifecycleTag, boolean> = {
    DEAL_ONLY: purchases >= DEAL_ONLY_PURCHASES && dealPurchases === purchases,
    DORMANT: activity === 'DORMANT',
    NEW: firstAt !== null && now < firstAt + NEW_MS,
  }
  return LIFECYCLE_TAGS.reduce((set, tag, bit) => (holds[tag] ? set | (1 << bit) : set), 0)
}

/** The tags that are in the set and not in `without`, sorted. */
export const tagNames = (set: TagSet, without: TagSet = 0): LifecycleTag[] =>
  LIFECYCLE_TAGS.filter((_, bit) => (set & ~without & (1 << bit)) !== 0).sort()

/** When the tag NEW ends by itself; Infinity where it does not hold. */
export const newEndsAt = ({ firstAt }: PurchaseHistory, now: number): number =>
  firstAt !== null && now < firstAt + NEW_MS ? firstAt + NEW_MS : Infinity
