import { ClickHouseError } from '@clickhouse/client'
import { expect, test, vi } from 'vitest'
import type { MillraceError } from '../../../engine/errors.ts'
import { codecsOf } from '../../../engine/schema/codecs.ts'
import type { AnyTopic } from '../../../engine/topic.ts'
import { type DeadLetter, deadLetters } from '../../../events.ts'
import type { Log, LogRecord } from '../../../logs/log.ts'
import { memoryLog } from '../../../logs/memory-log.ts'
import { SMALL } from '../../conformance/crashing-run.ts'
import { letteredIn, rowsIn } from '../../conformance/expected-rows.ts'
import { listTables } from '../../conformance/list-tables.ts'
import { parcelRecord, parcelTopic } from '../../conformance/sample-topics.ts'
import { REFUSED_ROWS_MAX } from './batch-store.ts'
import type { InsertBatch } from './insert.ts'
import { rewindSink } from './rewind-sink.ts'
import { ClickHouseSink, type ClickHouseSinkOptions } from './sink.ts'

const PARCELS = parcelTopic('parcels')
const AT = { topic: PARCELS.name, partition: 0 }
const KEPT = { partitions: 1, compacted: false, retentionMs: null, retentionBytes: null }

const newLog = async (...topics: readonly AnyTopic[]) => {
  const log = memoryLog({ wallNow: () => Date.UTC(2026, 0, 1) })
  for (const { name } of topics) await log.createTopic(name, KEPT)
  return log
}

const write = (log: Log, topic: AnyTopic, records: readonly LogRecord[]) =>
  log.commit({ appends: [{ topic: topic.name, partition: 0, records }] })

const parcels = (count: number) => Array.from({ length: count }, (_, n) => parcelRecord(PARCELS, n))

/** Tables whose inserts go through `insert` first: what it throws is the table's answer. */
const tablesWith = async (insert: (batch: InsertBatch) => void) => {
  const tables = listTables()
  await tables.prepare([PARCELS, deadLetters])
  const destination = {
    check: async () => {},
    insert: async (batch: InsertBatch) => {
      insert(batch)
      await tables.destination.insert(batch)
    },
  }
  return { tables, destination }
}

const startSink = (
  options: Pick<ClickHouseSinkOptions, 'log' | 'destination'> & Partial<ClickHouseSinkOptions>,
) =>
  ClickHouseSink.start({
    ...SMALL,
    applicationId: 'mill',
    topics: [PARCELS, deadLetters],
    ...options,
  })

const refusal = (code: number, message = 'no') =>
  new ClickHouseError({ code: `${code}`, message, type: 'CODE_NAME' })

const failureOf = (sink: ClickHouseSink): Promise<MillraceError> =>
  sink.failure.catch((error: MillraceError) => error)

test('a table that is not there stops the sink, which goes on from there once it is', async () => {
  const log = await newLog(PARCELS)
  await write(log, PARCELS, parcels(20))
  let isThere = false
  const { tables, destination } = await tablesWith(({ table }) => {
    if (table === 'parcels' && !isThere) throw refusal(60, 'Table parcels does not exist.')
  })
  const sink = await startSink({ log, destination })
  await expect(sink.drain()).rejects.toThrow('millrace migrate')
  const failure = await failureOf(sink)
  expect(failure.code).toBe('CLICKHOUSE_REFUSED')
  expect(failure.message).toContain('Code 60 CODE_NAME: Table parcels does not exist.')
  await sink.stop()
  isThere = true
  const again = await startSink({ log, destination })
  await again.drain()
  await again.stop()
  expect(rowsIn(PARCELS, await tables.rowsOf(PARCELS))).toHaveLength(20)
})

test('while an insert is tried again, the status says since when and why', async () => {
  const log = await newLog(PARCELS)
  await write(log, PARCELS, parcels(3))
  let isFull = true
  const { destination } = await tablesWith(() => {
    if (isFull) throw refusal(243, 'Cannot reserve 1.00 MiB')
  })
  const sink = await startSink({ log, destination })
  const statusOf = () => sink.status().find(({ topic }) => topic === PARCELS.name)!
  await vi.waitFor(() => expect(statusOf().state).toBe('retrying'))
  expect(statusOf()).toMatchObject({ table: 'parcels', position: 0, since: expect.any(Number) })
  expect(statusOf().error).toContain('disk of ClickHouse is full')
  isFull = false
  await sink.drain()
  expect(statusOf()).toEqual({
    ...AT,
    table: 'parcels',
    position: 3,
    bufferedBytes: 0,
    isPaused: false,
    state: 'ok',
  })
  await sink.stop()
})

test('a batch under way under another generation is not sent under this one', async () => {
  const log = await newLog(PARCELS)
  await leavePending(log)
  const { destination } = await tablesWith(() => {})
  const start = startSink({ log, destination, generation: 2 })
  await expect(start).rejects.toMatchObject({ code: 'INPUT_CHANGED' })
  await expect(start).rejects.toThrow('Start once with generation 1')
})

test.each([20, 3])('a sink set back stores all %d rows anew, as a new generation', async count => {
  const log = await newLog(PARCELS)
  await write(log, PARCELS, parcels(count))
  const first = await tablesWith(() => {})
  const sink = await startSink({ log, destination: first.destination })
  await sink.drain()
  await sink.stop()
  await rewindSink(log, 'mill', [PARCELS])
  const again = startSink({ log, destination: first.destination })
  await expect(again).rejects.toThrow('raise the generation')
  const second = await tablesWith(() => {})
  const anew = await startSink({ log, destination: second.destination, generation: 2 })
  await anew.drain()
  await anew.stop()
  const rows = rowsIn(PARCELS, await second.tables.rowsOf(PARCELS))
  expect(rows).toHaveLength(count)
  expect(rows).toEqual(rowsIn(PARCELS, await first.tables.rowsOf(PARCELS)))
})

