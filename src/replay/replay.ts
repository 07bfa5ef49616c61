/**
 * Runs pipelines over the past: reads history, merged by event time, and writes what comes out.
 *
 *   sources → merge → application → target
 *                          └──→ state log: changelog, positions, journal
 *
 * Every commit holds results, state and positions together, so a run that was interrupted goes on
 * from its last commit and ends with the same bytes. It needs no wall clock.
 */
import { Application, type Limits } from '../engine/application.ts'
import type { Arrival } from '../engine/arrival.ts'
import { fedBy, type Learner } from '../engine/learner.ts'
import type { Finding, FindingCounts } from '../engine/learning/finding.ts'
import { newFindingCounts } from '../engine/learning/learners.ts'
import { partitionName, partitionNameOf } from '../engine/partition-name.ts'
import type { Pipeline } from '../engine/pipeline.ts'
import type { WriterSchemas } from '../engine/schema/writer-schemas.ts'
import type { Counters } from '../engine/task/counters.ts'
import { type AnyTopic, read } from '../engine/topic.ts'
import { topics as allTopics, deadLetters, lateEvents } from '../events.ts'
import { ApplicationLog } from '../logs/application-log.ts'
import { knownWriters } from '../logs/known-writers.ts'
import type { Append, Log, LogRecord } from '../logs/log.ts'
import { resultTopics } from '../logs/result-topics.ts'
import type { Snapshots } from '../logs/snapshots.ts'
import type { History, InputSignature, RecordStream, StartAt } from '../sources/record-stream.ts'
import { type Command, checkCommand, checkVersions, drained, signaturesOf } from './continuing.ts'
import { HistoryMerge } from './history-merge.ts'
import { type LearningHistory, learningHistory } from './learners-of-history.ts'
import type { Target } from './target.ts'

export interface ReplayOptions {
  readonly pipelines: readonly Pipeline[]
  /** Learn from results, those that these pipelines make; but nothing on topics that history has. */
  readonly learners?: readonly Learner[]
  /** Names the run: its state, its journal. */
  readonly runId: string
  /** What the run was asked for, by option. It goes on only where all is asked for as before. */
  readonly command: Command
  /** Opens what is replayed, from the given offsets on. */
  readonly open: (topics: readonly AnyTopic[], startAt: StartAt) => Promise<History>
  /** Holds the run's state; with a log target, its results as well. */
  readonly log: Log
  readonly snapshots: Snapshots
  readonly target: Target
  /** Event times from `since` on and before `until` count. */
  readonly since?: number
  readonly until?: number
  /** At the end, time goes to infinity: every timer fires. */
  readonly drain: boolean
  /** When the run is begun, in ms since 1970; kept until it is finished. */
  readonly startedAtMs: number
  readonly limits?: Partial<Limits>
  /** Schemas that records were written with, by id. Default those of this version's files. */
  readonly writers?: WriterSchemas
  readonly commitRecords?: number
  readonly onProgress?: (progress: Progress) => void
  /** A line for whoever watches: who learns nothing here, and why; what a learner failed with. */
  readonly onEvent?: (event: string) => void
  /** Checked at each commit; the run stops there and can go on later. */
  readonly isStopped?: () => boolean
}

export interface Progress {
  /** Records taken in, over all interruptions. */
  readonly records: number
  /** Event time of the merge, in ms since 1970; null before the first record. */
  readonly at: number | null
  readonly commits: number
}

export interface ReplaySummary extends Progress {
  readonly outcome: 'finished' | 'stopped' | 'was-finished'
  /** Records that were there from an earlier part of the run. */
  readonly continuedFrom: number
  readonly unreadable: number
  readonly pipelines: Readonly<Record<string, Counters>>
  /** What those found that took part. */
  readonly learners: Readonly<Record<string, Readonly<FindingCounts>>>
}

/** What the run keeps with each commit, beside the engine's state. */
interface Marks {
  readonly command: Command
  readonly target: unknown
  readonly records: number
  readonly at: number | null
  readonly unreadable: number
  readonly startedAtMs: number
  readonly signatures: readonly InputSignature[]
  /** What each found that takes part. Absent where the run was begun by a version without learners. */
  readonly learners?: Readonly<Record<string, FindingCounts>>
  /** All was read, and time is being taken to its end; also once that is done. */
  readonly isFinishing: boolean
  readonly finished: boolean
}

const COMMIT_RECORDS = 5_000

/** Of what the pipelines do not read, only what places a record in the order of time is decoded. */
const inputTopics = allTopics.filter(({ kind }) => kind !== 'result').map(topic => read(topic))

