/**
 * Stock as a function of (article, market, moment): it falls from one delivery to the next, and that
 * of some articles is gone before it. In the history a period of supply takes days; when live, where
 * demand is thousands of times as high, half an hour and more.
 */
import { days, minutes } from '../../engine/time.ts'
import { Dice } from '../sample/dice.ts'
import type { Calendar, ShopTime } from './calendar.ts'
import { type Article, MARKETS } from './catalogue.ts'
import { STREAMS } from './streams.ts'

export interface Stock {
  readonly onHand: number
  readonly onOrder: number
}

interface Supply {
  readonly periodMs: number
  readonly phase: number
  readonly fullUnits: number
}

/** The part of its period after which an article that runs out is gone. */
const GONE_AFTER = 0.92
/** What is not sold when the next delivery comes, of the articles that do not run out. */
const LEFT_SHARE = 0.25

export class Stocks {
  readonly #seed: number
  readonly #calendar: Calendar
  readonly #supplies: Supply[] = []

  constructor(seed: number, calendar: Calendar) {
    this.#seed = seed
    this.#calendar = calendar
  }

  /** Whether it can be bought. */
  isInStock(article: Article, market: number, at: ShopTime): boolean {
    return !article.runsOut || this.#progress(article, market, at) < GONE_AFTER
  }

  at(article: Article, market: number, at: ShopTime): Stock {
    const { fullUnits } = this.#supplyOf(article, market)
    const progress = this.#progress(article, market, at)
    const fallsTo = article.runsOut ? 1 - progress / GONE_AFTER : 1 - progress * (1 - LEFT_SHARE)
    const isGone = !this.isInStock(article, market, at)
    return {
      onHand: isGone ? 0 : Math.max(1, Math.round(fullUnits * fallsTo)),
      onOrder: progress > 0.6 ? fullUnits : 0,
    }
  }

  #progress(article: Article, market: number, at: ShopTime): number {
    const { periodMs, phase } = this.#supplyOf(article, market)
    const live = at - this.#calendar.liveFrom
    const periods = live < 0 ? at / periodMs : live / (periodMs / LIVE_HASTE)
    return (((periods + phase) % 1) + 1) % 1
  }

  #supplyOf(article: Article, market: number): Supply {
    const place = article.number * MARKETS.length + market
    this.#supplies[place] ??= this.#newSupply(place)
    return this.#supplies[place]
  }

  #newSupply(place: number): Supply {
    const dice = new Dice(this.#seed, STREAMS.STOCK, place)
    return {
      periodMs: days(dice.whole(6, 14)),
      phase: dice.next(),
      fullUnits: dice.whole(8, 60) * 10,
    }
  }
}

/** A supply for a week in the history lasts this many times less when live: half an hour. */
const LIVE_HASTE = days(7) / minutes(30)
