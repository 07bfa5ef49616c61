/** The price of an article in a market as the model sees it, and whether it was a promotion. */
import type { Price } from '../events.ts'
import { regressorsOf } from '../models/demand-bucket.ts'
import type { Demand } from '../models/elasticity-demand.ts'
import type { ObservationContext, PriceShown } from './demand-observations-state.ts'

/**
 * The first price above zero is what the later ones are compared with; but see `begunAnew`. A price that differs from its
 * policy without an experiment was chosen by somebody, so it counts as a policy of its own.
 */
export const priceShownOf = (
  price: Pick<
    Price,
    'currency' | 'policyPriceMinor' | 'shownPriceMinor' | 'reason' | 'promotionId'
  >,
  before: PriceShown | null,
): PriceShown => {
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

/**
 * A price that the first one cannot be compared with, where nothing was sold at that: it was a placeholder,
 * such as .01 or 9999.99, and all begins anew. Null where it was a price.
 */
export const begunAnew = (
  next: PriceShown,
  { units }: Pick<Demand, 'units'>,
): PriceShown | null => {
  if (units > 0 || regressorsOf(next) !== null) return null
  const anew = { ...next, referenceMinor: next.isExperiment ? next.policyMinor : next.shownMinor }
  return regressorsOf(anew) === null ? null : anew
}

/** Whether the model cannot tell them apart: then no span ends. */
export const isSamePrice = (a: PriceShown, b: PriceShown | null): boolean =>
  b !== null &&
  a.shownMinor === b.shownMinor &&
  a.isPromoted === b.isPromoted &&
  a.isExperiment === b.isExperiment &&
  (a.policyMinor === b.policyMinor || !a.isExperiment)

interface Sold {
  readonly units: number
  readonly promotedUnits: number
}

/**
 * The price under which units were sold. Once order lines name promotions, most of the units decide
 * whether it was one: a promotion may begin without a change of the price, which no price tells, and
 * one customer's coupon is none. Where nothing was sold, it is as the price said.
 */
export const priceUnder = (
  price: PriceShown,
  { units, promotedUnits }: Sold,
  { hasLinePromotions }: ObservationContext['state'],
): PriceShown => {
  if (!(units > 0) || !hasLinePromotions.get()) return price
  const isPromoted = 2 * promotedUnits > units
  return isPromoted === price.isPromoted ? price : { ...price, isPromoted }
}
