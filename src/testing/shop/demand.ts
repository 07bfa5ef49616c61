/**
 * What a view of an article becomes. The chance that it goes into the cart is
 *
 *   chance at the list price × (shown price / list price) ^ true elasticity
 *
 * which stays below 1 for all prices that are shown, so the elasticity of units per view is exactly the
 * true one. Out of stock it is 0. Nothing else depends on the price.
 */
import type { OrderLine } from '../../events.ts'
import { lineWith } from '../../sources/public-data/records.ts'
import type { Dice } from '../sample/dice.ts'
import type { ShopTime } from './calendar.ts'
import { type Article, asked, HOT_COUNT, MARKETS } from './catalogue.ts'
import { referencePrice } from './pricing.ts'
import type { World } from './world.ts'

export interface View {
  readonly article: Article
  readonly priceMinor: number
  /** Null: it was only looked at. */
  readonly line: OrderLine | null
}

export const viewOf = (
  world: World,
  market: number,
  buysPerView: number,
  at: ShopTime,
  dice: Dice,
  number = asked(dice),
): View => {
  const article = world.articles[number]!
  const priceMinor = world.pricing.shownAt(article, market, at).shownPriceMinor
  const chance = buysPerView * demandFactor(article, market, priceMinor)
  const isWanted = dice.next() < chance && world.stocks.isInStock(article, market, at)
  const quantity = quantityOf(article, dice)
  return {
    article,
    priceMinor,
    line: isWanted ? lineOf(article, market, priceMinor, quantity) : null,
  }
}

/** Demand at this price over demand at the list price. */
export const demandFactor = (article: Article, market: number, priceMinor: number): number =>
  (priceMinor / referencePrice(article, market)) ** article.elasticities[market]!

/** What is asked for most is used up, and bought by twos and threes. */
const quantityOf = (article: Article, dice: Dice): number => {
  const draw = dice.next()
  if (article.number >= HOT_COUNT) return draw < 0.9 ? 1 : 2
  return draw < 0.5 ? 1 : draw < 0.85 ? 2 : 3
}

export const lineOf = (
  article: Article,
  market: number,
  unitPriceMinor: number,
  quantity: number,
): OrderLine => {
  const { perEuro } = MARKETS[market]!
  return lineWith({
    sku: article.sku,
    category: article.category,
    warehouseId: warehouseOf(market),
    quantity,
    unitPriceMinor,
    listPriceMinor: referencePrice(article, market),
    unitCostMinor: Math.round(article.unitCostMinor * perEuro),
  })
}

export const warehouseOf = (market: number): string =>
  `warehouse-${MARKETS[market]!.market.toLowerCase()}`
