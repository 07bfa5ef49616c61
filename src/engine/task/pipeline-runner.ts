import { type Arrival, type EngineFields, identityOf } from '../arrival.ts'
import type { ChangelogEntry, ChangelogPart, Output } from '../commit.ts'
import { InvariantError, MillraceError } from '../errors.ts'
import { hashHex, partitionOf } from '../hash.ts'
import { Duplicates } from '../order/duplicates.ts'
import { Watermark } from '../order/watermark.ts'
import type { Pipeline } from '../pipeline.ts'
import { Rejection } from '../pipeline.ts'
import type { LiveKey } from '../store/keyed-store.ts'
import type { AnyTopic } from '../topic.ts'
import { Agreements } from './agreements.ts'
import { CARRIED, type Carried, carriedOf } from './carried.ts'
import { type Counters, newCounters } from './counters.ts'
import { type Delivery, heldName, isFiring, type Step } from './delivery.ts'
import { type Gather, Gathering } from './gathering.ts'
import { type InputPlan, inputPlansOf } from './plan.ts'
import { ReferenceTable } from './reference-table.ts'
import { Restoring } from './restoring.ts'
import { Task } from './task.ts'

const KEY_BYTES_MAX = 1_024

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
  emit(runner: PipelineRunner, output: Output): void
  late(runner: PipelineRunner, arrival: Arrival, watermark: number): void
  dead(
    runner: PipelineRunner,
    stage: 'HANDLE' | 'TIMER' | 'VALIDATE',
    arrival: Arrival | null,
    key: string | null,
    failure: MillraceError,
  ): void
  published(version: string): void
  encode(arrival: Arrival): Buffer
  revive(carried: Carried): Arrival
}

/**
 * One pipeline with all its tasks in this process. Records are handed from the partition they came
 * on to the task of their key within the same step: the exchange of the embedded run.
 */
export class PipelineRunner {
  readonly pipeline: Pipeline
  readonly watermark = new Watermark()
  readonly counters: Counters = newCounters()
  readonly inputs: readonly InputPlan[]
  readonly tasks: readonly Task[]
  readonly references: ReadonlyMap<string, ReferenceTable>
  readonly #gatherings: readonly Gathering[]
  readonly #sharesTopic: ReadonlySet<InputPlan>
  readonly #agreements = new Map<string, Agreements>()
  readonly #duplicates = new Map<string, Duplicates>()
  readonly #limits: RunnerLimits
  readonly #ports: RunnerPorts
  /** Reference records as they are saved, and those of them since the last commit. */
  readonly #referenceEntries = new Map<string, Buffer>()
  #newReferences: ChangelogEntry[] = []
  readonly #layoutsSaved = new Set<number>()
  #failureMinute = Number.NEGATIVE_INFINITY
  #failuresInMinute = 0

  constructor(pipeline: Pipeline, partitions: number, limits: RunnerLimits, ports: RunnerPorts) {
    this.pipeline = pipeline
    this.#limits = limits
    this.#ports = ports
    this.inputs = inputPlansOf(pipeline)
    const topics = this.inputs.map(input => input.topic.name)
    this.#sharesTopic = new Set(
      this.inputs.filter(({ topic }) => topics.filter(name => name === topic.name).length > 1),
    )
    const tables = Object.entries(pipeline.references).map(
      ([name, topic]) => [name, new ReferenceTable(topic)] as const,
    )
    this.references = new Map(tables.map(([, table]) => [table.topic.name, table]))
    const taskPorts = { done: this.#done, failed: this.#failed }
    const reference = Object.fromEntries(tables)
    this.tasks = Array.from({ length: partitions }, () => new Task(pipeline, reference, taskPorts))
    this.#gatherings = Array.from(
      { length: pipeline.answer ? partitions : 0 },
      () => new Gathering(pipeline.answer!, this.#gathered),
    )
  }

  /** Takes a record of one of the inputs' topics. */
  take(input: InputPlan, arrival: Arrival, source: string): void {
    const event = arrival.event!
    if (this.watermark.see(source, event.occurredAt)) this.advance()
    try {
      if (!guarded(() => input.rules.when?.(event) ?? true)) {
        this.counters.ignored++
        return
      }
      this.#route(input, arrival, event, source)
    } catch (thrown) {
      if (!(thrown instanceof KeyFailure)) throw thrown
      this.#fail('HANDLE', arrival, null, thrown.failure)
    }
  }

