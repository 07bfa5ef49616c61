import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { days, hours, type Instant, minutes, weeks } from '../engine/time.ts'
import {
  modelParameters,
  type PurchasePopulation,
  purchasePopulations as populationsTopic,
} from '../events.ts'
import { MBG_NBD_SEED, type PurchaseParameters } from '../models/mbg-nbd.ts'
import { bucketOf } from '../models/quantile-sketch.ts'
import { cohortOf } from '../testing/buyer-records.ts'
import { Harness } from '../testing/harness.ts'
import { pipelineLaws } from '../testing/laws.ts'
import { playStep } from '../testing/play-step.ts'
import { scenario } from '../testing/scenario.ts'
import { commit, type ScriptStep, send, tick } from '../testing/script.ts'
import { CUT_CELLS_MAX } from './purchase-population-bound.ts'
import { purchasePopulations } from './purchase-populations.ts'

const DAY = days(1)
const WEEK = 2_800
const FIRST = WEEK * 7
/** The end of the day with this number since the first one. */
const endOf = (day: number): Instant => (FIRST + day + 1) * DAY - 1

let count = 0
/** Of buyers who bought once, and of some who came back once. */
const told = (
  at: Instant,
  cohortWeek: number,
  once: number,
  back: number,
  { modelId = 'purchases', ...lists }: { modelId?: string; [list: string]: unknown } = {},
) =>
  cohortOf(at, `r${count++}`, {
    modelId,
    cohortWeek,
    cohortDay: [cohortWeek * 7, cohortWeek * 7],
    repeats: [0, 1],
    lastDay: [cohortWeek * 7, cohortWeek * 7 + 2],
    buyers: [once, back],
    ...lists,
  })

const cell = (text: string | undefined): number => Number(text)
const check = scenario(purchasePopulations, {
  from: FIRST * DAY,
  events: {
    all: (_at, day, week, once, back) =>
      told(endOf(cell(day)), WEEK + cell(week), cell(once), cell(back)),
    uk: (_at, day, week, once, back) =>
      told(endOf(cell(day)), WEEK + cell(week), cell(once), cell(back), {
        modelId: 'purchases/UK',
      }),
    published: (at, modelId, version) =>
      send(modelParameters, {
        occurredAt: at,
        effectiveAt: at,
        trainedThrough: at,
        modelId,
        version: cell(version),
        parameters: { p: cell(version), q: 4, v: 900 },
      }),
    /** Rhythms; the number of the version stands in them. */
    rhythms: (at, modelId, version) =>
      send(modelParameters, {
        occurredAt: at,
        effectiveAt: at,
        trainedThrough: at,
        modelId,
        version: cell(version),
        parameters: { r: 0.5, alpha: cell(version), a: 0.9, b: 1.6 },
      }),
  },
  show: ({ occurredAt, modelId, market, cutAt, buyers, ...cut }: PurchasePopulation) =>
    `${(occurredAt - FIRST * DAY) / hours(1)}h ${modelId} ${market} ` +
    `day ${cutAt / DAY - FIRST}: ${buyers.join(' ')} v${cut.inUseVersion} ${JSON.stringify(cut.inUse)}`,
})

test('a quarter past midnight there is a cut of 500 buyers who came back 100 times', () =>
  check(`
    #             day week once back
    0      all    2   0    300  100
    0      all    2   1    99   0
    tick   4d
    0      all    4   1    100  0
    tick   5d1h
    =>     120.25h purchases null day 5: 300 100 100 0 v0 {}
    0      all    5   0    399  99       # as many, of whom fewer came back
    tick   7d
  `))

test('the next one follows when buyers and returns have changed by 1 %', () =>
  check(`
    0      all    0   0    900  100
    tick   1d1h
    =>     24.25h purchases null day 1: 900 100 v0 {}
    0      all    1   1    5    0
    tick   2d1h
    0      all    2   1    9    0
    tick   3d1h
    0      all    3   1    12   0
    tick   4d1h
    =>     96.25h purchases null day 4: 900 100 12 0 v0 {}
    0      all    4   0    890  101
    0      all    4   1    17   0
    tick   5d1h
    =>     120.25h purchases null day 5: 890 101 17 0 v0 {}
  `))

/** As a cut carries it where nothing was published for all. */
const SEED = '{"r":0.525,"alpha":6.183,"a":0.891,"b":1.614,"versionOfAll":0'

