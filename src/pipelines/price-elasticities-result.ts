/** What is told of an article in a market. */
import type { BodyOf } from '../engine/pipeline.ts'
import type { DemandObservation, PriceElasticity } from '../events.ts'
import { elasticityParametersIn, NO_PARAMETERS } from '../models/elasticity-category-parameters.ts'
import { type ElasticityJudgement, judgementOn } from '../models/elasticity-judgement.ts'
import type { MarketDemand } from '../models/elasticity-market.ts'
import { noiseSizeOf } from '../models/elasticity-noise.ts'
import { intervalOf } from '../models/elasticity-pooling.ts'
import { levelsBy } from './elasticity-population.ts'
import type { ElasticityContext } from './price-elasticities-state.ts'

export const ELASTICITY_MODEL_VERSION = 'elasticity-2026-11-24'

/** The fields of an observation that a result is made of. */
export type ObservedDemand = Pick<DemandObservation, (typeof OBSERVED_FIELDS)[number]>

export const OBSERVED_FIELDS = [
  'sku',
  'market',
  'category',
  'currency',
  'startedAt',
  'endedAt',
  'occurredAt',
  'shownPriceMinor',
  'policyPriceMinor',
  'deviationMean',
  'deviationVariance',
  'priceMean',
  'priceVariance',
  'covariance',
  'excess',
  'weight',
  'observations',
  'totalUnits',
  'priceChanges',
  'experimentChanges',
  'promotionChanges',
  'daysKnown',
  'daysInStock',
  'unitsPerDay',
  'reasons',
] as const satisfies readonly (keyof DemandObservation)[]

const parametersOf = levelsBy(elasticityParametersIn, NO_PARAMETERS)

export interface Judged {
  readonly judgement: ElasticityJudgement
  /** The row of parameters in use, as results cite it. */
  readonly citation: string
}

/** With all markets of the article and the parameters in use for its category. */
export const judged = (row: ObservedDemand, { state, reference }: ElasticityContext): Judged => {
  const { category } = row
  const { names, demands } = inOrderOfNames(state)
  const { citation, level } = parametersOf(reference.modelParameters, category)
  const judgement = judgementOn({
    markets: demands,
    at: names.indexOf(row.market ?? ''),
    price: {
      shownMinor: row.shownPriceMinor,
      policyMinor: row.policyPriceMinor,
      currency: row.currency,
      unitsPerDay: row.unitsPerDay,
      size: noiseSizeOf(row),
    },
    category,
    parameters: level,
  })
  return { judgement, citation }
}

/**
 * So that sums over markets have the same bits, in whichever order they were heard of. Most articles have a
 * few, which are sooner put in their places than sorted.
 */
const inOrderOfNames = ({ markets }: Pick<ElasticityContext['state'], 'markets'>) => {
  const states = markets.values()
  const names: string[] = []
  const demands: MarketDemand[] = []
  for (const [index, name] of markets.keys().entries()) {
    const at = placeOf(name, names)
    names.splice(at, 0, name)
    demands.splice(at, 0, states[index]!.demand)
  }
  return { names, demands }
}

/** Where a name belongs. */
const placeOf = (name: string, names: readonly string[]): number => {
  let [low, high] = [0, names.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (names[middle]! < name) low = middle + 1
    else high = middle
  }
  return low
}

export const resultOf = (
  { sku, market, category, observations, priceChanges, unitsPerDay, reasons: told }: ObservedDemand,
  { judgement, citation }: Judged,
): BodyOf<PriceElasticity> => {
  const { status, method, mean, sd, own, category: group, daysToIdentify, reasons } = judgement
  const isKnown = status !== 'NOT_IDENTIFIED'
  const interval = isKnown ? intervalOf(judgement) : null
  return {
    modelVersion: `${ELASTICITY_MODEL_VERSION} ${citation}`,
    reasons: told.length === 0 ? reasons : [...reasons, ...told],
    sku,
    market,
    category,
    elasticity: isKnown ? mean : null,
    sd: isKnown ? sd : null,
    p05: interval?.p05 ?? null,
    p95: interval?.p95 ?? null,
    status,
    method,
    observations,
    priceChanges,
    unitsPerDay,
    ownElasticity: own?.mean ?? null,
    ownSd: own?.sd ?? null,
    categoryElasticity: group?.mean ?? null,
    categorySd: group?.sd ?? null,
    daysToIdentify,
  }
}
