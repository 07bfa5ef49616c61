/** Hands the records of appends to the client, which copies them. */
import type { Producer } from 'node-rdkafka'
import type { Append, LogRecord } from '../log.ts'
import { ifOpen } from './call-gate.ts'
import { paused } from './client.ts'
import { CODES, codeOf } from './faults.ts'

export const produceAll = async (producer: Producer, appends: readonly Append[]): Promise<void> => {
  for (const append of appends) {
    for (const record of append.records) {
      if (!produced(producer, append, record)) await produceLater(producer, append, record)
    }
  }
}

/** False where the client's queue is full. */
const produced = (producer: Producer, { topic, partition }: Append, record: LogRecord): boolean => {
  try {
    const { key, value } = record
    // The client makes an empty Buffer null, and leaves an empty string what it is.
    const named = key !== null && key.length === 0 ? '' : key
    producer.produce(topic, partition, value, named, null, undefined, headersOf(record))
    return true
  } catch (error) {
    if (codeOf(error) === CODES.queueFull) return false
    throw error
  }
}

const produceLater = async (
  producer: Producer,
  append: Append,
  record: LogRecord,
): Promise<void> => {
  do {
    ifOpen(producer, () => producer.poll())
    await paused(5)
  } while (!produced(producer, append, record))
}

const headersOf = ({ headers }: LogRecord): { [name: string]: string }[] | undefined =>
  headers === undefined
    ? undefined
    : Object.entries(headers).map(([name, value]) => ({ [name]: value }))
