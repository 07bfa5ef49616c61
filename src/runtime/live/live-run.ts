/**
 * Runs pipelines on a log that is being written to, until it is told to stop.
 *
 *   round:  read ahead ─► take in, by the heads ─► tick ─► commit ─► snapshot where one is due
 *
 * A round is a commit. Where there is little to do they are `commitIntervalMs` apart; where there is
 * a backlog they follow one another, each of `commitRecords` at most.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { Application, type Limits } from '../../engine/application.ts'
import type { CommitUnit, SourcePosition } from '../../engine/commit.ts'
import type { Pipeline } from '../../engine/pipeline.ts'
import type { AnyTopic } from '../../engine/topic.ts'
import { deadLetters, lateEvents } from '../../events.ts'
import { ApplicationLog } from '../../logs/application-log.ts'
import { knownWriters } from '../../logs/known-writers.ts'
import type { Log, Position, TopicPartition } from '../../logs/log.ts'
import { resultTopics } from '../../logs/result-topics.ts'
import type { Snapshots } from '../../logs/snapshots.ts'
import { LiveReader } from './live-reader.ts'

export interface LiveRunOptions {
  readonly applicationId: string
  readonly pipelines: readonly Pipeline[]
  /** Has the source topics. */
  readonly log: Log
  readonly snapshots: Snapshots
  /** In ms since 1970. */
  readonly wallNow: () => number
  /** Default 100. */
  readonly commitIntervalMs?: number
  /** Records of a commit, at most. Default 4,000. */
  readonly commitRecords?: number
  /** A partition that was read to its end is held to be quiet after so long. Default 2 s. */
  readonly idleTimeoutMs?: number
  /** False while producers write what is long past: the clock says nothing of it. */
  readonly isLive?: () => boolean
  readonly limits?: Partial<Limits>
  readonly onCommit?: (commit: LiveCommit) => void
}

export interface LiveCommit {
  readonly unit: CommitUnit
  readonly records: number
  /** When the log took in the oldest and the newest of them, in ms since 1970; null where it is none. */
  readonly taken: { readonly oldestMs: number; readonly newestMs: number } | null
  /** When it was lasting, in ms since 1970. */
  readonly committedAt: number
  /** From the first record of the round to the end of the commit. */
  readonly tookMs: number
  /** Whether all was taken in that the log had. */
  readonly isAtEnd: boolean
}

const COMMIT_INTERVAL_MS = 100
const COMMIT_RECORDS = 4_000
const IDLE_TIMEOUT_MS = 2_000
const TICK_INTERVAL_MS = 1_000

export class LiveRun {
  readonly application: Application
  readonly #options: LiveRunOptions
  readonly #state: ApplicationLog<null>
  #positions: readonly SourcePosition[] = []
  #tickedAt = Number.NEGATIVE_INFINITY
  #stopping = false

  private constructor(options: LiveRunOptions, partitions: ReadonlyMap<string, number>) {
    const { pipelines, limits, log, applicationId, snapshots } = options
    this.#options = options
    this.application = new Application({
      pipelines,
      sourcePartitions: topic => partitions.get(topic) ?? 0,
      mode: 'live',
      lateEvents,
      deadLetters,
      writers: knownWriters,
      ...(limits ? { limits } : {}),
    })
    this.#state = new ApplicationLog({ log, applicationId, snapshots })
  }

  /** Brings the state back to the last commit. */
  static async start(options: LiveRunOptions): Promise<LiveRun> {
    const topics = await options.log.topics()
    const partitions = new Map([...topics].map(([name, settings]) => [name, settings.partitions]))
    const run = new LiveRun(options, partitions)
    const last = await run.#state.restore(run.application)
    run.#positions = last?.positions ?? []
    await run.#state.createResultTopics(resultTopics(options.pipelines))
    return run
  }