export const replay = async (options: ReplayOptions): Promise<ReplaySummary> => {
  const { pipelines, limits, log, snapshots, runId } = options
  const application = new Application({
    pipelines,
    mode: 'history',
    lateEvents,
    deadLetters,
    writers: options.writers ?? knownWriters,
    resultFormat: options.target.resultFormat,
    ...(options.target.wantsInputs ? { alsoTaken: inputTopics } : {}),
    ...(limits ? { limits } : {}),
  })
  const state = new ApplicationLog<Marks>({ log, applicationId: runId, snapshots })
  const last = await state.restore(application)
  if (last) {
    // Whoever else keeps state under this name, as the demo does, has no marks of a run.
    checkCommand(runId, (last.marks as Marks | null)?.command, options.command)
    checkVersions(runId, last.versions, pipelines)
  }
  const run = new ReplayRun(options, application, state, last?.marks ?? null)
  return run.run(new Map(last?.positions.map(p => [partitionNameOf(p), p.next])))
}

class ReplayRun {
  readonly #options: ReplayOptions
  readonly #application: Application
  readonly #state: ApplicationLog<Marks>
  readonly #continued: Marks | null
  readonly #startedAtMs: number
  readonly #commitRecords: number
  #isFinishing: boolean
  #signatures: readonly InputSignature[] = []
  readonly #findings: Record<string, FindingCounts> = {}
  #records: number
  #at: number | null
  #commits = 0
  #sinceCommit = 0
  #recordsCommitted: number
  /** Of the records since the last commit, by topic. */
  #copies = new Map<string, LogRecord[]>()

  constructor(
    options: ReplayOptions,
    application: Application,
    state: ApplicationLog<Marks>,
    continued: Marks | null,
  ) {
    this.#options = options
    this.#application = application
    this.#commitRecords = options.commitRecords ?? COMMIT_RECORDS
    this.#isFinishing = continued?.isFinishing ?? false
    this.#state = state
    this.#continued = continued
    // A part that was interrupted ends as it began. After one that was finished come newer records.
    const isGoingOn = continued !== null && !continued.finished
    this.#startedAtMs = isGoingOn ? continued.startedAtMs : options.startedAtMs
    this.#records = continued?.records ?? 0
    this.#recordsCommitted = this.#records
    this.#at = continued?.at ?? null
    application.unreadable = continued?.unreadable ?? 0
  }

  async run(positions: ReadonlyMap<string, number>): Promise<ReplaySummary> {
    const { target, open, pipelines } = this.#options
    const topics = this.#application.sourceTopics
    const history = await open(
      topics,
      (topic, partition) => positions.get(partitionName(topic, partition)) ?? 0,
    )
    try {
      const { streams, learners } = await this.#learning(history)
      const results = resultTopics(pipelines, learners)
      if (target.isRunLog) await this.#state.createResultTopics(results)
      this.#signatures = await signaturesOf(streams, this.#continued?.signatures ?? [])
      await target.open(this.#continued?.target ?? null, results)
      const outcome = await this.#read(streams)
      if (outcome !== 'stopped') await target.finish()
      return this.#summary(outcome)
    } finally {
      await history.close()
      await target.close()
    }
  }

  /** What was decided when the run was begun stays so. */
  async #learning({ streams }: History): Promise<LearningHistory> {
    const { pipelines, learners = [], runId, onEvent } = this.#options
    const before = this.#continued ? Object.keys(this.#continued.learners ?? {}) : null
    const fed = fedBy(pipelines, learners)
    const history = await learningHistory(runId, streams, fed, before)
    for (const { id, to } of history.atRest) {
      onEvent?.(`${to.name} has versions in this history, so ${id} learns nothing.`)
    }
    for (const { id } of history.learners) {
      this.#findings[id] = this.#continued?.learners?.[id] ?? newFindingCounts()
    }
    this.#application.learnWith(history.learners, (learner, found) => this.#found(learner, found))
    return history
  }

