/**
 * Prices as a function of (article, market, moment): experiments around the list price, list prices
 * that the house moves, and prices that never move. Nothing is remembered: each period has a number,
 * and its price is drawn from that.
 */
import { days } from '../../engine/time.ts'
import type { PriceReason } from '../../events.ts'
import { Dice } from '../sample/dice.ts'
import type { Calendar, ShopTime } from './calendar.ts'
import { type Article, MARKETS } from './catalogue.ts'
import { EXPERIMENT_EPOCH_MS, LIVE_EXPERIMENT_EPOCH_MS } from './rates.ts'
import { STREAMS } from './streams.ts'
import { turnIn } from './turn-in.ts'

export interface Shown {
  readonly policyPriceMinor: number
  readonly shownPriceMinor: number
  readonly reason: PriceReason
}

/** Logarithms of shown over policy price, one drawn for each epoch. */
export const EXPERIMENT_STEPS = [-0.2, -0.1, 0, 0.1, 0.2] as const
const LIST_STEPS = [-0.12, -0.06, 0, 0.05, 0.1] as const
const LIST_PERIOD_MS = days(10)

/** The price at the opening, to which true elasticities refer. */
export const referencePrice = (article: Article, market: number): number =>
  Math.max(1, Math.round(article.listPriceMinor * MARKETS[market]!.perEuro))

export class Pricing {
  readonly #seed: number
  readonly #calendar: Calendar
  /** By article and market: the period that was asked for last, and its price. */
  readonly #last = new Map<number, { readonly period: number; readonly shown: Shown }>()

  constructor(seed: number, calendar: Calendar) {
    this.#seed = seed
    this.#calendar = calendar
  }

  shownAt(article: Article, market: number, at: ShopTime): Shown {
    const period = this.periodAt(article, market, at)
    const place = article.number * MARKETS.length + market
    const known = this.#last.get(place)
    if (known?.period === period) return known.shown
    const shown = this.#shownIn(article, market, period)
    this.#last.set(place, { period, shown })
    return shown
  }

  /** When in [from, until) the price is drawn or set anew, or null; it may come out the same. */
  changeIn(article: Article, market: number, from: ShopTime, until: ShopTime): ShopTime | null {
    return turnIn(at => this.periodAt(article, market, at), from, until)
  }

  /** The number of the period: 0 until the first change, then counted up; live ones from a million. */
  periodAt(article: Article, market: number, at: ShopTime): number {
    if (article.moves === 'NEVER') return 0
    const moment = this.#momentOf(article, market)
    if (article.moves === 'LIST') return Math.max(0, Math.floor(at / LIST_PERIOD_MS + moment))
    const live = at - this.#calendar.liveFrom
    return live < 0
      ? Math.max(0, Math.floor(at / EXPERIMENT_EPOCH_MS + moment))
      : LIVE_PERIODS + Math.floor(live / LIVE_EXPERIMENT_EPOCH_MS + moment)
  }

  #shownIn(article: Article, market: number, period: number): Shown {
    const listPrice = referencePrice(article, market)
    if (period === 0) return shownOf(listPrice, listPrice, 'LIST')
    const dice = new Dice(this.#seed, STREAMS.PRICE, article.number, market, period)
    if (article.moves === 'EXPERIMENT') {
      const price = moved(listPrice, dice.pick(EXPERIMENT_STEPS))
      return shownOf(listPrice, price, 'EXPERIMENT')
    }
    const price = moved(listPrice, dice.pick(LIST_STEPS))
    return shownOf(price, price, price < listPrice ? 'PROMOTION' : 'LIST')
  }

  /** So that not all prices change at once. */
  #momentOf(article: Article, market: number): number {
    const place = article.number * MARKETS.length + market
    this.#moments[place] ??= new Dice(this.#seed, STREAMS.PRICE_MOMENT, place).next()
    return this.#moments[place]
  }
  readonly #moments: number[] = []
}

const LIVE_PERIODS = 1_000_000

const moved = (price: number, logarithm: number): number =>
  Math.max(1, Math.round(price * Math.exp(logarithm)))

const shownOf = (
  policyPriceMinor: number,
  shownPriceMinor: number,
  reason: PriceReason,
): Shown => ({ policyPriceMinor, shownPriceMinor, reason })
