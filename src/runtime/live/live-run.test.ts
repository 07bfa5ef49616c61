import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Output } from '../../engine/commit.ts'
import type { Pipeline } from '../../engine/pipeline.ts'
import { codecsOf } from '../../engine/schema/codecs.ts'
import { days } from '../../engine/time.ts'
import type { AnyTopic } from '../../engine/topic.ts'
import { clickstream, deadLetters, lateEvents, markets, orders, topics } from '../../events.ts'
import { ApplicationLog } from '../../logs/application-log.ts'
import type { Commit, Log, TopicPartition } from '../../logs/log.ts'
import { memoryLog } from '../../logs/memory-log.ts'
import { reExecute } from '../../logs/re-execute.ts'
import { fileSnapshots, type Snapshots } from '../../logs/snapshots.ts'
import { fraudScores } from '../../pipelines/fraud-scores.ts'
import { lifecycleSegments } from '../../pipelines/lifecycle-segments.ts'
import { arrivalsOf, SAMPLE_STARTS_AT, sampleEvents } from '../../testing/sample-events.ts'
import { Random } from '../../testing/simulation/random.ts'
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

/** The same log, with something around its commits. */
const withCommits = (
  log: Log,
  around: (made: () => ReturnType<Log['commit']>, commit: Commit) => ReturnType<Log['commit']>,
): Log =>
  new Proxy(log, {
    get(target, name) {
      if (name === 'commit') return (commit: Commit) => around(() => target.commit(commit), commit)
      const known: unknown = Reflect.get(target, name)
      return typeof known === 'function' ? known.bind(target) : known
    },
  })

/** The same log, with positions of the group that are off by so much, each time they are asked for. */
const withCommitted = (log: Log, off: number[]): Log =>
  new Proxy(log, {
    get(target, name) {
      const known: unknown = Reflect.get(target, name)
      if (name !== 'committed') return typeof known === 'function' ? known.bind(target) : known
      return async (group: string, partitions: readonly TopicPartition[]) => {
        const by = off.shift()!
        const positions = await target.committed(group, partitions)
        return positions.map(position => ({ ...position, next: position.next + by }))
      }
    },
  })

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

/** Ids of the scores; each may be there twice. */
const scoredIn = async (log: Log): Promise<ReadonlySet<string>> =>
  new Set((await allOf(log, 'fraud-scores')).map(score => score.split(' ')[0]!))

/** A pipeline that tells of each record that it takes in. */
const noticing =
  (notice: () => void) =>
  (pipeline: Pipeline): Pipeline => {
    const inputs = Object.entries(pipeline.inputs).map(([name, input]) => [
      name,
      {
        ...input,
        when: (event: never) => {
          notice()
          return input.when?.(event) ?? true
        },
      },
    ])
    return { ...pipeline, inputs: Object.fromEntries(inputs) }
  }

