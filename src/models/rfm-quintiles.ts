import { bucketOf, type ReadonlySketch } from './quantile-sketch.ts'
import { bucketAtShare } from './sketch-ranks.ts'

/**
 * Recency, frequency and value of a buyer as scores from 1 to 5: in which fifth of all buyers the
 * person stands. 5 is the best fifth, so of recency the fifth that has been away least.
 *
 * The edges come from one sketch of the population for each dimension. A sketch of recency cannot be
 * kept, as everybody's grows from day to day: it is made anew each time, from the cells of purchase
 * days. Between two such times the edges stand still and people move across them.
 *
 *     percentile      18  20  22       38  40  42       58  60  62       78  80  82
 *     quintile     1   |   |   |    2   |   |   |    3   |   |   |    4   |   |   |    5
 *                      falls   rises
 *
 * A score that somebody has moves across an edge only when the person stands two percentile points
 * beyond it, so that nobody flutters between two. A first score goes by the edge itself. Where many
 * share one value (most buyers bought once) all have the score of the middle of their places; so a
 * score may be empty, and where all are alike everybody has a 3.
 */
export type Quintile = 1 | 2 | 3 | 4 | 5

export const RFM_DIMENSIONS = ['recency', 'frequency', 'monetary'] as const
export type RfmDimension = (typeof RFM_DIMENSIONS)[number]

/** What a buyer is ranked by. */
export interface RfmValues {
  /** Days since the last purchase. */
  readonly recency: number
  /** Days with a purchase, from 1 on. */
  readonly frequency: number
  /** The mean net value of such a day, in minor units; below 0 counts as 0. */
  readonly monetary: number
}

/** By dimension, the bucket in which each percentile of `RFM_PERCENTILES` is reached. */
export type RfmEdges = Readonly<Record<RfmDimension, readonly number[]>>
export type RfmScores = Readonly<Record<RfmDimension, Quintile>>

const EDGES = [20, 40, 60, 80]
/** Percentile points by which somebody must be beyond an edge to cross it. */
export const RFM_HYSTERESIS_POINTS = 2
export const RFM_PERCENTILES: readonly number[] = EDGES.flatMap(edge => [
  edge - RFM_HYSTERESIS_POINTS,
  edge,
  edge + RFM_HYSTERESIS_POINTS,
])
/** Below so many buyers nobody is ranked: a percentile point is then less than one of them. */
export const RFM_PEOPLE_MIN = 100

/** The edges of a population; null where it has too few people. */
export const rfmEdgesOf = (
  sketches: Readonly<Record<RfmDimension, ReadonlySketch>>,
): RfmEdges | null => {
  if (RFM_DIMENSIONS.some(dimension => sketches[dimension].count < RFM_PEOPLE_MIN)) return null
  return byDimension(dimension =>
    RFM_PERCENTILES.map(percentile => bucketAtShare(sketches[dimension], percentile / 100)),
  )
}

/** The scores by these edges, given those that the person has; null for none yet. */
export const rfmScoresOf = (
  edges: RfmEdges,
  values: RfmValues,
  held: RfmScores | null,
): RfmScores => {
  const scoreOf = (dimension: 'frequency' | 'monetary') =>
    quintileOf(edges[dimension], Math.max(0, values[dimension]), held?.[dimension] ?? null)
  const absence = quintileOf(edges.recency, values.recency, held && opposite(held.recency))
  return {
    recency: opposite(absence),
    frequency: scoreOf('frequency'),
    monetary: scoreOf('monetary'),
  }
}

/** Where the value stands, 1 for the lowest fifth. What is held stays, between falling and rising. */
const quintileOf = (edges: readonly number[], value: number, held: Quintile | null): Quintile => {
  const bucket = bucketOf(value)
  if (held === null) return reached(edges, bucket, 1)
  return Math.min(Math.max(held, reached(edges, bucket, 2)), reached(edges, bucket, 0)) as Quintile
}

/** The quintile by the first, second or third of each edge's percentiles. */
const reached = (edges: readonly number[], bucket: number, which: 0 | 1 | 2): Quintile => {
  let quintile = 1
  for (let at = which; at < edges.length; at += 3) if (bucket >= edges[at]!) quintile++
  return quintile as Quintile
}

const opposite = (quintile: Quintile): Quintile => (6 - quintile) as Quintile

/** Three digits, such as 435; 0 is no scores. */
export const packedScores = ({ recency, frequency, monetary }: RfmScores): number =>
  100 * recency + 10 * frequency + monetary

/** The scores of such a number, null of 0. */
export const scoresIn = (packed: number): RfmScores | null =>
  packed === 0
    ? null
    : {
        recency: Math.floor(packed / 100) as Quintile,
        frequency: (Math.floor(packed / 10) % 10) as Quintile,
        monetary: (packed % 10) as Quintile,
      }

/** The edges as a map of numbers such as an event carries: `recency18` and so on. */
export const rfmParametersOf = (edges: RfmEdges): Record<string, number> =>
  Object.fromEntries(
    RFM_DIMENSIONS.flatMap(dimension =>
      RFM_PERCENTILES.map((percentile, at) => [`${dimension}${percentile}`, edges[dimension][at]!]),
    ),
  )

/** The edges that were published so; null where one is missing, is no bucket, or is out of order. */
export const rfmEdgesIn = (parameters: Readonly<Record<string, number>>): RfmEdges | null => {
  const edges = byDimension(dimension =>
    RFM_PERCENTILES.flatMap(percentile => parameters[`${dimension}${percentile}`] ?? []),
  )
  return RFM_DIMENSIONS.every(dimension => areEdges(edges[dimension])) ? edges : null
}

/** Out of order, one would have to fall and to rise at the same time. */
const areEdges = (edges: readonly number[]): boolean =>
  edges.length === RFM_PERCENTILES.length &&
  edges.every((edge, at) => Number.isInteger(edge) && edge >= (edges[at - 1] ?? edge))

const byDimension = <T>(of: (dimension: RfmDimension) => T): Record<RfmDimension, T> => ({
  recency: of('recency'),
  frequency: of('frequency'),
  monetary: of('monetary'),
})
