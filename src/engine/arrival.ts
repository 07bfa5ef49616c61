import type { MillraceError } from './errors.ts'
import type { AnyTopic, Occurrence } from './topic.ts'

/** What an event may carry, as far as the engine looks. */
export interface EngineFields extends Occurrence {
  readonly eventId?: string
  readonly resultId?: string
}

export type RecordFormat = 'json' | 'avro'

/** Framed Avro begins with a zero byte, which no JSON does. */
export const formatOf = (value: Buffer): RecordFormat => (value[0] === 0 ? 'avro' : 'json')

/** One record as it came in, decoded once for all pipelines of the process. */
export interface Arrival {
  readonly topic: AnyTopic
  readonly partition: number
  /** Topic and partition, as the engine names a source partition. */
  readonly source: string
  readonly offset: number
  /** The log's timestamp; in history, when the run began. An event may not be far beyond it. */
  readonly timestampMs: number
  readonly key: Buffer | null
  readonly format: RecordFormat
  /** The bytes as they are in the log; null where a pipeline of this process made the record. */
  readonly value: Buffer | null
  /** null where it could not be decoded. */
  readonly event: EngineFields | null
  readonly failure: MillraceError | null
  /** Pipelines that had set the record aside, and take it again; null where it is for all. */
  readonly redrivenFor: string | null
}

/** A record of the exchange, as it came in. It has no place in the total order. */
export interface ParcelArrival {
  /** Of the exchange. */
  readonly exchange: string
  readonly partition: number
  readonly offset: number
  readonly timestampMs: number
  readonly value: Buffer
  readonly topic: null
  readonly event: null
}

export type Incoming = Arrival | ParcelArrival

export const isParcel = (incoming: Incoming): incoming is ParcelArrival => incoming.topic === null

/** The id within its topic: what makes a second one a duplicate. Empty where there is none. */
export const identityOf = (topic: AnyTopic, event: EngineFields): string =>
  (topic.identity === null ? undefined : event[topic.identity]) ?? ''

/** The total order: event time, then rank of the topic, then id. */
export const inTotalOrder = (
  a: EngineFields,
  topicA: AnyTopic,
  b: EngineFields,
  topicB: AnyTopic,
): number => {
  if (a.occurredAt !== b.occurredAt) return a.occurredAt - b.occurredAt
  if (topicA.rank !== topicB.rank) return topicA.rank - topicB.rank
  const idA = identityOf(topicA, a)
  const idB = identityOf(topicB, b)
  return idA < idB ? -1 : idA > idB ? 1 : 0
}
