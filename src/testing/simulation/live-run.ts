import { Application, type ApplicationOptions } from '../../engine/application.ts'
import type { Incoming } from '../../engine/arrival.ts'
import type { CommitUnit } from '../../engine/commit.ts'
import type { Slice } from '../../engine/exchange/slice.ts'
import { mergedByHeads, sourceBefore } from '../../engine/merge.ts'
import { partitionNameOf } from '../../engine/partition-name.ts'
import { ApplicationLog, type CommitAppends } from '../../logs/application-log.ts'
import { exchangeTopic } from '../../logs/application-topics.ts'
import type { Log, TopicPartition } from '../../logs/log.ts'
import { resultTopics } from '../../logs/result-topics.ts'
import type { Snapshots } from '../../logs/snapshots.ts'
import { incomingOf } from '../../logs/stored-arrival.ts'

export interface LiveRunOptions {
  /** Of all of the application, or of a slice. */
  readonly application: ApplicationOptions
  /** What it reads, the exchange too. */
  readonly sources: readonly TopicPartition[]
  /** Of other topics, such as control topics, all there is comes with each poll. Default none. */
  readonly always?: readonly TopicPartition[]
  readonly log: Log
  readonly snapshots: Snapshots
  /** For canaries: what is committed in place of the unit. */
  readonly sabotage?: (unit: CommitUnit) => CommitUnit
}

export const APPLICATION_ID = 'simulated'
export const EXCHANGE = exchangeTopic(APPLICATION_ID)

export const applicationLog = (log: Log, snapshots: Snapshots, slice?: Slice): ApplicationLog =>
  new ApplicationLog({
    log,
    snapshots,
    applicationId: APPLICATION_ID,
    resultPartitions: 2,
    ...(slice ? { slice } : {}),
  })

const ALL = 1_000_000

/** A life of an application, or of a slice of it, from a start to a crash: polls, ticks, commits. */
export class LiveRun {
  readonly sources: readonly TopicPartition[]
  readonly application: Application
  readonly #options: LiveRunOptions
  readonly #state: ApplicationLog
  readonly #positions = new Map<string, number>()
  readonly #resting: (() => void)[] = []
  #snapshotFailure: unknown = null

  private constructor(options: LiveRunOptions) {
    this.#options = options
    this.sources = options.sources
    this.application = new Application(options.application)
    this.#state = applicationLog(options.log, options.snapshots, options.application.slice)
  }

  static async start(options: LiveRunOptions): Promise<LiveRun> {
    const run = new LiveRun(options)
    const last = await run.#state.restore(run.application)
    for (const position of last?.positions ?? []) {
      run.#positions.set(partitionNameOf(position), position.next)
    }
    await run.#state.createResultTopics(resultTopics(options.application.pipelines))
    return run
  }

  /**
   * Reads up to `recordsMax` of each of these, but for those that are to wait, and hands them on in
   * the total order of the heads.
   */
  async poll(sources: readonly TopicPartition[], recordsMax: number): Promise<number> {
    const arrivals: Incoming[][] = []
    const overfull = new Set(this.application.overfull())
    const { always = [] } = this.#options
    for (const source of [...sources, ...always].sort(sourceBefore)) {
      const name = partitionNameOf(source)
      if (overfull.has(name)) continue
      const from = this.#positions.get(name) ?? 0
      const max = always.includes(source) ? ALL : recordsMax
      const limits = { recordsMax: max, bytesMax: 1e6 }
      const { records } = await this.#options.log.read(source, from, limits)
      arrivals.push(records.map(record => incomingOf(this.application, EXCHANGE, source, record)))
      this.#positions.set(name, from + records.length)
    }
    const merged = mergedByHeads(arrivals)
    for (const arrival of merged) this.application.take(arrival)
    return merged.length
  }

  /** The clock moves the partitions that were read to their end. */
  async tick(at: number): Promise<void> {
    const ended: TopicPartition[] = []
    for (const { topic, partition } of this.sources) {
      if (topic === EXCHANGE) continue
      if ((await this.#left({ topic, partition })) === 0) ended.push({ topic, partition })
    }
    if (ended.length > 0) this.application.tick(at, ended)
  }

  /** How many records wait in the log. */
  async waiting(): Promise<number> {
    let waiting = 0
    for (const source of this.sources) waiting += await this.#left(source)
    return waiting
  }

  finish(): void {
    this.application.finish(true)
  }

  async commit(): Promise<void> {
    const appends = this.appends()
    if (appends === null) return
    const { outputs, state, journal } = appends
    await this.#options.log.commit({ appends: [...outputs, ...state, journal] })
  }

  /** What its commit appends, for whoever commits several slices at once; null for nothing. */
  appends(): CommitAppends | null {
    if (!this.application.isDirty) return null
    const unit = this.application.commit()
    const { sabotage } = this.#options
    return this.#state.appendsOf(sabotage ? sabotage(unit) : unit, unit.outputs, null)
  }

  /** Begins one, unless one is being written; what is written of it comes with `goOn`. */
  async snapshot(): Promise<void> {
    const frozen = this.#state.freeze(this.application, true)
    const saving = frozen && (await this.#state.beginSaving(frozen, () => this.#rest()))
    saving?.saved.catch(error => {
      this.#snapshotFailure = error
    })
  }

  /** Writes a piece more of a snapshot that was begun. */
  async goOn(): Promise<void> {
    for (const goOn of this.#resting.splice(0)) goOn()
    await Promise.resolve()
    if (this.#snapshotFailure !== null) throw this.#snapshotFailure
  }

  #rest(): Promise<void> {
    return new Promise(goOn => this.#resting.push(goOn))
  }

  async #left(at: TopicPartition): Promise<number> {
    const { next } = await this.#options.log.range(at)
    return next - (this.#positions.get(partitionNameOf(at)) ?? 0)
  }
}
