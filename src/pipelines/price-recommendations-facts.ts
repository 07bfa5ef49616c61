/** What is known of an article in a market, as a price is chosen by it. */
import type { CrossEffect } from '../models/lerner-price.ts'
import type { PriceExperiment, PriceFacts } from '../models/price-facts.ts'
import { UNKNOWN_ELASTICITY } from '../models/price-terms.ts'
import { marketOf, skuOf } from './price-pair.ts'
import { limitsOf, unitCostOf } from './price-recommendations-limits.ts'
import { stepBaseOf } from './price-recommendations-price.ts'
import type { Known, PriceShown, RecommendationContext } from './price-recommendations-state.ts'
import { clearedStock, sellableMsOf } from './price-recommendations-stock.ts'

/** @param experiment of the epoch that is to come; null: none is to be told */
export const factsOf = (
  { shownMinor, currency }: PriceShown,
  experiment: PriceExperiment | null,
  context: RecommendationContext,
): PriceFacts => {
  const { key, now, state, reference } = context
  const known = state.known.get()
  const prices = state.policyPrices.get()
  const unitsPerDay = unitsPerDayAt(shownMinor, known)
  const sellableMs = sellableMsOf(reference.products.get(skuOf(key)), now, state)
  return {
    currency,
    unlistedMarket: unlistedIn(context),
    currentMinor: shownMinor,
    policyMinor: prices.at(-1)!.policyMinor,
    stepBaseMinor: stepBaseOf(prices, now),
    unitCostMinor: unitCostOf(currency, context),
    elasticity: elasticityIn(known),
    unitsPerDay,
    stock: clearedStock(sellableMs, unitsPerDay, state),
    limits: limitsOf(currency, context),
    isPerishable: sellableMs !== null,
    cross: crossEffects(currency, context),
    experiment,
  }
}

/** A market without a name cannot be listed. */
const unlistedIn = ({ key, reference }: RecommendationContext): string | null => {
  const market = marketOf(key)
  return market === null || reference.markets.get(market) !== undefined ? null : market
}

const elasticityIn = ({ belief, status, method }: Known): PriceFacts['elasticity'] =>
  belief === null ? null : { mean: belief.mean, sd: belief.sd, status, method }

/** Where the price moved since demand was last told, as the elasticity has it. */
const unitsPerDayAt = (
  shownMinor: number,
  { unitsPerDay, atMinor, belief }: Known,
): number | null => {
  if (unitsPerDay === null || atMinor === null || atMinor === shownMinor) return unitsPerDay
  if (Math.min(atMinor, shownMinor) <= 0) return null
  const { mean } = belief ?? UNKNOWN_ELASTICITY
  const units = unitsPerDay * Math.exp(mean * Math.log(shownMinor / atMinor))
  return Math.min(Number.MAX_SAFE_INTEGER, units)
}

/** Of articles whose list price and cost are known in the market's currency. */
const crossEffects = (
  currency: string,
  { state, reference }: RecommendationContext,
): readonly CrossEffect[] =>
  state.attached.get().flatMap(({ sku, attach }) => {
    const product = reference.products.get(sku)
    if (product?.currency !== currency) return []
    const { listPriceMinor, unitCostMinor } = product
    if (listPriceMinor === null || unitCostMinor === null) return []
    return [{ sku, attach, marginMinor: listPriceMinor - unitCostMinor }]
  })
