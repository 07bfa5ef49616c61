/** The views of prices and demand say what a reader of the rows would reckon by hand. */
import type { ClickHouseClient } from '@clickhouse/client'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type MigratedClickHouse, migratedClickHouse } from '../../../testing/click-house.ts'
import { rowsOf } from '../rows-of.ts'

let clickHouse: MigratedClickHouse
let client: ClickHouseClient

beforeAll(async () => {
  clickHouse = await migratedClickHouse()
  client = clickHouse.client
}, 60_000)

afterAll(() => clickHouse.stop(), 60_000)

/** Those that have rows, and the rollups that they feed. */
const filled = new Set<string>()

beforeEach(async () => {
  for (const table of filled) await client.command({ query: `TRUNCATE TABLE ${table}` })
  filled.clear()
})

interface Row {
  readonly [column: string]: unknown
}

const ROLLUPS: Readonly<Record<string, string>> = {
  price_elasticities: 'elasticities_now_rollup',
  price_recommendations: 'recommendations_now_rollup',
}

let offset = 0

const store = async (table: string, ...rows: readonly Row[]): Promise<void> => {
  const values = rows.map(row => ({
    ...{ sku: 'tea', market: 'UK', currency: 'GBP', _offset: ++offset },
    ...{ eventId: `e${offset}`, resultId: `r${offset}`, ...row },
  }))
  for (const name of [table, ROLLUPS[table]]) if (name !== undefined) filled.add(name)
  const clickhouse_settings = { input_format_skip_unknown_fields: 1 as const }
  await client.insert({ table, values, format: 'JSONEachRow', clickhouse_settings })
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** A Thursday. */
const START = Date.UTC(2026, 0, 1)

/** A moment by days and hours since the first. */
const at = (day: number, hour = 0): number => START + day * DAY_MS + hour * HOUR_MS

/** In stock all the while, unless the fields say otherwise. */
const span = (startedAt: number, endedAt: number, units: number, fields: Row = {}): Row => ({
  ...{ occurredAt: endedAt, startedAt, endedAt, units, hours: (endedAt - startedAt) / HOUR_MS },
  ...{ exposure: (endedAt - startedAt) / HOUR_MS, shownPriceMinor: 2_000, deviationMean: -1.5 },
  ...fields,
})

const band = (expectedUnits: number, expectedP05: number, expectedP95: number): Row => ({
  ...{ expectedUnits, expectedP05, expectedP95 },
})

/** As rows of numbers, texts and nulls; a number that came as a text is one. */
const answerTo = async (query: string): Promise<readonly (readonly unknown[])[]> =>
  (await rowsOf<Row>(client, query)).map(row =>
    Object.values(row).map(value =>
      typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value,
    ),
  )

const near = (value: number) => expect.closeTo(value, 9)

describe('demand curves', () => {
  const CURVE = `SELECT priceMinor, days, units, unitsPerDay, expectedDays, expectedPerDay,
                        expectedP05, expectedP95 FROM demand_curves ORDER BY market, priceMinor`

  test('a price has all its days, and a band of as many spans as there were', async () => {
    await store(
      'demand_observations',
      span(at(0), at(1), 3, band(4, 1, 7.58)),
      span(at(1), at(1, 12), 2, { shownPriceMinor: 1_800, ...band(3, 0, 6.58) }),
      span(at(1, 12), at(2), 9, { shownPriceMinor: 1_800, market: null }),
      span(at(2), at(3), 5, band(12, 6, 15.87)),
    )
    // Variances: 4, as (7.58 - 1) / 3.29 is 2; and 12, as (15.87 - 6) / 3.29 is 3, but chance is 12.
    const reach = (1.645 * 4) / 2
    expect(await answerTo(CURVE)).toEqual([
      [1_800, 0.5, 2, 4, 0.5, 6, near(6 - 1.645 * 4), near(6 + 1.645 * 4)].map(notBelow0),
      [2_000, 2, 8, 4, 2, 8, near(8 - reach), near(8 + reach)],
      [1_800, 0.5, 9, 18, 0, null, null, null],
    ])
  })

  /** 6 − 1.645 · 4 is below nothing. */
  const notBelow0 = (value: unknown, column: number): unknown => (column === 6 ? 0 : value)

  test('what was ordered without stock counts neither as units nor as time', async () => {
    await store(
      'demand_observations',
      span(at(0), at(1), 3, band(3, 1, 6)),
      span(at(1), at(2), 7, { hours: 0, exposure: 0 }),
    )
    expect(await answerTo('SELECT days, units, unitsPerDay FROM demand_curves')).toEqual([
      [1, 3, 3],
    ])
  })

  test('of a span that nobody looked at nothing is expected, once the level is known', async () => {
    const unseen = { isByViews: true, exposure: 0 }
    await store(
      'demand_observations',
      span(at(0), at(1), 0, { ...unseen, deviationMean: null }),
      span(at(1), at(2), 6, { isByViews: true, views: 30, exposure: 30, ...band(4, 1, 8) }),
      span(at(2), at(3), 0, unseen),
    )
    const asked = 'SELECT days, views, expectedDays, expectedPerDay FROM demand_curves'
    expect(await answerTo(asked)).toEqual([[3, 30, 2, 2]])
  })

  test('days in a promotion and of prices drawn by chance are told of each price', async () => {
    await store(
      'demand_observations',
      span(at(0), at(1), 1, { isPromoted: true }),
      span(at(1), at(4), 1, { isExperiment: true }),
    )
    const asked = 'SELECT days, promotedDays, drawnDays FROM demand_curves'
    expect(await answerTo(asked)).toEqual([[4, 1, 3]])
  })
})

describe('demand per day', () => {
  const DAYS = `SELECT dateDiff('day', toDate('2026-01-01'), day) AS since, priceMinor, hours, units,
                       expectedUnits, expectedP05, expectedP95, inBand
                FROM demand_per_day ORDER BY market, day`

  test('a day of one span has its band, and one of several that of their sum', async () => {
    await store(
      'demand_observations',
      span(at(0), at(1), 3, band(2, 1, 4)),
      span(at(1), at(1, 6), 7, band(1, 0, 3)),
      span(at(1, 6), at(1, 12), 2, { hours: 0, exposure: 0 }),
      span(at(1, 12), at(2), 0, { ...band(3, 1, 4), shownPriceMinor: 1_800 }),
      span(at(2), at(2, 12), 1),
      span(at(2, 12), at(3), 0, band(3, 1, 4)),
    )
    // Both variances are those of chance, 1 and 3.
    const reach = 1.645 * 2
    expect(await answerTo(DAYS)).toEqual([
      [0, 2_000, 24, 3, 2, 1, 4, true],
      [1, 1_800, 18, 9, 4, near(4 - reach), near(4 + reach), false],
      [2, 2_000, 24, 1, null, null, null, null],
    ])
  })

  test('a silence is parted among its days, and what it ends with is on the last', async () => {
    await store(
      'demand_observations',
      span(at(0, 12), at(2, 12), 4, band(4, 1, 7)),
      span(at(2, 12), at(3), 5, band(1, 0, 2)),
    )
    // The variance of the silence is 4, and a quarter of it that of half a day.
    const reachOf = (variance: number): number => 1.645 * Math.sqrt(variance)
    expect(await answerTo(DAYS)).toEqual([
      [0, 2_000, 12, 0, 1, 0, near(1 + reachOf(1)), true],
      [1, 2_000, 24, 0, 2, 0, near(2 + reachOf(2)), true],
      [2, 2_000, 24, 9, 2, 0, near(2 + reachOf(2)), false],
    ])
  })

  test('a span of no length counts on its day, and markets are days of their own', async () => {
    await store(
      'demand_observations',
      span(at(1), at(1), 4, {}),
      span(at(0), at(1), 1, { market: null }),
    )
    const asked = 'SELECT market, toString(day), units FROM demand_per_day ORDER BY market'
    expect(await answerTo(asked)).toEqual([
      ['UK', '2026-01-02', 4],
      [null, '2026-01-01', 1],
    ])
  })
})

/** From 20.00 to 22.00, of a cost of 15.00. */
const recommended = (occurredAt: number, fields: Row = {}): Row => ({
  ...{ occurredAt, action: 'AUTO', currentPriceMinor: 2_000, recommendedPriceMinor: 2_200 },
  ...{ unitCostMinor: 1_500, profitChangePctMean: 8, ...fields },
})

const price = (occurredAt: number, shownPriceMinor: number, fields: Row = {}): Row => ({
  ...{ occurredAt, shownPriceMinor, policyPriceMinor: shownPriceMinor, reason: 'LIST', ...fields },
})

describe('what followed a recommendation', () => {
  const OUTCOMES = 'SELECT outcome, followedBy FROM recommendation_outcomes ORDER BY occurredAt'

  test('is compared over 14 days before the price and as long as it stood', async () => {
    await store('prices', price(at(0), 2_000), price(at(20, 6), 2_200), price(at(22, 6), 2_000))
    await store('price_recommendations', recommended(at(20), { resultId: 'auto' }))
    await store(
      'demand_observations',
      // Ended 14 days before, to the hour: not counted.
      span(at(5, 6), at(6, 6), 90),
      span(at(6, 6), at(10), 10),
      span(at(10), at(20, 6), 18),
      span(at(20, 6), at(21), 5, { hours: 0, exposure: 0 }),
      span(at(21), at(22), 2, { shownPriceMinor: 2_200 }),
      span(at(22), at(22, 6), 1, { shownPriceMinor: 2_200, hours: 12 }),
      span(at(22, 6), at(23), 50),
      span(at(20, 6), at(22, 6), 70, { market: null }),
    )
    const [row] = await rowsOf<Row>(client, 'SELECT * FROM recommendation_outcomes')
    expect(row).toMatchObject({
      ...{ resultId: 'auto', outcome: 'FOLLOWED', followedAt: '2026-01-21 06:00:00.000' },
      ...{ daysBefore: 14, unitsPerDayBefore: 2, profitPerDayBeforeMinor: 1_000 },
      // 3 units at 7.00 of profit in a day and a half.
      ...{ daysAfter: 1.5, unitsPerDayAfter: 2, profitPerDayAfterMinor: 1_400 },
      ...{ profitChangePctExpected: 8, profitChangePctSeen: near(40) },
    })
  })

  test('is looked at for 14 days where the price still stands', async () => {
    await store('prices', price(at(0), 2_000), price(at(1), 2_200))
    await store('price_recommendations', recommended(at(1), { unitCostMinor: null }))
    const days = Array.from({ length: 20 }, (_, day) =>
      span(at(day), at(day + 1), day < 15 ? 1 : 9),
    )
    await store('demand_observations', ...days)
    const asked = `SELECT daysBefore, daysAfter, unitsPerDayAfter, profitPerDayAfterMinor,
                          profitChangePctSeen FROM recommendation_outcomes`
    expect(await answerTo(asked)).toEqual([[1, 14, 1, null, null]])
  })

  test('is that price alone, in that market, and soon enough', async () => {
    await store(
      'prices',
      price(at(0), 2_000),
      price(at(0), 2_000, { market: null }),
      price(at(2), 2_200, { market: null }),
      price(at(3), 2_100),
      price(at(5), 2_200),
    )
    await store('price_recommendations', recommended(at(1)), recommended(at(30)))
    expect(await answerTo(OUTCOMES)).toEqual([
      ['NOT_FOLLOWED', null],
      ['OPEN', null],
    ])
  })

  test('of a test is a price of its epoch', async () => {
    const test = { action: 'TEST', epoch: 7, validUntil: at(4, 1) }
    await store('prices', price(at(0), 2_000), price(at(4), 2_200, { eventId: 'in-time' }))
    await store('price_recommendations', recommended(at(0, 23), test))
    expect(await answerTo(OUTCOMES)).toEqual([['FOLLOWED', 'in-time']])
    await store('price_recommendations', recommended(at(0, 23.5), { ...test, validUntil: at(4) }))
    // A price follows the last recommendation of it, for which this one comes too late.
    expect(await answerTo(OUTCOMES)).toEqual([
      ['OPEN', null],
      ['NOT_FOLLOWED', null],
    ])
  })

  test('of one that came again is that of the last, and of the price of now nothing', async () => {
    await store('prices', price(at(0), 2_000), price(at(2), 2_200, { eventId: 'set' }))
    await store(
      'price_recommendations',
      recommended(at(1)),
      recommended(at(1, 5)),
      recommended(at(1, 9), { action: 'HOLD', recommendedPriceMinor: 2_000 }),
      recommended(at(9), { currentPriceMinor: 2_200 }),
    )
    expect(await answerTo(OUTCOMES)).toEqual([
      ['REPEATED', null],
      ['FOLLOWED', 'set'],
      ['NOTHING_TO_DO', null],
    ])
  })
})

describe('experiments', () => {
  const drawn = (shownPriceMinor: number, policyPriceMinor: number): Row => ({
    ...{ reason: 'EXPERIMENT', shownPriceMinor, policyPriceMinor },
  })

  test('tell how much was carried out, and whether deviations know of the policy', async () => {
    const epoch = (number: number, recommendedPriceMinor: number): Row =>
      recommended(at(3 * number), {
        ...{ action: 'TEST', epoch: number, validUntil: at(3 * number + 3), recommendedPriceMinor },
      })
    await store('price_recommendations', epoch(0, 9_999), epoch(0, 2_200), epoch(1, 1_800))
    await store('price_recommendations', epoch(2, 2_000), epoch(3, 1_900))
    await store(
      'prices',
      price(at(1), 2_200, drawn(2_200, 2_000)),
      price(at(1), 2_200, { ...drawn(2_200, 2_000), eventId: `e${offset + 1}` }),
      price(at(3), 1_800, drawn(1_800, 2_000)),
      // The price of the moment, which is what nobody had to be asked for.
      price(at(7), 2_000),
      price(at(12), 1_900, drawn(1_900, 2_000)),
      price(at(13), 2_500, { policyPriceMinor: 2_000 }),
    )
    const up = Math.log(1.1)
    const down = Math.log(0.9)
    const less = Math.log(0.95)
    const mean = (up + down + less) / 3
    const squares = (up - mean) ** 2 + (down - mean) ** 2 + (less - mean) ** 2
    const asked = `SELECT epochs, epochsAsked, epochsCarriedOut, pricesShown, deviationMean,
                          deviationSd, policyCorrelation, status FROM price_experiments`
    expect(await answerTo(asked)).toEqual([
      [4, 3, 2, 3, near(mean), near(Math.sqrt(squares / 2)), null, null],
    ])
  })

  test('of the shop itself are there too, with what is known by now', async () => {
    await store(
      'prices',
      price(at(0), 2_200, drawn(2_200, 2_000)),
      price(at(1), 900, drawn(900, 1_000)),
      price(at(2), 3_300, { ...drawn(3_300, 3_000), market: null }),
    )
    const known = { status: 'WEAK', method: 'EXPERIMENT', elasticity: -2, sd: 0.5 }
    await store('price_elasticities', { ...known, daysToIdentify: 80 })
    const asked = `SELECT market, epochs, pricesShown, policyCorrelation, status, elasticity,
                          daysToIdentify FROM price_experiments ORDER BY market`
    expect(await answerTo(asked)).toEqual([
      ['UK', 0, 2, near(1), 'WEAK', -2, 80],
      [null, 0, 1, null, null, null, null],
    ])
  })
})

test('what is known of a category is told of each version, and what is not is null', async () => {
  const drawn = { experimentMean: -2, experimentVariance: 0.04, experimentSkuSpread: 0.4 }
  const gate = { hausman: 1.5, hausmanSd: 0.2, hausmanPairs: 12, scatter: 0.25 }
  const parameters = { ...drawn, experimentMarketSpread: 0, experimentPairs: 30, ...gate }
  const week = Object.fromEntries([0, 1, 2, 3, 4, 5, 6].map(day => [`weekday${day}`, 1 + day / 10]))
  await store(
    'model_parameters',
    { modelId: 'elasticities/tea', version: 1, occurredAt: at(0), parameters: week },
    { modelId: 'elasticities/', version: 1, occurredAt: at(0), parameters: week },
    { modelId: 'elasticities/', version: 2, occurredAt: at(0), effectiveAt: at(1), parameters },
    { modelId: 'purchases/UK', version: 2, occurredAt: at(0), parameters },
  )
  const told = await rowsOf<Row>(
    client,
    'SELECT * FROM category_elasticities ORDER BY modelId, version DESC',
  )
  const [all, before, tea, ...others] = told
  expect(before).toMatchObject({ modelId: 'elasticities/', version: 1, isLast: false })
  expect(others).toEqual([])
  expect(all).toEqual({
    ...{ modelId: 'elasticities/', category: null, version: 2, isLast: true },
    ...{ effectiveAt: '2026-01-02 00:00:00.000', experimentMean: -2, experimentSd: 0.2 },
    ...{ experimentSpread: 0.4, experimentMarketSpread: 0, experimentPairs: 30 },
    ...{ observationalMean: null, observationalSd: null, observationalSpread: null },
    ...{ observationalMarketSpread: null, observationalPairs: null },
    ...{ hausman: 1.5, hausmanSd: 0.2, hausmanPairs: 12, scatter: 0.25, weekdays: [] },
  })
  expect(tea).toMatchObject({
    ...{ category: 'tea', version: 1, isLast: true, effectiveAt: '2026-01-01 00:00:00.000' },
    ...{ experimentMean: null, hausmanPairs: null, weekdays: [1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6] },
  })
})

test('neighbours that are ordered no more are left out, until they are counted again', async () => {
  const [now, jam] = [at(0), { sku: 'jam', baskets: 9, lift: 3, shrunkLift: 2, attach: 0.25 }]
  const milk = { ...jam, sku: 'milk' }
  const record = (sku: string, ...neighbours: object[]): Row => ({
    ...{ occurredAt: now - 300 * DAY_MS, sku, neighbours, baskets: 30 },
  })
  await store('basket_neighbours', record('tea', jam, milk), record('jam', milk))
  const counted = (sku: string, daysAgo: number): Row => ({
    ...{ sku, occurredAt: now - daysAgo * DAY_MS, baskets: 30 },
  })
  await store('basket_counts', counted('tea', 0), counted('jam', 179), counted('milk', 181))
  const pairs = 'SELECT sku, neighbour FROM basket_neighbours_now ORDER BY sku'
  expect(await answerTo(pairs)).toEqual([['tea', 'jam']])
  await store('basket_counts', counted('milk', 1))
  expect(await answerTo(`${pairs}, neighbour`)).toEqual([
    ['jam', 'milk'],
    ['tea', 'jam'],
    ['tea', 'milk'],
  ])
  await store('basket_counts', { ...counted('coal', -200), market: 'US' })
  expect(await answerTo(pairs)).toEqual([])
})

test('neighbours are those of the last record, which may have none', async () => {
  const counted = ['tea', 'jam', 'milk'].map(sku => ({ sku, occurredAt: at(1) }))
  await store('basket_counts', ...counted, ...counted.map(row => ({ ...row, market: null })))
  const jam = { sku: 'jam', baskets: 9, lift: 3, shrunkLift: 2, attach: 0.25 }
  const milk = { sku: 'milk', baskets: 20, lift: 1.5, shrunkLift: 1.4, attach: 0.1 }
  await store(
    'basket_neighbours',
    { occurredAt: at(1), baskets: 30, neighbours: [milk] },
    { occurredAt: at(2), baskets: 40, neighbours: [jam, milk] },
    { occurredAt: at(1), baskets: 50, neighbours: [milk], market: null },
    { occurredAt: at(2), baskets: 60, neighbours: [], market: null },
  )
  expect(
    await answerTo(
      `SELECT market, neighbour, place, baskets, basketsTogether, lift, shrunkLift, attach
       FROM basket_neighbours_now ORDER BY place`,
    ),
  ).toEqual([
    ['UK', 'jam', 1, 40, 9, 3, 2, 0.25],
    ['UK', 'milk', 2, 40, 20, 1.5, 1.4, 0.1],
  ])
})

test('the recommendation of now is the last, and what it does not know is null', async () => {
  await store(
    'price_recommendations',
    recommended(at(1)),
    recommended(at(2), { action: 'HOLD', unitCostMinor: null }),
    recommended(at(2), { market: null }),
  )
  const asked = 'SELECT market, action, unitCostMinor FROM recommendations_now ORDER BY market'
  expect(await answerTo(asked)).toEqual([
    ['UK', 'HOLD', null],
    [null, 'AUTO', 1_500],
  ])
})
