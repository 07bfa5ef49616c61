/**
 * What is left of an article, and for how long it can be sold: the last count of each warehouse, less
 * what was sold since.
 */
import { days, hours, type Instant } from '../engine/time.ts'
import type { InventoryLevel, OrderLine, Product } from '../events.ts'
import type { PriceFacts } from '../models/price-facts.ts'
import type { RecommendationState } from './price-recommendations-state.ts'

type Counted = Pick<InventoryLevel, 'warehouseId' | 'onHand' | 'onOrder'>

/** Takes a count in. One that is higher than was left is a delivery. */
export const countStock = (
  { warehouseId, onHand, onOrder }: Counted,
  now: Instant,
  { stock, deliveredAt }: RecommendationState,
): void => {
  if (onHand > (stock.get(warehouseId)?.onHand ?? 0)) deliveredAt.set(now)
  stock.set(warehouseId, { onHand, isMoreOrdered: onOrder > 0 })
}

/** Takes a sale off; one from a warehouse that was never counted is taken from the fullest. */
export const takeSold = (
  { warehouseId, quantity }: Pick<OrderLine, 'warehouseId' | 'quantity'>,
  { stock }: RecommendationState,
): void => {
  const known = warehouseId !== null && stock.has(warehouseId) ? warehouseId : fullest(stock)
  const level = known === null ? undefined : stock.get(known)
  if (known === null || level === undefined) return
  stock.set(known, { ...level, onHand: Math.max(0, level.onHand - quantity) })
}

/** Of equals, the one that was counted or sold from last. */
const fullest = (stock: RecommendationState['stock']): string | null => {
  let most = -1
  let found: string | null = null
  for (const [warehouse, { onHand }] of stock.entries()) {
    if (onHand < most) continue
    most = onHand
    found = warehouse
  }
  return found
}

/** Null: it was never counted. */
export const unitsLeft = ({ stock }: RecommendationState): number | null =>
  stock.size === 0 ? null : stock.entries().reduce((sum, [, { onHand }]) => sum + onHand, 0)

/**
 * What is kept for longer is delivered again before it expires, so its stock need not last until then. Its
 * price need not clear it either, unless far too much was bought: that is seen in the last month.
 */
export const CLEARED_WITHIN_MS = days(30)

/**
 * For how long an article can be sold still; null: for longer than a month, or that is not known. Of what
 * keeps for some hours it is counted from the last delivery, as the older units go first.
 */
export const sellableMsOf = (
  product: Pick<Product, 'expiresAt' | 'shelfLifeHours'> | undefined,
  now: Instant,
  { deliveredAt }: RecommendationState,
): number | null => {
  const until = product?.expiresAt ?? shelfLifeEnd(product?.shelfLifeHours, deliveredAt.get())
  if (until === null || until <= now || until - now > CLEARED_WITHIN_MS) return null
  return until - now
}

const shelfLifeEnd = (
  lifeHours: number | null | undefined,
  delivered: Instant | null,
): Instant | null =>
  lifeHours === null || lifeHours === undefined || delivered === null
    ? null
    : delivered + hours(lifeHours)

/**
 * The stock that must go; null: none must. Where more is ordered, what there is need not last until the
 * end, so it only counts where it is more than will be asked for.
 */
export const clearedStock = (
  sellableMs: number | null,
  unitsPerDay: number | null,
  state: RecommendationState,
): PriceFacts['stock'] => {
  const units = unitsLeft(state)
  if (sellableMs === null || units === null || unitsPerDay === null || units === 0) return null
  const sellableDays = sellableMs / days(1)
  const isMoreOrdered = state.stock.entries().some(([, level]) => level.isMoreOrdered)
  return isMoreOrdered && units < unitsPerDay * sellableDays ? null : { units, sellableDays }
}
