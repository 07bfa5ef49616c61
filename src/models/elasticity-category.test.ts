import { describe, expect, test } from 'vitest'
import { Random } from '../testing/simulation/random.ts'
import { fitCategory, tellLevel } from './elasticity-category.ts'
import { elasticityParametersIn, publishedOf } from './elasticity-category-parameters.ts'
import { articlesIn, type ElasticityCut } from './elasticity-cut.ts'
import { inOneGo } from './in-pieces.ts'

interface Row {
  readonly sku: string
  readonly market: string
  readonly byChance: number
  readonly bySeller: number
  readonly experimentChanges: number
  readonly priceChanges: number
}

const NOTHING = { cutAt: 0, weekdayUnits: [], weekdayExpected: [], inUse: {} }

/** What filters believe that have learnt the estimates with a precision of 8, after a prior of .25. */
const cutOf = (rows: readonly Row[], more: Partial<ElasticityCut> = {}): ElasticityCut => {
  const belief = (estimate: number) => (8 * estimate - 1.5 / 4) / 8.25
  return {
    sku: rows.map(({ sku }) => sku),
    market: rows.map(({ market }) => market),
    deviationMean: rows.map(({ byChance }) => belief(byChance)),
    deviationVariance: rows.map(() => 1 / 8.25),
    priceMean: rows.map(({ bySeller }) => belief(bySeller)),
    priceVariance: rows.map(() => 1 / 8.25),
    covariance: rows.map(() => 0),
    excess: rows.map(() => 20),
    weight: rows.map(() => 100),
    experimentChanges: rows.map(one => one.experimentChanges),
    priceChanges: rows.map(one => one.priceChanges),
    ...NOTHING,
    ...more,
  }
}

const skuOf = (at: number) => `sku-${1_000 + at}`

/** Articles in one market, at −2.5, with sellers whose own prices are off by so much. */
const shop = (articles: number, off: number, change: Partial<Row> = {}): Row[] => {
  const random = new Random(11)
  const error = () => 2.4 * (random.next() - 0.5)
  return Array.from({ length: articles }, (_, at) => ({
    sku: skuOf(at),
    market: 'UK',
    byChance: -2.5 + error(),
    bySeller: -2.5 + off + error(),
    experimentChanges: 12,
    priceChanges: 30,
    ...change,
  }))
}

const fitOf = (cut: ElasticityCut) => inOneGo(fitCategory(cut))

