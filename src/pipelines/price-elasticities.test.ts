import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { describe as describePipeline } from '../engine/describe.ts'
import { days, hours, type Instant } from '../engine/time.ts'
import {
  type DemandObservation,
  priceElasticities as elasticities,
  modelParameters,
  type PriceElasticity,
} from '../events.ts'
import {
  type ElasticityParameters,
  elasticityParametersIn,
  NO_PARAMETERS,
} from '../models/elasticity-category-parameters.ts'
import { judgementOn } from '../models/elasticity-judgement.ts'
import { noiseSizeOf } from '../models/elasticity-noise.ts'
import { Harness } from '../testing/harness.ts'
import { playStep } from '../testing/play-step.ts'
import { observationOf } from '../testing/price-records.ts'
import { scenario } from '../testing/scenario.ts'
import { type Send, send } from '../testing/script.ts'
import { priceElasticities } from './price-elasticities.ts'
import { MARKETS_MAX } from './price-elasticities-state.ts'

/** What a filter believes after data of so much precision, whose prior was N(−1.5, 2²). */
const belief = (estimate: number, precision: number) => {
  const variance = 1 / (0.25 + precision)
  return { mean: variance * (estimate * precision - 1.5 / 4), variance }
}

/** `9/4` or `9/4/4`: buckets, price changes, and of these the ones drawn by chance. */
const countsIn = (text: string) => {
  const [observations = 0, priceChanges = 0, experimentChanges = 0] = text.split('/').map(Number)
  return { observations, priceChanges, experimentChanges }
}

/** `z-2/30`: prices by chance tell −2 with a precision of 30; `p-2/30`: set prices do. */
const beliefsIn = (text: string): Partial<DemandObservation> => {
  const [estimate = 0, precision = 0] = text.slice(1).split('/').map(Number)
  const { mean, variance } = belief(estimate, precision)
  return text.startsWith('z')
    ? { deviationMean: mean, deviationVariance: variance }
    : { priceMean: mean, priceVariance: variance }
}

interface From {
  readonly startedAt: Instant
  readonly endedAt: Instant
}

/** `tea` is an article without a market, `tea@UK` one in a market. */
const observed = (at: Instant, span: From, of: string, counts: string, told: string): Send => {
  const [sku, market = null] = of.split('@')
  const id = `${of} ${span.startedAt} ${span.endedAt}`
  const fields = { ...countsIn(counts), ...beliefsIn(told), ...span }
  return observationOf(at, id, { sku: sku!, market, ...fields })
}

const midnightBefore = (at: Instant): Instant => Math.floor(at / days(1)) * days(1)

const rows = {
  /** Of the day that is over; the timer comes a little late. */
  day: (at: Instant, of = '', counts = '', told = 'p-1.5/0') => {
    const endedAt = midnightBefore(at)
    return observed(at, { startedAt: endedAt - days(1), endedAt }, of, counts, told)
  },
  /** Of the day until now. */
  part: (at: Instant, of = '', counts = '', told = 'p-1.5/0') =>
    observed(at, { startedAt: midnightBefore(at), endedAt: at }, of, counts, told),
  /** Of days that are over, as they are told with the record that ends a silence. */
  silence: (at: Instant, of = '', from = '', to = '', counts = '') => {
    const span = { startedAt: days(Number(from)), endedAt: days(Number(to)) }
    return observed(at, span, of, counts, 'p-1.5/0')
  },
}

const dayText = (at: Instant): string => `${Math.round((at / days(1)) * 100) / 100}d`

/** Day, article, status, the number if there is one, buckets and price changes, first reason. */
const shown = (result: PriceElasticity): string => {
  const { occurredAt, sku, market, status, elasticity, observations, priceChanges } = result
  const name = market === null ? sku : `${sku}@${market}`
  const number = elasticity === null ? '-' : elasticity.toFixed(2)
  const known = `${observations}/${priceChanges}`
  return `${dayText(occurredAt)} ${name} ${status} ${number} ${known} ${result.reasons[0]!.code}`
}

const check = scenario(priceElasticities, { events: rows, show: shown })

