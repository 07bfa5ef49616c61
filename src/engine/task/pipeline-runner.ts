import type { Arrival, EngineFields } from '../arrival.ts'
import type { ChangelogEntry, ChangelogPart, Output } from '../commit.ts'
import { InvariantError, type MillraceError } from '../errors.ts'
import { Correspondence } from '../exchange/correspondence.ts'
import type { Outbox } from '../exchange/outbox.ts'
import type {
  Parcel,
  SentAnswer,
  SentDelivery,
  SentRecord,
  SentStanding,
} from '../exchange/parcel.ts'
import type { Slice } from '../exchange/slice.ts'
import { partitionOf } from '../hash.ts'
import type { Watermark } from '../order/watermark.ts'
import type { FailedStage } from '../output-records.ts'
import { type AnyInput, NO_EVENT, type Pipeline } from '../pipeline.ts'
import type { LiveKey } from '../store/keyed-store.ts'
import { type Address, addressOf } from './addressing.ts'
import { Agreements } from './agreements.ts'
import type { Counters } from './counters.ts'
import { type Delivery, deliveryOf, isFiring, type Step } from './delivery.ts'
import { type Gather, Gathering, gatherId } from './gathering.ts'
import { type HotKey, HotKeys } from './hot-keys.ts'
import { type InputPlan, inputPlansOf } from './plan.ts'
import type { ReferenceTable } from './reference-table.ts'
import { References } from './references.ts'
import type { Restoring } from './restoring.ts'
import { Results } from './results.ts'
import { SeenIds } from './seen-ids.ts'
import { Standing } from './standing.ts'
import { failureOf, Task } from './task.ts'
import { TaskState } from './task-state.ts'

export interface RunnerLimits {
  readonly duplicatesHorizonMs: number
  /** Ids remembered per source partition. */
  readonly duplicatesMax: number
  /** Records held per task until the watermark; see `Application.overfull`. */
  readonly heldMax: number
  /** Failed steps per minute of event time; more stop the pipeline. */
  readonly failuresPerMinuteMax: number
}

/** Where a pipeline's results and set-aside records go, and how records are read and written. */
export interface RunnerPorts {
  /** Writes a result down; fails where it does not fit its schema. */
  output(runner: PipelineRunner, record: EngineFields): Output
  emit(output: Output): void
  late(runner: PipelineRunner, input: string, arrival: Arrival, watermark: number): void
  dead(
    runner: PipelineRunner,
    stage: FailedStage,
    arrival: Arrival | null,
    key: string | null,
    failure: MillraceError,
  ): void
  published(version: string): void
  encode(arrival: Arrival): Buffer
  revive(carried: SentRecord): Arrival
  /** What goes to other slices; nothing does where the application is whole. */
  readonly outbox: Outbox
}

/**
 * One pipeline with its tasks in one slice. Records are handed from the partition they came on to the
 * task of their key within the same step; those whose key belongs to another slice are sent there.
 */
export class PipelineRunner {
  readonly pipeline: Pipeline
  readonly inputs: readonly InputPlan[]
  readonly tasks: readonly Task[]
  readonly references: References
  readonly #standing: Standing
  readonly #seen: SeenIds
  readonly #others: Correspondence
  readonly #results: Results
  readonly #agreements: Agreements
  readonly #gatherings: readonly Gathering[]
  /** What gather handlers see, pointed at one event after the other. */
  readonly #gatherContext: { now: number; readonly reference: References['named'] }
  readonly #states: readonly TaskState[]
  readonly #hotKeys = new HotKeys()
  readonly #limits: RunnerLimits
  readonly #ports: RunnerPorts

