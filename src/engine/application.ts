import {
  type Arrival,
  type Incoming,
  isParcel,
  type ParcelArrival,
  type RecordFormat,
} from './arrival.ts'
import type { ChangelogEntry, CommitUnit, Output, SourcePosition } from './commit.ts'
import { Decoder, type RawRecord } from './decoder.ts'
import { InvariantError, MillraceError } from './errors.ts'
import { sliceName } from './exchange/correspondence.ts'
import { Outbox } from './exchange/outbox.ts'
import { decodeParcel, type SentRecord, type SentStanding } from './exchange/parcel.ts'
import { type Slice, sliceOfSource, WHOLE } from './exchange/slice.ts'
import { StandingPromises } from './exchange/standing-promises.ts'
import { Feedback, type Taker } from './feedback.ts'
import { Intake } from './intake.ts'
import { fedBy, type Learner } from './learner.ts'
import type { Finding } from './learning/finding.ts'
import { Learners } from './learning/learners.ts'
import { TimeInSteps } from './learning/time-in-steps.ts'
import { bytesOf, OutputRecords } from './output-records.ts'
import { partitionName } from './partition-name.ts'
import type { Pipeline } from './pipeline.ts'
import type { WriterSchemas } from './schema/avro-codec.ts'
import { codecsOf } from './schema/codecs.ts'
import { PipelineRunner, type RunnerLimits, type RunnerPorts } from './task/pipeline-runner.ts'
import type { InputPlan } from './task/plan.ts'
import type { ReferenceTable } from './task/reference-table.ts'
import type { Restoring } from './task/restoring.ts'
import { hours, spanText } from './time.ts'
import type { AnyTopic } from './topic.ts'
import { upstreamFirst } from './upstream-first.ts'

export interface ApplicationOptions {
  readonly pipelines: readonly Pipeline[]
  /** Topics that are taken in beside those that pipelines read: judged, and handed to nobody. */
  readonly alsoTaken?: readonly AnyTopic[]
  /** Tasks per pipeline. Never changes for the state of an application. Default 1. */
  readonly partitions?: number
  /** Which share of the application this is. Default all of it. */
  readonly slice?: Slice
  /** Partitions of each source topic; a topic without any holds no watermark back. Default 1. */
  readonly sourcePartitions?: (topic: string) => number
  /**
   * - `live`: each partition moves the watermark by what was read of it, and by ticks.
   * - `history`: the position of the merge is every input's.
   */
  readonly mode: 'live' | 'history'
  /** Where set-aside records go. */
  readonly lateEvents: AnyTopic
  readonly deadLetters: AnyTopic
  /** How results are written down. Default `avro`. */
  readonly resultFormat?: RecordFormat
  readonly limits?: Partial<Limits>
  /** Schemas that records were once written with, by id. */
  readonly writers?: WriterSchemas
}

export interface Limits extends RunnerLimits {
  /** How far beyond the log's timestamp an event may lie. */
  readonly futureBoundMs: number
  readonly recordBytesMax: number
}

export const LIMITS: Limits = {
  duplicatesHorizonMs: hours(24),
  duplicatesMax: 2_000_000,
  heldMax: 100_000,
  failuresPerMinuteMax: 1_000,
  futureBoundMs: hours(1),
  recordBytesMax: 1 << 20,
}

/**
 * Pipelines that run together, and commit together: all of an application, or a slice of it. Records
 * go in one by one; each runs depth-first through all pipelines before the next, as far as its keys
 * belong here. What they caused comes out as one commit.
 *
 * Nothing here waits or looks at a clock: whoever drives it reads, commits and tells the time.
 */
export class Application {
  readonly runners: readonly PipelineRunner[]
  /** Records that could not be read at all: they are nobody's, so no pipeline counts them. */
  unreadable = 0
  readonly #limits: Limits
  readonly #records: OutputRecords
  readonly #decoder: Decoder
  readonly #intake = new Intake()
  readonly #slice: Slice
  readonly #outbox: Outbox
  /** Of records that come from outside. */
  readonly #consumers = new Map<string, Taker[]>()
  /** Of results that are made here, further down than where they are made. */
  readonly #chained = new Map<string, Taker[]>()
  readonly #feedback: Feedback
  readonly #referring = new Map<string, { runner: PipelineRunner; table: ReferenceTable }[]>()
  readonly #downstream = new Map<PipelineRunner, PipelineRunner[]>()
  readonly #mode: ApplicationOptions['mode']
  readonly #resultFormat: RecordFormat
  #learners: Learners | null = null
  #time: TimeInSteps | null = null
  #outputs: Output[] = []
  readonly #promises: StandingPromises
  #epoch = 0

