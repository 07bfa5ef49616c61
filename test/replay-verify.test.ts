/** `millrace replay --verify` as a user gives it, on an embedded data directory. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { codecsOf } from '../src/engine/schema/codecs.ts'
import { days } from '../src/engine/time.ts'
import { orders, topics } from '../src/events.ts'
import { changelogTopic } from '../src/logs/application-topics.ts'
import { openLmdbLog } from '../src/logs/lmdb-log.ts'
import { KEPT_WHOLE, type Log } from '../src/logs/log.ts'
import { fileSnapshots } from '../src/logs/snapshots.ts'
import { fraudScores } from '../src/pipelines/fraud-scores.ts'
import { lifecycleSegments } from '../src/pipelines/lifecycle-segments.ts'
import { openDataDirectory } from '../src/runtime/data-directory.ts'
import { LiveRun } from '../src/runtime/live/live-run.ts'
import { arrivalsOf, SAMPLE_STARTS_AT, sampleEvents } from '../src/testing/sample-events.ts'
import { mill } from './mill.ts'

const wallNow = (): number => SAMPLE_STARTS_AT + days(31)
const pipelines = [lifecycleSegments, fraudScores]
const results = { topic: fraudScores.output.name, partition: 0 }
let folder = ''
let data = ''

const inLog = async <T>(use: (log: Log) => Promise<T>): Promise<T> => {
  const log = await openLmdbLog(join(data, 'log'), { wallNow })
  try {
    return await use(log)
  } finally {
    await log.close()
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-verify-'))
  data = join(folder, 'data')
  const directory = await openDataDirectory(data, 'shop')
  await inLog(async log => {
    for (const { name, kind } of topics) {
      if (kind !== 'result') await log.createTopic(name, KEPT_WHOLE)
    }
    const { encodeAvro } = codecsOf(orders)
    const sample = arrivalsOf(sampleEvents({ orders: 100, days: 30, seed: 3 }).orders, 1)
    const records = sample.map(order => ({ key: null, value: encodeAvro(order) }))
    await log.commit({ appends: [{ topic: orders.name, partition: 0, records }] })
    const snapshots = fileSnapshots(directory.snapshots)
    const run = await LiveRun.start({
      applicationId: 'shop',
      pipelines,
      log,
      snapshots,
      wallNow,
      isLive: () => false,
      commitRecords: 50,
    })
    run.stop()
    await run.run()
  })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('replay --verify', () => {
  test('ends with 0 where the log is what its past makes, and says what was compared', async () => {
    const { code, stdout } = await mill('replay', '--verify', '--data', data)
    expect(stdout).toMatch(/executed again: \d+ results, 0 parcels, 0 differences/)
    expect(code).toBe(0)
  })

  test('says the same as JSON', async () => {
    const { stdout } = await mill('replay', '--verify', '--data', data, '--json')
    expect(JSON.parse(stdout)).toMatchObject({
      guarantee: 'exactly-once',
      slices: [{ slice: 0, fromEpoch: 1 }],
      differences: 0,
      first: null,
    })
  })

  test('refuses what does not go together', async () => {
    const both = await mill('replay', '--verify', '--data', data, '--to', 'null:')
    expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining('do not go together') })
    const alone = await mill('replay', '--since-epoch', '3', '--from', 'x', '--to', 'null:')
    expect(alone).toMatchObject({ code: 2, stderr: expect.stringContaining('goes with --verify') })
  })

  test('says that a process has the directory while one does', async () => {
    await inLog(async () => {
      const { code, stderr } = await mill('replay', '--verify', '--data', data)
      expect(code).toBe(1)
      expect(stderr).toContain('An embedded run is verified after it has ended')
    })
  })

  test('ends with 1 where a result is there twice, and names it', async () => {
    await inLog(async log => {
      const { records } = await log.read(results, 0, { recordsMax: 1, bytesMax: 1 })
      const { key, value, headers } = records[0]!
      await log.commit({ appends: [{ ...results, records: [{ key, value, headers: headers! }] }] })
    })
    const { code, stdout, stderr } = await mill('replay', '--verify', '--data', data)
    expect(code).toBe(1)
    expect(stdout).toMatch(/1 difference\. The first:\n {2}fraud-scores-0@\d+: a result is there/)
    expect(stderr).toContain('not what its past makes, in 1 place')
  })

  test('and where the changelog says something else', async () => {
    const topic = changelogTopic('shop', fraudScores)
    await inLog(log => {
      const records = [{ key: Buffer.from('x:one|more|0'), value: Buffer.from('1') }]
      return log.commit({ appends: [{ topic, partition: 0, records }] }).then(() => {})
    })
    const { code, stdout } = await mill('replay', '--verify', '--data', data)
    expect(code).toBe(1)
    expect(stdout).toContain('2 differences')
  })
})
