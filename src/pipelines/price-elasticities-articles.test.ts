/** The way from prices, orders and stock to what is said of an article after a year. */
import { describe, expect, test } from 'vitest'
import { days, hours, type Instant } from '../engine/time.ts'
import {
  priceElasticities as elasticities,
  inventory,
  orders,
  type PriceElasticity,
  type PriceReason,
  prices,
  products,
} from '../events.ts'
import { Harness } from '../testing/harness.ts'
import { playStep } from '../testing/play-step.ts'
import { type Send, send } from '../testing/script.ts'
import { demandObservations } from './demand-observations.ts'
import { priceElasticities } from './price-elasticities.ts'

const price = (at: Instant, reason: PriceReason, shownMinor: number, policyMinor = shownMinor) =>
  send(prices, {
    eventId: `price ${at}`,
    occurredAt: at,
    sku: 'tea',
    market: 'UK',
    currency: 'GBP',
    shownPriceMinor: shownMinor,
    policyPriceMinor: policyMinor,
    reason,
  })

const order = (at: Instant, quantity: number, promotionId: string | null = null) =>
  send(orders, {
    eventId: `order ${at}`,
    occurredAt: at,
    orderId: `o${at}`,
    type: 'PLACED',
    market: 'UK',
    currency: 'GBP',
    totalMinor: 100,
    lines: [{ sku: 'tea', quantity, unitPriceMinor: 100, promotionId }],
  })

const stock = (at: Instant, onHand: number) =>
  send(inventory, {
    eventId: `stock ${at}`,
    occurredAt: at,
    sku: 'tea',
    market: 'UK',
    warehouseId: 'hull',
    onHand,
  })

const product = send(products, { sku: 'tea', occurredAt: 0, category: 'drinks' })

/** Drawn by chance, as a shop would do it: each of them as often as the others. */
const deviationOf = (draw: number): number => [-0.2, 0.2, -0.1, 0.1, 0][(draw * 7) % 5]!
const drawn = (at: Instant, deviation: number) =>
  price(at, 'EXPERIMENT', Math.round(2_000 * Math.exp(deviation)), 2_000)

/** What happens on a day of an article, by its number. */
type Day = (day: number, at: Instant) => readonly Send[]

/** Two a day at 20 pounds. */
const neverMoved: Day = (day, at) => [
  ...(day === 0 ? [price(at, 'LIST', 2_000)] : []),
  order(at + hours(9), 2),
]

/** Half of the price every other week, and four times as much is sold then. */
const promotedOnly: Day = (day, at) => {
  const isPromoted = day % 14 >= 7
  return [
    ...(day % 14 === 0 ? [price(at, 'LIST', 2_000)] : []),
    ...(day % 14 === 7 ? [price(at, 'PROMOTION', 1_000)] : []),
    order(at + hours(9), isPromoted ? 12 : 3, isPromoted ? 'half-price' : null),
  ]
}

/** One of it in 73 days; its price moves each month, and it is counted each week. */
const fiveAYear: Day = (day, at) => [
  ...(day % 30 === 0 ? [price(at, 'LIST', day % 60 === 0 ? 2_000 : 1_800)] : []),
  ...(day % 7 === 0 ? [stock(at + hours(1), 3)] : []),
  ...(day % 73 === 40 ? [order(at + hours(9), 1)] : []),
]

/** Ten days of each twenty; a price of a percent more sells two percent less. */
const outOfStockHalfTheTime: Day = (day, at) => {
  const isInStock = day % 20 < 10
  const deviation = deviationOf(Math.floor(day / 3))
  return [
    ...(day % 3 === 0 ? [drawn(at, deviation)] : []),
    ...(day % 20 === 0 ? [stock(at, 90)] : []),
    ...(day % 20 === 10 ? [stock(at, 0)] : []),
    ...(isInStock ? [order(at + hours(9), Math.round(9 * Math.exp(-2 * deviation)))] : []),
  ]
}

const toldOf = (day: Day, count: number): readonly PriceElasticity[] => {
  const mill = new Harness([demandObservations, priceElasticities], { mode: 'history' })
  playStep(mill, product)
  for (let at = 0; at < count; at++) for (const one of day(at, days(at))) playStep(mill, one)
  mill.advanceTo(days(count) + hours(1))
  expect([mill.dead, mill.late]).toEqual([[], []])
  return mill.resultsOf(elasticities)
}

const afterAYearOf = (day: Day): PriceElasticity => toldOf(day, 365).at(-1)!

