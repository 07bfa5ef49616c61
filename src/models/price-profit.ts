/**
 * What another price would do to profit, with an elasticity that is not known for sure.
 *
 * Demand at r times the price is r^ε times what it is. With ε normal, that is lognormal, so mean and
 * quantiles of the change need no draws: the mean of a lognormal that is capped at the stock is known in
 * closed form (as in Black & Scholes 1973), and as demand is monotone in ε, so is profit.
 */
import type { ElasticityBelief } from './lerner-price.ts'
import { normalCdf, QUANTILE_95 } from './normal-distribution.ts'

export interface ProfitTerms {
  /** The price now, in minor units, above 0. */
  readonly priceMinor: number
  /** What one more unit costs, less what it brings in otherwise. */
  readonly costMinor: number
  /** What can be sold at most, and what is asked for at the price now; null: there is enough. */
  readonly supply: { readonly units: number; readonly demand: number } | null
}

/** In percent of the profit now; where that is none, of the revenue. */
export interface ProfitChange {
  readonly mean: number
  readonly p05: number
  readonly p95: number
}

export const NO_CHANGE: ProfitChange = { mean: 0, p05: 0, p95: 0 }

/** A loss that grows less is a change above 0: percentages are of the size of the profit now. */
export const profitChange = (
  nextMinor: number,
  elasticity: ElasticityBelief,
  terms: ProfitTerms,
): ProfitChange => {
  if (nextMinor === terms.priceMinor) return NO_CHANGE
  const log = Math.log(nextMinor / terms.priceMinor)
  const changed = (sales: number) => changeFor(nextMinor, sales, terms)
  const { mean, sd } = elasticity
  const low = changed(salesAt(log * (mean - QUANTILE_95 * sd), terms))
  const high = changed(salesAt(log * (mean + QUANTILE_95 * sd), terms))
  return {
    mean: changed(expectedSales(log * mean, Math.abs(log) * sd, terms)),
    p05: Math.min(low, high),
    p95: Math.max(low, high),
  }
}

const changeFor = (nextMinor: number, sales: number, terms: ProfitTerms): number => {
  const { priceMinor, costMinor } = terms
  const now = (priceMinor - costMinor) * salesAt(0, terms)
  const base = Math.abs(now) || priceMinor * salesAt(0, terms)
  return (100 * ((nextMinor - costMinor) * sales - now)) / base
}

/** @param log ln of how many times as much is asked for as now */
const salesAt = (log: number, { supply }: ProfitTerms): number =>
  supply === null ? timesAsMuch(log) : Math.min(supply.units, supply.demand * timesAsMuch(log))

/** Prices a million times apart tell of no real demand, but what is told of them must be a number. */
const LOG_TIMES_MAX = 100
const timesAsMuch = (log: number): number => Math.exp(Math.min(LOG_TIMES_MAX, log))

/** The mean of e^N(mean, sd²) times the demand, of which no more than the stock is sold. */
const expectedSales = (mean: number, sd: number, terms: ProfitTerms): number => {
  const { supply } = terms
  if (supply === null) return timesAsMuch(mean + (sd * sd) / 2)
  if (sd === 0) return salesAt(mean, terms)
  const { units, demand } = supply
  const reach = (Math.log(units / demand) - mean) / sd
  const below = demand * timesAsMuch(mean + (sd * sd) / 2) * normalCdf(reach - sd)
  return below + units * normalCdf(-reach)
}
