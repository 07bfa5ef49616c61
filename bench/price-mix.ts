/**
 * A shop's day as prices see it, made up: 60 % clicks, 25 % events of orders with one to three lines, 10 %
 * prices that competitors ask, 4 % counts of stock, 1 % prices of its own; articles in 3 markets, of which a
 * few sell most. Before it each article has got a price in each market.
 *
 * The same seed gives the same events. All fields that a shop would fill are filled.
 */
import type { CompetitorPrice, InventoryLevel, Market, Order, Price } from '../src/events.ts'
import { CLICKS, clickOf, type MixEvent, ORDERS, orderOf, pick, START_AT } from './mix.ts'
import { randomOf } from './random.ts'

export type PriceMixEvent =
  | MixEvent
  | { readonly topic: 'markets'; readonly event: Market }
  | { readonly topic: 'prices'; readonly event: Price }
  | { readonly topic: 'inventory'; readonly event: InventoryLevel }
  | { readonly topic: 'competitor-prices'; readonly event: CompetitorPrice }

export interface PriceMixOptions {
  /** In each of the markets. */
  readonly articles: number
  /** After the first prices. */
  readonly events: number
  readonly seed: number
  /** Mean time from one event to the next. */
  readonly gapMs: number
}

/** Five days and a bit more. */
export const PRICED_SHOP: PriceMixOptions = {
  articles: 5_000,
  events: 900_000,
  seed: 1,
  gapMs: 500,
}

export const MARKETS = [
  { market: 'DE', currency: 'EUR' },
  { market: 'FR', currency: 'EUR' },
  { market: 'UK', currency: 'GBP' },
] as const
const PEOPLE = 50_000
const DEVIATIONS = [0.9, 0.95, 1, 1.05, 1.1] as const

export function* pricedShopEvents(
  options: PriceMixOptions = PRICED_SHOP,
): Generator<PriceMixEvent> {
  const random = randomOf(options.seed)
  const whole = (below: number): number => Math.floor(random() * below)
  // The square makes low numbers frequent: what sells well, and regulars.
  const article = (): number => Math.floor(random() ** 2 * options.articles)
  let at = START_AT
  let index = 0
  for (const sale of MARKETS) yield { topic: 'markets', event: marketOf(sale) }
  for (let number = 0; number < options.articles; number++) {
    for (const sale of MARKETS) {
      yield { topic: 'prices', event: priceOf(index++, at++, number, sale, 1) }
    }
  }
  let placed = 0
  for (let count = 0; count < options.events; count++, index++) {
    at += whole(2 * options.gapMs)
    const sale = MARKETS[whole(MARKETS.length)]!
    const who = Math.floor(random() ** 2 * PEOPLE)
    const draw = random()
    if (draw < 0.6) {
      const click = clickOf(index, at, who, pick(CLICKS, random), whole)
      const sku = click.sku === null ? null : skuOf(article())
      yield { topic: 'clickstream', event: { ...click, sku, market: sale.market } }
    } else if (draw < 0.85) {
      const type = placed === 0 ? 'PLACED' : pick(ORDERS, random)
      if (type === 'PLACED') placed++
      const order = orderOf(index, at, who, placed, type, whole)
      const articles = Array.from({ length: 1 + whole(3) }, article)
      yield { topic: 'orders', event: { ...order, ...sale, lines: linesOf(order, articles) } }
    } else if (draw < 0.95) {
      yield { topic: 'competitor-prices', event: seenOf(index, at, article(), sale, whole(5)) }
    } else if (draw < 0.99) {
      const left = random() < 0.05 ? 0 : 1 + whole(200)
      yield { topic: 'inventory', event: countOf(index, at, article(), sale, left) }
    } else {
      const ratio = DEVIATIONS[whole(DEVIATIONS.length)]!
      yield { topic: 'prices', event: priceOf(index, at, article(), sale, ratio) }
    }
  }
}

type Sale = (typeof MARKETS)[number]

const skuOf = (number: number): string => `sku-${String(number).padStart(12, '0')}`
const policyMinorOf = (number: number): number => 999 + ((number * 7_919) % 20_000)

const linesOf = ({ lines: [line] }: Order, articles: readonly number[]): Order['lines'] =>
  articles.map(number => {
    const unitPriceMinor = policyMinorOf(number)
    const listPriceMinor = unitPriceMinor
    const unitCostMinor = unitPriceMinor >> 1
    return { ...line!, sku: skuOf(number), unitPriceMinor, listPriceMinor, unitCostMinor }
  })

const marketOf = (sale: Sale): Market => ({
  ...sale,
  occurredAt: START_AT,
  timeZone: 'UTC',
  quietFromHour: null,
  quietToHour: null,
  competitorBandPct: null,
})

const priceOf = (index: number, at: number, number: number, sale: Sale, ratio: number): Price => ({
  eventId: `price-${index}`,
  occurredAt: at,
  sku: skuOf(number),
  ...sale,
  policyPriceMinor: policyMinorOf(number),
  shownPriceMinor: Math.round(policyMinorOf(number) * ratio),
  reason: ratio === 1 ? 'LIST' : 'EXPERIMENT',
  promotionId: null,
})

const seenOf = (
  index: number,
  at: number,
  number: number,
  sale: Sale,
  competitor: number,
): CompetitorPrice => ({
  eventId: `seen-${index}`,
  occurredAt: at,
  sku: skuOf(number),
  ...sale,
  competitor: `competitor-${competitor}`,
  priceMinor: Math.round(policyMinorOf(number) * (0.9 + 0.04 * competitor)),
})

const countOf = (
  index: number,
  at: number,
  number: number,
  { market }: Sale,
  onHand: number,
): InventoryLevel => ({
  eventId: `count-${index}`,
  occurredAt: at,
  sku: skuOf(number),
  warehouseId: `warehouse-${market}`,
  market,
  onHand,
  onOrder: 0,
  leadTimeDays: null,
})
