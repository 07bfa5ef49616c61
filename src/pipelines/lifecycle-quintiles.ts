/**
 * In which fifths of the market's buyers a person stands, by recency, frequency and value. It is told
 * with each result, and makes none by itself: everybody's place moves as others buy.
 */
import type { LifecycleSegment } from '../events.ts'
import { packedScores, rfmScoresOf, scoresIn } from '../models/rfm-quintiles.ts'
import type { Grounds } from './lifecycle-grounds.ts'
import type { LifecycleContext } from './lifecycle-state.ts'

export type Quintiles = Pick<
  LifecycleSegment,
  'recencyQuintile' | 'frequencyQuintile' | 'monetaryQuintile'
>

/** Of somebody who never bought, and of everybody where no edges were published. */
const NOT_COMPARED: Quintiles = {
  recencyQuintile: null,
  frequencyQuintile: null,
  monetaryQuintile: null,
}

/** The quintiles that are told now. They are kept, since the next ones depend on what was told. */
export const toldQuintiles = (
  { history, population }: Grounds,
  { state, now }: LifecycleContext,
): Quintiles => {
  const { days, lastAt, netMinor } = history
  if (population.edges === null || lastAt === null) return NOT_COMPARED
  const values = {
    recency: Math.max(0, now - lastAt) / DAY_MS,
    frequency: days,
    monetary: netMinor / days,
  }
  const scores = rfmScoresOf(population.edges, values, scoresIn(state.quintiles.get()))
  state.quintiles.set(packedScores(scores))
  return {
    recencyQuintile: scores.recency,
    frequencyQuintile: scores.frequency,
    monetaryQuintile: scores.monetary,
  }
}

const DAY_MS = 86_400_000
