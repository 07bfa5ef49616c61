/**
 * An application's commits in a log, and its state back out of it.
 *
 *   <application>-<pipeline>-g<generation>-changelog   state, the last value per key counts;
 *                                                      goes back to the older of two snapshots
 *   <application>-journal                              one record per commit
 *
 * All that a commit changes goes into the log in one commit of the log.
 */

import type { Application } from '../engine/application.ts'
import type {
  ChangelogPart,
  CommitUnit,
  JournalEntry,
  Output,
  SourcePosition,
} from '../engine/commit.ts'
import { MillraceError } from '../engine/errors.ts'
import { partitionOf } from '../engine/hash.ts'
import type { Pipeline } from '../engine/pipeline.ts'
import { codecsOf } from '../engine/schema/codecs.ts'
import type { PipelineRunner } from '../engine/task/pipeline-runner.ts'
import type { AnyTopic } from '../engine/topic.ts'
import { type Append, KEPT_WHOLE, type Log, type LogRecord, type TopicPartition } from './log.ts'
import type { SnapshotLabel, Snapshots } from './snapshots.ts'

/** What stands in the journal for each commit. */
export interface JournalRecord<Marks = unknown> extends JournalEntry {
  readonly positions: readonly SourcePosition[]
  /** What the driver of the run adds, such as how long its output files are. */
  readonly marks: Marks
}

export interface ApplicationLogOptions {
  readonly log: Log
  readonly applicationId: string
  readonly snapshots: Snapshots
  /** Partitions of a result topic that is not there yet. Default 1. */
  readonly resultPartitions?: number
}

/** A snapshot is due when the changelog after the last one has grown beyond it, and beyond this. */
const SNAPSHOT_BYTES_MIN = 32 * 1024 * 1024
const READ = { recordsMax: 50_000, bytesMax: 64 * 1024 * 1024 }

interface TaskLog {
  readonly runner: PipelineRunner
  readonly partition: number
  readonly name: string
  readonly at: TopicPartition
  next: number
  bytesSince: number
  snapshotBytes: number
}

export class ApplicationLog<Marks = unknown> {
  readonly #log: Log
  readonly #journal: TopicPartition
  readonly #applicationId: string
  readonly #snapshots: Snapshots
  readonly #resultPartitions: number
  readonly #tasks = new Map<string, TaskLog>()
  readonly #results = new Map<string, number>()

  constructor(options: ApplicationLogOptions) {
    this.#log = options.log
    this.#applicationId = options.applicationId
    this.#snapshots = options.snapshots
    this.#resultPartitions = options.resultPartitions ?? 1
    this.#journal = { topic: `${options.applicationId}-journal`, partition: 0 }
  }

  /** Brings the application to its last commit. Returns that commit's record; null for a new one. */
  async restore(application: Application): Promise<JournalRecord<Marks> | null> {
    await this.#prepare(application)
    for (const task of this.#tasks.values()) await this.#restoreTask(application, task)
    const last = await this.#lastJournal()
    application.restored(last?.epoch ?? 0, last?.positions ?? [])
    return last
  }

  /** Makes result topics, for runs whose results go into this log. */
  async createResultTopics(topics: readonly AnyTopic[]): Promise<void> {
    const there = await this.#log.topics()
    for (const { name } of topics) {
      const partitions = there.get(name)?.partitions ?? this.#resultPartitions
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
    const changes = unit.changelogs.filter(part => part.entries.length > 0)
    const appends = changes.map(part => this.#changelogAppend(part))
    const journal = { ...unit.journal, positions: unit.positions, marks }
    const { appended, durable } = await this.#log.commit({
      appends: [
        ...appends,
        appendOf(this.#journal, [jsonRecord(journal)]),
        ...this.#result(outputs),
        ...copies,
      ],
    })
    changes.forEach((part, index) => {
      const task = this.#taskOf(part)
      task.next = appended[index]!.next
      for (const { key, value } of part.entries)
        task.bytesSince += key.length + (value?.length ?? 0)
    })
    await durable
  }

  /** Writes the snapshots that are due; all of them where `force` is set. After a commit only. */
  async snapshot(application: Application, force = false): Promise<void> {
    for (const task of this.#tasks.values()) {
      const due = Math.max(SNAPSHOT_BYTES_MIN, task.snapshotBytes)
      if (task.bytesSince < (force ? 1 : due)) continue
      const entries = application.snapshot(task.runner.pipeline.id, task.partition)
      const { bytes } = await this.#snapshots.save({ task: task.name, offset: task.next }, entries)
      const before = await this.#snapshots.newest(task.name, task.next - 1)
      if (before) await this.#log.trim(task.at, before.offset)
      task.bytesSince = 0
      task.snapshotBytes = bytes
    }
  }

  /** Every commit of the past that is retained, oldest first. */
  async *journal(): AsyncGenerator<JournalRecord<Marks>> {
    const { first, next } = await this.#log.range(this.#journal)
    for (let from = first; from < next; ) {
      const { records } = await this.#log.read(this.#journal, from, READ)
      if (records.length === 0) return
      for (const record of records) yield JSON.parse(record.value!.toString())
      from = records.at(-1)!.offset + 1
    }
  }

  /** Keeps so many of the newest entries, and the last one always: what a restore begins with. */
  async trimJournal(entriesMax: number): Promise<void> {
    const { next } = await this.#log.range(this.#journal)
    await this.#log.trim(this.#journal, next - Math.max(1, entriesMax))
  }

  async #prepare(application: Application): Promise<void> {
    await this.#log.createTopic(this.#journal.topic, { ...KEPT_WHOLE, partitions: 1 })
    for (const runner of application.runners) {
      const topic = `${this.#applicationId}-${changelogName(runner.pipeline)}`
      const partitions = runner.tasks.length
      // Snapshots and trimming bound it. Compaction would in time remove the tombstones of keys that
      // a snapshot still holds, and a restore would bring these keys back.
      await this.#log.createTopic(topic, { ...KEPT_WHOLE, partitions })
      for (let partition = 0; partition < partitions; partition++) {
        const name = `${this.#applicationId}-${runner.pipeline.id}-g${runner.pipeline.generation}-${partition}`
        const at = { topic, partition }
        const { next } = await this.#log.range(at)
        const task = { runner, partition, name, at, next, bytesSince: 0, snapshotBytes: 0 }
        this.#tasks.set(`${topic}|${partition}`, task)
      }
    }
  }

  async #restoreTask(application: Application, task: TaskLog): Promise<void> {
    const restoring = application.restoring(task.runner.pipeline.id, task.partition)
    const { first, next } = await this.#log.range(task.at)
    const label = await this.#soundSnapshot(task, first, next)
    if (label) {
      const { bytes } = await this.#snapshots.load(label, entry => restoring.take(entry))
      task.snapshotBytes = bytes
    }
    for (let from = label?.offset ?? first; from < next; ) {
      const { records } = await this.#log.read(task.at, from, READ)
      for (const record of records) {
        restoring.take({ key: record.key!.toString(), value: record.value })
        task.bytesSince += record.key!.length + (record.value?.length ?? 0)
      }
      from = (records.at(-1)?.offset ?? next) + 1
    }
    restoring.finish()
  }

