/**
 * Recommends the price of an article in a market, the same for everybody there.
 *
 *   price-elasticities, prices, inventory, competitor-prices, orders, basket-neighbours
 *     -- by article and market -->  price-recommendations
 *
 * AUTO sets the policy's price: the one without what an experiment adds. TEST is the price to show for an
 * epoch of three days, drawn by chance around the policy's, and told an hour before; it stands until the
 * epoch ends. HOLD leaves all as it is. Whoever sets prices carries a recommendation out by an event of
 * `prices`, and from these alone is learnt. Three tests that nobody carried out are the last, until a
 * price is drawn by chance all the same.
 *
 * A price is looked at again with each word on its elasticity, each price and count of stock, and each
 * competitor's price that moves the lowest by 1 %; where stock must go, with each sale and each hour. It is
 * told where action or price are another, or profit would change by a point more or less.
 *
 * The rules are those of a policy `pricing/<market>` or `pricing`; see `price-policy`. Stock counts where
 * it cannot be sold after a moment that is at most a month away. A promotion's price is left alone.
 *
 * Bound: the stock of 32 warehouses, 8 competitors, 8 neighbours, 8 prices within a day.
 */
import { definePipeline } from '../engine/pipeline.ts'
import { days } from '../engine/time.ts'
import { read } from '../engine/topic.ts'
import {
  basketNeighbours,
  competitorPrices,
  inventory,
  markets,
  orders,
  policies,
  priceElasticities,
  prices,
  products,
  priceRecommendations as recommendations,
} from '../events.ts'
import { pairOf, skuOf } from './price-pair.ts'
import { decide, decideEpoch } from './price-recommendations-decision.ts'
import { noteAnswer } from './price-recommendations-experiment.ts'
import { knownOf } from './price-recommendations-known.ts'
import { isOtherPrice, lowestOfCompetitors, noteCost } from './price-recommendations-limits.ts'
import { isFitPolicy } from './price-recommendations-policy.ts'
import { setPrice, shownUntil } from './price-recommendations-price.ts'
import { PRICE_RECOMMENDATIONS_VERSION } from './price-recommendations-result.ts'
import { ATTACHED_MAX, recommendationState } from './price-recommendations-state.ts'
import { countStock, takeSold } from './price-recommendations-stock.ts'

const ONE_CURRENCY = { field: 'currency', within: 'market', listedIn: 'markets' } as const

const pairIn = ({ sku, market }: { readonly sku: string; readonly market: string | null }) =>
  pairOf(sku, market)

export const priceRecommendations = definePipeline({
  id: 'price-recommendations',
  version: PRICE_RECOMMENDATIONS_VERSION,
  order: 'event-time',
  inputs: {
    elasticity: {
      from: read(
        priceElasticities,
        'sku',
        'market',
        'elasticity',
        'sd',
        'status',
        'method',
        'unitsPerDay',
        'categoryElasticity',
        'categorySd',
      ),
      when: ({ status, method }) => status !== 'UNKNOWN' && method !== 'UNKNOWN',
      key: pairIn,
      late: 'handle',
    },
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
      key: pairIn,
      agree: ONE_CURRENCY,
    },
    stock: {
      from: read(inventory, 'sku', 'market', 'warehouseId', 'onHand', 'onOrder'),
      key: pairIn,
    },
    competitor: {
      from: read(competitorPrices, 'sku', 'market', 'competitor', 'currency', 'priceMinor'),
      when: ({ priceMinor }) => priceMinor > 0,
      key: pairIn,
      agree: ONE_CURRENCY,
    },
    order: {
      from: read(orders, 'orderId', 'type', 'market', 'currency', 'lines'),
      when: ({ type, lines }) => type === 'PLACED' && lines.length > 0,
      keys: ({ lines, market }) => lines.map(({ sku }) => pairOf(sku, market)),
      agree: ONE_CURRENCY,
    },
    neighbours: {
      from: read(basketNeighbours, 'sku', 'market', 'neighbours'),
      key: pairIn,
      late: 'handle',
    },
  },
  references: { markets, products, policies },
  accepts: { policies: isFitPolicy },
  state: recommendationState,
  forgetAfterMs: days(400),
  output: recommendations,
  on: {
    elasticity(elasticity, context) {
      const { state, now } = context
      state.known.set(knownOf(elasticity, shownUntil(now, state)))
      return decide(context)
    },
    price(price, context) {
      noteAnswer(price, context.now, context.state)
      setPrice(price, context.now, context.state)
      return decide(context)
    },
    stock(count, context) {
      countStock(count, context.now, context.state)
      return decide(context)
    },
    competitor({ competitor, priceMinor }, context) {
      const { state, now } = context
      const before = lowestOfCompetitors(now, state)
      state.competitors.set(competitor, { priceMinor, seenAt: now })
      return isOtherPrice(before, lowestOfCompetitors(now, state)) ? decide(context) : null
    },
    order({ lines }, context) {
      const { key, state, timers } = context
      const sku = skuOf(key)
      for (const line of lines) {
        if (line.sku !== sku) continue
        takeSold(line, state)
        noteCost(line.unitCostMinor, state)
      }
      return timers.dueAt('solveDue') === undefined ? null : decide(context)
    },
    neighbours({ neighbours }, { state }) {
      const attached = neighbours.filter(({ attach }) => attach > 0).slice(0, ATTACHED_MAX)
      if (attached.length === 0) state.attached.clear()
      else state.attached.set(attached.map(({ sku, attach }) => ({ sku, attach })))
    },
  },
  onTimer: {
    epochDue: context => decideEpoch(context),
    solveDue: context => decide(context),
  },
})
