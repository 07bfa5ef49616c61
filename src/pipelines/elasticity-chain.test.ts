/** The whole circle, from prices and orders to elasticities that a category's parameters are part of. */
import { beforeAll, describe, expect, test } from 'vitest'
import { days, hours, type Instant, minutes } from '../engine/time.ts'
import {
  priceElasticities as elasticitiesTopic,
  markets,
  modelParameters,
  demandObservations as observationsTopic,
  orders,
  type PriceElasticity,
  elasticityPopulations as populationsTopic,
  prices,
  products,
} from '../events.ts'
import { categoryLevelIn } from '../models/elasticity-category-parameters.ts'
import { expectSame, outputBytes } from '../testing/comparing.ts'
import { Harness } from '../testing/harness.ts'
import { playStep } from '../testing/play-step.ts'
import {
  articlesOf,
  PRICE_WORLD,
  soldDays,
  type TrueDemand,
  WORLD_BEGINS_AT,
} from '../testing/price-world.ts'
import { type Send, send } from '../testing/script.ts'
import { demandObservations } from './demand-observations.ts'
import { elasticityEvidence } from './elasticity-evidence.ts'
import { elasticityLearner } from './elasticity-learner.ts'
import { elasticityPopulations } from './elasticity-populations.ts'
import { priceElasticities } from './price-elasticities.ts'

const chain = [demandObservations, priceElasticities, elasticityEvidence, elasticityPopulations]
/** Prices drawn by chance up to 20 % off those that a seller sets who reacts to demand. */
const WORLD = { ...PRICE_WORLD, seed: 3, categories: 1, skusPerCategory: 40, amplitude: 0.2 }
const DAYS = 120
const ENDS_AT = WORLD_BEGINS_AT + days(DAYS)
const MODEL = 'elasticities/category-0'
const articles = articlesOf(WORLD)

const meanElasticity =
  articles.reduce((sum, { elasticity }) => sum + elasticity, 0) / articles.length

const listing = (truth: TrueDemand): Send =>
  send(products, {
    sku: truth.sku,
    occurredAt: WORLD_BEGINS_AT - hours(1),
    category: truth.category,
  })

/** Prices at the beginning of a day, where they are others than before, and an order in it. */
function* eventsOf(truth: TrueDemand): Generator<Send> {
  const { sku, number } = truth
  const sale = { market: 'UK', currency: 'GBP' }
  let shown = { policyMinor: 0, shownMinor: 0 }
  for (const { day, policyMinor, shownMinor, units } of soldDays(WORLD, truth, DAYS)) {
    const at = WORLD_BEGINS_AT + days(day)
    if (policyMinor !== shown.policyMinor || shownMinor !== shown.shownMinor) {
      yield send(prices, {
        ...sale,
        eventId: `p${number}.${day}`,
        occurredAt: at,
        sku,
        policyPriceMinor: policyMinor,
        shownPriceMinor: shownMinor,
        reason: 'EXPERIMENT',
      })
    }
    shown = { policyMinor, shownMinor }
    if (units === 0) continue
    const orderId = `o${number}.${day}`
    yield send(orders, {
      ...sale,
      eventId: orderId,
      orderId,
      occurredAt: at + hours(8) + minutes(number),
      type: 'PLACED',
      totalMinor: units * shownMinor,
      lines: [{ sku, quantity: units, unitPriceMinor: shownMinor }],
    })
  }
}

const MARKET = { market: 'UK', occurredAt: WORLD_BEGINS_AT - hours(1), currency: 'GBP' }
const script: readonly Send[] = [
  send(markets, { ...MARKET, timeZone: 'Europe/London' }),
  ...articles.map(listing),
  ...articles
    .flatMap(truth => [...eventsOf(truth)])
    .sort((one, other) => Number(one.record.occurredAt) - Number(other.record.occurredAt)),
]

/** Commits after so many records; a crash between two commits has those since the last played again. */
const played = (partitions: number, commitEvery: number, crashAt = Infinity): Harness => {
  let mill = new Harness(chain, {
    mode: 'history',
    learners: [elasticityLearner],
    partitions,
    batchSize: Infinity,
  })
  let [committed, hasCrashed] = [0, false]
  for (let next = 0; next < script.length; ) {
    playStep(mill, script[next]!)
    next++
    if (next % commitEvery === 0) {
      mill.commit()
      committed = next
    }
    if (next < crashAt || hasCrashed) continue
    mill = mill.crash()
    next = committed
    hasCrashed = true
  }
  mill.advanceTo(ENDS_AT + hours(3))
  return mill
}

