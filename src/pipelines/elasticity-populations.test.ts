import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { describe as describePipeline } from '../engine/describe.ts'
import { days, hours, type Instant, minutes } from '../engine/time.ts'
import {
  type DemandObservation,
  demandObservations,
  type ElasticityPopulation,
  modelParameters,
  elasticityPopulations as populationsTopic,
} from '../events.ts'
import { articlesIn } from '../models/elasticity-cut.ts'
import { evidenceScripts } from '../testing/evidence-scripts.ts'
import { Harness } from '../testing/harness.ts'
import { pipelineLaws } from '../testing/laws.ts'
import { playStep } from '../testing/play-step.ts'
import { evidenceRecordOf, observationOf } from '../testing/price-records.ts'
import { scenario } from '../testing/scenario.ts'
import { isSend, send } from '../testing/script.ts'
import { elasticityEvidence } from './elasticity-evidence.ts'
import { PAIRS_MAX } from './elasticity-evidence-state.ts'
import { shardIdOf } from './elasticity-population.ts'
import { elasticityPopulations } from './elasticity-populations.ts'

const DAY = days(1)
const START = 20_300 * DAY
const DRINKS = 'elasticities/drinks'

let count = 0
const names = (from: number, size: number): string[] =>
  Array.from({ length: size }, (_, at) => `a${1_000 + from + at}`)

/** So many pairs that moved, each of which tells as much of what prices drawn by chance do. */
const pairsOf = (from: number, size: number, precision: number) => {
  const all = <T>(item: T): T[] => Array<T>(size).fill(item)
  return {
    sku: names(from, size),
    market: all('UK'),
    deviationMean: all(-2),
    deviationVariance: all(1 / (0.25 + precision)),
    priceMean: all(-1.5),
    priceVariance: all(4),
    covariance: all(0),
    excess: all(10),
    weight: all(50),
    experimentChanges: all(9),
    priceChanges: all(9),
  }
}

const cell = (text: string | undefined): number => Number(text)
const check = scenario(elasticityPopulations, {
  from: START,
  events: {
    /** A part with so many pairs of such a precision. */
    part: (at, part, size, precision) =>
      evidenceRecordOf(at, `r${count++}`, {
        shardId: `${DRINKS}#${part}`,
        ...pairsOf(200 * cell(part), cell(size), cell(precision)),
      }),
    /** No pairs, and so many units on each day of the week. */
    week: (at, part, units) =>
      evidenceRecordOf(at, `r${count++}`, {
        shardId: `${DRINKS}#${part}`,
        weekdayUnits: Array(7).fill(cell(units)),
        weekdayExpected: Array(7).fill(64 * cell(units)),
      }),
    published: (at, version) =>
      send(modelParameters, {
        occurredAt: at,
        effectiveAt: at,
        trainedThrough: at,
        modelId: DRINKS,
        version: cell(version),
        parameters: { scatter: 0.5 },
      }),
  },
  show: ({ occurredAt, modelId, category, cutAt, sku, ...cut }: ElasticityPopulation) =>
    `${(occurredAt - START) / minutes(1)}m ${modelId} ${category} day ${(cutAt - START) / DAY}: ` +
    `${sku.length} pairs, ${cut.weekdayUnits[6]} on Sundays, v${cut.inUseVersion} ${JSON.stringify(cut.inUse)}`,
})

test('a quarter past midnight there is a cut, once the articles tell a level together', () =>
  check(`
    #         part size precision
    5m   part  0    3    0.75
    5m   part  1    1    0.75
    tick 12h
    1d5m part  1    2    0.75
    tick 2d
    =>   1455m ${DRINKS} drinks day 1: 5 pairs, 0 on Sundays, v0 {}
  `))

test('the next one follows where pairs or what they tell changed by a twentieth, or after four weeks', () =>
  check(`
    5m    part  0    100    4
    tick  12h
    =>    15m ${DRINKS} drinks day 0: 100 pairs, 0 on Sundays, v0 {}
    1d5m  part  1    4      4
    2d5m  part  0    100    4.03
    tick  3d
    3d    published  19000
    3d5m  part  1    5      4
    tick  4d
    =>    4335m ${DRINKS} drinks day 3: 105 pairs, 0 on Sundays, v19000 {"scatter":0.5}
    4d5m  part  0    100    4.3
    tick  5d
    =>    5775m ${DRINKS} drinks day 4: 105 pairs, 0 on Sundays, v19000 {"scatter":0.5}
    31d5m part  0    100    4.3
    tick  32d
    32d5m part  0    100    4.3
    tick  33d
    =>    46095m ${DRINKS} drinks day 32: 105 pairs, 0 on Sundays, v19000 {"scatter":0.5}
    tick  99d
  `))

