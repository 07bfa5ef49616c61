/** Which broker is measured, and topics made for one measurement. */
import { randomUUID } from 'node:crypto'
import { type Admin, Kafka, logLevel } from 'kafkajs'

/** A list of `host:port`, as clients take it. */
export const brokers = (): string => {
  const named = process.env.KAFKA_BROKERS
  if (named) return named
  throw new Error(
    'KAFKA_BROKERS is not set: say where a broker is, as KAFKA_BROKERS=127.0.0.1:9092',
  )
}

/** A name that no other measurement has, so that each starts on empty topics and a new group. */
export const ownName = (what: string): string => `bench-${what}-${randomUUID().slice(0, 8)}`

const administered = async <T>(work: (admin: Admin) => Promise<T>): Promise<T> => {
  const kafka = new Kafka({ brokers: brokers().split(','), logLevel: logLevel.ERROR })
  const admin = kafka.admin()
  await admin.connect()
  try {
    return await work(admin)
  } finally {
    await admin.disconnect()
  }
}

export const createTopics = (
  topics: readonly string[],
  partitions: number,
  settings: Readonly<Record<string, string>> = {},
): Promise<unknown> =>
  administered(admin =>
    admin.createTopics({
      topics: topics.map(topic => ({
        topic,
        numPartitions: partitions,
        configEntries: Object.entries(settings).map(([name, value]) => ({ name, value })),
      })),
    }),
  )

export const deleteTopics = (topics: readonly string[]): Promise<unknown> =>
  administered(admin => admin.deleteTopics({ topics: [...topics] }))

/** Offsets as the group committed them, added up over the partitions of a topic. */
export const committedTotal = (group: string, topic: string): Promise<number> =>
  administered(async admin => {
    const [found] = await admin.fetchOffsets({ groupId: group, topics: [topic] })
    return (found?.partitions ?? []).reduce((sum, { offset }) => sum + Math.max(0, +offset), 0)
  })