test('of a market, 100 who came back are enough, and what is in use is said', () =>
  check(`
    0      published purchases/UK 3
    0      uk     0   0    0    99
    0      all    0   0    0    100
    tick   1d1h
    0      uk     1   0    0    100
    tick   2d2h
    =>     49.25h purchases/UK UK day 2: 0 100 v3 ${SEED},"p":3,"q":4,"v":900}
    2d3h   published purchases/UK 4
    0      uk     3   0    0    200
    tick   5d
    =>     97.25h purchases/UK UK day 4: 0 200 v4 ${SEED},"p":4,"q":4,"v":900}
  `))

const cutsOf = (mill: Harness): readonly PurchasePopulation[] => mill.resultsOf(populationsTopic)

test('a cut of a market without rhythms of its own has those of all, with calibration and version', () => {
  const mill = new Harness([purchasePopulations])
  const rhythm = { r: 0.5, alpha: 6, a: 0.9, b: 1.6 }
  const publish = (modelId: string, parameters: Readonly<Record<string, number>>) => {
    const times = { occurredAt: FIRST * DAY, effectiveAt: FIRST * DAY, trainedThrough: null }
    playStep(mill, send(modelParameters, { modelId, version: 2, parameters, ...times }))
  }
  publish('purchases', { ...rhythm, slope30: 0.9, shift30: 0 })
  publish('purchases/UK', { p: 6, q: 4, v: 900, r: 0.7 })
  publish('purchases/FR', { ...rhythm, alpha: 9 })
  publish('purchases/NL', { ...rhythm, alpha: 9, versionOfAll: 1, slope90: 1.1, shift90: 0 })
  publish('purchases/BE', { ...rhythm, alpha: 9, slope90: 1.1, shift90: 0 })
  for (const modelId of ['purchases/UK', 'purchases/DE', 'purchases/NL']) {
    playStep(mill, told(endOf(0), WEEK, 900, 100, { modelId }))
  }
  playStep(mill, told(endOf(0), WEEK, 3_900, 100, { modelId: 'purchases/FR' }))
  playStep(mill, told(endOf(0), WEEK, 3_899, 100, { modelId: 'purchases/BE' }))
  mill.advanceTo(endOf(0) + hours(2))
  const inUse = new Map(
    cutsOf(mill).map(cut => [cut.modelId, [cut.inUseVersion, cut.inUse, cut.hasOwnRhythms]]),
  )
  const ofAll = { ...rhythm, versionOfAll: 2, slope30: 0.9, shift30: 0 }
  expect(inUse).toEqual(
    new Map([
      ['purchases/UK', [2, { ...ofAll, p: 6, q: 4, v: 900 }, false]],
      ['purchases/FR', [2, { ...rhythm, alpha: 9 }, true]],
      ['purchases/DE', [0, ofAll, false]],
      // Of those of all in an earlier version, which it carries, nothing stays.
      ['purchases/NL', [2, ofAll, false]],
      // Too small by now for those that it has.
      ['purchases/BE', [2, ofAll, false]],
    ]),
  )
})

test('a market is cut when the version of all of the night is in effect, and again when it changes', () =>
  check(`
    0      uk        0   0    3900 100
    0      all       0   0    900  100
    tick   1d30m
    =>     24.25h purchases null day 1: 900 100 v0 {}
    1d45m  rhythms   purchases 18
    tick   1d2h
    =>     25.25h purchases/UK UK day 1: 3900 100 v0 {"r":0.5,"alpha":18,"a":0.9,"b":1.6,"versionOfAll":18}
    0      uk        1   0    3901 100      # too little of a change
    tick   2d2h
    2d3h   rhythms   purchases 19
    0      uk        2   0    3902 100
    tick   3d2h
    =>     73.25h purchases/UK UK day 3: 3902 100 v0 {"r":0.5,"alpha":19,"a":0.9,"b":1.6,"versionOfAll":19}
    3d3h   rhythms   purchases/UK 20        # rhythms of its own
    3d4h   rhythms   purchases 21
    0      uk        3   0    3903 100
    tick   4d2h
  `))

