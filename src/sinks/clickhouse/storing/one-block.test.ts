import { afterAll, beforeAll, expect, test } from 'vitest'
import { deadLetters } from '../../../events.ts'
import { type MemoryLog, memoryLog } from '../../../logs/memory-log.ts'
import { type ClickHouseForTests, clickHouseForTests } from '../../../testing/click-house.ts'
import { clickHouseTables } from '../../conformance/click-house-tables.ts'
import { letteredIn } from '../../conformance/expected-rows.ts'
import { parcelRecord, parcelTopic } from '../../conformance/sample-topics.ts'
import { clientOf } from '../client.ts'
import { RowBuffer } from '../rows/row-buffer.ts'
import { rowEncoderOf } from '../rows/row-encoder.ts'
import { ClickHouseSink } from './sink.ts'

const PARCELS = parcelTopic('parcels')
const ROWS = 100_000
const { signal } = new AbortController()

let server: ClickHouseForTests
beforeAll(async () => {
  server = await clickHouseForTests()
}, 60_000)
afterAll(() => server?.stop())

const encoded = (rows: number): RowBuffer => {
  const encoder = rowEncoderOf(PARCELS)
  const buffer = new RowBuffer()
  const { value } = parcelRecord(PARCELS, 1)
  for (let offset = 0; offset < rows; offset++) {
    encoder.append(buffer, value!, { partition: 0, offset, timestampMs: 1 })
  }
  return buffer
}

const withTable = async (
  run: (
    ask: (query: string) => Promise<unknown>,
    insert: (bytes: Buffer, token: string) => Promise<void>,
  ) => Promise<void>,
) => {
  const tables = clickHouseTables(server.address)
  const client = clientOf(server.address)
  const { table, columns } = rowEncoderOf(PARCELS)
  await tables.prepare([PARCELS, deadLetters])
  const ask = async (query: string) =>
    (await client.query({ query, format: 'JSONCompactEachRow' })).json()
  const insert = (bytes: Buffer, token: string) =>
    tables.destination.insert({ table, columns, bytes, rows: 0, token, signal })
  try {
    await run(ask, insert)
  } finally {
    await tables.close()
    await client.close()
  }
}

/** With so many parcels, and nothing else. */
const logOf = async (count: number): Promise<MemoryLog> => {
  const log = memoryLog({ wallNow: () => 1 })
  await log.createTopic('parcels', {
    partitions: 1,
    compacted: false,
    retentionMs: null,
    retentionBytes: null,
  })
  const records = Array.from({ length: count }, (_, n) => parcelRecord(PARCELS, n))
  await log.commit({ appends: [{ topic: 'parcels', partition: 0, records }] })
  return log
}

const startSink = (log: MemoryLog): Promise<ClickHouseSink> => {
  const { destination } = clickHouseTables(server.address)
  const topics = [PARCELS, deadLetters]
  return ClickHouseSink.start({ log, applicationId: 'mill', topics, destination })
}

test('the largest batch is one part, and is stored once under its token', () =>
  withTable(async (ask, insert) => {
    const bytes = encoded(ROWS).bytes()
    await insert(bytes, 'a')
    await insert(bytes, 'a')
    expect(await ask('SELECT count() FROM parcels')).toEqual([[`${ROWS}`]])
    const parts =
      "SELECT max(rows) FROM system.parts WHERE table = 'parcels' AND level = 0 AND database = currentDatabase()"
    expect(await ask(parts)).toEqual([[`${ROWS}`]])
  }))

test('a last row that is cut off leaves nothing of its batch behind', () =>
  withTable(async (ask, insert) => {
    const bytes = encoded(ROWS).bytes()
    await expect(insert(bytes.subarray(0, bytes.length - 3), 'a')).rejects.toMatchObject({
      code: '33',
    })
    expect(await ask('SELECT count() FROM parcels')).toEqual([['0']])
    await insert(bytes, 'a')
    expect(await ask('SELECT count() FROM parcels')).toEqual([[`${ROWS}`]])
  }))

test('a row that the table refuses is found among thousands, and gets its letter', () =>
  withTable(async ask => {
    const client = clientOf(server.address)
    await client.command({ query: 'ALTER TABLE parcels ADD CONSTRAINT light CHECK grams != 777' })
    const log = await logOf(3_000)
    const sink = await startSink(log)
    await sink.drain()
    await sink.stop()
    expect(await letteredIn(log)).toEqual(['parcels|0|777'])
    expect(
      await ask('SELECT count(), uniqExact(_offset), countIf(grams = 777) FROM parcels'),
    ).toEqual([['2999', '2999', '0']])
    expect(await ask('SELECT errorCode FROM dead_letters')).toEqual([['ROW_REFUSED']])
    await client.command({ query: 'ALTER TABLE parcels DROP CONSTRAINT light' })
    await client.close()
  }))

test('a view that fails stops the sink; once it is gone, every row is there once', () =>
  withTable(async ask => {
    const client = clientOf(server.address)
    const run = (query: string) => client.command({ query })
    await run(`CREATE TABLE notes (read UInt32) ENGINE = MergeTree ORDER BY read
      SETTINGS non_replicated_deduplication_window = 1000`)
    await run(`CREATE MATERIALIZED VIEW notes_feed TO notes AS
      SELECT toUInt32(ifNull(note, '0')) AS read FROM parcels`)
    const log = await logOf(3_000)
    const failing = await startSink(log)
    await expect(failing.drain()).rejects.toThrow('Mend or drop that view')
    await failing.stop()
    await run('DROP VIEW notes_feed')
    const sink = await startSink(log)
    await sink.drain()
    await sink.stop()
    await client.close()
    expect(await ask('SELECT count(), uniqExact(_offset) FROM parcels')).toEqual([['3000', '3000']])
    expect(await letteredIn(log)).toEqual([])
  }))
