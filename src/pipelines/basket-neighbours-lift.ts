/** How the articles that one is bought with stand to it, all counts brought to one moment. */
import type { Instant } from '../engine/time.ts'
import { attachOf, isShown, liftOf, shrunkLiftOf } from '../models/basket-lift.ts'
import { faded } from '../models/space-saving.ts'
import { basketsOf, type MarketBaskets } from './basket-market.ts'
import type { BasketNeighboursContext, OtherCount } from './basket-neighbours-state.ts'
import { BASKETS_HALF_LIFE_MS } from './basket-reports.ts'
import { marketOf } from './price-pair.ts'

const NEIGHBOURS_MAX = 16

/** An article that is bought with the one that is looked at. */
export interface Neighbour {
  readonly sku: string
  /** Orders that both were in. */
  readonly baskets: number
  readonly lift: number
  readonly shrunkLift: number
  /** Units of it that one more of the other brings. */
  readonly attach: number
}

/** Null: they are not known yet. */
export const marketBaskets = ({
  key,
  now,
  reference,
}: BasketNeighboursContext): MarketBaskets | null =>
  basketsOf(reference.modelParameters, marketOf(key), now)

/** 0: they were not told yet. */
export const ownBaskets = ({ now, state }: BasketNeighboursContext): number => {
  const own = state.own.get()
  return own === null ? 0 : faded(own.baskets, own.at, now, BASKETS_HALF_LIFE_MS)
}

/** Those surely bought together more often than by chance, the highest shrunk lift first. */
export const neighboursAt = (
  { baskets: all }: MarketBaskets,
  context: BasketNeighboursContext,
): Neighbour[] => {
  const own = ownBaskets(context)
  if (own === 0) return []
  return countsAt(context)
    .filter(({ baskets, together }) => isShown(all, own, baskets, together))
    .map(({ sku, baskets, together }) => ({
      sku,
      baskets: together,
      lift: liftOf(all, own, baskets, together),
      shrunkLift: shrunkLiftOf(all, own, baskets, together),
      attach: attachOf(all, own, baskets, together),
    }))
    .sort((one, other) => other.shrunkLift - one.shrunkLift || (one.sku < other.sku ? -1 : 1))
    .slice(0, NEIGHBOURS_MAX)
}

/** By what they are ranked by; as long as the orders of the market are not known, by how often. */
export const weakestOther = (context: BasketNeighboursContext): string => {
  const all = marketBaskets(context)?.baskets ?? Number.POSITIVE_INFINITY
  const own = ownBaskets(context)
  let found = ''
  let least = Number.POSITIVE_INFINITY
  for (const { sku, baskets, together } of countsAt(context)) {
    const shrunkLift = shrunkLiftOf(all, own, baskets, together)
    if (shrunkLift < least) {
      least = shrunkLift
      found = sku
    }
  }
  return found
}

const countsAt = ({ now, state }: BasketNeighboursContext) =>
  state.others.entries().map(([sku, other]) => ({ sku, ...asOf(now, other) }))

const asOf = (now: Instant, { baskets, together, at }: OtherCount) => ({
  baskets: faded(baskets, at, now, BASKETS_HALF_LIFE_MS),
  together: faded(together, at, now, BASKETS_HALF_LIFE_MS),
})