test('a drain that the end of the sink comes before says so', async () => {
  const log = await newLog(PARCELS)
  await write(log, PARCELS, parcels(3))
  const { destination } = await tablesWith(() => {
    throw refusal(202)
  })
  const sink = await startSink({ log, destination })
  const drained = expect(sink.drain()).rejects.toMatchObject({ code: 'INTERRUPTED' })
  await sink.stop()
  await drained
})

test('a batch under way whose records are gone stops the sink', async () => {
  const log = await newLog(PARCELS)
  await leavePending(log)
  await log.trim(AT, 2)
  const { destination } = await tablesWith(() => {})
  const failure = await failureOf(await startSink({ log, destination }))
  expect(failure.code).toBe('LOG_OFFSET_GONE')
})

/** A sink that stopped with an intent in the log, and no answer. */
const leavePending = async (log: Log): Promise<void> => {
  await write(log, PARCELS, parcels(4))
  const { destination } = await tablesWith(() => {
    throw refusal(516)
  })
  const sink = await startSink({ log, destination })
  await failureOf(sink)
  await sink.stop()
}

test('a table that refuses row after row is what is wrong, and stops the sink', async () => {
  const log = await newLog(PARCELS)
  await write(log, PARCELS, parcels(REFUSED_ROWS_MAX + 1))
  const { destination } = await tablesWith(({ table }) => {
    if (table === 'parcels') throw refusal(53, 'Type mismatch')
  })
  const batch = { rowsMax: 1_000, bytesMax: 1_000_000, intervalMs: 50 }
  const large = { log, destination, batch, bufferedBytesMax: 1_000_000 }
  const failure = await failureOf(await startSink(large))
  expect(failure.message).toContain('Table parcels refused more than 100 rows of one batch')
  expect(await letteredIn(log)).toHaveLength(REFUSED_ROWS_MAX)
})

test('a letter that its own table does not take stops the sink, and is in the log', async () => {
  const log = await newLog(PARCELS)
  await write(log, PARCELS, [parcelRecord(PARCELS, 0, 'broken')])
  const { destination } = await tablesWith(({ table }) => {
    if (table === 'dead_letters') throw refusal(117)
  })
  const failure = await failureOf(await startSink({ log, destination }))
  expect(failure.message).toContain('The dead letter at dead-letters 0, offset 0, cannot be a row')
  expect(await letteredIn(log)).toEqual(['parcels|0|0'])
})

test('a letter of the sink says what was wrong with the record, and holds it', async () => {
  const log = await newLog(PARCELS)
  const broken = { ...parcelRecord(PARCELS, 7, 'broken'), headers: { source: 'shop' } }
  await write(log, PARCELS, [broken, parcelRecord(PARCELS, 8)])
  const { destination } = await tablesWith(({ table, token }) => {
    if (table === 'parcels' && token.endsWith('-1')) throw refusal(321, 'out of range')
  })
  const sink = await startSink({ log, destination })
  await sink.drain()
  await sink.stop()
  const { records } = await log.read({ topic: deadLetters.name, partition: 0 }, 0, MANY)
  const letters = records.map(({ value }) => codecsOf(deadLetters).decodeAvro(value!))
  const known: Partial<DeadLetter> = {
    topic: 'parcels',
    partition: 0,
    stage: 'SINK',
    pipelineId: null,
  }
  expect(letters).toMatchObject([
    { ...known, offset: 0, key: 'k2', schemaId: null, errorCode: 'MALFORMED_JSON' },
    { ...known, offset: 1, key: 'k3', schemaId: 9_001, errorCode: 'ROW_REFUSED' },
  ])
  expect(letters[0]!.payload.equals(broken.value!)).toBe(true)
  expect(letters[0]!.headers).toEqual({ source: 'shop' })
  expect(letters[1]!.error).toContain('Table parcels does not take this row. Code 321')
})

const MANY = { recordsMax: 100, bytesMax: 1_000_000 }

test('batches that ClickHouse would cut into blocks are refused at the start', async () => {
  const log = await newLog(PARCELS)
  const { destination } = await tablesWith(() => {})
  const start = startSink({ log, destination, batch: { rowsMax: 100_001 } })
  await expect(start).rejects.toThrow('batch.rowsMax of the ClickHouse sink is 100001')
})

test('a sink that waits for an insert stops all the same, and the next one finishes it', async () => {
  const log = await newLog(PARCELS)
  await write(log, PARCELS, parcels(3))
  const { tables, destination } = await tablesWith(() => {})
  let isReached = false
  const hanging = {
    check: async () => {},
    insert: ({ signal }: InsertBatch) =>
      new Promise<void>((_, reject) => {
        isReached = true
        signal.addEventListener('abort', () => reject(signal.reason))
      }),
  }
  const sink = await startSink({ log, destination: hanging })
  await vi.waitFor(() => expect(isReached).toBe(true))
  await sink.stop()
  const again = await startSink({ log, destination })
  await again.drain()
  await again.stop()
  expect(rowsIn(PARCELS, await tables.rowsOf(PARCELS))).toHaveLength(3)
})
