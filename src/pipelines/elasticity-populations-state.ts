/** What is kept of a category: its parts as they were last told, and how much was known at the last cut. */
import {
  array,
  boolean,
  double,
  int,
  long,
  nullable,
  record,
  string,
  type ValueOf,
} from '../engine/form.ts'
import type { Context } from '../engine/pipeline.ts'
import { mapOf } from '../engine/state/map-of.ts'
import { value } from '../engine/state/value.ts'
import type { ElasticityEvidence, ModelParameters } from '../events.ts'

export const PARTS_MAX = 64

const part = record({
  toldAt: long,
  sku: array(string),
  market: array(string),
  deviationMean: array(double),
  deviationVariance: array(double),
  priceMean: array(double),
  priceVariance: array(double),
  covariance: array(double),
  excess: array(double),
  weight: array(double),
  experimentChanges: array(int),
  priceChanges: array(int),
  weekdayUnits: array(long),
  weekdayExpected: array(long),
})
export type Part = Readonly<ValueOf<typeof part>>

const cutMeasures = record({ cutAt: long, pairs: int, information: double, tellsLevel: boolean })
/** How much was known at a cut: pairs, what they tell together, and whether that is a level. */
export type CutMeasures = Readonly<ValueOf<typeof cutMeasures>>

export const elasticityPopulationState = {
  /** By the number of the part. */
  parts: mapOf(part, { max: PARTS_MAX, bytesMax: 1 << 17 }),
  /** Null before the first. */
  lastCut: value(nullable(cutMeasures), null),
}

export type ElasticityPopulationContext = Context<
  typeof elasticityPopulationState,
  'cutDue',
  { readonly modelParameters: ModelParameters }
>

type Told = Pick<ElasticityEvidence, 'occurredAt' | Exclude<keyof Part, 'toldAt'>>

/** What is read of a part's evidence for it. */
export const PART_FIELDS = [
  'sku',
  'market',
  'deviationMean',
  'deviationVariance',
  'priceMean',
  'priceVariance',
  'covariance',
  'excess',
  'weight',
  'experimentChanges',
  'priceChanges',
  'weekdayUnits',
  'weekdayExpected',
] as const

export const partOf = (told: Told): Part => ({
  toldAt: told.occurredAt,
  sku: [...told.sku],
  market: [...told.market],
  deviationMean: [...told.deviationMean],
  deviationVariance: [...told.deviationVariance],
  priceMean: [...told.priceMean],
  priceVariance: [...told.priceVariance],
  covariance: [...told.covariance],
  excess: [...told.excess],
  weight: [...told.weight],
  experimentChanges: [...told.experimentChanges],
  priceChanges: [...told.priceChanges],
  weekdayUnits: [...told.weekdayUnits],
  weekdayExpected: [...told.weekdayExpected],
})
