/**
 * The commits of an application, or of a slice of it, in a log; and its state back out of it. Which
 * topics that takes is said in `application-topics.ts`. A changelog goes back to the older of two
 * snapshots.
 *
 * All that a commit changes goes into the log in one commit of the log; where that has none, the
 * journal's record is written last, and is what makes a commit one.
 */

import type { Application } from '../engine/application.ts'
import type {
  ChangelogEntry,
  ChangelogPart,
  CommitUnit,
  JournalEntry,
  Output,
  SourcePosition,
} from '../engine/commit.ts'
import { MillraceError } from '../engine/errors.ts'
import { COMMITS_UNDER_WAY_MAX, type Slice, WHOLE } from '../engine/exchange/slice.ts'
import { partitionOf } from '../engine/hash.ts'
import { partitionName } from '../engine/partition-name.ts'
import type { Pipeline } from '../engine/pipeline.ts'
import { codecsOf } from '../engine/schema/codecs.ts'
import type { PipelineRunner } from '../engine/task/pipeline-runner.ts'
import type { AnyTopic } from '../engine/topic.ts'
import {
  changelogTopic,
  createApplicationTopics,
  exchangeTopic,
  journalTopic,
} from './application-topics.ts'
import {
  type Append,
  KEPT_WHOLE,
  type Log,
  type LogRecord,
  type TopicPartition,
  type TopicSettings,
} from './log.ts'
import { restoreTask, type TaskHistory } from './restore-task.ts'
import { areSnapshotsDue } from './snapshot-due.ts'
import { type FrozenTask, SnapshotWriter } from './snapshot-writer.ts'
import type { Rest, Snapshots } from './snapshots.ts'

/** What stands in the journal for each commit. */
export interface JournalRecord<Marks = unknown> extends JournalEntry {
  readonly positions: readonly SourcePosition[]
  /** What the driver of the run adds, such as how long its output files are. */
  readonly marks: Marks
}

export interface ApplicationLogOptions extends TaskHistory {
  readonly applicationId: string
  /** Changelog bytes behind the last snapshots before new ones are due. Default 32 MiB. */
  readonly snapshotBytesMin?: number
  /** Partitions of a result topic that is not there yet. Default 1. */
  readonly resultPartitions?: number
  /** Which share of the application it is for. Default all of it. */
  readonly slice?: Slice
}

/** One commit, as what a log appends: what others read, then state, then the journal. */
export interface CommitAppends {
  readonly outputs: readonly Append[]
  readonly state: readonly Append[]
  readonly journal: Append
}

/** The state of every task as of one commit, which later ones do not change. */
export interface FrozenState {
  readonly epoch: number
  readonly states: readonly Iterable<ChangelogEntry>[]
}

const READ = { recordsMax: 50_000, bytesMax: 64 * 1024 * 1024 }

interface TaskLog {
  readonly runner: PipelineRunner
  readonly partition: number
  readonly name: string
  readonly at: TopicPartition
  bytesSince: number
  snapshotBytes: number
}

export class ApplicationLog<Marks = unknown> {
  readonly #log: Log
  readonly #journal: TopicPartition
  readonly #applicationId: string
  readonly #snapshots: Snapshots
  readonly #snapshotBytesMin: number | undefined
  readonly #resultPartitions: number
  readonly #slice: Slice
  readonly #history: TaskHistory
  readonly #tasks = new Map<string, TaskLog>()
  readonly #results = new Map<string, number>()
  readonly #writer: SnapshotWriter
  /** What is being saved, or is to be; one at a time. */
  #frozen: FrozenState | null = null

