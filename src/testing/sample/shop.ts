/** The shop of the sample: where it sells, and what. One currency, so that worth can be added. */
import type { Market } from '../../events.ts'
import type { Dice } from './dice.ts'

export const CURRENCY = 'EUR'

export interface City {
  readonly market: string
  readonly latitude: number
  readonly longitude: number
}

export const CITIES: readonly City[] = [
  { market: 'DE', latitude: 52.52, longitude: 13.4 },
  { market: 'DE', latitude: 48.14, longitude: 11.58 },
  { market: 'FR', latitude: 48.86, longitude: 2.35 },
  { market: 'FR', latitude: 45.76, longitude: 4.84 },
  { market: 'NL', latitude: 52.37, longitude: 4.9 },
]

/** Where accounts are taken over from. */
export const FAR_AWAY: readonly City[] = [
  { market: 'DE', latitude: 1.35, longitude: 103.82 },
  { market: 'FR', latitude: 6.52, longitude: 3.38 },
]

const TIME_ZONES: Readonly<Record<string, string>> = {
  DE: 'Europe/Berlin',
  FR: 'Europe/Paris',
  NL: 'Europe/Amsterdam',
}

export const marketsFrom = (occurredAt: number): Market[] =>
  Object.entries(TIME_ZONES).map(([market, timeZone]) => ({
    market,
    occurredAt,
    currency: CURRENCY,
    timeZone,
    quietFromHour: 22,
    quietToHour: 8,
    competitorBandPct: null,
  }))

export interface Article {
  readonly sku: string
  readonly category: string
  readonly priceMinor: number
}

const CATEGORIES = ['kitchen', 'garden', 'books', 'toys', 'lamps'] as const

export const ARTICLES: readonly Article[] = Array.from({ length: 60 }, (_, number) => ({
  sku: `sku-${String(number + 1).padStart(3, '0')}`,
  category: CATEGORIES[number % CATEGORIES.length]!,
  priceMinor: 490 + ((number * 1_307) % 7_900),
}))

/** Few articles are asked for often, most seldom. */
export const article = (dice: Dice): Article =>
  ARTICLES[Math.floor(ARTICLES.length * dice.next() ** 2)]!