  constructor(options: ApplicationOptions) {
    this.#limits = { ...LIMITS, ...options.limits }
    this.#slice = options.slice ?? WHOLE
    this.#outbox = new Outbox(this.#slice.index, this.#slice.count, bytesOf)
    this.#records = new OutputRecords(options)
    this.#mode = options.mode
    this.#resultFormat = options.resultFormat ?? 'avro'
    const ordered = upstreamFirst(options.pipelines)
    this.#decoder = new Decoder(
      [...ordered.flatMap(topicsOf), ...(options.alsoTaken ?? [])],
      this.#limits.recordBytesMax,
      options.writers,
    )
    const ports = this.#ports()
    this.runners = ordered.map(
      pipeline =>
        new PipelineRunner(pipeline, options.partitions ?? 1, this.#slice, this.#limits, ports),
    )
    for (const runner of this.runners) this.#connect(runner, options)
    this.#feedback = new Feedback(this.runners)
    // What comes back to a pipeline must find it where it is: so none runs to the end ahead of the others.
    if (!this.#feedback.isEmpty) this.#time = this.#inSteps()
    this.#promises = new StandingPromises(this.#standings())
  }

  /** The topics to be read, those to be read to their end first in front. */
  get sourceTopics(): readonly AnyTopic[] {
    return this.#decoder.topics.filter(
      topic => !this.runners.some(runner => runner.pipeline.output.name === topic.name),
    )
  }

  decode(raw: RawRecord): Arrival {
    return this.#decoder.decode(raw)
  }