describe('when there is something to tell', () => {
  test('at the end of each day that there is an observation of', () =>
    check(`
      1d     day   tea@UK 0/0
      2d30s  day   tea@UK 1/0
      => 1d tea@UK NOT_IDENTIFIED - 0/0 P_LOW_EVIDENCE
      5d     day   tea@UK 4/0
      => 2d tea@UK NOT_IDENTIFIED - 1/0 P_NEVER_MOVED
      tick   9d
      => 5d tea@UK NOT_IDENTIFIED - 4/0 P_NEVER_MOVED
    `))
  test('at once and in the words of the observation, where a count was taken for a mistake', () => {
    const mill = new Harness([priceElasticities], { mode: 'history' })
    const misread = [{ code: 'P_UNITS_MISREAD', detail: 'Too many.', weight: 1 }]
    const known = { observations: 9, startedAt: 0 }
    for (const [hour, reasons] of [
      [6, []],
      [7, misread],
      [8, []],
    ] as const) {
      const endedAt = hours(hour)
      playStep(mill, observationOf(endedAt, `r${hour}`, { ...known, endedAt, reasons }))
    }
    const told = mill.resultsOf(elasticities)
    expect(told.map(({ occurredAt }) => occurredAt)).toEqual([hours(6), hours(7)])
    expect(told[0]!.reasons.map(({ code }) => code)).not.toContain('P_UNITS_MISREAD')
    expect(told[1]!.reasons.at(-1)).toEqual(misread[0])
  })
  test('not before the end of the day, where it is as it was', () =>
    check(`
      6h     part  tea 0/0
      12h    part  tea 1/0
      18h    part  tea 2/0
      => 0.5d tea NOT_IDENTIFIED - 1/0 P_NEVER_MOVED
      1d     part  tea 3/0
      tick   99d
      => 1d tea NOT_IDENTIFIED - 3/0 P_NEVER_MOVED
    `))
  test('at once where it moved by a tenth of its standard deviation', () =>
    check(`
      1d     day   tea 90/30/30 z-2/30
      30h    part  tea 91/31/31 z-2.01/30
      => 1d tea IDENTIFIED -2.00 90/30 P_ELASTIC
      36h    part  tea 92/32/32 z-2.03/30
      42h    part  tea 93/33/33 z-2.04/30
      => 1.5d tea IDENTIFIED -2.03 92/32 P_ELASTIC
    `))
  test('at once where it is of another status, or another method', () =>
    check(`
      1d     day   tea 90/30 p-2/30
      30h    part  tea 91/31/1 z-2/2
      => 1d tea WEAK -2.00 90/30 P_ELASTIC
      36h    part  tea 92/32/5 z-2/30
      => 1.25d tea WEAK -2.00 91/31 P_ELASTIC
      tick   99d
      => 1.5d tea IDENTIFIED -2.00 92/32 P_ELASTIC
    `))
  test('of a silence what is known after it, and not what was learnt in its midst', () =>
    check(`
      1d     day     tea 1/0
      20d6h  silence tea 1 7 2/0
      => 1d tea NOT_IDENTIFIED - 1/0 P_NEVER_MOVED
      20d6h  silence tea 7 14 3/0
      20d6h  silence tea 14 20 4/0
      21d    day     tea 5/0
      => 20.25d tea NOT_IDENTIFIED - 4/0 P_NEVER_MOVED
      tick   99d
      => 21d tea NOT_IDENTIFIED - 5/0 P_NEVER_MOVED
    `))
  test('of a silence of over a month nothing before the day of which something is known', () =>
    check(`
      1d     day     tea 1/0
      60d6h  silence tea 1 7 2/0
      => 1d tea NOT_IDENTIFIED - 1/0 P_NEVER_MOVED
      61d    day     tea 3/0
      tick   99d
      => 61d tea NOT_IDENTIFIED - 3/0 P_NEVER_MOVED
    `))
  test('each market for itself, and no market is one of its own', () =>
    check(`
      1d     day   tea@UK 9/0
      1d     day   tea@FR 3/1
      1d     day   tea 4/0
      tick   99d
      => 1d tea NOT_IDENTIFIED - 4/0 P_NEVER_MOVED
      => 1d tea@FR NOT_IDENTIFIED - 3/1 P_LOW_EVIDENCE
      => 1d tea@UK NOT_IDENTIFIED - 9/0 P_NEVER_MOVED
    `))
})

const played = (sends: readonly Send[]): Harness => {
  const mill = new Harness([priceElasticities], { mode: 'history' })
  for (const one of sends) playStep(mill, one)
  mill.finish()
  return mill
}

const resultsOf = (...sends: readonly Send[]): readonly PriceElasticity[] =>
  played(sends).resultsOf(elasticities)

const lastOf = (...sends: readonly Send[]): PriceElasticity => resultsOf(...sends).at(-1)!

