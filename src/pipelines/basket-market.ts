/**
 * How many orders a market has, as it was last published on `model-parameters` under
 * `baskets/<market>`; the market without a name is `baskets/`.
 */
import type { Reference } from '../engine/pipeline.ts'
import type { Instant } from '../engine/time.ts'
import type { ModelParameters } from '../events.ts'
import { faded } from '../models/space-saving.ts'
import { BASKETS_HALF_LIFE_MS } from './basket-reports.ts'

const PREFIX = 'baskets/'

export const modelIdOf = (market: string | null): string => `${PREFIX}${market ?? ''}`

export const marketOf = (modelId: string): string | null => modelId.slice(PREFIX.length) || null

export interface MarketBaskets {
  /** The row, as results cite it: `baskets/UK@20780`. */
  readonly citation: string
  /** Orders, old ones counting less; above 0. */
  readonly baskets: number
}

/**
 * As of `now`, as though none had come since. Null: none were told yet, or no number that anything can be
 * compared with.
 */
export const basketsOf = (
  published: Reference<ModelParameters>,
  market: string | null,
  now: Instant,
): MarketBaskets | null => {
  const row = published.get(modelIdOf(market))
  const told = row?.parameters.baskets
  if (row === undefined || told === undefined || !isCount(told)) return null
  const { modelId, version, occurredAt, trainedThrough } = row
  const baskets = faded(told, trainedThrough ?? occurredAt, now, BASKETS_HALF_LIFE_MS)
  return { citation: `${modelId}@${version}`, baskets }
}

export const isCount = (baskets: number): boolean => Number.isFinite(baskets) && baskets > 0
