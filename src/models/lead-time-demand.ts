/**
 * What is asked for until an order of now would be there: demand of a day times a lead time, both uncertain,
 * and the mean of demand itself known only from the days that were seen.
 *
 *     mean      M = L m
 *     variance  V = L s² + s_L² m² + L² s² / n
 *
 * with L, s_L the lead time and its deviation in days, m, s² demand of a usual day, n the days it is known from.
 * Days of the week are in L: a lead time over a Saturday of three usual days is two days longer. Counts
 * that scatter more than Poisson ones are negative binomial; others as good as normal.
 */
import { negativeBinomialCdf, negativeBinomialQuantile } from './negative-binomial.ts'
import { normalCdf, normalQuantile } from './normal-distribution.ts'

export interface DemandOfDay {
  readonly mean: number
  readonly variance: number
  /** Days that tell as much: of exponential weights fewer than there were. */
  readonly effectiveDays: number
}

export interface LeadTime {
  readonly days: number
  readonly deviationDays: number
}

export interface LeadTimeDemand {
  readonly mean: number
  readonly variance: number
}

export const leadTimeDemand = (
  { mean, variance, effectiveDays }: DemandOfDay,
  { days, deviationDays }: LeadTime,
): LeadTimeDemand => ({
  mean: days * mean,
  variance:
    days * variance +
    (deviationDays * mean) ** 2 +
    (days ** 2 * variance) / Math.max(1, effectiveDays),
})

/** From this ratio of variance to mean on counts are negative binomial. */
const SCATTERED_FROM = 1.02

const isScattered = ({ mean, variance }: LeadTimeDemand): boolean =>
  variance > SCATTERED_FROM * mean

/** The stock that lasts with this probability: with no more on hand and on order, order. */
export const reorderPoint = (demand: LeadTimeDemand, serviceLevel: number): number => {
  const { mean, variance } = demand
  if (mean <= 0) return 0
  if (!isScattered(demand)) {
    return Math.ceil(mean + normalQuantile(serviceLevel) * Math.sqrt(variance))
  }
  const { shape, rate } = scatterOf(demand)
  return negativeBinomialQuantile(shape, rate, serviceLevel)
}

/** That more is asked for than is on hand before an order of now is there. */
export const stockoutProbability = (demand: LeadTimeDemand, onHand: number): number => {
  const { mean, variance } = demand
  if (mean <= 0) return 0
  if (!isScattered(demand)) {
    const over = mean - onHand - 0.5
    // Nothing scatters: over or not is all there is, and 0 / 0 would be no number.
    return variance > 0 ? normalCdf(over / Math.sqrt(variance)) : Number(over > 0)
  }
  const { shape, rate } = scatterOf(demand)
  return 1 - negativeBinomialCdf(shape, rate, onHand)
}

/** k = M² / (V − M), of which the mean is k / rate. */
const scatterOf = ({ mean, variance }: LeadTimeDemand): { shape: number; rate: number } => {
  const shape = mean ** 2 / (variance - mean)
  return { shape, rate: shape / mean }
}

export interface Stock {
  readonly onHand: number
  readonly onOrder: number
}

/** To last so many days beyond the reorder point; 0 while there is more than that on hand and on order. */
export const orderQuantity = (
  { onHand, onOrder }: Stock,
  point: number,
  perDay: number,
  { coverDays, minimumOrder }: { readonly coverDays: number; readonly minimumOrder: number },
): number => {
  const position = onHand + onOrder
  if (position > point || perDay <= 0) return 0
  return Math.max(minimumOrder, Math.ceil(point + coverDays * perDay - position))
}