describe('observations that were made at one moment', () => {
  const ended = { startedAt: days(14), endedAt: days(20) }
  const before = { startedAt: days(7), endedAt: days(14) }
  const at = days(20) + hours(6)

  test.each([
    ['a', 'b'],
    ['b', 'a'],
  ])('come by their ids, and the last of them is what is known: %s before %s', (first, second) => {
    const results = resultsOf(
      observationOf(at, first, { sku: 'tea', ...before, ...countsIn('3/0') }),
      observationOf(at, second, { sku: 'tea', ...ended, ...countsIn('4/0') }),
    )
    expect(results.map(({ observations }) => observations)).toEqual([4])
  })

  test.each([
    ['a', 'b'],
    ['b', 'a'],
  ])('tell the end of a day once, also where a new price follows it: %s before %s', (...ids) => {
    const now = { startedAt: days(20), endedAt: at }
    const results = resultsOf(
      observationOf(at, ids[0], { ...ended, ...countsIn('4/1') }),
      observationOf(at, ids[1], { ...now, ...countsIn('5/1') }),
      observationOf(at + hours(1), 'c', { ...now, endedAt: at + hours(1), ...countsIn('6/1') }),
    )
    expect(results.map(({ occurredAt }) => occurredAt)).toEqual([at])
  })

  test.each([
    ['a', 'b'],
    ['b', 'a'],
  ])('also where one of them lasted no time at all: %s before %s', (first, second) => {
    const others = [rows.day(days(2), 'tea@FR', '90/30/30', 'z-1/30')]
    const learnt = { ...countsIn('8/3/3'), ...beliefsIn('z-3/30') }
    const midnight = { startedAt: days(3), endedAt: days(3) }
    const last = lastOf(
      ...others,
      observationOf(days(3), first, { ...countsIn('7/3/3'), ...beliefsIn('z-2.9/20') }),
      observationOf(days(3), second, { ...learnt, ...midnight }),
      rows.day(days(4), 'tea@FR', '91/30/30', 'z-1/30'),
    )
    const alone = lastOf(...others, rows.day(days(4), 'tea@FR', '91/30/30', 'z-1/30'))
    const known = lastOf(
      ...others,
      observationOf(days(3), 'known', { ...learnt, ...midnight }),
      rows.day(days(4), 'tea@FR', '91/30/30', 'z-1/30'),
    )
    expect(last.elasticity).toBe(known.elasticity)
    expect(last.elasticity).not.toBe(alone.elasticity)
  })
})

/** What is published for a category, in force from `at` on. */
const published = (
  at: Instant,
  category: string,
  version: number,
  parameters: Readonly<Record<string, number>>,
): Send =>
  send(modelParameters, {
    modelId: `elasticities/${category}`,
    version,
    occurredAt: at,
    parameters,
  })

/** Articles of a category around −2.6, and they are much alike. */
const COFFEE = {
  experimentMean: -2.6,
  experimentVariance: 0.01,
  experimentSkuSpread: 0.3,
  experimentMarketSpread: 0.2,
  experimentPairs: 60,
}

