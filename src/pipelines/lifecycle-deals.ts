/** What a person is shown on a deal, and what the person buys on one. */
import type { Click, Order } from '../events.ts'
import type { LifecycleContext } from './lifecycle-state.ts'

type PriceTag = Pick<Click, 'type' | 'sku' | 'priceMinor' | 'currency'>

/**
 * Counts an article that was looked at, where it is known what it costs without a deal: the list price
 * of `products` is in the currency of the price that was shown.
 */
export const noteView = (click: PriceTag, { state, reference }: LifecycleContext): void => {
  const { type, sku, priceMinor, currency } = click
  if (type !== 'PRODUCT_VIEW' || sku === null || priceMinor === null || currency === null) return
  const product = reference.products.get(sku)
  if (product === undefined || product.listPriceMinor === null) return
  const { views, dealViews } = state.looked.get()
  if (product.currency !== currency || views >= VIEWS_MAX) return
  const isDeal = priceMinor < product.listPriceMinor
  state.looked.set({ views: views + 1, dealViews: dealViews + (isDeal ? 1 : 0) })
}

/** One more says nothing new. */
const VIEWS_MAX = 1_000_000

type DealTerms = Pick<Order, 'discountMinor' | 'couponId' | 'lines'>

/** Whether a coupon or a promotion is named in an order, or it cost less than by its list prices. */
export const isOnDeal = ({ discountMinor, couponId, lines }: DealTerms): boolean =>
  discountMinor > 0 || couponId !== null || lines.some(isDealLine)

const isDealLine = (line: Order['lines'][number]): boolean =>
  line.promotionId !== null ||
  (line.listPriceMinor !== null && line.unitPriceMinor < line.listPriceMinor)
