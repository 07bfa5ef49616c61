import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type EmbeddedClickHouse,
  startEmbeddedClickHouse,
} from '../src/chdb/embedded-click-house.ts'
import { codecsOf } from '../src/engine/schema/codecs.ts'
import type { AnyTopic } from '../src/engine/topic.ts'
import { markets, orders } from '../src/events.ts'
import { openLmdbLog } from '../src/logs/lmdb-log.ts'
import type { Log } from '../src/logs/log.ts'
import { type DataDirectory, openDataDirectory } from '../src/runtime/data-directory.ts'
import { openTables } from '../src/runtime/tables/tables.ts'
import { clientOf, DATABASE } from '../src/sinks/clickhouse/client.ts'
import { mill } from './mill.ts'

const KEPT = { partitions: 1, compacted: false, retentionMs: null, retentionBytes: null }
const ORDERS = 100

let folder: string
let directory: DataDirectory

/** Orders, numbered from 0 as their offsets are. */
const appendOrders = (log: Log, from: number, count: number): Promise<void> =>
  append(
    log,
    orders,
    Array.from({ length: count }, (_, at) => ({
      eventId: `e-${from + at}`,
      occurredAt: Date.UTC(2026, 0, 1) + (from + at) * 1_000,
      orderId: `order-${String(from + at).padStart(6, '0')}`,
      type: 'PLACED',
      currency: 'GBP',
      totalMinor: 100 + at,
    })),
  )

const append = async (log: Log, topic: AnyTopic, records: readonly object[]): Promise<void> => {
  const codecs = codecsOf<Record<string, unknown>>(topic)
  const encoded = records.map(plain => {
    const record = codecs.decodeJson(Buffer.from(JSON.stringify(plain)))
    return { key: Buffer.from(String(record[topic.keyedBy[0]!])), value: codecs.encodeAvro(record) }
  })
  await log.commit({ appends: [{ topic: topic.name, partition: 0, records: encoded }] })
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-reconcile-'))
  directory = await openDataDirectory(join(folder, 'data'), 'shop')
  const log = await openLmdbLog(directory.log, { wallNow: Date.now })
  const tables = await openTables({
    log,
    applicationId: 'shop',
    clickHouse: { folder: directory.clickHouse },
    topicSettings: () => KEPT,
  })
  await appendOrders(log, 0, ORDERS)
  await tables.sink.drain()
  await tables.stop()
  // These come when the sink has gone: they are in no table yet, and nothing is wrong with that.
  await appendOrders(log, ORDERS, 7)
  await append(log, markets, [
    { market: 'GB', occurredAt: 0, currency: 'GBP', timeZone: 'Europe/London' },
  ])
  await log.close()
}, 60_000)

afterAll(() => rm(folder, { recursive: true, force: true }))

const reconcile = (...options: readonly string[]) =>
  mill('reconcile', '--data', directory.path, ...options)

const changed = async (engine: EmbeddedClickHouse, ...statements: readonly string[]) => {
  const client = clientOf({ ...engine, database: DATABASE })
  for (const query of statements) {
    await client.command({ query, clickhouse_settings: { mutations_sync: '2' } })
  }
  await client.close()
}

