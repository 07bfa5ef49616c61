/**
 * A pipeline's dealings with the other slices: what is sent to them and received from them, and how
 * far they have come. Where the application is whole every key is here, and nothing is ever sent.
 */
import type { Arrival } from '../arrival.ts'
import type { Delivery } from '../task/delivery.ts'
import type { InputPlan } from '../task/plan.ts'
import type { Standing } from '../task/standing.ts'
import type { Outbox } from './outbox.ts'
import type { Parcel, SentAnswer, SentDelivery, SentStanding } from './parcel.ts'
import { Received } from './received.ts'
import { SentAhead } from './sent-ahead.ts'
import { type Slice, sliceOfKey, sliceOfSource } from './slice.ts'

/** What comes from others, as the pipeline takes it. */
export interface CorrespondencePorts {
  delivered(sent: SentDelivery, arrival: Arrival): void
  answered(answer: SentAnswer): void
  forget(source: string, ids: readonly string[]): void
  /** The task's watermark moved. */
  moved(): void
  /** That of all tasks moved. */
  answersMoved(): void
}

export class Correspondence {
  readonly received = new Received()
  readonly #pipelineId: string
  readonly #slice: Slice
  readonly #ownName: string
  readonly #standing: Standing
  readonly #outbox: Outbox
  readonly #ports: CorrespondencePorts
  /** What was sent to each of the other slices and is still held there. */
  readonly #sentAhead: SentAhead

  /** @param heldMax records that a task holds at most */
  constructor(
    pipelineId: string,
    slice: Slice,
    heldMax: number,
    standing: Standing,
    outbox: Outbox,
    ports: CorrespondencePorts,
  ) {
    this.#pipelineId = pipelineId
    this.#slice = slice
    this.#ownName = sliceName(slice.index)
    this.#standing = standing
    this.#outbox = outbox
    this.#ports = ports
    this.#sentAhead = new SentAhead(slice.count, heldMax / slice.count)
  }

  get isWhole(): boolean {
    return this.#slice.count === 1
  }

  /** Whether the others hold as many records of this slice as they may, or said that they are full. */
  get isPressed(): boolean {
    return this.#standing.fullElsewhere.size > 0 || this.#sentAhead.isFull
  }

  hasKey(key: string): boolean {
    return sliceOfKey(key, this.#slice.count) === this.#slice.index
  }

  /** Whether the record was read here: its ids and its gathering are where it was read. */
  hasRead({ partition }: Arrival): boolean {
    return this.#homeOf(partition) === this.#slice.index
  }

  /** @param isHeld whether it waits there for the watermark */
  deliver(delivery: Delivery, isHeld: boolean): void {
    const to = sliceOfKey(delivery.key, this.#slice.count)
    this.#outbox.deliver(to, this.#pipelineId, delivery)
    if (isHeld) this.#sentAhead.note(to, delivery.event.occurredAt)
  }

  /** @param answer null where the part will not answer */
  answer({ arrival }: Delivery, id: string, part: string, answer: Buffer | null): void {
    const pipeline = this.#pipelineId
    this.#outbox.answer(this.#homeOf(arrival.partition), { pipeline, id, part, answer })
  }

  forget(input: InputPlan, { partition }: Arrival, source: string, ids: readonly string[]): void {
    const pipeline = this.#pipelineId
    this.#outbox.forget(this.#homeOf(partition), { pipeline, input: input.name, source, ids })
  }

  /** What another slice has for this one. */
  receive(from: string, parcel: Parcel, arrivals: readonly (() => Arrival)[]): void {
    const id = this.#pipelineId
    const mine = parcel.deliveries.filter(({ pipeline }) => pipeline === id)
    for (const sent of mine) this.#receiveDelivery(sent, arrivals[sent.record]!())
    if (this.#slice.repeats) this.#note(from, mine, arrivals)
    if (parcel.standings.length > 0) this.received.settle(from)
    for (const answer of parcel.answers) if (answer.pipeline === id) this.#ports.answered(answer)
    for (const { pipeline, source, ids } of parcel.forgotten) {
      if (pipeline === id) this.#ports.forget(source, ids)
    }
    for (const standing of parcel.standings)
      if (standing.pipeline === id) this.#heard(from, standing)
  }

  /** The sources moved. True where that moves the task, which otherwise waits for other slices. */
  sourcesMoved(): boolean {
    const { sources, task } = this.#standing
    return this.isWhole || task.see(this.#ownName, sources.value)
  }

  /** The task moved. True where that moves what all tasks have come to. */
  taskMoved(): boolean {
    const { task, answers } = this.#standing
    return !this.isWhole && answers.see(this.#ownName, task.value)
  }

  /** How far this slice has come, for the others. */
  standing(isFull: boolean, answers: boolean): SentStanding {
    const { sources, task } = this.#standing
    this.#sentAhead.passed(task.value)
    return {
      pipeline: this.#pipelineId,
      sources: finite(sources.value),
      task: answers ? finite(task.value) : null,
      isFull,
    }
  }

  #receiveDelivery(sent: SentDelivery, arrival: Arrival): void {
    const { source, offset } = arrival
    // A part is asked again: whoever gathers may have lost its question, and waits for the answer.
    if (sent.part === '' && this.received.has(sent.input, source, offset)) return
    this.#ports.delivered(sent, arrival)
  }

  /** Only behind the parcel: one record of it may go to several keys. */
  #note(from: string, mine: readonly SentDelivery[], arrivals: readonly (() => Arrival)[]): void {
    for (const { input, record } of mine) {
      const { source, offset } = arrivals[record]!()
      this.received.note(from, input, source, offset)
    }
  }

  #heard(from: string, { sources, task, isFull }: SentStanding): void {
    const { fullElsewhere, task: ownTask, answers } = this.#standing
    if (isFull) fullElsewhere.add(from)
    else fullElsewhere.delete(from)
    if (sources !== null && ownTask.see(from, sources)) this.#ports.moved()
    if (task !== null && answers.see(from, task)) this.#ports.answersMoved()
  }

  #homeOf(partition: number): number {
    return sliceOfSource(partition, this.#slice.count)
  }
}

/** A slice, as the watermarks of the others know it. */
export const sliceName = (index: number): string => `slice ${index}`

const finite = (at: number): number | null => (Number.isFinite(at) ? at : null)
