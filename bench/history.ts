/** The made-up events as records, and as topics of a log. */
import type { RawRecord } from '../src/engine/decoder.ts'
import { codecsOf } from '../src/engine/schema/codecs.ts'
import { clickstream, orders, topicNamed } from '../src/events.ts'
import type { Log, LogRecord } from '../src/logs/log.ts'
import { type MixOptions, SHOP, shopEvents } from './mix.ts'

export const recordsOf = (options: MixOptions = SHOP): RawRecord[] => {
  const next = { clickstream: 0, orders: 0 }
  return Array.from(shopEvents(options), ({ topic, event }) => ({
    topic,
    partition: 0,
    offset: next[topic]++,
    timestampMs: event.occurredAt,
    key: null,
    format: 'avro',
    value: codecsOf<unknown>(topicNamed(topic)!).encodeAvro(event),
    redrivenFor: null,
  }))
}

const BATCH = 5_000

/** Fills a log with the events, in batches as a producer would. */
export const fillLog = async (log: Log, records: readonly RawRecord[]): Promise<void> => {
  for (const { name } of [clickstream, orders]) await log.createTopic(name, KEPT)
  for (let from = 0; from < records.length; from += BATCH) {
    const batch = records.slice(from, from + BATCH)
    await log.commit({ appends: [clickstream, orders].map(({ name }) => appendOf(name, batch)) })
  }
}

const KEPT = { partitions: 1, compacted: false, retentionMs: null, retentionBytes: null }

const appendOf = (topic: string, batch: readonly RawRecord[]) => ({
  topic,
  partition: 0,
  records: batch
    .filter(record => record.topic === topic)
    .map(({ value }): LogRecord => ({ key: null, value })),
})
