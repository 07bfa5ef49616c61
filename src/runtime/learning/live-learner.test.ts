/** Learners beside live runs, on a log in memory. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { Learner } from '../../engine/learner.ts'
import { codecsOf } from '../../engine/schema/codecs.ts'
import { days, hours, minutes } from '../../engine/time.ts'
import type { AnyTopic } from '../../engine/topic.ts'
import {
  type FraudScore,
  fraudScores,
  type LifecycleSegment,
  lifecycleSegments,
  type ModelParameters,
  modelParameters,
  orders,
} from '../../events.ts'
import { KEPT_WHOLE, type Log } from '../../logs/log.ts'
import { memoryLog } from '../../logs/memory-log.ts'
import { fileSnapshots } from '../../logs/snapshots.ts'
import { verifyRun } from '../../replay/verify/verify-run.ts'
import { newMetrics } from '../../serve/metrics.ts'
import { harness } from '../../testing/harness.ts'
import { asking, counter, MODEL, nightly } from '../../testing/sample-learning.ts'
import { order, scoreOf } from '../../testing/sample-pipelines.ts'
import { LiveRun } from '../live/live-run.ts'
import { learnerGroupOf } from './live-learner.ts'
import { type LiveLearners, startLearners } from './live-learners.ts'

const APPLICATION = 'shop'
const pipelines = [nightly, asking]
const MANY = { recordsMax: 100_000, bytesMax: 1 << 28 }
const END = days(40)

const openLog = async (partitions = 1): Promise<Log> => {
  const log = memoryLog({ wallNow: () => END })
  for (const topic of [orders, modelParameters, lifecycleSegments]) {
    await log.createTopic(topic.name, KEPT_WHOLE)
  }
  await log.createTopic(fraudScores.name, { ...KEPT_WHOLE, partitions })
  return log
}

const write = async (log: Log, topic: AnyTopic, records: readonly object[], partition = 0) => {
  const { encodeAvro } = codecsOf(topic)
  const stored = records.map((record, index) => ({
    key: Buffer.from(`record ${index}`),
    value: encodeAvro(record),
  }))
  await log.commit({ appends: [{ topic: topic.name, partition, records: stored }] })
}

const recordsOf = async <T>(log: Log, topic: AnyTopic): Promise<T[]> => {
  const { records } = await log.read({ topic: topic.name, partition: 0 }, 0, MANY)
  return records.map(({ value }) => codecsOf<T & object>(topic).decodeAvro(value!) as T)
}

const versionsIn = (log: Log) => recordsOf<ModelParameters>(log, modelParameters)

const metrics = newMetrics()
const counted = async (finding: string): Promise<number> => {
  const values = await metrics.registry.getSingleMetric('millrace_learner_findings_total')!.get()
  return values.values.find(({ labels }) => labels.finding === finding)?.value ?? 0
}

const begin = async (
  log: Log,
  learner: Learner = counter,
  saysVersionOf?: (at: number) => boolean,
) => {
  const told: string[] = []
  const learners = await startLearners({
    ...{ log, applicationId: APPLICATION, learners: [learner], metrics },
    ...(saysVersionOf ? { saysVersionOf } : {}),
    say: line => told.push(line),
  })
  onTestFinished(() => learners.stop())
  return { learners, told }
}

const until = (told: readonly string[], lines: number): Promise<void> =>
  vi.waitFor(() => expect(told.length).toBeGreaterThanOrEqual(lines), { timeout: 10_000 })

const cut = (at: number, score: number, version: number) => ({
  ...scoreOf(MODEL, score),
  resultId: `${at}`,
  occurredAt: at,
  causeEventId: null,
  policyVersion: version,
})

const positionOf = async (log: Log): Promise<number | undefined> =>
  (await log.committed(learnerGroupOf(APPLICATION, counter)))[0]?.next

test('a version is published beside a run, counts from its moment, and verifies', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'millrace-learning-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  const log = await openLog()
  const snapshots = fileSnapshots(dir)
  const wallNow = () => END
  const options = { applicationId: APPLICATION, pipelines, log, snapshots, wallNow }
  // Time goes on by records alone.
  const live = await LiveRun.start({ ...options, isLive: () => false, commitIntervalMs: 5 })
  const running = live.run()
  const { learners } = await begin(log)
  const history = harness(pipelines, { mode: 'history', learners: [counter] })
  for (const day of [0, 1, 2, 3]) {
    const due = day === 0 ? [] : [order(`n${day}`, days(day) + minutes(30), 'bob')]
    const placed = [...due, order(`o${day}`, days(day) + hours(20), 'ann')]
    for (const each of placed) {
      history.send(orders, each)
      await write(log, orders, [each])
      const versions = history.resultsOf(modelParameters).length
      await vi.waitFor(async () => expect(await versionsIn(log)).toHaveLength(versions), {
        timeout: 10_000,
      })
    }
  }
  live.stop()
  await running
  await learners.stop()
  const said = await recordsOf<LifecycleSegment>(log, lifecycleSegments)
  expect(said).toEqual(history.resultsOf(lifecycleSegments).slice(0, said.length))
  expect(new Set(said.map(({ frequency }) => frequency))).toEqual(new Set([0, 1, 2]))
  const scores = await recordsOf<FraudScore>(log, fraudScores)
  expect(scores).toHaveLength(3)
  const verification = await verifyRun({
    ...{ log, applicationId: APPLICATION, pipelines, snapshots },
  })
  expect(verification).toMatchObject({ differences: 0, first: null })
})

test('a refusal and a fault are told and counted, and what is next is learnt from', async () => {
  const log = await openLog()
  await write(log, fraudScores, [cut(days(1), 7, 1), cut(days(2), 8, 1), cut(days(3), 9, 2)])
  const faulty: Learner = {
    ...counter,
    *learn(record) {
      if (record.occurredAt === days(2)) throw new Error('out of its mind')
      return yield* counter.learn(record)
    },
  }
  const before = await Promise.all(['published', 'refused', 'failed'].map(counted))
  const { told } = await begin(log, faulty)
  await until(told, 3)
  expect(told).toEqual([
    'learner counter: from record 0, published nothing: 7 is a multiple of seven',
    'learner counter: FAILED on record 1, report it: out of its mind. What was published before ' +
      'stays in use.',
    'learner counter: from record 2, published asking@2',
  ])
  const after = await Promise.all(['published', 'refused', 'failed'].map(counted))
  expect(after.map((count, index) => count - before[index]!)).toEqual([1, 1, 1])
  expect(await versionsIn(log)).toEqual([
    {
      modelId: MODEL,
      version: 2,
      occurredAt: days(3),
      effectiveAt: days(3) + minutes(45),
      trainedThrough: days(3),
      parameters: { asked: 9 },
    },
  ])
})

test('versions of long ago are published and counted untold, and refusals are told', async () => {
  const log = await openLog()
  await write(log, fraudScores, [cut(days(1), 8, 1), cut(days(2), 7, 2), cut(days(3), 9, 3)])
  const before = await counted('published')
  const { told } = await begin(log, counter, at => at > days(1))
  await vi.waitFor(async () => expect(await versionsIn(log)).toHaveLength(2), { timeout: 10_000 })
  expect(told).toEqual([
    'learner counter: from record 1, published nothing: 7 is a multiple of seven',
    'learner counter: from record 2, published asking@3',
  ])
  expect((await counted('published')) - before).toBe(2)
})

test('it goes on from its position, and a record that was not done with is learnt from anew', async () => {
  const log = await openLog()
  await write(log, fraudScores, [cut(days(1), 8, 1)])
  const first = await begin(log)
  await until(first.told, 1)
  await first.learners.stop()
  await write(log, fraudScores, [cut(days(2), 9, 2)])
  let steps = 0
  const endless: Learner = {
    ...counter,
    *learn() {
      for (;;) {
        steps++
        yield
      }
    },
  }
  const second = await begin(log, endless)
  await vi.waitFor(() => expect(steps).toBeGreaterThan(0), { timeout: 10_000 })
  await second.learners.stop()
  const done = steps
  expect(second.told).toEqual([])
  expect(await positionOf(log)).toBe(1)
  const third = await begin(log)
  await until(third.told, 1)
  expect((await versionsIn(log)).map(({ version }) => version)).toEqual([1, 2])
  expect(steps).toBe(done)
})

test('a record that cannot be read is told of, and passed over', async () => {
  const log = await openLog()
  const records = [{ key: Buffer.from('broken'), value: Buffer.from('{') }]
  await log.commit({ appends: [{ topic: fraudScores.name, partition: 0, records }] })
  await write(log, fraudScores, [cut(days(1), 8, 1)])
  const { told } = await begin(log)
  await until(told, 2)
  expect(told[0]).toMatch(/^learner counter: FAILED on broken.*cannot be read/)
  expect(await versionsIn(log)).toHaveLength(1)
})

test('what the log removed before it was learnt from is told, and passed over', async () => {
  const log = await openLog()
  await write(log, fraudScores, [cut(days(1), 8, 1)])
  const first = await begin(log)
  await until(first.told, 1)
  await first.learners.stop()
  await write(log, fraudScores, [cut(days(2), 9, 2), cut(days(3), 10, 3)])
  await log.trim({ topic: fraudScores.name, partition: 0 }, 2)
  const { told } = await begin(log)
  await until(told, 2)
  expect(told[0]).toContain('about 1 records of fraud-scores-0 were removed')
  expect((await versionsIn(log)).map(({ version }) => version)).toEqual([1, 3])
})

test('partitions are shared by processes, and go over to who is left', async () => {
  const log = await openLog(2)
  const [one, other] = [await begin(log), await begin(log)]
  await write(log, fraudScores, [cut(days(1), 8, 1)], 0)
  await write(log, fraudScores, [cut(days(1), 9, 2)], 1)
  await Promise.all([until(one.told, 1), until(other.told, 1)])
  await one.learners.stop()
  await write(log, fraudScores, [cut(days(2), 10, 3)], 0)
  await until(other.told, 2)
  expect(one.told).toHaveLength(1)
  expect((await versionsIn(log)).map(({ version }) => version).sort()).toEqual([1, 2, 3])
})

test('a log that is gone fails it, for whoever runs it to begin anew', async () => {
  const log = await openLog()
  const { learners }: { learners: LiveLearners } = await begin(log)
  await log.close()
  await expect(learners.failure).rejects.toThrow()
})
