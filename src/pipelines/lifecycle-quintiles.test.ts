/** In which fifths of the market's buyers a person is told to be. */
import { expect, test } from 'vitest'
import { days } from '../engine/time.ts'
import { type LifecycleSegment, modelParameters, lifecycleSegments as segments } from '../events.ts'
import { bucketOf } from '../models/quantile-sketch.ts'
import { Harness } from '../testing/harness.ts'
import { playStep } from '../testing/play-step.ts'
import { type Send, send } from '../testing/script.ts'
import { shopRows } from '../testing/shop-rows.ts'
import { lifecycleSegments } from './lifecycle-segments.ts'

/** Edges at these values, which are fallen below at four fifths of each and risen above at six. */
const edgesAt = (dimension: string, values: readonly number[]): Record<string, number> =>
  Object.fromEntries(
    values.flatMap((value, at) =>
      [-2, 0, 2].map(points => [
        `${dimension}${20 * (at + 1) + points}`,
        bucketOf(value * (1 + points / 10)),
      ]),
    ),
  )
const EDGES = {
  ...edgesAt('recency', [10, 20, 40, 80]),
  ...edgesAt('frequency', [1.5, 3, 5, 8]),
  ...edgesAt('monetary', [1_000, 2_000, 4_000, 8_000]),
}

const published = (modelId: string, parameters: Readonly<Record<string, number>>): Send =>
  send(modelParameters, {
    modelId,
    version: 1,
    parameters,
    occurredAt: 0,
    effectiveAt: null,
    trainedThrough: null,
  })

/** All that is said of anna, who buys in this market, until so late. */
const saidOf = (untilAt: number, ...steps: readonly Send[]): readonly LifecycleSegment[] => {
  const mill = new Harness([lifecycleSegments])
  for (const step of steps) playStep(mill, step)
  mill.advanceTo(untilAt)
  return mill.resultsOf(segments)
}

const quintilesOf = (segment: LifecycleSegment): readonly (number | null)[] => [
  segment.recencyQuintile,
  segment.frequencyQuintile,
  segment.monetaryQuintile,
]

const visitAndBuy = (market: string): Send[] => [
  shopRows.view(0, 'anna', market),
  shopRows.order(days(1), 'anna', 'o1', '50GBP', market),
  shopRows.order(days(3), 'anna', 'o2', '10GBP', market),
  shopRows.refund(days(35), 'anna', 'o1', '45GBP', market),
]

test('a buyer is ranked among those of the market: lately, how often, and how much a day', () => {
  const said = saidOf(
    days(36),
    published('purchases/UK', EDGES),
    ...visitAndBuy('market:UK'),
  ).filter(({ causeEventId }) => causeEventId !== null)
  expect(said.map(quintilesOf)).toEqual([
    [null, null, null],
    [5, 1, 4],
    [5, 2, 3],
    [3, 2, 1],
  ])
})

test('in a market without edges nobody is ranked, whatever those of all are', () => {
  const said = saidOf(days(36), published('purchases', EDGES), ...visitAndBuy('market:FR'))
  expect(new Set(said.flatMap(quintilesOf))).toEqual(new Set([null]))
})

test('who has a quintile keeps it until beyond its edge, and a first one goes by the edge itself', () => {
  const changes = [-4, -3, 8, 2]
  const said = saidOf(
    days(2),
    published('purchases/UK', EDGES),
    shopRows.order(days(1), 'anna', 'o1', '22GBP', 'market:UK'),
    ...changes.map((pounds, at) =>
      shopRows.correction(days(1) + at + 1, 'anna', `c${at}`, `${pounds}GBP`, 'market:UK'),
    ),
  )
  expect(said.map(({ monetaryQuintile }) => monetaryQuintile)).toEqual([3, 3, 2, 2, 3])
})

test('another quintile alone is no news: it is told with the next', () => {
  const orders = visitAndBuy('market:UK')
  const ranked = saidOf(days(400), published('purchases/UK', EDGES), ...orders)
  const others = saidOf(days(400), published('purchases/UK', {}), ...orders)
  const withoutRanks = ranked.map(segment => ({
    ...segment,
    recencyQuintile: null,
    frequencyQuintile: null,
    monetaryQuintile: null,
  }))
  expect(withoutRanks).toEqual(others)
  expect(ranked.at(-1)).toMatchObject({ recencyQuintile: 1 })
})
