import type { Arrival } from '../arrival.ts'
import { identityOf } from '../arrival.ts'
import type { Output } from '../commit.ts'
import { hashHex } from '../hash.ts'
import { type Pipeline, Rejection } from '../pipeline.ts'
import { assembledCode } from '../schema/record-code.ts'
import type { Counters } from './counters.ts'
import type { InputPlan } from './plan.ts'

const ENGINE_FIELDS = ['resultId', 'occurredAt', 'causeEventId']

type Assemble = (body: object, ...engineFields: readonly unknown[]) => { occurredAt: number }

export interface ResultPorts {
  /** Writes a result down; fails where it does not fit its schema. */
  output(record: { occurredAt: number }): Output
  emit(output: Output): void
}

interface Cause {
  readonly input: InputPlan
  readonly arrival: Arrival
}

/** What handlers return, as results: with an identity that is the same whenever it is made again. */
export class Results {
  readonly #pipelineId: string
  readonly #counters: Counters
  readonly #ports: ResultPorts
  /** Puts the engine's fields before a handler's. */
  readonly #assemble: Assemble

  constructor(pipeline: Pipeline, counters: Counters, ports: ResultPorts) {
    this.#pipelineId = pipeline.id
    this.#counters = counters
    this.#ports = ports
    const fields = pipeline.output.schema.fields.map(({ name }) => name)
    this.#assemble = assembledCode(ENGINE_FIELDS, fields) as Assemble
  }

  /** Of a record, or of the answers to one. */
  emitFor({ input, arrival }: Cause, subject: string, returned: unknown): void {
    const { topic, source, offset } = arrival
    const event = arrival.event!
    const cause = `${input.name}|${identityOf(topic, event) || `${source}|${offset}`}`
    this.emit(returned, subject, cause, event.eventId ?? null, event.occurredAt)
  }

  /** @param cause what a second result of the same subject is told apart by */
  emit(
    returned: unknown,
    subject: string,
    cause: string,
    causeEventId: string | null,
    occurredAt: number,
  ): void {
    if (returned === null || returned === undefined || returned instanceof Rejection) return
    const outputOf = (body: object, ordinal: number): Output => {
      // The length keeps the parts apart, whatever characters are in them.
      const of = `${this.#pipelineId}|${ordinal}|${subject.length}|${subject}|${cause}`
      const resultId = hashHex(of)
      return this.#ports.output(this.#assemble(body, resultId, occurredAt, causeEventId))
    }
    if (!Array.isArray(returned)) {
      this.#ports.emit(outputOf(returned as object, 0))
      this.#counters.results++
      return
    }
    const outputs = returned.map(outputOf)
    // Only now, when all of them are known to fit their schema.
    for (const output of outputs) this.#ports.emit(output)
    this.#counters.results += outputs.length
  }
}