  #found({ id }: Learner, found: Finding): void {
    this.#findings[id]![found.as]++
    if (found.as === 'failed') this.#options.onEvent?.(`The learner ${id} failed: ${found.why}`)
  }

  /** Reference topics are read to their end before the first event. */
  async #read(streams: readonly RecordStream[]): Promise<ReplaySummary['outcome']> {
    const kinds = new Map(this.#application.sourceTopics.map(({ name, kind }) => [name, kind]))
    const isReference = ({ topic }: RecordStream): boolean => kinds.get(topic) === 'reference'
    const before = this.#records
    if (!(await this.#merge(streams.filter(isReference)))) return 'stopped'
    if (!(await this.#merge(streams.filter(stream => !isReference(stream))))) return 'stopped'
    if (this.#continued?.finished && this.#records === before) return 'was-finished'
    return (await this.#finish()) ? 'finished' : 'stopped'
  }

  /**
   * The last of time, in commits of about the usual size: a drain fires every timer that there is.
   * False where the run was stopped.
   */
  async #finish(): Promise<boolean> {
    this.#isFinishing = true
    for (const _step of this.#application.finishing(this.#options.drain)) {
      if (this.#application.pendingOutputs < this.#commitRecords) continue
      await this.#commit(false)
      if (this.#options.isStopped?.()) return false
    }
    await this.#commit(true)
    return true
  }

  /** False where the run was stopped. */
  async #merge(streams: readonly RecordStream[]): Promise<boolean> {
    const decode = this.#application.decode.bind(this.#application)
    const merge = new HistoryMerge(streams, decode, this.#startedAtMs)
    for (;;) {
      const left = this.#commitRecords - this.#sinceCommit
      const more = await merge.next(left, arrival => this.#take(arrival))
      if (!more) return true
      if (this.#isWorthCommitting()) await this.#commit(false)
      this.#sinceCommit = 0
      if (this.#options.isStopped?.()) return false
    }
  }

  /** Records outside the bounds are no progress: a finished run stays finished. */
  #isWorthCommitting(): boolean {
    return this.#records > this.#recordsCommitted
  }

  #take(arrival: Arrival): void {
    this.#sinceCommit++
    const at = arrival.event?.occurredAt
    if (at !== undefined && !this.#isWanted(arrival, at)) return
    if (this.#isDrained()) throw drained(this.#options.runId, arrival)
    this.#records++
    if (this.#options.target.wantsInputs) this.#copy(arrival)
    const refused = this.#application.unreadable
    this.#application.take(arrival)
    // A record from the far future, say, is no place that the run has come to.
    if (at === undefined || this.#application.unreadable > refused) return
    if (this.#at === null || at > this.#at) this.#at = at
  }

  #copy({ topic, key, value }: Arrival): void {
    const copy = { key, value }
    const copies = this.#copies.get(topic.name)
    if (copies) copies.push(copy)
    else this.#copies.set(topic.name, [copy])
  }

  #isWanted({ topic }: Arrival, at: number): boolean {
    if (topic.kind === 'reference') return true
    const { since, until } = this.#options
    if (at >= (until ?? Number.POSITIVE_INFINITY)) return false
    // What was published before is in effect.
    return topic.kind === 'control' || at >= (since ?? Number.NEGATIVE_INFINITY)
  }

  /** Time went to infinity, or is on its way there, so that every event would be late. */
  #isDrained(): boolean {
    return this.#options.drain && (this.#continued?.isFinishing ?? false)
  }

  async #commit(finished: boolean): Promise<void> {
    const { target } = this.#options
    const unit = this.#application.commit()
    const marks: Marks = {
      command: this.#options.command,
      target: await target.write(unit.outputs),
      records: this.#records,
      at: this.#at,
      unreadable: this.#application.unreadable,
      startedAtMs: this.#startedAtMs,
      signatures: this.#signatures,
      learners: this.#findings,
      isFinishing: this.#isFinishing,
      finished,
    }
    const outputs = target.isRunLog ? unit.outputs : []
    await this.#state.commit(unit, outputs, marks, this.#takeCopies())
    await this.#state.snapshot(this.#application)
    this.#commits++
    this.#sinceCommit = 0
    this.#recordsCommitted = this.#records
    this.#options.onProgress?.(this.#progress())
  }

  #takeCopies(): Append[] {
    const copies = [...this.#copies]
    this.#copies = new Map()
    return copies.map(([topic, records]) => ({ topic, partition: 0, records }))
  }

  #progress(): Progress {
    return { records: this.#records, at: this.#at, commits: this.#commits }
  }

  #summary(outcome: ReplaySummary['outcome']): ReplaySummary {
    const { runners, unreadable } = this.#application
    return {
      ...this.#progress(),
      outcome,
      continuedFrom: this.#continued?.records ?? 0,
      unreadable,
      pipelines: Object.fromEntries(
        runners.map(({ pipeline, counters }) => [pipeline.id, { ...counters }]),
      ),
      learners: this.#findings,
    }
  }
}
