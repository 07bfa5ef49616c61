/**
 * What would be told of the elasticities of a world whose truth is known, and how good that is: articles
 * learn by themselves, categories are fitted to them, and the two are pooled.
 */
import { covarianceOf, DEVIATION, meanOf, PRICE } from '../models/elasticity-beliefs.ts'
import { fitCategory } from '../models/elasticity-category.ts'
import {
  type ElasticityParameters,
  elasticityParametersIn,
  publishedOf,
} from '../models/elasticity-category-parameters.ts'
import type { ElasticityCut } from '../models/elasticity-cut.ts'
import type { Demand } from '../models/elasticity-demand.ts'
import {
  type ElasticityMethod,
  evidenceBy,
  type MarketDemand,
} from '../models/elasticity-market.ts'
import { HYPERPRIOR, intervalOf, pooledAt } from '../models/elasticity-pooling.ts'
import { isPassed } from '../models/hausman-gate.ts'
import { inOneGo } from '../models/in-pieces.ts'
import { articlesOf, type PriceWorld, soldDays, type TrueDemand } from './price-world.ts'
import { type LearningOptions, learntFrom } from './price-world-learning.ts'

/** An article of which the truth and what was learnt are known. */
export interface LearntArticle {
  readonly truth: TrueDemand
  /** As of each day asked for. */
  readonly known: readonly Demand[]
}

/** All articles of a world after so many days each, under its own seller. */
export const learntIn = (world: PriceWorld, options: LearningOptions): readonly LearntArticle[] => {
  const days = Math.max(...options.asOf)
  return articlesOf(world).map(truth => ({
    truth,
    known: learntFrom(soldDays(world, truth, days), options),
  }))
}

export interface Estimate {
  readonly truth: number
  readonly mean: number
  readonly sd: number
}

/** What is said of a category as of one of the days. */
export interface KnownCategory {
  readonly estimates: readonly Estimate[]
  /** Whether set prices were found to tell the same as those drawn by chance. */
  readonly isJoined: boolean
}

/**
 * What would be told of each article, category by category; not widened where it is observational.
 *
 * @param at of the days that were asked for, from 0 on
 */
export const categoriesKnown = (
  articles: readonly LearntArticle[],
  at: number,
  method: ElasticityMethod,
): readonly KnownCategory[] =>
  byCategory(articles).map(group => {
    const markets = group.map(({ known }) => marketOf(known[at]!))
    const parameters = parametersOf(group, at, markets)
    return estimatesIn(group, markets, method, parameters)
  })

const byCategory = (articles: readonly LearntArticle[]): readonly (readonly LearntArticle[])[] => {
  const names = new Set(articles.map(({ truth }) => truth.category))
  return [...names].map(name => articles.filter(({ truth }) => truth.category === name))
}

/** What the filter of each article believes by itself, with what it assumed and without its category. */
export const aloneKnown = (
  articles: readonly LearntArticle[],
  at: number,
  method: ElasticityMethod,
): readonly Estimate[] =>
  articles.flatMap(({ truth, known }) => {
    const { beliefs } = known[at]!
    const coefficient = method === 'EXPERIMENT' ? DEVIATION : PRICE
    if (beliefs.length === 0) return []
    const sd = Math.sqrt(covarianceOf(beliefs, coefficient, coefficient))
    return [{ truth: truth.elasticity, mean: meanOf(beliefs, coefficient), sd }]
  })

/** As a learner publishes them, and whoever reads them finds them. */
const parametersOf = (
  articles: readonly LearntArticle[],
  at: number,
  markets: readonly MarketDemand[],
): ElasticityParameters => {
  const cut = cutOf(articles, at, markets)
  return elasticityParametersIn(publishedOf(inOneGo(fitCategory(cut)).parameters))
}

const estimatesIn = (
  articles: readonly LearntArticle[],
  markets: readonly MarketDemand[],
  method: ElasticityMethod,
  parameters: ElasticityParameters,
): KnownCategory => {
  const { experiment, observational, gate } = parameters
  const level = (method === 'EXPERIMENT' ? experiment : observational) ?? HYPERPRIOR
  const isJoined = isPassed(gate)
  const estimates = articles.map(({ truth }, index) => {
    const { mean, sd } = pooledAt([evidenceBy(method, markets[index]!, isJoined)], 0, level)
    return { truth: truth.elasticity, mean, sd }
  })
  return { estimates, isJoined }
}

const marketOf = (demand: Demand): MarketDemand => {
  const { beliefs, observations, units, priceChanges, experimentChanges } = demand
  const coefficients = beliefs.length === 0 ? null : coefficientsOf(beliefs)
  const { promotionChanges, daysKnown, daysInStock } = demand
  const changes = { priceChanges, experimentChanges, promotionChanges }
  return { coefficients, observations, units, ...changes, daysKnown, daysInStock }
}

const coefficientsOf = (beliefs: Demand['beliefs']) => ({
  deviationMean: meanOf(beliefs, DEVIATION),
  deviationVariance: covarianceOf(beliefs, DEVIATION, DEVIATION),
  priceMean: meanOf(beliefs, PRICE),
  priceVariance: covarianceOf(beliefs, PRICE, PRICE),
  covariance: covarianceOf(beliefs, DEVIATION, PRICE),
})

/** Articles come in the order of their names; who is not known yet is not among them. */
const cutOf = (
  articles: readonly LearntArticle[],
  at: number,
  markets: readonly MarketDemand[],
): ElasticityCut => {
  const known = articles.flatMap(({ truth, known }, index) => {
    const { coefficients, priceChanges, experimentChanges } = markets[index]!
    const { noise } = known[at]!
    if (coefficients === null) return []
    return [{ sku: truth.sku, ...coefficients, ...noise, priceChanges, experimentChanges }]
  })
  return {
    cutAt: 0,
    sku: known.map(({ sku }) => sku),
    market: known.map(() => ''),
    deviationMean: known.map(pair => pair.deviationMean),
    deviationVariance: known.map(pair => pair.deviationVariance),
    priceMean: known.map(pair => pair.priceMean),
    priceVariance: known.map(pair => pair.priceVariance),
    covariance: known.map(pair => pair.covariance),
    excess: known.map(({ excess }) => excess),
    weight: known.map(({ weight }) => weight),
    priceChanges: known.map(({ priceChanges }) => priceChanges),
    experimentChanges: known.map(({ experimentChanges }) => experimentChanges),
    weekdayUnits: [],
    weekdayExpected: [],
    inUse: {},
  }
}

/** How far estimates are from the truth. */
export interface Score {
  readonly bias: number
  /** Root of the mean squared error. */
  readonly rmse: number
  /** The share of truths within the interval of 90 %. */
  readonly cover: number
  /** Of that interval, in the mean. */
  readonly width: number
}

export const scoreOf = (estimates: readonly Estimate[]): Score => {
  const mean = (of: (estimate: Estimate) => number): number =>
    estimates.reduce((sum, estimate) => sum + of(estimate), 0) / estimates.length
  return {
    bias: mean(one => one.mean - one.truth),
    rmse: Math.sqrt(mean(one => (one.mean - one.truth) ** 2)),
    cover: mean(one => (isWithin(one) ? 1 : 0)),
    width: mean(one => intervalOf(one).p95 - intervalOf(one).p05),
  }
}

const isWithin = ({ truth, ...told }: Estimate): boolean => {
  const { p05, p95 } = intervalOf(told)
  return truth >= p05 && truth <= p95
}
