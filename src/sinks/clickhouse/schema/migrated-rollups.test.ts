import type { ClickHouseClient } from '@clickhouse/client'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type MigratedClickHouse, migratedClickHouse } from '../../../testing/click-house.ts'

let clickHouse: MigratedClickHouse
let client: ClickHouseClient

beforeAll(async () => {
  clickHouse = await migratedClickHouse()
  client = clickHouse.client
}, 60_000)

afterAll(() => clickHouse.stop(), 60_000)

interface Row {
  readonly [column: string]: unknown
}

let batches = 0

/** Stores rows as the sink does, as often as asked for, under one token. */
const store = async (table: string, rows: readonly Row[], times = 1): Promise<void> => {
  const token = `test:${table}:${batches++}`
  for (let sent = 0; sent < times; sent++) {
    await client.insert({
      table,
      values: rows,
      format: 'JSONEachRow',
      clickhouse_settings: { insert_deduplication_token: token },
    })
  }
}

const rowsOf = async (query: string): Promise<readonly Row[]> =>
  (await client.query({ query, format: 'JSONEachRow' })).json<Row>()

beforeEach(async () => {
  const tables = await rowsOf(
    `SELECT name FROM system.tables
     WHERE database = currentDatabase() AND engine LIKE '%MergeTree' AND name != '_migrations'`,
  )
  await Promise.all(tables.map(({ name }) => client.command({ query: `TRUNCATE TABLE ${name}` })))
})

const AT = Date.UTC(2026, 0, 1, 12)

const order = (offset: number, fields: Row): Row => ({
  eventId: `e${offset}`,
  occurredAt: AT,
  orderId: `o${offset}`,
  type: 'PLACED',
  market: 'GB',
  currency: 'GBP',
  totalMinor: 0,
  _topic: 'orders',
  _offset: offset,
  ...fields,
})

const line = (quantity: number): Row => ({ sku: 's', quantity, unitPriceMinor: 1 })

test('net revenue is placed less declined, cancelled and refunded, plus adjusted', async () => {
  await store('orders', [
    order(1, { totalMinor: 1000, lines: [line(2), line(3)] }),
    order(2, { type: 'PAYMENT_DECLINED', totalMinor: 200, lines: [line(7)] }),
    order(3, { type: 'CANCELLED', totalMinor: 30 }),
    order(4, { type: 'REFUNDED', totalMinor: 4, lines: [line(1)] }),
    order(5, { type: 'ADJUSTED', totalMinor: -500 }),
    order(6, { type: 'SHIPPED', totalMinor: 99 }),
    order(7, { totalMinor: 0 }),
  ])
  expect(await rowsOf('SELECT * FROM orders_per_minute')).toEqual([
    {
      minute: '2026-01-01 12:00:00',
      market: 'GB',
      currency: 'GBP',
      ordersPlaced: '2',
      ordersDeclined: '1',
      ordersCancelled: '1',
      refunds: '1',
      adjustments: '1',
      placedMinor: '1000',
      declinedMinor: '200',
      cancelledMinor: '30',
      refundedMinor: '4',
      adjustedMinor: '-500',
      netMinor: '266',
      units: '5',
    },
  ])
})

test('an event that was sent twice counts once, and so does an order placed twice', async () => {
  const first = order(1, { totalMinor: 700 })
  const cancelled = order(5, { type: 'CANCELLED', orderId: 'o1', totalMinor: 700 })
  await store('orders', [first, { ...first, _offset: 2 }])
  await store('orders', [{ ...first, _offset: 3 }, cancelled])
  await store('orders', [{ ...cancelled, _offset: 6 }])
  await store('orders', [order(4, { orderId: 'o1', totalMinor: 50 })])
  expect(await rowsOf('SELECT ordersPlaced, placedMinor, netMinor FROM orders_per_minute')).toEqual(
    [{ ordersPlaced: '1', placedMinor: '700', netMinor: '0' }],
  )
  expect(await rowsOf('SELECT count() AS rows FROM orders')).toEqual([{ rows: '6' }])
})

test('no market is a market of its own, and minutes and currencies are kept apart', async () => {
  await store('orders', [
    order(1, { market: null }),
    order(2, {}),
    order(3, { currency: 'EUR' }),
    order(4, { occurredAt: AT + 59_999 }),
    order(5, { occurredAt: AT + 60_000 }),
  ])
  const groups = await rowsOf(
    `SELECT toMinute(minute) AS minute, market, currency, ordersPlaced FROM orders_per_minute
     ORDER BY minute, market NULLS FIRST, currency`,
  )
  expect(groups.map(Object.values)).toEqual([
    [0, null, 'GBP', '1'],
    [0, 'GB', 'EUR', '1'],
    [0, 'GB', 'GBP', '2'],
    [1, 'GB', 'GBP', '1'],
  ])
})

