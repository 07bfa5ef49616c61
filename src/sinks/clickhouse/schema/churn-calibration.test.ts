/** The view of forecasts says what a reader of the rows would count by hand. */
import type { ClickHouseClient } from '@clickhouse/client'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type MigratedClickHouse, migratedClickHouse } from '../../../testing/click-house.ts'
import { rowsOf } from '../rows-of.ts'

let clickHouse: MigratedClickHouse
let client: ClickHouseClient

beforeAll(async () => {
  clickHouse = await migratedClickHouse()
  client = clickHouse.client
}, 60_000)

afterAll(() => clickHouse.stop(), 60_000)

const removeAll = () => client.command({ query: 'TRUNCATE TABLE population_changes' })
beforeEach(removeAll)

interface Forecast {
  readonly market: string | null
  readonly horizonDays: number
  readonly churnRisk: number
  readonly bought: boolean
}

const store = (values: readonly object[]) =>
  client.insert({
    table: 'population_changes',
    values: values.map((row, at) => ({
      ...{ subjectId: 'USER:u', occurredAt: at, change: 'FORECAST' },
      ...{ resultId: `r${String(at).padStart(4, '0')}`, ...row },
    })),
    format: 'JSONEachRow',
  })

const forecast = fc.record<Forecast>({
  market: fc.constantFrom('GB', null),
  horizonDays: fc.constantFrom(30, 90),
  churnRisk: fc.nat(20).map(twentieths => twentieths / 20),
  bought: fc.boolean(),
})

test('tenths of each market and horizon say what was expected, and what came', async () => {
  const many = fc.array(forecast, { minLength: 1, maxLength: 80, size: 'max' })
  await fc.assert(
    fc
      .asyncProperty(many, async forecasts => {
        await store(forecasts)
        const found = await rowsOf<Record<string, unknown>>(
          client,
          'SELECT * REPLACE (toInt32(forecasts) AS forecasts) FROM churn_calibration',
        )
        expect(found.map(rounded).sort()).toEqual(tenthsOf(forecasts).map(rounded).sort())
      })
      .beforeEach(async () => void (await removeAll())),
    { numRuns: 8, seed: 3, endOnFailure: true },
  )
})

const tenthsOf = (forecasts: readonly Forecast[]) =>
  ['GB', null].flatMap(market =>
    [30, 90].flatMap(horizonDays => {
      const of = forecasts
        .filter(one => one.market === market && one.horizonDays === horizonDays)
        .sort((one, other) => one.churnRisk - other.churnRisk)
      return Array.from({ length: 10 }, (_, tenth) => ({
        ...{ market, horizonDays, decile: tenth + 1 },
        ...summary(of.filter((_, at) => Math.floor((10 * at) / of.length) === tenth)),
      })).filter(one => one.forecasts > 0)
    }),
  )

const summary = (of: readonly Forecast[]) => {
  const mean = (value: (one: Forecast) => number) =>
    of.reduce((sum, one) => sum + value(one), 0) / of.length
  return {
    forecasts: of.length,
    riskMin: of[0]?.churnRisk,
    riskMax: of.at(-1)?.churnRisk,
    predicted: mean(one => one.churnRisk),
    actual: mean(one => (one.bought ? 0 : 1)),
  }
}

const rounded = (row: object): string =>
  Object.entries(row)
    .map(([name, value]) => `${name} ${typeof value === 'number' ? value.toFixed(9) : value}`)
    .join(', ')

test('who joins or leaves the population is no forecast', async () => {
  const changes = ['JOINED', 'LEFT'].map(change => ({ change, horizonDays: null, churnRisk: null }))
  await store([{ horizonDays: 30, churnRisk: 0.25, bought: true }, ...changes])
  expect(await rowsOf(client, 'SELECT decile, predicted, actual FROM churn_calibration')).toEqual([
    { decile: 1, predicted: 0.25, actual: 0 },
  ])
})