const sorted = (mill: Harness): readonly string[] => [...outputBytes(mill.outputs)].sort()

describe('a category that learns from its articles', () => {
  let mill: Harness
  beforeAll(() => {
    mill = played(1, 500)
  })
  const versions = () => mill.resultsOf(modelParameters)
  const elasticities = () => mill.resultsOf(elasticitiesTopic)

  test('is published the night in which it was cut, and holds from one o’clock on', () => {
    expect([mill.dead, mill.late]).toEqual([[], []])
    const cuts = mill.resultsOf(populationsTopic)
    expect(cuts.length).toBeGreaterThan(10)
    expect(versions().map(({ version }) => days(version))).toEqual(cuts.map(({ cutAt }) => cutAt))
    for (const row of versions()) {
      const midnight = days(row.version)
      expect(row.modelId).toBe(MODEL)
      expect(row.occurredAt).toBe(midnight + minutes(15))
      expect(row.effectiveAt).toBe(midnight + hours(1))
      expect(row.trainedThrough).toBe(midnight)
    }
  })

  test('is published less and less often', () => {
    const within = (from: number, to: number) =>
      versions().filter(({ version }) => {
        const day = version - WORLD_BEGINS_AT / days(1)
        return day >= from && day < to
      }).length
    expect(within(60, DAYS)).toBeLessThan(within(0, 60))
    expect(versions().length).toBeLessThan(60)
  })

  test('is cited by what goes by it, and by nothing before it is in effect', () => {
    const all = versions()
    const citationAt = (at: Instant): string => {
      const inUse = all.findLast(({ effectiveAt }) => effectiveAt! <= at)
      return inUse === undefined ? 'elasticities@seed' : `${MODEL}@${inUse.version}`
    }
    const told = [...elasticities(), ...mill.resultsOf(observationsTopic)]
    const wrong = told.filter(
      ({ modelVersion, occurredAt }) => modelVersion.split(' ')[1] !== citationAt(occurredAt),
    )
    expect(wrong).toEqual([])
    expect(new Set(told.map(({ modelVersion }) => modelVersion)).size).toBeGreaterThan(10)
  })

  test('has in each cut the last word on each article before midnight', () => {
    const rows = mill.resultsOf(observationsTopic)
    for (const { cutAt, sku, deviationMean, covariance } of mill.resultsOf(populationsTopic)) {
      const last = new Map(
        rows
          .filter(row => row.endedAt <= cutAt && row.deviationMean !== null && row.priceChanges > 0)
          .map(row => [row.sku, row]),
      )
      expect(sku).toEqual([...last.keys()].sort())
      expect(deviationMean).toEqual(sku.map(one => last.get(one)!.deviationMean))
      expect(covariance).toEqual(sku.map(one => last.get(one)!.covariance))
    }
  })

  test('has days of the week that are all alike, as those of the world are', () => {
    const { parameters } = versions().at(-1)!
    for (let day = 0; day < 7; day++) {
      expect(Math.abs(parameters[`weekday${day}`]! - 1)).toBeLessThan(0.15)
    }
  })

  test('knows the mean of its articles, and how far they lie apart', () => {
    const level = categoryLevelIn(versions().at(-1)!.parameters, 'experiment')!
    expect(Math.abs(level.mean - meanElasticity)).toBeLessThan(2.5 * Math.sqrt(level.variance))
    expect(Math.sqrt(level.skuVariance)).toBeGreaterThan(0.2)
    expect(Math.sqrt(level.skuVariance)).toBeLessThan(0.8)
  })

  test('makes intervals of 90 % that hold most of the truths', () => {
    const last = new Map<string, PriceElasticity>(elasticities().map(each => [each.sku, each]))
    const told = articles.filter(({ sku }) => last.get(sku)!.status !== 'NOT_IDENTIFIED')
    expect(told.length).toBeGreaterThan(30)
    const held = told.filter(({ sku, elasticity }) => {
      const { p05, p95 } = last.get(sku)!
      return p05! <= elasticity && elasticity <= p95!
    })
    expect(held.length / told.length).toBeGreaterThanOrEqual(0.8)
    // Set prices alone would not: by them elasticities seem to be 1.5 nearer to 0 than they are.
    const { observationalMean } = versions().at(-1)!.parameters
    expect(observationalMean! - meanElasticity).toBeGreaterThan(1)
  })

  test('gives the same bytes in three partitions, in other commits, and after a crash', () => {
    const broken = played(3, 1_300, Math.floor(script.length / 2))
    expectSame('outputs', sorted(mill), sorted(broken))
  })
})