const KINDS = ['PLACED', 'PAYMENT_DECLINED', 'CANCELLED', 'REFUNDED', 'ADJUSTED', 'PAID']
const SIGNS: Readonly<Record<string, bigint>> = { PLACED: 1n, ADJUSTED: 1n, PAID: 0n }

test('orders per minute are those that a plain loop counts, however they were stored', async () => {
  const event = fc.record({
    id: fc.nat(6),
    type: fc.constantFrom(...KINDS),
    minute: fc.nat(1),
    totalMinor: fc.integer({ min: -9, max: 9 }),
  })
  await fc.assert(
    fc
      .asyncProperty(fc.array(event, { maxLength: 12 }), fc.nat(3), async (events, cut) => {
        const rows = events.map(({ id, type, minute, totalMinor }, at) =>
          order(at, {
            // An id belongs to one minute and type, as an event that is sent again does.
            eventId: `${id}-${type}-${minute}`,
            orderId: `${id}-${minute}`,
            type,
            occurredAt: AT + minute * 60_000,
            totalMinor,
          }),
        )
        for (const part of [rows.slice(cut), rows.slice(0, cut)]) {
          if (part.length > 0) await store('orders', part, 2)
        }
        const seen = new Map(rows.toReversed().map(row => [row.eventId, row]))
        const net = [...seen.values()].reduce(
          (sum, { type, totalMinor }) =>
            sum + (SIGNS[String(type)] ?? -1n) * BigInt(totalMinor as number),
          0n,
        )
        expect(await rowsOf('SELECT sum(netMinor) AS net FROM orders_per_minute')).toEqual([
          { net: String(net) },
        ])
      })
      .beforeEach(async () => {
        await client.command({ query: 'TRUNCATE TABLE orders' })
        await client.command({ query: 'TRUNCATE TABLE orders_per_minute_rollup' })
      }),
    { numRuns: 10 },
  )
})

const result = (topic: string, offset: number, fields: Row): Row => ({
  resultId: `r${offset}`,
  occurredAt: AT,
  modelVersion: 'm',
  _topic: topic,
  _offset: offset,
  _emitted_at: AT + offset,
  ...fields,
})

test('the segment of a subject now is its last record, nulls included', async () => {
  const segment = (offset: number, fields: Row): Row =>
    result('lifecycle-segments', offset, { subjectType: 'USER', subjectId: 'u', ...fields })
  await store('lifecycle_segments', [
    segment(3, { stage: 'REPEAT', activity: 'ACTIVE', market: null, tags: ['vip'], pAlive: null }),
  ])
  await store('lifecycle_segments', [
    segment(1, { stage: 'AWARE', activity: 'LOST', market: 'GB', tags: [], pAlive: 0.5 }),
    segment(4, { subjectType: 'VISITOR', stage: 'AWARE', activity: 'ACTIVE' }),
    segment(5, { subjectId: 'v', stage: 'REPEAT', activity: 'ACTIVE' }),
  ])
  expect(
    await rowsOf(
      `SELECT resultId, stage, market, tags, pAlive FROM segments_now
       WHERE subjectId = 'u' AND subjectType = 'USER'`,
    ),
  ).toEqual([{ resultId: 'r3', stage: 'REPEAT', market: null, tags: ['vip'], pAlive: null }])
  expect(await rowsOf("SELECT resultId FROM segments_now WHERE activity = 'LOST'")).toEqual([])
  expect(await rowsOf('SELECT * FROM segment_sizes ORDER BY stage')).toEqual([
    { subjectType: 'VISITOR', market: null, stage: 'AWARE', activity: 'ACTIVE', subjects: '1' },
    { subjectType: 'USER', market: null, stage: 'REPEAT', activity: 'ACTIVE', subjects: '2' },
  ])
})

