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
  let set = 0
  if (purchases >= DEAL_ONLY_PURCHASES && dealPurchases === purchases) set |= BITS.DEAL_ONLY
  if (activity === 'DORMANT') set |= BITS.DORMANT
  if (firstAt !== null && now < firstAt + NEW_MS) set |= BITS.NEW
  if (highValue) set |= BITS.HIGH_VALUE
  if (potential) set |= BITS.POTENTIAL
  if (highValue && activity === 'AT_RISK') set |= BITS.VIP_AT_RISK
  if (priceSensitive) set |= BITS.PRICE_SENSITIVE
  return set
}

const BITS = Object.fromEntries(LIFECYCLE_TAGS.map((tag, bit) => [tag, 1 << bit])) as Readonly<
  Record<LifecycleTag, number>
>

/** The tags that are in the set and not in `without`, sorted. */
export const tagNames = (set: TagSet, without: TagSet = 0): LifecycleTag[] => {
  const left = set & ~without
  // Most results enter none and leave none.
  return left === 0 ? [] : LIFECYCLE_TAGS.filter(tag => has(left, tag)).sort()
}

/** The bands that a set of tags says. */
export const bandsIn = (set: TagSet): ValueBands => ({
  highValue: has(set, 'HIGH_VALUE'),
  potential: has(set, 'POTENTIAL'),
})

export const isPriceSensitiveIn = (set: TagSet): boolean => has(set, 'PRICE_SENSITIVE')

const has = (set: TagSet, tag: LifecycleTag): boolean => (set & BITS[tag]) !== 0

/** When the tag NEW ends by itself; Infinity where it does not hold. */
export const newEndsAt = ({ firstAt }: PurchaseHistory, now: number): number =>
  firstAt !== null && now < firstAt + NEW_MS ? firstAt + NEW_MS : Infinity