  /**
   * In history, before the first record: these learn from results, and what they find is published
   * before time goes on. One that learns from what nobody here makes is left out. Live they run beside.
   */
  learnWith(
    learners: readonly Learner[],
    onFinding: (learner: Learner, finding: Finding) => void = () => {},
  ): void {
    if (this.#mode === 'live')
      throw new InvariantError('broken invariant: live, learners run beside')
    const pipelines = this.runners.map(({ pipeline }) => pipeline)
    const fed = fedBy(pipelines, learners)
    if (fed.length === 0) return
    this.#learners = new Learners(fed, this.#resultFormat, (learner, found) => {
      if (found.as === 'published') this.#publish(found.version)
      onFinding(learner, found)
    })
    this.#time = this.#inSteps()
  }

  #inSteps(): TimeInSteps {
    return new TimeInSteps(this.runners, {
      follow: runner => this.#follow(runner),
      over: () => this.#through(),
    })
  }

  /** A record, or a step of event time, is through all pipelines. */
  #through(): void {
    this.#feedback.handOn()
    this.#learners?.learn()
  }

  take(incoming: Incoming): void {
    if (isParcel(incoming)) this.#takeParcel(incoming)
    else this.#takeRecord(incoming)
  }

  #takeRecord(arrival: Arrival): void {
    this.#intake.note(arrival.topic.name, arrival.partition, arrival.offset)
    const failure = arrival.failure ?? this.#beyondFuture(arrival)
    if (failure) {
      this.unreadable++
      const stage = arrival.event === null ? 'DECODE' : 'VALIDATE'
      this.#outputs.push(this.#records.dead(null, stage, arrival, null, failure))
      return
    }
    this.#refer(arrival)
    const consumers = this.#consumers.get(arrival.topic.name)
    if (consumers === undefined) return
    if (this.#mode === 'history' && holdsBack(arrival.topic)) {
      this.#time?.approach(arrival.event!.occurredAt)
    }
    for (const { runner, input } of consumers) {
      if (!isFor(runner, arrival)) continue
      runner.take(input, arrival)
      this.#follow(runner)
    }
    this.#through()
  }

  /** The clock moves partitions that were read to their end; the caller bounds `at`. */
  tick(at: number, partitions: readonly { topic: string; partition: number }[]): void {
    this.#intake.tick(at, partitions)
    for (const runner of this.runners) {
      for (const { topic, partition } of partitions) runner.see(partitionName(topic, partition), at)
      this.#follow(runner)
    }
    this.#through()
  }

  /**
   * The end of the input. What was held for disorder is handled, and timers up to the newest event
   * fire. `drain` takes time to infinity: every timer fires.
   */
  finish(drain: boolean): void {
    for (const _step of this.finishing(drain)) {
      // All in one commit.
    }
  }

  /** The same, step by step of event time, so that the driver can commit in between. */
  *finishing(drain: boolean): Generator<void> {
    if (this.#time) yield* this.#time.finishing(drain ? END_OF_TIME : this.#newest())
    else yield* this.#finishing(drain)
    this.#intake.end(drain)
  }

  *#finishing(drain: boolean): Generator<void> {
    for (const runner of this.runners) {
      const end = drain ? END_OF_TIME : runner.watermark.largestSeen()
      for (
        let at = runner.nextWork(end);
        at < Number.POSITIVE_INFINITY;
        at = runner.nextWork(end)
      ) {
        this.#passTo(runner, at)
        yield
      }
      this.#passTo(runner, end)
    }
  }

  /** Of the last commit. */
  get epoch(): number {
    return this.#epoch
  }

  /** Outputs since the last commit. */
  get pendingOutputs(): number {
    return this.#outputs.length
  }

  /** All since the last commit. The caller makes it visible, whole, or starts anew from the last. */
  commit(): CommitUnit {
    this.#epoch++
    const changelogs = this.runners.flatMap(runner => runner.commit())
    const outputs = this.#outputs
    this.#outputs = []
    const versions = Object.fromEntries(
      this.runners.map(({ pipeline }) => [pipeline.id, versionText(pipeline)]),
    )
    const { positions, journal } = this.#intake.commit(this.#epoch, versions)
    const parcels = this.#slice.count === 1 ? [] : this.#outbox.seal(this.#promised())
    return { epoch: this.#epoch, outputs, changelogs, parcels, positions, journal }
  }

  /** Whether anything happened since the last commit. */
  get isDirty(): boolean {
    return this.#intake.isDirty || this.#outputs.length > 0 || this.#hasNews
  }

  get #hasNews(): boolean {
    return (
      this.#slice.repeats === true &&
      this.#slice.count > 1 &&
      this.#promises.all().some(each => !this.#outbox.hasTold(each))
    )
  }

  /** Source partitions to pause, since a task holds as many records as it may: those ahead. */
  overfull(): string[] {
    return [...this.#pressed()].flatMap(runner => [...runner.toPause()])
  }

  /** What fills a pipeline that reads another's results is read further up. */
  #pressed(): ReadonlySet<PipelineRunner> {
    const pressed = new Set<PipelineRunner>()
    for (const runner of this.runners.toReversed()) {
      const below = this.#downstream.get(runner) ?? []
      if (runner.isPressed() || below.some(next => pressed.has(next))) pressed.add(runner)
    }
    return pressed
  }

  runnerOf(pipelineId: string): PipelineRunner {
    const runner = this.runners.find(each => each.pipeline.id === pipelineId)
    if (!runner) throw new InvariantError(`broken invariant: ${pipelineId} is not run here`)
    return runner
  }

  /** Brings one task back; call `restored` after the last. */
  restoring(pipelineId: string, partition: number): Restoring {
    return this.runnerOf(pipelineId).restoring(partition)
  }

  restored(epoch: number, positions: readonly SourcePosition[]): void {
    this.#epoch = epoch
    this.#intake.restore(positions)
    for (const runner of this.runners) runner.restored()
    this.#promises.restart(this.#standings())
  }

  /**
   * All commits up to this one are lasting. Where commits may be cut off, others are told what a slice has
   * come to with the next one; without this call, with the eighth one (`COMMITS_UNDER_WAY_MAX`).
   */
  lasting(epoch: number): void {
    this.#promises.lasting(epoch)
  }

  /** All of a task's state as of the last commit. */
  snapshot(pipelineId: string, partition: number): Iterable<ChangelogEntry> {
    return this.runnerOf(pipelineId).snapshot(partition)
  }

  #passTo(runner: PipelineRunner, at: number): void {
    runner.passTo(at)
    this.#follow(runner)
  }

  /** The newest event that any pipeline has seen. */
  #newest(): number {
    return Math.max(...this.runners.map(({ watermark }) => watermark.largestSeen()))
  }

  #publish(version: Output): void {
    this.#outputs.push(version)
    if (this.#referring.has(version.topic.name)) this.#refer(this.#handedOver(version))
  }

  #refer(arrival: Arrival): void {
    for (const { runner, table } of this.#referring.get(arrival.topic.name) ?? []) {
      runner.refer(table, arrival)
      this.#follow(runner)
    }
  }

  #connect(runner: PipelineRunner, options: ApplicationOptions): void {
    if (options.mode === 'history') runner.sources.followMerge()
    for (const input of runner.inputs) {
      append(this.#consumers, input.topic.name, { runner, input })
      const upstream = this.#upstreamOf(input)
      if (upstream) this.#chain(upstream, runner, input)
      else this.#addPartitions(runner, input, options.sourcePartitions?.(input.topic.name) ?? 1)
    }
    if (this.#slice.count > 1) this.#connectSlices(runner, options)
    for (const table of runner.references.tables) {
      append(this.#referring, table.topic.name, { runner, table })
    }
  }

  /** The pipeline further up whose results these are; what comes back from further down is no such input. */
  #upstreamOf({ topic, rules }: InputPlan): PipelineRunner | undefined {
    if (rules.feedback) return undefined
    return this.runners.find(({ pipeline }) => pipeline.output.name === topic.name)
  }

  /** The other slices, by what they will tell of themselves. */
  #connectSlices(runner: PipelineRunner, { sourcePartitions }: ApplicationOptions): void {
    const isChained = this.#downstreamOf(runner)
    const widest = Math.max(
      0,
      ...runner.inputs.filter(isAwaited).map(({ topic }) => sourcePartitions?.(topic.name) ?? 1),
    )
    const { count } = this.#slice
    for (let index = 0; index < count; index++) {
      if (isChained || index < widest) runner.watermark.addUpstream(sliceName(index))
      runner.answered.addUpstream(sliceName(index))
    }
  }

  /** Whether the pipeline reads another's results, which are made in every slice. */
  #downstreamOf(runner: PipelineRunner): boolean {
    return [...this.#downstream.values()].some(list => list.includes(runner))
  }

  #addPartitions(runner: PipelineRunner, input: InputPlan, partitions: number): void {
    const { name } = input.topic
    if (!isAwaited(input)) return
    const { index, count } = this.#slice
    for (let partition = 0; partition < partitions; partition++) {
      if (sliceOfSource(partition, count) !== index) continue
      runner.sources.addPartition(partitionName(name, partition), input.rules.disorderMs)
    }
  }

  #takeParcel(parcel: ParcelArrival): void {
    this.#intake.note(parcel.exchange, parcel.partition, parcel.offset)
    const received = decodeParcel(parcel.value)
    const arrivals = received.records.map(record => this.#once(record))
    for (const runner of this.runners) {
      runner.receive(sliceName(received.from), received, arrivals)
      this.#follow(runner)
    }
    this.#through()
  }

  /** Read when the first pipeline asks: not all of them may know the topic. */
  #once(record: SentRecord): () => Arrival {
    let arrival: Arrival | null = null
    return () => (arrival ??= this.#revived(record))
  }

  #standings() {
    return this.runners.map(runner => runner.standing())
  }

  /**
   * How far this slice has come, for the others. Where commits may be cut off and taken in once more in
   * another way, that is what is lasting of it.
   */
  #promised(): readonly SentStanding[] {
    const now = this.#standings()
    return this.#slice.repeats ? this.#promises.next(this.#epoch, now) : now
  }

  #chain(upstream: PipelineRunner, runner: PipelineRunner, input: InputPlan): void {
    append(this.#chained, input.topic.name, { runner, input })
    runner.sources.addUpstream(upstreamName(upstream))
    append(this.#downstream, upstream, runner)
  }

  /** Pipelines further down hear of the watermark after they got all that was before it. */
  #follow(runner: PipelineRunner): void {
    for (const next of this.#downstream.get(runner) ?? []) {
      next.see(upstreamName(runner), runner.reached)
      this.#follow(next)
    }
  }

  #emit(output: Output): void {
    this.#outputs.push(output)
    this.#learners?.note(output)
    const { name } = output.topic
    const chained = this.#chained.get(name)
    const comesBack = this.#feedback.isTaken(name)
    if (!chained && !comesBack) return
    const arrival = this.#handedOver(output)
    // Before what it does further down, whose results are made after it.
    if (comesBack) this.#feedback.note(arrival)
    for (const { runner, input } of chained ?? []) runner.take(input, arrival)
  }

  /**
   * A result as the pipelines that read it get it: from its bytes, as after a restore or over a log,
   * and not as the object that a handler may still hold.
   */
  #handedOver({ topic, record, value }: Output): Arrival {
    return this.#decoder.decode({
      topic: topic.name,
      partition: this.#slice.index,
      offset: HANDED_OVER,
      timestampMs: END_OF_TIME,
      key: null,
      format: 'avro',
      value: typeof value === 'string' ? codecsOf(topic).encodeAvro(record) : value,
      redrivenFor: null,
    })
  }

  #beyondFuture(arrival: Arrival): MillraceError | null {
    const { occurredAt } = arrival.event!
    if (!(occurredAt > arrival.timestampMs + this.#limits.futureBoundMs)) return null
    return new MillraceError(
      'FUTURE_EVENT',
      `occurredAt is ${timeText(occurredAt)}, more than ${spanText(this.#limits.futureBoundMs)} ` +
        "after the record was taken in. Mend the producer's clock or unit (milliseconds), and redrive.",
    )
  }

  #ports(): RunnerPorts {
    return {
      output: ({ pipeline }, record) => this.#records.result(pipeline.output, record),
      emit: output => this.#emit(output),
      late: ({ pipeline }, input, arrival, watermark) => {
        this.#outputs.push(this.#records.late(pipeline.id, input, arrival, watermark))
      },
      dead: ({ pipeline }, stage, arrival, key, failure) => {
        this.#outputs.push(this.#records.dead(pipeline.id, stage, arrival, key, failure))
      },
      published: version => this.#intake.published(version),
      encode: bytesOf,
      revive: carried => this.#revived(carried),
      outbox: this.#outbox,
    }
  }

  /** A record out of saved state, or from another slice. */
  #revived(record: SentRecord): Arrival {
    const arrival = this.#decoder.decode({
      ...record,
      // It was within the future bound when it came; that is not asked again.
      timestampMs: END_OF_TIME,
      key: null,
      redrivenFor: null,
    })
    if (arrival.event === null) throw arrival.failure
    return arrival
  }
}

