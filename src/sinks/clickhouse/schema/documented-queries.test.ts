/** The queries of docs/tables.md run, and no view and no column of a view is left out of it. */
import { readFileSync } from 'node:fs'
import type { ClickHouseClient } from '@clickhouse/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { topics } from '../../../events.ts'
import { type MigratedClickHouse, migratedClickHouse } from '../../../testing/click-house.ts'
import { tableNameOf } from '../rows/columns.ts'

const PAGE = readFileSync(new URL('../../../../docs/tables.md', import.meta.url), 'utf8')
const QUERIES = [...PAGE.matchAll(/^```sql\n(.*?)^```/gms)].map(([, query]) => query!.trim())

let clickHouse: MigratedClickHouse
let client: ClickHouseClient

beforeAll(async () => {
  clickHouse = await migratedClickHouse()
  client = clickHouse.client
  const now = Date.now()
  for (const [table, rows] of Object.entries(ROWS)) {
    const values = [rows].flat().map(({ daysAgo = 0, ...row }: Row) => ({
      ...{ ...row, occurredAt: now - 1000 - daysAgo * DAY, _emitted_at: now },
      ...(table === 'fraud_outcomes' ? { placedAt: now - 1000 - 14 * DAY } : {}),
    }))
    await client.insert({
      table,
      values,
      format: 'JSONEachRow',
      clickhouse_settings: { input_format_skip_unknown_fields: 1 },
    })
  }
}, 60_000)

afterAll(() => clickHouse.stop(), 60_000)

const DAY = 86_400_000
const MUG = { sku: 'mug', currency: 'GBP' }
const REASONS = [{ code: 'NEW_DEVICE', detail: 'Never seen.', weight: 1 }]

/** Of a moment ago, or of so many days. */
interface Row {
  readonly daysAgo?: number
  readonly [column: string]: unknown
}

/** Week by week, so that there is something before it. */
const scored = (daysAgo: number): Row => ({
  ...{ subjectType: 'ORDER', subjectId: `order-${daysAgo}`, action: 'HOLD', score: 0.8, daysAgo },
  ...{ reasons: REASONS, features: { newDevice: 1 } },
})

/** A row of each table that a query asks, or some, such that it has an answer. */
const ROWS: Readonly<Record<string, Row | readonly Row[]>> = {
  products: { sku: 'mug', listPriceMinor: 499 },
  orders: {
    ...{ eventId: 'e', orderId: 'order-1', userId: 'u', type: 'PLACED' },
    ...{ currency: 'GBP', totalMinor: 998 },
  },
  lifecycle_segments: {
    ...{ subjectType: 'USER', subjectId: 'u', userId: 'u', currency: 'GBP' },
    ...{ stage: 'LOYAL', activity: 'AT_RISK', tags: ['HIGH_VALUE'] },
  },
  population_changes: {
    ...{ subjectId: 'USER:u', market: 'GB', change: 'FORECAST' },
    ...{ horizonDays: 90, churnRisk: 0.7, bought: false },
  },
  model_parameters: { modelId: 'elasticities/mugs', version: 1, parameters: { scatter: 0.25 } },
  prices: { ...MUG, reason: 'EXPERIMENT', policyPriceMinor: 499, shownPriceMinor: 549 },
  demand_observations: {
    ...{ ...MUG, endedAt: DAY, hours: 24, exposure: 24, units: 3, shownPriceMinor: 549 },
    ...{ expectedUnits: 2, expectedP05: 0, expectedP95: 5 },
  },
  price_elasticities: [
    { sku: 'mug', status: 'IDENTIFIED', elasticity: -0.5, p05: -0.8, p95: -0.2 },
    { sku: 'cup', status: 'NOT_IDENTIFIED', reasons: [{ code: 'P_NEVER_MOVED' }] },
  ],
  price_recommendations: {
    ...{ ...MUG, action: 'AUTO', currentPriceMinor: 549, recommendedPriceMinor: 579 },
    reasons: [{ code: 'P_STEP_CAP', detail: 'Within 5 %.' }],
  },
  basket_counts: [{ sku: 'mug' }, { sku: 'saucer' }],
  basket_neighbours: {
    ...{ ...MUG, baskets: 40 },
    neighbours: [{ sku: 'saucer', baskets: 20, lift: 3, shrunkLift: 2, attach: 0.4 }],
  },
  fraud_scores: [scored(0), scored(7), scored(14)],
  fraud_outcomes: {
    ...{ orderId: 'order-14', isFraud: true, score: 0.8, action: 'HOLD', daysAgo: 10 },
    ...{ currency: 'GBP', amountMinor: 998 },
  },
  logistics: { shipmentId: 's', sensorId: 'a', type: 'READING', temperatureC: 9 },
  shipment_alerts: [
    { shipmentId: 's', kind: 'SILENT', severity: 'CRITICAL' },
    { shipmentId: 's', kind: 'TEMPERATURE', severity: 'WARNING', dwellMs: 60_000 },
  ],
  replenishment_advice: {
    sku: 'mug',
    warehouseId: 'w',
    onHand: 3,
    stockoutProbability: 0.4,
    demandPerDay: 2,
  },
  shipment_etas: [
    { shipmentId: 's', stage: 'HANDED_OVER', lateProbability: 0.3, promisedAt: DAY },
    { shipmentId: 's', stage: 'DELIVERED' },
  ],
  late_events: { topic: 'orders', pipelineId: 'fraud-scores', lateByMs: 700 },
  dead_letters: { topic: 'orders', stage: 'DECODE', errorCode: 'MALFORMED_JSON' },
}

const rowsOf = async <T>(query: string): Promise<readonly T[]> =>
  (await client.query({ query, format: 'JSONEachRow' })).json<T>()

test.each(QUERIES.map(query => [query.split('\n')[0], query]))(
  '%s has an answer',
  async (_, query) => {
    expect(await rowsOf(query!)).not.toEqual([])
  },
)

/** What the section of a view has in the first column of its table. */
const documented = (view: string): readonly string[] => {
  const section = PAGE.split(/^##+ /m).find(text => text.startsWith(`\`${view}\`\n`)) ?? ''
  expect(section, `docs/tables.md has no example query of ${view}`).toContain(`FROM ${view}\n`)
  return [...section.matchAll(/^\| `(\w+)`/gm)].map(([, column]) => column!)
}

test('every view has its section, with all its columns in their order and a query', async () => {
  const columns = await rowsOf<{ view: string; names: readonly string[] }>(
    `SELECT table AS view, arrayMap(c -> c.2, arraySort(groupArray((position, name)))) AS names
     FROM system.columns
     WHERE database = currentDatabase() AND table IN (
       SELECT name FROM system.tables WHERE database = currentDatabase() AND engine = 'View')
     GROUP BY view`,
  )
  expect(columns.length).toBeGreaterThanOrEqual(28)
  for (const { view, names } of columns) expect(documented(view), view).toEqual(names)
})

test('every table is listed', () => {
  const listed = [...PAGE.matchAll(/^\| `(\w+)` +\|.+\|.+\|$/gm)].map(([, table]) => table)
  expect(listed).toEqual(topics.map(tableNameOf))
})