  /**
   * Everything up to the watermark: held records, timers, gathers out of time. A version that takes
   * effect in between does so for what is at its moment or after it, however far the watermark moves.
   */
  advance(): void {
    const watermark = this.watermark.value
    for (;;) {
      const effectiveAt = this.#nextEffective()
      if (effectiveAt > watermark) break
      this.#advanceTo(effectiveAt - 1)
      for (const table of this.references.values()) this.#publish(table, effectiveAt)
    }
    this.#advanceTo(watermark)
  }

  #nextEffective(): number {
    let least = Number.POSITIVE_INFINITY
    for (const table of this.references.values()) least = Math.min(least, table.nextEffective)
    return least
  }

  #advanceTo(at: number): void {
    for (const task of this.tasks) task.advanceTo(at)
    for (const gathering of this.#gatherings) gathering.expire(at)
  }

  /** A record of a reference or control topic. */
  refer(table: ReferenceTable, arrival: Arrival): void {
    const key = `r:${table.topic.name}|${table.keyOf(arrival.event!)}`
    this.#settle()
    if (!table.put(arrival.event!) && table.topic.kind !== 'control') return
    const value = CARRIED.toBuffer(carriedOf(arrival, '', '', null, this.#ports.encode))
    this.#referenceEntries.set(key, value)
    this.#newReferences.push({ key, value })
    this.#publish(table, this.watermark.value)
  }

  /** Whether a task holds as many records as it may. */
  isFull(): boolean {
    return this.tasks.some(task => task.held.size >= this.#limits.heldMax)
  }

  commit(): ChangelogPart[] {
    return this.tasks.map((task, partition) => {
      const entries: ChangelogEntry[] = this.#layoutsSaved.has(partition)
        ? []
        : [this.#layoutEntry()]
      this.#layoutsSaved.add(partition)
      if (partition === 0) entries.push(...this.#shared())
      for (const { key, value } of task.store.commit()) entries.push({ key: `k:${key}`, value })
      const { added, gone } = task.commitHeld()
      for (const delivery of gone) entries.push({ key: `h:${heldName(delivery)}`, value: null })
      for (const delivery of added) entries.push(this.#heldEntry(delivery))
      for (const entry of this.#gatherings[partition]?.commit() ?? []) {
        entries.push({ key: `g:${entry.key}`, value: entry.value })
      }
      return this.#part(partition, entries)
    })
  }

  /** All state of one task, as of the last commit, as the changelog would have it. */
  *snapshot(partition: number): Generator<ChangelogEntry> {
    const task = this.tasks[partition]!
    yield this.#layoutEntry()
    if (partition === 0) yield* this.#sharedSnapshot()
    for (const { key, value } of task.store.packed()) yield { key: `k:${key}`, value }
    for (const delivery of task.held.all()) yield this.#heldEntry(delivery)
    for (const entry of this.#gatherings[partition]?.snapshot() ?? []) {
      yield { key: `g:${entry.key}`, value: entry.value }
    }
  }

  /** Takes a task's state back: first a snapshot's entries, then the changelog's after it. */
  restoring(partition: number): Restoring {
    return new Restoring(this.pipeline, {
      layout: this.tasks[partition]!.store.layout,
      layoutIsSaved: () => this.#layoutsSaved.add(partition),
      key: (key, value) => this.tasks[partition]!.store.load(key, value),
      upgraded: (key, entry) => this.tasks[partition]!.store.loadEntry(key, entry),
      held: carried => this.#reviveHeld(partition, carried),
      gather: value =>
        this.#gatherings[partition]!.load(value, carried => this.#reviveGather(carried)),
      duplicates: (source, key, value) => this.#duplicatesOf(source).load(key, value),
      reference: (key, value, carried) => {
        this.#referenceEntries.set(key, value)
        this.references.get(carried.topic)?.put(this.#ports.revive(carried).event!)
      },
      agreed: (input, group, value) => this.#agreementsOf(input).load(group, value),
      shared: saved => this.#restoreShared(saved),
    })
  }

  /** After all tasks were restored. */
  restored(): void {
    for (const table of this.references.values()) table.publish(this.watermark.value)
  }

  #route(input: InputPlan, arrival: Arrival, event: EngineFields, source: string): void {
    const ids = this.#idsOf(arrival.topic, event)
    const seen = this.#duplicatesOf(this.#horizonOf(input, source))
    if (ids.some(id => seen.has(id))) {
      this.counters.duplicates++
      return
    }
    const late = event.occurredAt <= this.watermark.value
    // A redriven record is taken whatever its time: somebody decided that it shall count.
    if (late && input.rules.late === 'set-aside' && arrival.redrivenFor === null) {
      this.counters.late++
      this.#ports.late(this, arrival, this.watermark.value)
      return
    }
    if (late) this.counters.lateHandled++
    const breach = this.#breachOf(input, event)
    if (breach) {
      this.#fail('VALIDATE', arrival, null, breach)
      return
    }
    const deliver = guarded(() => this.#addressed(input, arrival, event))
    for (const id of ids) seen.remember(id, event.occurredAt)
    this.counters.taken++
    deliver(late)
  }

  /** Where the record goes: the key functions are called here, before anything is changed. */
  #addressed(input: InputPlan, arrival: Arrival, event: EngineFields): (late: boolean) => void {
    if (input.rules.scatter) return this.#scattered(input, arrival, event)
    const key = input.rules.key!(event)
    if (key === null) {
      return () => {
        this.counters.unkeyed++
      }
    }
    checkKey(key)
    return late => this.#deliver({ input, arrival, event, key, part: null, held: null }, late)
  }

  #scattered(input: InputPlan, arrival: Arrival, event: EngineFields): (late: boolean) => void {
    const key = input.rules.gatherBy!(event)
    const addresses = input.rules.scatter!(event)
    const parts = this.pipeline.parts!.filter(part => addresses[part] != null)
    for (const part of parts) checkKey(addresses[part]!)
    return late => {
      const id = gatherId(input, arrival, event)
      const gathering = this.#gatheringOf(key)
      gathering.open({
        id,
        input,
        event,
        key,
        carried: carriedOf(arrival, input.name, key, null, this.#ports.encode),
        awaited: new Set(parts),
        answers: new Map(),
        missing: [],
        deadline: Math.max(event.occurredAt, this.watermark.value) + this.pipeline.gatherTimeoutMs,
        saved: false,
      })
      for (const part of parts) {
        const address = `${part}:${addresses[part]}`
        this.#deliver({ input, arrival, event, key: address, part, held: null }, late)
      }
    }
  }

  #deliver(delivery: Delivery, late: boolean): void {
    const task = this.tasks[partitionOf(delivery.key, this.tasks.length)]!
    if (this.pipeline.order === 'event-time' && !late) {
      task.hold(delivery)
      return
    }
    task.handle(delivery)
    task.advanceTo(this.watermark.value)
  }

  readonly #done = (step: Step, live: LiveKey, now: number, returned: unknown): void => {
    if (isFiring(step)) {
      this.counters.timers++
      this.#emitAll(returned, live.key, `timer|${step.timer}|${step.due}`, null, now)
    } else if (step.part !== null) {
      const id = gatherId(step.input, step.arrival, step.event)
      this.#gatheringFor(step).answer(id, step.part, returned)
    } else {
      const { event, arrival, input } = step
      const cause = `${input.name}|${identityOf(arrival.topic, event)}`
      this.#emitAll(returned, live.key, cause, event.eventId ?? null, event.occurredAt)
    }
  }

  readonly #failed = (step: Step, key: string, failure: MillraceError): void => {
    if (isFiring(step)) {
      this.#fail('TIMER', null, `${key}|${step.timer}|${step.due}`, failure)
      return
    }
    const refused = failure.code === 'REJECTED' || failure.code === 'CURRENCY_CONFLICT'
    this.#fail(refused ? 'VALIDATE' : 'HANDLE', step.arrival, key, failure)
    if (step.part !== null) {
      this.#gatheringFor(step).giveUp(gatherId(step.input, step.arrival, step.event), step.part)
      return
    }
    // So that it can be redriven once the cause is mended.
    const seen = this.#duplicatesOf(this.#horizonOf(step.input, sourceOf(step.arrival)))
    for (const id of this.#idsOf(step.arrival.topic, step.event)) seen.takeBack(id)
  }

  readonly #gathered = (gather: Gather): void => {
    const handler = this.pipeline.gather[gather.input.name]!
    const answers = Object.fromEntries(gather.answers)
    const { event, key } = gather
    const topic = gather.input.topic
    const cause = `${gather.input.name}|${identityOf(topic, event)}`
    try {
      const body = handler(event, { answers, missing: gather.missing })
      this.#emitAll(body, key, cause, event.eventId ?? null, event.occurredAt)
    } catch (thrown) {
      if (thrown instanceof InvariantError) throw thrown
      if (thrown instanceof MillraceError && thrown.instruction === 'stop') throw thrown
      const text = thrown instanceof Error ? thrown.message : String(thrown)
      const arrival = this.#ports.revive(gather.carried)
      this.#fail('HANDLE', arrival, key, new MillraceError('HANDLER_FAILED', text))
    }
  }

  #emitAll(
    returned: unknown,
    subject: string,
    cause: string,
    causeEventId: string | null,
    occurredAt: number,
  ): void {
    if (returned === null || returned === undefined || returned instanceof Rejection) return
    const bodies = Array.isArray(returned) ? returned : [returned]
    const outputs = bodies.map((body, ordinal) => {
      const resultId = hashHex(`${this.pipeline.id}|${subject}|${cause}|${ordinal}`)
      return this.#ports.output(this, { resultId, occurredAt, causeEventId, ...body })
    })
    // Only now, when all of them are known to fit their schema.
    for (const output of outputs) this.#ports.emit(this, output)
    this.counters.results += outputs.length
  }

  #fail(
    stage: 'HANDLE' | 'TIMER' | 'VALIDATE',
    arrival: Arrival | null,
    key: string | null,
    failure: MillraceError,
  ): void {
    this.#ports.dead(this, stage, arrival, key, failure)
    if (stage === 'VALIDATE') {
      this.counters.refused++
      return
    }
    this.counters.failed++
    const minute = Math.floor(this.watermark.largestSeen() / 60_000)
    this.#failuresInMinute = minute === this.#failureMinute ? this.#failuresInMinute + 1 : 1
    this.#failureMinute = minute
    if (this.#failuresInMinute > this.#limits.failuresPerMinuteMax) throw this.#tooMany(failure)
  }

  #tooMany(last: MillraceError): MillraceError {
    return new MillraceError(
      'TOO_MANY_FAILURES',
      `${this.pipeline.id} failed on more than ${this.#limits.failuresPerMinuteMax} records within ` +
        `a minute of event time, the last with: ${last.message}. Nothing of this batch was ` +
        'committed: mend the pipeline and start again, or raise failuresPerMinuteMax.',
    )
  }

  #publish(table: ReferenceTable, watermark: number): void {
    if (!table.hasDue(watermark)) return
    this.#settle()
    for (const version of table.publish(watermark)) {
      this.#ports.published(`${table.topic.name}:${version}`)
    }
  }

  /** What handlers see is about to change, so earlier steps could not be done again after it. */
  #settle(): void {
    for (const task of this.tasks) task.store.settleAll()
  }

  #idsOf(topic: AnyTopic, event: EngineFields): string[] {
    const id = identityOf(topic, event)
    const ids = id === '' ? [] : [id]
    const { once } = topic
    if (once) {
      const fields = event as unknown as Readonly<Record<string, unknown>>
      if (fields[once.field] === once.value) ids.push(`${once.value}|${String(fields[once.by])}`)
    }
    return ids
  }

  #breachOf({ name, rules }: InputPlan, event: EngineFields): MillraceError | null {
    if (!rules.agree) return null
    const { listedIn } = rules.agree
    const topic = listedIn === undefined ? undefined : this.pipeline.references[listedIn]
    const listed = topic && this.references.get(topic.name)
    return this.#agreementsOf(name).breach(rules.agree, event, listed)
  }

  #agreementsOf(input: string): Agreements {
    let agreements = this.#agreements.get(input)
    if (!agreements) {
      agreements = new Agreements()
      this.#agreements.set(input, agreements)
    }
    return agreements
  }

  /** Inputs that share a topic each take the record, and know its id for themselves. */
  #horizonOf(input: InputPlan, source: string): string {
    return this.#sharesTopic.has(input) ? `${source}|${input.name}` : source
  }

  #duplicatesOf(source: string): Duplicates {
    const known = this.#duplicates.get(source)
    if (known) return known
    const { duplicatesHorizonMs, duplicatesMax } = this.#limits
    const made = new Duplicates(duplicatesHorizonMs, duplicatesMax)
    this.#duplicates.set(source, made)
    return made
  }

  #gatheringOf(key: string): Gathering {
    return this.#gatherings[partitionOf(key, this.#gatherings.length)]!
  }

  #gatheringFor(delivery: Delivery): Gathering {
    return this.#gatheringOf(delivery.input.rules.gatherBy!(delivery.event))
  }

  /** What belongs to the pipeline as a whole is kept with its first task. */
  *#shared(): Generator<ChangelogEntry> {
    yield this.#sharedEntry()
    yield* this.#newReferences
    this.#newReferences = []
    for (const [input, agreements] of this.#agreements) {
      for (const [group, value] of agreements.commit()) yield agreedEntry(input, group, value)
    }
    for (const [source, duplicates] of this.#duplicates) {
      for (const { key, value } of duplicates.commit()) yield { key: `d:${source}:${key}`, value }
    }
  }

  *#sharedSnapshot(): Generator<ChangelogEntry> {
    yield this.#sharedEntry()
    for (const [key, value] of this.#referenceEntries) yield { key, value }
    for (const [input, agreements] of this.#agreements) {
      for (const [group, value] of agreements.snapshot()) yield agreedEntry(input, group, value)
    }
    for (const [source, duplicates] of this.#duplicates) {
      for (const { key, value } of duplicates.snapshot()) yield { key: `d:${source}:${key}`, value }
    }
  }

  #sharedEntry(): ChangelogEntry {
    const saved: SavedShared = {
      watermark: this.watermark.saved(),
      counters: this.counters,
      failures: [this.#failureMinute, this.#failuresInMinute],
    }
    return { key: 'm:shared', value: Buffer.from(JSON.stringify(saved)) }
  }

  #restoreShared(value: Buffer): void {
    const saved = JSON.parse(value.toString()) as SavedShared
    this.watermark.restore(saved.watermark)
    Object.assign(this.counters, saved.counters)
    this.#failureMinute = saved.failures[0] ?? Number.NEGATIVE_INFINITY
    this.#failuresInMinute = saved.failures[1] ?? 0
  }

  #layoutEntry(): ChangelogEntry {
    const { layout } = this.tasks[0]!.store
    return { key: `l:${layout.hash}`, value: Buffer.from(layout.text) }
  }

  #heldEntry(delivery: Delivery): ChangelogEntry {
    const { arrival, input, key, part } = delivery
    const carried = carriedOf(arrival, input.name, key, part, this.#ports.encode)
    return { key: `h:${heldName(delivery)}`, value: CARRIED.toBuffer(carried) }
  }

  #reviveHeld(partition: number, carried: Carried): void {
    const arrival = this.#ports.revive(carried)
    const input = this.inputs.find(each => each.name === carried.input)!
    const part = carried.part === '' ? null : carried.part
    const { key } = carried
    this.tasks[partition]!.hold({ input, arrival, event: arrival.event!, key, part, held: 'saved' })
  }

  #reviveGather(carried: Carried) {
    const arrival = this.#ports.revive(carried)
    const event = arrival.event!
    const input = this.inputs.find(each => each.name === carried.input)!
    return {
      id: gatherId(input, arrival, event),
      input,
      event,
      key: carried.key,
    }
  }

  #part(partition: number, entries: readonly ChangelogEntry[]): ChangelogPart {
    const { id, generation } = this.pipeline
    return { pipelineId: id, generation, partition, entries }
  }
}

