/** Whatever is done to a table by hand is found and named; an honest table passes. */
import type { ClickHouseClient } from '@clickhouse/client'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { codecsOf } from '../../../engine/schema/codecs.ts'
import type { AnyTopic } from '../../../engine/topic.ts'
import { deadLetters, prices } from '../../../events.ts'
import type { LogRecord } from '../../../logs/log.ts'
import { type MemoryLog, memoryLog } from '../../../logs/memory-log.ts'
import { type ClickHouseForTests, clickHouseForTests } from '../../../testing/click-house.ts'
import { clientOf } from '../client.ts'
import { type AnyRecord, anyRecord } from '../rows/any-record.ts'
import { columnsOf } from '../rows/columns.ts'
import { RowBuffer } from '../rows/row-buffer.ts'
import { rowEncoderOf } from '../rows/row-encoder.ts'
import { clickHouseDestination } from '../storing/insert.ts'
import { sinkLetter } from '../storing/sink-letters.ts'
import { type ReconcileTableOptions, reconcileTable } from './reconcile.ts'

const PARTITIONS = 2
const EACH = 30
const topic = prices as AnyTopic
const encoder = rowEncoderOf(topic)
const codecs = codecsOf<AnyRecord>(topic)
const records = fc.sample(anyRecord(topic), { numRuns: EACH, seed: 11 })
const KEPT = { compacted: false, retentionMs: null, retentionBytes: null }

let clickHouse: ClickHouseForTests
let client: ClickHouseClient
let log: MemoryLog

beforeAll(async () => {
  clickHouse = await clickHouseForTests()
  client = clientOf(clickHouse.address)
  const columns = columnsOf(topic).map(({ name, type }) => `\`${name}\` ${type}`)
  await client.command({
    query: `CREATE TABLE prices (${columns.join(', ')}) ENGINE = MergeTree ORDER BY sku
            SETTINGS non_replicated_deduplication_window = 1000`,
  })
})

afterAll(async () => {
  await client?.close()
  await clickHouse?.stop()
})

beforeEach(async () => {
  await client.command({ query: 'TRUNCATE TABLE prices' })
  log = memoryLog({ wallNow: () => 1_770_000_000_000 })
  await log.createTopic('prices', { ...KEPT, partitions: PARTITIONS })
  await log.createTopic('dead-letters', { ...KEPT, partitions: 1 })
  for (let partition = 0; partition < PARTITIONS; partition++) await append(partition, records)
})

const recordOf = (record: AnyRecord): LogRecord => ({
  key: Buffer.from(String(record.sku)),
  value: codecs.encodeAvro(record),
})

const append = (partition: number, some: readonly AnyRecord[]) =>
  appendRaw(partition, some.map(recordOf))

const appendRaw = (partition: number, some: readonly LogRecord[], to = 'prices') =>
  log.commit({ appends: [{ topic: to, partition, records: some }] })

let inserts = 0

/** Stores what the log has, as the sink does. */
const store = async (partition: number, offsets: (offset: number) => boolean = () => true) => {
  const rows = new RowBuffer()
  const at = { topic: 'prices', partition }
  const { first } = await log.range(at)
  const batch = await log.read(at, first, { recordsMax: 1000, bytesMax: 1e9 })
  for (const { offset, timestampMs, value } of batch.records) {
    if (value !== null && offsets(offset))
      encoder.append(rows, value, { partition, offset, timestampMs })
  }
  await insert(rows)
}

const insert = (rows: RowBuffer): Promise<void> =>
  clickHouseDestination(client, clickHouse.address.database).insert({
    table: encoder.table,
    columns: encoder.columns,
    bytes: rows.bytes(),
    rows: rows.rows,
    token: `insert-${inserts++}`,
    signal: new AbortController().signal,
  })

const byHand = (query: string): Promise<unknown> =>
  client.command({ query, clickhouse_settings: { mutations_sync: '2' } })

const reconcile = (options: Partial<ReconcileTableOptions> = {}) =>
  reconcileTable({
    client,
    database: clickHouse.address.database,
    log,
    topic,
    upTo: () => Number.POSITIVE_INFINITY,
    pageOffsets: 16,
    ...options,
  })