test('pairs that tell little are news where they are many, and so is the first level of all of them', () =>
  check(`
    5m    part  0    100    0.037    # all together just too little
    5m    week  1    100
    tick  12h
    =>    15m ${DRINKS} drinks day 0: 100 pairs, 100 on Sundays, v0 {}
    1d5m  part  0    100    0.0373
    tick  36h
    2d5m  part  0    100    0.0378
    tick  60h
    =>    2895m ${DRINKS} drinks day 2: 100 pairs, 100 on Sundays, v0 {}
    3d5m  part  2    4      0.002
    tick  84h
    4d5m  part  2    5      0.002
    tick  108h
    =>    5775m ${DRINKS} drinks day 4: 105 pairs, 100 on Sundays, v0 {}
  `))

test('that a pair is known still better is no news of its category', () =>
  check(`
    5m    part  0    20     10
    tick  12h
    =>    15m ${DRINKS} drinks day 0: 20 pairs, 0 on Sundays, v0 {}
    1d5m  part  0    20     90
    tick  3d
  `))

test('days of the week are worth a cut, and so is the first level after them', () =>
  check(`
    5m    week  0    49
    tick  12h
    1d5m  week  0    50
    tick  36h
    =>    1455m ${DRINKS} drinks day 1: 0 pairs, 50 on Sundays, v0 {}
    2d5m  week  0    500
    2d5m  part  1    4     0.75
    tick  3d
    3d5m  part  1    5     0.75
    tick  4d
    =>    4335m ${DRINKS} drinks day 3: 5 pairs, 500 on Sundays, v0 {}
  `))

const cutsOf = (mill: Harness): readonly ElasticityPopulation[] => mill.resultsOf(populationsTopic)

test('a part that is full is told, and a full category fits into one record', () => {
  const mill = new Harness([elasticityPopulations], { batchSize: 100 })
  for (let part = 0; part < 64; part++) {
    const size = part < 3 ? PAIRS_MAX : PAIRS_MAX - 1
    const pairs = pairsOf(part * PAIRS_MAX, size, 3)
    const fields = { ...pairs, sku: pairs.sku.map(sku => `article-with-a-long-number-${sku}`) }
    playStep(
      mill,
      evidenceRecordOf(START + minutes(5), `r${part}`, { shardId: `${DRINKS}#${part}`, ...fields }),
    )
  }
  mill.advanceTo(START + hours(1))
  const [cut] = cutsOf(mill)
  expect(cut!.sku).toHaveLength(64 * (PAIRS_MAX - 1) + 3)
  expect(cut!.reasons).toEqual([
    {
      code: 'PARTS_FULL',
      detail:
        "Of the category's 64 parts, 3 hold 128 pairs, which is all that they can: " +
        'beyond that, pairs told of longest ago are left out.',
      weight: 3,
    },
  ])
  const [output] = mill.outputs.filter(({ topic }) => topic.name === populationsTopic.name)
  expect(output!.value.length).toBeLessThan(1 << 20)
  expect(articlesIn(cut!)).toHaveLength(cut!.sku.length)
})

test('a part of which nothing was told for 401 days is in no cut, and is forgotten', () => {
  const mill = new Harness([elasticityPopulations])
  const told = (day: number, part: number) =>
    playStep(
      mill,
      evidenceRecordOf(START + day * DAY + minutes(5), `r${count++}`, {
        shardId: `${DRINKS}#${part}`,
        ...pairsOf(200 * part, 10, 3),
      }),
    )
  told(0, 0)
  told(1, 1)
  told(402, 2)
  mill.advanceTo(START + 403 * DAY)
  expect(cutsOf(mill).map(({ sku }) => sku)).toEqual([
    names(0, 10),
    [...names(0, 10), ...names(200, 10)],
    [...names(200, 10), ...names(400, 10)],
  ])
  expect(mill.stateText()).not.toContain('a1000')
})

/** Of all records, the last word on each pair of a category before a midnight. */
const recount = (rows: readonly DemandObservation[], modelId: string, midnight: Instant) => {
  const last = new Map<string, DemandObservation>()
  for (const row of rows) {
    const pair = JSON.stringify([row.sku, row.market ?? ''])
    if (row.leftModelId === modelId && row.modelId !== modelId) last.delete(pair)
    if (row.modelId !== modelId || row.endedAt > midnight) continue
    if (row.priceChanges > 0 && row.deviationMean !== null) last.set(pair, row)
  }
  // Skus and markets of the test have no character below the quotation mark.
  return [...last]
    .filter(([, { endedAt }]) => endedAt >= midnight - days(400))
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, row]) => row)
}

