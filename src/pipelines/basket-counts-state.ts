/** What is kept of an article in a market: how many orders it was in, and with what. */
import { double, int, long, record } from '../engine/form.ts'
import type { Context } from '../engine/pipeline.ts'
import { decayed } from '../engine/state/decayed.ts'
import { mapOf } from '../engine/state/map-of.ts'
import { value } from '../engine/state/value.ts'
import { type Counter, countKey, faded } from '../models/space-saving.ts'
import { type Basket, boughtWith } from './basket-articles.ts'
import { BASKETS_HALF_LIFE_MS } from './basket-reports.ts'
import { skuOf } from './price-pair.ts'

/** Part 2 of the reference: on groceries these have all of the true five best neighbours. */
const NEIGHBOURS_MAX = 64
const COUNTING = { max: NEIGHBOURS_MAX, halfLifeMs: BASKETS_HALF_LIFE_MS }

export const basketCountsState = {
  baskets: decayed({ halfLifeMs: BASKETS_HALF_LIFE_MS }),
  /** Since they were last told. */
  fresh: value(int, 0),
  /** By the other article. */
  neighbours: mapOf(record({ count: double, error: double, at: long }), { max: NEIGHBOURS_MAX }),
}

export type BasketCountsContext = Context<typeof basketCountsState, 'reportDue', object>

export const countBasket = (basket: Basket, { key, now, state }: BasketCountsContext): void => {
  state.baskets.add(1, now)
  state.fresh.set(state.fresh.get() + 1)
  for (const other of boughtWith(skuOf(key), basket)) {
    countKey(state.neighbours, other, now, COUNTING)
  }
}

/** Of what one article was bought with, as of now. */
export interface NeighbourCount {
  readonly sku: string
  readonly baskets: number
  readonly error: number
}

/** Those bought together often enough for anything to be said of it, the most frequent first. */
export const neighboursAt = ({ now, state }: BasketCountsContext): NeighbourCount[] =>
  state.neighbours
    .entries()
    .map(([sku, counter]) => asOf(now, sku, counter))
    .filter(({ baskets, error }) => baskets - error >= TOGETHER_MIN)
    .sort((one, other) => other.baskets - one.baskets || (one.sku < other.sku ? -1 : 1))

const asOf = (now: number, sku: string, { count, error, at }: Counter): NeighbourCount => ({
  sku,
  baskets: faded(count, at, now, BASKETS_HALF_LIFE_MS),
  error: faded(error, at, now, BASKETS_HALF_LIFE_MS),
})

/** As of part 2: below it, nothing is shown. */
const TOGETHER_MIN = 5
