import type { Application } from '../engine/application.ts'
import type { Arrival, Incoming } from '../engine/arrival.ts'
import { formatIn, type TopicFormat } from '../engine/schema/topic-format.ts'
import type { StoredRecord, TopicPartition } from './log.ts'

/** The header of a redriven record: the pipelines that had set it aside, joined with commas. */
export const REDRIVEN_FOR = 'redriven-for'

/**
 * A record of a source topic, as a live run takes it: with the log's own timestamp.
 *
 * @param format what the topic is said to hold. A redriven record may be written in either, since
 *   whatever could be read was written anew
 */
export const arrivalOf = (
  application: Application,
  { topic, partition }: TopicPartition,
  { offset, timestampMs, key, value, headers }: StoredRecord,
  format: TopicFormat = 'auto',
): Arrival => {
  const redrivenFor = headers?.[REDRIVEN_FOR] ?? null
  return application.decode({
    topic,
    partition,
    offset,
    timestampMs,
    key,
    format: formatIn(redrivenFor === null ? format : 'auto', value!),
    value: value!,
    redrivenFor,
  })
}

/** The same, where the partition may be one of the application's own exchange. */
export const incomingOf = (
  application: Application,
  exchange: string,
  at: TopicPartition,
  record: StoredRecord,
  format: TopicFormat = 'auto',
): Incoming => {
  if (at.topic !== exchange) return arrivalOf(application, at, record, format)
  const { offset, timestampMs, value } = record
  const { partition } = at
  return { exchange, partition, offset, timestampMs, value: value!, topic: null, event: null }
}
