import type { AvroSchema } from './form.ts'

/**
 * - `event`: things that happened, each with an `eventId`, deduplicated.
 * - `reference`: the last value per key counts; read to its end before the first event.
 * - `control`: versions that are published and take effect; never compacted away.
 * - `result`: what a pipeline puts out; may be another pipeline's input.
 */
export type TopicKind = 'event' | 'reference' | 'control' | 'result'

/** The least that the engine needs of any record. */
export interface Occurrence {
  /** Event time, in ms since 1970 (UTC). */
  readonly occurredAt: number
}

/** A schema file of `schemas/`, without its doc strings. */
export interface RecordSchema {
  readonly type: 'record'
  readonly name: string
  readonly namespace: string
  /** The id in the Confluent frame of every record written with this schema. */
  readonly id: number
  readonly fields: readonly FieldSchema[]
  /** Where any of these fields has one of these values, money and quantities may be negative. */
  readonly signedWhen?: Readonly<Record<string, readonly string[]>>
}

export interface FieldSchema {
  readonly name: string
  readonly type: AvroSchema
  readonly default?: unknown
  readonly minimum?: number
  readonly maximum?: number
  /** A regular expression that the whole text must match. */
  readonly pattern?: string
}

/** A topic as the generated `events.ts` declares it, or a projection of one. */
export interface Topic<T> {
  readonly name: string
  readonly kind: TopicKind
  /** Place in the total order (`occurredAt`, rank, id); see `docs/glossary.md`. */
  readonly rank: number
  readonly schema: RecordSchema
  /** What the records on the topic are keyed by: fields, joined with `@` where there are several. */
  readonly keyedBy: readonly string[]
  /** The field whose value makes a second record a duplicate; null for the last-value topics. */
  readonly identity: 'eventId' | 'resultId' | null
  /** A second record with this value of `by`, among those that match, is a duplicate as well. */
  readonly once?: { readonly field: string; readonly value: string; readonly by: string }
  /** The fields that are read, null for all. Narrow with `read`. */
  readonly fields: readonly string[] | null
  /** Exists for the type checker alone. */
  readonly record?: T
}

// biome-ignore lint/suspicious/noExplicitAny: a topic of whatever record
export type AnyTopic = Topic<any>

export type RecordOf<S> = S extends Topic<infer T> ? T : never

/** A topic of which a pipeline reads these fields only: decoding gets several times cheaper. */
export const read = <T extends Occurrence, K extends keyof T & string>(
  topic: Topic<T>,
  ...fields: readonly K[]
): Topic<Pick<T, K | 'occurredAt' | ('eventId' & keyof T)>> => ({
  name: topic.name,
  kind: topic.kind,
  rank: topic.rank,
  schema: topic.schema,
  keyedBy: topic.keyedBy,
  identity: topic.identity,
  ...(topic.once ? { once: topic.once } : {}),
  fields,
})
