/**
 * An application in slices on a log in memory, verified; and then on copies of that log with one thing
 * changed, which has to be named.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { partitionOf } from '../../engine/hash.ts'
import type { Pipeline } from '../../engine/pipeline.ts'
import { codecsOf } from '../../engine/schema/codecs.ts'
import { days } from '../../engine/time.ts'
import type { AnyTopic } from '../../engine/topic.ts'
import { clickstream, deadLetters, markets, orders, topics } from '../../events.ts'
import { changelogTopic, exchangeTopic, journalTopic } from '../../logs/application-topics.ts'
import type { Log, LogRecord, StoredRecord } from '../../logs/log.ts'
import { memoryLog } from '../../logs/memory-log.ts'
import { fileSnapshots, type Snapshots } from '../../logs/snapshots.ts'
import { fraudScores } from '../../pipelines/fraud-scores.ts'
import { lifecycleSegments } from '../../pipelines/lifecycle-segments.ts'
import { differenceText } from '../../replay/verify/difference.ts'
import { type Verification, type VerifyOptions, verifyRun } from '../../replay/verify/verify-run.ts'
import { arrivalsOf, SAMPLE_STARTS_AT, sampleEvents } from '../../testing/sample-events.ts'
import { counting, segmentOf } from '../../testing/sample-pipelines.ts'
import { LiveRun } from '../live/live-run.ts'

const pipelines: readonly Pipeline[] = [lifecycleSegments, fraudScores]
const SLICES = 3
const PARTITIONS = 6
const APPLICATION = 'shop'
const MANY = { recordsMax: 1_000_000, bytesMax: 1 << 30 }
const results = lifecycleSegments.output.name

/** Goes on with every look at it, so that what is later in a log has a later time. */
let now = SAMPLE_STARTS_AT + days(31)
const wallNow = (): number => now++

const write = async (log: Log, topic: AnyTopic, records: readonly object[]): Promise<void> => {
  const { encodeAvro } = codecsOf(topic)
  const partitions = (await log.topics()).get(topic.name)!.partitions
  const shares = Array.from({ length: partitions }, () => [] as LogRecord[])
  for (const record of records) {
    const key = String((record as Record<string, unknown>)[topic.keyedBy[0]!])
    shares[partitionOf(key, partitions)]!.push({ key: null, value: encodeAvro(record) })
  }
  await log.commit({
    appends: shares.map((share, partition) => ({ topic: topic.name, partition, records: share })),
  })
}

const openLog = async (): Promise<Log> => {
  const log = memoryLog({ wallNow })
  const kept = { compacted: false, retentionMs: null, retentionBytes: null }
  for (const { name, kind } of topics) {
    await log.createTopic(name, { ...kept, partitions: kind === 'event' ? PARTITIONS : 2 })
  }
  return log
}

/** Until everything is taken in; `snapshots` are taken half way where that is asked for. */
const run = async (
  log: Log,
  snapshots: Snapshots,
  pipelinesRun = pipelines,
  guarantee: 'exactly-once' | 'at-least-once' = 'exactly-once',
): Promise<void> => {
  const live = await LiveRun.start({
    applicationId: APPLICATION,
    pipelines: pipelinesRun,
    log,
    snapshots,
    wallNow,
    slices: SLICES,
    guarantee,
    commitIntervalMs: 1,
    commitRecords: 300,
    isLive: () => false,
  })
  const running = live.run()
  for (let quiet = 0; quiet < 3; ) {
    await new Promise(resolve => setTimeout(resolve, 10))
    quiet = live.slices.length === SLICES && (await live.waiting()) === 0 ? quiet + 1 : 0
  }
  live.stop('now')
  await running
  for (const { state, application } of live.slices) await state.snapshot(application, true)
}

const sample = sampleEvents({ orders: 120, days: 30, seed: 7 })
const half = <T>(list: readonly T[], which: 0 | 1): T[] =>
  list.slice(which * (list.length >> 1), which === 0 ? list.length >> 1 : undefined)

const writeHalf = async (log: Log, which: 0 | 1): Promise<void> => {
  await write(log, clickstream, half(arrivalsOf(sample.clickstream, 1), which))
  await write(log, orders, half(arrivalsOf(sample.orders, 1), which))
}

