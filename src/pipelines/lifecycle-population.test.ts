/** Segments under published parameters: which hold, from when, and what they let be said. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { days, type Instant } from '../engine/time.ts'
import { deadLetters, modelParameters, lifecycleSegments as segments } from '../events.ts'
import { MBG_NBD_SEED } from '../models/mbg-nbd.ts'
import { bucketOf } from '../models/quantile-sketch.ts'
import { Harness } from '../testing/harness.ts'
import { playStep } from '../testing/play-step.ts'
import { send } from '../testing/script.ts'
import { shopRows } from '../testing/shop-rows.ts'
import { lifecycleSegments } from './lifecycle-segments.ts'

const published = (
  modelId: string,
  version: number,
  parameters: Readonly<Record<string, number>>,
  effectiveAt: Instant | null = null,
) => {
  const times = { occurredAt: 0, effectiveAt, trainedThrough: null }
  return send(modelParameters, { modelId, version, parameters, ...times })
}

const millWith = (...steps: Parameters<typeof playStep>[1][]): Harness => {
  const mill = new Harness([lifecycleSegments])
  for (const step of steps) playStep(mill, step)
  return mill
}

const LEVELS = {
  highFrom: bucketOf(5_000),
  highUntil: bucketOf(3_000),
  medianFrom: bucketOf(1_000),
}

test('a result cites the version that holds: of its market, else of all, else the seed', () => {
  const mill = millWith(
    published('purchases', 1, { ...MBG_NBD_SEED }, days(2)),
    published('purchases/UK', 7, { ...MBG_NBD_SEED, alpha: 20 }, days(2)),
    shopRows.order(days(1), 'anna', 'o1', '50GBP', 'market:UK'),
    shopRows.order(days(3), 'anna', 'o2', '50GBP', 'market:UK'),
    shopRows.order(days(3) + 1, 'ben', 'o3', '50EUR', 'market:FR'),
  )
  mill.advanceTo(days(4))
  const versions = mill.resultsOf(segments).map(({ modelVersion }) => modelVersion.split(' ')[1])
  expect(versions).toEqual(['purchases@seed', 'purchases/UK@7', 'purchases@1'])
})

test('the market without a name is one of its own', () => {
  const mill = millWith(
    published('purchases/', 4, { ...MBG_NBD_SEED, alpha: 20 }),
    shopRows.order(days(1), 'anna', 'o1', '50GBP'),
    shopRows.order(days(1), 'ben', 'o2', '50EUR', 'market:FR'),
  )
  mill.advanceTo(days(2))
  const versions = mill.resultsOf(segments).map(({ modelVersion }) => modelVersion.split(' ')[1])
  expect(versions).toEqual(['purchases/@4', 'purchases@seed'])
})

/** What is said of the risks at a first order, under these parameters of all and of the market. */
const risksUnder = (ofAll: Readonly<Record<string, number>>, ofUk = {}) => {
  const mill = millWith(
    published('purchases', 1, ofAll),
    published('purchases/UK', 1, ofUk),
    shopRows.order(days(1), 'anna', 'o1', '50GBP', 'market:UK'),
  )
  mill.advanceTo(days(2))
  const [result] = mill.resultsOf(segments)
  const { churnRisk30d, churnRisk90d, purchaseChurnRisk30d, purchaseChurnRisk90d } = result!
  return { said: [churnRisk30d, churnRisk90d], own: [purchaseChurnRisk30d, purchaseChurnRisk90d] }
}
const UP = { slope90: 1, shift90: 1 }
const DOWN = { slope90: 1, shift90: -1 }

test('the risk of a horizon is set right as it was published where the rhythms are', () => {
  const { said: plain } = risksUnder({})
  const { said, own } = risksUnder(UP)
  expect(own).toEqual(plain)
  expect(said[0]).toBe(plain[0])
  expect(said[1]).toBeGreaterThan(plain[1]!)
  expect(risksUnder(UP, DOWN).said).toEqual(said)
  expect(risksUnder({}, DOWN).said).toEqual(plain)
  expect(risksUnder(DOWN, { ...MBG_NBD_SEED, ...UP }).said).toEqual(said)
})

test('what sets the forecasts of all right is not taken for a market with rhythms of its own', () => {
  const { said, own } = risksUnder(UP, { ...MBG_NBD_SEED, alpha: 20 })
  expect(said).toEqual(own)
})

test.each([
  { slope90: 1 },
  { slope90: 0.2, shift90: 1 },
  { slope90: 5, shift90: 1 },
  { slope90: 1, shift90: 3.5 },
  { slope90: Number.NaN, shift90: 1 },
])('a calibration such as %j counts as absent', parameters => {
  expect(risksUnder(parameters)).toEqual(risksUnder({}))
})

