/** What is kept of a part of a category: the last word on each pair, and its sales by day. */
import { double, int, long, record, type ValueOf } from '../engine/form.ts'
import type { Context } from '../engine/pipeline.ts'
import { mapOf } from '../engine/state/map-of.ts'
import { tally } from '../engine/state/tally.ts'
import type { DemandObservation } from '../events.ts'
import { WEEKDAY_COUNTS_MAX } from './elasticity-evidence-week.ts'
import { pairOf } from './price-pair.ts'

/** As many as a part holds: 8,192 in a category. */
export const PAIRS_MAX = 128

const pair = record({
  /** Of the span whose record it is, and how much was learnt by then: which of two is the later. */
  endedAt: long,
  observations: long,
  deviationMean: double,
  deviationVariance: double,
  priceMean: double,
  priceVariance: double,
  covariance: double,
  excess: double,
  weight: double,
  experimentChanges: int,
  priceChanges: int,
})
export type PairEvidence = Readonly<ValueOf<typeof pair>>

export const evidenceState = {
  /** As of the midnight of the next report, by pair, the one told of longest ago first. */
  pairs: mapOf(pair, { max: PAIRS_MAX }),
  /** Told between that midnight and the report, of spans that are behind it. */
  early: mapOf(pair, { max: PAIRS_MAX }),
  /** By day: units, and what was expected of them. */
  days: tally({ max: WEEKDAY_COUNTS_MAX }),
}

export type EvidenceContext = Context<typeof evidenceState, 'reportDue', Record<never, never>>
export type EvidenceState = EvidenceContext['state']

/** What is read of an observation for it. */
export const EVIDENCE_FIELDS = [
  'sku',
  'market',
  'modelId',
  'leftModelId',
  'startedAt',
  'endedAt',
  'units',
  'hours',
  'isByViews',
  'deviationMean',
  'deviationVariance',
  'priceMean',
  'priceVariance',
  'covariance',
  'excess',
  'weight',
  'observations',
  'priceChanges',
  'experimentChanges',
  'unitsPerDay',
  'expectedP95',
] as const
export type Observation = Pick<DemandObservation, (typeof EVIDENCE_FIELDS)[number]>

export const pairIn = ({ sku, market }: Pick<Observation, 'sku' | 'market'>): string =>
  pairOf(sku, market)

/** Null where the record tells nothing of elasticities: the price never moved, or there is no level. */
export const evidenceIn = (row: Observation): PairEvidence | null => {
  const { deviationMean, deviationVariance, priceMean, priceVariance, covariance } = row
  const isKnown =
    deviationMean !== null &&
    deviationVariance !== null &&
    priceMean !== null &&
    priceVariance !== null &&
    covariance !== null
  if (!isKnown || row.priceChanges === 0) return null
  return {
    endedAt: row.endedAt,
    observations: row.observations,
    deviationMean,
    deviationVariance,
    priceMean,
    priceVariance,
    covariance,
    excess: row.excess,
    weight: row.weight,
    experimentChanges: row.experimentChanges,
    priceChanges: row.priceChanges,
  }
}

/** Several records may come of one event, and not in the order of their spans. */
export const isLater = (one: PairEvidence, other: PairEvidence | undefined): boolean =>
  other === undefined ||
  one.endedAt > other.endedAt ||
  (one.endedAt === other.endedAt && one.observations > other.observations)
