/**
 * A live run by a made-up clock, from the opening of the shop to the end: at each step the clock goes
 * on, what has come by then is taken in, the clock ticks, and that is committed.
 */
import type { ApplicationOptions } from '../../src/engine/application.ts'
import { hours } from '../../src/engine/time.ts'
import { deadLetters, lateEvents } from '../../src/events.ts'
import type { Log } from '../../src/logs/log.ts'
import { type MemoryLog, memoryLog } from '../../src/logs/memory-log.ts'
import { lifecycleSegments } from '../../src/pipelines/lifecycle-segments.ts'
import { LiveRun } from '../../src/testing/simulation/live-run.ts'
import { MemorySnapshots } from '../../src/testing/simulation/memory-snapshots.ts'
import { Random } from '../../src/testing/simulation/random.ts'
import { sourceTopics } from '../../src/testing/simulation/source-topics.ts'
import { ENDS_AT, type Happening, OPENS_AT } from './made-up-shop.ts'
import { type Results, resultsIn } from './results.ts'

export interface Lived {
  /** With all that happened. */
  readonly log: MemoryLog
  /** By the last day. */
  readonly results: Results
  /** Once time has gone to infinity. */
  readonly drained: Results
  readonly crashes: number
}

/** @param crashShare of the steps, that end in a crash before they are done again and committed */
export const lived = async (happenings: readonly Happening[], crashShare = 0): Promise<Lived> => {
  const life = new Life(crashShare)
  await life.begin()
  let next = 0
  for (let now = OPENS_AT; now <= ENDS_AT; now += STEP_MS) {
    const came: Happening[] = []
    for (; (happenings[next]?.arrivesAt ?? now) < now; next++) came.push(happenings[next]!)
    await life.step(now, came)
  }
  return life.end()
}

const STEP_MS = hours(12)
const ALL_RECORDS = 1_000_000

const pipelines = [lifecycleSegments]
const PARTITIONS = 2
const TOPIC = { partitions: PARTITIONS, compacted: false, retentionMs: null, retentionBytes: null }
const sources = sourceTopics(pipelines).flatMap(({ name: topic }) =>
  Array.from({ length: PARTITIONS }, (_, partition) => ({ topic, partition })),
)
const application: ApplicationOptions = {
  pipelines,
  partitions: 2,
  sourcePartitions: () => PARTITIONS,
  mode: 'live',
  lateEvents,
  deadLetters,
}

class Life {
  readonly #crashShare: number
  readonly #random = new Random(1)
  readonly #snapshots = new MemorySnapshots(this.#random, 0)
  #now = OPENS_AT
  #log = memoryLog({ wallNow: () => this.#now })
  #run: LiveRun | null = null
  #crashes = 0

  constructor(crashShare: number) {
    this.#crashShare = crashShare
  }

  async begin(): Promise<void> {
    for (const { name } of sourceTopics(pipelines)) await this.#log.createTopic(name, TOPIC)
    this.#run = await this.#start()
  }

  async step(now: number, came: readonly Happening[]): Promise<void> {
    this.#now = now
    if (came.length > 0) await write(this.#log, came)
    await this.#run!.goOn()
    await this.#takeIn()
    if (this.#random.chance(this.#crashShare)) {
      this.#crashes++
      this.#log = this.#log.reopen()
      this.#run = await this.#start()
      await this.#takeIn()
    }
    await this.#run!.commit()
    if (this.#random.chance(this.#crashShare)) await this.#run!.snapshot()
  }

  async end(): Promise<Lived> {
    const results = await resultsIn(this.#log)
    this.#run!.finish()
    await this.#run!.commit()
    const drained = await resultsIn(this.#log)
    return { log: this.#log, results, drained, crashes: this.#crashes }
  }

  async #takeIn(): Promise<void> {
    await this.#run!.poll(sources, ALL_RECORDS)
    await this.#run!.tick(this.#now)
  }

  #start(): Promise<LiveRun> {
    return LiveRun.start({ application, sources, log: this.#log, snapshots: this.#snapshots })
  }
}

const write = (log: Log, happenings: readonly Happening[]): Promise<unknown> =>
  log.commit({
    appends: sources.map(({ topic, partition }) => ({
      topic,
      partition,
      records: happenings
        .filter(({ step }) => step.send.name === topic && step.partition === partition)
        .map(({ step }) => ({ key: null, value: Buffer.from(JSON.stringify(step.record)) })),
    })),
  })
