import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addValue, bucketOf, emptySketch } from './quantile-sketch.ts'
import {
  packedScores,
  type Quintile,
  RFM_PERCENTILES,
  type RfmEdges,
  type RfmScores,
  type RfmValues,
  rfmEdgesIn,
  rfmEdgesOf,
  rfmParametersOf,
  rfmScoresOf,
  scoresIn,
} from './rfm-quintiles.ts'

const edgesOf = (people: readonly RfmValues[]): RfmEdges | null => {
  const sketches = { recency: emptySketch(), frequency: emptySketch(), monetary: emptySketch() }
  for (const { recency, frequency, monetary } of people) {
    addValue(sketches.recency, recency)
    addValue(sketches.frequency, frequency)
    addValue(sketches.monetary, monetary)
  }
  return rfmEdgesOf(sketches)
}

/** A thousand buyers, each in a bucket of its own, so that the place is known to a tenth of a point. */
const spread = (place: number) => 1.0203 ** place
const thousand = Array.from({ length: 1_000 }, (_, place) => ({
  recency: spread(place - 300),
  frequency: spread(place),
  monetary: spread(place),
}))
const edges = edgesOf(thousand)!
const at = (place: number): RfmValues => thousand[place]!
const paths = (places: readonly number[]): RfmScores[] => {
  let held: RfmScores | null = null
  return places.map(place => {
    held = rfmScoresOf(edges, at(place), held)
    return held
  })
}

describe('a first score', () => {
  test('is the fifth in which somebody stands, and the best for who was away least', () => {
    const counts = {
      recency: [0, 0, 0, 0, 0],
      frequency: [0, 0, 0, 0, 0],
      monetary: [0, 0, 0, 0, 0],
    }
    for (const person of thousand) {
      const scores = rfmScoresOf(edges, person, null)
      for (const dimension of ['recency', 'frequency', 'monetary'] as const) {
        counts[dimension][scores[dimension] - 1]!++
      }
    }
    const fifths = [200, 200, 200, 200, 200]
    expect(counts).toEqual({ recency: fifths, frequency: fifths, monetary: fifths })
    expect(rfmScoresOf(edges, at(0), null)).toEqual({ recency: 5, frequency: 1, monetary: 1 })
    expect(rfmScoresOf(edges, at(999), null)).toEqual({ recency: 1, frequency: 5, monetary: 5 })
  })

  test('is that of the middle of their places for all who have bought as often', () => {
    const people = Array.from({ length: 100 }, (_, place) => ({
      recency: 9,
      frequency: place < 60 ? 1 : place < 75 ? 2 : 7,
      monetary: 0,
    }))
    const scores = [1, 2, 7].map(frequency =>
      rfmScoresOf(edgesOf(people)!, { recency: 9, frequency, monetary: -5 }, null),
    )
    expect(scores.map(({ frequency }) => frequency)).toEqual([2, 4, 5])
    expect(scores[0]).toMatchObject({ recency: 3, monetary: 3 })
  })
})

describe('a score that somebody has', () => {
  test('crosses an edge two percentile points beyond it, and not before', () => {
    const frequency = paths([100, 205, 219, 220, 200, 185, 179]).map(scores => scores.frequency)
    expect(frequency).toEqual([1, 1, 1, 2, 2, 2, 1])
    const recency = paths([100, 205, 219, 220, 200, 185, 179]).map(scores => scores.recency)
    expect(recency).toEqual([5, 5, 5, 4, 4, 4, 5])
  })

  test('goes all the way where somebody leaps, but for an edge that is not passed by two points', () => {
    expect(paths([0, 999, 0]).map(scores => scores.monetary)).toEqual([1, 5, 1])
    expect(paths([0, 610, 190]).map(scores => scores.monetary)).toEqual([1, 3, 2])
  })

  test('follows the ranks in a list, for whatever population', () => {
    const values = fc.oneof(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 1, max: 90_000 }))
    const populations = fc.array(values, { minLength: 100, maxLength: 140 })
    const walks = fc.array(fc.nat(139), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(populations, walks, (population, walk) => {
        const all = population.map(value => ({ recency: value, frequency: value, monetary: value }))
        const published = rfmEdgesIn(rfmParametersOf(edgesOf(all)!))!
        let held: RfmScores | null = null
        let oracle: Quintile | null = null
        for (const place of walk) {
          const value = all[place % all.length]!
          held = rfmScoresOf(published, value, held)
          oracle = byHand(population, value.monetary, oracle)
          expect(held).toEqual({ recency: 6 - oracle, frequency: oracle, monetary: oracle })
        }
      }),
    )
  })
})

/** Step by step over the edges, with the rank counted in the list. */
const byHand = (population: readonly number[], value: number, held: Quintile | null): Quintile => {
  const bucket = bucketOf(value)
  const below = population.filter(one => bucketOf(one) < bucket).length
  const alike = population.filter(one => bucketOf(one) === bucket).length
  const isBeyond = (percentile: number) =>
    below + alike / 2 >= (percentile / 100) * population.length
  let quintile = held ?? 1
  const margin = held === null ? 0 : 2
  while (quintile < 5 && isBeyond(20 * quintile + margin)) quintile++
  while (quintile > 1 && !isBeyond(20 * (quintile - 1) - margin)) quintile--
  return quintile as Quintile
}

test('a hundred buyers are ranked, and ninety-nine are not', () => {
  expect(edgesOf(thousand.slice(0, 100))).not.toBeNull()
  expect(edgesOf(thousand.slice(0, 99))).toBeNull()
})

test('edges are published as thirty-six numbers, and read only where all are there', () => {
  const parameters = rfmParametersOf(edges)
  expect(Object.keys(parameters)).toHaveLength(3 * RFM_PERCENTILES.length)
  expect(parameters.frequency22).toBe(bucketOf(spread(220)))
  expect(rfmEdgesIn({ ...parameters, other: 1 })).toEqual(edges)
  const { monetary82: _, ...rest } = parameters
  expect(rfmEdgesIn(rest)).toBeNull()
  expect(rfmEdgesIn({ ...parameters, recency20: parameters.recency18! - 1 })).toBeNull()
  expect(rfmEdgesIn({ ...parameters, recency20: parameters.recency20! + 0.5 })).toBeNull()
})

test('scores are kept as three digits', () => {
  const quintiles = fc.constantFrom<Quintile>(1, 2, 3, 4, 5)
  fc.assert(
    fc.property(quintiles, quintiles, quintiles, (recency, frequency, monetary) => {
      const scores = { recency, frequency, monetary }
      expect(scoresIn(packedScores(scores))).toEqual(scores)
      expect(`${packedScores(scores)}`).toBe(`${recency}${frequency}${monetary}`)
    }),
  )
  expect(scoresIn(0)).toBeNull()
})
