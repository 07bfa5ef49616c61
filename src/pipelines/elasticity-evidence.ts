/**
 * Brings together what is known of the articles of a category, in 64 parts of it.
 *
 *   demand-observations  -- by part of a category -->  elasticity-evidence
 *
 * A part keeps the last word on each of its pairs of article and market, and where anything changed it
 * tells all of them at 00:05 (UTC), as of midnight: days end within a minute of it, and what is told of
 * the new day by then waits for the next report. Nothing is added up, so a record that comes twice
 * changes nothing; but for the units sold by day, which are whole numbers. A pair is told of from the
 * first move of its price on, as long as something was heard of it in 400 days. One whose category
 * changes leaves the part that it was in.
 *
 * Bound: 128 pairs in a part; beyond them the one told of longest ago leaves. Days of 26 weeks.
 */
import { definePipeline } from '../engine/pipeline.ts'
import { days, type Instant, minutes } from '../engine/time.ts'
import { read } from '../engine/topic.ts'
import { demandObservations, elasticityEvidence as evidenceTopic } from '../events.ts'
import { ELASTICITY_EVIDENCE_VERSION, evidenceResult } from './elasticity-evidence-result.ts'
import {
  EVIDENCE_FIELDS,
  type EvidenceContext,
  type EvidenceState,
  evidenceIn,
  evidenceState,
  isLater,
  type Observation,
  pairIn,
} from './elasticity-evidence-state.ts'
import { countDays, countsFrom } from './elasticity-evidence-week.ts'
import { modelOfShard, shardIdOf } from './elasticity-population.ts'
import { midnightBefore, nextAt } from './time-of-day.ts'

const TOLD_AT = minutes(5)

export const elasticityEvidence = definePipeline({
  id: 'elasticity-evidence',
  version: ELASTICITY_EVIDENCE_VERSION,
  order: 'event-time',
  inputs: {
    observation: {
      from: read(demandObservations, ...EVIDENCE_FIELDS),
      keys: row => {
        const pair = pairIn(row)
        const own = shardIdOf(row.modelId, pair)
        return row.leftModelId === null ? [own] : [own, shardIdOf(row.leftModelId, pair)]
      },
      late: 'handle',
    },
  },
  state: evidenceState,
  forgetAfterMs: days(430),
  output: evidenceTopic,
  on: {
    observation(row, context) {
      const { key, now, state, timers } = context
      const due = nextAt(TOLD_AT, now)
      const isOfPart = row.modelId === modelOfShard(key)
      const hasChanged = isOfPart ? take(row, due, context) : leave(pairIn(row), state)
      if (hasChanged && timers.dueAt('reportDue') === undefined) timers.set('reportDue', due)
    },
  },
  onTimer: {
    reportDue({ key, now, state, timers }) {
      const midnight = midnightBefore(now)
      const result = evidenceResult(key, midnight, state)
      const isMore = state.early.size > 0 || countsFrom(state.days, midnight)
      if (isMore) timers.set('reportDue', now + days(1))
      takeEarly(state)
      return result
    },
  },
})

/** @param due when it is told */
const take = (row: Observation, due: Instant, { now, state }: EvidenceContext): boolean => {
  const isCounted = countDays(state.days, row, now)
  const evidence = evidenceIn(row)
  if (evidence === null) return isCounted
  const pair = pairIn(row)
  const entries = row.endedAt > midnightBefore(due) ? state.early : state.pairs
  if (isLater(evidence, entries.get(pair))) entries.set(pair, evidence)
  return true
}

/** Whether it was there. */
const leave = (pair: string, { pairs, early }: EvidenceState): boolean => {
  const wasEarly = early.delete(pair)
  return pairs.delete(pair) || wasEarly
}

const takeEarly = ({ pairs, early }: EvidenceState): void => {
  for (const [pair, evidence] of early.entries()) pairs.set(pair, evidence)
  early.clear()
}