const dropped = async (options: LiveRunOptions, after: number): Promise<void> => {
  let commits = 0
  const run = await LiveRun.start({
    ...options,
    onCommit: () => {
      if (++commits === after) throw new Error('dropped')
    },
  })
  await run.run()
}

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

  /** The log takes its time for each commit, and now and then the run is dropped after one. */
  test.each([0, 3, 4, 7])(
    'takes the next round in while a commit is under way, and commits it after that; dropped after %d',
    async dropAfter => {
      const calm = await openShop({ commitRecords: 20 })
      await runToEnd(calm.options)
      // What was taken in ahead of a commit that is not made is not to be in a snapshot either.
      const busy = await openShop({ commitRecords: 20, snapshotBytesMin: 1 })
      let underWay = 0
      let takenAhead = 0
      const log = withCommits(busy.log, async made => {
        underWay++
        await wait(15)
        const receipt = await made()
        underWay--
        return receipt
      })
      const onTaken = () => {
        if (underWay > 0) takenAhead++
      }
      const options = { ...busy.options, log, pipelines: pipelines.map(noticing(onTaken)) }
      if (dropAfter > 0) await expect(dropped(options, dropAfter)).rejects.toThrow('dropped')
      let committed = 0
      const run = await LiveRun.start({
        ...options,
        onCommit: ({ records }) => (committed += records),
      })
      const done = run.run()
      await vi.waitUntil(async () => (await run.waiting()) === 0, { timeout: 30_000 })
      expect(committed).toBeGreaterThan(100)
      run.stop()
      await done
      expect(takenAhead).toBeGreaterThan(0)
      expect(await resultsOf(busy.log)).toEqual(await resultsOf(calm.log))
    },
    60_000,
  )

  /** Each life ends with a write that is not heard of, whether it was made or not. */
  test.each([1, 2, 3])(
    'at least once, results go out while state is written, and what is cut off is done again; seed %d',
    async seed => {
      const placed = arrivalsOf(sampleEvents(SAMPLE).orders, 1)
      const calm = await emptyShop()
      await write(calm.log, orders, placed)
      await runToEnd(calm.options)

      const stormy = await emptyShop({ commitIntervalMs: 1, guarantee: 'at-least-once' })
      const random = new Random(seed)
      const underWay = new Set<string>()
      let overlaps = 0
      let isTaken = false
      let writesLeft = 0
      const log = withCommits(stormy.log, async (made, { lane = 'state' }) => {
        isTaken ||= underWay.has(lane)
        if (underWay.size > 0) overlaps++
        underWay.add(lane)
        for (let turns = random.upTo(20); turns > 0; turns--) await turn()
        underWay.delete(lane)
        if (--writesLeft > 0 || random.chance(0.5)) await made()
        if (writesLeft <= 0) throw new Error('dropped')
        return { appended: null, durable: Promise.resolve() }
      })
      let written = 0
      /** Whether it was dropped before all were taken in. */
      const life = async (writes: number): Promise<boolean> => {
        writesLeft = writes
        const run = await LiveRun.start({ ...stormy.options, log })
        let isDropped = false
        const running = run.run().catch(() => {
          isDropped = true
        })
        while (!isDropped && written < placed.length) {
          await write(stormy.log, orders, placed.slice(written, written + 3))
          written += 3
          await wait(1)
        }
        run.stop()
        await running
        expect(underWay.size).toBe(0)
        return isDropped
      }
      for (const writes of [20, 31, 42, 25]) expect(await life(writes)).toBe(true)
      expect(await life(Number.POSITIVE_INFINITY)).toBe(false)
      expect(overlaps).toBeGreaterThan(5)
      expect(isTaken, 'two at once on one lane').toBe(false)
      const [before, after] = await Promise.all([calm.log, stormy.log].map(scoredIn))
      expect(before!.size).toBeGreaterThan(100)
      expect(after).toEqual(before)
    },
  )

  test('commits what comes after a backlog in its time, however many rounds that was', async () => {
    // Rounds of five records are full at once: a hundred of them, which is more than a minute and a half.
    const { log, options } = await openShop({ commitRecords: 5, commitIntervalMs: 1_000 })
    const run = await LiveRun.start(options)
    const done = run.run()
    await vi.waitUntil(async () => (await run.waiting()) === 0, { timeout: 30_000 })
    const scores = (await allOf(log, 'fraud-scores')).length
    const late = { ...sampleEvents(SAMPLE).orders[0]!, eventId: 'e', orderId: 'o', type: 'PLACED' }
    await write(log, orders, [late])
    await vi.waitUntil(async () => (await allOf(log, 'fraud-scores')).length > scores, {
      timeout: 15_000,
    })
    run.stop('now')
    await done
  }, 60_000)

  test('notices absence by the clock, once the producers are live', async () => {
    let isLive = false
    const { log, options } = await openShop({ isLive: () => isLive })
    await runToEnd(options)
    const before = (await allOf(log, 'lifecycle-segments')).length
    isLive = true
    await runToEnd({ ...options, wallNow: () => SAMPLE_STARTS_AT + days(75) })
    expect((await allOf(log, 'lifecycle-segments')).length).toBeGreaterThan(before)
  })

  test('knows what others have committed meanwhile from damage, where it was paused on its way back', async () => {
    const { log, options } = await openShop()
    await runToEnd(options)
    await expect(runToEnd({ ...options, log: withCommitted(log, [-1, 0]) })).rejects.toMatchObject({
      code: 'LOG_FENCED',
    })
    await expect(runToEnd({ ...options, log: withCommitted(log, [-1, -1]) })).rejects.toMatchObject(
      { code: 'STATE_CORRUPT', message: expect.stringContaining("reset the group's positions") },
    )
  })

  test('commits nothing while nothing happens', async () => {
    let commits = 0
    const { options } = await emptyShop({ isLive: () => false, onCommit: () => void commits++ })
    await runToEnd(options)
    expect(commits).toBe(0)
  })
})