describe('a proof', () => {
  test('stands where the tables are what the sink made of the log', async () => {
    const { code, stdout, stderr } = await reconcile()
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/orders +100 +100 +proved +7 not stored yet\n/)
    expect(stdout).toMatch(/markets +0 +0 +nothing stored yet +1 not stored yet\n/)
    expect(stdout).toMatch(/orders_per_minute +\d+ +proved\n/)
    expect(stdout).not.toMatch(/differ|missing|doubled/)
    expect(stdout).toMatch(
      /\n\nProved: \d+ tables have exactly .*, 100 rows, and \d+ rollups .*8 records of the log\.\n$/,
    )
  })

  test('names every row that was deleted, doubled, changed or made up, and the rollup', async () => {
    // While the engine runs for somebody else, as for a notebook: it is asked, and left running.
    const engine = await startEmbeddedClickHouse(directory.clickHouse)
    try {
      await changed(
        engine,
        'ALTER TABLE orders DELETE WHERE _offset = 12',
        'INSERT INTO orders SELECT * FROM orders WHERE _offset = 34',
        'ALTER TABLE orders UPDATE totalMinor = 1 WHERE _offset = 56',
        `INSERT INTO orders SELECT * REPLACE(5000 AS _offset)
           FROM (SELECT * FROM orders WHERE _offset = 78)`,
      )
      const { code, stdout, stderr } = await reconcile()
      expect([code, stderr]).toEqual([1, expect.stringContaining('not as the log makes them')])
      expect(stdout).toContain('orders 0@12: missing (order-000012)\n')
      expect(stdout).toContain('orders 0@34: doubled (order-000034)\n')
      expect(stdout).toContain('orders 0@56: different in totalMinor (order-000056)\n')
      expect(stdout).toContain('orders 0@5000: unexpected\n')
      expect(stdout).toMatch(/orders +100 +\d+ +4 differences/)
      expect(stdout).toMatch(/\norders_per_minute: (missing|unexpected) \{"minute"/)
      expect(stderr).toMatch(
        /not as the log makes them: orders, .*orders_per_minute.*See above where/,
      )

      const json = await reconcile('--table', 'orders', '--json')
      const { tables, rollups } = JSON.parse(json.stdout)
      expect([json.code, tables.length, rollups]).toEqual([1, 1, []])
      expect(tables[0].missing).toMatchObject([{ partition: 0, offset: 12, key: 'order-000012' }])
      expect((await reconcile('--table', 'fraud-scores')).code).toBe(0)
    } finally {
      await engine.stop()
    }
  })

  test('needs the log to itself, and says who has it', async () => {
    const log = await openLmdbLog(directory.log, { wallNow: Date.now })
    try {
      const { code, stderr } = await reconcile()
      expect(code).toBe(1)
      expect(stderr).toMatch(/is open in process \d+.* A demo is ended with Ctrl-C/)
    } finally {
      await log.close()
    }
  })

  test('is of tables that there are', async () => {
    const unknown = await reconcile('--table', 'ordrs')
    expect([unknown.code, unknown.stderr]).toEqual([
      2,
      expect.stringContaining('did you mean orders?'),
    ])
    const nowhere = await reconcile('--clickhouse', 'http://127.0.0.1:1')
    expect([nowhere.code, nowhere.stderr]).toEqual([1, expect.stringContaining('does not answer')])
    const none = await mill('reconcile', '--data', join(folder, 'none'))
    expect([none.code, none.stderr]).toEqual([1, expect.stringContaining('there is no data')])
  })

  test('names what the log removed before it was stored, and takes it for no missing row', async () => {
    const log = await openLmdbLog(directory.log, { wallNow: Date.now })
    await log.trim({ topic: 'orders', partition: 0 }, ORDERS + 3)
    const clickHouse = { folder: directory.clickHouse }
    const topicSettings = () => KEPT
    const tables = await openTables({ log, applicationId: 'shop', clickHouse, topicSettings })
    await tables.sink.drain()
    await tables.stop()
    await log.close()
    const { stdout } = await reconcile('--table', 'orders')
    expect(stdout).toMatch(/orders +4 +4 .* 100 older rows, not in the log\n/)
    expect(stdout).toContain('orders 0: the log removed offsets 100 to 102 before they were stored')
    const json = await reconcile('--table', 'orders', '--json')
    const gap = { topic: 'orders', partition: 0, from: 100, to: 102, mayHave: null }
    expect(JSON.parse(json.stdout)).toMatchObject({ gaps: [gap], tables: [{ missing: [] }] })
    const ofOther = await reconcile('--table', 'markets', '--json')
    expect(JSON.parse(ofOther.stdout)).toMatchObject({ gaps: [], tables: [{ differences: 0 }] })
  }, 60_000)

  test('is none where records wait and nothing was stored', async () => {
    const unstored = await openDataDirectory(join(folder, 'unstored'), 'shop')
    const log = await openLmdbLog(unstored.log, { wallNow: Date.now })
    const clickHouse = { folder: unstored.clickHouse }
    const topicSettings = () => KEPT
    const tables = await openTables({ log, applicationId: 'shop', clickHouse, topicSettings })
    await tables.stop()
    await log.close()
    expect((await mill('reconcile', '--data', unstored.path)).code, 'nothing waits').toBe(0)
    const again = await openLmdbLog(unstored.log, { wallNow: Date.now })
    await appendOrders(again, 0, 7)
    await again.close()
    for (const only of [[], ['--table', 'orders']]) {
      const { code, stdout, stderr } = await mill('reconcile', '--data', unstored.path, ...only)
      expect(code).toBe(1)
      expect(stdout).toMatch(/orders +0 +0 +nothing stored yet +7 not stored yet\n/)
      expect(stdout).toContain(
        'Nothing is proved: no table has a row, and 7 records of the log wait',
      )
      expect(stderr).toContain('see that this is their database')
    }
    expect((await reconcile('--table', 'markets')).code, 'others are stored').toBe(0)
  }, 60_000)

  test('says where tables were never made', async () => {
    const { path } = await openDataDirectory(join(folder, 'empty'), 'shop')
    const { code, stderr } = await mill('reconcile', '--data', path)
    expect(code).toBe(1)
    expect(stderr).toMatch(/millrace migrate/)
  })
})
