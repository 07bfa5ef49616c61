/** Who frauds are made by, and what they buy: always what never moves, so that they do not disturb demand. */
import type { Dice } from '../sample/dice.ts'
import { type Actor, FAR_AWAY } from './actor.ts'
import { type Article, MARKETS } from './catalogue.ts'
import { lineOf } from './demand.ts'
import type { Cart } from './order-plan.ts'
import { referencePrice } from './pricing.ts'

/** Nobody whom the shop knows, with a card from elsewhere. */
export const strangerOf = (market: number, code: string, dice: Dice): Actor => {
  const place = MARKETS[market]!
  return {
    market: place.market,
    currency: place.currency,
    visitorId: `visitor-${code}`,
    userId: `user-${code}`,
    deviceId: `device-${code}`,
    ip: `ip-${code}`,
    country: place.market,
    latitude: place.latitude,
    longitude: place.longitude,
    instrumentId: `card-${code}`,
    issuerCountry: dice.pick(FAR_AWAY).country,
    addressId: `address-${code}`,
  }
}

export const plainCart = (article: Article, market: number, quantity: number): Cart => ({
  lines: [lineOf(article, market, referencePrice(article, market), quantity)],
  discountMinor: 0,
  shippingMinor: 0,
  couponId: null,
  referrerUserId: null,
})

export const couponOf = ({ lines }: Cart) => ({
  couponId: 'coupon-welcome',
  discountMinor: Math.round((lines[0]!.quantity * lines[0]!.unitPriceMinor) / 5),
})

export const cheapest = (articles: readonly Article[]): Article =>
  still(articles).reduce((least, article) =>
    article.listPriceMinor < least.listPriceMinor ? article : least,
  )

export const dearest = (articles: readonly Article[]): Article =>
  still(articles).reduce((most, article) =>
    article.listPriceMinor > most.listPriceMinor ? article : most,
  )

export const still = (articles: readonly Article[]): readonly Article[] =>
  articles.filter(article => article.moves === 'NEVER')
