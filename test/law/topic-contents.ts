/**
 * What is in a topic, read by librdkafka alone and none of our own code: committed records, partition
 * after partition, from the first to the last that was there when reading began.
 */
import { randomUUID } from 'node:crypto'
import rdkafka from 'node-rdkafka'
import { asked } from './positions.ts'

export interface FoundRecord {
  readonly partition: number
  readonly offset: number
  readonly key: string
  readonly value: Buffer
  readonly headers: Readonly<Record<string, string>>
}

const CALL_TIMEOUT_MS = 30_000
const BATCH = 5_000
const CONSUME_WAIT_MS = 200

/** Calls `see` for each record that is no tombstone, in the order of its partition. */
export const eachRecord = async (
  brokers: readonly string[],
  topic: string,
  see: (record: FoundRecord) => void,
): Promise<void> => {
  const partitions = await partitionsOf(brokers, topic)
  const consumer = await connected(brokers)
  try {
    const all = Array.from({ length: partitions }, (_, partition) => ({ topic, partition }))
    const ends = await Promise.all(all.map(at => endOf(consumer, at.partition, topic)))
    const open = new Set(all.filter((_, index) => ends[index]! > 0).map(at => at.partition))
    consumer.on('partition.eof', ({ partition }) => open.delete(partition))
    consumer.assign(all.map(at => ({ ...at, offset: 0 })))
    while (open.size > 0) {
      for (const message of await consumed(consumer)) {
        if (message.offset + 1 >= ends[message.partition]!) open.delete(message.partition)
        if (message.value !== null) see(foundOf(message))
      }
    }
  } finally {
    await new Promise(resolve => consumer.disconnect(resolve))
  }
}

const partitionsOf = (brokers: readonly string[], topic: string): Promise<number> =>
  asked(brokers, async admin => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
    return topics[0]!.partitions.length
  })

const connected = (brokers: readonly string[]): Promise<rdkafka.KafkaConsumer> => {
  const consumer = new rdkafka.KafkaConsumer(
    {
      'metadata.broker.list': brokers.join(','),
      'group.id': `law-reader-${randomUUID()}`,
      'enable.auto.commit': false,
      'enable.partition.eof': true,
      'fetch.queue.backoff.ms': 10,
      'isolation.level': 'read_committed',
    },
    { 'auto.offset.reset': 'earliest' },
  )
  consumer.setDefaultConsumeTimeout(CONSUME_WAIT_MS)
  return new Promise((resolve, reject) => {
    consumer.connect({}, error => (error ? reject(error) : resolve(consumer)))
  })
}

const endOf = (
  consumer: rdkafka.KafkaConsumer,
  partition: number,
  topic: string,
): Promise<number> =>
  new Promise((resolve, reject) => {
    consumer.queryWatermarkOffsets(topic, partition, CALL_TIMEOUT_MS, (error, offsets) =>
      error ? reject(error) : resolve(offsets.highOffset),
    )
  })

const consumed = (consumer: rdkafka.KafkaConsumer): Promise<rdkafka.Message[]> =>
  new Promise((resolve, reject) => {
    consumer.consume(BATCH, (error, messages) => (error ? reject(error) : resolve(messages)))
  })

const foundOf = ({ partition, offset, key, value, headers }: rdkafka.Message): FoundRecord => ({
  partition,
  offset,
  key: key ? key.toString() : '',
  value: value!,
  headers: Object.fromEntries(
    (headers ?? []).flatMap(header =>
      Object.entries(header).map(([name, text]) => [name, `${text}`] as const),
    ),
  ),
})
