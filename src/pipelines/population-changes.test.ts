import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { days, type Instant, minutes } from '../engine/time.ts'
import {
  populationChanges as changesTopic,
  modelParameters,
  type PopulationChange,
} from '../events.ts'
import { churnRisk, MBG_NBD_SEED, type PurchaseParameters } from '../models/mbg-nbd.ts'
import { type BuyerRecord, segmentOf } from '../testing/buyer-records.ts'
import { Harness } from '../testing/harness.ts'
import { pipelineLaws } from '../testing/laws.ts'
import { playStep } from '../testing/play-step.ts'
import { scenario } from '../testing/scenario.ts'
import { commit, type ScriptStep, send, tick } from '../testing/script.ts'
import { shopRows } from '../testing/shop-rows.ts'
import { lifecycleSegments } from './lifecycle-segments.ts'
import { populationChanges } from './population-changes.ts'
import { boughtSince, isMomentOf, nextMomentOf } from './population-forecasts.ts'

const DAY = days(1)

let count = 0
const row =
  (fields: Partial<BuyerRecord>) =>
  (at: Instant, subjectId: string, first: string, last: string, repeats: string, net: string) =>
    segmentOf(at, `r${count++}`, {
      subjectId,
      firstDay: first === '-' ? null : Number(first),
      lastDay: Number(last ?? 0),
      repeats: Number(repeats ?? 0),
      netMinor: Number(net ?? 100),
      ...fields,
    })

const check = scenario(populationChanges, {
  events: {
    result: row({}),
    viewed: row({ views: 9, dealViews: 3 }),
    in_fr: row({ market: 'FR' }),
    merged: row({ closedAs: 'MERGED' }),
    erased: row({ closedAs: 'ERASED' }),
  },
  show: ({ change, subjectId, market, views, ...cell }: PopulationChange) =>
    `${change} ${subjectId} ${market} ${cell.cohortDay} ${cell.lastDay} x${cell.repeats} ` +
    `${cell.spendBucket} ${cell.purchases} ${views}`,
})

test('who buys again leaves one cell and joins another', () =>
  check(`
    #                first last repeats net
    1d     result ann  1     1    0       100
    =>     JOINED USER:ann UK 1 1 x0 231 1 0
    2d     result ann  1     2    1       200
    =>     LEFT USER:ann UK 1 1 x0 231 1 0
    =>     JOINED USER:ann UK 1 2 x1 231 2 0
    3d     result ann  1     2    1       200    # it was silence that changed
  `))

test('a refund moves the mean, and nothing that was paid has none', () =>
  check(`
    1d     result ann  1     1    0       100
    =>     JOINED USER:ann UK 1 1 x0 231 1 0
    2d     result ann  1     1    0       0
    =>     LEFT USER:ann UK 1 1 x0 231 1 0
    =>     JOINED USER:ann UK 1 1 x0 null 1 0
  `))

test('views alone change nothing, and are taken along with the next purchase', () =>
  check(`
    1d     result ann  1     1    0       100
    =>     JOINED USER:ann UK 1 1 x0 231 1 0
    2d     viewed ann  1     1    0       100
    3d     viewed ann  1     3    1       200
    =>     LEFT USER:ann UK 1 1 x0 231 1 0
    =>     JOINED USER:ann UK 1 3 x1 231 2 9
    4d     result ann  1     4    2       300
    =>     LEFT USER:ann UK 1 3 x1 231 2 9
    =>     JOINED USER:ann UK 1 4 x2 231 3 0
  `))

test('who is of another market is counted there', () =>
  check(`
    1d     result ann  1     1    0       100
    =>     JOINED USER:ann UK 1 1 x0 231 1 0
    2d     in_fr  ann  1     1    0       100
    =>     LEFT USER:ann UK 1 1 x0 231 1 0
    =>     JOINED USER:ann FR 1 1 x0 231 1 0
  `))

