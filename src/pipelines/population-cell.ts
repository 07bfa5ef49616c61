/** The cell of the population that a buyer is counted in, and what changes when that is another. */
import { int, nullable, record, string, type ValueOf } from '../engine/form.ts'
import type { BodyOf } from '../engine/pipeline.ts'
import type { LifecycleSegment, PopulationChange } from '../events.ts'
import { dayOf } from '../models/purchase-history.ts'
import { bucketOf } from '../models/quantile-sketch.ts'

export const POPULATION_CHANGES_VERSION = 'population-2026-11-23'

export const populationCell = record({
  market: nullable(string),
  cohortDay: int,
  repeats: int,
  lastDay: int,
  spendBucket: nullable(int),
  purchases: int,
  dealPurchases: int,
  views: int,
  dealViews: int,
})
export type PopulationCell = Readonly<ValueOf<typeof populationCell>>

/** What is read of a segment for it. */
export const CELL_FIELDS = [
  'market',
  'frequency',
  'monetaryMinor',
  'firstPurchaseAt',
  'lastPurchaseAt',
  'purchases',
  'dealPurchases',
  'views',
  'dealViews',
] as const

/** Null for somebody of whom no purchase stands. */
export const cellOf = (
  segment: Pick<LifecycleSegment, (typeof CELL_FIELDS)[number]>,
): PopulationCell | null => {
  const { market, frequency, firstPurchaseAt, lastPurchaseAt } = segment
  if (firstPurchaseAt === null || lastPurchaseAt === null) return null
  const meanMinor = (segment.monetaryMinor ?? 0) / (frequency + 1)
  return {
    market,
    cohortDay: dayOf(firstPurchaseAt),
    repeats: frequency,
    lastDay: dayOf(lastPurchaseAt),
    spendBucket: meanMinor > 0 ? bucketOf(meanMinor) : null,
    purchases: segment.purchases,
    dealPurchases: segment.dealPurchases,
    views: segment.views,
    dealViews: segment.dealViews,
  }
}

/**
 * Whether the buyer is counted as before. Views alone make no change, as there are many of them: they
 * are taken along with the next purchase.
 */
export const isCountedAlike = (x: PopulationCell, y: PopulationCell): boolean =>
  x.market === y.market &&
  x.cohortDay === y.cohortDay &&
  x.repeats === y.repeats &&
  x.lastDay === y.lastDay &&
  x.spendBucket === y.spendBucket &&
  x.purchases === y.purchases &&
  x.dealPurchases === y.dealPurchases

export type Change = BodyOf<PopulationChange>

export const membershipOf = (
  subjectId: string,
  cell: PopulationCell,
  change: 'JOINED' | 'LEFT',
): Change => changeOf(subjectId, cell, change, NO_FORECAST)

/** What became of a forecast about a buyer in this cell. */
export const forecastEndOf = (subjectId: string, cell: PopulationCell, forecast: Ended): Change =>
  changeOf(subjectId, cell, 'FORECAST', forecast)

type Ended = Pick<Change, 'horizonDays' | 'forecastAt' | 'churnRisk' | 'bought' | 'judgedModelId'>
const NO_FORECAST: Ended = {
  horizonDays: null,
  forecastAt: null,
  churnRisk: null,
  bought: null,
  judgedModelId: null,
}

/** Field by field, as it is made with each purchase, and spreading objects takes several times longer. */
const changeOf = (
  subjectId: string,
  cell: PopulationCell,
  change: Change['change'],
  { horizonDays, forecastAt, churnRisk, bought, judgedModelId }: Ended,
): Change => ({
  modelVersion: POPULATION_CHANGES_VERSION,
  reasons: [],
  subjectId,
  market: cell.market,
  change,
  cohortDay: cell.cohortDay,
  repeats: cell.repeats,
  lastDay: cell.lastDay,
  spendBucket: cell.spendBucket,
  purchases: cell.purchases,
  dealPurchases: cell.dealPurchases,
  views: cell.views,
  dealViews: cell.dealViews,
  horizonDays,
  forecastAt,
  churnRisk,
  bought,
  judgedModelId,
})
