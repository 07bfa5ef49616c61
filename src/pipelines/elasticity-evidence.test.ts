import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { days, hours, type Instant, minutes, seconds } from '../engine/time.ts'
import { type ElasticityEvidence, elasticityEvidence as evidenceTopic } from '../events.ts'
import { evidenceScripts } from '../testing/evidence-scripts.ts'
import { Harness } from '../testing/harness.ts'
import { pipelineLaws } from '../testing/laws.ts'
import { playStep } from '../testing/play-step.ts'
import { observationOf } from '../testing/price-records.ts'
import { scenario } from '../testing/scenario.ts'
import { elasticityEvidence } from './elasticity-evidence.ts'
import { PAIRS_MAX } from './elasticity-evidence-state.ts'
import { shardIdOf } from './elasticity-population.ts'
import { pairOf } from './price-pair.ts'

const DAY = days(1)
/** A Monday. */
const START = 20_300 * DAY + 4 * DAY

let count = 0
const cell = (text: string | undefined): number => Number(text)
/** Nothing but the columns of the row matters; views keep the days of the week out. */
const row =
  (fields: object = {}) =>
  (at: Instant, sku = 'ham', mean = '-2', changes = '1') =>
    observationOf(at, `r${count++}`, {
      sku,
      category: 'drinks',
      isByViews: true,
      deviationMean: cell(mean),
      priceChanges: cell(changes),
      observations: count,
      ...fields,
    })

const shown = (part: ElasticityEvidence): string => {
  const pairs = part.sku.map((sku, at) => `${sku}/${part.market[at]}:${part.deviationMean[at]}`)
  return [`${(part.occurredAt - START) / minutes(1)}m`, part.shardId, ...pairs].join(' ')
}

const check = scenario(elasticityEvidence, {
  from: START,
  events: {
    row: row(),
    au: row({ market: 'AU' }),
    nowhere: row({ market: null }),
    /** Of a span that ended at the midnight before, or an hour ago. */
    ended: (at, ...cells) => row({ endedAt: Math.floor(at / DAY) * DAY })(at, ...cells),
    before: (at, ...cells) => row({ endedAt: at - hours(1), observations: 1 })(at, ...cells),
    food: row({ category: 'food', modelId: 'elasticities/food' }),
    moved: row({
      category: 'food',
      modelId: 'elasticities/food',
      leftModelId: 'elasticities/drinks',
    }),
    unknown: row({
      deviationMean: null,
      deviationVariance: null,
      priceMean: null,
      priceVariance: null,
      covariance: null,
    }),
  },
  show: shown,
})
/** Ham is in one part in the UK, in Australia, and where no market is named. */
const HAM = shardIdOf('elasticities/drinks', pairOf('ham', 'UK'))
const CUP = shardIdOf('elasticities/drinks', pairOf('cup', 'UK'))

test('five minutes past midnight a part that changed is told, the last word on each pair', () =>
  check(`
    #      row        sku  mean changes
    1h     row        ham  -1
    2h     au         ham  -2
    3h     row        cup  -3
    4h     nowhere    ham  -4
    24h    ended      ham  -5        # replaces the first
    tick   2d
    =>     1445m ${HAM} ham/AU:-2 ham/:-4 ham/UK:-5
    =>     1445m ${CUP} cup/UK:-3
    2d1h   row        cup  -6
    tick   9d
    =>     4325m ${CUP} cup/UK:-6
  `))

test('a price that never moved, or a level that is not known, tells nothing', () =>
  check(`
    1h     row        ham  -1  0
    2h     unknown    tea
    tick   2d
  `))

test('of the new day nothing is told yet at five past midnight', () =>
  check(`
    23h    row        ham  -1
    24h    ended      ham  -2
    24h2m  row        ham  -3        # in the night's first minutes, the price moves
    24h3m  row        cup  -3
    24h4m  before     ham  -4        # of yesterday
    24h4m  au         ham  -4
    tick   24h30m
    =>     1445m ${HAM} ham/UK:-2
    =>     1445m ${CUP}
    tick   9d
    =>     2885m ${HAM} ham/UK:-3 ham/AU:-4
    =>     2885m ${CUP} cup/UK:-3
  `))

test('of several records of one event the latest span is the last word', () =>
  check(`
    1h     row        ham  -1
    1h     before     ham  -2
    tick   1d1h
    =>     1445m ${HAM} ham/UK:-1
  `))