test('who has undone all purchases, is merged or erased, leaves and is forgotten', () => {
  check(`
    1d     result ann  1     1    0       100
    =>     JOINED USER:ann UK 1 1 x0 231 1 0
    1d     result bea  1     1    0       100
    =>     JOINED USER:bea UK 1 1 x0 231 1 0
    1d     result cas  1     1    0       100
    =>     JOINED USER:cas UK 1 1 x0 231 1 0
    2d     result ann  -
    =>     LEFT USER:ann UK 1 1 x0 231 1 0
    2d     merged bea  1     1    0       100
    =>     LEFT USER:bea UK 1 1 x0 231 1 0
    2d     erased cas  -
    =>     LEFT USER:cas UK 1 1 x0 231 1 0
    2d     erased cas  -                         # again
    2d     merged dan  -                         # who never bought
    300d   result ann  300   300  0       100    # no forecast of before is left
    =>     JOINED USER:ann UK 300 300 x0 231 1 0
  `)
  const mill = new Harness([populationChanges])
  playStep(mill, segmentOf(DAY, 'a', { subjectId: 'ann', firstDay: 1 }))
  playStep(mill, segmentOf(DAY, 'b', { subjectId: 'bea', firstDay: null }))
  playStep(mill, segmentOf(2 * DAY, 'c', { subjectId: 'ann', firstDay: 1, closedAs: 'ERASED' }))
  expect(mill.stateText()).not.toMatch(/ann|bea/)
})

test('the result that was made last holds, also where its cause is earlier', () =>
  check(`
    9d     result ann  1     9    1       200
    =>     JOINED USER:ann UK 1 9 x1 231 2 0
    3d     result ann  1     1    0       100    # a cancellation that came late
    =>     LEFT USER:ann UK 1 9 x1 231 2 0
    =>     JOINED USER:ann UK 1 1 x0 231 1 0
  `))

const published = (at: Instant, modelId: string, version: number, rhythm: PurchaseParameters) => {
  const times = { occurredAt: at, effectiveAt: at, trainedThrough: null }
  return send(modelParameters, { modelId, version, parameters: { ...rhythm }, ...times })
}

const forecastsIn = (mill: Harness) =>
  mill.resultsOf(changesTopic).filter(({ change }) => change === 'FORECAST')

/** All forecasts of ann over two years, told by timers, or by results alone. */
const forecastsOf = (results: readonly BuyerRecord[], at: readonly Instant[], ticks: boolean) => {
  const mill = new Harness([populationChanges])
  results.forEach((result, index) => {
    if (ticks) mill.advanceTo(at[index]! - 1)
    playStep(mill, segmentOf(at[index]!, `r${index}`, result))
  })
  mill.advanceTo(700 * DAY)
  return forecastsIn(mill).map(({ horizonDays, forecastAt, churnRisk, bought, occurredAt }) => ({
    horizonDays,
    forecastAt: forecastAt!,
    churnRisk,
    bought,
    occurredAt,
  }))
}

const ann = (lastDay: number, repeats: number): BuyerRecord => ({
  subjectId: 'ann',
  firstDay: 10,
  lastDay,
  repeats,
})

/** What the model says at a moment of who bought first on day 10. */
const riskOf = (
  lastDay: number,
  repeats: number,
  at: Instant,
  horizonDays: number,
  rhythm = MBG_NBD_SEED,
): number =>
  churnRisk(
    rhythm,
    { repeats, lastWeeks: (lastDay - 10) / 7, ageWeeks: (at / DAY - 10) / 7 },
    horizonDays / 7,
  )

/** The buyer's own moments from the first result on. */
const MOMENTS = Array.from({ length: 4 }).reduce<number[]>(
  moments => [...moments, nextMomentOf('USER:ann', moments.at(-1) ?? 10 * DAY)],
  [],
)