test('a set of parameters that is not whole counts as absent', () => {
  const mill = millWith(
    published('purchases', 1, { r: 9, alpha: 9, a: 9, ...LEVELS, medianFrom: Number.NaN }),
    shopRows.order(days(1), 'anna', 'o1', '500GBP'),
  )
  mill.advanceTo(days(2))
  const seeded = millWith(shopRows.order(days(1), 'anna', 'o1', '500GBP'))
  seeded.advanceTo(days(2))
  const [result] = mill.resultsOf(segments)
  const { pAlive, ltv52wMinor, tags } = seeded.resultsOf(segments)[0]!
  expect(result).toMatchObject({ pAlive, ltv52wMinor, tags })
})

/** What is said of somebody who bought once, is silent and comes back, under these parameters. */
const saidUnder = (parameters: Readonly<Record<string, number>>) => {
  const mill = millWith(
    published('purchases/UK', 1, parameters),
    shopRows.order(days(1), 'anna', 'o1', '500GBP', 'market:UK'),
    shopRows.order(days(40), 'anna', 'o2', '500GBP', 'market:UK'),
  )
  mill.advanceTo(days(300))
  expect(mill.resultsOf(deadLetters)).toEqual([])
  return mill.resultsOf(segments)
}

const SPEND = { p: 6.25, q: 3.74, v: 1_544 }

test.each<[string, Readonly<Record<string, number>>]>([
  ['r of 0', { ...MBG_NBD_SEED, r: 0 }],
  ['alpha of 0', { ...MBG_NBD_SEED, alpha: 0 }],
  ['alpha below 0', { ...MBG_NBD_SEED, alpha: -6 }],
  ['a of 0', { ...MBG_NBD_SEED, a: 0 }],
  ['b below 0', { ...MBG_NBD_SEED, b: -1 }],
  ['r beyond all bounds', { ...MBG_NBD_SEED, r: Number.MAX_VALUE }],
  ['alpha too small to divide by', { ...MBG_NBD_SEED, alpha: Number.MIN_VALUE }],
  ['p of 0', { ...SPEND, p: 0 }],
  ['q of 1', { ...SPEND, q: 1 }],
  ['v of 0', { ...SPEND, v: 0 }],
  ['levels that are left above where they begin', { ...LEVELS, highUntil: LEVELS.highFrom + 1 }],
  ['a level that is no bucket', { ...LEVELS, medianFrom: LEVELS.medianFrom + 0.5 }],
])('a set with %s counts as absent', (_, parameters) => {
  expect(saidUnder(parameters)).toEqual(saidUnder({}))
})

test('whatever parameters are taken, everybody is told of with numbers', () => {
  const extreme = fc.constantFrom(1e-3, 1, 1e3)
  const purchases = fc.record({
    r: fc.constantFrom(1e-3, 1, 20),
    alpha: fc.constantFrom(1, 30, 1e3),
    a: extreme,
    b: extreme,
  })
  fc.assert(
    fc.property(purchases, fc.record({ p: extreme, q: extreme, v: extreme }), (buys, spends) => {
      expect(saidUnder({ ...buys, ...spends, ...LEVELS }).length).toBeGreaterThan(1)
    }),
    { numRuns: 40 },
  )
})

test('a correction is told of after a silence that can hardly be', () => {
  const mill = millWith(
    published('purchases', 1, { r: 600, alpha: 10, a: 1, b: 1 }),
    shopRows.order(days(1), 'anna', 'o1', '500GBP'),
    shopRows.refund(days(500), 'anna', 'o1', '5GBP'),
  )
  mill.advanceTo(days(501))
  expect(mill.resultsOf(deadLetters)).toEqual([])
  expect(mill.resultsOf(segments).at(-1)).toMatchObject({ activity: 'LOST', monetaryMinor: 49_500 })
})

test('who is worth much is so until below the lower level, and a VIP at risk in between', () => {
  const mill = millWith(
    published('purchases/UK', 1, { ...MBG_NBD_SEED, ...LEVELS }),
    shopRows.order(days(1), 'anna', 'o1', '50GBP', 'market:UK'),
  )
  mill.advanceTo(days(200))
  const told = mill.resultsOf(segments)
  expect(told[0]).toMatchObject({ tags: ['HIGH_VALUE', 'NEW'], ltv52wMinor: 6_803 })
  expect(told.find(({ activity }) => activity === 'AT_RISK')!.entered).toEqual(['VIP_AT_RISK'])
  const left = told.find(({ exited }) => exited.includes('HIGH_VALUE'))!
  expect(left.exited).toContain('VIP_AT_RISK')
  // The bucket in which 3,000 is begins somewhat below it.
  expect(left.ltv52wMinor).toBeGreaterThan(2_900)
  expect(left.ltv52wMinor).toBeLessThanOrEqual(3_000)
})