test('a pair whose category changes leaves the part that it was in', () =>
  check(`
    1h     row        ham  -1
    2h     au         ham  -2
    tick   1d1h
    =>     1445m ${HAM} ham/UK:-1 ham/AU:-2
    30h    moved      ham  -3
    31h    food       ham  -4
    tick   3d
    =>     2885m ${HAM} ham/AU:-2
    =>     2885m ${shardIdOf('elasticities/food', pairOf('ham', 'UK'))} ham/UK:-4
    24h    moved      cup  -3  0     # it was not in the part
    tick   5d
  `))

test('a pair of which nothing was heard for 400 days is told of no more', () =>
  check(`
    0      au         ham  -1
    12h    row        ham  -2
    =>     5m ${HAM} ham/AU:-1
    400d   row        ham  -3
    =>     1445m ${HAM} ham/AU:-1 ham/UK:-2
    tick   401d
    =>     576005m ${HAM} ham/AU:-1 ham/UK:-3
    401d1h row        ham  -4
    tick   403d
    =>     578885m ${HAM} ham/UK:-4
  `))

const lastOf = (mill: Harness): ElasticityEvidence => mill.resultsOf(evidenceTopic).at(-1)!

/** So many markets that are in one part. */
const marketsOfAPart = (size: number): readonly string[] => {
  const found: string[] = []
  for (let at = 100; found.length < size; at++) {
    if (shardIdOf('elasticities/drinks', pairOf('ham', `m${at}`)) === HAM) found.push(`m${at}`)
  }
  return found
}

test('of more than 128 pairs those told of longest ago leave the part', () => {
  const mill = new Harness([elasticityEvidence], { batchSize: 500 })
  const all = marketsOfAPart(PAIRS_MAX + 3)
  const [new_, ...before] = all as [string, ...string[]]
  before.forEach((name, at) => {
    playStep(mill, row({ market: name })(START + hours(1) + at))
  })
  playStep(mill, row({ market: before[2]! })(START + hours(2)))
  playStep(mill, row({ market: new_ })(START + hours(3)))
  mill.advanceTo(START + hours(25))
  const { market } = lastOf(mill)
  expect(market).toHaveLength(PAIRS_MAX)
  const left = all.filter(name => !market.includes(name))
  expect(left).toEqual([before[0], before[1], before[3]])
})

test('an entry takes less than 100 bytes of state', () => {
  const bytesWith = (pairs: number): number => {
    const mill = new Harness([elasticityEvidence], { batchSize: 500 })
    marketsOfAPart(pairs).forEach((market, at) => {
      const numbers = { market, priceVariance: 1 / 3, observations: 5_000 }
      playStep(mill, row(numbers)(START + hours(1) + at))
    })
    mill.commit()
    const states = [...mill.committed().state.values()].flatMap(state => [...state.values()])
    return Math.max(...states.map(({ length }) => length))
  }
  expect((bytesWith(100) - bytesWith(50)) / 50).toBeLessThan(100)
})

describe('the days of the week', () => {
  const sold = (at: Instant, fields: object = {}) =>
    observationOf(at, `r${count++}`, { category: 'drinks', ...fields })
  const toldOf = (steps: readonly ReturnType<typeof sold>[], until: Instant) => {
    const mill = new Harness([elasticityEvidence], { batchSize: 100 })
    for (const step of steps) playStep(mill, step)
    mill.advanceTo(until)
    expect(mill.dead).toEqual([])
    return mill.resultsOf(evidenceTopic).map(part => [part.weekdayUnits, part.weekdayExpected])
  }

  test('are units, and 64ths of what was expected, from Monday on, of prices that never moved too', () => {
    const spans = [0, 1, 7].map(day =>
      sold(START + (day + 1) * DAY + seconds(30), {
        startedAt: START + day * DAY,
        endedAt: START + (day + 1) * DAY,
        units: day + 3,
        unitsPerDay: 1.5,
      }),
    )
    expect(toldOf(spans, START + 9 * DAY)).toEqual([
      [
        [3, 0, 0, 0, 0, 0, 0],
        [96, 0, 0, 0, 0, 0, 0],
      ],
      [
        [3, 4, 0, 0, 0, 0, 0],
        [96, 96, 0, 0, 0, 0, 0],
      ],
      [
        [13, 4, 0, 0, 0, 0, 0],
        [192, 96, 0, 0, 0, 0, 0],
      ],
    ])
  })

  test('have silent days as days without sales', () => {
    const at = START + 3 * DAY + hours(6)
    const span = { startedAt: START + hours(12), endedAt: at, hours: 66, units: 0, unitsPerDay: 2 }
    expect(toldOf([sold(at, span)], START + 5 * DAY)).toEqual([
      [
        [0, 0, 0, 0, 0, 0, 0],
        [64, 128, 128, 32, 0, 0, 0],
      ],
    ])
  })

  test.each([
    ['counted by views', { isByViews: true }],
    ['out of stock', { hours: 0 }],
    ['without a level', { unitsPerDay: null }],
    ['of before it was known what to expect', { expectedP95: null }],
    ['far beyond what was expected', { units: 111, expectedP95: 10 }],
    ['of a silence too long', { startedAt: START - 28 * DAY, hours: 768, units: 0 }],
    ['with sales in several days', { startedAt: START + 2 * DAY, hours: 48, units: 1 }],
  ])('leave out what is %s', (_, fields) => {
    const at = START + 4 * DAY
    expect(toldOf([sold(at, fields)], at + DAY)).toEqual([])
  })

  test('of the new day wait for its report', () => {
    const at = START + DAY + minutes(2)
    const span = { startedAt: START + DAY, hours: 1 / 30, units: 9, unitsPerDay: 720 }
    const none = [0, 0, 0, 0, 0, 0, 0]
    expect(toldOf([sold(at, span)], START + 4 * DAY)).toEqual([
      [none, none],
      [
        [0, 9, 0, 0, 0, 0, 0],
        [0, 64, 0, 0, 0, 0, 0],
      ],
    ])
  })

  test('count for 26 weeks', () => {
    const steps = Array.from({ length: 300 }, (_, day) =>
      sold(START + (day + 1) * DAY, { units: 1, unitsPerDay: 1 }),
    )
    const told = toldOf(steps, START + 301 * DAY)
    expect(told.at(-1)).toEqual([Array(7).fill(26), Array(7).fill(26 * 64)])
  })
})

