import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type ElasticityParameters,
  type KnownLevel,
  NO_PARAMETERS,
} from './elasticity-category-parameters.ts'
import { type JudgedMarket, judgementOn } from './elasticity-judgement.ts'
import type { MarketDemand } from './elasticity-market.ts'
import type { OfferedPrice } from './elasticity-sentences.ts'

/** What a filter believes after data of so much precision, whose prior was N(−1.5, 2²). */
const belief = (estimate: number, precision: number) => {
  const variance = 1 / (0.25 + precision)
  return { mean: variance * (estimate * precision - 1.5 / 4), variance }
}

const coefficients = (
  byChance: readonly [estimate: number, precision: number],
  bySeller: readonly [estimate: number, precision: number],
) => {
  const [z, p] = [belief(...byChance), belief(...bySeller)]
  return {
    deviationMean: z.mean,
    deviationVariance: z.variance,
    priceMean: p.mean,
    priceVariance: p.variance,
    covariance: 0,
  }
}
const NOTHING = [0, 0] as const

const neverMoved: MarketDemand = {
  coefficients: coefficients(NOTHING, NOTHING),
  observations: 365,
  units: 730,
  priceChanges: 0,
  experimentChanges: 0,
  promotionChanges: 0,
  daysKnown: 365,
  daysInStock: 365,
}
const moved = (change: Partial<MarketDemand>): MarketDemand => ({
  ...neverMoved,
  priceChanges: 12,
  ...change,
})
const tested = (estimate: number, precision: number, change: Partial<MarketDemand> = {}) =>
  moved({
    coefficients: coefficients([estimate, precision], [-0.5, 3]),
    experimentChanges: 12,
    ...change,
  })

const price: OfferedPrice = {
  shownMinor: 2_000,
  policyMinor: 2_000,
  currency: 'GBP',
  unitsPerDay: 2,
  size: 4,
}
const level: KnownLevel = {
  mean: -2.1,
  variance: 0.01,
  skuVariance: 0.16,
  marketVariance: 0,
  pairs: 60,
}
const coffee: ElasticityParameters = {
  ...NO_PARAMETERS,
  experiment: level,
  observational: { ...level, mean: -1 },
}

const judged = (market: MarketDemand, change: Partial<JudgedMarket> = {}) =>
  judgementOn({
    markets: [market],
    at: 0,
    price,
    category: 'coffee',
    parameters: NO_PARAMETERS,
    ...change,
  })

const codesOf = ({ reasons }: { readonly reasons: readonly { readonly code: string }[] }) =>
  reasons.map(({ code }) => code).join(' ')

const WOULD_TELL =
  'Prices drawn by chance, 10 % up or down around 20.00 GBP and drawn anew every three days, would ' +
  'tell in about 1,100 days at 2.0 units a day; with 20 % in 270.'