test('an alert is open until it recovers, each sensor and kind on its own', async () => {
  const alert = (offset: number, fields: Row): Row =>
    result('shipment-alerts', offset, {
      shipmentId: 's',
      kind: 'TEMPERATURE',
      severity: 'WARNING',
      startedAt: AT,
      ...fields,
    })
  await store('shipment_alerts', [
    alert(1, { sensorId: 'a' }),
    alert(2, { sensorId: 'a', severity: 'CRITICAL', value: 9.5, limit: 8 }),
    alert(3, { sensorId: 'b' }),
    alert(4, { sensorId: null, kind: 'STUCK' }),
  ])
  await store('shipment_alerts', [alert(5, { sensorId: 'b', severity: 'RECOVERED' })])
  const open = await rowsOf(
    'SELECT sensorId, kind, severity, value, "limit" FROM open_alerts ORDER BY kind',
  )
  expect(open.map(Object.values)).toEqual([
    [null, 'STUCK', 'WARNING', null, null],
    ['a', 'TEMPERATURE', 'CRITICAL', 9.5, 8],
  ])
})

test('the elasticity of an article in a market now is the last that was put out', async () => {
  const elasticity = (offset: number, fields: Row): Row =>
    result('price-elasticities', offset, { sku: 's', method: 'EXPERIMENT', ...fields })
  await store('price_elasticities', [
    elasticity(1, { market: 'GB', elasticity: -2, status: 'IDENTIFIED' }),
    elasticity(2, { market: null, elasticity: -1, status: 'WEAK' }),
    elasticity(3, { market: 'GB', elasticity: null, status: 'NOT_IDENTIFIED' }),
  ])
  const now = await rowsOf(
    'SELECT market, elasticity, status FROM elasticities_now ORDER BY status',
  )
  expect(now.map(Object.values)).toEqual([
    ['GB', null, 'NOT_IDENTIFIED'],
    [null, -1, 'WEAK'],
  ])
})

const score = (offset: number, value: number): Row =>
  result('fraud-scores', offset, { subjectType: 'ORDER', action: 'ALLOW', score: value })

test('the sum of scores is the same to the last bit in whatever order they were stored', async () => {
  const values = [0.1, 0.2, 0.3, 0.7, 1e-9, 0.123456789]
  const ask = 'SELECT * FROM fraud_per_hour'
  await store(
    'fraud_scores',
    values.map((value, at) => score(at, value)),
  )
  const together = await rowsOf(ask)
  await client.command({ query: 'TRUNCATE TABLE fraud_per_hour_rollup' })
  for (const value of values.toReversed()) await store('fraud_scores', [score(9, value)])
  expect(await rowsOf(ask)).toEqual(together)
  expect(together).toMatchObject([{ scores: '6', scoreSum: 1.42345679 }])
})

test('freshness is told per result topic, of all result tables', async () => {
  const late = (topic: string, ms: number) =>
    result(topic, ms, { subjectType: 'ORDER', action: 'ALLOW' })
  await store(
    'fraud_scores',
    [10, 20, 4000].map(ms => late('fraud-scores', ms)),
  )
  await store('journey_triggers', [late('journey-triggers', 7)])
  const rows = await rowsOf('SELECT topic, results, latencyMaxMs FROM freshness ORDER BY topic')
  expect(rows.map(Object.values)).toEqual([
    ['fraud-scores', '3', '4000'],
    ['journey-triggers', '1', '7'],
  ])
})

test('late events and dead letters are counted per hour', async () => {
  const place = { topic: 'orders', pipelineId: 'p', _emitted_at: AT }
  await store('late_events', [
    { ...place, lateByMs: 5, _offset: 1 },
    { ...place, lateByMs: 900, _offset: 2 },
  ])
  await store('dead_letters', [{ ...place, pipelineId: null, stage: 'DECODE', errorCode: 'E' }])
  expect(await rowsOf('SELECT * EXCEPT lateByP50Ms FROM late_per_hour')).toEqual([
    {
      hour: '2026-01-01 12:00:00',
      topic: 'orders',
      pipelineId: 'p',
      records: '2',
      lateByP99Ms: expect.closeTo(900, -1),
      lateByMaxMs: '900',
    },
  ])
  expect(await rowsOf('SELECT pipelineId, stage, letters FROM dead_letters_per_hour')).toEqual([
    { pipelineId: null, stage: 'DECODE', letters: '1' },
  ])
})

test('a batch that is sent three times under its token leaves rows and rollups as once', async () => {
  const scores = [score(1, 0.25), score(2, 0.5)]
  await store('fraud_scores', scores, 3)
  await store('fraud_scores', scores)
  expect(await rowsOf('SELECT count() AS rows FROM fraud_scores')).toEqual([{ rows: '4' }])
  expect(await rowsOf('SELECT scores, scoreSum FROM fraud_per_hour')).toEqual([
    { scores: '4', scoreSum: 1.5 },
  ])
  expect(await rowsOf('SELECT results FROM freshness')).toEqual([{ results: '4' }])
})