const NOTHING_FOUND = {
  missing: [],
  doubled: [],
  different: [],
  unexpected: [],
  refused: 0,
  differences: 0,
  pending: 0,
  rowsBeyondRetention: 0,
  rowsReplaced: 0,
}

test('a table that holds exactly the log passes, tombstones are no rows', async () => {
  await appendRaw(0, [{ key: Buffer.from('a'), value: null }])
  await append(0, [records[0]!])
  await store(0)
  await store(1)
  expect(await reconcile()).toEqual({
    ...NOTHING_FOUND,
    table: 'prices',
    topic: 'prices',
    records: 2 * EACH + 1,
    rows: 2 * EACH + 1,
  })
})

test('rows that were deleted by hand are named with their keys', async () => {
  await store(0)
  await store(1)
  await byHand('ALTER TABLE prices DELETE WHERE _partition = 1 AND _offset IN (0, 13, 29)')
  const proof = await reconcile()
  expect(proof).toMatchObject({ records: 60, rows: 57, differences: 3, doubled: [], different: [] })
  expect(proof.missing).toEqual(
    [0, 13, 29].map(offset => ({
      partition: 1,
      offset,
      what: 'missing',
      key: records[offset]!.sku,
    })),
  )
})

test('rows that were doubled by hand are named', async () => {
  await store(0)
  await store(1)
  await byHand(
    "INSERT INTO prices SELECT * FROM prices WHERE _partition = 0 AND _offset < 2 SETTINGS insert_deduplication_token = 'x'",
  )
  const { doubled, differences, rows } = await reconcile()
  expect({ differences, rows }).toEqual({ differences: 2, rows: 62 })
  expect(doubled.map(({ partition, offset }) => [partition, offset])).toEqual([
    [0, 0],
    [0, 1],
  ])
})

test('rows that were changed by hand are named with the column', async () => {
  await store(0)
  await store(1)
  await byHand(
    'ALTER TABLE prices UPDATE shownPriceMinor = shownPriceMinor + 1 WHERE _partition = 0 AND _offset = 4',
  )
  await byHand(
    'ALTER TABLE prices UPDATE _emitted_at = now64(3) WHERE _partition = 1 AND _offset = 8',
  )
  const { different, differences } = await reconcile()
  expect(differences).toBe(2)
  expect(different).toEqual([
    { partition: 0, offset: 4, what: 'different', key: records[4]!.sku, column: 'shownPriceMinor' },
    { partition: 1, offset: 8, what: 'different', key: records[8]!.sku, column: '_emitted_at' },
  ])
})

const ROW_3 = '(SELECT * FROM prices WHERE _partition = 0 AND _offset = 3)'

test('rows whose record the log never had are named, in partitions that it lacks as well', async () => {
  await store(0)
  await store(1)
  await byHand(`INSERT INTO prices SELECT * REPLACE (_offset + 100 AS _offset) FROM ${ROW_3}
                SETTINGS insert_deduplication_token = 'y'`)
  await byHand(`INSERT INTO prices SELECT * REPLACE (toUInt32(9) AS _partition) FROM ${ROW_3}
                SETTINGS insert_deduplication_token = 'z'`)
  const { unexpected, differences } = await reconcile()
  expect(differences).toBe(2)
  expect(new Set(unexpected)).toEqual(
    new Set([
      { partition: 0, offset: 103, what: 'unexpected', key: null },
      { partition: 9, offset: 3, what: 'unexpected', key: null },
    ]),
  )
})

test('a row of a tombstone is one that has no record', async () => {
  await appendRaw(0, [{ key: Buffer.from('a'), value: null }])
  await store(0)
  await store(1)
  const rows = new RowBuffer()
  encoder.append(rows, codecs.encodeAvro(records[0]!), {
    partition: 0,
    offset: EACH,
    timestampMs: 0,
  })
  await insert(rows)
  const { unexpected } = await reconcile()
  expect(unexpected).toEqual([{ partition: 0, offset: EACH, what: 'unexpected', key: null }])
})

