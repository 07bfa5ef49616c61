import type { Order, Price } from '../../events.ts'

/** What each SKU was last sold for in each market. */
export class PriceList {
  readonly #lastSale = new Map<string, number>()

  /**
   * The changes that an order's lines bring, in the lines' order; all at the order's own instant. An
   * invoice may sell a SKU at several prices: then it changes several times, and so each but the
   * first change has its number in its id.
   */
  changesOf(order: Order): Price[] {
    const changes: Price[] = []
    for (const { sku, unitPriceMinor } of order.lines) {
      const place = `${sku}|${order.market}`
      if (unitPriceMinor === 0 || this.#lastSale.get(place) === unitPriceMinor) continue
      this.#lastSale.set(place, unitPriceMinor)
      const before = changes.filter(change => change.sku === sku).length
      changes.push(changeOf(order, sku, unitPriceMinor, before))
    }
    return changes
  }
}

const changeOf = (order: Order, sku: string, priceMinor: number, before: number): Price => ({
  eventId: `${sku}|${order.market}|${order.orderId}${before === 0 ? '' : `|${ordinal(before)}`}`,
  occurredAt: order.occurredAt,
  sku,
  market: order.market,
  currency: order.currency,
  policyPriceMinor: priceMinor,
  shownPriceMinor: priceMinor,
  reason: 'LIST',
  promotionId: null,
})

/** Padded, so that ids sort as the changes follow one another. */
const ordinal = (before: number): string => String(before + 1).padStart(4, '0')
