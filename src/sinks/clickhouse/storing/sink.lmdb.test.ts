import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { deadLetters } from '../../../events.ts'
import { openLmdbLog } from '../../../logs/lmdb-log.ts'
import type { Log } from '../../../logs/log.ts'
import { SMALL } from '../../conformance/crashing-run.ts'
import { expectedOf, letteredIn, rowsIn } from '../../conformance/expected-rows.ts'
import { listTables } from '../../conformance/list-tables.ts'
import { parcelRecord, parcelTopic } from '../../conformance/sample-topics.ts'
import type { InsertBatch } from './insert.ts'
import { ClickHouseSink } from './sink.ts'

const PARCELS = parcelTopic('parcels')

const write = (log: Log, from: number, to: number) => {
  const records = Array.from({ length: to - from }, (_, i) =>
    parcelRecord(PARCELS, from + i, (from + i) % 10 === 4 ? 'broken' : 'fits'),
  )
  return log.commit({ appends: [{ topic: PARCELS.name, partition: from % 2, records }] })
}

test('a log on disk that is closed and opened between inserts gives each row once', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-sink-'))
  const tables = listTables()
  await tables.prepare([PARCELS, deadLetters])
  let answers = 5
  const destination = {
    check: async () => {},
    /** Stores every batch, and after some answers gives no more. */
    insert: async (batch: InsertBatch) => {
      await tables.destination.insert(batch)
      if (answers-- <= 0) throw new Error('socket hang up')
    },
  }
  const open = () => openLmdbLog(directory, { wallNow: Date.now, durability: 'none' })
  const start = (log: Log) =>
    ClickHouseSink.start({
      log,
      applicationId: 'mill',
      topics: [PARCELS, deadLetters],
      destination,
      ...SMALL,
    })
  try {
    for (let round = 0; round < 3; round++) {
      const log = await open()
      const kept = { partitions: 2, compacted: false, retentionMs: null, retentionBytes: null }
      await log.createTopic(PARCELS.name, kept)
      for (let n = 0; n < 60; n += 15) await write(log, 60 * round + n, 60 * round + n + 15)
      const sink = await start(log)
      await vi.waitFor(() => expect(answers).toBeLessThan(0))
      await log.close()
      await sink.stop()
      answers = 5
    }
    answers = Number.POSITIVE_INFINITY
    const log = await open()
    const sink = await start(log)
    await sink.drain()
    const { rows, refused } = await expectedOf(log, PARCELS, new Set())
    expect(rowsIn(PARCELS, await tables.rowsOf(PARCELS))).toEqual(rows)
    expect(await letteredIn(log)).toEqual(refused)
    const letters = await expectedOf(log, deadLetters, new Set())
    expect(rowsIn(deadLetters, await tables.rowsOf(deadLetters))).toEqual(letters.rows)
    await sink.stop()
    await log.close()
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
})
