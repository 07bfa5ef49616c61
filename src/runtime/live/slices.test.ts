/**
 * An application cut into slices, over several processes, against the same application whole: in one
 * process with a log in memory, so that processes are only as far apart as their commits.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { partitionOf } from '../../engine/hash.ts'
import { codecsOf } from '../../engine/schema/codecs.ts'
import { days } from '../../engine/time.ts'
import type { AnyTopic } from '../../engine/topic.ts'
import { clickstream, deadLetters, lateEvents, markets, orders, topics } from '../../events.ts'
import { ApplicationLog } from '../../logs/application-log.ts'
import { exchangeTopic } from '../../logs/application-topics.ts'
import type { Log } from '../../logs/log.ts'
import { memoryLog } from '../../logs/memory-log.ts'
import { reExecute } from '../../logs/re-execute.ts'
import { fileSnapshots, type Snapshots } from '../../logs/snapshots.ts'
import { fraudScores } from '../../pipelines/fraud-scores.ts'
import { lifecycleSegments } from '../../pipelines/lifecycle-segments.ts'
import { arrivalsOf, SAMPLE_STARTS_AT, sampleEvents } from '../../testing/sample-events.ts'
import { LiveRun, type LiveRunOptions } from './live-run.ts'

const pipelines = [lifecycleSegments, fraudScores]
const SAMPLE = { orders: 200, days: 30, seed: 11 }
const PARTITIONS = 6
const SLICES = 4
const MANY = { recordsMax: 1_000_000, bytesMax: 1 << 30 }
const wallNow = (): number => SAMPLE_STARTS_AT + days(31)

interface Shop {
  readonly log: Log
  readonly snapshots: Snapshots
}

const write = async (log: Log, topic: AnyTopic, records: readonly object[]): Promise<void> => {
  const { encodeAvro } = codecsOf(topic)
  const partitions = (await log.topics()).get(topic.name)!.partitions
  const field = topic.keyedBy[0]!
  const byPartition = Array.from({ length: partitions }, () => [] as object[])
  for (const record of records) {
    const key = String((record as Record<string, unknown>)[field])
    byPartition[partitionOf(key, partitions)]!.push(record)
  }
  await log.commit({
    appends: byPartition.map((share, partition) => ({
      topic: topic.name,
      partition,
      records: share.map(record => ({ key: null, value: encodeAvro(record) })),
    })),
  })
}

const openShop = async (more: { with?: 'clicks' } = {}): Promise<Shop> => {
  const dir = await mkdtemp(join(tmpdir(), 'millrace-slices-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  const log = memoryLog({ wallNow })
  const kept = { compacted: false, retentionMs: null, retentionBytes: null }
  for (const { name, kind } of topics) {
    await log.createTopic(name, { ...kept, partitions: kind === 'event' ? PARTITIONS : 2 })
  }
  const sample = sampleEvents(SAMPLE)
  await write(log, markets, sample.markets)
  await write(log, clickstream, arrivalsOf(sample.clickstream, 1))
  if (more.with !== 'clicks') await write(log, orders, arrivalsOf(sample.orders, 1))
  return { log, snapshots: fileSnapshots(dir) }
}

const optionsOf = (shop: Shop, slices: number, more: Partial<LiveRunOptions> = {}) => ({
  applicationId: 'shop',
  pipelines,
  ...shop,
  wallNow,
  slices,
  commitIntervalMs: 1,
  commitRecords: 400,
  // Ticks would depend on how far apart the processes are.
  isLive: () => false,
  ...more,
})

/** Runs processes until none has anything left to take in, and everybody is told to stop. */
const settle = async (runs: readonly LiveRun[]): Promise<void> => {
  for (let quiet = 0; quiet < 3; ) {
    await new Promise(resolve => setTimeout(resolve, 20))
    const waiting = await Promise.all(runs.map(run => run.waiting()))
    const held = runs.reduce((sum, run) => sum + run.slices.length, 0)
    quiet = waiting.every(count => count === 0) && held === SLICES ? quiet + 1 : 0
  }
  for (const run of runs) run.stop('now')
}

interface Result {
  readonly resultId: string
  readonly key: string
  readonly value: string
}

