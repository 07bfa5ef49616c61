import { describe } from 'vitest'
import { kafkaForTests } from '../testing/kafka/kafka-for-tests.ts'
import { logConformance } from './conformance.ts'
import { kafkajsLog } from './kafkajs-log.ts'

const kafka = await kafkaForTests()

describe.skipIf(kafka === null)('on Kafka', () => {
  const open = () =>
    kafkajsLog({ connection: { brokers: kafka!.brokers }, sessionTimeoutMs: 6_000 })

  // It has no transactions, so what stands before a refused record in a commit stays.
  logConformance(
    'kafkajs',
    async () => {
      let log = await open()
      return {
        log,
        reopen: async () => {
          await log.close()
          log = await open()
          return log
        },
        destroy: () => log.close(),
      }
    },
    { atomic: false, brief: true },
  )
})
