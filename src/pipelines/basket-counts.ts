/**
 * Counts how many orders an article was in, and together with which others, in each market.
 *
 *   orders  -- by each of its articles, and market -->  basket-counts
 *
 * An order counts once for an article, however many units it has of it, and counts half after 90 days. Of
 * the articles that it was bought with, the 64 most frequent have a counter (`space-saving.ts`); told are
 * those that were surely there five times. When they are told: `basket-reports.ts`.
 *
 * An order of more than 40 articles counts for each of them, and for no two together: it fills shelves, and
 * 500 lines would be 124,750 pairs.
 */
import { definePipeline } from '../engine/pipeline.ts'
import { days } from '../engine/time.ts'
import { read } from '../engine/topic.ts'
import { basketCounts as countsTopic, orders } from '../events.ts'
import { articlesIn, isBasket } from './basket-articles.ts'
import { basketCountsState, countBasket, neighboursAt } from './basket-counts-state.ts'
import { isNews, timeOfDayOf } from './basket-reports.ts'
import { marketOf, pairOf, skuOf } from './price-pair.ts'
import { nextAt } from './time-of-day.ts'

export const BASKET_COUNTS_VERSION = 'baskets-2026-11-23'

export const basketCounts = definePipeline({
  id: 'basket-counts',
  version: BASKET_COUNTS_VERSION,
  order: 'event-time',
  inputs: {
    order: {
      from: read(orders, 'orderId', 'type', 'market', 'lines'),
      when: isBasket,
      keys: order => articlesIn(order).map(sku => pairOf(sku, order.market)),
    },
  },
  state: basketCountsState,
  forgetAfterMs: days(400),
  output: countsTopic,
  on: {
    order(order, context) {
      countBasket(order, context)
      const { key, now, state, timers } = context
      if (timers.dueAt('reportDue') !== undefined) return
      if (!isNews(state.fresh.get(), state.baskets.at(now))) return
      timers.set('reportDue', nextAt(timeOfDayOf(key), now))
    },
  },
  onTimer: {
    reportDue(context) {
      const { key, now, state } = context
      state.fresh.clear()
      return {
        modelVersion: BASKET_COUNTS_VERSION,
        reasons: [],
        sku: skuOf(key),
        market: marketOf(key),
        baskets: state.baskets.at(now),
        neighbours: neighboursAt(context),
      }
    },
  },
})