const sentencesOf = ({ reasons }: PriceElasticity) =>
  Object.fromEntries(reasons.map(({ code, detail }) => [code, detail]))

const NO_NUMBER = {
  status: 'NOT_IDENTIFIED',
  elasticity: null,
  sd: null,
  p05: null,
  p95: null,
  ownElasticity: null,
  ownSd: null,
}

describe('after a year, of an article', () => {
  test('whose price never moved', () => {
    const last = afterAYearOf(neverMoved)
    expect(last).toMatchObject({ ...NO_NUMBER, method: 'OBSERVATIONAL', priceChanges: 0 })
    expect(sentencesOf(last)).toEqual({
      P_NEVER_MOVED:
        'The price never moved: 730 units sold at 20.00 GBP say nothing about other prices.',
      P_WOULD_IDENTIFY:
        'Prices drawn by chance, 10 % up or down around 20.00 GBP and drawn anew every three days, ' +
        'would tell in about 740 days at 2.0 units a day; with 20 % in 180.',
    })
  })

  test('whose price moved only with promotions', () => {
    const last = afterAYearOf(promotedOnly)
    expect(last).toMatchObject({ ...NO_NUMBER, method: 'OBSERVATIONAL', priceChanges: 52 })
    expect(sentencesOf(last)).toEqual({
      P_PROMOTIONS_ONLY:
        'The price moved only when a promotion began or ended: what the price did cannot be told ' +
        'from what the promotion did.',
      P_WOULD_IDENTIFY:
        'Prices drawn by chance, 10 % up or down around 20.00 GBP and drawn anew every three days, ' +
        'would tell in about 490 days at 3.0 units a day; with 20 % in 120.',
    })
  })

  test('with five sales a year', () => {
    const last = afterAYearOf(fiveAYear)
    expect(last).toMatchObject({ ...NO_NUMBER, method: 'OBSERVATIONAL', priceChanges: 12 })
    expect(sentencesOf(last)).toEqual({
      P_FEW_SALES:
        'Only 5 units sold in 365 days in stock, which is too few to tell what 12 price changes did.',
      P_WOULD_IDENTIFY:
        'Prices drawn by chance, even 20 % up or down around 20.00 GBP, would take longer than three ' +
        'years at 5 units a year: it can be known only through its category.',
    })
  })

  test('that was out of stock half the time', () => {
    const last = afterAYearOf(outOfStockHalfTheTime)
    expect(last).toMatchObject({ status: 'IDENTIFIED', method: 'EXPERIMENT' })
    expect(sentencesOf(last)).toEqual({
      P_ELASTIC:
        'A price one percent higher sells 2.0 % less, between 2.4 % less and 1.6 % less with nine ' +
        'chances in ten: from 1717 units, 73 price changes and 185 observations.',
      P_OUT_OF_STOCK: 'It was out of stock 49 % of the time, which is left out.',
    })
  })
})

/** Ninety days of prices drawn by chance; a price of a percent more sells two percent less. */
const tested: Day = (day, at) => {
  const deviation = deviationOf(day)
  return [drawn(at, deviation), order(at + hours(2), Math.round(30 * Math.exp(-2 * deviation)))]
}

describe('experiments', () => {
  const told = toldOf(tested, 90)

  test('identify an elasticity, with its interval and its sentence', () => {
    const last = told.at(-1)!
    expect(last).toMatchObject({
      occurredAt: expect.closeTo(days(90), -6),
      modelVersion: `${priceElasticities.version} elasticities@seed`,
      sku: 'tea',
      market: 'UK',
      category: 'drinks',
      status: 'IDENTIFIED',
      method: 'EXPERIMENT',
      daysToIdentify: null,
    })
    expect(last.elasticity).toBeGreaterThan(-2.3)
    expect(last.elasticity).toBeLessThan(-1.7)
    expect(last.p05! + last.p95!).toBeCloseTo(2 * last.elasticity!, 9)
    expect(last.unitsPerDay).toBeGreaterThan(20)
    expect(last.reasons[0]!.detail).toMatch(
      /^A price one percent higher sells 2\.\d % less, between 2\.\d % less and 1\.\d % less with/,
    )
  })

  test('tell how it becomes known: each day, from nothing to weak, and identified in the end', () => {
    expect(new Set(told.map(({ occurredAt }) => Math.floor(occurredAt / days(1)))).size).toBe(90)
    const statuses = told.map(({ status }) => status)
    expect([...new Set(statuses)]).toEqual(['NOT_IDENTIFIED', 'WEAK', 'IDENTIFIED'])
  })
})
