import { randomUUID } from 'node:crypto'
import { describe } from 'vitest'
import { kafkaForTests } from '../testing/kafka/kafka-for-tests.ts'
import { logConformance } from './conformance.ts'
import { rdkafkaLog } from './rdkafka-log.ts'

const kafka = await kafkaForTests()

describe.skipIf(kafka === null)('on Kafka, through librdkafka', () => {
  for (const guarantee of ['exactly-once', 'at-least-once'] as const) {
    const transactionalId = () => `conformance-${randomUUID()}`
    const opened = (id: string) =>
      rdkafkaLog({
        connection: { brokers: kafka!.brokers },
        guarantee,
        transactionalId: id,
        sessionTimeoutMs: 6_000,
      })
    logConformance(
      `rdkafka, ${guarantee},`,
      async () => {
        const id = transactionalId()
        let log = await opened(id)
        return {
          log,
          reopen: async () => {
            await log.close()
            log = await opened(id)
            return log
          },
          destroy: () => log.close(),
        }
      },
      { brief: true, atomic: guarantee === 'exactly-once' },
    )
  }
})
