/** How far groups have come and where topics end, asked of the broker by kafkajs alone. */
import { setTimeout as wait } from 'node:timers/promises'
import { type Admin, Kafka, logLevel } from 'kafkajs'

export interface Standing {
  readonly topic: string
  readonly partition: number
  /** The next offset that the group will read; null where it has committed none. */
  readonly next: number | null
  readonly end: number
}

export const asked = async <T>(
  brokers: readonly string[],
  ask: (admin: Admin) => Promise<T>,
): Promise<T> => {
  const kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  await admin.connect()
  try {
    return await insisted(() => ask(admin))
  } finally {
    await admin.disconnect()
  }
}

const TRIES = 60
const TRY_AGAIN_MS = 500

/**
 * A broker that was just started has yet to load its groups, and says so; kafkajs trips over what it
 * has not heard while there was none.
 */
const insisted = async <T>(ask: () => Promise<T>): Promise<T> => {
  for (let left = TRIES; ; left--) {
    try {
      return await ask()
    } catch (error) {
      const isForNow =
        (error as { readonly retriable?: boolean }).retriable === true || error instanceof TypeError
      if (!isForNow || left === 0) throw error
      await wait(TRY_AGAIN_MS)
    }
  }
}

export const standings = (
  brokers: readonly string[],
  group: string,
  topics: readonly string[],
): Promise<Standing[]> =>
  asked(brokers, async admin => {
    const committed = await admin.fetchOffsets({ groupId: group, topics: [...topics] })
    const all: Standing[] = []
    for (const topic of topics) {
      const own = committed.find(found => found.topic === topic)?.partitions ?? []
      const nextOf = new Map(own.map(({ partition, offset }) => [partition, Number(offset)]))
      for (const { partition, offset } of await admin.fetchTopicOffsets(topic)) {
        const next = nextOf.get(partition) ?? -1
        all.push({ topic, partition, next: next < 0 ? null : next, end: Number(offset) })
      }
    }
    return all
  })

/** Records of partitions that the group has yet to read; nothing of empty ones. */
export const lagOf = (all: readonly Standing[]): number =>
  all.reduce((sum, { next, end }) => sum + end - (next ?? 0), 0)

/** The first partition in which the group is not at the end, as text; null where it is in all. */
export const firstBehind = (all: readonly Standing[]): string | null => {
  const behind = all.find(({ next, end }) => (next ?? 0) !== end)
  if (!behind) return null
  const { topic, partition, next, end } = behind
  return `${topic}-${partition} ends at ${end}, and the group is at ${next ?? 'no offset'}`
}