  /** Resolves after `stop`, once everything is taken in that was in the log then. */
  async run(): Promise<void> {
    const isReference = ({ kind }: AnyTopic): boolean => kind === 'reference'
    const topics = this.application.sourceTopics
    const references = await this.#reader(topics.filter(isReference))
    do await this.#round(references, false)
    while (!references.isAtEnd)
    const reader = await this.#reader(topics)
    for (;;) {
      const isLast = this.#stopping
      const beganAt = this.#options.wallNow()
      await this.#round(reader, true)
      if (isLast && reader.isAtEnd) return
      if (reader.isAtEnd) await this.#pauseSince(beganAt)
    }
  }

  stop(): void {
    this.#stopping = true
  }

  /** Records in the source topics that were not taken in yet. */
  async waiting(): Promise<number> {
    const { log } = this.#options
    let waiting = 0
    for (const { topic, partition } of await this.#partitionsOf(this.application.sourceTopics)) {
      const { first, next } = await log.range({ topic, partition })
      waiting += next - Math.max(first, this.#positionOf({ topic, partition }) ?? first)
    }
    return waiting
  }

  /** Forgets all but so many of the newest entries of the journal. */
  clean(journalEntriesMax: number): Promise<void> {
    return this.#state.trimJournal(journalEntriesMax)
  }

  async #round(reader: LiveReader, ticks: boolean): Promise<void> {
    const beganAt = this.#options.wallNow()
    await reader.readAhead()
    const max = this.#options.commitRecords ?? COMMIT_RECORDS
    let [oldestMs, newestMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    const records = reader.takeRound(max, arrival => {
      oldestMs = Math.min(oldestMs, arrival.timestampMs)
      newestMs = Math.max(newestMs, arrival.timestampMs)
      this.application.take(arrival)
    })
    if (ticks) this.#tick(reader)
    if (!this.application.isDirty) return
    const unit = this.application.commit()
    await this.#state.commit(unit, unit.outputs, null)
    this.#positions = unit.positions
    await this.#state.snapshot(this.application)
    const committedAt = this.#options.wallNow()
    const tookMs = committedAt - beganAt
    const taken = records > 0 ? { oldestMs, newestMs } : null
    this.#options.onCommit?.({ unit, records, taken, committedAt, tookMs, isAtEnd: reader.isAtEnd })
  }

  /** The clock moves partitions that were read to their end, so that absence is noticed. */
  #tick(reader: LiveReader): void {
    const now = this.#options.wallNow()
    if (this.#options.isLive?.() === false || now < this.#tickedAt + TICK_INTERVAL_MS) return
    const ended = reader.ended
    if (ended.length === 0) return
    this.application.tick(now - (this.#options.idleTimeoutMs ?? IDLE_TIMEOUT_MS), ended)
    this.#tickedAt = now
  }

  async #pauseSince(beganAt: number): Promise<void> {
    const intervalMs = this.#options.commitIntervalMs ?? COMMIT_INTERVAL_MS
    const leftMs = beganAt + intervalMs - this.#options.wallNow()
    if (leftMs > 0 && !this.#stopping) await wait(leftMs)
  }

  async #reader(topics: readonly AnyTopic[]): Promise<LiveReader> {
    const { log } = this.#options
    const partitions: Position[] = []
    for (const at of await this.#partitionsOf(topics)) {
      // What was never read, by a pipeline that is new, begins with what is retained.
      const next = this.#positionOf(at) ?? (await log.range(at)).first
      partitions.push({ ...at, next })
    }
    return new LiveReader(log, this.application, partitions)
  }

  #positionOf({ topic, partition }: TopicPartition): number | undefined {
    return this.#positions.find(each => each.topic === topic && each.partition === partition)?.next
  }

  async #partitionsOf(topics: readonly AnyTopic[]): Promise<readonly TopicPartition[]> {
    const there = await this.#options.log.topics()
    return topics.flatMap(({ name: topic }) =>
      Array.from({ length: there.get(topic)?.partitions ?? 0 }, (_, partition) => ({
        topic,
        partition,
      })),
    )
  }
}
