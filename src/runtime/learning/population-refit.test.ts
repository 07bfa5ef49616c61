/** The house's own population, which refits itself: live over three nights, and in a replay twice. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { codecsOf } from '../../engine/schema/codecs.ts'
import { days, hours, minutes } from '../../engine/time.ts'
import {
  type LifecycleSegment,
  type ModelParameters,
  modelParameters,
  orders,
  purchasePopulations as populationsTopic,
  lifecycleSegments as segmentsTopic,
} from '../../events.ts'
import { KEPT_WHOLE, type Log } from '../../logs/log.ts'
import { memoryLog } from '../../logs/memory-log.ts'
import { fileSnapshots } from '../../logs/snapshots.ts'
import { lifecycleSegments } from '../../pipelines/lifecycle-segments.ts'
import { populationChanges } from '../../pipelines/population-changes.ts'
import { populationLearner } from '../../pipelines/population-learner.ts'
import { purchaseCohorts } from '../../pipelines/purchase-cohorts.ts'
import { purchasePopulations } from '../../pipelines/purchase-populations.ts'
import { ndjsonTarget } from '../../replay/ndjson-target.ts'
import { replay } from '../../replay/replay.ts'
import { verifyRun } from '../../replay/verify/verify-run.ts'
import { newMetrics } from '../../serve/metrics.ts'
import { openNdjson } from '../../sources/ndjson.ts'
import { order } from '../../testing/sample-pipelines.ts'
import { MemorySnapshots } from '../../testing/simulation/memory-snapshots.ts'
import { Random } from '../../testing/simulation/random.ts'
import { LiveRun } from '../live/live-run.ts'
import { startLearners } from './live-learners.ts'

const pipelines = [lifecycleSegments, populationChanges, purchaseCohorts, purchasePopulations]
const learners = [populationLearner]
const START = days(20_000)
const NIGHTS = 3
/** Of the model of all buyers, and of that of their market; in the first night too few have come back. */
const CUTS = 2 * (NIGHTS - 1)
const USERS = 1_500

type Placed = ReturnType<typeof order>

/** Each buys first on one of three days, and half of them again; on a fourth day some come once more. */
const shop = (): readonly Placed[] => {
  const random = new Random(7)
  const placed: Placed[] = []
  for (let user = 0; user < USERS; user++) {
    let at = START + Math.floor(random.next() * days(NIGHTS))
    for (; at < START + days(NIGHTS + 0.5); at += hours(14) + random.upTo(days(2))) {
      const more = { market: 'DE', totalMinor: 500 + random.upTo(5_000) }
      placed.push(order(`n${placed.length}`, at, `u${user}`, more))
      if (random.chance(0.5)) break
    }
  }
  // Somebody is there at any time, as time goes on by orders alone.
  for (let at = START; at < START + days(NIGHTS + 0.5); at += minutes(10)) {
    placed.push(order(`s${at}`, at, 'regular', { market: 'DE', totalMinor: 100 }))
  }
  return placed.toSorted((a, b) => a.occurredAt - b.occurredAt)
}

const newFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-refit-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

const write = async (log: Log, placed: readonly Placed[]): Promise<void> => {
  const { encodeAvro } = codecsOf(orders)
  const records = placed.map(each => ({ key: null, value: encodeAvro(each as never) }))
  await log.commit({ appends: [{ topic: orders.name, partition: 0, records }] })
}

const recordsIn = async <T extends object>(log: Log, topic: Parameters<typeof codecsOf<T>>[0]) => {
  const { decodeAvro } = codecsOf<T>(topic)
  const all: T[] = []
  const { first, next } = await log.range({ topic: topic.name, partition: 0 })
  for (let from = first; from < next; ) {
    const limits = { recordsMax: 10_000, bytesMax: 1 << 26 }
    const { records } = await log.read({ topic: topic.name, partition: 0 }, from, limits)
    for (const { value } of records) all.push(decodeAvro(value!) as T)
    from = records.at(-1)!.offset + 1
  }
  return all
}

test('a live run goes on over its refits, and executed again it is the same', async () => {
  const snapshots = fileSnapshots(await newFolder())
  const wallNow = () => START + days(30)
  const log = memoryLog({ wallNow })
  for (const { name } of [orders, modelParameters]) await log.createTopic(name, KEPT_WHOLE)
  const options = { log, applicationId: 'shop', pipelines, snapshots }
  const live = await LiveRun.start({
    ...options,
    wallNow,
    isLive: () => false,
    commitIntervalMs: 5,
    commitRecords: 50,
  })
  const running = live.run()
  const told: string[] = []
  const learning = await startLearners({
    ...{ log, applicationId: 'shop', learners, metrics: newMetrics() },
    say: line => told.push(line),
  })
  const all = shop()
  const lastNight = START + days(NIGHTS)
  // The run is at its records while the learner is at its cuts.
  await write(
    log,
    all.filter(({ occurredAt }) => occurredAt < lastNight + minutes(100)),
  )
  await vi.waitFor(() => expect(told).toHaveLength(CUTS), { timeout: 20_000 })
  await write(
    log,
    all.filter(({ occurredAt }) => occurredAt >= lastNight + minutes(100)),
  )
  live.stop()
  await running
  await learning.stop()
  const versions = await recordsIn<ModelParameters>(log, modelParameters)
  expect(versions.length).toBeGreaterThan(1)
  expect(await recordsIn(log, populationsTopic)).toHaveLength(CUTS)
  const segments = await recordsIn<LifecycleSegment>(log, segmentsTopic)
  const cited = segments.filter(({ modelVersion }) => modelVersion.includes('purchases/DE@'))
  expect(cited.length).toBeGreaterThan(100)
  expect(await verifyRun(options)).toMatchObject({ differences: 0, first: null })
})

const replayed = async (commitRecords: number): Promise<Readonly<Record<string, string>>> => {
  const folder = await newFolder()
  const [events, results] = [join(folder, 'events'), join(folder, 'results')]
  await mkdir(events)
  const lines = shop().map(each => `${JSON.stringify(each)}\n`)
  await writeFile(join(events, 'orders.ndjson'), lines.join(''))
  await replay({
    pipelines,
    learners,
    runId: 'run',
    command: {},
    open: (topics, startAt) =>
      openNdjson(events, { topics: topics.map(({ name }) => name), startAt }),
    log: memoryLog({ wallNow: () => START }),
    snapshots: new MemorySnapshots(new Random(1), 0),
    target: ndjsonTarget(results),
    drain: false,
    startedAtMs: START + days(30),
    commitRecords,
  })
  const names = (await readdir(results)).sort()
  const texts = await Promise.all(names.map(name => readFile(join(results, name), 'utf8')))
  return Object.fromEntries(names.map((name, index) => [name, texts[index]!]))
}

test('a replay that crosses refits gives the same bytes, whatever the size of its commits', async () => {
  const [once, again] = [await replayed(5_000), await replayed(61)]
  expect(once['model-parameters.ndjson']?.split('\n').length).toBeGreaterThan(NIGHTS)
  expect(once['lifecycle-segments.ndjson']).toContain('purchases/DE@')
  expect(again).toEqual(once)
})
