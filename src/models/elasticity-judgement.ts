/**
 * What may be said of an elasticity, given what was observed: identified, weak, or nothing at all.
 *
 * Deviations of the price that were drawn by chance have no other cause, so what demand did with them
 * was done by the price. Prices that somebody set are another matter: sellers lower them when demand
 * is weak and raise them when it is strong, and the estimate takes that for the effect of the price.
 * So what rests on such prices is called observational, its interval is twice as wide, and it is never
 * more than weak. Where the category's articles were seen to tell another elasticity by such prices than
 * by those drawn by chance, it is nothing at all.
 *
 * The number is pooled: the article's other markets and its category are in it. Whether there is one is
 * asked of the own data alone, since articles that are much alike would else identify what never moved.
 */
import type { ElasticityParameters } from './elasticity-category-parameters.ts'
import type { Evidence } from './elasticity-evidence.ts'
import {
  type ElasticityMethod,
  evidenceBy,
  type MarketDemand,
  toldBy,
} from './elasticity-market.ts'
import {
  articleSdOf,
  type CategoryLevel,
  HYPERPRIOR,
  type Pooled,
  pooledAt,
  precisionFor,
} from './elasticity-pooling.ts'
import {
  type CategoryMean,
  categoryReason,
  type ElasticityReason,
  type ExperimentDays,
  elasticReason,
  misleadingReason,
  type OfferedPrice,
  outOfStockReason,
  sellersReact,
  unknownReason,
  wouldIdentifyReason,
} from './elasticity-sentences.ts'
import { daysUntil } from './experiment-information.ts'
import { isPassed, isRefuted } from './hausman-gate.ts'

export type ElasticityStatus = 'IDENTIFIED' | 'WEAK' | 'NOT_IDENTIFIED'

/** One market of an article, and what it is judged by. */
export interface JudgedMarket {
  /** All markets of the article, in an order that is the same each time, such as by name. */
  readonly markets: readonly MarketDemand[]
  /** Which of them. */
  readonly at: number
  readonly price: OfferedPrice
  /** Null: the article has none. */
  readonly category: string | null
  readonly parameters: ElasticityParameters
}

export interface ElasticityJudgement {
  readonly status: ElasticityStatus
  readonly method: ElasticityMethod
  /** Pooled, and widened where observational; not to be told where the status is NOT_IDENTIFIED. */
  readonly mean: number
  readonly sd: number
  /** Of the own data alone, not widened; null where not identified. */
  readonly own: { readonly mean: number; readonly sd: number } | null
  /** Of an article of the category of which nothing else is known; null where no category is known. */
  readonly category: { readonly mean: number; readonly sd: number } | null
  /** With prices by chance, ±10 %; null where identified, or where demand is not known. */
  readonly daysToIdentify: number | null
  readonly reasons: readonly ElasticityReason[]
}

/** An interval of ±.6 at 90 %: enough to choose between prices a few percent apart. */
export const IDENTIFIED_SD = 0.35
/** Of the own evidence, however well the category knows its articles: a standard deviation of .7. */
export const IDENTIFIED_PRECISION = 2
/** Fewer moves are a story of before and after, in which anything else may have changed too. */
export const IDENTIFIED_CHANGES = 5
const OBSERVATIONAL_WIDENING = 2
/** How long an experiment holds each price. */
const EPOCH_DAYS = 3

export const judgementOn = (judged: JudgedMarket): ElasticityJudgement => {
  const market = judged.markets[judged.at]!
  const told = toldBy(market)
  const isMisled = told === 'OBSERVATIONAL' && isRefuted(judged.parameters.gate)
  const by = isMisled ? null : told
  const method = by ?? (market.experimentChanges > 0 ? 'EXPERIMENT' : 'OBSERVATIONAL')
  const estimate = estimateBy(method, judged)
  const status = by === null ? 'NOT_IDENTIFIED' : statusOf(method, estimate, market)
  const category = categoryOf(by, judged.parameters)
  const days = status === 'IDENTIFIED' ? null : experimentDays(judged)
  return {
    status,
    method,
    mean: estimate.mean,
    sd: estimate.sd,
    own: by === null ? null : { mean: estimate.own.estimate, sd: estimate.ownSd },
    category: category && { mean: category.mean, sd: category.articleSd },
    daysToIdentify: days?.byTenPercent ?? null,
    reasons: [
      isMisled
        ? misleadingReason(judged.category, judged.parameters.gate!)
        : reasonOf(by, market, judged.price, estimate),
      ...(by === 'OBSERVATIONAL' ? [sellersReact(market)] : []),
      ...outOfStockReason(market),
      ...(category === null ? [] : [categoryReason(judged.category, category)]),
      ...(days === null ? [] : [wouldIdentifyReason(judged.price, days)]),
    ],
  }
}

