/** The price of a market as the model sees it. */
import type { Price } from '../events.ts'
import type { MarketState } from './price-elasticities-state.ts'

type PriceState = NonNullable<MarketState['price']>

/**
 * The first price above zero is what the later ones are compared with. A price that differs from its
 * policy without an experiment was chosen by somebody, so it counts as a policy of its own.
 */
export const priceTagOf = (
  price: Pick<
    Price,
    'currency' | 'policyPriceMinor' | 'shownPriceMinor' | 'reason' | 'promotionId'
  >,
  before: MarketState['price'],
): PriceState => {
  const { currency, policyPriceMinor, shownPriceMinor, reason, promotionId } = price
  const isExperiment = reason === 'EXPERIMENT'
  const known = before?.referenceMinor ?? 0
  return {
    shownMinor: shownPriceMinor,
    policyMinor: policyPriceMinor,
    referenceMinor: known > 0 ? known : isExperiment ? policyPriceMinor : shownPriceMinor,
    currency,
    isExperiment,
    isPromoted: reason === 'PROMOTION' || promotionId !== null,
  }
}

/** Whether the model cannot tell them apart: then no bucket ends. */
export const isSamePrice = (a: PriceState, b: MarketState['price']): boolean =>
  b !== null &&
  a.shownMinor === b.shownMinor &&
  a.isPromoted === b.isPromoted &&
  a.isExperiment === b.isExperiment &&
  (a.policyMinor === b.policyMinor || !a.isExperiment)
