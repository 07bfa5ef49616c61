/** What retention took before the sink came. */
import { expect, test, vi } from 'vitest'
import { deadLetters } from '../../../events.ts'
import type { Log } from '../../../logs/log.ts'
import { memoryLog } from '../../../logs/memory-log.ts'
import { SMALL } from '../../conformance/crashing-run.ts'
import { expectedOf, rowsIn } from '../../conformance/expected-rows.ts'
import { listTables } from '../../conformance/list-tables.ts'
import { parcelRecord, parcelTopic } from '../../conformance/sample-topics.ts'
import { gapText, readGaps, type SinkGap } from './gaps.ts'
import type { InsertBatch } from './insert.ts'
import { groupOf, intentsTopicOf } from './intents.ts'
import { ClickHouseSink } from './sink.ts'

const PARCELS = parcelTopic('parcels')
const AT = { topic: PARCELS.name, partition: 0 }
const KEPT = { partitions: 1, compacted: false, retentionMs: null, retentionBytes: null }

const opened = async () => {
  const log = memoryLog({ wallNow: () => Date.UTC(2026, 0, 1) })
  await log.createTopic(PARCELS.name, KEPT)
  const tables = listTables()
  await tables.prepare([PARCELS, deadLetters])
  return { log, tables }
}

const write = (log: Log, from: number, to: number) => {
  const records = Array.from({ length: to - from }, (_, i) => parcelRecord(PARCELS, from + i))
  return log.commit({ appends: [{ ...AT, records }] })
}

const start = async (log: Log, insert: (batch: InsertBatch) => Promise<void>) => {
  const gaps: SinkGap[] = []
  const sink = await ClickHouseSink.start({
    log,
    applicationId: 'mill',
    topics: [PARCELS, deadLetters],
    destination: { check: async () => {}, insert },
    onGap: gap => gaps.push(gap),
    ...SMALL,
  })
  return { sink, gaps }
}

const hangs = () => Promise.reject(new Error('connect ECONNREFUSED'))
const nextOf = async (log: Log) =>
  (await log.committed(groupOf('mill'))).find(({ topic }) => topic === PARCELS.name)?.next

test('what was removed while the sink was away is a gap, and all behind it is stored', async () => {
  const { log, tables } = await opened()
  await write(log, 0, 10)
  const before = await start(log, tables.destination.insert)
  await before.sink.drain()
  await before.sink.stop()
  await write(log, 10, 30)
  await log.trim(AT, 21)
  const { sink, gaps } = await start(log, tables.destination.insert)
  await vi.waitFor(async () => expect(await nextOf(log)).toBe(30))
  expect(gaps).toEqual([{ ...AT, from: 10, to: 20, mayHave: null }])
  expect(await readGaps(log, intentsTopicOf('mill'))).toEqual(gaps)
  expect(gapText(gaps[0]!)).toContain('offsets 10 to 20 before they were stored')
  await sink.stop()
  expect(rowsIn(PARCELS, await tables.rowsOf(PARCELS))).toHaveLength(19)
  const again = await start(log, tables.destination.insert)
  await again.sink.drain()
  expect(again.gaps).toEqual([])
  await again.sink.stop()
})

test('a sink that begins with a log that is older than it misses nothing of its own', async () => {
  const { log, tables } = await opened()
  await write(log, 0, 10)
  await log.trim(AT, 4)
  const { sink, gaps } = await start(log, tables.destination.insert)
  await sink.drain()
  await sink.stop()
  expect(gaps).toEqual([])
  const { rows } = await expectedOf(log, PARCELS, new Set())
  expect(rowsIn(PARCELS, await tables.rowsOf(PARCELS))).toEqual(rows)
})

test('a batch under way that is gone as a whole may be in its table, and holds nothing up', async () => {
  const { log, tables } = await opened()
  await write(log, 0, 4)
  const before = await start(log, hangs)
  await vi.waitFor(() => expect(before.sink.status()[0]!.state).toBe('retrying'))
  await before.sink.stop()
  await write(log, 4, 9)
  await log.trim(AT, 6)
  const { sink, gaps } = await start(log, tables.destination.insert)
  await vi.waitFor(async () => expect(await nextOf(log)).toBe(9))
  expect(gaps).toEqual([{ ...AT, from: 0, to: 5, mayHave: { from: 0, to: 3 } }])
  expect(gapText(gaps[0]!)).toContain('and may have 0 to 3')
  await sink.stop()
  expect(rowsIn(PARCELS, await tables.rowsOf(PARCELS))).toHaveLength(3)
})
