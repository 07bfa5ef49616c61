/** A replay in which models learn: the same bytes however it is run, and whose versions count. */
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { days, hours } from '../engine/time.ts'
import type { AnyTopic } from '../engine/topic.ts'
import { lifecycleSegments, modelParameters, orders } from '../events.ts'
import { type MemoryLog, memoryLog } from '../logs/memory-log.ts'
import { openLogSource } from '../sources/log-source.ts'
import { openNdjson } from '../sources/ndjson.ts'
import { asking, counter, MODEL, nightly } from '../testing/sample-learning.ts'
import { order } from '../testing/sample-pipelines.ts'
import { MemorySnapshots } from '../testing/simulation/memory-snapshots.ts'
import { Random } from '../testing/simulation/random.ts'
import { ndjsonTarget } from './ndjson-target.ts'
import { type ReplayOptions, type ReplaySummary, replay } from './replay.ts'
import { logTarget } from './target.ts'

const START = Date.UTC(2025, 0, 6)

/** Folders of one test: events, what came out, and the run's state. */
class Folders {
  readonly folder: string
  readonly events: string
  readonly results: string
  readonly log: MemoryLog = memoryLog({ wallNow: () => START })
  readonly snapshots = new MemorySnapshots(new Random(1), 0)
  readonly told: string[] = []

  private constructor(folder: string, results: string) {
    this.folder = folder
    this.events = join(folder, 'events')
    this.results = join(folder, results)
  }

  static async make(results = 'results'): Promise<Folders> {
    const folders = new Folders(await mkdtemp(join(tmpdir(), 'millrace-learning-')), results)
    await mkdir(folders.events)
    return folders
  }

  async has(topic: AnyTopic, records: readonly object[]): Promise<void> {
    const lines = records.map(record => `${JSON.stringify(record)}\n`).join('')
    await appendFile(join(this.events, `${topic.name}.ndjson`), lines)
  }

  options(more: Partial<ReplayOptions> = {}): ReplayOptions {
    return {
      pipelines: [nightly, asking],
      learners: [counter],
      runId: 'run',
      command: {},
      open: (topics, startAt) =>
        openNdjson(this.events, { topics: topics.map(({ name }) => name), startAt }),
      log: this.log,
      snapshots: this.snapshots,
      target: ndjsonTarget(this.results),
      drain: true,
      startedAtMs: START + days(60),
      onEvent: line => this.told.push(line),
      ...more,
    }
  }

  run(more: Partial<ReplayOptions> = {}): Promise<ReplaySummary> {
    return replay(this.options(more))
  }

  /** Stopped after each of these numbers of commits, and gone on with. */
  async runCutOff(after: readonly number[], more: Partial<ReplayOptions>): Promise<ReplaySummary> {
    for (const commits of after) {
      let left = commits
      const { outcome } = await this.run({ ...more, isStopped: () => --left <= 0 })
      if (outcome !== 'stopped') break
    }
    return this.run(more)
  }

  async files(): Promise<Readonly<Record<string, string>>> {
    const names = (await readdir(this.results)).filter(name => name !== 'orders.ndjson').sort()
    const texts = await Promise.all(names.map(name => readFile(join(this.results, name), 'utf8')))
    return Object.fromEntries(names.map((name, index) => [name, texts[index]!]))
  }

  async recordsOf<T>(topic: AnyTopic): Promise<readonly T[]> {
    const text = (await this.files())[`${topic.name}.ndjson`] ?? ''
    return text
      .split('\n')
      .filter(Boolean)
      .map(line => JSON.parse(line))
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true })
  }
}

const used: Folders[] = []
const folders = async (results?: string): Promise<Folders> => {
  const made = await Folders.make(results)
  used.push(made)
  return made
}

const withFolders = async <T>(use: () => Promise<T>): Promise<T> => {
  try {
    return await use()
  } finally {
    for (const each of used.splice(0)) await each.remove()
  }
}

/** With days between some of them. */
const someOrders = (afters: readonly number[]): readonly object[] => {
  let at = START
  return afters.map((after, index) => {
    at += after
    return order(`o${index}`, at, index % 2 === 0 ? 'ann' : 'bob')
  })
}

const FEW = someOrders([hours(20), hours(1), days(4), hours(5), 10, days(1)])