let original: Log
let dir: string
let snapshots: Snapshots

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'millrace-verify-'))
  snapshots = fileSnapshots(dir)
  original = await openLog()
  await write(original, markets, sample.markets)
  await writeHalf(original, 0)
  await run(original, snapshots)
  await writeHalf(original, 1)
  await run(original, snapshots)
}, 120_000)
afterAll(() => rm(dir, { recursive: true, force: true }))

/** The snapshots without the newest of each task. */
const older: Snapshots = {
  ...fileSnapshots(''),
  about: label => snapshots.about(label),
  load: (label, take) => snapshots.load(label, take),
  async newest(task, offset) {
    const newest = await snapshots.newest(task, Number.MAX_SAFE_INTEGER)
    return snapshots.newest(task, Math.min(offset, newest!.offset - 1))
  },
}

type Change = (
  topic: string,
  partition: number,
  records: readonly StoredRecord[],
) => readonly StoredRecord[]

/** All of the log in a new one, at the same times, with what a change makes of it. */
const copyOf = async (change: Change): Promise<Log> => {
  let clock = 0
  const copy = memoryLog({ wallNow: () => clock })
  for (const [topic, settings] of await original.topics()) {
    await copy.createTopic(topic, settings)
    for (let partition = 0; partition < settings.partitions; partition++) {
      const at = { topic, partition }
      const { first } = await original.range(at)
      const gone = Array.from({ length: first }, () => ({ key: null, value: Buffer.from('gone') }))
      await copy.commit({ appends: [{ ...at, records: gone }] })
      await copy.trim(at, first)
      const { records } = await original.read(at, first, MANY)
      for (const { timestampMs, key, value, headers } of change(topic, partition, records)) {
        clock = timestampMs
        const record = { key, value, ...(headers ? { headers } : {}) }
        await copy.commit({ appends: [{ ...at, records: [record] }] })
      }
    }
  }
  return copy
}

const verify = (log: Log, more: Partial<VerifyOptions> = {}): Promise<Verification> =>
  verifyRun({ log, applicationId: APPLICATION, pipelines, slices: SLICES, snapshots, ...more })

/** The change of one partition's records, that of the topic which has most. */
const inPartition =
  (topic: string, change: (records: StoredRecord[]) => StoredRecord[]): Change =>
  (name, partition, records) =>
    name === topic && partition === 1 ? change([...records]) : records

const flipped = (bytes: Buffer, at: number): Buffer => {
  const changed = Buffer.from(bytes)
  changed[at]! ^= 1
  return changed
}

