/** The sentences of `elasticity-judgement.ts`: why a number is what it is, or why there is none. */
import { type MarketDemand, movedWithPromotionsOnly } from './elasticity-market.ts'
import { intervalOf } from './elasticity-pooling.ts'
import type { HausmanGate } from './hausman-gate.ts'
import { moneyText } from './money-text.ts'

export interface ElasticityReason {
  readonly code: string
  readonly detail: string
  readonly weight: number
}

/** What the article is offered at, and what is sold of it. */
export interface OfferedPrice {
  readonly shownMinor: number
  /** That prices by chance are drawn around. */
  readonly policyMinor: number
  readonly currency: string
  /** Null: not known yet. */
  readonly unitsPerDay: number | null
  /** φ of the negative binomial. */
  readonly size: number
}

interface Estimate {
  readonly mean: number
  readonly sd: number
}

/** The mean of a category, and how well it is known. */
export type CategoryMean = Estimate

/** How long prices by chance would take; null: nobody can tell. */
export interface ExperimentDays {
  readonly byTenPercent: number | null
  readonly byTwentyPercent: number | null
}

export const elasticReason = (
  estimate: Estimate,
  { observations, priceChanges, units }: MarketDemand,
): ElasticityReason =>
  reason(
    'P_ELASTIC',
    `A price one percent higher sells ${changeText(estimate)}: from ${counted(units, 'unit')}, ` +
      `${counted(priceChanges, 'price change')} and ${counted(observations, 'observation')}.`,
  )

/** Below so many units a year, it is their number that tells nothing, and not how prices moved. */
const FEW_UNITS_PER_YEAR = 30
/** Before, a few units may be the first of many. */
const FEW_FROM_DAYS = 90

export const unknownReason = (market: MarketDemand, price: OfferedPrice): ElasticityReason => {
  if (market.observations === 0) return reason('P_LOW_EVIDENCE', NOTHING_OBSERVED)
  if (market.priceChanges === 0) return neverMoved(market, price)
  if (movedWithPromotionsOnly(market)) return reason('P_PROMOTIONS_ONLY', PROMOTIONS_ONLY)
  return isFew(market) ? fewSales(market) : lowEvidence(market)
}

const NOTHING_OBSERVED =
  'Nothing was observed yet at a known price and in stock, so nothing is known of other prices.'

const PROMOTIONS_ONLY =
  'The price moved only when a promotion began or ended: what the price did cannot be told from ' +
  'what the promotion did.'

const neverMoved = ({ units }: MarketDemand, { shownMinor, currency }: OfferedPrice) =>
  reason(
    'P_NEVER_MOVED',
    `The price never moved: ${counted(units, 'unit')} sold at ${moneyText(shownMinor, currency)} ` +
      `${units === 1 ? 'says' : 'say'} nothing about other prices.`,
  )

const isFew = ({ units, daysInStock }: MarketDemand): boolean =>
  daysInStock >= FEW_FROM_DAYS && units * 365 < FEW_UNITS_PER_YEAR * daysInStock

const fewSales = ({ units, daysInStock, priceChanges }: MarketDemand): ElasticityReason =>
  reason(
    'P_FEW_SALES',
    `Only ${counted(units, 'unit')} sold in ${Math.round(daysInStock)} days in stock, which is too ` +
      `few to tell what ${counted(priceChanges, 'price change')} did.`,
  )

const lowEvidence = ({ units, priceChanges }: MarketDemand): ElasticityReason =>
  reason(
    'P_LOW_EVIDENCE',
    `${counted(priceChanges, 'price change')} and ${counted(units, 'unit')} sold are too little to ` +
      'tell what the price did from chance.',
  )

export const sellersReact = ({ experimentChanges }: MarketDemand): ElasticityReason =>
  reason(
    'P_OBSERVATIONAL',
    `${experimentChanges === 0 ? 'No price was' : 'Too few prices were'} drawn by chance. Sellers ` +
      'change prices when demand changes, and that looks like an effect of the price; so the ' +
      'interval is twice as wide, and may still be beside the truth.',
  )

