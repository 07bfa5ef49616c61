import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Output } from '../../engine/commit.ts'
import { codecsOf } from '../../engine/schema/codecs.ts'
import { days } from '../../engine/time.ts'
import type { AnyTopic } from '../../engine/topic.ts'
import { clickstream, deadLetters, lateEvents, markets, orders, topics } from '../../events.ts'
import { ApplicationLog } from '../../logs/application-log.ts'
import type { Log } from '../../logs/log.ts'
import { memoryLog } from '../../logs/memory-log.ts'
import { reExecute } from '../../logs/re-execute.ts'
import { fileSnapshots, type Snapshots } from '../../logs/snapshots.ts'
import { fraudScores } from '../../pipelines/fraud-scores.ts'
import { lifecycleSegments } from '../../pipelines/lifecycle-segments.ts'
import { arrivalsOf, SAMPLE_STARTS_AT, sampleEvents } from '../../testing/sample-events.ts'
import { LiveRun, type LiveRunOptions } from './live-run.ts'

const pipelines = [lifecycleSegments, fraudScores]
const SAMPLE = { orders: 150, days: 30, seed: 3 }
const TOPIC = { partitions: 1, compacted: false, retentionMs: null, retentionBytes: null }

const write = (log: Log, topic: AnyTopic, records: readonly object[]): Promise<unknown> => {
  const { encodeAvro } = codecsOf(topic)
  const values = records.map(record => ({ key: null, value: encodeAvro(record) }))
  return log.commit({ appends: [{ topic: topic.name, partition: 0, records: values }] })
}

interface Shop {
  readonly log: Log
  readonly snapshots: Snapshots
  readonly options: LiveRunOptions
}

const wallNow = (): number => SAMPLE_STARTS_AT + days(31)

const emptyShop = async (more: Partial<LiveRunOptions> = {}): Promise<Shop> => {
  const dir = await mkdtemp(join(tmpdir(), 'millrace-live-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  const log = memoryLog({ wallNow })
  const snapshots = fileSnapshots(dir)
  for (const topic of topics) await log.createTopic(topic.name, TOPIC)
  return {
    log,
    snapshots,
    options: { applicationId: 'shop', pipelines, log, snapshots, wallNow, ...more },
  }
}

const openShop = async (more: Partial<LiveRunOptions> = {}): Promise<Shop> => {
  const shop = await emptyShop(more)
  const sample = sampleEvents(SAMPLE)
  await write(shop.log, markets, sample.markets)
  await write(shop.log, clickstream, arrivalsOf(sample.clickstream, 1))
  await write(shop.log, orders, arrivalsOf(sample.orders, 1))
  return shop
}

const runToEnd = async (options: LiveRunOptions): Promise<void> => {
  const run = await LiveRun.start(options)
  run.stop()
  await run.run()
}

const allOf = async (log: Log, topic: string): Promise<string[]> => {
  const { records } = await log.read({ topic, partition: 0 }, 0, {
    recordsMax: 1_000_000,
    bytesMax: 1 << 30,
  })
  return records.map(({ value, headers }) => `${headers?.resultId} ${value?.toString('base64')}`)
}

const RESULTS = [lifecycleSegments.output.name, fraudScores.output.name, 'late-events']

const resultsOf = async (log: Log): Promise<Record<string, string[]>> => {
  const all: Record<string, string[]> = {}
  for (const topic of RESULTS) all[topic] = await allOf(log, topic)
  return all
}

const textOf = ({ resultId, value }: Output): string =>
  `${resultId} ${(value as Buffer).toString('base64')}`

describe('a live run', () => {
  test('reads a backlog of several topics by event time, so that hardly anything is late', async () => {
    const { log, options } = await openShop({ commitRecords: 500 })
    await runToEnd(options)
    const results = await resultsOf(log)
    expect(results['fraud-scores']!.length).toBeGreaterThan(150)
    expect(results['lifecycle-segments']!.length).toBeGreaterThan(200)
    expect(results['late-events']).toEqual([])
  })

  test('is executed again from its journal, byte by byte', async () => {
    const { log, snapshots, options } = await openShop({ commitRecords: 333 })
    await runToEnd(options)
    const again: Record<string, string[]> = Object.fromEntries(RESULTS.map(topic => [topic, []]))
    const state = new ApplicationLog({ log, snapshots, applicationId: 'shop' })
    const application = { pipelines, mode: 'live', lateEvents, deadLetters } as const
    let commits = 0
    for await (const unit of reExecute(application, log, state.journal())) {
      commits++
      for (const output of unit.outputs) again[output.topic.name]!.push(textOf(output))
    }
    expect(commits).toBeGreaterThan(5)
    expect(again).toEqual(await resultsOf(log))
  })

  test('goes on after its last commit where it was dropped without a word', async () => {
    const calm = await openShop({ commitRecords: 100 })
    await runToEnd(calm.options)
    const stormy = await openShop({ commitRecords: 100 })
    for (let life = 0; life < 4; life++) {
      let commits = 0
      const dropped = new Error('dropped')
      const onCommit = (): void => {
        if (++commits === 3 + life) throw dropped
      }
      await expect(runToEnd({ ...stormy.options, onCommit })).rejects.toBe(dropped)
    }
    await runToEnd(stormy.options)
    expect(await resultsOf(stormy.log)).toEqual(await resultsOf(calm.log))
  })

  test('notices absence by the clock, once the producers are live', async () => {
    let isLive = false
    const { log, options } = await openShop({ isLive: () => isLive })
    await runToEnd(options)
    const before = (await allOf(log, 'lifecycle-segments')).length
    isLive = true
    await runToEnd({ ...options, wallNow: () => SAMPLE_STARTS_AT + days(75) })
    expect((await allOf(log, 'lifecycle-segments')).length).toBeGreaterThan(before)
  })

  test('commits nothing while nothing happens', async () => {
    let commits = 0
    const { options } = await emptyShop({ isLive: () => false, onCommit: () => void commits++ })
    await runToEnd(options)
    expect(commits).toBe(0)
  })
})