/** A record without a place in a log: a pipeline of this process made it. */
export const HANDED_OVER = -1

/** Beyond every instant (the year 144,000), and within what a saved long can say. */
export const END_OF_TIME = 4.5e15

/** The version of the code, with the generation of the state it works on. */
export const versionText = ({ version, generation }: Pipeline): string =>
  generation === 1 ? version : `${version}, generation ${generation}`

const topicsOf = ({ references, inputs }: Pipeline): AnyTopic[] => [
  ...Object.values(references),
  ...Object.values(inputs).map(input => input.from),
]

/** A pipeline's id may be the name of a topic, so the two are told apart. */
const upstreamName = ({ pipeline }: PipelineRunner): string => `upstream ${pipeline.id}`

/** A redriven record is only for the pipelines that had set it aside. */
const isFor = (runner: PipelineRunner, { redrivenFor }: Arrival): boolean =>
  redrivenFor === null || redrivenFor.split(',').includes(runner.pipeline.id)

const timeText = (at: number): string =>
  Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : String(at)

/** Reference and control topics say nothing of how far events have come. */
const holdsBack = ({ kind }: AnyTopic): boolean => kind !== 'control' && kind !== 'reference'

const isAwaited = ({ topic, rules }: InputPlan): boolean => rules.holdsBack && holdsBack(topic)

const append = <K, V>(lists: Map<K, V[]>, key: K, value: V): void => {
  const list = lists.get(key)
  if (list) list.push(value)
  else lists.set(key, [value])
}
