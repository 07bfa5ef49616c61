import type { Application } from '../engine/application.ts'
import { type Arrival, formatOf } from '../engine/arrival.ts'
import type { StoredRecord, TopicPartition } from './log.ts'

/** The header of a redriven record: the pipelines that had set it aside, joined with commas. */
export const REDRIVEN_FOR = 'redriven-for'

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
    format: formatOf(value!),
    value: value!,
    redrivenFor: headers?.[REDRIVEN_FOR] ?? null,
  })
