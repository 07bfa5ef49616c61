/** A topic that is given more partitions while a log writes to it. */
import kafkajs from 'kafkajs'
import { describe, expect, test, vi } from 'vitest'
import { kafkaForTests } from '../testing/kafka/kafka-for-tests.ts'
import { append, newTopic, readAll, record } from './conformance/fixture.ts'
import { rdkafkaLog } from './rdkafka-log.ts'

const kafka = await kafkaForTests()
const { Kafka, logLevel } = kafkajs

const grow = async (topic: string, count: number): Promise<void> => {
  const admin = new Kafka({ brokers: [...kafka!.brokers], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  await admin.createPartitions({ topicPartitions: [{ topic, count }] })
  // The controller answers before the broker itself has heard of it.
  await vi.waitUntil(async () => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
    return topics[0]!.partitions.length === count
  })
  await admin.disconnect()
}

describe.skipIf(kafka === null)('on Kafka', () => {
  test.each(['exactly-once', 'at-least-once'] as const)(
    'a log that writes %s learns of partitions that came later',
    async guarantee => {
      const log = await rdkafkaLog({ connection: { brokers: kafka!.brokers }, guarantee })
      try {
        const topic = await newTopic(log)
        await append(log, { topic, partition: 0 }, [record('a', 'before')])
        await grow(topic, 3)
        await append(log, { topic, partition: 2 }, [record('a', 'after')])
        const [read] = await readAll(log, { topic, partition: 2 })
        expect(`${read?.value}`).toBe('after')
      } finally {
        await log.close()
      }
    },
  )
})