test('a cut has what a look at all observations before its midnight finds', () => {
  let [cuts, pairs] = [0, 0]
  fc.assert(
    fc.property(evidenceScripts, script => {
      const mill = new Harness([elasticityEvidence, elasticityPopulations], { batchSize: 5 })
      let rows: DemandObservation[] = []
      let newest = START
      for (const step of script) {
        // In event time, so without those that come too late to be in their place.
        if (isSend(step) && step.send.name === demandObservations.name) {
          const row = step.record as unknown as DemandObservation
          if (row.occurredAt < newest || row.sku === undefined) continue
          newest = row.occurredAt
          rows.push(row)
        }
        if (isSend(step)) playStep(mill, step)
      }
      mill.advanceTo(newest + 2 * DAY)
      rows = rows.filter(({ market }) => market !== undefined)
      for (const cut of cutsOf(mill)) {
        cuts++
        const naive = recount(
          rows.filter(({ occurredAt }) => occurredAt <= cut.occurredAt - minutes(10)),
          cut.modelId,
          cut.cutAt,
        )
        pairs += naive.length
        expect(cut.sku.map((sku, at) => [sku, cut.market[at]])).toEqual(
          naive.map(({ sku, market }) => [sku, market ?? '']),
        )
        // Sums lose the sign of a zero.
        const withoutSign = (mean: number | null) => (mean ?? 0) + 0
        expect(cut.deviationMean.map(withoutSign)).toEqual(
          naive.map(row => withoutSign(row.deviationMean)),
        )
        expect(cut.priceVariance).toEqual(naive.map(row => row.priceVariance))
        expect(cut.priceChanges).toEqual(naive.map(row => row.priceChanges))
      }
    }),
    { numRuns: 80 },
  )
  expect(cuts).toBeGreaterThan(80)
  expect(pairs).toBeGreaterThan(400)
})

test('articles that change their category while it is cut are in one cut each', () => {
  const mill = new Harness([elasticityEvidence, elasticityPopulations])
  const row = (day: number, sku: string, fields: Partial<DemandObservation>) =>
    playStep(
      mill,
      observationOf(START + day * DAY + hours(1), `o${count++}`, {
        sku,
        priceChanges: 5,
        experimentChanges: 5,
        deviationVariance: 0.5,
        ...fields,
      }),
    )
  for (const sku of names(0, 20)) row(0, sku, { category: 'drinks' })
  for (const sku of names(0, 10)) row(1, sku, { category: 'food', leftModelId: DRINKS })
  mill.advanceTo(START + 3 * DAY)
  const skus = cutsOf(mill).map(({ category, sku }) => [category, sku])
  expect(skus).toContainEqual(['drinks', names(0, 20)])
  expect(skus).toContainEqual(['drinks', names(10, 10)])
  expect(skus).toContainEqual(['food', names(0, 10)])
  expect(skus).toHaveLength(3)
})

describe('the laws of pipelines', () => {
  const chain = [elasticityEvidence, elasticityPopulations]
  // That keys do not touch each other is checked of each pipeline alone.
  const laws = pipelineLaws(chain, evidenceScripts, { partitions: 2, runs: 20 })
  for (const law of laws) if (!law.name.startsWith('keys')) test(law.name, law.check)
})

test('a part is of one category, whatever it is called', () => {
  const mill = new Harness([elasticityPopulations])
  const shardId = shardIdOf('elasticities/a#7', 'tea')
  playStep(mill, evidenceRecordOf(START, 'r', { shardId, ...pairsOf(0, 9, 2) }))
  mill.advanceTo(START + DAY)
  expect(cutsOf(mill).map(({ modelId, category }) => [modelId, category])).toEqual([
    ['elasticities/a#7', 'a#7'],
  ])
})

test('the shapes of the pipelines are as reviewed', () => {
  const chain = [elasticityEvidence, elasticityPopulations]
  expect(chain.map(describePipeline).join('\n')).toMatchInlineSnapshot(`
    "elasticity-evidence evidence-2026-11-24, generation 1, event-time order
    inputs
      observation <- demand-observations (sku, market, modelId, leftModelId, startedAt, endedAt, units, hours, isByViews, deviationMean, deviationVariance, priceMean, priceVariance, covariance, excess, weight, observations, priceChanges, experimentChanges, unitsPerDay, expectedP95)
        keyed by sku, exchange to several keys
        late handle, disorder 5s
    state
      pairs: mapOf, max 128
      early: mapOf, max 128
      days: tally, max 512
    timers
      forgotten 430d after the last event
      reportDue
    output elasticity-evidence

    elasticity-populations populations-2026-11-23, generation 1, event-time order
    inputs
      part <- elasticity-evidence (shardId, modelId, sku, market, deviationMean, deviationVariance, priceMean, priceVariance, covariance, excess, weight, experimentChanges, priceChanges, weekdayUnits, weekdayExpected)
        keyed by shardId, exchange by modelId
        late handle, disorder 5s
    references
      modelParameters <- model-parameters (control)
    state
      parts: mapOf, max 64
      lastCut: value
    timers
      forgotten 430d after the last event
      cutDue
    output elasticity-populations
    "
  `)
})