describe('a category', () => {
  test('of sellers who react keeps their prices out of what experiments tell', () => {
    const { parameters } = fitOf(cutOf(shop(60, 1.4)))
    expect(parameters.gate!.statistic).toBeLessThan(-10)
    const unmoved = fitOf(cutOf(shop(60, 1.4).map(row => ({ ...row, bySeller: -9 })))).parameters
    expect(parameters.experiment).toEqual(unmoved.experiment)
    expect(Math.abs(parameters.experiment!.mean + 2.5)).toBeLessThan(0.2)
    expect(Math.abs(parameters.observational!.mean + 1.1)).toBeLessThan(0.2)
  })

  test('of sellers who do not react knows its mean better by joining both', () => {
    const { parameters } = fitOf(cutOf(shop(60, 0)))
    expect(parameters.gate!.pairs).toBe(60)
    const apart = fitOf(cutOf(shop(60, 1.4))).parameters
    expect(parameters.experiment!.variance).toBeLessThan(apart.experiment!.variance)
    expect(Math.abs(parameters.experiment!.mean + 2.5)).toBeLessThan(0.2)
  })

  test('with four articles leaves the hyperprior, even where it was known before', () => {
    const inUse = publishedOf(fitOf(cutOf(shop(60, 0))).parameters)
    const { parameters, ...fit } = fitOf(cutOf(shop(4, 0), { inUse }))
    expect(fit).toEqual({
      experimentRefused: 'TOO_LITTLE_TOLD',
      observationalRefused: 'TOO_LITTLE_TOLD',
      isNew: false,
    })
    expect(parameters.experiment).toBeNull()
    expect(fitOf(cutOf(shop(5, 0))).experimentRefused).toBeNull()
  })

  test('is told by many who know little as by few who know more, and not by one who knows all', () => {
    const cut = cutOf(shop(20, 1.4))
    const known = (precision: number, pairs: number) => {
      const variance = 1 / (0.25 + precision)
      const all = { deviationVariance: Array(20).fill(variance), priceVariance: Array(20).fill(4) }
      const columns = Object.entries({ ...cut, ...all }).map(([name, column]) => [
        name,
        Array.isArray(column) ? column.slice(0, pairs) : column,
      ])
      return Object.fromEntries(columns) as unknown as ElasticityCut
    }
    for (const [precision, pairs, isTold] of [
      [0.76, 5, true],
      [0.2, 19, true],
      [0.2, 18, false],
      [100, 4, false],
    ] as const) {
      const few = known(precision, pairs)
      expect(fitOf(few).experimentRefused).toBe(isTold ? null : 'TOO_LITTLE_TOLD')
      expect(tellLevel(articlesIn(few).flat())).toBe(isTold)
    }
  })

  test('that does not come to a number leaves what is in use', () => {
    const cut = cutOf(shop(20, 1.4))
    const inUse = publishedOf(fitOf(cut).parameters)
    const broken = { ...cut, inUse, deviationMean: [1e200, ...cut.deviationMean.slice(1)] }
    const { parameters, experimentRefused, observationalRefused } = fitOf(broken)
    expect([experimentRefused, observationalRefused]).toEqual(['NOT_CONVERGED', null])
    expect(parameters.experiment).toEqual(elasticityParametersIn(inUse).experiment)
  })

  test('without experiments is known by the prices that somebody set, and by them alone', () => {
    const { parameters, ...fit } = fitOf(cutOf(shop(20, 0, { experimentChanges: 0 })))
    expect(fit).toEqual({
      experimentRefused: 'TOO_LITTLE_TOLD',
      observationalRefused: null,
      isNew: true,
    })
    expect(parameters.gate).toBeNull()
    expect(parameters.observational!.pairs).toBe(20)
  })

  test('takes an article that never moved for nobody', () => {
    const still = { byChance: 5, bySeller: 5, experimentChanges: 0, priceChanges: 0 }
    const rows = shop(20, 1.4)
    const beside = [
      ...rows,
      ...shop(40, 0)
        .slice(20)
        .map(row => ({ ...row, ...still })),
    ]
    const { experiment, observational } = fitOf(cutOf(beside)).parameters
    const without = fitOf(cutOf(rows)).parameters
    expect(experiment).toEqual(without.experiment)
    expect(observational).toEqual(without.observational)
  })

  test('has its days of the week and its scatter, also where no price tells anything', () => {
    const week = { weekdayUnits: [200, 90, 90, 90, 90, 90, 150] }
    const cut = cutOf(shop(1, 0), { ...week, weekdayExpected: Array(7).fill(100) })
    const { parameters, isNew } = fitOf(cut)
    expect(isNew).toBe(true)
    expect(parameters.weekdays![0]).toBeGreaterThan(1.3)
    expect(parameters.scatter).toBeCloseTo(0.2, 12)
  })

  test('is published so that it is read as it was fitted', () => {
    const { parameters } = fitOf(cutOf(shop(30, 0)))
    const read = elasticityParametersIn(publishedOf(parameters))
    expect(read.gate).toEqual(parameters.gate)
    expect(read.experiment!.skuVariance).toBeCloseTo(parameters.experiment!.skuVariance, 12)
    expect(read.experiment!.mean).toBe(parameters.experiment!.mean)
  })

  test('is fitted in pieces', () => {
    const pieces = fitCategory(cutOf(shop(30, 0)))
    let breaks = 0
    while (!pieces.next().done) breaks += 1
    expect(breaks).toBeGreaterThan(5)
  })
})

describe('a cut', () => {
  test('whose columns are no pairs is refused', () => {
    const cut = cutOf(shop(6, 0))
    expect(() => fitOf({ ...cut, excess: [1] })).toThrow('6, 6, 6, 6, 6, 6, 6, 1, 6, 6, 6')
    expect(() => fitOf({ ...cut, weekdayUnits: [1, 2] })).toThrow('A week has 7 days')
  })

  test('that is not in order is refused, as its sums would have other bits each time', () => {
    const rows = shop(6, 0)
    expect(() => fitOf(cutOf([rows[1]!, rows[0]!, ...rows.slice(2)]))).toThrow('Pair 1')
    const twice = [rows[0]!, rows[0]!, ...rows.slice(1)]
    expect(() => fitOf(cutOf(twice))).toThrow('Pair 1')
    const markets = [{ ...rows[0]!, market: '' }, ...rows]
    expect(fitOf(cutOf(markets)).experimentRefused).toBeNull()
  })

  test('has the markets of an article together', () => {
    const rows = shop(20, 0).flatMap(row => [row, { ...row, market: 'US' }])
    const { marketVariance } = fitOf(cutOf(rows)).parameters.experiment!
    // Both markets of each article say the very same, so hardly anything is left between them.
    expect(marketVariance).toBeLessThan(0.03)
  })
})