test('a cohort of more than 160 weeks ago is in no cut, and is forgotten', () => {
  const mill = new Harness([purchasePopulations])
  playStep(mill, told(endOf(0), WEEK - 160, 7, 7))
  playStep(mill, told(endOf(0), WEEK - 161, 5, 5))
  playStep(mill, told(endOf(0), WEEK, 900, 100))
  mill.advanceTo(endOf(0) + hours(2))
  playStep(mill, told(endOf(6), WEEK, 1_900, 100))
  mill.advanceTo(endOf(6) + hours(1))
  expect(cutsOf(mill).map(({ buyers }) => buyers)).toEqual([
    [7, 7, 900, 100],
    [1_900, 100],
  ])
  expect(mill.stateText()).not.toContain(`${WEEK - 160}`)
})

test('of more than 60,000 cells, the oldest cohorts are in weeks, and the cut says so', () => {
  const mill = new Harness([purchasePopulations])
  const size = 5_000
  for (let week = WEEK - 13; week < WEEK; week++) {
    const of = (cell: (at: number) => number) => Array.from({ length: size }, (_, at) => cell(at))
    const cells = {
      cohortDay: of(() => week * 7),
      repeats: of(at => at % 50),
      lastDay: of(at => week * 7 + Math.floor(at / 50)),
      buyers: of(() => 1),
    }
    playStep(
      mill,
      cohortOf(endOf(0), `r${count++}`, { modelId: 'purchases', cohortWeek: week, ...cells }),
    )
  }
  mill.advanceTo(endOf(0) + hours(2))
  const [cut] = cutsOf(mill)
  expect(cut!.buyers.length).toBeGreaterThan(CUT_CELLS_MAX - 5_000)
  expect(cut!.buyers.length).toBeLessThanOrEqual(CUT_CELLS_MAX)
  expect(cut!.buyers.reduce((sum, buyers) => sum + buyers)).toBe(13 * size)
  const days = new Set(cut!.cohortDay.map(day => day - WEEK * 7))
  expect([...days].slice(0, 3)).toEqual([-13 * 7 + 3, -12 * 7 + 3, -11 * 7])
  expect(cut!.reasons).toEqual([
    {
      code: 'COHORTS_COARSENED',
      detail:
        'Cells of old cohorts, 2 in number, are told in weeks or four weeks: ' +
        'in days there were more than 60,000.',
      weight: 2,
    },
  ])
  const [output] = mill.outputs.filter(({ topic }) => topic.name === populationsTopic.name)
  expect(output!.value.length).toBeLessThan(1 << 20)
})

test('amounts and deals of all cohorts are added up', () => {
  const mill = new Harness([purchasePopulations])
  const lists = (bucket: number) => ({
    modelId: 'purchases/UK',
    spendRepeats: [0, 1],
    spendBucket: [bucketOf(100), bucket],
    spendBuyers: [2, 3],
    deals: Array.from({ length: 78 }, (_, at) => at * bucket),
  })
  playStep(mill, told(endOf(9), WEEK, 300, 100, lists(400)))
  playStep(mill, told(endOf(9), WEEK + 1, 300, 100, lists(399)))
  mill.advanceTo(endOf(9) + hours(2))
  const [cut] = cutsOf(mill)
  expect([cut!.spendRepeats, cut!.spendBucket, cut!.spendBuyers]).toEqual([
    [0, 1, 1],
    [bucketOf(100), 399, 400],
    [4, 3, 3],
  ])
  expect(cut!.deals).toEqual(Array.from({ length: 78 }, (_, at) => at * 799))
})

test('days that were rounded up lie before the cut', () => {
  const mill = new Harness([purchasePopulations])
  playStep(mill, told(endOf(0), WEEK, 900, 100))
  mill.advanceTo(endOf(0) + hours(2))
  expect(cutsOf(mill)[0]!.lastDay).toEqual([FIRST, FIRST])
})

test('a cut has what became of forecasts as of its midnight', () => {
  const mill = new Harness([purchasePopulations])
  const one = { outcomeHorizonDays: [30], outcomeBin: [5], outcomes: [4], happened: [3] }
  playStep(mill, told(endOf(0), WEEK, 0, 0, one))
  mill.advanceTo(endOf(0) + hours(2))
  playStep(mill, told(endOf(91), WEEK, 900, 100, one))
  mill.advanceTo(endOf(91) + hours(1))
  const [cut] = cutsOf(mill)
  expect([cut!.outcomeHorizonDays, cut!.outcomeBin]).toEqual([[30], [5]])
  expect(cut!.outcomes[0]).toBeCloseTo(4 + 4 * Math.exp(-91 / 90), 12)
  expect(cut!.happened[0]).toBeCloseTo(3 + 3 * Math.exp(-91 / 90), 12)
})

