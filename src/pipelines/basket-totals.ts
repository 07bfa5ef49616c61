/**
 * Counts the orders of a market, of which an old one counts half after 90 days.
 *
 *   orders  -- by market -->  basket-totals
 *
 * That is what all other counts of baskets are compared with. It is told at 00:15 (UTC) where a twentieth
 * of it is new, so daily in the first weeks and then weekly: `basket-learner` publishes it, and every
 * reader keeps each version for ever. An order counts when it is placed; a cancellation does not take it
 * back, as somebody wanted these articles together.
 */

import { int } from '../engine/form.ts'
import { definePipeline } from '../engine/pipeline.ts'
import { decayed } from '../engine/state/decayed.ts'
import { value } from '../engine/state/value.ts'
import { days, minutes } from '../engine/time.ts'
import { read } from '../engine/topic.ts'
import { orders, basketTotals as totalsTopic } from '../events.ts'
import { isBasket } from './basket-articles.ts'
import { marketOf, modelIdOf } from './basket-market.ts'
import { BASKETS_HALF_LIFE_MS, isNews } from './basket-reports.ts'
import { nextAt } from './time-of-day.ts'

export const BASKET_TOTALS_VERSION = 'baskets-2026-11-23'

const TOLD_AT = minutes(15)

export const basketTotals = definePipeline({
  id: 'basket-totals',
  version: BASKET_TOTALS_VERSION,
  order: 'event-time',
  inputs: {
    order: {
      from: read(orders, 'orderId', 'type', 'market', 'lines'),
      when: isBasket,
      key: ({ market }) => modelIdOf(market),
    },
  },
  state: {
    baskets: decayed({ halfLifeMs: BASKETS_HALF_LIFE_MS }),
    /** Since it was last told. */
    fresh: value(int, 0),
  },
  forgetAfterMs: days(400),
  output: totalsTopic,
  on: {
    order(_, { now, state: { baskets, fresh }, timers }) {
      baskets.add(1, now)
      fresh.set(fresh.get() + 1)
      if (timers.dueAt('reportDue') === undefined && isNews(fresh.get(), baskets.at(now))) {
        timers.set('reportDue', nextAt(TOLD_AT, now))
      }
    },
  },
  onTimer: {
    reportDue({ key, now, state: { baskets, fresh } }) {
      fresh.clear()
      return {
        modelVersion: BASKET_TOTALS_VERSION,
        reasons: [],
        modelId: key,
        market: marketOf(key),
        baskets: baskets.at(now),
      }
    },
  },
})