const drawn = fc.array(
  fc.record({
    sku: fc.constantFrom('ham', 'cup'),
    market: fc.constantFrom('UK', null),
    gapMs: fc.oneof(fc.nat(minutes(9)), fc.nat(3 * DAY), fc.constant(0)),
    spanMs: fc.oneof(fc.nat(hours(30)), fc.constant(0)),
    mean: fc.integer({ min: -40, max: 10 }),
    changes: fc.nat(2),
    units: fc.nat(5),
    isByViews: fc.boolean(),
  }),
  { maxLength: 40 },
)

test('what is told is what a look at all records with spans before the midnight says', () => {
  let told = 0
  fc.assert(
    fc.property(drawn, steps => {
      let now = START
      const rows = steps.map(({ gapMs, spanMs, mean, changes, ...rest }, index) => {
        now += gapMs
        return {
          ...rest,
          at: now,
          // Each knows more than the one before it.
          observations: index + 1,
          endedAt: now,
          startedAt: now - spanMs,
          hours: spanMs / hours(1),
          deviationMean: mean,
          priceChanges: changes,
          unitsPerDay: 3,
        }
      })
      const mill = new Harness([elasticityEvidence], { batchSize: 7 })
      rows.forEach(({ at, ...fields }, index) => {
        playStep(mill, observationOf(at, `o${index}`, { category: 'drinks', ...fields }))
      })
      mill.advanceTo(now + 3 * DAY)
      for (const part of mill.resultsOf(evidenceTopic)) {
        told++
        const midnight = part.occurredAt - minutes(5)
        const own = rows.filter(
          each =>
            each.endedAt <= midnight &&
            shardIdOf('elasticities/drinks', pairOf(each.sku, each.market)) === part.shardId,
        )
        const last = new Map(
          own
            .filter(each => each.priceChanges > 0)
            .map(each => [`${each.sku}/${each.market ?? ''}`, each.deviationMean]),
        )
        const pairs = part.sku.map((sku, at) => [
          `${sku}/${part.market[at]}`,
          part.deviationMean[at],
        ])
        expect(new Map(pairs as [string, number][])).toEqual(last)
        const units = own
          .filter(
            ({ startedAt, endedAt, isByViews }) =>
              !isByViews && endedAt <= (Math.floor(startedAt / DAY) + 1) * DAY,
          )
          // What is sold at a midnight, in a span without length, is of the day that begins.
          .filter(({ startedAt }) => startedAt < midnight)
          .reduce((sum, each) => sum + each.units, 0)
        expect(part.weekdayUnits.reduce((sum, each) => sum + each, 0)).toBe(units)
      }
    }),
    { numRuns: 100 },
  )
  expect(told).toBeGreaterThan(200)
})

describe('the laws of pipelines', () => {
  const laws = pipelineLaws(elasticityEvidence, evidenceScripts, { partitions: 2, runs: 25 })
  for (const law of laws) test(law.name, law.check)
})