describe('an article', () => {
  test('whose price never moved is not identified, and is told what would identify it', () => {
    const { status, own, category, daysToIdentify, reasons } = judged(neverMoved)
    expect({ status, own, category }).toEqual({
      status: 'NOT_IDENTIFIED',
      own: null,
      category: null,
    })
    expect(daysToIdentify).toBeCloseTo((1 / 0.35 ** 2 - 1 / 1.2) / (0.01 * (4 / 6)), 6)
    expect(reasons.map(({ code, detail }) => `${code}: ${detail}`)).toEqual([
      'P_NEVER_MOVED: The price never moved: 730 units sold at 20.00 GBP say nothing about other prices.',
      `P_WOULD_IDENTIFY: ${WOULD_TELL}`,
    ])
  })

  test('that moved only with promotions is not identified, however much is sold', () => {
    const market = moved({
      coefficients: coefficients(NOTHING, [-3, 50]),
      promotionChanges: 12,
    })
    const judgement = judged(market)
    expect(judgement.status).toBe('NOT_IDENTIFIED')
    expect(judgement.reasons[0]).toMatchObject({
      code: 'P_PROMOTIONS_ONLY',
      detail:
        'The price moved only when a promotion began or ended: what the price did cannot be told ' +
        'from what the promotion did.',
    })
  })

  test('with five sales a year is known through its category alone', () => {
    const market = moved({ coefficients: coefficients(NOTHING, [-3, 0.1]), units: 5 })
    const judgement = judged(market, {
      price: { ...price, unitsPerDay: 5 / 365 },
      parameters: { ...coffee, observational: null },
    })
    expect(judgement).toMatchObject({ status: 'NOT_IDENTIFIED', category: { mean: -2.1 } })
    expect(judgement.reasons.map(({ code, detail }) => `${code}: ${detail}`)).toEqual([
      'P_FEW_SALES: Only 5 units sold in 365 days in stock, which is too few to tell what 12 price ' +
        'changes did.',
      'P_CATEGORY: In the mean of coffee, a price one percent higher sells 2.1 % less, between 2.3 % ' +
        'less and 1.9 % less with nine chances in ten.',
      'P_WOULD_IDENTIFY: Prices drawn by chance, even 20 % up or down around 20.00 GBP, would take ' +
        'longer than three years at 5 units a year: it can be known only through its category.',
    ])
  })

  test('that was out of stock half the time is judged by the rest, and says so', () => {
    const judgement = judged(tested(-2, 20, { daysInStock: 180 }))
    expect(judgement.status).toBe('IDENTIFIED')
    expect(judgement.reasons.map(({ detail }) => detail)).toEqual([
      'A price one percent higher sells 2.0 % less, between 2.4 % less and 1.6 % less with nine ' +
        'chances in ten: from 730 units, 12 price changes and 365 observations.',
      'It was out of stock 51 % of the time, which is left out.',
    ])
  })

  test('of which nothing was observed yet is not identified, and nobody can tell how soon', () => {
    const market = { ...neverMoved, coefficients: null, observations: 0, units: 0 }
    const judgement = judged(market, { price: { ...price, unitsPerDay: null } })
    expect(judgement).toMatchObject({ status: 'NOT_IDENTIFIED', daysToIdentify: null })
    expect(judgement.reasons.map(({ detail }) => detail)).toEqual([
      'Nothing was observed yet at a known price and in stock, so nothing is known of other prices.',
      'Prices drawn by chance, 10 % up or down around 20.00 GBP and drawn anew every three days, ' +
        'would tell; how soon cannot be said before it is known how much is sold.',
    ])
  })

  test('that moved on its own, and tells too little, is not identified', () => {
    const market = moved({ coefficients: coefficients([-2, 0.7], [-2, 0.7]), experimentChanges: 9 })
    const judgement = judged(market)
    expect(judgement).toMatchObject({ status: 'NOT_IDENTIFIED', method: 'EXPERIMENT' })
    expect(judgement.reasons[0]).toMatchObject({
      code: 'P_LOW_EVIDENCE',
      detail:
        '12 price changes and 730 units sold are too little to tell what the price did from chance.',
    })
    // A few units in a few weeks may be the first of many.
    expect(codesOf(judged(moved({ units: 1, daysInStock: 89 })))).toMatch(/^P_LOW_EVIDENCE/)
    expect(codesOf(judged(moved({ units: 1, daysInStock: 90 })))).toMatch(/^P_FEW_SALES/)
  })
})

