import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { deadLetters, markets } from '../../events.ts'
import { memoryLog } from '../../logs/memory-log.ts'
import { ClickHouseSink } from '../../sinks/clickhouse/storing/sink.ts'
import { drainTables } from './drain-tables.ts'
import { troubleTeller } from './trouble-teller.ts'

const KEPT = { partitions: 1, compacted: false, retentionMs: null, retentionBytes: null }

/** A log with one record, and a sink whose tables take it once they are told to. */
const sinkWithOneRecord = async () => {
  const log = memoryLog({ wallNow: Date.now })
  await log.createTopic(markets.name, KEPT)
  // No market at all: it goes to the letters, which is the table that takes nothing.
  const record = { key: Buffer.from('GB'), value: Buffer.from('no Avro') }
  await log.commit({ appends: [{ topic: markets.name, partition: 0, records: [record] }] })
  const tables = { takeRows: false, attempts: 0 }
  const sink = await ClickHouseSink.start({
    log,
    applicationId: 'shop',
    topics: [markets, deadLetters],
    backOff: { firstMs: 1, maxMs: 5 },
    batch: { intervalMs: 1 },
    destination: {
      check: async () => {},
      insert: async () => {
        tables.attempts++
        if (!tables.takeRows) throw Object.assign(new Error('no room'), { code: 'ENOSPC' })
      },
    },
  })
  return { sink, tables }
}

/** Ten seconds go by from one look to the next. */
const quickClock = () => {
  let now = Date.now()
  return () => {
    now += 10_000
    return now
  }
}

test('an end that somebody waits for comes though a table takes nothing, and says what is kept', async () => {
  const { sink } = await sinkWithOneRecord()
  const drained = drainTables(sink, { wallNow: quickClock(), isStopped: () => true })
  await expect(drained).rejects.toMatchObject({
    code: 'CLICKHOUSE_UNAVAILABLE',
    message: expect.stringMatching(/does not take dead_letters: no room\. Nothing is lost/),
  })
  await sink.stop()
})

test('nobody waiting, a table that takes nothing is waited for until it does', async () => {
  const { sink, tables } = await sinkWithOneRecord()
  const drained = drainTables(sink, { wallNow: quickClock(), isStopped: () => false })
  let isDrained = false
  void drained.then(() => {
    isDrained = true
  })
  while (tables.attempts < 100) await wait(1)
  expect(isDrained).toBe(false)
  tables.takeRows = true
  await drained
  await sink.stop()
})

test('of trouble that many tables have, one is told of, and again after half a minute', () => {
  const told: string[] = []
  let now = 0
  const tell = troubleTeller(
    event => void told.push(event),
    () => now,
  )
  const trouble = { topic: 't', partition: 0, since: 0, attempts: 1, retryInMs: 1 }
  tell({ ...trouble, table: 'orders', error: 'Cannot reserve 1.5 MiB' })
  tell({ ...trouble, table: 'prices', error: 'Cannot reserve 2.0 MiB' })
  tell({ ...trouble, table: 'prices', error: 'ECONNREFUSED' })
  now = 30_000
  tell({ ...trouble, table: 'prices', error: 'Cannot reserve 1.0 MiB' })
  expect(told).toEqual([
    'ClickHouse does not take orders, and is asked again: Cannot reserve 1.5 MiB',
    'ClickHouse does not take prices, and is asked again: ECONNREFUSED',
    'ClickHouse does not take prices, and is asked again: Cannot reserve 1.0 MiB',
  ])
})