test('the same bytes twice, whatever the size of commits and wherever a run is cut off', () =>
  withFolders(async () => {
    const afters = fc.array(fc.oneof(fc.nat(days(4)), fc.nat(100)), { minLength: 1, maxLength: 12 })
    const sizes = fc.constantFrom(1, 2, 7, 5_000)
    const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 3 })
    // Where results go where events are, a run that goes on finds its own versions there.
    const places = fc.constantFrom('results', 'events')
    await fc.assert(
      fc.asyncProperty(afters, sizes, cuts, places, async (times, commitRecords, after, place) => {
        const [calm, cut] = [await folders(), await folders(place)]
        for (const each of [calm, cut]) await each.has(orders, someOrders(times))
        const whole = await calm.run()
        const again = await cut.runCutOff(after, { commitRecords })
        expect(await cut.files()).toEqual(await calm.files())
        expect(again.learners).toEqual(whole.learners)
        expect(again.pipelines).toEqual(whole.pipelines)
      }),
      { numRuns: 12 },
    )
  }))

test('versions are a result of the run, and results cite them from their moment on', () =>
  withFolders(async () => {
    const run = await folders()
    await run.has(orders, FEW)
    const { learners } = await run.run()
    const versions = await run.recordsOf<{ version: number; effectiveAt: number }>(modelParameters)
    expect(versions.length).toBeGreaterThan(3)
    expect(learners.counter).toMatchObject({ published: versions.length, failed: 0 })
    const segments = await run.recordsOf<{ occurredAt: number; frequency: number }>(
      lifecycleSegments,
    )
    for (const { occurredAt, frequency } of segments) {
      const due = versions.filter(({ effectiveAt }) => effectiveAt <= occurredAt)
      expect(frequency).toBe(Math.max(0, ...due.map(({ version }) => version)))
    }
  }))

const published = (version: number, occurredAt: number) => ({
  ...{ modelId: MODEL, version, occurredAt, effectiveAt: null, trainedThrough: null },
  parameters: {},
})

test('a history with versions of its own keeps to those, and says so', () =>
  withFolders(async () => {
    const run = await folders()
    await run.has(orders, FEW)
    await run.has(modelParameters, [published(77, START), published(78, START + days(2))])
    const summary = await run.runCutOff([3], { commitRecords: 2 })
    const segments = await run.recordsOf<{ frequency: number }>(lifecycleSegments)
    expect(new Set(segments.map(({ frequency }) => frequency))).toEqual(new Set([77, 78]))
    expect(summary.learners).toEqual({})
    expect(run.told).toEqual([
      'model-parameters has versions in this history, so counter learns nothing.',
    ])
    expect(Object.keys(await run.files())).not.toContain('model-parameters.ndjson')
  }))

test('a topic of versions that is there and empty is learnt for', () =>
  withFolders(async () => {
    const run = await folders()
    await run.has(orders, FEW)
    await run.has(modelParameters, [])
    expect((await run.run()).learners.counter!.published).toBeGreaterThan(3)
    expect(run.told).toEqual([])
  }))

test('pipelines without those that feed a learner are replayed as if it were not there', () =>
  withFolders(async () => {
    const run = await folders()
    await run.has(orders, FEW)
    const { learners } = await run.run({ pipelines: [asking] })
    expect(learners).toEqual({})
    expect(Object.keys(await run.files())).not.toContain('model-parameters.ndjson')
  }))

test('a run that was begun with a learner does not go on without it', () =>
  withFolders(async () => {
    const run = await folders()
    await run.has(orders, FEW)
    await run.run({ commitRecords: 2, isStopped: () => true })
    await expect(run.run({ learners: [] })).rejects.toThrow('begun with the learner counter')
  }))

test('into the log that is read, a run does not meet its own versions when it goes on', () =>
  withFolders(async () => {
    const run = await folders()
    const { log } = run
    await log.createTopic('orders', {
      ...{ partitions: 1, compacted: false, retentionMs: null, retentionBytes: null },
    })
    const records = FEW.map(each => ({ key: null, value: Buffer.from(JSON.stringify(each)) }))
    await log.commit({ appends: [{ topic: 'orders', partition: 0, records }] })
    const more: Partial<ReplayOptions> = {
      target: logTarget(),
      open: (topics, startAt) =>
        openLogSource(log, { topics: topics.map(({ name }) => name), startAt }),
    }
    const { learners } = await run.runCutOff([4, 3], { ...more, commitRecords: 1 })
    const { next } = await log.range({ topic: 'model-parameters', partition: 0 })
    expect(next).toBe(learners.counter!.published)
    const calm = await folders()
    await calm.has(orders, FEW)
    expect(learners).toEqual((await calm.run()).learners)
  }))

test('what a learner fails with is told, and the run goes on', () =>
  withFolders(async () => {
    const run = await folders()
    await run.has(orders, FEW.slice(0, 1))
    const faulty = {
      ...counter,
      learn: () => {
        throw new Error('out of its mind')
      },
    }
    const { learners, outcome } = await run.run({ learners: [faulty] })
    expect([outcome, learners]).toEqual([
      'finished',
      { counter: { published: 0, refused: 0, failed: 3 } },
    ])
    expect(run.told[0]).toBe('The learner counter failed: out of its mind')
  }))
