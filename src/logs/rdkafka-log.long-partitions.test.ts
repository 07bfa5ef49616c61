/** Partitions that are longer than what is fetched ahead of them. */
import { describe, expect, test } from 'vitest'
import { kafkaForTests } from '../testing/kafka/kafka-for-tests.ts'
import { newTopic } from './conformance/fixture.ts'
import type { Log, TopicPartition } from './log.ts'
import { rdkafkaLog } from './rdkafka-log.ts'

const kafka = await kafkaForTests()
const RECORDS = 45_000
/** More partitions than are kept open for those who read on. */
const OTHERS = 9

const opened = (): Promise<Log> =>
  rdkafkaLog({ connection: { brokers: kafka!.brokers }, guarantee: 'at-least-once' })

const filled = async (log: Log, topic: string): Promise<TopicPartition> => {
  const records = Array.from({ length: RECORDS }, (_, i) => ({
    key: null,
    value: Buffer.from(`${i}`),
  }))
  await log.commit({ appends: [{ topic, partition: 0, records }] })
  return { topic, partition: 0 }
}

describe.skipIf(kafka === null)('on Kafka, through librdkafka', () => {
  test('a long partition is read to its end, in portions of any size', async () => {
    const log = await opened()
    const at = await filled(log, await newTopic(log))
    for (const recordsMax of [2_000, 50_000]) {
      let next = 0
      for (let atEnd = false; !atEnd; ) {
        const batch = await log.read(at, next, { recordsMax, bytesMax: 1 << 26 })
        expect(batch.records[0]?.offset).toBe(next)
        next = batch.records.at(-1)!.offset + 1
        atEnd = batch.atEnd
      }
      expect(next).toBe(RECORDS)
    }
    await log.close()
  }, 60_000)

  test('a long partition that gave way to others is read on', async () => {
    const log = await opened()
    const at = await filled(log, await newTopic(log))
    const limits = { recordsMax: 10, bytesMax: 1 << 20 }
    await log.read(at, 0, { ...limits, recordsMax: 50_000 })
    await log.read(at, 20_000, limits)
    for (let i = 0; i < OTHERS; i++) {
      const topic = await newTopic(log)
      const records = [{ key: null, value: Buffer.from('one') }]
      await log.commit({ appends: [{ topic, partition: 0, records }] })
      await log.read({ topic, partition: 0 }, 0, limits)
    }
    const { records } = await log.read(at, 20_010, limits)
    expect(records[0]!.offset).toBe(20_010)
    await log.close()
  }, 60_000)
})
