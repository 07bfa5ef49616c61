import { type DealPrior, LIFT_MAX, STRENGTH_BOUNDS } from './deal-prior.ts'
import type { SpendParameters } from './gamma-gamma.ts'
import type { PurchaseParameters } from './mbg-nbd.ts'
import { LEVEL_BOUNDS, type Platt, SLOPE_BOUNDS } from './platt-calibration.ts'
import { type RfmEdges, rfmEdgesIn, rfmParametersOf } from './rfm-quintiles.ts'
import type { ValueLevels } from './value-bands.ts'

/**
 * What is known of a population of buyers, by the names under which `model-parameters` carries it:
 *
 *     r alpha a b                     how often people buy, and leave (`mbg-nbd.ts`)
 *     versionOfAll                    of the model of all, where r to b and the slopes and shifts are its
 *                                     own as a market took them over; 0: those of the seed
 *     p q v                           what they spend, in minor units (`gamma-gamma.ts`)
 *     spendCorrelation                of purchase days and their mean amount, which p, q and v take to be 0
 *     highFrom highUntil medianFrom   levels of value, as buckets (`value-bands.ts`)
 *     recency18 ... monetary82        edges of fifths, as buckets (`rfm-quintiles.ts`)
 *     slope30 shift30 slope90 shift90 how forecasts are set right (`platt-calibration.ts`)
 *     lift strength                   what deals do to all (`deal-prior.ts`)
 *
 * Each line is a group. One that is incomplete, or that the formulas cannot take, counts as absent;
 * the other groups hold all the same.
 */
export interface PopulationParameters {
  readonly rhythm: PurchaseParameters | null
  /** Of all markets, where `rhythm` and `platt` are theirs; 0: the seed's. Null: they are the model's own. */
  readonly versionOfAll: number | null
  readonly spend: SpendParameters | null
  /**
   * From -1 to 1, over buyers who paid. Above .3, who buys often spends more each time than the model
   * says, so that it tells too little of the best buyers: levels are then to be read with care.
   */
  readonly spendCorrelation: number | null
  readonly levels: ValueLevels | null
  readonly edges: RfmEdges | null
  /** In the order of `PLATT_HORIZONS_DAYS`. */
  readonly platt: readonly (Platt | null)[]
  readonly dealPrior: DealPrior | null
}

/** The parameters of a model by name, as an event carries them. */
export type Published = Readonly<Record<string, number>>

/** How far ahead the forecasts look that are set right by what became of earlier ones. */
export const PLATT_HORIZONS_DAYS: readonly number[] = [30, 90]

/** The groups as they are published; what is null is left out. */
export const publishedOf = (population: PopulationParameters): Record<string, number> => ({
  ...population.rhythm,
  ...(population.versionOfAll !== null && { versionOfAll: population.versionOfAll }),
  ...population.spend,
  ...(population.spendCorrelation !== null && { spendCorrelation: population.spendCorrelation }),
  ...population.levels,
  ...(population.edges && rfmParametersOf(population.edges)),
  ...Object.assign({}, ...population.platt.map(publishedPlatt)),
  ...population.dealPrior,
})

const publishedPlatt = (platt: Platt | null, at: number): Record<string, number> => {
  const days = PLATT_HORIZONS_DAYS[at]!
  return platt === null ? {} : { [`slope${days}`]: platt.slope, [`shift${days}`]: platt.level }
}

/** The groups that were published so. */
export const populationParametersIn = (published: Published): PopulationParameters => ({
  rhythm: rhythmIn(published),
  versionOfAll: versionOfAllIn(published),
  spend: spendIn(published),
  spendCorrelation: spendCorrelationIn(published),
  levels: levelsIn(published),
  edges: rfmEdgesIn(published),
  platt: PLATT_HORIZONS_DAYS.map(days => plattIn(published, days)),
  dealPrior: dealPriorIn(published),
})

/** Far beyond any population, and near enough to it that no formula comes to what is no number. */
const [PARAMETER_MIN, PARAMETER_MAX] = [1e-6, 1e9]
const isPositive = (parameter: number): boolean =>
  parameter >= PARAMETER_MIN && parameter <= PARAMETER_MAX

export const rhythmIn = (published: Published): PurchaseParameters | null => {
  const all = allOf(published, ['r', 'alpha', 'a', 'b'])
  return all !== null && Object.values(all).every(isPositive) ? all : null
}

export const versionOfAllIn = ({ versionOfAll }: Published): number | null =>
  versionOfAll !== undefined && Number.isInteger(versionOfAll) && versionOfAll >= 0
    ? versionOfAll
    : null

/** Null where the model has none, or carries those of all. */
export const ownRhythmIn = (published: Published): PurchaseParameters | null =>
  versionOfAllIn(published) === null ? rhythmIn(published) : null

/** Up to a `q` of 1 the population has no mean to draw anybody to. */
export const spendIn = (published: Published): SpendParameters | null => {
  const all = allOf(published, ['p', 'q', 'v'])
  return all !== null && [all.p, all.q - 1, all.v].every(isPositive) ? all : null
}

export const spendCorrelationIn = (published: Published): number | null => {
  const correlation = published.spendCorrelation
  return correlation !== undefined && Math.abs(correlation) <= 1 ? correlation : null
}

/** Where a level was left above where it is entered, people would flutter between the two. */
export const levelsIn = (published: Published): ValueLevels | null => {
  const all = allOf(published, ['highFrom', 'highUntil', 'medianFrom'])
  if (all === null || !Object.values(all).every(Number.isInteger)) return null
  return all.highUntil <= all.highFrom ? all : null
}

/** Of one horizon. A slope above 0, so that who is likelier stays so. */
export const plattIn = (published: Published, horizonDays: number): Platt | null => {
  const slope = published[`slope${horizonDays}`]
  const level = published[`shift${horizonDays}`]
  if (slope === undefined || level === undefined) return null
  return isWithin(slope, SLOPE_BOUNDS) && isWithin(level, LEVEL_BOUNDS) ? { slope, level } : null
}

export const dealPriorIn = (published: Published): DealPrior | null => {
  const all = allOf(published, ['lift', 'strength'])
  if (all === null || !isWithin(all.strength, STRENGTH_BOUNDS)) return null
  return Math.abs(all.lift) <= LIFT_MAX ? all : null
}

const isWithin = (value: number, bounds: { readonly min: number; readonly max: number }): boolean =>
  value >= bounds.min && value <= bounds.max

/** All of these, or null where one is missing. */
const allOf = <const Name extends string>(
  published: Published,
  names: readonly Name[],
): { readonly [N in Name]: number } | null =>
  names.every(name => published[name] !== undefined)
    ? (Object.fromEntries(names.map(name => [name, published[name]!])) as Record<Name, number>)
    : null