  /** @param partitions tasks; one where the application is cut into slices */
  constructor(
    pipeline: Pipeline,
    partitions: number,
    slice: Slice,
    limits: RunnerLimits,
    ports: RunnerPorts,
  ) {
    const { encode, revive, published } = ports
    this.pipeline = pipeline
    this.#limits = limits
    this.#ports = ports
    this.inputs = inputPlansOf(pipeline)
    this.references = new References(pipeline, {
      changing: this.#settle,
      published,
      encode,
      revive,
    })
    this.#standing = new Standing(pipeline.id, limits.failuresPerMinuteMax, slice)
    this.#others = this.#correspondence(slice)
    this.#results = new Results(pipeline, this.counters, {
      output: record => ports.output(this, record),
      emit: ports.emit,
    })
    this.#seen = new SeenIds(this.inputs, limits.duplicatesHorizonMs, limits.duplicatesMax)
    this.#agreements = new Agreements(this.references.named)
    this.tasks = Array.from(
      { length: partitions },
      () =>
        new Task(pipeline, this.references.named, { done: this.#done, failed: this.#stepFailed }),
    )
    this.#gatherContext = { now: 0, reference: this.references.named }
    this.#gatherings = Array.from(
      { length: pipeline.answer ? partitions : 0 },
      () => new Gathering(pipeline.answer!, encode, this.#gathered),
    )
    this.#states = this.tasks.map(
      (_, partition) => new TaskState(this.#saveable(encode, revive), partition),
    )
  }

  /** Of the sources that are read in this slice. */
  get sources(): Watermark {
    return this.#standing.sources
  }

  /** Of the task: how far event time has come for its keys. */
  get watermark(): Watermark {
    return this.#standing.task
  }

  /** How far the slices' tasks have come, as known here. */
  get answered(): Watermark {
    return this.#standing.answers
  }

  /**
   * Behind all that it put out, as far as its own disorder promises: what a pipeline further down may
   * count on. Results of scattered events come as late as their answers.
   */
  get reached(): number {
    return this.pipeline.answer === null ? this.watermark.value : this.answered.value
  }

  get counters(): Counters {
    return this.#standing.counters
  }

  /** The keys that take most of the records handled here, greatest first; none stands out: empty. */
  hotKeys(): readonly HotKey[] {
    return this.#hotKeys.found()
  }

  /** Takes a record of one of the inputs' topics. */
  take(input: InputPlan, arrival: Arrival): void {
    // What a pipeline of this process made moves the watermark when that pipeline's has moved.
    const isFromOutside = arrival.offset >= 0
    if (isFromOutside) this.see(arrival.source, arrival.event!.occurredAt)
    let address: Address | null
    try {
      address = addressOf(this.pipeline, input, arrival.event!)
    } catch (thrown) {
      this.#fail('HANDLE', arrival, null, failureOf(thrown))
      return
    }
    if (address === null) this.counters.ignored++
    else this.#accept(input, arrival, address)
  }

  /** One of the sources has come to `at`: a partition, or a pipeline further up. */
  see(source: string, at: number): void {
    if (this.sources.see(source, at) && this.#others.sourcesMoved()) this.advance()
  }

  /** In history: the merge has come to `at`, with whichever record. */
  mergeTo(at: number): void {
    if (this.sources.mergeTo(at) && this.#others.sourcesMoved()) this.advance()
  }

  /** The end of the input: nothing at or before `at` will come any more. */
  passTo(at: number): void {
    if (this.watermark.passTo(at)) this.advance()
  }

  /** What another slice has for this one. */
  receive(from: string, parcel: Parcel, arrivals: readonly (() => Arrival)[]): void {
    this.#others.receive(from, parcel, arrivals)
  }

  /** How far this slice has come, for the others. */
  standing(): SentStanding {
    return this.#others.standing(this.isFull(), this.pipeline.answer !== null)
  }

  /**
   * Everything up to the watermark: held records, timers, gathers out of time. A version that takes
   * effect in between does so for what is at its moment or after it, however far the watermark moves.
   */
  advance(): void {
    const watermark = this.watermark.value
    for (;;) {
      const effectiveAt = this.references.nextEffective()
      if (effectiveAt > watermark) break
      this.#advanceTo(effectiveAt - 1)
      this.references.publish(effectiveAt)
    }
    this.#advanceTo(watermark)
    if (this.#others.taskMoved()) this.#expire(this.answered.value)
  }

  /** A record of a reference or control topic. */
  refer(table: ReferenceTable, arrival: Arrival): void {
    this.references.take(table, arrival)
    this.references.publish(this.watermark.value)
  }

  /** When there is next something to do, up to `until`; Infinity for never. */
  nextWork(until: number): number {
    const effectiveAt = this.references.nextEffective()
    let next = effectiveAt <= until ? effectiveAt : Number.POSITIVE_INFINITY
    for (const task of this.tasks) next = Math.min(next, task.nextWork(until))
    return next
  }

  /** Whether a task holds as many records as it may. */
  isFull(): boolean {
    return this.tasks.some(task => task.held.size >= this.#limits.heldMax)
  }

  /** Whether it shall read no further ahead, as here or elsewhere too many records are held. */
  isPressed(): boolean {
    return this.isFull() || this.#others.isPressed
  }

  /**
   * Source partitions to pause under pressure: those that are ahead. The slice that holds all others
   * back pauses at most what is ahead within it, so it always goes on.
   */
  toPause(): readonly string[] {
    return this.sources.value > this.watermark.value ? this.sources.names() : this.sources.ahead()
  }

  commit(): ChangelogPart[] {
    const { id, generation } = this.pipeline
    return this.#states.map((state, partition) => ({
      pipelineId: id,
      generation,
      partition,
      entries: state.commit(),
    }))
  }

  /** All state of one task, as of the last commit, as the changelog would have it. */
  snapshot(partition: number): Iterable<ChangelogEntry> {
    return this.#states[partition]!.snapshot()
  }

  /** Takes a task's state back: first a snapshot's entries, then the changelog's after it. */
  restoring(partition: number): Restoring {
    return this.#states[partition]!.restoring()
  }

  /** After all tasks were restored. */
  restored(): void {
    this.references.restored(this.watermark.value)
  }

  /** Duplicate, then late, then refused, then the handler. */
  #accept(input: InputPlan, arrival: Arrival, address: Address): void {
    if (this.#seen.has(input, arrival)) {
      this.counters.duplicates++
      return
    }
    const watermark = this.#watermarkFor(input, address)
    const isLate = arrival.event!.occurredAt <= watermark
    // A redriven record is taken whatever its time: somebody decided that it shall count.
    const isAsked = isLate && !input.rules.feedback
    if (isAsked && this.#isSetAside(input, arrival, arrival.redrivenFor !== null, watermark)) return
    const breach = this.#agreements.breach(input, arrival.event!)
    if (breach) {
      this.#fail('VALIDATE', arrival, null, breach)
      return
    }
    this.#seen.remember(input, arrival)
    this.counters.taken++
    this.#send(input, arrival, address, isLate)
  }

  /** What a record is late by: the watermark, or what its own key has brought. */
  #watermarkFor({ rules }: InputPlan, { key }: Address): number {
    // No source that is read here promised anything of it: the task may have come further than they.
    if (rules.feedback) return Math.max(this.sources.value, this.watermark.value)
    if (rules.disorderBy === 'partition' || key === null) return this.sources.value
    // What a key has brought is known where the key is: it is judged there.
    if (!this.#others.hasKey(key)) return NO_EVENT
    return this.#watermarkOf(rules, key)
  }

  #watermarkOf({ disorderMs }: AnyInput, key: string): number {
    return this.#taskOf(key).newestOf(key) - disorderMs - 1
  }

  /** Counts a late record; true where it is put aside. */
  #isSetAside(input: InputPlan, arrival: Arrival, isRedriven: boolean, watermark: number): boolean {
    if (input.rules.late !== 'set-aside' || isRedriven) {
      this.counters.lateHandled++
      return false
    }
    this.counters.late++
    this.#ports.late(this, input.name, arrival, watermark)
    return true
  }

  #send(input: InputPlan, arrival: Arrival, address: Address, isLate: boolean): void {
    const { key, parts, keys } = address
    if (keys !== null && keys.length > 0) {
      for (const each of keys) this.#deliver(deliveryOf(input, arrival, each, null, isLate))
    } else if (key === null) this.counters.unkeyed++
    else if (parts === null) this.#deliver(deliveryOf(input, arrival, key, null, isLate))
    else {
      const gathering = this.#gatheringOf(key)
      gathering.ask(this.#gatherOf(input, arrival, key, address))
      for (const to of parts) {
        this.#deliver(deliveryOf(input, arrival, to.key, to.part, isLate))
      }
      gathering.asked()
    }
  }

  #gatherOf(input: InputPlan, arrival: Arrival, key: string, { parts, missing }: Address): Gather {
    const event = arrival.event!
    return {
      id: '',
      input,
      event,
      key,
      arrival,
      awaited: parts!.map(({ part }) => part),
      answers: {},
      missing: [...missing],
      deadline: Math.max(event.occurredAt, this.sources.value) + this.pipeline.gatherTimeoutMs,
      saved: false,
    }
  }

  /** To the slice of the key, which may be this one. */
  #deliver(delivery: Delivery): void {
    if (this.#others.hasKey(delivery.key)) this.#deliverHere(delivery)
    else this.#others.deliver(delivery, this.#isHeld(delivery))
  }

  #deliverHere(delivery: Delivery): void {
    const task = this.#taskOf(delivery.key)
    this.#hotKeys.note(delivery.key)
    if (this.#isHeld(delivery)) {
      task.hold(delivery)
      return
    }
    task.handle(delivery)
    task.advanceTo(this.watermark.value)
  }

  #isHeld({ isLate }: Delivery): boolean {
    return this.pipeline.order === 'event-time' && !isLate
  }

  #advanceTo(at: number): void {
    for (const task of this.tasks) task.advanceTo(at)
    if (this.#others.isWhole) this.#expire(at)
  }

  /** Behind the answers of all slices: a gather cannot run out of time before its answers are here. */
  #expire(at: number): void {
    for (const gathering of this.#gatherings) gathering.expire(at)
  }

  #correspondence(slice: Slice): Correspondence {
    const { heldMax } = this.#limits
    return new Correspondence(
      this.pipeline.id,
      slice,
      heldMax,
      this.#standing,
      this.#ports.outbox,
      {
        delivered: (sent, arrival) => this.#receive(sent, arrival),
        answered: answer => this.#receiveAnswer(answer),
        forget: (source, ids) => this.#seen.takeBack(source, ids),
        moved: () => this.advance(),
        answersMoved: () => this.#expire(this.answered.value),
      },
    )
  }

  #receive(
    { input: name, key, part, isLate: wasLate, isRedriven }: SentDelivery,
    arrival: Arrival,
  ): void {
    const input = this.#inputOf(name)
    const event = arrival.event!
    // What a key has brought is not known where the record was read.
    const reached =
      input.rules.disorderBy === 'key' ? this.#watermarkOf(input.rules, key) : NO_EVENT
    const isPassed = input.rules.feedback && event.occurredAt <= this.watermark.value
    const isLate = wasLate || isPassed || event.occurredAt <= reached
    const delivery = deliveryOf(input, arrival, key, part || null, isLate)
    if (event.occurredAt <= reached && this.#isSetAside(input, arrival, isRedriven, reached)) {
      // It was remembered where it was read, and shall be redriven.
      this.#forget(delivery)
    } else this.#deliverHere(delivery)
  }

  #receiveAnswer({ id, part, answer }: SentAnswer): void {
    const gathering = this.#gatherings[0]!
    const gather = gathering.withId(id)
    if (answer === null) gathering.giveUp(gather, part)
    else gathering.answer(gather, part, gathering.decoded(answer))
  }

  #inputOf(name: string): InputPlan {
    const input = this.inputs.find(each => each.name === name)
    if (input) return input
    throw new InvariantError(`broken invariant: ${this.pipeline.id} has no input ${name}`)
  }

  readonly #done = (step: Step, live: LiveKey, now: number, returned: unknown): void => {
    if (isFiring(step)) {
      const cause = `timer|${step.timer}|${step.due}|${live.entry.fired}`
      this.#results.emit(returned, live.key, cause, null, now)
      this.counters.timers++
    } else if (step.part === null) this.#results.emitFor(step, live.key, returned)
    else this.#answer(step, step.part, returned)
  }

  /** Answers are gathered where their event was read. */
  #answer(step: Delivery, part: string, answer: unknown): void {
    const { input, arrival } = step
    if (this.#others.hasRead(arrival)) {
      const gathering = this.#gatheringFor(step)
      gathering.answer(gathering.find(input, arrival), part, answer)
      return
    }
    const encoded = this.#gatherings[0]!.encoded(part, answer)
    this.#others.answer(step, gatherId(input, arrival), part, encoded)
  }

  #giveUp(step: Delivery, part: string): void {
    const { input, arrival } = step
    if (this.#others.hasRead(arrival)) {
      const gathering = this.#gatheringFor(step)
      gathering.giveUp(gathering.find(input, arrival), part)
    } else this.#others.answer(step, gatherId(input, arrival), part, null)
  }

  /** Ids are remembered where their record was read. */
  #forget({ input, arrival }: Pick<Delivery, 'input' | 'arrival'>): void {
    const { source, ids } = this.#seen.idsOf(input, arrival)
    if (this.#others.hasRead(arrival)) this.#seen.takeBack(source, ids)
    else this.#others.forget(input, arrival, source, ids)
  }

  readonly #stepFailed = (step: Step, key: string, failure: MillraceError): void => {
    if (isFiring(step)) {
      this.#fail('TIMER', null, `${key}|${step.timer}|${step.due}`, failure)
      return
    }
    const { arrival, part } = step
    this.#fail(isRefusal(failure) ? 'VALIDATE' : 'HANDLE', arrival, key, failure)
    if (part !== null) this.#giveUp(step, part)
    // So that it can be redriven once the cause is mended. Of a scattered one the result goes out,
    // and where other keys took the record too, they would take it twice.
    else if (this.#isOfOneKey(step)) this.#forget(step)
  }

  readonly #gathered = (gather: Gather): void => {
    const { input, arrival, event, key, answers, missing } = gather
    try {
      const handler = this.pipeline.gather[input.name]!
      this.#gatherContext.now = event.occurredAt
      const body = handler(event, { answers, missing }, this.#gatherContext)
      this.#results.emitFor(gather, key, body)
    } catch (thrown) {
      // Redriven, the event asks its parts once more: better counted twice there than never answered.
      this.#forget(gather)
      this.#fail('HANDLE', arrival, key, failureOf(thrown))
    }
  }

  #fail(
    stage: FailedStage,
    arrival: Arrival | null,
    key: string | null,
    failure: MillraceError,
  ): void {
    this.#ports.dead(this, stage, arrival, key, failure)
    if (stage === 'VALIDATE') this.counters.refused++
    else this.#standing.failed(failure)
  }

  /** What handlers see is about to change, so earlier steps could not be done again after it. */
  readonly #settle = (): void => {
    for (const task of this.tasks) task.store.settleAll()
  }

  #taskOf(key: string): Task {
    if (this.tasks.length === 1) return this.tasks[0]!
    return this.tasks[partitionOf(key, this.tasks.length)]!
  }

  #gatheringOf(key: string): Gathering {
    if (this.#gatherings.length === 1) return this.#gatherings[0]!
    return this.#gatherings[partitionOf(key, this.#gatherings.length)]!
  }

  #isOfOneKey({ input, event }: Delivery): boolean {
    return !input.rules.keys || addressOf(this.pipeline, input, event)!.keys!.length < 2
  }

  #gatheringFor({ input, event }: Delivery): Gathering {
    if (this.#gatherings.length === 1) return this.#gatherings[0]!
    return this.#gatheringOf(input.rules.gatherBy!(event))
  }

  #saveable(encode: RunnerPorts['encode'], revive: RunnerPorts['revive']) {
    return {
      pipeline: this.pipeline,
      inputs: this.inputs,
      tasks: this.tasks,
      gatherings: this.#gatherings,
      // How far it has come stands behind what it has taken: what is taken once more is not late.
      shared: [
        this.references,
        this.#agreements,
        this.#seen,
        this.#others.received,
        this.#standing,
      ],
      encode,
      revive,
    }
  }
}

const isRefusal = ({ code }: MillraceError): boolean =>
  code === 'REJECTED' || code === 'CURRENCY_CONFLICT'
