import { Kafka, logLevel } from 'kafkajs'
import { describe, expect, test } from 'vitest'
import { kafkaForTests } from './kafka-for-tests.ts'
import { askForKafka, shareKafka } from './shared-kafka.ts'

const kafka = await kafkaForTests()

describe.skipIf(kafka === null)('the Kafka of the tests', () => {
  test('answers', async () => {
    const brokers = [...kafka!.brokers]
    const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
    expect((await admin.describeCluster()).brokers.length).toBeGreaterThan(0)
    await admin.disconnect()
  })

  test('is the same for everyone who asks', async () => {
    expect(await kafkaForTests()).toEqual(kafka)
  })
})

/** Runs `use` as on a machine where no program is found. */
const withoutJava = async (use: () => Promise<void>): Promise<void> => {
  const path = process.env.PATH
  process.env.PATH = '/nowhere'
  try {
    await use()
  } finally {
    process.env.PATH = path
  }
}

describe('where no Kafka can be had', () => {
  test('all who ask are told so, and the reason is told once, with what to do', async () => {
    const told: string[] = []
    await withoutJava(async () => {
      const tell = (reason: string) => void told.push(reason)
      const shared = await shareKafka({ required: false, tell })
      expect(await askForKafka(shared.address)).toBeNull()
      expect(await askForKafka(shared.address)).toBeNull()
      await shared.stop()
    })
    expect(told).toHaveLength(1)
    expect(told[0]).toContain('needs Java 17 and java is not there: install a JRE and Maven')
    expect(told[0]).not.toContain('\n')
  })

  test('a run that requires it fails', async () => {
    await withoutJava(async () => {
      const shared = await shareKafka({ required: true, tell: () => {} })
      await expect(askForKafka(shared.address)).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' })
      await shared.stop()
    })
  })
})
