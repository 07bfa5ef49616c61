/**
 * Tells what is bought together with an article more often than by chance, in each market.
 *
 *   basket-counts, with model-parameters  -- by the article and each of its neighbours -->  basket-neighbours
 *
 * The lift of two articles takes the orders of the one, of the other, of both and of all. They meet at
 * either of the two: what is counted of an article comes to its neighbours as well, so each knows its own
 * orders, and of others theirs and those of both. Those of the market are in its row of parameters. All are
 * brought to one moment by what is forgotten by then.
 *
 * Where counts came, the article is looked at once a day, and told where its neighbours changed, or the
 * shrunk lift of one by a tenth. As long as the orders of the market are not known it waits for them, longer
 * each time.
 *
 * Of an article, 64 others are kept, those of the highest shrunk lift. One that is bought very often keeps 64
 * neighbours of its own, the most frequent, and does not come to others: those do not tell it.
 */
import { type BodyOf, definePipeline } from '../engine/pipeline.ts'
import { days } from '../engine/time.ts'
import { read } from '../engine/topic.ts'
import {
  type BasketNeighbours,
  basketCounts,
  modelParameters,
  basketNeighbours as neighboursTopic,
} from '../events.ts'
import type { MarketBaskets } from './basket-market.ts'
import { noteOther, noteOwn } from './basket-neighbours-counts.ts'
import {
  marketBaskets,
  type Neighbour,
  neighboursAt,
  ownBaskets,
} from './basket-neighbours-lift.ts'
import { type BasketNeighboursContext, basketNeighboursState } from './basket-neighbours-state.ts'
import { timeOfDayOf } from './basket-reports.ts'
import { marketOf, pairOf, skuOf } from './price-pair.ts'
import { nextAt } from './time-of-day.ts'

export const BASKET_NEIGHBOURS_VERSION = 'baskets-2026-11-23'

/** Of a shrunk lift, by which it must have changed. */
const CHANGE_MIN = 0.1

export const basketNeighbours = definePipeline({
  id: 'basket-neighbours',
  version: BASKET_NEIGHBOURS_VERSION,
  order: 'event-time',
  inputs: {
    count: {
      from: read(basketCounts, 'sku', 'market', 'baskets', 'neighbours'),
      keys: ({ sku, market, neighbours }) =>
        [sku, ...neighbours.map(neighbour => neighbour.sku)].map(each => pairOf(each, market)),
      late: 'handle',
    },
  },
  references: { modelParameters },
  state: basketNeighboursState,
  forgetAfterMs: days(400),
  output: neighboursTopic,
  on: {
    count(count, context) {
      const { key, now, timers } = context
      if (count.sku === skuOf(key)) noteOwn(count, context)
      else noteOther(count, context)
      const next = nextAt(timeOfDayOf(key), now)
      if (next < (timers.dueAt('reportDue') ?? Infinity)) timers.set('reportDue', next)
    },
  },
  onTimer: {
    reportDue(context) {
      const market = marketBaskets(context)
      if (market !== null) return newsOf(market, context)
      waitForMarket(context)
      return null
    },
  },
})

/** As long again as it has waited already: nobody may be there who tells of the market. */
const waitForMarket = ({ key, now, state, timers }: BasketNeighboursContext): void => {
  const own = state.own.get()
  if (own === null) return
  timers.set('reportDue', nextAt(timeOfDayOf(key), now + (now - own.at)))
}

const newsOf = (
  market: MarketBaskets,
  context: BasketNeighboursContext,
): BodyOf<BasketNeighbours> | null => {
  const { told } = context.state
  const neighbours = neighboursAt(market, context)
  if (isAsTold(neighbours, told.get())) return null
  told.set(neighbours.map(({ sku, shrunkLift }) => ({ sku, shrunkLift })))
  return resultOf(neighbours, market, context)
}

type Told = Pick<Neighbour, 'sku' | 'shrunkLift'>

const isAsTold = (neighbours: readonly Told[], told: readonly Told[]): boolean => {
  if (neighbours.length !== told.length) return false
  const before = new Map(told.map(({ sku, shrunkLift }) => [sku, shrunkLift]))
  return neighbours.every(({ sku, shrunkLift }) => {
    const was = before.get(sku)
    return was !== undefined && Math.abs(shrunkLift - was) < CHANGE_MIN * was
  })
}

const resultOf = (
  neighbours: readonly Neighbour[],
  { citation }: MarketBaskets,
  context: BasketNeighboursContext,
): BodyOf<BasketNeighbours> => ({
  modelVersion: `${BASKET_NEIGHBOURS_VERSION} ${citation}`,
  reasons: [],
  sku: skuOf(context.key),
  market: marketOf(context.key),
  baskets: ownBaskets(context),
  neighbours,
})