describe('what it is pooled with', () => {
  const espresso = { sku: 'espresso', market: null, category: 'coffee' }
  const fewTests = { ...espresso, ...countsIn('90/6/6'), ...beliefsIn('z-1.5/1') }

  test('is what holds of all articles before anything is published of the category', () => {
    const result = lastOf(observationOf(days(1), 'o', fewTests))
    expect(result).toMatchObject({
      modelVersion: 'elasticity-2026-11-24 elasticities@seed',
      category: 'coffee',
      status: 'WEAK',
      method: 'EXPERIMENT',
      categoryElasticity: null,
      categorySd: null,
    })
    expect(result.ownElasticity).toBeCloseTo(-1.5, 9)
    expect(result.ownSd).toBeCloseTo(1, 9)
    // N(−2, 1.2) with an estimate of −1.5 and a precision of 1.
    expect(result.elasticity).toBeCloseTo((-2 / 1.2 - 1.5) / (1 / 1.2 + 1), 9)
    expect(result.sd).toBeCloseTo(1 / Math.sqrt(1 / 1.2 + 1), 9)
    expect(result.p95! - result.p05!).toBeCloseTo(2 * 1.6449 * result.sd!, 3)
    expect(result.daysToIdentify).toBeGreaterThan(100)
  })

  test('is the category, by the row that is in use', () => {
    const result = lastOf(
      published(0, 'coffee', 20_780, COFFEE),
      published(0, 'tea', 20_781, { ...COFFEE, experimentMean: -1 }),
      observationOf(days(1), 'o', fewTests),
    )
    expect(result.modelVersion).toBe('elasticity-2026-11-24 elasticities/coffee@20780')
    expect(result.categoryElasticity).toBe(-2.6)
    expect(result.categorySd).toBeCloseTo(Math.sqrt(0.01 + 0.3 ** 2 + 0.2 ** 2), 9)
    expect(result.elasticity).toBeLessThan(-2)
    expect(result.reasons.map(({ code }) => code)).toEqual([
      'P_ELASTIC',
      'P_CATEGORY',
      'P_WOULD_IDENTIFY',
    ])
  })

  test('is the row of articles without a category, for those', () => {
    const result = lastOf(
      published(0, '', 3, COFFEE),
      observationOf(days(1), 'o', { ...fewTests, category: null }),
    )
    expect(result.modelVersion).toBe('elasticity-2026-11-24 elasticities/@3')
    expect(result).toMatchObject({ category: null, categoryElasticity: -2.6 })
  })

  test('is told with the next observation once there is another row, where it moves anything', () => {
    const [first, second, ...more] = resultsOf(
      observationOf(days(1), 'one', fewTests),
      published(days(1) + hours(1), 'coffee', 7, COFFEE),
      observationOf(days(1) + hours(6), 'two', {
        ...fewTests,
        startedAt: days(1),
      }),
    )
    expect(first!.occurredAt).toBe(days(1))
    expect(second!.occurredAt).toBe(days(1) + hours(6))
    expect(second!.modelVersion).toContain('elasticities/coffee@7')
    expect(more).toEqual([])
  })

  test('is summed to the same bits, in whichever order its markets were heard of', () => {
    const markets = Array.from({ length: 12 }, (_, market) =>
      rows.day(days(1), `tea@m${market}`, '90/30/30', `z${-1 - market / 7}/${market + 0.3}`),
    )
    const told = (heard: readonly Send[]) => {
      const later = heard.map((one, at) => ({
        ...one,
        record: { ...one.record, occurredAt: days(1) + at },
      }))
      return lastOf(...later, rows.day(days(3), 'tea@last', '90/30/30', 'z-2/1'))
    }
    const forth = told(markets)
    const back = told([...markets].reverse())
    expect([back.elasticity, back.sd]).toEqual([forth.elasticity, forth.sd])
  })

  test('identifies nobody whose own data say nothing', () => {
    const neverMoved = { ...espresso, ...countsIn('90/0') }
    const result = lastOf(
      published(0, 'coffee', 7, { ...COFFEE, experimentSkuSpread: 0.01 }),
      rows.day(days(1), 'espresso@FR', '90/30/30', 'z-2.6/300'),
      observationOf(days(2), 'o', neverMoved),
    )
    expect(result).toMatchObject({
      status: 'NOT_IDENTIFIED',
      elasticity: null,
      sd: null,
      p05: null,
      p95: null,
      ownElasticity: null,
      ownSd: null,
      categoryElasticity: -2.6,
    })
  })
})

describe('bounds', () => {
  const known = (market: number, at: Instant) =>
    rows.day(at, `tea@m${market}`, '90/30/30', `z${-1 - market / 100}/3`)
  const others = Array.from({ length: MARKETS_MAX - 1 }, (_, market) => known(market + 1, days(2)))
  const last = (...more: readonly Send[]): PriceElasticity => lastOf(...more, known(1, days(4)))

  test('of more markets than are kept, those heard of last are pooled', () => {
    const first = known(0, days(1))
    const one = known(MARKETS_MAX, days(3))
    expect(last(first, ...others, one).elasticity).toBe(last(...others, one).elasticity)
    expect(last(first, ...others).elasticity).not.toBe(last(...others).elasticity)
  })

  test('and one that was left out is told all the same when it is heard of again', () => {
    const results = resultsOf(known(0, days(1)), ...others, known(MARKETS_MAX, days(3)))
    expect(results).toHaveLength(MARKETS_MAX + 1)
    const again = lastOf(
      ...[known(0, days(1)), ...others, known(MARKETS_MAX, days(3))],
      rows.part(days(3) + hours(1), 'tea@m0', '90/30/30', 'z-1/3'),
    )
    expect(again).toMatchObject({ market: 'm0', occurredAt: days(3) + hours(1) })
  })

  test('an article of which nothing is heard is forgotten', () => {
    const mill = new Harness([priceElasticities], { mode: 'history' })
    playStep(mill, rows.day(days(1), 'tea', '9/3'))
    mill.advanceTo(days(2))
    expect(mill.stateText()).toContain('k:tea')
    mill.finish(true)
    expect(mill.stateText()).not.toContain('k:tea')
  })
})

