/** An analyst's verdict is filed by a command: embedded, as on a laptop. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { codecsOf } from '../src/engine/schema/codecs.ts'
import { days } from '../src/engine/time.ts'
import type { AnyTopic } from '../src/engine/topic.ts'
import {
  type FraudLabel,
  type FraudOutcome,
  fraudLabels,
  fraudScores,
  orders,
} from '../src/events.ts'
import { openLmdbLog } from '../src/logs/lmdb-log.ts'
import { KEPT_WHOLE, type Log } from '../src/logs/log.ts'
import { openDataDirectory } from '../src/runtime/data-directory.ts'
import { mill } from './mill.ts'

const PLACED_AT = Date.UTC(2026, 0, 5, 9, 30)
const KNOWN_AT = PLACED_AT + days(3)
const MANY = { recordsMax: 1_000, bytesMax: 1 << 20 }

let data = ''
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'millrace-label-'))
  const { log } = await openDataDirectory(data, 'demo')
  await withLog(log, async opened => {
    await append(opened, fraudLabels, chargeback('o2', true))
    await append(opened, fraudScores, score('o2', 0.01), score('o1', 0.25), score('o3', 0.9))
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

const append = async (
  log: Log,
  topic: AnyTopic,
  ...records: readonly { readonly key: string; readonly event: object }[]
): Promise<void> => {
  await log.createTopic(topic.name, KEPT_WHOLE)
  const stored = records.map(({ key, event }) => ({
    key: Buffer.from(key),
    value: Buffer.from(JSON.stringify(event)),
  }))
  await (await log.commit({ appends: [{ topic: topic.name, partition: 0, records: stored }] }))
    .durable
}

const chargeback = (orderId: string, isFraud: boolean) => ({
  key: orderId,
  event: {
    ...{ eventId: `bank-${orderId}`, occurredAt: PLACED_AT + days(2), orderId, isFraud },
    source: 'CHARGEBACK',
  },
})

const order = (orderId: string) => ({
  key: orderId,
  event: {
    ...{ eventId: `placed-${orderId}`, occurredAt: PLACED_AT, orderId, userId: 'ann' },
    ...{ type: 'PLACED', market: 'DE', currency: 'EUR', totalMinor: 9_900 },
  },
})

/** As `fraud-scores` would have written it. */
const score = (subjectId: string, probability: number) => ({
  key: subjectId,
  event: {
    ...{ resultId: `r-${subjectId}`, occurredAt: PLACED_AT, modelVersion: 'any', reasons: [] },
    ...{ subjectType: 'ORDER', subjectId, score: probability, evidence: 'HIGH', action: 'HOLD' },
    ...{ policyId: 'default', policyVersion: 1, features: {} },
  },
})

const labelsIn = async (): Promise<readonly FraudLabel[]> =>
  withLog(join(data, 'log'), async log => {
    const { records } = await log.read({ topic: fraudLabels.name, partition: 0 }, 0, MANY)
    const { decodeJson } = codecsOf<FraudLabel>(fraudLabels)
    return records.map(({ value }) => decodeJson(value!)).filter(({ orderId }) => orderId !== 'o2')
  })

const label = (...words: readonly string[]) => mill('label', ...words, '--data', data)
const at = (moment: number): readonly string[] => ['--at', new Date(moment).toISOString()]

test('a verdict is one label of the order, and what was said of the order is told', async () => {
  const ended = await label('o1', '--fraud', ...at(KNOWN_AT))
  expect(ended).toMatchObject({ code: 0, stderr: '' })
  expect(ended.stdout).toContain(
    "Filed analyst-o1-1-fraud: o1 is fraud by an analyst's verdict of 2026-01-08T09:30:00Z.\n",
  )
  expect(ended.stdout).toContain('It was scored 0.2500, HOLD, at 2026-01-05T09:30:00Z.')
  expect(await labelsIn()).toEqual([
    {
      ...{ eventId: 'analyst-o1-1-fraud', occurredAt: KNOWN_AT, orderId: 'o1' },
      ...{ isFraud: true, source: 'ANALYST' },
    },
  ])
})

