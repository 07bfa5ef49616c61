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
  terms: Pick<LifetimeValueTerms, 'horizonWeeks' | 'discount'>,
): number => {
  const { weeks, worth } = monthsOf(terms)
  let sum = 0
  let before = 0
  for (let month = 0; month < weeks.length; month++) {
    const until = expectedPurchasesIfAlive(parameters, summary, weeks[month]!)
    sum += (until - before) * worth[month]!
    before = until
  }
  return probabilityAlive(parameters, summary) * sum
}

/** When each month ends, in weeks from now, and what a purchase at its end is worth today. */
interface Months {
  readonly weeks: readonly number[]
  readonly worth: readonly number[]
}

const monthsOf = (terms: Pick<LifetimeValueTerms, 'horizonWeeks' | 'discount'>): Months => {
  const known = months.get(terms)
  if (known) return known
  const { horizonWeeks, discount } = terms
  const count = Math.max(0, Math.ceil(horizonWeeks / MONTH_WEEKS))
  const weeks = Array.from({ length: count }, (_, at) =>
    Math.min((at + 1) * MONTH_WEEKS, horizonWeeks),
  )
  const worth = weeks.map(week => (1 + discount) ** (-week / YEAR_WEEKS))
  months.set(terms, { weeks, worth })
  return { weeks, worth }
}
/** The same for all customers, and asked for each of them. */
const months = new WeakMap<object, Months>()
