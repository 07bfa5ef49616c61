/** What is told of prices and stock: our prices as they change, competitors' as seen, stock as counted. */
import { days, hours, minutes } from '../../engine/time.ts'
import {
  type CompetitorPrice,
  competitorPrices,
  type InventoryLevel,
  inventory,
  type Price,
  prices,
} from '../../events.ts'
import { Dice } from '../sample/dice.ts'
import type { ShopTime } from './calendar.ts'
import { type Article, MARKETS, WARM_COUNT } from './catalogue.ts'
import { warehouseOf } from './demand.ts'
import { referencePrice } from './pricing.ts'
import {
  COMPETITOR_PRICES_PER_DAY,
  LIVE_COMPETITOR_SHARE,
  LIVE_SLOT_MS,
  LIVE_STOCK_SHARE,
  STOCK_COUNTS_PER_DAY,
} from './rates.ts'
import type { SlotPlan } from './slot-plan.ts'
import { STREAMS } from './streams.ts'
import { turnIn } from './turn-in.ts'
import type { World } from './world.ts'

export const planNews = (world: World, plan: SlotPlan): void => {
  const from = world.calendar.startOf(plan.slot)
  const until = from + world.calendar.lengthOf(plan.slot)
  for (const article of world.articles) {
    for (let market = 0; market < MARKETS.length; market++) {
      const isOpening = from === 0
      const changedAt = isOpening ? 0 : world.pricing.changeIn(article, market, from, until)
      if (changedAt !== null) planPrice(world, plan, article, market, changedAt)
      if (article.runsOut) planTurnOfStock(world, plan, article, market, from, until)
    }
  }
  planScans(world, plan, from, until)
}

const planPrice = (
  world: World,
  plan: SlotPlan,
  article: Article,
  market: number,
  at: ShopTime,
): void => {
  const shown = world.pricing.shownAt(article, market, at)
  const { market: name, currency } = MARKETS[market]!
  const { sku } = article
  const eventId = plan.eventId('price')
  plan.event(at, 'prompt', {
    topic: prices,
    key: sku,
    write: (occurredAt): Price => ({
      eventId,
      occurredAt,
      sku,
      market: name,
      currency,
      policyPriceMinor: shown.policyPriceMinor,
      shownPriceMinor: shown.shownPriceMinor,
      reason: shown.reason,
      promotionId: null,
    }),
  })
}

/** Told at once: that an article is gone, or there again. */
const planTurnOfStock = (
  world: World,
  plan: SlotPlan,
  article: Article,
  market: number,
  from: ShopTime,
  until: ShopTime,
): void => {
  const at = turnIn(moment => world.stocks.isInStock(article, market, moment), from, until)
  if (at !== null) planStock(world, plan, article, market, at)
}

/** Articles and markets by chance, so many in a slot. */
const planScans = (world: World, plan: SlotPlan, from: ShopTime, until: ShopTime): void => {
  const dice = new Dice(world.seed, STREAMS.SCAN, plan.slot)
  const isLive = world.calendar.isLive(plan.slot)
  const liveRecords = (world.rate * LIVE_SLOT_MS) / 1_000
  const ofDay = (until - from) / days(1)
  const seen = isLive ? liveRecords * LIVE_COMPETITOR_SHARE : COMPETITOR_PRICES_PER_DAY * ofDay
  const counted = isLive ? liveRecords * LIVE_STOCK_SHARE : STOCK_COUNTS_PER_DAY * ofDay
  const moment = () => dice.whole(from, until - 1)
  for (let left = Math.floor(seen + dice.next()); left > 0; left--) {
    const article = world.articles[dice.whole(0, WARM_COUNT - 1)]!
    planCompetitor(world, plan, article, dice.whole(0, MARKETS.length - 1), moment(), dice)
  }
  for (let left = Math.floor(counted + dice.next()); left > 0; left--) {
    const article = dice.pick(world.articles)
    planStock(world, plan, article, dice.whole(0, MARKETS.length - 1), moment())
  }
}

const planStock = (
  world: World,
  plan: SlotPlan,
  article: Article,
  market: number,
  at: ShopTime,
): void => {
  const { onHand, onOrder } = world.stocks.at(article, market, at)
  const { sku } = article
  const eventId = plan.eventId('stock')
  plan.event(at, 'prompt', {
    topic: inventory,
    key: sku,
    write: (occurredAt): InventoryLevel => ({
      eventId,
      occurredAt,
      sku,
      warehouseId: warehouseOf(market),
      market: MARKETS[market]!.market,
      onHand,
      onOrder,
      leadTimeDays: 3 + (article.number % 5),
    }),
  })
}

const COMPETITORS = ['competitor-a', 'competitor-b'] as const

const planCompetitor = (
  world: World,
  plan: SlotPlan,
  article: Article,
  market: number,
  at: ShopTime,
  dice: Dice,
): void => {
  const number = dice.whole(0, COMPETITORS.length - 1)
  const priceMinor = competitorPrice(world, article, market, number, at)
  const { market: name, currency } = MARKETS[market]!
  const { sku } = article
  const eventId = plan.eventId('seen')
  plan.event(at, 'causal', {
    topic: competitorPrices,
    key: sku,
    write: (occurredAt): CompetitorPrice => ({
      eventId,
      occurredAt,
      sku,
      market: name,
      competitor: COMPETITORS[number]!,
      currency,
      priceMinor,
    }),
  })
}

/** Drawn anew every two days, or when live every 20 minutes; demand does not depend on it. */
export const competitorPrice = (
  world: World,
  article: Article,
  market: number,
  competitor: number,
  at: ShopTime,
): number => {
  const live = at - world.calendar.liveFrom
  const period = live < 0 ? Math.floor(at / hours(48)) : 1_000_000 + Math.floor(live / minutes(20))
  const dice = new Dice(world.seed, STREAMS.COMPETITOR, article.number, market, competitor, period)
  return Math.max(1, Math.round(referencePrice(article, market) * dice.between(0.9, 1.12)))
}
