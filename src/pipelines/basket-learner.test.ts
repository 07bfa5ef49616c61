import { expect, test } from 'vitest'
import { days, hours, minutes } from '../engine/time.ts'
import type { BasketTotal } from '../events.ts'
import { inOneGo } from '../models/in-pieces.ts'
import { basketTotalOf } from '../testing/price-records.ts'
import { basketLearner } from './basket-learner.ts'
import { basketsOf, marketOf, modelIdOf } from './basket-market.ts'

const TOLD_AT = days(20_000) + minutes(15)

const learn = (baskets: number) => {
  const { record } = basketTotalOf(TOLD_AT, 'r', { baskets })
  return inOneGo(basketLearner.learn(record as unknown as BasketTotal))
}

test('a version has the number of the day, and holds 45 minutes later', () => {
  expect(learn(1_234.5)).toEqual({
    publish: {
      modelId: 'baskets/UK',
      version: 20_000,
      occurredAt: TOLD_AT,
      effectiveAt: days(20_000) + hours(1),
      trainedThrough: TOLD_AT,
      parameters: { baskets: 1_234.5 },
    },
  })
})

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('%d orders are not published', baskets => {
  expect(learn(baskets)).toEqual({
    refused: `baskets/UK: what is in use stays, as ${baskets} is no number of orders to compare others with.`,
  })
})

const row = (parameters: Record<string, number>, trainedThrough: number | null = TOLD_AT) => ({
  modelId: 'baskets/UK',
  version: 20_000,
  occurredAt: TOLD_AT,
  effectiveAt: null,
  trainedThrough,
  parameters,
})
const in90Days = (published: ReturnType<typeof row>, market: string | null = 'UK') =>
  basketsOf(new Map([[published.modelId, published]]), market, TOLD_AT + days(90))

test('of what was published, a half counts after 90 days', () => {
  expect(in90Days(row({ baskets: 800 }))).toEqual({ citation: 'baskets/UK@20000', baskets: 400 })
  expect(in90Days(row({ baskets: 800 }, null))?.baskets).toBe(400)
  expect(in90Days(row({ baskets: 800 }, TOLD_AT - days(90)))?.baskets).toBe(200)
})

test('what is not there, or makes no sense, is not known', () => {
  expect(in90Days(row({ baskets: 800 }), null)).toBeNull()
  expect(in90Days(row({}))).toBeNull()
  expect(in90Days(row({ baskets: 0 }))).toBeNull()
  expect(in90Days(row({ baskets: Number.POSITIVE_INFINITY }))).toBeNull()
})

test('a market may be called whatever it is called', () => {
  for (const market of [null, 'UK', 'a/b']) expect(marketOf(modelIdOf(market))).toBe(market)
})
