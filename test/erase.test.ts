/** A person is forgotten by a command: embedded, as on a laptop. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { codecsOf } from '../src/engine/schema/codecs.ts'
import { days } from '../src/engine/time.ts'
import type { AnyTopic, Topic } from '../src/engine/topic.ts'
import {
  clickstream,
  type Erasure,
  erasures,
  identityMerges,
  type LifecycleSegment,
  orders,
} from '../src/events.ts'
import { openLmdbLog } from '../src/logs/lmdb-log.ts'
import { KEPT_WHOLE, type Log } from '../src/logs/log.ts'
import { openDataDirectory } from '../src/runtime/data-directory.ts'
import { mill } from './mill.ts'

const BOUGHT_AT = Date.now() - days(3)
const MANY = { recordsMax: 1_000, bytesMax: 1 << 20 }

let data = ''
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'millrace-erase-'))
  const { log } = await openDataDirectory(data, 'demo')
  await withLog(log, async opened => {
    await append(
      opened,
      clickstream,
      login('ann', 'v1', 1),
      login('ann', 'v2', 2),
      login('ben', 'v3', 3),
    )
    await append(opened, orders, order('ann', 1), order('ben', 2))
    await append(opened, erasures)
    await append(opened, identityMerges, merge('ann', 'v1'), merge('ben', 'v3'), merge('ann', 'v2'))
  })
})
afterEach(() => rm(data, { recursive: true, force: true }))

const withLog = async <T>(path: string, work: (log: Log) => Promise<T>): Promise<T> => {
  const log = await openLmdbLog(path, { wallNow: Date.now })
  try {
    return await work(log)
  } finally {
    await log.close()
  }
}

const append = async (log: Log, topic: AnyTopic, ...records: readonly object[]): Promise<void> => {
  await log.createTopic(topic.name, KEPT_WHOLE)
  const stored = records.map(record => ({ key: null, value: Buffer.from(JSON.stringify(record)) }))
  const appends = stored.length === 0 ? [] : [{ topic: topic.name, partition: 0, records: stored }]
  await (await log.commit({ appends })).durable
}

const login = (userId: string, visitorId: string, minute: number) => ({
  eventId: `login-${visitorId}`,
  occurredAt: BOUGHT_AT - minute * 60_000,
  visitorId,
  userId,
  type: 'LOGIN',
  market: 'DE',
})

const order = (userId: string, number: number) => ({
  ...{ eventId: `order-${number}`, occurredAt: BOUGHT_AT, orderId: `o${number}`, userId },
  ...{ type: 'PLACED', market: 'DE', currency: 'EUR', totalMinor: 1_000 },
})

/** As `identity-merges` would have written it. */
const merge = (userId: string, visitorId: string) => ({
  ...{ resultId: `${visitorId}-1`, occurredAt: BOUGHT_AT, modelVersion: 'any', reasons: [] },
  ...{ causeEventId: `login-${visitorId}`, visitorId, userId, since: BOUGHT_AT },
  ...{ mergedAt: BOUGHT_AT, revision: 1, market: 'DE', currency: null, purchases: 0 },
  ...{ dealPurchases: 0, netMinor: 0, firstPurchaseAt: null, lastPurchaseAt: null },
  ...{ days: [], olderDays: 0 },
})

const erasuresIn = async (): Promise<readonly Erasure[]> =>
  withLog(join(data, 'log'), async log => {
    const { records } = await log.read({ topic: erasures.name, partition: 0 }, 0, MANY)
    const { decodeJson } = codecsOf<Erasure>(erasures as Topic<Erasure>)
    return records.map(({ value }) => decodeJson(value!))
  })

test('the record names the person and all visitors that were found to be them, and those that are given', async () => {
  const ended = await mill('erase', 'ann', '--data', data, '--visitor', 'v9', 'v1')
  expect(ended).toMatchObject({ code: 0, stderr: '' })
  expect(ended.stdout).toContain('Pipelines will forget ann, with 3 visitors: v1, v2, v9.')
  const [erasure, ...others] = await erasuresIn()
  expect(erasure).toMatchObject({ userId: 'ann', visitorIds: ['v1', 'v2', 'v9'] })
  expect(others).toEqual([])
})

test('pipelines that come to it forget the person, and nobody else', async () => {
  const asked = await mill('erase', 'ann', '--data', data, '--json')
  expect(JSON.parse(asked.stdout)).toMatchObject({ userId: 'ann', visitorIds: ['v1', 'v2'] })
  const results = join(data, 'results')
  const to = ['--from', `log:${join(data, 'log')}`, '--to', `ndjson:${results}`]
  const ended = await mill('replay', ...to, '--data', join(data, 'replay'))
  expect(ended, ended.stderr).toMatchObject({ code: 0 })
  const lines = (await readFile(join(results, 'lifecycle-segments.ndjson'), 'utf8')).trim()
  const last = new Map<string, LifecycleSegment>()
  for (const line of lines.split('\n')) {
    const segment = JSON.parse(line) as LifecycleSegment
    last.set(`${segment.subjectType} ${segment.subjectId}`, segment)
  }
  expect(last.get('USER ann')).toMatchObject({ closedAs: 'ERASED', stage: 'UNKNOWN', tags: [] })
  expect(last.get('USER ben')).toMatchObject({ stage: 'FIRST_BUYER', monetaryMinor: 1_000 })
})

test('what is wrong is told, with what to do', async () => {
  expect(await mill('erase', '--data', data)).toMatchObject({ code: 2 })
  expect(await mill('erase', 'ann', '--data', join(data, 'nowhere'))).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/no data in .*say where it is with --data/s),
  })
  const { log } = await openDataDirectory(join(data, 'new'), 'demo')
  await withLog(log, async () => {
    const ended = await mill('erase', 'ann', '--data', join(data, 'new'))
    expect(ended).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/is open in process .*Stop that process/),
    })
  })
  expect(await mill('erase', 'ann', '--data', join(data, 'new'))).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/no topic erasures here.*Run the pipelines once/s),
  })
})
