import type { LifecycleActivity } from './lifecycle-activity.ts'
import type { PurchaseHistory } from './purchase-history.ts'
import type { ValueBands } from './value-bands.ts'

/**
 * The first three follow from one person's history. The others compare a person with all others, so
 * nobody has one before a population was published; only who is PRICE_SENSITIVE is until then compared
 * with people who buy what they are shown. Their places in this list are saved: new ones come at its
 * end.
 */
export const LIFECYCLE_TAGS = [
  'DEAL_ONLY',
  'DORMANT',
  'NEW',
  'HIGH_VALUE',
  'POTENTIAL',
  'VIP_AT_RISK',
  'PRICE_SENSITIVE',
] as const
export type LifecycleTag = (typeof LIFECYCLE_TAGS)[number]

/** A buyer is new for this long after the first purchase. */
export const NEW_MS = 30 * 86_400_000
/** So many purchases, all of them on a deal, make a person DEAL_ONLY. */
export const DEAL_ONLY_PURCHASES = 2

/** How the person compares with others. */
export interface Comparison extends ValueBands {
  /** See `deal-affinity.ts`. For coupons alone. */
  readonly priceSensitive: boolean
}

/** A set of tags, a bit for each in the order of `LIFECYCLE_TAGS`. */
export type TagSet = number

export const tagsOf = (
  { purchases, dealPurchases, firstAt }: PurchaseHistory,
  activity: LifecycleActivity,
  { highValue, potential, priceSensitive }: Comparison,
  now: number,
): TagSet => {
  const holds: Record<LifecycleTag, boolean> = {
    DEAL_ONLY: purchases >= DEAL_ONLY_PURCHASES && dealPurchases === purchases,
    DORMANT: activity === 'DORMANT',
    NEW: firstAt !== null && now < firstAt + NEW_MS,
    HIGH_VALUE: highValue,
    POTENTIAL: potential,
    VIP_AT_RISK: highValue && activity === 'AT_RISK',
    PRICE_SENSITIVE: priceSensitive,
  }
  return LIFECYCLE_TAGS.reduce((set, tag, bit) => (holds[tag] ? set | (1 << bit) : set), 0)
}

/** The tags that are in the set and not in `without`, sorted. */
export const tagNames = (set: TagSet, without: TagSet = 0): LifecycleTag[] =>
  LIFECYCLE_TAGS.filter((_, bit) => (set & ~without & (1 << bit)) !== 0).sort()

/** The bands that a set of tags says. */
export const bandsIn = (set: TagSet): ValueBands => ({
  highValue: has(set, 'HIGH_VALUE'),
  potential: has(set, 'POTENTIAL'),
})

export const isPriceSensitiveIn = (set: TagSet): boolean => has(set, 'PRICE_SENSITIVE')

const has = (set: TagSet, tag: LifecycleTag): boolean =>
  (set & (1 << LIFECYCLE_TAGS.indexOf(tag))) !== 0

/** When the tag NEW ends by itself; Infinity where it does not hold. */
export const newEndsAt = ({ firstAt }: PurchaseHistory, now: number): number =>
  firstAt !== null && now < firstAt + NEW_MS ? firstAt + NEW_MS : Infinity