test('what was known at each moment is judged after 30 and 90 days, with what became of it', () => {
  const bought = Math.floor(MOMENTS[1]! / DAY) + 40
  const told = forecastsOf([ann(10, 0), ann(bought, 1)], [10 * DAY, bought * DAY], true)
  const ended = (moment: number, horizonDays: number, isBought: boolean) => ({
    horizonDays,
    forecastAt: MOMENTS[moment],
    churnRisk: expect.closeTo(
      riskOf(moment < 2 ? 10 : bought, moment < 2 ? 0 : 1, MOMENTS[moment]!, horizonDays),
      12,
    ),
    bought: isBought,
    occurredAt: MOMENTS[moment]! + days(horizonDays),
  })
  expect(told.slice(0, 6)).toEqual([
    ended(0, 30, false),
    ended(0, 90, false),
    ended(1, 30, false),
    ended(1, 90, true),
    ended(2, 30, false),
    ended(2, 90, false),
  ])
})

test('a forecast that ends is judged by the rhythms in use by then, and says whose they are', () => {
  const mill = new Harness([populationChanges])
  playStep(mill, segmentOf(10 * DAY, 'a', ann(10, 0)))
  const [ofAll, ofUk] = [
    { ...MBG_NBD_SEED, alpha: 20 },
    { ...MBG_NBD_SEED, r: 2 },
  ]
  playStep(mill, published(MOMENTS[0]! + 10 * DAY, 'purchases', 1, ofAll))
  mill.advanceTo(MOMENTS[0]! + 40 * DAY)
  playStep(mill, published(MOMENTS[0]! + 50 * DAY, 'purchases/UK', 1, ofUk))
  mill.advanceTo(MOMENTS[0]! + 100 * DAY)
  const told = forecastsIn(mill).map(({ judgedModelId, churnRisk: risk }) => [judgedModelId, risk])
  expect(told).toEqual([
    ['purchases', expect.closeTo(riskOf(10, 0, MOMENTS[0]!, 30, ofAll), 12)],
    ['purchases/UK', expect.closeTo(riskOf(10, 0, MOMENTS[0]!, 90, ofUk), 12)],
  ])
})

test('where a market carries rhythms of all, those in use for all by then are judged', () => {
  const mill = new Harness([populationChanges])
  playStep(mill, segmentOf(10 * DAY, 'a', ann(10, 0)))
  const [ofAll, carried] = [
    { ...MBG_NBD_SEED, alpha: 20 },
    { ...MBG_NBD_SEED, r: 2, versionOfAll: 0 },
  ]
  playStep(mill, published(11 * DAY, 'purchases', 1, ofAll))
  playStep(mill, published(12 * DAY, 'purchases/UK', 1, carried))
  mill.advanceTo(MOMENTS[0]! + 40 * DAY)
  const told = forecastsIn(mill).map(({ judgedModelId, churnRisk: risk }) => [judgedModelId, risk])
  expect(told).toEqual([['purchases', expect.closeTo(riskOf(10, 0, MOMENTS[0]!, 30, ofAll), 12)]])
})

test('of guests no forecast is noted, since those who buy again log in, and are lost to it', () => {
  const mill = new Harness([populationChanges])
  playStep(mill, segmentOf(10 * DAY, 'a', { ...ann(10, 0), subjectType: 'VISITOR' }))
  mill.advanceTo(400 * DAY)
  expect(mill.resultsOf(changesTopic).map(({ change }) => change)).toEqual(['JOINED'])
})

test('where nobody doubts the risk nothing is noted, and the next result wakes the buyer again', () => {
  /** Of people who buy every day, or have gone. */
  const busy = { r: 50, alpha: 7, a: 1, b: 1 }
  const mill = new Harness([populationChanges])
  playStep(mill, published(DAY, 'purchases', 1, busy))
  playStep(mill, segmentOf(10 * DAY, 'a', ann(10, 0)))
  const day = Math.floor(MOMENTS[2]! / DAY)
  mill.advanceTo(day * DAY - 1)
  expect(forecastsIn(mill).filter(({ forecastAt }) => forecastAt! > MOMENTS[0]!)).toEqual([])
  playStep(mill, segmentOf(day * DAY, 'b', ann(day, 1)))
  mill.advanceTo(day * DAY + 400 * DAY)
  const told = forecastsIn(mill).filter(({ forecastAt }) => forecastAt! > MOMENTS[0]!)
  expect(told.map(({ horizonDays, forecastAt }) => [horizonDays, forecastAt])).toEqual([
    [30, MOMENTS[2]],
    [90, MOMENTS[2]],
  ])
})

