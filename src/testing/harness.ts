/**
 * Runs pipelines in memory, on event time alone: the real engine with other ends.
 *
 *   const mill = harness([fraudScores])
 *   mill.send(orders, { eventId: 'e1', occurredAt: 0, orderId: 'o1', … })
 *   mill.results            // what came out
 *
 * A commit happens every `batchSize` records, as in production; `crash` throws away what was not
 * committed and starts again from what was, as a restart does.
 */
import { Application, END_OF_TIME, type Limits } from '../engine/application.ts'
import type { Arrival } from '../engine/arrival.ts'
import type { ChangelogEntry, CommitUnit, JournalEntry, Output } from '../engine/commit.ts'
import type { RawRecord } from '../engine/decoder.ts'
import type { Learner } from '../engine/learner.ts'
import { partitionName } from '../engine/partition-name.ts'
import type { Pipeline } from '../engine/pipeline.ts'
import type { WriterSchemas } from '../engine/schema/writer-schemas.ts'
import type { Instant } from '../engine/time.ts'
import type { Topic } from '../engine/topic.ts'
import { type DeadLetter, deadLetters, type LateEvent, lateEvents } from '../events.ts'
import { knownWriters } from '../logs/known-writers.ts'
import { stateBytes } from './comparing.ts'
import type { Loose, Send } from './script.ts'

export interface HarnessOptions {
  /** Records per commit. Default 1. */
  readonly batchSize?: number
  /** Tasks per pipeline. Default 1. */
  readonly partitions?: number
  /** Partitions of each source topic. Default 1. */
  readonly sourcePartitions?: number
  readonly mode?: 'live' | 'history'
  readonly limits?: Partial<Limits>
  /** The log's timestamp of every record: events may not lie far beyond it. Default: no bound. */
  readonly wallNow?: Instant
  /** Schemas of records sent as Avro, by id. Default: the retired ones. */
  readonly writers?: WriterSchemas
  /** In mode `history`: learn from the pipelines' results, as in a replay. */
  readonly learners?: readonly Learner[]
}

/** What a crash leaves: what was committed. */
export interface Committed {
  /** Saved state by task, the last value per key, in the order of writing. */
  readonly state: ReadonlyMap<string, ReadonlyMap<string, Buffer>>
  readonly outputs: readonly Output[]
  readonly epoch: number
  readonly positions: CommitUnit['positions']
  readonly offsets: ReadonlyMap<string, number>
  readonly journal: readonly JournalEntry[]
}

export interface SendOptions {
  readonly partition?: number
  readonly redrivenFor?: string
}

export class Harness {
  readonly #pipelines: readonly Pipeline[]
  readonly #options: HarnessOptions
  #application: Application
  #state = new Map<string, Map<string, Buffer>>()
  #outputs: Output[] = []
  #positions: CommitUnit['positions'] = []
  #offsets = new Map<string, number>()
  #committedOffsets = new Map<string, number>()
  #epoch = 0
  #sinceCommit = 0
  readonly #journal: JournalEntry[] = []

  constructor(pipelines: readonly Pipeline[], options: HarnessOptions = {}, from?: Committed) {
    this.#pipelines = pipelines
    this.#options = options
    this.#application = this.#start()
    if (from) this.#restore(from)
  }

  get application(): Application {
    return this.#application
  }

  /** Sends one record of a topic, and commits where the batch is full. */
  readonly send = <T>(topic: Topic<T>, record: Loose<T>, options: SendOptions = {}): void => {
    this.sendBytes(topic.name, Buffer.from(JSON.stringify(record)), options)
  }

