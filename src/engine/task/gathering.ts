import avsc from 'avsc'
import { type Arrival, type EngineFields, identityOf } from '../arrival.ts'
import type { ChangelogEntry } from '../commit.ts'
import { type Form, named } from '../form.ts'
import { Heap } from '../order/heap.ts'
import { quickType } from '../schema/quick-types.ts'
import { CARRIED, type Carried, carriedOf } from './carried.ts'
import type { InputPlan } from './plan.ts'

/** A scattered event whose answers are awaited. */
export interface Gather {
  /** Among the open ones; empty while its parts are being asked, when most are finished. */
  id: string
  readonly input: InputPlan
  readonly event: EngineFields
  /** Where the answers meet; the subject of the result. */
  readonly key: string
  readonly arrival: Arrival
  readonly awaited: string[]
  readonly answers: Record<string, unknown>
  readonly missing: string[]
  readonly deadline: number
  saved: boolean
}

/**
 * The open gathers of one task. Answers are idempotent by (event, part): a second one of the same
 * part, or one that comes after the result went out, changes nothing.
 */
export class Gathering {
  readonly #open = new Map<string, Gather>()
  /** Whose parts are being asked in this step, where no other of its event is open. */
  #asking: Gather | null = null
  readonly #deadlines = new Heap<Gather>(
    (a, b) => a.deadline < b.deadline || (a.deadline === b.deadline && a.id < b.id),
  )
  readonly #opened: Gather[] = []
  readonly #changed = new Set<Gather>()
  readonly #closed: string[] = []
  readonly #answerType: avsc.Type
  readonly #complete: (gather: Gather) => void

  readonly #encodeArrival: (arrival: Arrival) => Buffer

  constructor(
    answer: Form<unknown>,
    encode: (arrival: Arrival) => Buffer,
    complete: (gather: Gather) => void,
  ) {
    this.#encodeArrival = encode
    this.#answerType = avsc.Type.forSchema(named(answer.avro, 'answer') as never, {
      wrapUnions: 'never',
      typeHook: quickType as never,
    })
    this.#complete = complete
  }

  get size(): number {
    return this.#open.size
  }

  /** Before its parts are asked; a gather without parts is complete at once. */
  ask(gather: Gather): void {
    const isOpen = this.#open.size > 0 && this.#open.has(gatherId(gather.input, gather.arrival))
    this.#asking = isOpen || this.#finished(gather) ? null : gather
  }

  /** After all were asked: one that has its answers by now was never open. */
  asked(): void {
    const gather = this.#asking
    this.#asking = null
    if (gather === null || gather.awaited.length === 0) return
    gather.id = gatherId(gather.input, gather.arrival)
    this.#open.set(gather.id, gather)
    this.#opened.push(gather)
    this.#changed.add(gather)
  }

  /** The gather of an event, as far as it is not finished. */
  find(input: InputPlan, arrival: Arrival): Gather | undefined {
    const asking = this.#asking
    if (asking !== null && asking.arrival === arrival && asking.input === input) return asking
    return this.#open.size === 0 ? undefined : this.#open.get(gatherId(input, arrival))
  }

  withId(id: string): Gather | undefined {
    return this.#open.get(id)
  }

  /** An answer on its way to the slice that gathers. */
  encoded(part: string, answer: unknown): Buffer {
    if (!this.#answerType.isValid(answer)) throw this.#misfit(part, answer)
    return this.#answerType.toBuffer(answer)
  }

  decoded(answer: Buffer): unknown {
    return this.#answerType.fromBuffer(answer)
  }

  answer(gather: Gather | undefined, part: string, answer: unknown): void {
    if (gather === undefined || !gather.awaited.includes(part)) return
    if (!this.#answerType.isValid(answer)) throw this.#misfit(part, answer)
    gather.answers[part] = answer
    this.#heardOf(gather, part)
  }

  /** The part will not answer: its handler failed. */
  giveUp(gather: Gather | undefined, part: string): void {
    if (gather === undefined || !gather.awaited.includes(part)) return
    gather.missing.push(part)
    this.#heardOf(gather, part)
  }

  /** Results go out without the parts that have not answered by their deadline. */
  expire(watermark: number): void {
    // Most are finished in the step that opened them, and never get a deadline.
    for (const gather of this.#opened) {
      if (this.#open.get(gather.id) === gather) this.#deadlines.push(gather)
    }
    this.#opened.length = 0
    for (;;) {
      const first = this.#deadlines.first()
      if (!first || first.deadline > watermark) return
      this.#deadlines.take()
      // It may be finished, and another of the same id opened for a record that was redriven.
      if (this.#open.get(first.id) !== first) continue
      first.missing.push(...first.awaited)
      first.awaited.length = 0
      this.#finished(first)
    }
  }

  commit(): ChangelogEntry[] {
    const entries: ChangelogEntry[] = this.#closed.map(id => ({ key: id, value: null }))
    for (const gather of this.#changed) {
      gather.saved = true
      entries.push({ key: gather.id, value: this.#encode(gather) })
    }
    this.#closed.length = 0
    this.#changed.clear()
    return entries
  }

  *snapshot(): Generator<ChangelogEntry> {
    for (const gather of this.#open.values()) {
      yield { key: gather.id, value: this.#encode(gather) }
    }
  }

  /** Opens a saved gather again; `revive` reads the event that was carried with it. */
  load(
    value: Buffer,
    revive: (carried: Carried) => Pick<Gather, 'arrival' | 'input' | 'event' | 'key'>,
  ): void {
    const saved = SAVED.fromBuffer(value) as SavedGather
    const answers: Record<string, unknown> = {}
    for (const part of Object.keys(saved.answers)) {
      answers[part] = this.#answerType.fromBuffer(saved.answers[part]!)
    }
    const { arrival, input, event, key } = revive(saved.carried)
    const gather: Gather = {
      id: gatherId(input, arrival),
      arrival,
      input,
      event,
      key,
      awaited: saved.awaited,
      missing: saved.missing,
      answers,
      deadline: saved.deadline,
      saved: true,
    }
    this.#open.set(gather.id, gather)
    this.#deadlines.push(gather)
  }

  /** Found here and not when the gather is saved: a step must not fail by when a commit comes. */
  #misfit(part: string, answer: unknown): Error {
    const paths: string[] = []
    this.#answerType.isValid(answer, { errorHook: path => paths.push(path.join('.') || '(whole)') })
    return new TypeError(`the answer of part ${part} does not fit its form at ${paths.join(', ')}`)
  }

  #heardOf(gather: Gather, part: string): void {
    const { awaited } = gather
    const at = awaited.indexOf(part)
    awaited.copyWithin(at, at + 1)
    awaited.length--
    if (!this.#finished(gather) && gather.id !== '') this.#changed.add(gather)
  }

  #finished(gather: Gather): boolean {
    if (gather.awaited.length > 0) return false
    if (gather.id !== '') this.#close(gather)
    this.#complete(gather)
    return true
  }

  #close(gather: Gather): void {
    this.#open.delete(gather.id)
    this.#changed.delete(gather)
    if (gather.saved) this.#closed.push(gather.id)
  }

  #encode(gather: Gather): Buffer {
    const answers: Record<string, Buffer> = {}
    for (const part of Object.keys(gather.answers)) {
      answers[part] = this.#answerType.toBuffer(gather.answers[part])
    }
    const { arrival, input, key, awaited, missing, deadline } = gather
    const carried = carriedOf(arrival, input.name, key, null, this.#encodeArrival)
    return SAVED.toBuffer({ carried, awaited, missing, answers, deadline })
  }
}

/** One gather per event and input. */
export const gatherId = (input: InputPlan, { topic, event, source, offset }: Arrival): string =>
  `${input.name}|${identityOf(topic, event!) || `${source}|${offset}`}`

interface SavedGather {
  readonly carried: Carried
  readonly awaited: string[]
  readonly missing: string[]
  readonly answers: Readonly<Record<string, Buffer>>
  readonly deadline: number
}

const SAVED = avsc.Type.forSchema({
  type: 'record',
  name: 'gather',
  fields: [
    { name: 'carried', type: CARRIED },
    { name: 'awaited', type: { type: 'array', items: 'string' } },
    { name: 'missing', type: { type: 'array', items: 'string' } },
    { name: 'answers', type: { type: 'map', values: 'bytes' } },
    { name: 'deadline', type: 'long' },
  ],
} as never)