test('forecasts end the same by results as by timers, however wide the gap', () => {
  const days_ = fc.uniqueArray(fc.integer({ min: 11, max: 380 }), { maxLength: 8 })
  const without = <T extends { occurredAt: number }>(told: readonly T[]) =>
    told.map(({ occurredAt: _occurredAt, ...rest }) => rest)
  fc.assert(
    fc.property(days_, drawn => {
      const bought = [10, ...drawn.sort((a, b) => a - b)]
      const results = bought.map((day, repeats) => ann(day, repeats))
      const at = bought.map(day => day * DAY)
      const byTimers = forecastsOf(results, at, true)
      expect(without(forecastsOf(results, at, false))).toEqual(without(byTimers))
      for (const { horizonDays, forecastAt, bought: isBought, churnRisk: risk } of byTimers) {
        const until = forecastAt + days(horizonDays!)
        expect(isBought).toBe(at.some(time => time > forecastAt && time <= until))
        const repeats = at.findLastIndex(time => time <= forecastAt)
        expect(risk).toBeCloseTo(riskOf(bought[repeats]!, repeats, forecastAt, horizonDays!), 12)
      }
    }),
    { numRuns: 30 },
  )
})

test('who is erased leaves, also where lifecycle-segments has forgotten them long ago', () => {
  const mill = new Harness([lifecycleSegments, populationChanges], { mode: 'history' })
  for (const step of [
    shopRows.order(DAY, 'anna', 'o1', '10GBP'),
    shopRows.order(DAY, 'visitor:v', 'o2', '10GBP'),
    shopRows.visit(850 * DAY, 'ben'),
    shopRows.erase(851 * DAY, 'anna', 'v'),
    shopRows.visit(870 * DAY, 'ben'),
  ]) {
    playStep(mill, step)
  }
  mill.advanceTo(880 * DAY)
  const left = mill.resultsOf(changesTopic).filter(({ change }) => change === 'LEFT')
  expect(left.map(({ subjectId }) => subjectId).sort()).toEqual(['USER:anna', 'VISITOR:v'])
  const kept = mill.stateText().split('\n')
  const own = kept.filter(line => line.startsWith('population-changes|'))
  expect(own.join('\n')).not.toMatch(/anna|VISITOR:v/)
})

test('a history that is handed in late is not judged before all of it is there', () => {
  const mill = new Harness([lifecycleSegments, populationChanges])
  const ordered = (day: number) =>
    playStep(mill, shopRows.order(day * DAY, 'ann', `o${day}`, '10GBP'))
  mill.advanceTo(500 * DAY)
  for (let day = 10; day < 500; day += 20) ordered(day)
  expect(forecastsIn(mill)).toEqual([])
  for (let day = 510; day < 800; day += 20) {
    mill.advanceTo(day * DAY)
    ordered(day + 1)
  }
  const told = forecastsIn(mill)
  expect(told.length).toBeGreaterThan(3)
  expect(told.every(({ forecastAt, bought }) => forecastAt! > 500 * DAY && bought)).toBe(true)
})

test('an order that comes late, within the horizon of an open forecast, counts for it', () => {
  const mill = new Harness([populationChanges])
  const day = Math.floor(MOMENTS[0]! / DAY)
  playStep(mill, segmentOf(10 * DAY, 'a', ann(10, 0)))
  mill.advanceTo((day + 28) * DAY)
  playStep(mill, segmentOf((day + 20) * DAY, 'b', ann(day + 20, 1)))
  mill.advanceTo((day + 99) * DAY)
  const told = forecastsIn(mill).filter(({ forecastAt }) => forecastAt === MOMENTS[0])
  expect(told.map(({ horizonDays, bought }) => [horizonDays, bought])).toEqual([
    [30, true],
    [90, true],
  ])
})

