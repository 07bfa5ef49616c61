import { type Arrival, type EngineFields, identityOf } from '../arrival.ts'
import type { ChangelogEntry } from '../commit.ts'
import { Duplicates, type DuplicatesChange } from '../order/duplicates.ts'
import type { AnyTopic } from '../topic.ts'
import type { InputPlan } from './plan.ts'
import type { SharedPart } from './shared-part.ts'

/**
 * Which records a pipeline has taken: by the id of each, and where its topic says so by what may
 * happen only once, such as the placing of an order. Known per source partition, and where inputs
 * share a topic for each of them.
 */
export class SeenIds implements SharedPart {
  readonly kind = 'd'
  readonly #sources = new Map<string, Duplicates>()
  readonly #sharesTopic: ReadonlySet<InputPlan>
  readonly #horizonMs: number
  readonly #idsMax: number

  constructor(inputs: readonly InputPlan[], horizonMs: number, idsMax: number) {
    const topics = inputs.map(input => input.topic.name)
    this.#sharesTopic = new Set(
      inputs.filter(({ topic }) => topics.indexOf(topic.name) !== topics.lastIndexOf(topic.name)),
    )
    this.#horizonMs = horizonMs
    this.#idsMax = idsMax
  }

  has(input: InputPlan, arrival: Arrival): boolean {
    const seen = this.#of(input, arrival)
    const { topic } = arrival
    const event = arrival.event!
    const id = identityOf(topic, event)
    if (id !== '' && seen.has(id)) return true
    const once = onceOf(topic, event)
    return once !== null && seen.has(once)
  }

  remember(input: InputPlan, arrival: Arrival): void {
    const seen = this.#of(input, arrival)
    const event = arrival.event!
    const id = identityOf(arrival.topic, event)
    if (id !== '') seen.remember(id, event.occurredAt)
    const once = onceOf(arrival.topic, event)
    if (once !== null) seen.remember(once, event.occurredAt)
  }

  /** Forgets the ids of a record that was set aside after all, so that it can be redriven. */
  takeBack(source: string, ids: readonly string[]): void {
    for (const id of ids) this.#source(source).takeBack(id)
  }

  /** What `takeBack` is told of a record. */
  idsOf(input: InputPlan, arrival: Arrival): { source: string; ids: string[] } {
    const event = arrival.event!
    const id = identityOf(arrival.topic, event)
    const once = onceOf(arrival.topic, event)
    const ids = [...(id === '' ? [] : [id]), ...(once === null ? [] : [once])]
    return { source: this.#nameOf(input, arrival), ids }
  }

  *commit(): Generator<ChangelogEntry> {
    for (const [source, seen] of this.#sources) yield* entriesOf(source, seen.commit())
  }

  *snapshot(): Generator<ChangelogEntry> {
    for (const [source, seen] of this.#sources) yield* entriesOf(source, seen.snapshot())
  }

  load(name: string, value: Buffer): void {
    const cut = name.lastIndexOf(':')
    this.#source(name.slice(0, cut)).load(name.slice(cut + 1), value)
  }

  #of(input: InputPlan, arrival: Arrival): Duplicates {
    return this.#source(this.#nameOf(input, arrival))
  }

  #nameOf(input: InputPlan, { source }: Arrival): string {
    return this.#sharesTopic.has(input) ? `${source}|${input.name}` : source
  }

  #source(name: string): Duplicates {
    let seen = this.#sources.get(name)
    if (!seen) {
      seen = new Duplicates(this.#horizonMs, this.#idsMax)
      this.#sources.set(name, seen)
    }
    return seen
  }
}

const onceOf = ({ once }: AnyTopic, event: EngineFields): string | null => {
  if (!once) return null
  const fields = event as unknown as Readonly<Record<string, unknown>>
  return fields[once.field] === once.value ? `${once.value}|${String(fields[once.by])}` : null
}

function* entriesOf(
  source: string,
  changes: readonly DuplicatesChange[],
): Generator<ChangelogEntry> {
  for (const { key, value } of changes) yield { key: `d:${source}:${key}`, value }
}