interface SavedShared {
  readonly watermark: Parameters<Watermark['restore']>[0]
  readonly counters: Counters
  readonly failures: readonly [number | null, number]
}

/** The pipeline's own key function failed, before anything was changed. */
class KeyFailure extends Error {
  readonly failure: MillraceError
  constructor(failure: MillraceError) {
    super(failure.message)
    this.failure = failure
  }
}

const agreedEntry = (input: string, group: string, value: string): ChangelogEntry => ({
  key: `a:${input}:${group}`,
  value: Buffer.from(value),
})

const guarded = <T>(call: () => T): T => {
  try {
    return call()
  } catch (thrown) {
    if (thrown instanceof MillraceError) throw new KeyFailure(thrown)
    const text = thrown instanceof Error ? thrown.message : String(thrown)
    throw new KeyFailure(new MillraceError('HANDLER_FAILED', text, { cause: thrown }))
  }
}

const checkKey = (key: string): void => {
  if (key.length <= KEY_BYTES_MAX) return
  throw new MillraceError(
    'KEY_TOO_LONG',
    `a key of ${key.length} characters; keys may have ${KEY_BYTES_MAX}. Use an id or a hash.`,
  )
}

const gatherId = (input: InputPlan, arrival: Arrival, event: EngineFields): string =>
  `${input.name}|${identityOf(arrival.topic, event) || `${arrival.partition}|${arrival.offset}`}`

/** What the engine calls a source partition. */
export const sourceOf = (arrival: Arrival): string => `${arrival.topic.name}|${arrival.partition}`
