/**
 * Results that go back up: to a pipeline that the one they come from reads of, or to that one itself.
 *
 * They wait until the record, or the step of event time, that brought them about is through all
 * pipelines, and are then handed on in the order in which they were made; what they bring about goes
 * behind them. Nothing waits any more when the next record is taken or a commit is made, so a result is
 * never half on its way.
 */
import type { Arrival } from './arrival.ts'
import { MillraceError } from './errors.ts'
import type { PipelineRunner } from './task/pipeline-runner.ts'
import type { InputPlan } from './task/plan.ts'

/** A record that comes back more often than this, by way of what it brought about, goes round for ever. */
const HOPS_MAX = 1_000

export interface Taker {
  readonly runner: PipelineRunner
  readonly input: InputPlan
}

interface Returning {
  readonly takers: readonly Taker[]
  readonly arrival: Arrival
  /** How many came back one because of the other, with this one. */
  readonly hops: number
}

export class Feedback {
  readonly #takers = new Map<string, Taker[]>()
  #waiting: Returning[] = []
  /** Of the one that is being handed on; 0 for a record from outside. */
  #hops = 0

  /** @param runners of all pipelines; those further up are handed a result first */
  constructor(runners: readonly PipelineRunner[]) {
    for (const runner of runners) {
      for (const input of runner.inputs) if (input.rules.feedback) this.#add({ runner, input })
    }
  }

  get isEmpty(): boolean {
    return this.#takers.size === 0
  }

  /** Whether results on this topic go back to anybody. */
  isTaken(topic: string): boolean {
    return this.#takers.has(topic)
  }

  /** A result that was made; once all that it does further down is done, it is handed on. */
  note(arrival: Arrival): void {
    const takers = this.#takers.get(arrival.topic.name)
    if (takers) this.#waiting.push({ takers, arrival, hops: this.#hops + 1 })
  }

  /** Hands on all that waits, with all that this brings about. */
  handOn(): void {
    if (this.#waiting.length === 0) return
    // The list grows while it is gone through.
    for (const { takers, arrival, hops } of this.#waiting) {
      if (hops > HOPS_MAX) throw roundForEver(takers, arrival)
      this.#hops = hops
      for (const { runner, input } of takers) runner.take(input, arrival)
    }
    this.#hops = 0
    this.#waiting = []
  }

  #add(taker: Taker): void {
    const { name } = taker.input.topic
    this.#takers.set(name, [...(this.#takers.get(name) ?? []), taker])
  }
}

const roundForEver = (takers: readonly Taker[], { topic, event }: Arrival): MillraceError =>
  new MillraceError(
    'FEEDBACK_CHAIN',
    `result ${event?.resultId} of ${topic.name} is one of more than ${HOPS_MAX} in a row, each made of ` +
      `the one before it as feedback, the last for ${takers.map(({ runner }) => runner.pipeline.id).join(', ')}. ` +
      'Let `when` of the feedback input leave out what it has brought about itself, or return no result for it.',
  )