describe('what an experiment tells', () => {
  test.each([
    ['identifies it', tested(-2, 20), 'IDENTIFIED'],
    ['identifies it with five changes', tested(-2, 20, { experimentChanges: 5 }), 'IDENTIFIED'],
    ['is weak with four', tested(-2, 20, { experimentChanges: 4 }), 'WEAK'],
    ['is weak where the interval is wide', tested(-2, 6), 'WEAK'],
  ])('%s', (_, market, status) => {
    expect(judged(market)).toMatchObject({ status, method: 'EXPERIMENT' })
  })

  test('identifies with less where the category is known, and not with next to nothing', () => {
    expect(judged(tested(-2, 3), { parameters: coffee }).status).toBe('IDENTIFIED')
    expect(judged(tested(-2, 1.9), { parameters: coffee }).status).toBe('WEAK')
    const alike = { ...coffee, experiment: { ...level, skuVariance: 1e-4 } }
    expect(judged(tested(-2, 1.9), { parameters: alike }).status).toBe('WEAK')
  })

  test('is not mixed with what sellers set, unless the two agree in the category', () => {
    const parameters = { ...coffee, gate: { statistic: -9, gapSd: 0.1, pairs: 60 } }
    const apart = judged(tested(-2, 3), { parameters })
    expect(apart.own!.mean).toBeCloseTo(-2, 9)
    const agreed = { ...parameters, gate: { ...parameters.gate, statistic: 1 } }
    const joined = judged(tested(-2, 3), { parameters: agreed })
    expect(joined.own!.mean).toBeCloseTo((-2 * 3 - 0.5 * 3) / 6, 9)
    expect(joined.sd).toBeLessThan(apart.sd)
  })

  test('says how much longer it takes while it is weak, and nothing more once it is known', () => {
    const weak = judged(tested(-2, 1), { parameters: coffee })
    // 2.29 are wanted in this category, and 1 is there.
    expect(weak.daysToIdentify).toBeCloseTo((2.287 - 1) / (0.01 * (4 / 6)), 0)
    expect(codesOf(weak)).toBe('P_ELASTIC P_CATEGORY P_WOULD_IDENTIFY')
    const known = judged(tested(-2, 20), { parameters: coffee })
    expect(known.daysToIdentify).toBeNull()
    expect(codesOf(known)).toBe('P_ELASTIC P_CATEGORY')
  })

  test('is wanted of five prices at least, of three days each', () => {
    const fast = { price: { ...price, unitsPerDay: 40_000, size: 200 } }
    expect(judged(neverMoved, fast).daysToIdentify).toBe(15)
    expect(judged(tested(-2, 20, { experimentChanges: 4 }), fast).daysToIdentify).toBe(3)
  })
})

describe('what prices tell that somebody set', () => {
  const market = moved({ coefficients: coefficients(NOTHING, [-1.2, 400]) })

  test('is weak, twice as wide as it looks, and told with a warning', () => {
    const judgement = judged(market, { parameters: coffee })
    expect(judgement).toMatchObject({ status: 'WEAK', method: 'OBSERVATIONAL' })
    expect(judgement.sd).toBeCloseTo(2 * judgement.own!.sd, 2)
    expect(judgement.own!.sd).toBeCloseTo(1 / Math.sqrt(400), 9)
    expect(codesOf(judgement)).toBe('P_ELASTIC P_OBSERVATIONAL P_CATEGORY P_WOULD_IDENTIFY')
    expect(judgement.reasons[1]!.detail).toMatch(/^No price was drawn by chance\./)
  })

  test('is pooled with what such prices tell in the category, twice as wide as well', () => {
    const { category } = judged(market, { parameters: coffee })
    expect(category!.mean).toBe(-1)
    expect(category!.sd).toBeCloseTo(2 * Math.sqrt(0.17), 12)
  })

  test('does not say that nothing was drawn by chance where too little was', () => {
    const judgement = judged({ ...market, experimentChanges: 1 })
    expect(judgement.reasons[1]!.detail).toMatch(/^Too few prices were drawn by chance\./)
  })
})

describe('where sellers were seen to react in the category', () => {
  const market = moved({ coefficients: coefficients(NOTHING, [-1.2, 400]) })
  const reacting = { ...coffee, gate: { statistic: -3.1, gapSd: 0.4, pairs: 12 } }

  test('what prices tell that somebody set is not told, and why', () => {
    const judgement = judged(market, { parameters: reacting })
    expect(judgement).toMatchObject({
      status: 'NOT_IDENTIFIED',
      method: 'OBSERVATIONAL',
      own: null,
      category: { mean: -2.1 },
    })
    expect(codesOf(judgement)).toBe('P_PRICES_MISLEAD P_CATEGORY P_WOULD_IDENTIFY')
    expect(judgement.reasons[0]!.detail).toBe(
      'Of 12 articles of coffee, prices that were set tell another elasticity than those drawn by ' +
        'chance, 3.1 standard deviations apart: sellers change prices when demand changes. So what ' +
        'its own price changes seem to tell is not told.',
    )
  })

  test('an article that nothing can be told of has its own reason', () => {
    expect(codesOf(judged(neverMoved, { parameters: reacting }))).toMatch(/^P_NEVER_MOVED/)
  })

  test('what experiments tell is told', () => {
    expect(judged(tested(-2, 20), { parameters: reacting }).status).toBe('IDENTIFIED')
  })

  test('a handful of articles refutes nothing', () => {
    const parameters = { ...reacting, gate: { ...reacting.gate, pairs: 4 } }
    expect(judged(market, { parameters }).status).toBe('WEAK')
  })
})

