/**
 * The whole circle: what is sold tells elasticities, these choose prices, a shop sets them, and customers
 * answer. In a world in which the best prices are known; `npm run bench -- --only price-loop` has a larger
 * one, and docs/elasticity-simulation.md describes both.
 */
import { beforeAll, expect, test } from 'vitest'
import { priceElasticities as elasticities, priceRecommendations } from '../src/events.ts'
import { learners, pipelines } from '../src/pipelines/index.ts'
import { Harness } from '../src/testing/harness.ts'
import {
  gainPct,
  LOOP_WORLD,
  type LoopOutcome,
  PRICE_CHAIN,
  runPriceLoop,
} from '../src/testing/price-loop.ts'

const DAYS = 180
const LAST_MONTH = DAYS - 30

const mill = new Harness(
  pipelines.filter(({ id }) => PRICE_CHAIN.includes(id)),
  {
    mode: 'history',
    learners: learners.filter(({ id }) => id === 'elasticity-learner'),
    batchSize: 1_000,
  },
)
let outcome: LoopOutcome

beforeAll(() => {
  const world = { ...LOOP_WORLD, categories: 1, skusPerCategory: 20 }
  outcome = runPriceLoop(mill, { world, days: DAYS, priceOff: 0.25 })
})

test('a shop that does what is recommended earns more than one that holds its prices', () => {
  const { recommended, held, oracle } = outcome
  expect(gainPct(recommended, held, LAST_MONTH)).toBeGreaterThan(1)
  // What its experiments cost has come back by then.
  expect(gainPct(recommended, held)).toBeGreaterThan(0)
  expect(gainPct(oracle, held, LAST_MONTH)).toBeGreaterThan(gainPct(recommended, held, LAST_MONTH))
})

test('prices that were moved came nearer to the best ones, by experiments that the category learnt from', () => {
  const moved = outcome.articles.filter(({ policyMinor }) => policyMinor !== 20_000)
  const distances = moved.map(({ policyMinor, bestMinor }) => [
    Math.abs(Math.log(policyMinor / bestMinor)),
    Math.abs(Math.log(20_000 / bestMinor)),
  ])
  const nearer = distances.filter(([now, then]) => now! < then!)
  expect(moved.length).toBeGreaterThan(4)
  expect(nearer.length / moved.length).toBeGreaterThan(0.7)
  const cited = mill
    .resultsOf(elasticities)
    .filter(({ modelVersion }) => modelVersion.includes('@2'))
  expect(cited.length).toBeGreaterThan(1_000)
})

test('no policy moves by more than a step at once', () => {
  const before = new Map<string, number>()
  for (const { sku, policyPriceMinor } of mill.resultsOf(priceRecommendations)) {
    if (policyPriceMinor === null) continue
    expect(Math.abs(policyPriceMinor / (before.get(sku) ?? policyPriceMinor) - 1)).toBeLessThan(
      0.0501,
    )
    before.set(sku, policyPriceMinor)
  }
})
