/** The four pipelines of a population and their learner, live on a log of their own. */
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { codecsOf } from '../../src/engine/schema/codecs.ts'
import { days, minutes } from '../../src/engine/time.ts'
import { clickstream, type ModelParameters, modelParameters, orders } from '../../src/events.ts'
import { openLmdbLog } from '../../src/logs/lmdb-log.ts'
import { KEPT_WHOLE, type Log } from '../../src/logs/log.ts'
import { fileSnapshots } from '../../src/logs/snapshots.ts'
import { lifecycleSegments } from '../../src/pipelines/lifecycle-segments.ts'
import { populationChanges } from '../../src/pipelines/population-changes.ts'
import { populationLearner } from '../../src/pipelines/population-learner.ts'
import { purchaseCohorts } from '../../src/pipelines/purchase-cohorts.ts'
import { purchasePopulations } from '../../src/pipelines/purchase-populations.ts'
import { learnerGroupOf } from '../../src/runtime/learning/live-learner.ts'
import { type LiveLearners, startLearners } from '../../src/runtime/learning/live-learners.ts'
import { type LiveCommit, LiveRun } from '../../src/runtime/live/live-run.ts'
import { clickOf } from '../mix.ts'
import { buyersOrders } from './buyers.ts'
import { appendOf } from './steady-load.ts'
import { type LearningTime, timedLearner } from './timed-learner.ts'

export const POPULATION = [
  lifecycleSegments,
  populationChanges,
  purchaseCohorts,
  purchasePopulations,
]
const APPLICATION = 'refit'

const nobodyReturns = (at: number): ModelParameters => ({
  modelId: 'purchases',
  version: 1,
  occurredAt: at,
  effectiveAt: null,
  trainedThrough: null,
  parameters: { r: 0.5, alpha: 10, a: 500, b: 0.5 },
})
const BATCH = 2_000
const CLICK_EVERY_MS = minutes(10)
/** Written, and not taken in yet: what is read from the log is still in memory. */
const AHEAD_MAX = 20_000

export interface ShopRunOptions {
  readonly dir: string
  /** Whether the log has its history already. Default false. */
  readonly isLive?: boolean
  readonly now: () => number
  readonly onCommit: (commit: LiveCommit) => void
  readonly onLearnt: (time: LearningTime) => void
  /** What the learner says, when its finding is in the log. */
  readonly onFinding: (line: string) => void
  readonly onFailure: (error: unknown) => void
}

export class ShopRun {
  readonly log: Log
  readonly #live: LiveRun
  readonly #running: Promise<void>
  readonly #options: ShopRunOptions
  #learners: LiveLearners | null = null
  #taken = 0
  #isLive = false

  static async start(options: ShopRunOptions): Promise<ShopRun> {
    const { dir, now } = options
    const log = await openLmdbLog(join(dir, 'log'), { wallNow: now })
    for (const { name } of [orders, clickstream, modelParameters]) {
      await log.createTopic(name, KEPT_WHOLE)
    }
    let took = (_records: number): void => {}
    let isLive = (): boolean => options.isLive ?? false
    const live = await LiveRun.start({
      applicationId: APPLICATION,
      pipelines: POPULATION,
      log,
      snapshots: fileSnapshots(join(dir, 'snapshots')),
      wallNow: now,
      isLive: () => isLive(),
      onCommit: commit => {
        took(commit.records)
        options.onCommit(commit)
      },
    })
    const run = new ShopRun(log, live, options)
    took = records => {
      run.#taken += records
    }
    run.#isLive = isLive()
    isLive = () => run.#isLive
    return run
  }

  private constructor(log: Log, live: LiveRun, options: ShopRunOptions) {
    this.log = log
    this.#live = live
    this.#options = options
    this.#running = live.run()
    this.#running.catch(options.onFailure)
  }

  /** From the cuts that are made from here on, and not from those of the history. */
  async beginLearning(): Promise<void> {
    const { log } = this
    const learner = timedLearner(populationLearner, this.#options.onLearnt)
    const at = { topic: learner.from.name, partition: 0 }
    const { next } = await log.range(at)
    const group = learnerGroupOf(APPLICATION, learner)
    await log.commit({ appends: [], consumed: { group, positions: [{ ...at, next }] } })
    this.#learners = await startLearners({
      log,
      applicationId: APPLICATION,
      learners: [learner],
      metrics: { learnt: () => {} },
      say: this.#options.onFinding,
    })
    this.#learners.failure.catch(this.#options.onFailure)
  }

  /**
   * A year of orders, as fast as they are taken. They are taken under parameters by which nobody is
   * expected back: so little is said of silences, which is most of what a history costs, and what is
   * counted of buyers is the same. Time goes on by records alone, and clicks are a part of these.
   */
  async takeHistory(buyers: number, until: number): Promise<number> {
    const version = codecsOf(modelParameters).encodeAvro(nobodyReturns(until - days(2 * 365)))
    await this.log.commit({ appends: [appendOf(modelParameters.name, [version])] })
    let [written, clickAt, at] = [1, 0, 0]
    let [placed, clicks]: [Buffer[], Buffer[]] = [[], []]
    const write = async (): Promise<void> => {
      clicks.push(codecsOf(clickstream).encodeAvro(clickOf(written, at, 0, 'PAGE_VIEW', () => 0)))
      const appends = [appendOf(orders.name, placed), appendOf(clickstream.name, clicks)]
      await this.log.commit({ appends })
      written += placed.length + clicks.length
      placed = []
      clicks = []
      while (written - this.#taken > AHEAD_MAX) await wait(5)
    }
    for (const order of buyersOrders(buyers, until)) {
      at = order.occurredAt
      if (at > clickAt + CLICK_EVERY_MS) {
        clickAt = at
        const click = clickOf(written + clicks.length, at, 0, 'PAGE_VIEW', () => 0)
        clicks.push(codecsOf(clickstream).encodeAvro(click))
      }
      placed.push(codecsOf(orders).encodeAvro(order))
      if (placed.length === BATCH) await write()
    }
    await write()
    while (this.#taken < written) await wait(20)
    this.#isLive = true
    await this.beginLearning()
    return written
  }

  async stop(): Promise<void> {
    await this.#learners?.stop()
    this.#live.stop('now')
    await this.#running
    await this.log.close()
  }
}