test('an article that is not identified has the category that experiments told, if any did', () => {
  expect(judged(neverMoved, { parameters: coffee }).category!.mean).toBe(-2.1)
  const observed = { ...coffee, experiment: null }
  expect(judged(neverMoved, { parameters: observed }).category!.mean).toBe(-1)
})

describe('whatever is known of its other markets and its category', () => {
  const number = (min: number, max: number) => fc.double({ min, max, noNaN: true })
  const estimate = fc.tuple(number(-6, 1), number(0, 40))
  const market: fc.Arbitrary<MarketDemand> = fc
    .record({
      z: estimate,
      p: estimate,
      isStarted: fc.boolean(),
      observations: fc.nat(400),
      units: fc.nat(2_000),
      changes: fc.tuple(fc.nat(30), fc.nat(30), fc.nat(30)),
      daysKnown: fc.nat(400),
      share: number(0, 1),
    })
    .map(({ z, p, isStarted, changes: [all, experiments, promotions], ...one }) => ({
      ...one,
      coefficients: isStarted ? coefficients(z, p) : null,
      priceChanges: all,
      experimentChanges: Math.min(all, experiments),
      promotionChanges: Math.min(all, promotions),
      daysInStock: one.share * one.daysKnown,
    }))
  const category = fc.option(
    fc.record({
      mean: number(-4, 0),
      variance: number(0, 0.5),
      skuVariance: number(1e-6, 1),
      marketVariance: number(0, 0.3),
      pairs: fc.nat(90),
    }),
  )
  const parameters = fc
    .tuple(category, category, fc.option(number(-4, 4)))
    .map(([experiment, observational, statistic]) => ({
      ...NO_PARAMETERS,
      experiment,
      observational,
      gate: statistic === null ? null : { statistic, gapSd: 0.2, pairs: 30 },
    }))

  const isApart = ({ gate }: ElasticityParameters) =>
    gate !== null && Math.abs(gate.statistic) > 2.5

  test('what does not tell anything itself is not identified, and what does is told unless refuted', () => {
    fc.assert(
      fc.property(market, fc.array(market, { maxLength: 4 }), parameters, (own, others, known) => {
        const alone = judged(own)
        const among = judged(own, { markets: [own, ...others], parameters: known })
        const isRefuted =
          alone.status === 'WEAK' && alone.method === 'OBSERVATIONAL' && isApart(known)
        const isUnknown = alone.status === 'NOT_IDENTIFIED' || isRefuted
        expect(among.status === 'NOT_IDENTIFIED').toBe(isUnknown)
        if (!isRefuted) expect(among.method).toBe(alone.method)
        expect(among.own === null).toBe(among.status === 'NOT_IDENTIFIED')
      }),
    )
  })

  test('its numbers are numbers, its reasons sentences, and set prices never identify', () => {
    fc.assert(
      fc.property(market, fc.array(market, { maxLength: 4 }), parameters, (own, others, known) => {
        const judgement = judged(own, {
          markets: [...others, own],
          at: others.length,
          parameters: known,
        })
        expect(Number.isFinite(judgement.mean)).toBe(true)
        expect(judgement.sd).toBeGreaterThan(0)
        if (judgement.method === 'OBSERVATIONAL') expect(judgement.status).not.toBe('IDENTIFIED')
        if (judgement.status === 'IDENTIFIED') expect(judgement.sd).toBeLessThanOrEqual(0.35)
        expect(codesOf(judgement).includes('P_WOULD_IDENTIFY')).toBe(
          judgement.status !== 'IDENTIFIED',
        )
        for (const { detail } of judgement.reasons) {
          expect(detail).toMatch(/^[A-Z0-9][^{}]*\.$/)
          expect(detail).not.toMatch(/NaN|Infinity|undefined|null/)
        }
      }),
    )
  })
})
