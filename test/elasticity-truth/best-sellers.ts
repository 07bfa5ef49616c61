/**
 * Online Retail, as far as it is of the 500 articles that sold most in the United Kingdom, by units: events
 * as the importer makes them, without other articles' prices and lines, and without other markets.
 */
import { type Order, orders, type Price, prices } from '../../src/events.ts'
import type { ImportedEvent } from '../../src/sources/public-data/importer.ts'
import { onlineRetail } from '../../src/sources/public-data/online-retail.ts'
import { realData } from '../temporary-folder.ts'

export const retailData = realData(onlineRetail.format)

export const MARKET = 'United Kingdom'
const ARTICLES = 500

export interface BestSellers {
  /** The one that sold most first. */
  readonly skus: readonly string[]
  /** In the order of the data. */
  readonly events: readonly ImportedEvent[]
}

export const bestSellersOf = async (path: string): Promise<BestSellers> => {
  const events: ImportedEvent[] = []
  const units = new Map<string, number>()
  for await (const batch of onlineRetail.read(path)) {
    for (const event of batch) {
      if ((event.record as Order | Price).market !== MARKET) continue
      events.push(event)
      for (const { sku, quantity } of salesIn(event)) {
        units.set(sku, (units.get(sku) ?? 0) + quantity)
      }
    }
  }
  const ranked = [...units].sort(([, one], [, other]) => other - one)
  const skus = ranked.slice(0, ARTICLES).map(([sku]) => sku)
  const chosen = new Set(skus)
  return { skus, events: events.flatMap(event => ofArticles(chosen, event)) }
}

/** Lines of a placed order that have a price. */
export const salesIn = ({ topic, record }: ImportedEvent): Order['lines'] => {
  if (topic.name !== orders.name) return []
  const { type, lines } = record as Order
  return type === 'PLACED'
    ? lines.filter(({ unitPriceMinor, quantity }) => unitPriceMinor > 0 && quantity > 0)
    : []
}

/** None or one. */
export const ofArticles = (
  chosen: ReadonlySet<string>,
  event: ImportedEvent,
): readonly ImportedEvent[] => {
  if (event.topic.name === prices.name) {
    return chosen.has((event.record as Price).sku) ? [event] : []
  }
  const order = event.record as Order
  const lines = order.lines.filter(({ sku }) => chosen.has(sku))
  return lines.length === 0 ? [] : [{ ...event, record: { ...order, lines } as Order }]
}
