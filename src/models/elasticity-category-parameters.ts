import { WEEKDAY_BOUNDS } from './elasticity-category-counts.ts'
import type { CategoryLevel } from './elasticity-pooling.ts'
import type { HausmanGate } from './hausman-gate.ts'

/**
 * What is known of a category's elasticities, by the names under which `model-parameters` carries it:
 *
 *     experimentMean experimentVariance          the mean of the category, and how well it is known,
 *     experimentSkuSpread experimentMarketSpread how far articles, and their markets, are from it (sd),
 *     experimentPairs                            and how many told it, by prices drawn by chance
 *     observationalMean ...                      the same five by prices that somebody set
 *     hausman hausmanSd hausmanPairs             whether the two agree (`hausman-gate.ts`)
 *     scatter                                    1/φ of the demand (`elasticity-noise.ts`)
 *     weekday0 ... weekday6                      demand of a day of the week, from Monday on (UTC)
 *
 * Each line or sentence is a group. One that is incomplete, or that the formulas cannot take, counts as
 * absent; the other groups hold all the same. Who publishes a mean by hand may leave its pairs out.
 */
export interface ElasticityParameters {
  readonly experiment: KnownLevel | null
  readonly observational: KnownLevel | null
  readonly gate: HausmanGate | null
  readonly scatter: number | null
  /** Seven numbers around 1, Monday's first. */
  readonly weekdays: readonly number[] | null
}

export interface KnownLevel extends CategoryLevel {
  /** How many pairs of article and market told it. */
  readonly pairs: number
}

export const NO_PARAMETERS: ElasticityParameters = {
  experiment: null,
  observational: null,
  gate: null,
  scatter: null,
  weekdays: null,
}

/** The parameters of a model by name, as an event carries them. */
export type Published = Readonly<Record<string, number>>

type Chain = 'experiment' | 'observational'

/** The groups as they are published; what is null is left out. */
export const publishedOf = (parameters: ElasticityParameters): Record<string, number> => ({
  ...publishedLevel('experiment', parameters.experiment),
  ...publishedLevel('observational', parameters.observational),
  ...publishedGate(parameters.gate),
  ...(parameters.scatter !== null && { scatter: parameters.scatter }),
  ...Object.fromEntries((parameters.weekdays ?? []).map((index, day) => [`weekday${day}`, index])),
})

const publishedLevel = (chain: Chain, level: KnownLevel | null): Record<string, number> =>
  level === null
    ? {}
    : {
        [`${chain}Mean`]: level.mean,
        [`${chain}Variance`]: level.variance,
        [`${chain}SkuSpread`]: Math.sqrt(level.skuVariance),
        [`${chain}MarketSpread`]: Math.sqrt(level.marketVariance),
        [`${chain}Pairs`]: level.pairs,
      }

const publishedGate = (gate: HausmanGate | null): Record<string, number> =>
  gate === null ? {} : { hausman: gate.statistic, hausmanSd: gate.gapSd, hausmanPairs: gate.pairs }

/** The groups that were published so. */
export const elasticityParametersIn = (published: Published): ElasticityParameters => ({
  experiment: categoryLevelIn(published, 'experiment'),
  observational: categoryLevelIn(published, 'observational'),
  gate: gateIn(published),
  scatter: withinOrNull(published.scatter, SCATTER_BOUNDS),
  weekdays: weekdaysIn(published),
})

/** Far beyond any category, and near enough to it that no formula comes to what is no number. */
const MEAN_MAX = 50
const VARIANCE_MAX = 100
const SPREAD_BOUNDS = { min: 1e-3, max: 10 }
const SCATTER_BOUNDS = { min: 0.005, max: 3 }
const DAYS_OF_A_WEEK = 7

export const categoryLevelIn = (published: Published, chain: Chain): KnownLevel | null => {
  const mean = withinOrNull(published[`${chain}Mean`], { min: -MEAN_MAX, max: MEAN_MAX })
  const variance = withinOrNull(published[`${chain}Variance`], { min: 0, max: VARIANCE_MAX })
  const sku = withinOrNull(published[`${chain}SkuSpread`], SPREAD_BOUNDS)
  const market = withinOrNull(published[`${chain}MarketSpread`], { ...SPREAD_BOUNDS, min: 0 })
  if (mean === null || variance === null || sku === null || market === null) return null
  const pairs = published[`${chain}Pairs`] ?? 0
  return { mean, variance, skuVariance: sku ** 2, marketVariance: market ** 2, pairs }
}

const gateIn = ({ hausman, hausmanSd, hausmanPairs }: Published): HausmanGate | null => {
  if (hausman === undefined || hausmanSd === undefined || hausmanPairs === undefined) return null
  if (!Number.isFinite(hausman) || !(hausmanSd >= 0)) return null
  return { statistic: hausman, gapSd: hausmanSd, pairs: hausmanPairs }
}

const weekdaysIn = (published: Published): readonly number[] | null => {
  const weekdays: number[] = []
  for (let day = 0; day < DAYS_OF_A_WEEK; day++) {
    const index = withinOrNull(published[`weekday${day}`], WEEKDAY_BOUNDS)
    if (index === null) return null
    weekdays.push(index)
  }
  return weekdays
}

const withinOrNull = (
  value: number | undefined,
  { min, max }: { readonly min: number; readonly max: number },
): number | null => (value !== undefined && value >= min && value <= max ? value : null)