test('a record that its table cannot hold is refused by a letter of the sink, and else missing', async () => {
  const broken = { key: null, value: Buffer.from('{') }
  await appendRaw(0, [broken, broken])
  await store(0)
  await store(1)
  const at = { topic: 'prices', partition: 0 }
  const [, record] = (await log.read(at, EACH, { recordsMax: 2, bytesMax: 1e6 })).records
  const rows = new RowBuffer()
  const error = encoder.append(rows, record!.value!, { ...record!, partition: 0 })!
  await appendRaw(0, [sinkLetter(at, { record: record!, error })], 'dead-letters')
  const handled = { ...letter(), offset: EACH, stage: 'HANDLE' as const }
  await appendRaw(
    0,
    [{ key: null, value: codecsOf(deadLetters).encodeAvro(handled) }],
    'dead-letters',
  )
  const proof = await reconcile()
  expect(proof).toMatchObject({ records: 62, rows: 60, refused: 1, differences: 1 })
  expect(proof.missing).toEqual([{ partition: 0, offset: EACH, what: 'missing', key: null }])
})

const letter = () => ({
  topic: 'prices',
  partition: 0,
  offset: 0,
  stage: 'SINK' as const,
  pipelineId: null,
  key: null,
  schemaId: null,
  errorCode: 'MALFORMED_JSON',
  error: '',
  payload: Buffer.from('{'),
  headers: {},
})

test('what the log has removed is not judged, nor what the sink has not acknowledged', async () => {
  await store(0)
  await store(1)
  await log.trim({ topic: 'prices', partition: 0 }, 10)
  await byHand('ALTER TABLE prices DELETE WHERE _partition = 1 AND _offset > 20')
  const proof = await reconcile({ upTo: partition => (partition === 0 ? EACH : 21) })
  expect(proof).toEqual({
    ...NOTHING_FOUND,
    table: 'prices',
    topic: 'prices',
    records: 20 + 21,
    rows: 20 + 21,
    pending: 9,
    rowsBeyondRetention: 10,
  })
})

test('all differences are counted where only a few are listed', async () => {
  const { missing, differences } = await reconcile({ differencesMax: 3 })
  expect(missing.map(({ offset }) => offset)).toEqual([0, 1, 2])
  expect(differences).toBe(2 * EACH)
})

test('rows of values that compaction has removed are counted, and the last of each key is judged', async () => {
  log = memoryLog({ wallNow: () => 1_770_000_000_000 })
  await log.createTopic('prices', { ...KEPT, compacted: true, partitions: PARTITIONS })
  const [a, b] = [records[0]!, { ...records[1]!, sku: `not-${records[0]!.sku}` }]
  await append(0, [a, a, b, a])
  await store(0)
  await log.clean()
  const proof = { ...NOTHING_FOUND, table: 'prices', topic: 'prices', records: 2, rows: 2 }
  expect(await reconcile()).toEqual({ ...proof, rowsReplaced: 2 })
  await byHand('ALTER TABLE prices DELETE WHERE _offset = 3')
  await store(0, offset => offset === 2)
  const { missing, doubled, differences } = await reconcile()
  expect(missing.map(({ offset }) => offset)).toEqual([3])
  expect(doubled.map(({ offset }) => offset)).toEqual([2])
  expect(differences).toBe(2)
})

test('whatever is wrong with whichever rows, exactly that is found', async () => {
  const faults = fc.array(fc.constantFrom('none', 'none', 'missing', 'doubled', 'different'), {
    minLength: EACH,
    maxLength: EACH,
  })
  await fc.assert(
    fc.asyncProperty(faults, fc.integer({ min: 1, max: 40 }), async (plan, pageOffsets) => {
      await byHand('TRUNCATE TABLE prices')
      const rows = new RowBuffer()
      plan.forEach((fault, offset) => {
        const at = { partition: 0, offset, timestampMs: 1_770_000_000_000 }
        const record =
          fault === 'different' ? { ...records[offset]!, eventId: 'other' } : records[offset]!
        const copies = fault === 'missing' ? 0 : fault === 'doubled' ? 2 : 1
        for (let copy = 0; copy < copies; copy++)
          encoder.append(rows, codecs.encodeAvro(record), at)
      })
      if (rows.rows > 0) await insert(rows)
      await store(1)
      const proof = await reconcile({ pageOffsets })
      for (const what of ['missing', 'doubled', 'different'] as const) {
        const planned = plan.flatMap((fault, offset) => (fault === what ? [offset] : []))
        expect(proof[what].map(({ offset }) => offset)).toEqual(planned)
      }
      expect(proof.unexpected).toEqual([])
    }),
    { numRuns: 6 },
  )
})