describe('a past that is executed again', () => {
  test('is what the log has, over a restart: results, exchange and state', async () => {
    const verified = await verify(original)
    expect(verified.first && differenceText(verified.first)).toBeNull()
    expect(verified).toMatchObject({ differences: 0, removed: 0, passedOver: expect.any(Number) })
    expect(verified.slices.map(({ fromEpoch }) => fromEpoch)).toEqual([1, 1, 1])
    expect(verified.outputs).toBeGreaterThan(200)
    expect(verified.parcels).toBeGreaterThan(10)
    for (const { stateEntries } of verified.slices) expect(stateEntries).toBeGreaterThan(20)
  })

  test('a result that was dropped is missing, with its id and its commit', async () => {
    let dropped = ''
    const log = await copyOf(
      inPartition(results, records => {
        dropped = records[5]!.headers!.resultId!
        return records.toSpliced(5, 1)
      }),
    )
    const { differences, first } = await verify(log)
    expect(differences).toBe(1)
    expect(first).toMatchObject({ kind: 'missing', topic: results, partition: 1, offset: null })
    expect(first!.resultId).toBe(dropped)
    expect(first!.key).not.toBeNull()
    expect(first!.epoch).toBeGreaterThan(0)
  })

  test('a result that is there twice is doubled', async () => {
    const log = await copyOf(inPartition(results, records => [...records, records[3]!]))
    const { differences, first } = await verify(log)
    expect(differences).toBe(1)
    const next = (await log.range({ topic: results, partition: 1 })).next
    expect(first).toMatchObject({ kind: 'doubled', topic: results, partition: 1, offset: next - 1 })
  })

  test('a result with another value differs, and the field is named with both', async () => {
    const { encodeAvro, decodeAvro } = codecsOf(lifecycleSegments.output as AnyTopic)
    const log = await copyOf(
      inPartition(results, records => {
        const record = decodeAvro(records[4]!.value!) as Record<string, unknown>
        const value = encodeAvro({ ...record, occurredAt: Number(record.occurredAt) + 1 })
        return records.with(4, { ...records[4]!, value })
      }),
    )
    const { differences, first } = await verify(log)
    expect(differences).toBe(1)
    expect(first).toMatchObject({ kind: 'different', topic: results, partition: 1, offset: 4 })
    expect(first!.field!.name).toBe('occurredAt')
    expect(Number(first!.field!.log)).toBe(Number(first!.field!.again) + 1)
  })

  test('a result in another partition differs by that', async () => {
    let moved: StoredRecord | null = null
    const log = await copyOf((topic, partition, records) => {
      if (topic !== results) return records
      if (partition === 0) {
        moved = records[2]!
        return records.toSpliced(2, 1)
      }
      return [...records, moved!]
    })
    const { differences, first } = await verify(log)
    expect(differences).toBe(1)
    expect(first).toMatchObject({ kind: 'different', partition: 1 })
    expect(first!.field).toEqual({ name: 'the partition', log: '1', again: '0' })
  })

  test('a record that no commit made is unexpected', async () => {
    const log = await copyOf(
      inPartition(results, records => {
        return [...records, { ...records[3]!, headers: { resultId: 'somebody-elses' } }]
      }),
    )
    const { differences, first } = await verify(log)
    expect(differences).toBe(1)
    expect(first).toMatchObject({ kind: 'unexpected', slice: null, resultId: 'somebody-elses' })
  })

  test('a record that the sink has set aside is not held against the run', async () => {
    const letter = (stage: string, pipelineId: string | null) =>
      codecsOf(deadLetters as AnyTopic).encodeAvro({
        topic: 'orders',
        partition: 0,
        offset: 1,
        stage,
        pipelineId,
        key: null,
        schemaId: null,
        errorCode: 'ROW_REFUSED',
        error: 'does not fit',
        payload: Buffer.alloc(0),
        headers: {},
      })
    const withLetter = (value: Buffer): Promise<Log> =>
      copyOf((topic, partition, records) => {
        if (topic !== deadLetters.name || partition !== 0) return records
        const timestampMs = SAMPLE_STARTS_AT + days(32)
        return [...records, { key: null, value, offset: records.length, timestampMs }]
      })
    expect(await verify(await withLetter(letter('SINK', null)))).toMatchObject({ differences: 0 })
    expect(await verify(await withLetter(letter('HANDLE', 'other-shop')))).toMatchObject({
      differences: 0,
    })
    const { first } = await verify(await withLetter(letter('HANDLE', fraudScores.id)))
    expect(first).toMatchObject({ kind: 'unexpected', topic: deadLetters.name })
  })

  test('with at-least-once a record may be there again, and is counted', async () => {
    const folder = fileSnapshots(join(dir, 'repeating'))
    const log = await openLog()
    await write(log, markets, sample.markets)
    // Two lives: in the second, slices tell anew how far they have come.
    for (const which of [0, 1] as const) {
      await writeHalf(log, which)
      await run(log, folder, pipelines, 'at-least-once')
    }
    const { records } = await log.read({ topic: results, partition: 1 }, 0, MANY)
    const { key, value, headers } = records[0]!
    const again = { key, value, headers: headers! }
    await log.commit({ appends: [{ topic: results, partition: 1, records: [again] }] })
    const more = { snapshots: folder, guarantee: 'at-least-once' } as const
    const verified = await verify(log, more)
    expect(verified.first && differenceText(verified.first)).toBeNull()
    expect(verified).toMatchObject({ differences: 0, repeated: 1, guarantee: 'at-least-once' })
  })

  test('a parcel of the exchange that was not sent so is named', async () => {
    const exchange = exchangeTopic(APPLICATION)
    const log = await copyOf(inPartition(exchange, records => [...records, records[0]!]))
    const { differences, first } = await verify(log)
    expect(differences).toBe(1)
    expect(first).toMatchObject({ kind: 'parcel', topic: exchange, partition: 1 })
  })

  test('a changelog that says something else is a state that differs, by its key', async () => {
    const topic = changelogTopic(APPLICATION, lifecycleSegments)
    let key = ''
    const log = await copyOf(
      inPartition(topic, records => {
        const at = records.findLastIndex(record => record.key!.toString().startsWith('k:'))
        key = records[at]!.key!.toString()
        const { value } = records[at]!
        return records.with(at, { ...records[at]!, value: flipped(value!, value!.length - 1) })
      }),
    )
    // Without the newest snapshot, which says it as it was.
    const { differences, first } = await verify(log, { snapshots: older })
    expect(differences).toBe(1)
    expect(first).toMatchObject({ kind: 'state', topic, partition: 1, key, slice: 1 })
    expect(first!.field).not.toBeNull()
  })
})