/** The outcomes in the last of some cuts, with rhythms published at the ends of days. */
const outcomesWith = (
  published: readonly (readonly [day: number, rhythm: PurchaseParameters])[],
  untilDay: number,
): number => {
  const mill = new Harness([purchasePopulations])
  const one = { outcomeHorizonDays: [30], outcomeBin: [5], outcomes: [4], happened: [3] }
  const toldOn = [0, 2, 8, 20, untilDay]
  for (let day = 0; day <= untilDay; day++) {
    const [, rhythm] = published.find(([from]) => from === day) ?? []
    const times = { occurredAt: endOf(day), effectiveAt: endOf(day), trainedThrough: null }
    const row = { modelId: 'purchases', version: day + 1, parameters: { ...rhythm }, ...times }
    if (toldOn.includes(day)) playStep(mill, told(endOf(day), WEEK, 900 + 20 * day, 100, one))
    mill.advanceTo(endOf(day) + hours(1))
    if (rhythm) playStep(mill, send(modelParameters, row))
  }
  return cutsOf(mill).at(-1)!.outcomes[0]!
}

const left = (weeksAgo: number): number => 4 * Math.exp((-7 * weeksAgo) / 90)
const FAR = { ...MBG_NBD_SEED, a: 2 * MBG_NBD_SEED.a }

test('outcomes of forecasts by rhythms that moved a little count on', () => {
  const near = { ...MBG_NBD_SEED, alpha: 1.2 * MBG_NBD_SEED.alpha }
  const all = 2 * left(3) + left(2) + left(1) + left(0)
  expect(outcomesWith([[1, near]], 21)).toBeCloseTo(all, 9)
})

test('outcomes of forecasts by rhythms that are far do not count, nor those of the week after', () => {
  // What is told on day 8 is partly of forecasts that ended in the week before.
  expect(outcomesWith([[1, FAR]], 21)).toBeCloseTo(left(1) + left(0), 9)
})

test('where former rhythms are in use again, what became of their forecasts counts again', () => {
  const shortly = [
    [9, FAR],
    [12, MBG_NBD_SEED],
  ] as const
  expect(outcomesWith(shortly, 21)).toBeCloseTo(outcomesWith([], 21), 9)
  expect(outcomesWith([[9, FAR]], 21)).toBeCloseTo(left(0), 9)
})

const steps = fc.record({
  modelId: fc.constantFrom('purchases', 'purchases/UK'),
  week: fc.nat(3),
  once: fc.nat(900),
  back: fc.nat(300),
  gapMs: fc.oneof(fc.nat(minutes(20)), fc.nat(days(2)), fc.nat(weeks(60))),
  lagMs: fc.constantFrom(0, 0, 0, 3_000, days(2)),
  kind: fc.constantFrom('told', 'told', 'told', 'told', 'told', 'tick', 'commit', 'published'),
})

const scripts: fc.Arbitrary<readonly ScriptStep[]> = fc
  .array(steps, { maxLength: 40 })
  .map(drawn => {
    let newest = FIRST * DAY
    return drawn.map(({ modelId, week, once, back, gapMs, lagMs, kind }, index): ScriptStep => {
      newest += gapMs
      if (kind === 'tick') return tick(newest)
      if (kind === 'commit') return commit
      if (kind === 'published') {
        const version = index + 1
        // Sometimes complete, and then near the one before or far from it.
        const parameters = back > 150 ? { ...MBG_NBD_SEED, a: once / 300 } : { r: once }
        return send(modelParameters, {
          occurredAt: newest,
          effectiveAt: newest,
          trainedThrough: newest,
          modelId,
          version,
          parameters,
        })
      }
      const outcomes = [1 + (index % 3)]
      return cohortOf(newest - lagMs, `r${index}`, {
        modelId,
        cohortWeek: WEEK + week,
        cohortDay: [(WEEK + week) * 7, (WEEK + week) * 7],
        repeats: [0, 1],
        lastDay: [(WEEK + week) * 7, (WEEK + week) * 7 + 2],
        buyers: [once, back],
        outcomeHorizonDays: [30],
        outcomeBin: [week],
        outcomes,
        happened: [1],
      })
    })
  })

describe('the laws of pipelines', () => {
  const laws = pipelineLaws(purchasePopulations, scripts, { partitions: 2, runs: 40 })
  for (const law of laws) test(law.name, law.check)
})
