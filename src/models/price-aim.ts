/** The price that would earn most if nothing forbade it. */
import { intervalOf } from './elasticity-pooling.ts'
import { crossProfitMinor, ELASTIC_BELOW, elasticShareOf, lernerPrice } from './lerner-price.ts'
import { moneyText } from './money-text.ts'
import { clearingPrice } from './price-clearing.ts'
import type { Clearing } from './price-clearing-exact.ts'
import type { PriceFacts, PriceReason } from './price-facts.ts'
import type { PricePolicy } from './price-policy.ts'
import { priceReason } from './price-reasons.ts'
import { beliefOf, isByCategory } from './price-terms.ts'

type Elasticity = NonNullable<PriceFacts['elasticity']>

export interface PriceAim {
  /** Null: it cannot be said, and the reasons say why. */
  readonly priceMinor: number | null
  readonly reasons: readonly PriceReason[]
}

/** @param gainOf points of profit that a price brings */
export const aimOf = (
  facts: PriceFacts,
  policy: PricePolicy,
  unitCostMinor: number,
  clearing: Clearing | null,
  gainOf: (priceMinor: number) => number,
): PriceAim => {
  if (facts.elasticity === null || !isAimedBy(facts.elasticity, facts, policy, clearing)) {
    return { priceMinor: null, reasons: [lowEvidence(facts)] }
  }
  const costMinor = unitCostMinor - crossProfitMinor(facts.cross)
  const lerner = lernerPrice(costMinor, facts.elasticity.mean)
  const share = elasticShareOf(facts.elasticity)
  if (lerner === null || share < policy.requireElasticShare) {
    return { priceMinor: null, reasons: [inelastic(facts.elasticity, share, policy)] }
  }
  const best = asPrice(lerner)
  const reasons = [elastic(facts, best, costMinor, gainOf), ...crossReasons(facts)]
  const clear = clearing === null ? null : clearingPrice(clearing)
  if (clearing === null || clear === null || asPrice(clear) === best) {
    return { priceMinor: best, reasons }
  }
  return {
    priceMinor: asPrice(clear),
    reasons: [...reasons, cleared(facts, clearing, asPrice(clear), best, gainOf)],
  }
}

/**
 * What articles like it tell is enough for a price that is tried, where prices are drawn by chance; not for
 * the last units of a stock, which are sold but once.
 */
const isAimedBy = (
  { status, method }: Elasticity,
  { unlistedMarket }: PriceFacts,
  { experiments }: PricePolicy,
  clearing: Clearing | null,
): boolean =>
  status !== 'NOT_IDENTIFIED' ||
  (method === 'EXPERIMENT' && experiments.enabled && unlistedMarket === null && clearing === null)

const asPrice = (amount: number): number => Math.max(1, Math.round(amount))

const percent = (share: number): number => 100 * share

const lowEvidence = (facts: PriceFacts): PriceReason => {
  const { mean, sd } = beliefOf(facts)
  const whose =
    facts.elasticity === null ? 'assumed as nothing is known' : 'that of articles like it'
  return priceReason('P_LOW_EVIDENCE', { mean: mean.toFixed(2), sd: sd.toFixed(2), whose })
}

const inelastic = (
  { mean, sd }: Elasticity,
  share: number,
  { requireElasticShare }: PricePolicy,
): PriceReason => {
  const numbers = {
    share: percent(share),
    required: percent(requireElasticShare),
    border: ELASTIC_BELOW.toFixed(2),
  }
  return priceReason('P_INELASTIC', { mean: mean.toFixed(2), sd: sd.toFixed(2), ...numbers })
}

const elastic = (
  facts: PriceFacts,
  bestMinor: number,
  costMinor: number,
  gainOf: (priceMinor: number) => number,
): PriceReason => {
  const belief = beliefOf(facts)
  const price = moneyText(bestMinor, facts.currency)
  const cost = moneyText(costMinor, facts.currency)
  const numbers = { mean: belief.mean, ...intervalOf(belief), price, cost }
  return priceReason(
    isByCategory(facts) ? 'P_BY_CATEGORY' : 'P_ELASTIC',
    numbers,
    gainOf(bestMinor),
  )
}

const crossReasons = ({ cross, currency }: PriceFacts): readonly PriceReason[] => {
  const profitMinor = Math.round(crossProfitMinor(cross))
  if (profitMinor === 0) return []
  const skus = cross.map(({ sku }) => sku).join(', ')
  return [priceReason('P_CROSS', { profit: moneyText(profitMinor, currency), skus })]
}

const cleared = (
  { stock, currency }: PriceFacts,
  { units, demand, priceMinor }: Clearing,
  clearMinor: number,
  bestMinor: number,
  gainOf: (priceMinor: number) => number,
): PriceReason => {
  const price = moneyText(clearMinor, currency)
  const now = moneyText(priceMinor, currency)
  const numbers = { price, units, days: stock?.sellableDays, demand, now }
  const code = clearMinor > bestMinor ? 'P_STOCK_CLEAR' : 'P_EXPIRY'
  return priceReason(code, numbers, gainOf(clearMinor) - gainOf(bestMinor))
}
