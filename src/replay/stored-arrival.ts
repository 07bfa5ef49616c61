import type { Application } from '../engine/application.ts'
import type { Arrival } from '../engine/arrival.ts'
import type { StoredRecord, TopicPartition } from '../logs/log.ts'
import { REDRIVEN_FOR } from './history-merge.ts'

/** Framed Avro begins with a zero byte, which no JSON does. */
const AVRO_MAGIC = 0

/** A record of a source topic, as a live run takes it: with the log's own timestamp. */
export const arrivalOf = (
  application: Application,
  { topic, partition }: TopicPartition,
  { offset, timestampMs, key, value, headers }: StoredRecord,
): Arrival =>
  application.decode({
    topic,
    partition,
    offset,
    timestampMs,
    key,
    format: value![0] === AVRO_MAGIC ? 'avro' : 'json',
    value: value!,
    redrivenFor: headers?.[REDRIVEN_FOR] ?? null,
  })