describe('a past of which only the end is retained', () => {
  const trimmed = async (before: number): Promise<Log> => {
    const log = await copyOf((_topic, _partition, records) => records)
    for (let partition = 0; partition < SLICES; partition++) {
      await log.trim({ topic: journalTopic(APPLICATION), partition }, before)
    }
    return log
  }

  const midway = async (): Promise<number> => {
    const name = `${APPLICATION}-${fraudScores.id}-g${fraudScores.generation}-`
    const epochs: number[] = []
    for (let slice = 0; slice < SLICES; slice++) {
      const last = await snapshots.newest(`${name}${slice}`, Number.MAX_SAFE_INTEGER)
      const before = await snapshots.newest(`${name}${slice}`, last!.offset - 1)
      epochs.push(before!.epoch!)
    }
    return Math.min(...epochs)
  }

  test('begins with the snapshots that were taken at one commit', async () => {
    const verified = await verify(await trimmed(await midway()))
    expect(verified.first && differenceText(verified.first)).toBeNull()
    for (const { fromEpoch, stateEntries } of verified.slices) {
      expect(fromEpoch).toBeGreaterThan(1)
      expect(stateEntries).toBeGreaterThan(20)
    }
    expect(verified.passedOver).toBeGreaterThan(50)
    expect(verified.outputs).toBeGreaterThan(50)
  })

  test('can be asked for, and ends where it is asked to', async () => {
    const from = (await midway()) + 2
    const verified = await verify(original, { sinceEpoch: from, untilEpoch: from + 1 })
    expect(verified.differences).toBe(0)
    for (const slice of verified.slices) {
      expect(slice.fromEpoch).toBeLessThanOrEqual(from)
      expect(slice.toEpoch).toBe(from + 1)
      expect(slice.stateEntries).toBeNull()
    }
  })

  test('says what is there and what is missing where there is no snapshot to begin with', async () => {
    const log = await trimmed((await midway()) + 1)
    const verifying = verify(log, { snapshots: fileSnapshots(join(dir, 'none')) })
    await expect(verifying).rejects.toMatchObject({
      code: 'INPUT_MISSING',
      message: expect.stringMatching(/retained from commit \d+ on.*there are none/),
    })
  })

  test('says which inputs are gone', async () => {
    const log = await copyOf((_topic, _partition, records) => records)
    await log.trim({ topic: orders.name, partition: 2 }, 3)
    await expect(verify(log)).rejects.toMatchObject({
      code: 'INPUT_MISSING',
      message: expect.stringContaining(`${orders.name}-2 from 0 to`),
    })
  })
})

describe('pipelines', () => {
  test('of another version are refused by name', async () => {
    const other = pipelines.map(pipeline => ({ ...pipeline, version: 'another' }))
    await expect(verify(original, { pipelines: other })).rejects.toMatchObject({
      code: 'STATE_INCOMPATIBLE',
      message: expect.stringContaining(`${lifecycleSegments.id} (${lifecycleSegments.version}`),
    })
  })

  test('that ask for more than events and state are found, with the field', async () => {
    const guessing: Pipeline = {
      ...counting,
      id: 'guessing',
      on: {
        ...counting.on,
        order: (_order, { key }) => segmentOf(key, Math.floor(Math.random() * 1e6)),
      },
    }
    const folder = fileSnapshots(join(dir, 'guessing'))
    const log = await openLog()
    await writeHalf(log, 0)
    await run(log, folder, [guessing])
    const { first } = await verify(log, { pipelines: [guessing], snapshots: folder })
    expect(first).toMatchObject({ kind: 'different', topic: results, epoch: expect.any(Number) })
    expect(first!.field!.name).toBe('frequency')
    expect(first!.field!.log).not.toBe(first!.field!.again)
  })
})