  sendBytes(topic: string, value: Buffer, options: SendOptions & Partial<RawRecord> = {}): void {
    const partition = options.partition ?? 0
    const source = partitionName(topic, partition)
    const offset = this.#offsets.get(source) ?? 0
    this.#offsets.set(source, offset + 1)
    const timestampMs = this.#options.wallNow ?? END_OF_TIME
    this.#application.take(
      this.#application.decode({
        topic,
        partition,
        offset,
        timestampMs,
        key: null,
        format: options.format ?? 'json',
        value,
        redrivenFor: options.redrivenFor ?? null,
      }),
    )
    this.#sinceCommit++
    if (this.#sinceCommit >= (this.#options.batchSize ?? 1)) this.commit()
  }

  /** The record as the engine would read it; nothing happens. */
  decode({ send: { name }, record, partition }: Send): Arrival {
    return this.#application.decode({
      topic: name,
      partition: partition ?? 0,
      offset: 0,
      timestampMs: END_OF_TIME,
      key: null,
      format: 'json',
      value: Buffer.from(JSON.stringify(record)),
      redrivenFor: null,
    })
  }

  /**
   * A record that is there and is not for these pipelines: it takes its offset and moves the
   * watermark, and no handler sees it. Needs a commit of its own.
   */
  pass(topic: string, partition: number, at: Instant): void {
    const source = partitionName(topic, partition)
    this.#offsets.set(source, (this.#offsets.get(source) ?? 0) + 1)
    this.#application.tick(at, [{ topic, partition }])
  }

  /** The clock reaches `at`, with all partitions read to their end. */
  readonly advanceTo = (at: Instant): void => {
    this.tick(at)
    this.commit()
  }

  /** The same without a commit. */
  tick(at: Instant): void {
    const topics = this.#application.sourceTopics.map(topic => topic.name)
    const partitions = Array.from({ length: this.#options.sourcePartitions ?? 1 }, (_, i) => i)
    this.#application.tick(
      at,
      topics.flatMap(topic => partitions.map(partition => ({ topic, partition }))),
    )
  }

  /** The end of the input; with `drain`, time goes to infinity. */
  finish(drain = false): void {
    this.#application.finish(drain)
    this.commit()
  }

  commit(): void {
    if (!this.#application.isDirty) return
    const unit = this.#application.commit()
    this.#outputs.push(...unit.outputs)
    for (const part of unit.changelogs) {
      this.#keep(`${part.pipelineId}|${part.generation}|${part.partition}`, part.entries)
    }
    this.#positions = unit.positions
    this.#committedOffsets = new Map(this.#offsets)
    this.#epoch = unit.epoch
    this.#journal.push(unit.journal)
    this.#sinceCommit = 0
  }

  /** Another harness that goes on from the last commit; with other pipelines, as after a release. */
  crash(pipelines: readonly Pipeline[] = this.#pipelines, options = this.#options): Harness {
    return new Harness(pipelines, options, this.committed())
  }

  committed(): Committed {
    return {
      state: this.#state,
      outputs: this.#outputs,
      epoch: this.#epoch,
      positions: this.#positions,
      offsets: this.#committedOffsets,
      journal: this.#journal,
    }
  }

  /** Everything that was put out and committed, of all topics. */
  get outputs(): readonly Output[] {
    return this.#outputs
  }

  /** The committed records of the pipelines' own topics, or of one. */
  resultsOf<T>(topic: Topic<T>): readonly T[] {
    return this.#outputs
      .filter(output => output.topic.name === topic.name)
      .map(output => output.record as T)
  }

  get late(): readonly LateEvent[] {
    return this.resultsOf(lateEvents)
  }

  get dead(): readonly DeadLetter[] {
    return this.resultsOf(deadLetters)
  }

  /** All saved state as comparable text: key by key, as the changelog has it. */
  stateText(): string {
    return stateBytes(this.#state).join('\n')
  }

  #start(): Application {
    const { partitions, sourcePartitions, mode, limits, learners } = this.#options
    const application = new Application({
      pipelines: this.#pipelines,
      partitions: partitions ?? 1,
      sourcePartitions: () => sourcePartitions ?? 1,
      mode: mode ?? 'live',
      lateEvents,
      deadLetters,
      writers: this.#options.writers ?? knownWriters,
      ...(limits ? { limits } : {}),
    })
    if (learners) application.learnWith(learners)
    return application
  }

  #restore(from: Committed): void {
    for (const runner of this.#application.runners) {
      const { id, generation } = runner.pipeline
      runner.tasks.forEach((_, partition) => {
        const restoring = this.#application.restoring(id, partition)
        const saved = from.state.get(`${id}|${generation}|${partition}`) ?? []
        for (const [key, value] of saved) restoring.take({ key, value })
        restoring.finish()
      })
    }
    this.#application.restored(from.epoch, from.positions)
    this.#state = new Map([...from.state].map(([task, entries]) => [task, new Map(entries)]))
    this.#outputs = [...from.outputs]
    this.#positions = from.positions
    this.#offsets = new Map(from.offsets)
    this.#committedOffsets = new Map(from.offsets)
    this.#epoch = from.epoch
    this.#journal.push(...from.journal)
  }

  /** As a compacted changelog keeps it. */
  #keep(task: string, entries: readonly ChangelogEntry[]): void {
    let kept = this.#state.get(task)
    if (!kept) {
      kept = new Map()
      this.#state.set(task, kept)
    }
    for (const { key, value } of entries) {
      kept.delete(key)
      if (value !== null) kept.set(key, value)
    }
  }
}

export const harness = (pipelines: readonly Pipeline[], options?: HarnessOptions): Harness =>
  new Harness(pipelines, options)
