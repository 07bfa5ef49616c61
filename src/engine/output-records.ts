import type { Arrival, EngineFields, RecordFormat } from './arrival.ts'
import type { Output } from './commit.ts'
import type { MillraceError } from './errors.ts'
import { hashHex } from './hash.ts'
import { codecsOf } from './schema/codecs.ts'
import type { AnyTopic } from './topic.ts'

export interface OutputTopics {
  readonly lateEvents: AnyTopic
  readonly deadLetters: AnyTopic
  readonly resultFormat?: RecordFormat
}

export type FailedStage = 'DECODE' | 'VALIDATE' | 'HANDLE' | 'TIMER'

/**
 * Writes down what an application puts out. That happens when a step makes it and not at the commit,
 * so that a result which does not fit its schema is a fault of its step, and is undone with it.
 */
export class OutputRecords {
  readonly #topics: OutputTopics
  readonly #isJson: boolean

  constructor(topics: OutputTopics) {
    this.#topics = topics
    this.#isJson = topics.resultFormat === 'json'
  }

  result(topic: AnyTopic, record: EngineFields): Output {
    const key = (record as unknown as Readonly<Record<string, unknown>>)[topic.keyedBy[0]!]
    return this.#output(topic, key === null ? null : String(key), record, record.resultId!)
  }

  late(pipelineId: string, input: string, arrival: Arrival, watermark: number): Output {
    const event = arrival.event!
    const id = hashHex(`late|${pipelineId}|${input}|${placeOf(arrival)}`)
    const record = {
      topic: arrival.topic.name,
      partition: arrival.partition,
      offset: arrival.offset,
      pipelineId,
      eventId: event.eventId ?? null,
      eventOccurredAt: event.occurredAt,
      watermark,
      lateByMs: watermark - event.occurredAt,
      payload: bytesOf(arrival),
    }
    return this.#output(this.#topics.lateEvents, null, record, id)
  }

  /** @param arrival null for a timer, which `key` then names */
  dead(
    pipelineId: string | null,
    stage: FailedStage,
    arrival: Arrival | null,
    key: string | null,
    failure: MillraceError,
  ): Output {
    const place = arrival ? placeOf(arrival) : ''
    const record = {
      topic: arrival?.topic.name ?? `${pipelineId}-timers`,
      partition: arrival?.partition ?? 0,
      offset: arrival?.offset ?? -1,
      stage,
      pipelineId,
      key: key ?? arrival?.key?.toString() ?? null,
      schemaId: arrival ? schemaIdOf(arrival) : null,
      errorCode: failure.code,
      error: failure.message,
      payload: arrival ? bytesOf(arrival) : Buffer.alloc(0),
      headers: {},
    }
    const id = hashHex(`dead|${pipelineId}|${stage}|${place}|${key}`)
    return this.#output(this.#topics.deadLetters, null, record, id)
  }

  #output(topic: AnyTopic, key: string | null, record: object, resultId: string): Output {
    const codecs = codecsOf(topic)
    const value = this.#isJson ? codecs.encodeJson(record) : codecs.encodeAvro(record)
    return { topic, key, record, resultId, value }
  }
}

/** The record as it is in the log; one that a pipeline of this process made is written here. */
export const bytesOf = (arrival: Arrival): Buffer =>
  arrival.value ?? codecsOf(arrival.topic).encodeAvro(arrival.event!)

const placeOf = ({ topic, partition, offset, event }: Arrival): string =>
  `${topic.name}|${partition}|${offset >= 0 ? offset : event?.resultId}`

const schemaIdOf = ({ format, value }: Arrival): number | null =>
  format === 'avro' && value && value.length >= 5 && value[0] === 0 ? value.readInt32BE(1) : null