  constructor(options: ApplicationLogOptions) {
    this.#log = options.log
    this.#applicationId = options.applicationId
    this.#snapshots = options.snapshots
    this.#snapshotBytesMin = options.snapshotBytesMin
    this.#writer = new SnapshotWriter(options.snapshots)
    this.#resultPartitions = options.resultPartitions ?? 1
    this.#slice = options.slice ?? WHOLE
    this.#history = options
    this.#journal = {
      topic: journalTopic(options.applicationId),
      partition: this.#slice.index,
    }
  }

  /** Where the state of these is: the journal, and a changelog of each. */
  partitionsOf(pipelines: readonly Pipeline[]): readonly TopicPartition[] {
    const { partition } = this.#journal
    const topics = pipelines.map(pipeline => changelogTopic(this.#applicationId, pipeline))
    return [this.#journal, ...topics.map(topic => ({ topic, partition }))]
  }

  /** Brings the application to its last commit. Returns that commit's record; null for a new one. */
  async restore(application: Application): Promise<JournalRecord<Marks> | null> {
    await this.#prepare(application)
    for (const task of this.#tasks.values()) {
      const restoring = application.restoring(task.runner.pipeline.id, task.partition)
      Object.assign(task, await restoreTask(this.#history, task, restoring))
    }
    const last = await this.#lastJournal()
    application.restored(last?.epoch ?? 0, last?.positions ?? [])
    return last
  }

  /**
   * Makes result topics, for runs whose results go into this log.
   *
   * @param known partitions of topics that are there; the log is asked where one is not among these
   */
  async createResultTopics(
    topics: readonly AnyTopic[],
    known: ReadonlyMap<string, number> = new Map(),
  ): Promise<void> {
    const isKnown = topics.every(({ name }) => known.has(name))
    const there = isKnown ? known : partitionsOf(await this.#log.topics())
    for (const { name } of topics) {
      const partitions = there.get(name) ?? this.#resultPartitions
      this.#results.set(name, partitions)
      if (!there.has(name)) await this.#log.createTopic(name, { ...KEPT_WHOLE, partitions })
    }
  }

  /**
   * Resolves once the commit is lasting.
   *
   * @param outputs those to be written to this log
   * @param copies of what was taken in, where the log is to have them
   */
  async commit(
    unit: CommitUnit,
    outputs: readonly Output[],
    marks: Marks,
    copies: readonly Append[] = [],
  ): Promise<void> {
    const appends = this.appendsOf(unit, outputs, marks)
    const { durable } = await this.#log.commit({
      appends: [...copies, ...appends.outputs, ...appends.state, appends.journal],
    })
    await durable
  }

  /** What a commit is to append; for whoever commits several slices at once. */
  appendsOf(unit: CommitUnit, outputs: readonly Output[], marks: Marks): CommitAppends {
    const changes = unit.changelogs.filter(part => part.entries.length > 0)
    for (const part of changes) {
      const task = this.#taskOf(part)
      for (const { key, value } of part.entries)
        task.bytesSince += key.length + (value?.length ?? 0)
    }
    const journal = { ...unit.journal, positions: unit.positions, marks }
    return {
      outputs: [...this.#result(outputs), ...this.#parcels(unit)],
      state: changes.map(part => this.#changelogAppend(part)),
      journal: appendOf(this.#journal, [jsonRecord(journal)]),
    }
  }

  /**
   * All state as of the commit that the application has just made, where snapshots are due or `force`
   * is set, and none is being saved; to be saved once that commit is in the log. Those of one commit
   * together are a point from which the past can be executed again.
   */
  freeze(application: Application, force = false): FrozenState | null {
    if (this.#frozen !== null) return null
    const tasks = [...this.#tasks.values()]
    const isDue = force
      ? tasks.some(({ bytesSince }) => bytesSince > 0)
      : areSnapshotsDue(tasks, this.#snapshotBytesMin)
    if (!isDue) return null
    const states = tasks.map(({ runner, partition }) =>
      application.snapshot(runner.pipeline.id, partition),
    )
    this.#frozen = { epoch: application.epoch, states }
    return this.#frozen
  }

  /** It is not to be saved after all. */
  discard(frozen: FrozenState): void {
    if (this.#frozen === frozen) this.#frozen = null
  }

  /**
   * Begins to save it; to be awaited before the next commit, so that the changelog's end is where the
   * state stands. Resolves with when it is saved, in small pieces while commits go on; null where
   * another process has gone on meanwhile.
   */
  async beginSaving(frozen: FrozenState, rest?: Rest): Promise<{ saved: Promise<void> } | null> {
    const tasks = [...this.#tasks.values()]
    const ends = await this.#ends(tasks, frozen.epoch)
    if (ends === null) {
      this.discard(frozen)
      return null
    }
    for (const task of tasks) task.bytesSince = 0
    const states = tasks.map((task, i) => this.#frozenTask(task, frozen, i, ends[i]!))
    const saved = this.#writer.write(states, rest).finally(() => this.discard(frozen))
    return { saved }
  }

  /** Saves all state of the last commit, where that is due or `force` is set. */
  async snapshot(application: Application, force = false): Promise<void> {
    const frozen = this.freeze(application, force)
    if (frozen) await (await this.beginSaving(frozen))?.saved
  }

  /** Gives up what is being saved. */
  stopSaving(): Promise<void> {
    return this.#writer.stop()
  }

  /**
   * Where the changelogs end behind the commit `epoch`, whose end a broker may show late: what a snapshot
   * holds is not to be taken in once more. null where another process has gone on meanwhile, as after a
   * long pause of this one: its commits are not in the state here, and would be passed over.
   */
  async #ends(tasks: readonly TaskLog[], epoch: number): Promise<readonly number[] | null> {
    await this.#log.settled(tasks.map(({ at }) => at))
    const ranges = await Promise.all(tasks.map(({ at }) => this.#log.range(at)))
    await this.#log.settled([this.#journal])
    const last = await this.#lastJournal()
    return (last?.epoch ?? 0) === epoch ? ranges.map(({ next }) => next) : null
  }

  #frozenTask(
    task: TaskLog,
    { epoch, states }: FrozenState,
    i: number,
    offset: number,
  ): FrozenTask {
    const label = { task: task.name, offset, epoch }
    const saved = async (bytes: number): Promise<void> => {
      task.snapshotBytes = bytes
      const before = await this.#snapshots.newest(task.name, offset - 1)
      if (before && !this.#log.cleansItself) await this.#log.trim(task.at, before.offset)
    }
    return { label, entries: states[i]!, saved }
  }

  /** Every commit of the past that is retained, oldest first. */
  async *journal(): AsyncGenerator<JournalRecord<Marks>> {
    const { first } = await this.#log.range(this.#journal)
    for (let from = first; ; ) {
      const { records, atEnd } = await this.#log.read(this.#journal, from, READ)
      for (const record of records) yield JSON.parse(record.value!.toString())
      if (atEnd || records.length === 0) return
      from = records.at(-1)!.offset + 1
    }
  }

  /** Keeps so many of the newest entries, and the last one always: what a restore begins with. */
  async trimJournal(entriesMax: number): Promise<void> {
    const { next } = await this.#log.range(this.#journal)
    await this.#log.trim(this.#journal, next - Math.max(1, entriesMax))
  }

  async #prepare(application: Application): Promise<void> {
    const { count } = this.#slice
    const pipelines = application.runners.map(({ pipeline }) => pipeline)
    const tasks = application.runners[0]?.tasks.length ?? 1
    await createApplicationTopics(this.#log, this.#applicationId, pipelines, Math.max(count, tasks))
    for (const runner of application.runners) this.#addTasks(runner)
  }

  /** One task of each pipeline where there are slices, and otherwise any number. */
  #addTasks(runner: PipelineRunner): void {
    const { pipeline } = runner
    const topic = changelogTopic(this.#applicationId, pipeline)
    runner.tasks.forEach((_, task) => {
      const partition = this.#slice.index + task
      const name = taskName(this.#applicationId, pipeline, partition)
      const at = { topic, partition }
      const log = { runner, partition: task, name, at, bytesSince: 0, snapshotBytes: 0 }
      this.#tasks.set(partitionName(topic, partition), log)
    })
  }

  /**
   * That of the last commit. Offsets may end with a transaction's marks, so it is looked for backwards; and,
   * at least once, behind it may be those of a process that the group had put out, which are older.
   */
  async #lastJournal(): Promise<JournalRecord<Marks> | null> {
    const { first, next } = await this.#log.range(this.#journal)
    for (let back = 2 * COMMITS_UNDER_WAY_MAX; ; back *= 4) {
      const from = Math.max(first, next - back)
      const last = from < next ? await this.#newestFrom(from) : null
      if (last) return last
      if (from > first) continue
      if (first > 0) throw journalGone(this.#journal)
      return null
    }
  }

  async #newestFrom(from: number): Promise<JournalRecord<Marks> | null> {
    let newest: JournalRecord<Marks> | null = null
    for (let at = from; ; ) {
      const { records, atEnd } = await this.#log.read(this.#journal, at, READ)
      for (const { value } of records) {
        const read: JournalRecord<Marks> = JSON.parse(value!.toString())
        if (newest === null || read.epoch >= newest.epoch) newest = read
      }
      if (atEnd || records.length === 0) return newest
      at = records.at(-1)!.offset + 1
    }
  }

  #changelogAppend(part: ChangelogPart): Append {
    const records = part.entries.map(({ key, value }) => ({ key: Buffer.from(key), value }))
    return appendOf(this.#taskOf(part).at, records)
  }

  #taskOf(part: ChangelogPart): TaskLog {
    const topic = changelogTopic(this.#applicationId, { ...part, id: part.pipelineId })
    return this.#tasks.get(partitionName(topic, this.#slice.index + part.partition))!
  }

  #parcels({ parcels }: CommitUnit): Append[] {
    const topic = exchangeTopic(this.#applicationId)
    return parcels.map(({ to, value }) =>
      appendOf({ topic, partition: to }, [{ key: null, value }]),
    )
  }

  #result(outputs: readonly Output[]): Append[] {
    const appends: Append[] = []
    const records = new Map<string, LogRecord[][]>()
    for (const output of outputs) {
      const { name } = output.topic
      const partition = partitionOf(output.key ?? '', this.#results.get(name)!)
      let ofTopic = records.get(name)
      if (!ofTopic) {
        ofTopic = []
        records.set(name, ofTopic)
      }
      let append = ofTopic[partition]
      if (!append) {
        append = []
        ofTopic[partition] = append
        appends.push(appendOf({ topic: name, partition }, append))
      }
      append.push(resultRecord(output))
    }
    return appends
  }
}

/** What a task's snapshots are filed under. */
export const taskName = (
  applicationId: string,
  { id, generation }: Pick<Pipeline, 'id' | 'generation'>,
  partition: number,
): string => `${applicationId}-${id}-g${generation}-${partition}`

const partitionsOf = (topics: ReadonlyMap<string, TopicSettings>): Map<string, number> =>
  new Map([...topics].map(([name, { partitions }]) => [name, partitions]))

const appendOf = (at: TopicPartition, records: readonly LogRecord[]): Append => ({ ...at, records })

const jsonRecord = (value: unknown): LogRecord => ({
  key: null,
  value: Buffer.from(JSON.stringify(value)),
})

/** A result, as it stands in its topic. */
export const resultRecord = ({ topic, key, resultId, value }: Output): LogRecord => {
  const keyBytes = key === null ? null : Buffer.from(key)
  const bytes = typeof value === 'string' ? avroOf(topic, value) : value
  if (resultId === null) return { key: keyBytes, value: bytes }
  return { key: keyBytes, value: bytes, headers: { resultId } }
}

/** From the text: the object may hold a list that a handler has changed since. */
const avroOf = (topic: AnyTopic, value: string): Buffer => {
  const { decodeJson, encodeAvro } = codecsOf(topic)
  return encodeAvro(decodeJson(Buffer.from(value)))
}

const journalGone = ({ topic, partition }: TopicPartition): MillraceError =>
  new MillraceError(
    'STATE_CORRUPT',
    `journal ${topic}-${partition} had records and has none any more: the application was away for ` +
      'longer than they are kept, and where it had read to is gone with them. Start under another ' +
      "name, or delete its topics and raise the pipelines' `generation`, to begin with what is retained.",
  )
