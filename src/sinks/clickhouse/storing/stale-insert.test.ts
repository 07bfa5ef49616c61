/** An insert leaves only where a commit has just shown whose the partition is. */
import { expect, test, vi } from 'vitest'
import { MillraceError } from '../../../engine/errors.ts'
import { deadLetters } from '../../../events.ts'
import type { Log } from '../../../logs/log.ts'
import { memoryLog } from '../../../logs/memory-log.ts'
import { SMALL } from '../../conformance/crashing-run.ts'
import { rowsIn } from '../../conformance/expected-rows.ts'
import { listTables } from '../../conformance/list-tables.ts'
import { parcelRecord, parcelTopic } from '../../conformance/sample-topics.ts'
import type { InsertBatch } from './insert.ts'
import { ClickHouseSink } from './sink.ts'

const PARCELS = parcelTopic('parcels')
const KEPT = { partitions: 1, compacted: false, retentionMs: null, retentionBytes: null }

/** A log of three parcels, whose commits are counted, and refused once another has the partition. */
const watchedLog = async () => {
  const real = memoryLog({ wallNow: () => Date.UTC(2026, 0, 1) })
  await real.createTopic(PARCELS.name, KEPT)
  const records = [1, 2, 3].map(n => parcelRecord(PARCELS, n))
  await real.commit({ appends: [{ topic: PARCELS.name, partition: 0, records }] })
  const seen = { commits: 0, isTaken: false }
  const log = new Proxy(real, {
    get(target, name: keyof Log) {
      if (name !== 'commit') return (target[name] as () => unknown).bind(target)
      return async (commit: Parameters<Log['commit']>[0]) => {
        if (seen.isTaken) throw new MillraceError('LOG_FENCED', 'Another has it. Start again.')
        seen.commits++
        return target.commit(commit)
      }
    },
  })
  return { log, seen }
}

const started = async (
  log: Log,
  provenForMs: number,
  insert: (batch: InsertBatch) => Promise<void>,
) => {
  const tables = listTables()
  await tables.prepare([PARCELS, deadLetters])
  const destination = {
    check: async () => {},
    insert: async (batch: InsertBatch) => {
      await insert(batch)
      await tables.destination.insert(batch)
    },
  }
  const topics = [PARCELS, deadLetters]
  const options = { log, applicationId: 'mill', topics, destination, provenForMs, ...SMALL }
  return { sink: await ClickHouseSink.start(options), tables }
}

/** Long enough that a commit before it is too old after it. */
const PROVEN_MS = 20
const sleep = () => new Promise(resolve => setTimeout(resolve, 2 * PROVEN_MS))

test('an insert that is sent again much later is sent behind another commit', async () => {
  const { log, seen } = await watchedLog()
  const commitsAt: number[] = []
  const { sink, tables } = await started(log, PROVEN_MS, async ({ isTimely }) => {
    commitsAt.push(seen.commits)
    expect(isTimely!()).toBe(true)
    if (commitsAt.length > 3) return
    await sleep()
    expect(isTimely!()).toBe(false)
    throw new Error('socket hang up')
  })
  await sink.drain()
  expect(commitsAt).toEqual([1, 2, 3, 4])
  expect(rowsIn(PARCELS, await tables.rowsOf(PARCELS))).toHaveLength(3)
  await sink.stop()
})

test('while the last commit is young, an insert that is sent again costs no other', async () => {
  const { log, seen } = await watchedLog()
  const commitsAt: number[] = []
  const { sink } = await started(log, 60_000, async () => {
    if (commitsAt.push(seen.commits) < 4) throw new Error('socket hang up')
  })
  await sink.drain()
  expect(commitsAt).toEqual([1, 1, 1, 1])
  await sink.stop()
})

test('where another has the partition, nothing more is sent, and the sink ends', async () => {
  const { log, seen } = await watchedLog()
  const sent = vi.fn()
  const { sink, tables } = await started(log, PROVEN_MS, async () => {
    sent()
    seen.isTaken = true
    await sleep()
    throw new Error('socket hang up')
  })
  await expect(sink.failure).rejects.toMatchObject({ code: 'LOG_FENCED' })
  await sink.stop()
  expect(sent).toHaveBeenCalledTimes(1)
  expect(rowsIn(PARCELS, await tables.rowsOf(PARCELS))).toEqual([])
})