test('a purchase that was undone was none', () => {
  const day = Math.floor(MOMENTS[1]! / DAY) + 2
  const results = [ann(10, 0), ann(day, 1), ann(10, 0)]
  const told = forecastsOf(results, [10 * DAY, day * DAY, (day + 1) * DAY], true)
  expect(told.length).toBeGreaterThan(10)
  expect(told.every(({ bought }) => bought === false)).toBe(true)
})

test('a second purchase on the day of the last is none of its own, as the model has it', () => {
  const known = { days: 1, firstAt: 5.2 * DAY, lastAt: 5.2 * DAY }
  const boughtAt = (day: number) =>
    boughtSince(5.5 * DAY, known, { ...known, lastAt: day * DAY, days: 2 })
  expect([boughtAt(5.2), boughtAt(5.7), boughtAt(6)]).toEqual([false, false, true])
})

test('the moments are 90 days apart, and spread evenly over the buyers', () => {
  const phases = Array.from({ length: 2_000 }, (_, buyer) => {
    const first = nextMomentOf(`USER:${buyer}`, 0)
    expect(nextMomentOf(`USER:${buyer}`, first)).toBe(first + days(90))
    expect(isMomentOf(`USER:${buyer}`, first)).toBe(true)
    expect(isMomentOf(`USER:${buyer}`, first + days(30))).toBe(false)
    return first / days(90)
  })
  for (const at of [0.25, 0.5, 0.75]) {
    const below = phases.filter(phase => phase < at).length / phases.length
    expect(Math.abs(below - at)).toBeLessThan(0.04)
  }
})

const drafts = fc.record({
  subjectId: fc.constantFrom('ann', 'bea', 'cas'),
  market: fc.constantFrom('UK', 'UK', null),
  firstDay: fc.constantFrom(1, 1, 1, 2, null),
  more: fc.nat(20),
  repeats: fc.nat(3),
  netMinor: fc.constantFrom(0, 100, 100, 999),
  views: fc.nat(2),
  closedAs: fc.constantFrom(null, null, null, null, null, 'MERGED' as const, 'ERASED' as const),
})

const steps = fc.record({
  draft: drafts,
  gapMs: fc.oneof(fc.nat(minutes(9)), fc.nat(days(20))),
  lagMs: fc.constantFrom(0, 0, 0, 3_000, days(2)),
  kind: fc.constantFrom(
    'send',
    'send',
    'send',
    'send',
    'send',
    'tick',
    'commit',
    'erase',
    'published',
  ),
})

const scripts: fc.Arbitrary<readonly ScriptStep[]> = fc
  .array(steps, { maxLength: 50 })
  .map(drawn => {
    let newest = days(20)
    return drawn.map(({ draft, gapMs, lagMs, kind }, index): ScriptStep => {
      newest += gapMs
      if (kind === 'tick') return tick(newest)
      if (kind === 'commit') return commit
      if (kind === 'erase') return shopRows.erase(newest - lagMs, draft.subjectId)
      if (kind === 'published') {
        const rhythm = { ...MBG_NBD_SEED, alpha: 1 + index }
        return published(newest, 'purchases/UK', index + 1, rhythm)
      }
      const { more, ...buyer } = draft
      const lastDay = (buyer.firstDay ?? 0) + buyer.repeats + more
      return segmentOf(newest - lagMs, `r${index}`, { ...buyer, lastDay })
    })
  })

describe('the laws of pipelines', () => {
  const laws = pipelineLaws(populationChanges, scripts, { partitions: 2, runs: 30 })
  for (const law of laws) test(law.name, law.check)
})