/** Observations of an article in three markets, one after the other. */
const histories = fc.array(
  fc
    .record({
      market: fc.constantFrom('UK', 'FR', null),
      category: fc.constantFrom('coffee', 'coffee', 'tea', null),
      estimates: fc.tuple(fc.integer({ min: -40, max: 0 }), fc.integer({ min: -40, max: 0 })),
      precisions: fc.tuple(
        fc.constantFrom(0, 0.4, 0.8, 2, 40),
        fc.constantFrom(0, 0.4, 0.8, 2, 40),
      ),
      priceChanges: fc.nat(9),
      experimentChanges: fc.nat(9),
      unitsPerDay: fc.constantFrom(null, 0.02, 2, 400),
      isStarted: fc.constantFrom(true, true, true, false),
    })
    .map(drawn => {
      const { estimates, precisions, isStarted, market, category, unitsPerDay } = drawn
      const [z, p] = [0, 1].map(at => belief(estimates[at]! / 10, precisions[at]!)) as [
        ReturnType<typeof belief>,
        ReturnType<typeof belief>,
      ]
      return {
        market,
        category,
        unitsPerDay,
        priceChanges: Math.max(drawn.priceChanges, drawn.experimentChanges),
        experimentChanges: drawn.experimentChanges,
        deviationMean: isStarted ? z.mean : null,
        deviationVariance: isStarted ? z.variance : null,
        priceMean: isStarted ? p.mean : null,
        priceVariance: isStarted ? p.variance : null,
        covariance: isStarted ? 0 : null,
      }
    }),
  { minLength: 1, maxLength: 12 },
)

/** As observations are sent, from the first day on. */
const dailyOf = (history: readonly Partial<DemandObservation>[]) =>
  history.map((fields, day) => observationOf(days(day + 1), `o${day}`, { sku: 'tea', ...fields }))

const categoryIn = (category: string | null): ElasticityParameters =>
  category === 'coffee' ? elasticityParametersIn(COFFEE) : NO_PARAMETERS

/** What is to be said of the last observation, by the models alone. */
const judgedAlone = (observations: readonly DemandObservation[]) => {
  const last = observations.at(-1)!
  const byMarket = new Map(observations.map(one => [one.market ?? '', one]))
  const names = [...byMarket.keys()].sort()
  return judgementOn({
    markets: names.map(name => {
      const { totalUnits: units, ...one } = byMarket.get(name)!
      const coefficients = one.deviationMean === null ? null : (one as never)
      return { ...one, units, coefficients }
    }),
    at: names.indexOf(last.market ?? ''),
    price: { ...priceOf(last), size: noiseSizeOf(last) },
    category: last.category,
    parameters: categoryIn(last.category),
  })
}

const priceOf = ({ currency, unitsPerDay, ...row }: DemandObservation) => ({
  shownMinor: row.shownPriceMinor,
  policyMinor: row.policyPriceMinor,
  currency,
  unitsPerDay,
})

test('what is told is what the models say of the last observation of each market', () => {
  fc.assert(
    fc.property(histories, history => {
      const sends = dailyOf(history)
      const results = resultsOf(published(0, 'coffee', 5, COFFEE), ...sends)
      expect(results).toHaveLength(sends.length)
      results.forEach((result, at) => {
        const records = sends
          .slice(0, at + 1)
          .map(({ record }) => record as unknown as DemandObservation)
        const { status, method, reasons, ...judgement } = judgedAlone(records)
        const isKnown = status !== 'NOT_IDENTIFIED'
        expect(result).toMatchObject({
          status,
          method,
          reasons,
          elasticity: isKnown ? judgement.mean : null,
          sd: isKnown ? judgement.sd : null,
          ownElasticity: judgement.own?.mean ?? null,
          ownSd: judgement.own?.sd ?? null,
          categoryElasticity: judgement.category?.mean ?? null,
          categorySd: judgement.category?.sd ?? null,
          daysToIdentify: judgement.daysToIdentify,
        })
        for (const number of [result.p05, result.p95]) expect(number !== null).toBe(isKnown)
      })
    }),
    { numRuns: 60 },
  )
})

test('the shape of the pipeline is as reviewed', () => {
  expect(describePipeline(priceElasticities)).toMatchInlineSnapshot(`
    "price-elasticities elasticity-2026-11-24, generation 2, event-time order
    inputs
      observation <- demand-observations (sku, market, category, currency, startedAt, endedAt, occurredAt, shownPriceMinor, policyPriceMinor, deviationMean, deviationVariance, priceMean, priceVariance, covariance, excess, weight, observations, totalUnits, priceChanges, experimentChanges, promotionChanges, daysKnown, daysInStock, unitsPerDay, reasons)
        keyed by sku, direct
        late handle, disorder 5s
    references
      modelParameters <- model-parameters (control)
    state
      markets: mapOf, max 128
    timers
      forgotten 400d after the last event
    output price-elasticities
    "
  `)
})
