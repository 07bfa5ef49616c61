import { expectedSpend, type SpendParameters } from './gamma-gamma.ts'
import {
  expectedPurchasesIfAlive,
  type PurchaseParameters,
  type PurchaseSummary,
  probabilityAlive,
} from './mbg-nbd.ts'

/**
 * What a customer's future purchases are worth today: monthly steps, each discounted from its end.
 *
 *     margin · E[M] · Σₖ (E[Y(tₖ)] − E[Y(tₖ₋₁)]) / (1 + d)^(tₖ/52)
 *
 * What was already bought is not in it.
 */
export interface LifetimeValueTerms {
  readonly horizonWeeks: number
  /** Per year: 0.1 is a tenth. */
  readonly discount: number
  /** The share of an amount that is earned: 1 values revenue. */
  readonly margin: number
}

export const YEAR_OF_REVENUE: LifetimeValueTerms = { horizonWeeks: 52, discount: 0.1, margin: 1 }

export interface LifetimeValueModel {
  readonly purchases: PurchaseParameters
  readonly spend: SpendParameters
}

const YEAR_WEEKS = 52
const MONTH_WEEKS = YEAR_WEEKS / 12

/** In the unit of the amounts. `meanSpend` is the mean over `summary.repeats` purchases. */
export const lifetimeValue = (
  { purchases, spend }: LifetimeValueModel,
  summary: PurchaseSummary,
  meanSpend: number,
  terms: LifetimeValueTerms = YEAR_OF_REVENUE,
): number =>
  terms.margin *
  expectedSpend(spend, summary.repeats, meanSpend) *
  discountedPurchases(purchases, summary, terms)

/** The purchases to expect, each worth what one today is worth. */
export const discountedPurchases = (
  parameters: PurchaseParameters,
  summary: PurchaseSummary,
  { horizonWeeks, discount }: Pick<LifetimeValueTerms, 'horizonWeeks' | 'discount'>,
): number => {
  let sum = 0
  let before = 0
  for (let month = 1; (month - 1) * MONTH_WEEKS < horizonWeeks; month++) {
    const weeks = Math.min(month * MONTH_WEEKS, horizonWeeks)
    const until = expectedPurchasesIfAlive(parameters, summary, weeks)
    sum += (until - before) / (1 + discount) ** (weeks / YEAR_WEEKS)
    before = until
  }
  return probabilityAlive(parameters, summary) * sum
}