  /**
   * The newest snapshot that is whole; null to begin with the changelog's first record. Each is read
   * once to see that, since entries that were taken in could not be taken back.
   */
  async #soundSnapshot(task: TaskLog, first: number, next: number): Promise<SnapshotLabel | null> {
    await this.#snapshots.removeAhead(task.name, next)
    let damage: unknown = null
    let label = await this.#snapshots.newest(task.name, next)
    for (; label && label.offset >= first; ) {
      damage = await damageOf(this.#snapshots, label)
      if (damage === null) return label
      label = await this.#snapshots.newest(task.name, label.offset - 1)
    }
    if (first === 0) return null
    throw damage ?? gap(task.at, label?.offset ?? 0, first)
  }

  async #lastJournal(): Promise<JournalRecord<Marks> | null> {
    const { first, next } = await this.#log.range(this.#journal)
    if (next === first) return null
    const { records } = await this.#log.read(this.#journal, next - 1, READ)
    return JSON.parse(records.at(-1)!.value!.toString())
  }

  #changelogAppend(part: ChangelogPart): Append {
    const records = part.entries.map(({ key, value }) => ({ key: Buffer.from(key), value }))
    return appendOf(this.#taskOf(part).at, records)
  }

  #taskOf(part: ChangelogPart): TaskLog {
    const topic = `${this.#applicationId}-${changelogName({ ...part, id: part.pipelineId })}`
    return this.#tasks.get(`${topic}|${part.partition}`)!
  }

  #result(outputs: readonly Output[]): Append[] {
    const appends = new Map<string, { at: TopicPartition; records: LogRecord[] }>()
    for (const output of outputs) {
      const { name } = output.topic
      const partition = partitionOf(output.key ?? '', this.#results.get(name)!)
      const place = `${name}|${partition}`
      let append = appends.get(place)
      if (!append) {
        append = { at: { topic: name, partition }, records: [] }
        appends.set(place, append)
      }
      append.records.push(resultRecord(output))
    }
    return [...appends.values()].map(({ at, records }) => appendOf(at, records))
  }
}

const damageOf = async (snapshots: Snapshots, label: SnapshotLabel): Promise<unknown> => {
  try {
    await snapshots.load(label, () => {})
    return null
  } catch (error) {
    if (error instanceof MillraceError && error.code === 'STATE_CORRUPT') return error
    throw error
  }
}

const changelogName = ({ id, generation }: Pick<Pipeline, 'id' | 'generation'>): string =>
  `${id}-g${generation}-changelog`

const appendOf = (at: TopicPartition, records: readonly LogRecord[]): Append => ({ ...at, records })

const jsonRecord = (value: unknown): LogRecord => ({
  key: null,
  value: Buffer.from(JSON.stringify(value)),
})

const resultRecord = ({ topic, key, resultId, value }: Output): LogRecord => ({
  key: key === null ? null : Buffer.from(key),
  value: typeof value === 'string' ? avroOf(topic, value) : value,
  ...(resultId === null ? {} : { headers: { resultId } }),
})

/** From the text: the object may hold a list that a handler has changed since. */
const avroOf = (topic: AnyTopic, value: string): Buffer => {
  const { decodeJson, encodeAvro } = codecsOf(topic)
  return encodeAvro(decodeJson(Buffer.from(value)))
}

const gap = ({ topic, partition }: TopicPartition, from: number, first: number): MillraceError =>
  new MillraceError(
    'STATE_CORRUPT',
    `changelog ${topic}-${partition} begins at offset ${first}, but the newest usable snapshot ` +
      `ends at ${from}: what is between is gone, so state cannot be restored. Bring the snapshot ` +
      "back, or raise the pipeline's `generation` to start anew.",
  )
