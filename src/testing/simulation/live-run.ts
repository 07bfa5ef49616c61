import { Application, type ApplicationOptions } from '../../engine/application.ts'
import type { Arrival } from '../../engine/arrival.ts'
import type { CommitUnit } from '../../engine/commit.ts'
import { mergedByHeads, sourceBefore } from '../../engine/merge.ts'
import { ApplicationLog } from '../../logs/application-log.ts'
import type { Log, TopicPartition } from '../../logs/log.ts'
import { resultTopics } from '../../logs/result-topics.ts'
import type { Snapshots } from '../../logs/snapshots.ts'
import { arrivalOf } from '../../logs/stored-arrival.ts'

export interface LiveRunOptions {
  readonly application: ApplicationOptions
  readonly sources: readonly TopicPartition[]
  readonly log: Log
  readonly snapshots: Snapshots
  /** For canaries: what is committed in place of the unit. */
  readonly sabotage?: (unit: CommitUnit) => CommitUnit
}

export const applicationLog = (log: Log, snapshots: Snapshots): ApplicationLog =>
  new ApplicationLog({ log, snapshots, applicationId: 'simulated', resultPartitions: 2 })

/** A life of an application, from a start to a crash: polls, ticks, commits. */
export class LiveRun {
  readonly #options: LiveRunOptions
  readonly #application: Application
  readonly #state: ApplicationLog
  readonly #positions = new Map<string, number>()

  private constructor(options: LiveRunOptions) {
    this.#options = options
    this.#application = new Application(options.application)
    this.#state = applicationLog(options.log, options.snapshots)
  }

  static async start(options: LiveRunOptions): Promise<LiveRun> {
    const run = new LiveRun(options)
    const last = await run.#state.restore(run.#application)
    for (const { topic, partition, next } of last?.positions ?? []) {
      run.#positions.set(`${topic}|${partition}`, next)
    }
    await run.#state.createResultTopics(resultTopics(options.application.pipelines))
    return run
  }

  /** Reads up to `recordsMax` of each of these, and hands them on in the total order of the heads. */
  async poll(sources: readonly TopicPartition[], recordsMax: number): Promise<number> {
    const arrivals: Arrival[][] = []
    for (const source of [...sources].sort(sourceBefore)) {
      const name = `${source.topic}|${source.partition}`
      const from = this.#positions.get(name) ?? 0
      const { records } = await this.#options.log.read(source, from, { recordsMax, bytesMax: 1e6 })
      arrivals.push(records.map(record => arrivalOf(this.#application, source, record)))
      this.#positions.set(name, from + records.length)
    }
    const merged = mergedByHeads(arrivals)
    for (const arrival of merged) this.#application.take(arrival)
    return merged.length
  }

  /** The clock moves the partitions that were read to their end. */
  async tick(at: number): Promise<void> {
    const ended: TopicPartition[] = []
    for (const { topic, partition } of this.#options.sources) {
      const { next } = await this.#options.log.range({ topic, partition })
      const position = this.#positions.get(`${topic}|${partition}`) ?? 0
      if (position >= next) ended.push({ topic, partition })
    }
    if (ended.length > 0) this.#application.tick(at, ended)
  }

  finish(): void {
    this.#application.finish(true)
  }

  async commit(): Promise<void> {
    if (!this.#application.isDirty) return
    const unit = this.#application.commit()
    const { sabotage } = this.#options
    await this.#state.commit(sabotage ? sabotage(unit) : unit, unit.outputs, null)
  }

  snapshot(): Promise<void> {
    return this.#state.snapshot(this.#application, true)
  }
}
