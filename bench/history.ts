/** The made-up events as records, and as topics of a log. */
import type { EngineFields } from '../src/engine/arrival.ts'
import type { RawRecord } from '../src/engine/decoder.ts'
import { codecsOf } from '../src/engine/schema/codecs.ts'
import { topicNamed } from '../src/events.ts'
import type { Log, LogRecord } from '../src/logs/log.ts'
import { type MixOptions, SHOP, shopEvents } from './mix.ts'

export const recordsOf = (options: MixOptions = SHOP): RawRecord[] => [
  ...recordsFrom(shopEvents(options)),
]

/** @param events in the order of their time */
export function* recordsFrom(
  events: Iterable<{ readonly topic: string; readonly event: EngineFields }>,
): Generator<RawRecord, void, undefined> {
  const next: Record<string, number> = {}
  for (const { topic, event } of events) {
    const offset = next[topic] ?? 0
    next[topic] = offset + 1
    yield {
      topic,
      partition: 0,
      offset,
      timestampMs: event.occurredAt,
      key: null,
      format: 'avro',
      value: codecsOf<unknown>(topicNamed(topic)!).encodeAvro(event),
      redrivenFor: null,
    }
  }
}

const BATCH = 5_000

/** Fills a log with the events, in batches as a producer would. */
export const fillLog = async (log: Log, records: Iterable<RawRecord>): Promise<void> => {
  const topics = new Set<string>()
  let batch = new Map<string, LogRecord[]>()
  let count = 0
  for (const { topic, value } of records) {
    if (!topics.has(topic)) await log.createTopic(topic, KEPT)
    topics.add(topic)
    const known = batch.get(topic)
    if (known) known.push({ key: null, value })
    else batch.set(topic, [{ key: null, value }])
    if (++count % BATCH !== 0) continue
    await log.commit({ appends: appendsOf(batch) })
    batch = new Map()
  }
  await log.commit({ appends: appendsOf(batch) })
}

const KEPT = { partitions: 1, compacted: false, retentionMs: null, retentionBytes: null }

const appendsOf = (batch: ReadonlyMap<string, readonly LogRecord[]>) =>
  [...batch].map(([topic, records]) => ({ topic, partition: 0, records }))
