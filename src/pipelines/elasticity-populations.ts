/**
 * Puts all that a fit reads into one record: the articles of a category, as of a midnight.
 *
 *   elasticity-evidence, with model-parameters  -- by model -->  elasticity-populations
 *
 * A part's record replaces what was known of it. Parts are told at 00:05 (UTC), and where any was there
 * is a cut at 00:15, if it is worth a version (`elasticity-populations-worth.ts`).
 *
 * Bound: 64 parts of 128 pairs, some 800 kB. Where parts are full, the record says so. What was not told
 * of in 401 days is dropped, and forgotten.
 */
import { by, definePipeline } from '../engine/pipeline.ts'
import { days, minutes } from '../engine/time.ts'
import { read } from '../engine/topic.ts'
import {
  elasticityEvidence,
  modelParameters,
  elasticityPopulations as populationsTopic,
} from '../events.ts'
import { categoryOf } from './elasticity-population.ts'
import { columnsOf, partsAt, reasonsOf } from './elasticity-populations-cut.ts'
import { elasticityPopulationState, PART_FIELDS, partOf } from './elasticity-populations-state.ts'
import { isWorthwhile, measuredAt } from './elasticity-populations-worth.ts'
import { midnightBefore, nextAt } from './time-of-day.ts'

export const ELASTICITY_POPULATIONS_VERSION = 'populations-2026-11-23'

const CUT_AT = minutes(15)

export const elasticityPopulations = definePipeline({
  id: 'elasticity-populations',
  version: ELASTICITY_POPULATIONS_VERSION,
  order: 'event-time',
  inputs: {
    part: {
      from: read(elasticityEvidence, 'shardId', 'modelId', ...PART_FIELDS),
      key: by('modelId'),
      late: 'handle',
    },
  },
  references: { modelParameters },
  state: elasticityPopulationState,
  forgetAfterMs: days(430),
  output: populationsTopic,
  on: {
    part(told, { key, now, state, timers }) {
      state.parts.set(told.shardId.slice(key.length + 1), partOf(told))
      if (timers.dueAt('cutDue') === undefined) timers.set('cutDue', nextAt(CUT_AT, now))
    },
  },
  onTimer: {
    cutDue(context) {
      const { key, now, state, reference } = context
      const cutAt = midnightBefore(now)
      const parts = partsAt(cutAt, context)
      const columns = columnsOf(parts)
      const measures = measuredAt(cutAt, columns)
      if (!isWorthwhile(columns, measures, state.lastCut.get())) return null
      state.lastCut.set(measures)
      const inUse = reference.modelParameters.get(key)
      return {
        modelVersion: ELASTICITY_POPULATIONS_VERSION,
        reasons: reasonsOf(parts),
        modelId: key,
        category: categoryOf(key),
        cutAt,
        ...columns,
        inUseVersion: inUse?.version ?? 0,
        inUse: inUse?.parameters ?? {},
      }
    },
  },
})
