/**
 * Tells how demand for an article answers its price, in each market, and when that cannot be known.
 *
 *   prices, orders, clickstream, inventory  -- by article, an order by each of its -->  price-elasticities
 *
 * Sales and views are counted in buckets of one price, and each bucket moves the beliefs about the
 * demand. A result comes at the end of a bucket when the estimate has moved by a tenth of its standard
 * deviation, and at midnight (UTC) of each day on which something was heard of the article there: of a
 * silent day there is nothing to say. Where the price never moved, the answer is NOT_IDENTIFIED and no
 * number.
 *
 * Units count when they are ordered; a cancellation does not take them back, as the demand was there.
 * No market is another's: records without one are a market of their own. Where the stock is not known,
 * it is taken to last, and a market is out of stock when all its warehouses are. Late records are set
 * aside, since the bucket that they belong to was learnt from already.
 *
 * Not here yet: learning of one article from others of its category, the season, competitors' prices.
 */
import { by, definePipeline } from '../engine/pipeline.ts'
import { days } from '../engine/time.ts'
import { read } from '../engine/topic.ts'
import {
  clickstream,
  priceElasticities as elasticities,
  inventory,
  markets,
  orders,
  prices,
  products,
} from '../events.ts'
import { change, count, endBuckets, wake } from './price-elasticities-buckets.ts'
import { marketOf } from './price-elasticities-market.ts'
import { isSamePrice, priceTagOf } from './price-elasticities-prices.ts'
import { ELASTICITY_MODEL_VERSION } from './price-elasticities-result.ts'
import { elasticityState } from './price-elasticities-state.ts'
import { noteStock } from './price-elasticities-stock.ts'

const ONE_CURRENCY = { field: 'currency', within: 'market', listedIn: 'markets' } as const

export const priceElasticities = definePipeline({
  id: 'price-elasticities',
  version: ELASTICITY_MODEL_VERSION,
  order: 'event-time',
  inputs: {
    price: {
      from: read(
        prices,
        'sku',
        'market',
        'currency',
        'policyPriceMinor',
        'shownPriceMinor',
        'reason',
        'promotionId',
      ),
      key: by('sku'),
      agree: ONE_CURRENCY,
    },
    stock: {
      from: read(inventory, 'sku', 'warehouseId', 'market', 'onHand'),
      key: by('sku'),
    },
    view: {
      from: read(clickstream, 'type', 'sku', 'market'),
      when: click => click.type === 'PRODUCT_VIEW' && click.sku !== null,
      key: by('sku'),
    },
    order: {
      from: read(orders, 'orderId', 'type', 'market', 'currency', 'lines'),
      when: order => order.type === 'PLACED' && order.lines.length > 0,
      keys: order => order.lines.map(line => line.sku),
      agree: ONE_CURRENCY,
    },
  },
  references: { markets, products },
  state: elasticityState,
  forgetAfterMs: days(400),
  output: elasticities,
  on: {
    price(price, context) {
      wake(price.market, context)
      const market = marketOf(price.market ?? '', context.state)
      const next = priceTagOf(price, market.price)
      if (!isSamePrice(next, market.price)) {
        return change(market, { price: next }, price.market, context)
      }
      count(price.market, 0, 0, context)
      return null
    },
    stock({ market: name, warehouseId, onHand }, context) {
      const { state, now, timers } = context
      wake(name, context)
      const market = marketOf(name ?? '', state)
      const isLeft = noteStock(name ?? '', warehouseId, onHand > 0, state)
      if (isLeft && !market.inStock) return change(market, { inStock: true }, name, context)
      count(name, 0, 0, context)
      const runsOut = market.inStock && !isLeft
      state.markets.set(name ?? '', { ...market, soldOutAt: runsOut ? now : null })
      // What is sold at this very moment is handled before the timer, and belongs to this bucket.
      if (runsOut) timers.set('bucketEnds', now)
      return null
    },
    view(click, context) {
      count(click.market, 0, 1, context)
    },
    order(order, context) {
      let units = 0
      for (const { sku, quantity } of order.lines) if (sku === context.key) units += quantity
      count(order.market, units, 0, context)
    },
  },
  onTimer: {
    bucketEnds: context => endBuckets(context),
  },
})
