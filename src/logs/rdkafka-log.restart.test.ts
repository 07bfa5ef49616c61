/** A broker that is killed and comes back while a log commits. */
import { describe, expect, test, vi } from 'vitest'
import { whyNoKafka } from '../testing/kafka/kafka-artefacts.ts'
import { startKafka } from '../testing/kafka/start-kafka.ts'
import { newGroup, newTopic, readAll } from './conformance/fixture.ts'
import { rdkafkaLog } from './rdkafka-log.ts'

describe.skipIf(whyNoKafka() !== null)('on a Kafka of its own, through librdkafka', () => {
  test('commits outlast the restart of the broker, each exactly once', async () => {
    const kafka = await startKafka()
    try {
      const log = await rdkafkaLog({
        connection: { brokers: kafka.brokers },
        guarantee: 'exactly-once',
      })
      const topic = await newTopic(log)
      const group = newGroup()
      let held = 0
      await log.join(group, topic, {
        assigned: async partitions => {
          held += partitions.length
        },
        revoked: async () => {},
      })
      await vi.waitUntil(() => held > 0, { timeout: 20_000 })
      let made = 0
      let going = true
      const commit = () =>
        log.commit({
          appends: [
            { topic, partition: 0, records: [{ key: null, value: Buffer.from(`${made}`) }] },
          ],
          consumed: { group, positions: [{ topic, partition: 0, next: made + 1 }] },
        })
      const committing = (async () => {
        for (; going; made++) await commit()
      })()
      await vi.waitUntil(() => made > 50, { timeout: 20_000 })
      await kafka.kill(1)
      await kafka.restart(1)
      const before = made
      await vi.waitUntil(() => made > before + 20, { timeout: 40_000 })
      going = false
      await committing
      const values = (await readAll(log, { topic, partition: 0 })).map(({ value }) => Number(value))
      expect(values).toEqual(Array.from({ length: made }, (_, i) => i))
      expect(await log.committed(group)).toEqual([{ topic, partition: 0, next: made }])
      await log.close()
    } finally {
      await kafka.stop()
    }
  })
})
