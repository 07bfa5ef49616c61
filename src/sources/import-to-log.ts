/**
 * An import into a log: each topic's events, by their key, to the topic's partitions.
 *
 * A commit holds a batch's events and how many of each topic have been written, which stands as the
 * position of a consumer group named after the import, at partition 0. So an import that was
 * interrupted goes on with the event after the last one that is there, and none is there twice.
 */
import { partitionOf } from '../engine/hash.ts'
import { codecsOf } from '../engine/schema/codecs.ts'
import type { AnyTopic } from '../engine/topic.ts'
import type { ImportTarget } from './import.ts'
import type { ImportedEvent } from './public-data/importer.ts'

/** A record as it stands in the log. */
export interface EncodedRecord {
  readonly key: Buffer
  readonly value: Buffer
}

interface Append {
  readonly topic: string
  readonly partition: number
  readonly records: readonly EncodedRecord[]
}

interface Position {
  readonly topic: string
  readonly partition: number
  readonly next: number
}

/** A topic that is not there yet is created with these. */
const KEPT = { compacted: false, retentionMs: null, retentionBytes: null } as const

/** What is needed of a log; every `Log` has it. */
export interface WritableLog {
  topics(): Promise<ReadonlyMap<string, { readonly partitions: number }>>
  createTopic(topic: string, settings: typeof KEPT & { readonly partitions: number }): Promise<void>
  committed(group: string): Promise<readonly Position[]>
  commit(commit: {
    readonly appends: readonly Append[]
    readonly consumed: { readonly group: string; readonly positions: readonly Position[] }
  }): Promise<{ readonly durable: Promise<void> }>
}

/** Fails as the log does. The log stays open. */
export const importToLog = (log: WritableLog, partitions = 1): ImportTarget => {
  const written = new Map<string, number>()
  const partitionsOf = new Map<string, number>()
  let group = ''
  let durable: Promise<void> = Promise.resolve()
  return {
    open: async (importName, topics) => {
      group = importName
      await createTopics(log, topics, partitions, partitionsOf)
      for (const { topic, next } of await log.committed(group)) written.set(topic, next)
      return new Map(written)
    },
    write: async events => {
      const appends = appendsOf(events, partitionsOf)
      for (const { topic } of events) written.set(topic.name, (written.get(topic.name) ?? 0) + 1)
      const positions = [...written].map(([topic, next]) => ({ topic, partition: 0, next }))
      const receipt = await log.commit({ appends, consumed: { group, positions } })
      durable = Promise.all([durable, receipt.durable]).then(() => {})
      // A failure is told at the end, where it is waited for.
      durable.catch(() => {})
    },
    finish: () => durable,
    abandon: async () => {
      // What is committed is whole, and the next run goes on from there.
    },
  }
}

const createTopics = async (
  log: WritableLog,
  topics: readonly AnyTopic[],
  partitions: number,
  partitionsOf: Map<string, number>,
): Promise<void> => {
  const there = await log.topics()
  for (const { name } of topics) {
    const settings = there.get(name)
    if (!settings) await log.createTopic(name, { ...KEPT, partitions })
    partitionsOf.set(name, settings?.partitions ?? partitions)
  }
}

/** One append per partition, in which events keep their order. */
const appendsOf = (
  events: readonly ImportedEvent[],
  partitionsOf: ReadonlyMap<string, number>,
): Append[] => {
  const records = new Map<string, EncodedRecord[]>()
  const appends: Append[] = []
  for (const event of events) {
    const topic = event.topic.name
    const record = encoded(event)
    const partition = partitionOf(record.key, partitionsOf.get(topic)!)
    const place = `${topic}-${partition}`
    const before = records.get(place)
    if (before) before.push(record)
    else {
      const begun = [record]
      records.set(place, begun)
      appends.push({ topic, partition, records: begun })
    }
  }
  return appends
}

const encoded = ({ topic, record }: ImportedEvent): EncodedRecord => {
  const values = record as unknown as Readonly<Record<string, unknown>>
  const key = topic.keyedBy.map(field => values[field]).join('@')
  return { key: Buffer.from(key), value: codecsOf(topic).encodeAvro(record) }
}