/** Sellers are seen to react, so that what their prices tell of one more article is known to be wrong. */
export const misleadingReason = (
  category: string | null,
  { statistic, pairs }: HausmanGate,
): ElasticityReason =>
  reason(
    'P_PRICES_MISLEAD',
    `Of ${pairs} articles of ${category ?? 'those without a category'}, prices that were set tell ` +
      `another elasticity than those drawn by chance, ${Math.abs(statistic).toFixed(1)} standard ` +
      'deviations apart: sellers change prices when demand changes. So what its own price changes ' +
      'seem to tell is not told.',
  )

/** Below it, nobody would ask where the days are. */
const OUT_OF_STOCK_FROM = 0.2

/** None or one. */
export const outOfStockReason = ({
  daysKnown,
  daysInStock,
}: MarketDemand): readonly ElasticityReason[] => {
  const share = daysKnown > 0 ? 1 - daysInStock / daysKnown : 0
  if (share < OUT_OF_STOCK_FROM) return []
  const detail = `It was out of stock ${Math.round(100 * share)} % of the time, which is left out.`
  return [reason('P_OUT_OF_STOCK', detail)]
}

export const categoryReason = (category: string | null, mean: CategoryMean): ElasticityReason =>
  reason(
    'P_CATEGORY',
    `In the mean of ${category ?? 'articles without a category'}, a price one percent higher sells ` +
      `${changeText(mean)}.`,
  )

const YEARS_MAX = 3

export const wouldIdentifyReason = (
  price: OfferedPrice,
  { byTenPercent, byTwentyPercent }: ExperimentDays,
): ElasticityReason => {
  const around = `up or down around ${moneyText(price.policyMinor, price.currency)}`
  if (byTenPercent === null || byTwentyPercent === null || price.unitsPerDay === null) {
    const detail =
      `Prices drawn by chance, 10 % ${around} and drawn anew every three days, would tell; how soon ` +
      'cannot be said before it is known how much is sold.'
    return reason('P_WOULD_IDENTIFY', detail)
  }
  const rate = rateText(price.unitsPerDay)
  const detail =
    byTwentyPercent > YEARS_MAX * 365
      ? `Prices drawn by chance, even 20 % ${around}, would take longer than three years at ${rate}: ` +
        'it can be known only through its category.'
      : `Prices drawn by chance, 10 % ${around} and drawn anew every three days, would tell in about ` +
        `${daysText(byTenPercent)} days at ${rate}; with 20 % in ${daysText(byTwentyPercent)}.`
  return reason('P_WOULD_IDENTIFY', detail)
}

/** Days from a hundred on to the ten, and with a comma from a thousand on. */
const daysText = (days: number): string => {
  const rounded = days < 100 ? Math.ceil(days) : 10 * Math.round(days / 10)
  return rounded < 1000 ? `${rounded}` : `${rounded}`.replace(/\B(?=(\d{3})+$)/g, ',')
}

/** By the year where less than one in ten days sells anything. */
const rateText = (unitsPerDay: number): string =>
  unitsPerDay < 0.1
    ? `${counted(Math.round(365 * unitsPerDay), 'unit')} a year`
    : `${unitsPerDay.toFixed(1)} units a day`

const changeText = (estimate: Estimate): string => {
  const { p05, p95 } = intervalOf(estimate)
  return (
    `${percentText(estimate.mean)}, between ${percentText(p05)} and ${percentText(p95)} with nine ` +
    'chances in ten'
  )
}

const percentText = (percent: number): string => {
  const rounded = Math.abs(percent).toFixed(1)
  return percent < 0 ? `${rounded} % less` : `${rounded} % more`
}

const counted = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`

const reason = (code: string, detail: string): ElasticityReason => ({ code, detail, weight: 1 })
