/**
 * What a person's orders amount to: recency, frequency and value, and how each order counts.
 *
 * An order is a purchase from the moment it is placed. A cancellation undoes it, and so does a
 * declined payment, until it is paid after all; a refund takes its amount off and undoes it when
 * nothing is left; what was cancelled is not refunded once more. So each order is kept as long as it
 * may still change, and is then folded into the history for good.
 */

export type PurchaseStatus = 'PLACED' | 'REFUNDED' | 'CANCELLED' | 'DECLINED'

export interface Purchase {
  readonly placedAt: number
  readonly totalMinor: number
  readonly refundedMinor: number
  /** Bought with a coupon or a discount. */
  readonly onDeal: boolean
  readonly status: PurchaseStatus
}

export interface PurchaseHistory {
  /** Purchases that stand. */
  readonly purchases: number
  /** Of these, those on a deal. */
  readonly dealPurchases: number
  /** Days (UTC) with a purchase that stands. */
  readonly days: number
  readonly firstAt: number | null
  readonly lastAt: number | null
  /** Placed, less cancelled and refunded, plus adjusted. */
  readonly netMinor: number
}

export const NO_HISTORY: PurchaseHistory = {
  purchases: 0,
  dealPurchases: 0,
  days: 0,
  firstAt: null,
  lastAt: null,
  netMinor: 0,
}

export const placed = (placedAt: number, totalMinor: number, onDeal: boolean): Purchase => ({
  placedAt,
  totalMinor,
  refundedMinor: 0,
  onDeal,
  status: 'PLACED',
})

export const cancelled = (purchase: Purchase): Purchase => ({ ...purchase, status: 'CANCELLED' })

/** What is cancelled or came back already stays so. */
export const declined = (purchase: Purchase): Purchase =>
  purchase.status === 'PLACED' ? { ...purchase, status: 'DECLINED' } : purchase

/** The second attempt at a payment went well. */
export const paid = (purchase: Purchase): Purchase =>
  purchase.status === 'DECLINED' ? { ...purchase, status: 'PLACED' } : purchase

const NEVER_PAID = new Set<PurchaseStatus>(['CANCELLED', 'DECLINED'])

/** A refund after a cancellation is the same money, and changes nothing. */
export const refunded = (purchase: Purchase, amountMinor: number): Purchase => {
  if (NEVER_PAID.has(purchase.status)) return purchase
  const refundedMinor = purchase.refundedMinor + amountMinor
  const status = refundedMinor >= purchase.totalMinor ? 'REFUNDED' : 'PLACED'
  return { ...purchase, refundedMinor, status }
}

/** A cancellation takes off what no refund had taken off before; refunds beyond the total stay. */
export const netMinorOf = ({ status, totalMinor, refundedMinor }: Purchase): number => {
  const leftMinor = totalMinor - refundedMinor
  return NEVER_PAID.has(status) ? Math.min(leftMinor, 0) : leftMinor
}

/** The history with one more order. In order of time; an earlier one counts, but adds no day. */
export const withPurchase = (history: PurchaseHistory, purchase: Purchase): PurchaseHistory => {
  const netMinor = history.netMinor + netMinorOf(purchase)
  if (purchase.status !== 'PLACED') return { ...history, netMinor }
  const { placedAt, onDeal } = purchase
  const { firstAt, lastAt } = history
  return {
    purchases: history.purchases + 1,
    dealPurchases: history.dealPurchases + (onDeal ? 1 : 0),
    days: history.days + (lastAt === null || dayOf(placedAt) > dayOf(lastAt) ? 1 : 0),
    firstAt: firstAt === null ? placedAt : Math.min(firstAt, placedAt),
    lastAt: lastAt === null ? placedAt : Math.max(lastAt, placedAt),
    netMinor,
  }
}

/** The history of these orders, on top of what is settled already. */
export const historyOf = (
  settled: PurchaseHistory,
  purchases: Iterable<Purchase>,
): PurchaseHistory =>
  [...purchases].sort((a, b) => a.placedAt - b.placedAt).reduce(withPurchase, settled)

const DAY_MS = 86_400_000
/** Days (UTC) since 1970. */
export const dayOf = (at: number): number => Math.floor(at / DAY_MS)

/** Recency, frequency and value as they are at `now`; null is not known. */
export interface Rfm {
  readonly recencyDays: number | null
  /** Purchase days less one. */
  readonly frequency: number
  readonly monetaryMinor: number
}

export const rfmOf = ({ lastAt, days, netMinor }: PurchaseHistory, now: number): Rfm => ({
  recencyDays: lastAt === null ? null : Math.max(0, now - lastAt) / DAY_MS,
  frequency: Math.max(0, days - 1),
  monetaryMinor: netMinor,
})