test('who is likely to buy and spends as others do has potential, until it is unlikely', () => {
  const mill = millWith(
    published('purchases/UK', 1, { ...MBG_NBD_SEED, ...LEVELS }),
    shopRows.order(days(0), 'anna', 'o0', '12GBP', 'market:UK'),
    shopRows.order(days(0), 'ben', 'o1', '5GBP', 'market:UK'),
    shopRows.order(days(1), 'anna', 'o2', '12GBP', 'market:UK'),
    shopRows.order(days(1), 'ben', 'o3', '5GBP', 'market:UK'),
  )
  mill.advanceTo(days(200))
  const of = (user: string) => mill.resultsOf(segments).filter(({ userId }) => userId === user)
  expect(
    of('anna')
      .map(({ tags }) => tags)
      .slice(0, 2),
  ).toEqual([['NEW'], ['NEW', 'POTENTIAL']])
  const left = of('anna').find(({ exited }) => exited.includes('POTENTIAL'))!
  expect(left.churnRisk90d).toBeCloseTo(0.7, 6)
  expect(left.causeEventId).toBe(null)
  expect(of('ben').some(({ tags }) => tags.includes('POTENTIAL'))).toBe(false)
})

test('spending is drawn to what all spend, where that was published', () => {
  const spend = { p: 6.25, q: 3.74, v: 1_544 }
  const mill = millWith(
    published('purchases/UK', 1, { ...MBG_NBD_SEED, ...spend }),
    shopRows.order(days(1), 'anna', 'o1', '500GBP', 'market:UK'),
  )
  mill.advanceTo(days(2))
  const mean = (spend.p * (spend.v + 50_000)) / (spend.p + spend.q - 1)
  const { ltv52wMinor } = mill.resultsOf(segments)[0]!
  expect(ltv52wMinor! / 6_803).toBeCloseTo(mean / 5_000, 2)
})

test('amounts of one market say nothing of another, which may have another currency', () => {
  const mill = millWith(
    published('purchases', 1, { ...MBG_NBD_SEED, ...SPEND, ...LEVELS }),
    published('purchases/UK', 1, { ...SPEND, ...LEVELS }),
    shopRows.order(days(1), 'anna', 'o1', '500GBP', 'market:UK'),
    shopRows.order(days(1), 'chie', 'o2', '500JPY', 'market:JP'),
    shopRows.order(days(1), 'ben', 'o3', '500GBP'),
  )
  mill.advanceTo(days(2))
  const [anna, chie, ben] = mill.resultsOf(segments)
  expect(anna!.tags).toEqual(['HIGH_VALUE', 'NEW'])
  expect([chie!.tags, ben!.tags]).toEqual([['NEW'], ['NEW']])
  expect(ben!.ltv52wMinor).toBe(68_034)
})

test('a market without rhythms of its own has those of all, and both versions are cited', () => {
  const mill = millWith(
    published('purchases', 3, { ...MBG_NBD_SEED, alpha: 20 }),
    published('purchases/UK', 7, { ...SPEND }),
    shopRows.order(days(1), 'anna', 'o1', '50GBP', 'market:UK'),
    shopRows.order(days(1), 'ben', 'o2', '50GBP'),
    published('purchases', 4, { ...MBG_NBD_SEED, alpha: 30 }, days(2)),
    shopRows.order(days(3), 'anna', 'o3', '50GBP', 'market:UK'),
  )
  mill.advanceTo(days(4))
  const [anna, ben, later] = mill.resultsOf(segments)
  expect(anna!.expectedOrders90d).toBe(ben!.expectedOrders90d)
  expect(anna!.modelVersion).toBe(`${lifecycleSegments.version} purchases@3 purchases/UK@7`)
  expect(later!.modelVersion).toBe(`${lifecycleSegments.version} purchases@4 purchases/UK@7`)
})

test.each([
  [3, 'purchases@3'],
  [0, 'purchases@seed'],
])(
  'a market that carries version %i of all goes by it, and cites it, whatever is in use',
  (of, cited) => {
    const carried = { ...MBG_NBD_SEED, alpha: 20, ...UP }
    const order = shopRows.order(days(1), 'anna', 'o1', '50GBP', 'market:UK')
    const later = published('purchases', 4, { ...MBG_NBD_SEED, alpha: 60, ...DOWN })
    const row = published('purchases/UK', 7, { ...carried, ...LEVELS, versionOfAll: of })
    const own = published('purchases/UK', 7, { ...carried, ...LEVELS })
    const [told, toldByOwn] = [row, own].map(version => {
      const mill = millWith(later, version, order)
      mill.advanceTo(days(2))
      return mill.resultsOf(segments)[0]!
    })
    const { modelVersion, ...said } = told!
    expect(modelVersion).toBe(`${lifecycleSegments.version} ${cited} purchases/UK@7`)
    const { modelVersion: _, ...saidByOwn } = toldByOwn!
    expect(said).toEqual(saidByOwn)
  },
)
