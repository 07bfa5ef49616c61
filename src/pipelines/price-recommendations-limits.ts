/** What a unit costs, and what its price must keep to. Amounts in another currency are never converted. */
import { days, type Instant } from '../engine/time.ts'
import type { Product } from '../events.ts'
import type { PriceLimits } from '../models/price-facts.ts'
import { marketOf, skuOf } from './price-pair.ts'
import type { RecommendationContext, RecommendationState } from './price-recommendations-state.ts'

/** What a competitor asked longer ago says nothing any more. */
const SEEN_WITHIN_MS = days(14)

/** Most orders say the same, and state that does not change need not be written. */
export const noteCost = (
  stated: number | null,
  { unitCostMinor }: Pick<RecommendationState, 'unitCostMinor'>,
): void => {
  if (stated !== null && stated !== unitCostMinor.get()) unitCostMinor.set(stated)
}

/** As the products say, in the market's currency; else as the last order did. Null: neither did. */
export const unitCostOf = (
  currency: string,
  { key, state, reference }: RecommendationContext,
): number | null => {
  const product = reference.products.get(skuOf(key))
  const stated = product?.currency === currency ? product.unitCostMinor : null
  return stated ?? state.unitCostMinor.get()
}

export const limitsOf = (currency: string, context: RecommendationContext): PriceLimits => {
  const { key, now, state, reference } = context
  return {
    ...legalLimits(currency, reference.products.get(skuOf(key))),
    competitorMinor: lowestOfCompetitors(now, state),
    competitorBandPct: reference.markets.get(marketOf(key) ?? '')?.competitorBandPct ?? null,
  }
}

type Legal = Pick<PriceLimits, 'floorMinor' | 'ceilingMinor' | 'isKnown'>

const legalLimits = (currency: string, product: Product | undefined): Legal => {
  const { priceFloorMinor: floorMinor = null, priceCeilingMinor: ceilingMinor = null } =
    product ?? {}
  const areAny = floorMinor !== null || ceilingMinor !== null
  return areAny && product?.currency !== currency
    ? { floorMinor: null, ceilingMinor: null, isKnown: false }
    : { floorMinor, ceilingMinor, isKnown: true }
}

/** Null: no price of a competitor was seen lately. */
export const lowestOfCompetitors = (
  now: Instant,
  { competitors }: RecommendationState,
): number | null => {
  let lowest: number | null = null
  for (const [, { priceMinor, seenAt }] of competitors.entries()) {
    if (now - seenAt <= SEEN_WITHIN_MS) lowest = Math.min(priceMinor, lowest ?? priceMinor)
  }
  return lowest
}

/** The share of the lowest price by which it must move for ours to be looked at again. */
const NEWS_SHARE = 0.01

export const isOtherPrice = (before: number | null, after: number | null): boolean =>
  before === null || after === null
    ? before !== after
    : Math.abs(after - before) >= NEWS_SHARE * before