const resultsOf = async (log: Log, topic: string): Promise<Result[]> => {
  const results: Result[] = []
  const { partitions } = (await log.topics()).get(topic)!
  for (let partition = 0; partition < partitions; partition++) {
    const { records } = await log.read({ topic, partition }, 0, MANY)
    for (const { key, value, headers } of records) {
      results.push({
        resultId: headers?.resultId ?? '',
        key: `${key}`,
        value: value!.toString('base64'),
      })
    }
  }
  return results
}

/** Per key, in the order in which they were put out. */
const byKey = (results: readonly Result[]): Record<string, string[]> => {
  const all: Record<string, string[]> = {}
  for (const { key, value } of results) all[key] = [...(all[key] ?? []), value]
  return all
}

const lifecycle = lifecycleSegments.output.name
const scores = fraudScores.output.name

const whole = async (): Promise<Log> => {
  const shop = await openShop()
  const run = await LiveRun.start(optionsOf(shop, 1))
  run.stop()
  await run.run()
  return shop.log
}

describe('an application in slices', () => {
  test('over three processes, of which one comes late and one leaves, is what it is whole', async () => {
    const shop = await openShop()
    const options = optionsOf(shop, SLICES)
    const first = await LiveRun.start(options)
    const running = [first.run()]
    const second = await LiveRun.start(options)
    running.push(second.run())
    await new Promise(resolve => setTimeout(resolve, 30))
    const third = await LiveRun.start(options)
    running.push(third.run())
    first.stop('now')
    await settle([second, third])
    await Promise.all(running)
    const expected = await whole()
    expect(await resultsOf(shop.log, 'late-events')).toEqual([])
    expect(await resultsOf(shop.log, 'dead-letters')).toEqual(
      await resultsOf(expected, 'dead-letters'),
    )
    expect(byKey(await resultsOf(shop.log, lifecycle))).toEqual(
      byKey(await resultsOf(expected, lifecycle)),
    )
    const idsIn = async (log: Log) => (await resultsOf(log, scores)).map(({ key }) => key).sort()
    expect(await idsIn(shop.log)).toEqual(await idsIn(expected))
  })

  test('is executed again from the journals of its slices, byte by byte', async () => {
    const shop = await openShop()
    const run = await LiveRun.start(optionsOf(shop, SLICES))
    const running = run.run()
    await settle([run])
    await running
    const again: string[] = []
    const written: string[] = []
    for (let index = 0; index < SLICES; index++) {
      const slice = { index, count: SLICES }
      const state = new ApplicationLog({ ...shop, applicationId: 'shop', slice })
      const application = {
        pipelines,
        slice,
        mode: 'live',
        sourcePartitions: (topic: string) =>
          topics.find(({ name }) => name === topic)?.kind === 'event' ? PARTITIONS : 2,
        lateEvents,
        deadLetters,
      } as const
      const exchange = exchangeTopic('shop')
      for await (const unit of reExecute(application, shop.log, state.journal(), { exchange })) {
        again.push(...unit.outputs.map(({ value }) => (value as Buffer).toString('base64')))
      }
    }
    for (const topic of [lifecycle, scores]) {
      written.push(...(await resultsOf(shop.log, topic)).map(({ value }) => value))
    }
    expect(again.length).toBeGreaterThan(400)
    expect(again.sort()).toEqual(written.sort())
  })

  // One that does not fails by its time-out, and hangs the worker with it.
  test('whose sources are all held back hears of what lets them go on', async () => {
    const shop = await openShop({ with: 'clicks' })
    // Less than what two partitions hold back, so that nothing else would fill a commit.
    const options = optionsOf(shop, SLICES, { commitRecords: 40, limits: { heldMax: 20 } })
    const run = await LiveRun.start({ ...options, pipelines: [lifecycleSegments] })
    const running = run.run()
    await new Promise(resolve => setTimeout(resolve, 100))
    await write(shop.log, orders, arrivalsOf(sampleEvents(SAMPLE).orders, 1))
    // Without ticks the last ones stay held; but it reads, hears, and can be told to stop.
    const taken = () => run.applications.map(({ runners }) => runners[0]!.counters.taken)
    while (run.slices.length < SLICES || taken().some(count => count < 100)) {
      await new Promise(resolve => setTimeout(resolve, 20))
    }
    run.stop('now')
    await running
  })
})
