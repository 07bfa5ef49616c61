/** All that plans are made from: pure functions of seed and place, and copies of their last answers. */
import { Calendar } from './calendar.ts'
import { type Article, articlesOf } from './catalogue.ts'
import { Population } from './population.ts'
import { Pricing } from './pricing.ts'
import { HISTORY_ORDERS_PER_DAY, HISTORY_SLOT_MS, ORDERS_PER_VISIT } from './rates.ts'
import { Stocks } from './stock.ts'

export interface World {
  readonly seed: number
  readonly rate: number
  readonly calendar: Calendar
  readonly articles: readonly Article[]
  readonly pricing: Pricing
  readonly stocks: Stocks
  readonly population: Population
}

export interface ShopSettings {
  readonly seed: number
  /** Records per second in live slots; the average is within a tenth of it. At least 20. */
  readonly rate: number
  /** Event time of slot 0's start: when the shop opened. */
  readonly opensAt: number
  /** When live begins: a whole number of history slots after `opensAt`. */
  readonly liveAt: number
}

export const worldOf = (settings: ShopSettings): World => {
  const { seed, rate } = settings
  const calendar = new Calendar(settings.opensAt, settings.liveAt)
  return {
    seed,
    rate,
    calendar,
    articles: articlesOf(seed),
    pricing: new Pricing(seed, calendar),
    stocks: new Stocks(seed, calendar),
    population: new Population(seed, calendar, rate),
  }
}

/** About how many orders are placed in a slot. */
export const expectedOrders = ({ calendar, population }: World, slot: number): number =>
  calendar.isLive(slot)
    ? population.liveVisits * ORDERS_PER_VISIT
    : (HISTORY_ORDERS_PER_DAY * HISTORY_SLOT_MS) / 86_400_000
