/**
 * The elasticity of an article in a market, from its own data, its other markets and its category.
 *
 * Three levels (reference, part 3.4, with one more for markets):
 *
 *   category     μ        known as N(mean, variance)
 *   article      s ~ N(μ, τ²)                             τ² = skuVariance
 *   in a market  θ ~ N(s, υ²)                             υ² = marketVariance
 *   evidence     b ~ N(θ, 1/J)
 *
 * The posterior of a tree of normals is exact, and has a closed form. What μ is not known by adds as much
 * as the answer moves with it. Without other markets and υ² = 0 it is the formula of the reference:
 * mean μ + B(b − μ), variance τ²(1 − B) + (1 − B)² Var μ, B = τ²/(τ² + 1/J).
 */
import type { Evidence } from './elasticity-evidence.ts'
import { QUANTILE_95 } from './normal-distribution.ts'

export interface CategoryLevel {
  readonly mean: number
  /** Of the mean: how well it is known. */
  readonly variance: number
  /** Of articles around the mean. */
  readonly skuVariance: number
  /** Of an article's markets around the article. */
  readonly marketVariance: number
}

/**
 * Where nothing is known of a category: its mean is N(−2, 1), its articles are N(mean, .4²). Nothing of
 * an article went into that mean, so the two variances are one: what the article tells moves both.
 */
export const HYPERPRIOR: CategoryLevel = {
  mean: -2,
  variance: 0,
  skuVariance: 1 + 0.4 ** 2,
  marketVariance: 0.2 ** 2,
}

export interface Pooled {
  readonly mean: number
  readonly sd: number
  /** Of the own evidence alone; Infinity where there is none. */
  readonly ownSd: number
}

/** Of all markets of one article, in the order given. */
export const pooledIn = (
  markets: readonly Evidence[],
  category: CategoryLevel,
): readonly Pooled[] => markets.map((_, at) => pooledAt(markets, at, category))

/**
 * Of one market of an article. The others are summed up in the order given, so it is to be the same
 * order each time.
 */
export const pooledAt = (
  markets: readonly Evidence[],
  at: number,
  category: CategoryLevel,
): Pooled => {
  const { skuVariance, marketVariance } = category
  const others = summedOf(markets, marketVariance, at)
  const kept = 1 / (1 + skuVariance * others.precision)
  const before = {
    mean: kept * (category.mean + skuVariance * others.weighted),
    variance: marketVariance + skuVariance * kept,
  }
  const { estimate, precision } = markets[at]!
  const stays = 1 / (1 + before.variance * precision)
  const mean = estimate + stays * (before.mean - estimate)
  const variance = before.variance * stays + (stays * kept) ** 2 * category.variance
  return { mean, sd: Math.sqrt(variance), ownSd: 1 / Math.sqrt(precision) }
}

/** Σ w and Σ w b over an article's markets, w = 1/(1/J + υ²): what they say of the article together. */
export const summedOf = (
  markets: readonly Evidence[],
  marketVariance: number,
  without = -1,
): { readonly precision: number; readonly weighted: number } => {
  let [precision, weighted] = [0, 0]
  for (let at = 0; at < markets.length; at++) {
    if (at === without) continue
    const weight = weightOf(markets[at]!, marketVariance)
    precision += weight
    weighted += weight * markets[at]!.estimate
  }
  return { precision, weighted }
}

/** 1/(1/J + υ²), which is 0 without evidence. */
export const weightOf = ({ precision }: Evidence, spread: number): number =>
  precision / (1 + spread * precision)

/** The standard deviation of an article of the category of which nothing is known. */
export const articleSdOf = ({ variance, skuVariance, marketVariance }: CategoryLevel): number =>
  Math.sqrt(variance + skuVariance + marketVariance)

/**
 * The precision that the own evidence must have for a standard deviation of `sd`, with nothing known of
 * other markets; 0 where the category alone knows it so well.
 */
export const precisionFor = (sd: number, category: CategoryLevel): number => {
  const { variance, skuVariance, marketVariance } = category
  const spread = skuVariance + marketVariance
  // The share x = 1/(1 + spread J) that stays of the category: spread x + variance x² = sd².
  const root = Math.sqrt(spread * spread + 4 * variance * sd * sd)
  const stays = (2 * sd * sd) / (spread + root)
  return Math.max(0, (1 / stays - 1) / spread)
}

/** The 90 % interval. */
export const intervalOf = ({ mean, sd }: { readonly mean: number; readonly sd: number }) => ({
  p05: mean - QUANTILE_95 * sd,
  p95: mean + QUANTILE_95 * sd,
})
