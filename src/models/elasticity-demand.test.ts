import { describe, expect, test } from 'vitest'
import { type Bucket, observed, type PriceTag, unitsPerDayAt } from './demand-bucket.ts'
import { covarianceOf, DEVIATION, meanOf, PRICE } from './elasticity-beliefs.ts'
import { NO_PARAMETERS } from './elasticity-category-parameters.ts'
import {
  type Demand,
  NO_DEMAND,
  type Span,
  usualUnitsPerDay,
  withSpan,
} from './elasticity-demand.ts'
import { judgementOn } from './elasticity-judgement.ts'
import { noiseSizeOf } from './elasticity-noise.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

const list: PriceTag = {
  shownMinor: 2_000,
  policyMinor: 2_000,
  referenceMinor: 2_000,
  isExperiment: false,
  isPromoted: false,
}

const dayOf = (day: number, units: number, more: Partial<Bucket> = {}): Bucket => ({
  from: day * DAY,
  to: (day + 1) * DAY,
  units,
  views: 0,
  hours: 24,
  price: list,
  competitorMinor: null,
  ...more,
})

const run = (days: number, bucketOf: (day: number) => Bucket): Demand =>
  Array.from({ length: days }, (_, day) => bucketOf(day)).reduce<Demand>(
    (demand, bucket) => observed(withSpan(demand, bucket, true), bucket).demand,
    NO_DEMAND,
  )

/** Of an article that has no other markets and no category. */
const judged = (demand: Demand, { shownMinor, policyMinor }: PriceTag) => {
  const { beliefs } = demand
  const isKnown = beliefs.length > 0
  const coefficients = isKnown ? coefficientsOf(beliefs) : null
  const price = {
    shownMinor,
    policyMinor,
    currency: 'GBP',
    unitsPerDay: unitsPerDayAt(demand, list, null),
    size: noiseSizeOf(demand.noise),
  }
  const markets = [{ ...demand, coefficients }]
  return judgementOn({ markets, at: 0, price, category: null, parameters: NO_PARAMETERS })
}

const coefficientsOf = (beliefs: Demand['beliefs']) => ({
  deviationMean: meanOf(beliefs, DEVIATION),
  deviationVariance: covarianceOf(beliefs, DEVIATION, DEVIATION),
  priceMean: meanOf(beliefs, PRICE),
  priceVariance: covarianceOf(beliefs, PRICE, PRICE),
  covariance: covarianceOf(beliefs, DEVIATION, PRICE),
})

describe('how long it is known', () => {
  const span = (from: number, to: number, units = 0): Span => ({
    from: from * DAY,
    to: to * DAY,
    units,
    views: 0,
  })
  const counted = (spans: readonly (readonly [Span, boolean])[]): Demand =>
    spans.reduce((demand, [one, isInStock]) => withSpan(demand, one, isInStock), NO_DEMAND)

  test('out of stock counts, and nothing that was sold then', () => {
    const demand = counted([
      [span(0, 1, 2), true],
      [span(1, 1.5, 1), true],
      [span(1.5, 4, 7), false],
    ])
    expect(demand).toMatchObject({ daysKnown: 4, daysInStock: 1.5 })
    expect(demand.usual.units).toBeCloseTo(3, 1)
  })

  test('a day has a sale once, however many spans it has', () => {
    const demand = counted([
      [span(0, 0.25, 2), true],
      [span(0.25, 0.5, 0), true],
      [span(0.5, 1, 1), true],
      [span(1, 2, 0), true],
      [span(2, 3, 5), true],
    ])
    expect(demand.usual.saleDays).toBeCloseTo(2, 0)
    expect(demand.usual.days).toBeCloseTo(3, 0)
    expect(demand.usual.lastSaleDay).toBe(2)
  })

  test('what is usual is what was of late: a half is forgotten in 28 days', () => {
    const busy = counted(Array.from({ length: 400 }, (_, day) => [span(day, day + 1, 10), true]))
    expect(usualUnitsPerDay(busy)).toBeCloseTo(10, 9)
    const quiet = withSpan(busy, span(400, 428), true)
    expect(quiet.usual.units / busy.usual.units).toBeCloseTo(0.5, 9)
    expect(quiet.usual.saleDays / busy.usual.saleDays).toBeCloseTo(0.5, 9)
  })
})

describe('what the data cannot answer', () => {
  test.each([0, 1, 3, 500])('a price that never moved, with %d units a day', units => {
    const demand = run(400, day => dayOf(day, units + (day % 2) * units))
    const judgement = judged(demand, list)
    expect(judgement.status).toBe('NOT_IDENTIFIED')
    expect(judgement.reasons[0]!.code).toBe('P_NEVER_MOVED')
  })

  test('the sentence names what was sold, and at what', () => {
    const demand = run(21, day => dayOf(day, 2))
    expect(judged(demand, list).reasons[0]!.detail).toBe(
      'The price never moved: 42 units sold at 20.00 GBP say nothing about other prices.',
    )
  })

  test('a price that moved once among few sales is not enough', () => {
    const lower = { ...list, shownMinor: 1_900 }
    const demand = run(60, day =>
      dayOf(day, day % 10 === 0 ? 1 : 0, { price: day < 30 ? list : lower }),
    )
    const judgement = judged(demand, lower)
    expect(judgement).toMatchObject({ status: 'NOT_IDENTIFIED', method: 'OBSERVATIONAL' })
    expect(judgement.reasons[0]!.detail).toBe(
      '1 price change and 6 units sold are too little to tell what the price did from chance.',
    )
  })

  test('a price that moved with promotions alone is not told from them', () => {
    const deal = { ...list, shownMinor: 1_000, isPromoted: true }
    const demand = run(300, day =>
      dayOf(day, day % 14 < 7 ? 5 : 40, { price: day % 14 < 7 ? list : deal }),
    )
    const judgement = judged(demand, deal)
    expect(judgement.status).toBe('NOT_IDENTIFIED')
    expect(judgement.reasons[0]!.code).toBe('P_PROMOTIONS_ONLY')
  })

  test('an interval that rests on prices that somebody set is twice as wide', () => {
    const low = { ...list, shownMinor: 1_000 }
    const demand = run(300, day =>
      dayOf(day, day % 10 < 5 ? 5 : 20, { price: day % 10 < 5 ? list : low }),
    )
    const judgement = judged(demand, low)
    expect(judgement).toMatchObject({ status: 'WEAK', method: 'OBSERVATIONAL' })
    const told = 1 / covarianceOf(demand.beliefs, PRICE, PRICE) - 1 / 2 ** 2
    const articleVariance = 1 + 0.4 ** 2 + 0.2 ** 2
    expect(judgement.sd).toBeCloseTo(2 / Math.sqrt(told + 1 / articleVariance), 12)
  })

  test('nothing observed yet is said as such', () => {
    expect(judged(NO_DEMAND, list).reasons[0]!.code).toBe('P_LOW_EVIDENCE')
  })
})