test('the same verdict again files nothing, the other one corrects it, and the first may come back', async () => {
  await label('o1', '--fraud', ...at(KNOWN_AT))
  const again = await label('o1', '--fraud')
  expect(again).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Nothing to file: o1 is'),
  })
  const corrected = await label('o1', '--not-fraud', ...at(KNOWN_AT + 1_000))
  expect(corrected.stdout).toContain(
    "o1 is not fraud by an analyst's verdict of 2026-01-08T09:30:01Z. Until now o1 was fraud by",
  )
  await label('o1', '--fraud', ...at(KNOWN_AT + 2_000))
  expect((await labelsIn()).map(({ eventId }) => eventId)).toEqual([
    'analyst-o1-1-fraud',
    'analyst-o1-2-not-fraud',
    'analyst-o1-3-fraud',
  ])
})

test('what is known is what was said last in event time, by whomever', async () => {
  const earlier = await label('o2', '--fraud', ...at(PLACED_AT), '--json')
  expect(JSON.parse(earlier.stdout)).toMatchObject({
    ...{ eventId: 'analyst-o2-2-fraud', isNew: true, before: { source: 'CHARGEBACK' } },
    scored: { score: 0.01, action: 'HOLD', occurredAt: PLACED_AT },
  })
  const later = await label('o2', '--fraud', ...at(KNOWN_AT), '--json')
  expect(JSON.parse(later.stdout)).toMatchObject({ eventId: 'analyst-o2-3-fraud', isNew: true })
  const again = await label('o2', '--fraud', '--json')
  expect(JSON.parse(again.stdout)).toMatchObject({ eventId: 'analyst-o2-3-fraud', isNew: false })
})

test('a verdict on an order that has no score is filed, and said to be one', async () => {
  const ended = await label('o9', '--fraud')
  expect(ended).toMatchObject({ code: 0, stderr: '' })
  expect(ended.stdout).toContain('There is no o9 among the newest 200,000 scores')
  expect(await labelsIn()).toMatchObject([{ orderId: 'o9', source: 'ANALYST' }])
})

test('pipelines that come to it tell what became of the order, with what was said of it', async () => {
  await withLog(join(data, 'log'), log => append(log, orders, order('o5'), order('o6')))
  await label('o5', '--fraud', ...at(KNOWN_AT))
  const results = join(data, 'results')
  const to = ['--from', `log:${join(data, 'log')}`, '--to', `ndjson:${results}`]
  const ended = await mill('replay', ...to, '--data', join(data, 'replay'))
  expect(ended, ended.stderr).toMatchObject({ code: 0 })
  const lines = (await readFile(join(results, 'fraud-outcomes.ndjson'), 'utf8')).trim()
  const outcomes = lines.split('\n').map(line => JSON.parse(line) as FraudOutcome)
  expect(outcomes).toMatchObject([
    {
      ...{ orderId: 'o5', isFraud: true, source: 'ANALYST', occurredAt: KNOWN_AT },
      ...{ causeEventId: 'analyst-o5-1-fraud', amountMinor: 9_900, action: expect.any(String) },
    },
  ])
})

test('what is wrong is told, with what to do', async () => {
  expect(await mill('label', 'o1', '--fraud', '--data', join(data, 'nowhere'))).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/no data in .*say where it is with --data/s),
  })
  const { log } = await openDataDirectory(join(data, 'new'), 'demo')
  const onNew = ['label', 'o1', '--fraud', '--data', join(data, 'new')]
  await withLog(log, async () => {
    expect(await mill(...onNew)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/is open in process .*Stop that process/),
    })
  })
  expect(await mill(...onNew)).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/no topic fraud-labels here.*Run the pipelines once/s),
  })
})
