/** What profit is reckoned with: what is believed of demand, what a unit costs, and what there is to sell. */
import { crossProfitMinor, type ElasticityBelief } from './lerner-price.ts'
import type { Clearing } from './price-clearing-exact.ts'
import type { PriceFacts } from './price-facts.ts'
import type { PricePolicy } from './price-policy.ts'
import type { ProfitTerms } from './price-profit.ts'

/** Of an article of which nothing is known: the hyperprior of part 3.4 of the reference. */
export const UNKNOWN_ELASTICITY: ElasticityBelief = { mean: -2, sd: Math.sqrt(1 + 0.4 ** 2) }

export const beliefOf = ({ elasticity }: PriceFacts): ElasticityBelief =>
  elasticity ?? UNKNOWN_ELASTICITY

/** Whether articles like it are all that is known: such a price is tried, and not set. */
export const isByCategory = ({ elasticity }: PriceFacts): boolean =>
  elasticity?.status === 'NOT_IDENTIFIED'

/** Units until stock expires, beyond which they are as good as none or as endless. */
const DEMAND_MIN = 1e-9
const DEMAND_MAX = Number.MAX_SAFE_INTEGER

/**
 * The stock that must go by some moment; null: there is none, or nothing is known of its demand. What it
 * cost is spent, so a unit that is sold only costs what it would be worth afterwards.
 */
export const clearingOf = (
  facts: PriceFacts,
  { salvageSharePct }: PricePolicy,
  unitCostMinor: number,
): Clearing | null => {
  const { stock, unitsPerDay, policyMinor, currentMinor } = facts
  if (stock === null || unitsPerDay === null) return null
  const elasticity = beliefOf(facts).mean
  const perDay = unitsPerDay * Math.exp(elasticity * Math.log(policyMinor / currentMinor))
  const expected = perDay * stock.sellableDays
  if (!(stock.units > 0 && expected > 0)) return null
  const demand = Math.min(DEMAND_MAX, Math.max(DEMAND_MIN, expected))
  const salvageMinor = (unitCostMinor * salvageSharePct) / 100 - crossProfitMinor(facts.cross)
  return { units: stock.units, demand, priceMinor: policyMinor, elasticity, salvageMinor }
}

export const termsOf = (
  facts: PriceFacts,
  unitCostMinor: number,
  clearing: Clearing | null,
): ProfitTerms => ({
  priceMinor: facts.policyMinor,
  costMinor: clearing?.salvageMinor ?? unitCostMinor - crossProfitMinor(facts.cross),
  supply: clearing,
})