/** Why there is a number, or none. */
const reasonOf = (
  by: ElasticityMethod | null,
  market: MarketDemand,
  price: OfferedPrice,
  estimate: Estimate,
): ElasticityReason =>
  by === null ? unknownReason(market, price) : elasticReason(estimate, market)

interface Estimate extends Pooled {
  readonly own: Evidence
}

const estimateBy = (
  method: ElasticityMethod,
  { markets, at, parameters }: JudgedMarket,
): Estimate => {
  const isJoined = isPassed(parameters.gate)
  const evidence = markets.map(market => evidenceBy(method, market, isJoined))
  const { mean, sd, ownSd } = pooledAt(evidence, at, levelBy(method, parameters) ?? HYPERPRIOR)
  return { mean, sd: wideningOf(method) * sd, ownSd, own: evidence[at]! }
}

const statusOf = (
  method: ElasticityMethod,
  { sd, own }: Estimate,
  { experimentChanges }: MarketDemand,
): ElasticityStatus =>
  method === 'EXPERIMENT' &&
  experimentChanges >= IDENTIFIED_CHANGES &&
  own.precision >= IDENTIFIED_PRECISION &&
  sd <= IDENTIFIED_SD
    ? 'IDENTIFIED'
    : 'WEAK'

const levelBy = (
  method: ElasticityMethod,
  { experiment, observational }: ElasticityParameters,
): CategoryLevel | null => (method === 'EXPERIMENT' ? experiment : observational)

const wideningOf = (method: ElasticityMethod): number =>
  method === 'OBSERVATIONAL' ? OBSERVATIONAL_WIDENING : 1

/** By what tells the article; where nothing does, by experiments if the category had any. */
const categoryOf = (
  by: ElasticityMethod | null,
  parameters: ElasticityParameters,
): (CategoryMean & { readonly articleSd: number }) | null => {
  const method = by ?? (parameters.experiment === null ? 'OBSERVATIONAL' : 'EXPERIMENT')
  const level = levelBy(method, parameters)
  if (level === null) return null
  const widening = wideningOf(method)
  const sd = widening * Math.sqrt(level.variance)
  return { mean: level.mean, sd, articleSd: widening * articleSdOf(level) }
}

/**
 * How long prices must be drawn by chance before the own evidence is enough, with what it has of it, and
 * without its other markets. Null where demand is not known, so that nobody can tell.
 */
const experimentDays = (judged: JudgedMarket): ExperimentDays => {
  const { unitsPerDay, size } = judged.price
  if (unitsPerDay === null || !(unitsPerDay > 0)) return NOBODY_CAN_TELL
  const market = judged.markets[judged.at]!
  const known = evidenceBy('EXPERIMENT', market, false).precision
  const level = judged.parameters.experiment ?? HYPERPRIOR
  const wanted = Math.max(IDENTIFIED_PRECISION, precisionFor(IDENTIFIED_SD, level))
  const least = EPOCH_DAYS * Math.max(1, IDENTIFIED_CHANGES - market.experimentChanges)
  const demand = { unitsPerDay, size }
  return {
    byTenPercent: Math.max(least, daysUntil(wanted, known, demand, 0.1)),
    byTwentyPercent: Math.max(least, daysUntil(wanted, known, demand, 0.2)),
  }
}

const NOBODY_CAN_TELL: ExperimentDays = { byTenPercent: null, byTwentyPercent: null }
