/** Hands the records of appends to the client, which copies them. */
import type { LibrdKafkaError, Metadata, Producer } from 'node-rdkafka'
import type { Append, LogRecord } from '../log.ts'
import { asked, ifOpen } from './call-gate.ts'
import { paused } from './client.ts'
import { CODES, codeOf } from './faults.ts'

/** Well within a transaction's time. */
const LEARNT_WITHIN_MS = 5_000
const PASSING = new Set<number>([CODES.queueFull, CODES.unknownPartition])

export const produceAll = async (producer: Producer, appends: readonly Append[]): Promise<void> => {
  for (const append of appends) {
    for (const record of append.records) {
      const passing = produced(producer, append, record)
      if (passing !== null) await produceLater(producer, append, record, passing)
    }
  }
}

/** What keeps the client from taking it in, and passes: its queue is full, or the topic has grown. */
const produced = (
  producer: Producer,
  { topic, partition }: Append,
  record: LogRecord,
): LibrdKafkaError | null => {
  try {
    const { key, value } = record
    // The client makes an empty Buffer null, and leaves an empty string what it is.
    const named = key !== null && key.length === 0 ? '' : key
    producer.produce(topic, partition, value, named, null, undefined, headersOf(record))
    return null
  } catch (error) {
    if (PASSING.has(codeOf(error))) return error as LibrdKafkaError
    throw error
  }
}

const produceLater = async (
  producer: Producer,
  append: Append,
  record: LogRecord,
  first: LibrdKafkaError,
): Promise<void> => {
  const untilMs = performance.now() + LEARNT_WITHIN_MS
  let passing: LibrdKafkaError | null = first
  while (passing !== null) {
    if (passing.code === CODES.unknownPartition) {
      if (performance.now() > untilMs) throw passing
      await learn(producer, append.topic)
    }
    ifOpen(producer, () => producer.poll())
    await paused(5)
    passing = produced(producer, append, record)
  }
}

/** The client asks by itself only every few minutes how many partitions a topic has. */
const learn = (producer: Producer, topic: string): Promise<unknown> =>
  asked<Metadata>(producer, done => {
    producer.getMetadata({ topic, timeout: LEARNT_WITHIN_MS }, done)
  }).catch(() => paused(100))

const headersOf = ({ headers }: LogRecord): { [name: string]: string }[] | undefined =>
  headers === undefined
    ? undefined
    : Object.entries(headers).map(([name, value]) => ({ [name]: value }))
