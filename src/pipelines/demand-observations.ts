/**
 * Tells what was sold of an article in a market, span by span, what was to be expected, and what is
 * known of how its demand answers the price.
 *
 *   prices, inventory, competitor-prices, clickstream, orders  -- by article and market -->
 *     demand-observations
 *
 * There is a record of each day (UTC) on which something was heard of the pair, in parts where price,
 * promotion or stock changed, and by the hour where much is sold; of days on which nothing was heard
 * there is one with the next that is. The model learns at the end of each, or of what sells on few
 * days by the week (`models/demand-rhythm.ts`).
 *
 * Units count when they are ordered; a cancellation does not take them back, as the demand was there.
 * No market is another's: records without one are a market of their own. Where the stock is not known,
 * it is taken to last, and a market is out of stock when all its warehouses are: of more than 32, those
 * counted last. A silence of 30 days is days on which nothing was sold; of a longer one nothing is
 * learnt, and there is no record of it, unless it was sold out. What competitors ask is not news of the pair: it counts with
 * the next bucket. Late records are set aside, since what they belong to was learnt from already.
 */
import { definePipeline } from '../engine/pipeline.ts'
import { days } from '../engine/time.ts'
import { read } from '../engine/topic.ts'
import {
  clickstream,
  competitorPrices,
  inventory,
  markets,
  modelParameters,
  demandObservations as observations,
  orders,
  prices,
  products,
} from '../events.ts'
import { noteCompetitor } from './demand-observations-competitors.ts'
import { begunAnew, isSamePrice, priceShownOf } from './demand-observations-price.ts'
import { DEMAND_MODEL_VERSION } from './demand-observations-row.ts'
import { change, count, endByTime, hear, settle } from './demand-observations-spans.ts'
import {
  NEVER,
  type ObservationContext,
  type Observations,
  observationState,
  type PriceShown,
} from './demand-observations-state.ts'
import { noteStock } from './demand-observations-stock.ts'
import { pairOf, skuOf } from './price-pair.ts'

const ONE_CURRENCY = { field: 'currency', within: 'market', listedIn: 'markets' } as const

const take = (next: PriceShown, { price, demand }: ObservationContext['state']): void => {
  const anew = begunAnew(next, demand.get())
  if (anew !== null) demand.clear()
  price.set(anew ?? next)
}

export const demandObservations = definePipeline({
  id: 'demand-observations',
  version: DEMAND_MODEL_VERSION,
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
      key: price => pairOf(price.sku, price.market),
      agree: ONE_CURRENCY,
    },
    stock: {
      from: read(inventory, 'sku', 'warehouseId', 'market', 'onHand'),
      key: level => pairOf(level.sku, level.market),
    },
    competitor: {
      from: read(competitorPrices, 'sku', 'market', 'competitor', 'currency', 'priceMinor'),
      key: seen => pairOf(seen.sku, seen.market),
      agree: ONE_CURRENCY,
    },
    view: {
      from: read(clickstream, 'type', 'sku', 'market'),
      when: click => click.type === 'PRODUCT_VIEW' && click.sku !== null,
      key: click => pairOf(click.sku!, click.market),
    },
    order: {
      from: read(orders, 'orderId', 'type', 'market', 'currency', 'lines'),
      when: order => order.type === 'PLACED' && order.lines.length > 0,
      keys: order => order.lines.map(({ sku }) => pairOf(sku, order.market)),
      agree: ONE_CURRENCY,
    },
  },
  references: { markets, products, modelParameters },
  state: observationState,
  forgetAfterMs: days(400),
  output: observations,
  on: {
    price(price, context) {
      const { state } = context
      const rows: Observations = []
      hear(context, rows)
      const before = state.price.get()
      const next = priceShownOf(price, before)
      if (isSamePrice(next, before)) count(0, 0, 0, context)
      else change(context, rows, () => take(next, state))
      return rows
    },
    stock({ warehouseId, onHand }, context) {
      const { state, now, timers } = context
      const rows: Observations = []
      hear(context, rows)
      count(0, 0, 0, context)
      const isLeft = noteStock(warehouseId, onHand > 0, state)
      const span = state.span.get()
      if (isLeft && !span.isInStock) change(context, rows)
      else if (span.isInStock) {
        // What is sold at this very moment is handled before the timer, and belongs to this span.
        state.span.set({ ...span, soldOutAt: isLeft ? NEVER : now })
        if (!isLeft) timers.set('bucketEnds', now)
      }
      return rows
    },
    competitor(seen, context) {
      const rows: Observations = []
      settle(context, rows)
      noteCompetitor(seen, context.now, context.state)
      return rows
    },
    view(_, context) {
      const rows: Observations = []
      hear(context, rows)
      count(0, 0, 1, context)
      return rows
    },
    order({ lines }, context) {
      const { key, state } = context
      const rows: Observations = []
      hear(context, rows)
      const ordered = skuOf(key)
      let units = 0
      let promotedUnits = 0
      for (const { sku, quantity, promotionId } of lines) {
        if (sku !== ordered) continue
        units += quantity
        if (promotionId === null) continue
        promotedUnits += quantity
        if (!state.hasLinePromotions.get()) state.hasLinePromotions.set(true)
      }
      count(units, promotedUnits, 0, context)
      return rows
    },
  },
  onTimer: {
    bucketEnds(context) {
      const rows: Observations = []
      endByTime(context, rows)
      return rows
    },
  },
})
