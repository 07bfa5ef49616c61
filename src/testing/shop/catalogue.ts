/** What the shop sells and where: markets, products, and how demand truly answers their prices. */
import type { Market, Product } from '../../events.ts'
import { Dice } from '../sample/dice.ts'
import { STREAMS } from './streams.ts'

export interface MarketPlace {
  readonly market: string
  readonly currency: string
  readonly timeZone: string
  /** Of the visitors. */
  readonly share: number
  /** Units of the currency for one euro. */
  readonly perEuro: number
  readonly latitude: number
  readonly longitude: number
}

export const MARKETS: readonly MarketPlace[] = [
  {
    market: 'DE',
    currency: 'EUR',
    timeZone: 'Europe/Berlin',
    share: 0.5,
    perEuro: 1,
    latitude: 51.2,
    longitude: 10.4,
  },
  {
    market: 'GB',
    currency: 'GBP',
    timeZone: 'Europe/London',
    share: 0.35,
    perEuro: 0.86,
    latitude: 52.5,
    longitude: -1.5,
  },
  {
    market: 'FR',
    currency: 'EUR',
    timeZone: 'Europe/Paris',
    share: 0.15,
    perEuro: 1,
    latitude: 46.6,
    longitude: 2.5,
  },
]

export const marketIndex = (market: string): number =>
  MARKETS.findIndex(place => place.market === market)

/** How a price moves: drawn by chance, set by the house, or never. */
export type PriceMoves = 'EXPERIMENT' | 'LIST' | 'NEVER'

export interface Article {
  readonly number: number
  readonly sku: string
  readonly category: string
  /** In euro cents. */
  readonly listPriceMinor: number
  readonly unitCostMinor: number
  readonly moves: PriceMoves
  /** Change of demand in percent per percent of price, by market. */
  readonly elasticities: readonly number[]
  /** Runs out of stock towards the end of each period of supply. */
  readonly runsOut: boolean
  /** Must be kept cold. */
  readonly isCold: boolean
}

const CATEGORIES = ['coffee', 'chilled', 'household', 'pet', 'garden'] as const
export const ARTICLES_COUNT = 60
export const HOT_COUNT = 8
export const WARM_COUNT = 28
export const ELASTICITY_MIN = -3.5
export const ELASTICITY_MAX = -0.8

export const articlesOf = (seed: number): readonly Article[] =>
  Array.from({ length: ARTICLES_COUNT }, (_, number) => articleOf(seed, number))

const articleOf = (seed: number, number: number): Article => {
  const dice = new Dice(seed, STREAMS.ARTICLE, number)
  const category = CATEGORIES[number % CATEGORIES.length]!
  const listPriceMinor = dice.whole(4, 60) * 100 - (dice.chance(0.7) ? 1 : 50)
  const elasticity = dice.between(ELASTICITY_MIN, ELASTICITY_MAX)
  return {
    number,
    sku: `sku-${String(number + 1).padStart(3, '0')}`,
    category,
    listPriceMinor,
    unitCostMinor: Math.round(listPriceMinor * dice.between(0.35, 0.7)),
    moves: movesOf(number),
    elasticities: MARKETS.map(() => bounded(elasticity + dice.between(-0.25, 0.25))),
    runsOut: number === 3 || number % 13 === 9,
    isCold: category === 'chilled',
  }
}

/** The eighth and the last of each ten never move; every other of the less asked for has experiments. */
const movesOf = (number: number): PriceMoves => {
  if (number === HOT_COUNT - 1 || number % 10 === 9) return 'NEVER'
  return number < HOT_COUNT || number % 2 === 0 ? 'EXPERIMENT' : 'LIST'
}

const bounded = (elasticity: number): number =>
  Math.max(ELASTICITY_MIN, Math.min(ELASTICITY_MAX, Math.round(elasticity * 100) / 100))

/** Eight articles are in six of seven views, the next twenty in most of the others. */
export const asked = (dice: Dice): number => {
  const group = dice.next()
  if (group < 0.85) return Math.floor(HOT_COUNT * dice.next() ** 1.4)
  if (group < 0.96) return HOT_COUNT + Math.floor((WARM_COUNT - HOT_COUNT) * dice.next())
  return WARM_COUNT + Math.floor((ARTICLES_COUNT - WARM_COUNT) * dice.next())
}

/** The article of the same category that goes with one of the most asked for; null: none does. */
export const companionOf = (number: number): number | null =>
  number < CATEGORIES.length ? number + 2 * CATEGORIES.length : null

export const marketRecord = (place: MarketPlace, occurredAt: number): Market => ({
  market: place.market,
  occurredAt,
  currency: place.currency,
  timeZone: place.timeZone,
  quietFromHour: 22,
  quietToHour: 8,
  competitorBandPct: 10,
})

export const productRecord = (article: Article, occurredAt: number): Product => ({
  sku: article.sku,
  occurredAt,
  category: article.category,
  currency: 'EUR',
  listPriceMinor: article.listPriceMinor,
  unitCostMinor: article.unitCostMinor,
  priceFloorMinor: isBound(article) ? Math.round(article.unitCostMinor * 1.05) : null,
  priceCeilingMinor: isBound(article) ? Math.round(article.listPriceMinor * 1.4) : null,
  expiresAt: null,
  shelfLifeHours: article.isCold ? 240 : null,
})

/**
 * One in twelve has limits, in euros. Where it is sold in pounds they count as not known, so more of them
 * would leave nothing to recommend there.
 */
const isBound = ({ number }: Article): boolean => number % 12 === 5
