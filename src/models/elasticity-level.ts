/**
 * How the elasticities of a category lie: their mean, and how far articles and their markets are from it,
 * by empirical Bayes (reference, part 3.4).
 *
 * The start is by DerSimonian & Laird 1986; then steps towards the largest likelihood, until they come to
 * rest. One step, with the names of `elasticity-pooling.ts`, P and β of an article from its markets, and
 * B = τ²/(τ² + 1/P):
 *
 *   μ  = (Σ v β + m₀/s₀²)/(Σ v + 1/s₀²),   v = 1/(1/P + τ²),   Var μ = 1/(Σ v + 1/s₀²)
 *   τ² ← (Σ ω [(B(β − μ))² + τ²(1 − B) + (1 − B)² Var μ] + ν₀ t₀²)/(Σ ω + ν₀)
 *
 * Here we are not with the reference, in which ω is 1. There each article that tells nothing (B = 0) adds
 * Var μ to τ²: a hundred of them beside forty made estimates after 90 simulated days worse by a fifth. So
 * an article counts by the share of what is known of it that its data gave, ω = P/(P + 1), 1 being the
 * precision of the hyperprior. Without Var μ, as the method has it strictly, intervals of 90 % held down
 * to .86 of the truths in those simulations, and so they hold .89 to .95; docs/elasticity-model.md.
 */
import { type Evidence, isInformed } from './elasticity-evidence.ts'
import { type CategoryLevel, summedOf, weightOf } from './elasticity-pooling.ts'
import type { InPieces } from './in-pieces.ts'

export interface LevelFit extends CategoryLevel {
  /** Pairs of article and market that tell something themselves. */
  readonly pairs: number
  readonly steps: number
  readonly hasConverged: boolean
}

/** Of the category's mean: N(−2, 1). */
const MEAN_BEFORE = -2
const PRECISION_BEFORE = 1
/** The variances are held to be these, as though so many had been seen beside the data. */
const SEEN_BEFORE = 4
const SKU_VARIANCE = 0.4 ** 2
const MARKET_VARIANCE = 0.2 ** 2
/** Articles with more than one market that tells something, before their spread is told from theirs. */
const SPREAD_ARTICLES_MIN = 10
const REST = 1e-6
/** Three hundred do where an article has several markets; more is for what nobody thought of. */
const STEPS_MAX = 1_000

/** Evidence of each market of an article, in one order. */
type Article = readonly Evidence[]

/** @param articles those of the category, in one order, so that a sum has the same bits each time */
export function* fitLevel(articles: readonly Article[]): InPieces<LevelFit> {
  const pairs = articles.reduce((sum, markets) => sum + informedIn(markets), 0)
  const isSpreadTold = articles.filter(informsTwice).length >= SPREAD_ARTICLES_MIN
  let level = startOf(articles)
  for (let steps = 1; steps <= STEPS_MAX; steps++) {
    yield
    const next = stepFrom(articles, level, isSpreadTold)
    const hasConverged = distanceOf(level, next) < REST
    level = next
    if (hasConverged) return { ...level, pairs, steps, hasConverged }
  }
  return { ...level, pairs, steps: STEPS_MAX, hasConverged: false }
}

const informedIn = (markets: Article): number => markets.filter(isInformed).length

const informsTwice = (markets: Article): boolean => informedIn(markets) > 1

const distanceOf = (one: CategoryLevel, other: CategoryLevel): number =>
  Math.abs(one.skuVariance - other.skuVariance) +
  Math.abs(one.marketVariance - other.marketVariance)

/** DerSimonian & Laird: by how much estimates scatter beyond their errors. */
const startOf = (articles: readonly Article[]): CategoryLevel => {
  const marketVariance = articles.some(({ length }) => length > 1) ? MARKET_VARIANCE : 0
  let [count, s1, s2, sb, sbb] = [0, 0, 0, 0, 0]
  for (const markets of articles) {
    const { precision, weighted } = summedOf(markets, marketVariance)
    if (precision === 0) continue
    count += 1
    s1 += precision
    s2 += precision * precision
    sb += weighted
    sbb += (weighted * weighted) / precision
  }
  const divisor = s1 - s2 / s1
  const scatter = (sbb - (sb * sb) / s1 - (count - 1)) / divisor
  const skuVariance = divisor > 0 ? Math.max(0, scatter) : SKU_VARIANCE
  return levelAt(articles, skuVariance, marketVariance)
}

/** μ and Var μ with the spreads given. */
const levelAt = (
  articles: readonly Article[],
  skuVariance: number,
  marketVariance: number,
): CategoryLevel => {
  let precision = PRECISION_BEFORE
  let weighted = PRECISION_BEFORE * MEAN_BEFORE
  for (const markets of articles) {
    const own = summedOf(markets, marketVariance)
    const stays = 1 / (1 + skuVariance * own.precision)
    precision += stays * own.precision
    weighted += stays * own.weighted
  }
  return { mean: weighted / precision, variance: 1 / precision, skuVariance, marketVariance }
}

/** What is counted of a spread: squares, and by how much they count. */
interface Spread {
  squares: number
  shares: number
}

const stepFrom = (
  articles: readonly Article[],
  level: CategoryLevel,
  isSpreadTold: boolean,
): CategoryLevel => {
  const ofSkus: Spread = { squares: SEEN_BEFORE * SKU_VARIANCE, shares: SEEN_BEFORE }
  const ofMarkets: Spread = { squares: SEEN_BEFORE * MARKET_VARIANCE, shares: SEEN_BEFORE }
  for (const markets of articles) {
    const article = articleIn(markets, level)
    const away = article.mean - level.mean
    addTo(ofSkus, article.precision, away * away + article.variance)
    if (isSpreadTold && markets.length > 1) addMarkets(ofMarkets, markets, article, level)
  }
  const marketVariance = isSpreadTold ? ofMarkets.squares / ofMarkets.shares : level.marketVariance
  return levelAt(articles, ofSkus.squares / ofSkus.shares, marketVariance)
}

/** Mean and variance of what the article's elasticity s is, and how precisely its markets tell it. */
const articleIn = (
  markets: Article,
  { mean, variance, skuVariance, marketVariance }: CategoryLevel,
) => {
  const { precision, weighted } = summedOf(markets, marketVariance)
  const stays = 1 / (1 + skuVariance * precision)
  return {
    mean: stays * (mean + skuVariance * weighted),
    variance: skuVariance * stays + stays * stays * variance,
    precision,
  }
}

/** The strict step of the method: the squares of θ − s are to be expected so, given the evidence. */
const addMarkets = (
  spread: Spread,
  markets: Article,
  article: { readonly mean: number; readonly variance: number },
  { marketVariance }: CategoryLevel,
): void => {
  for (const { estimate, precision } of markets) {
    const moves = marketVariance * weightOf({ estimate, precision }, marketVariance)
    const square = (estimate - article.mean) ** 2 + article.variance
    addTo(spread, precision, moves * moves * square + marketVariance * (1 - moves))
  }
}

const addTo = (spread: Spread, precision: number, square: number): void => {
  const share = precision / (precision + PRECISION_BEFORE)
  spread.squares += share * square
  spread.shares += share
}
