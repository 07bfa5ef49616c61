/** A broker that is killed and comes back while a log commits. */
import { randomUUID } from 'node:crypto'
import { describe, expect, test, vi } from 'vitest'
import { whyNoKafka } from '../testing/kafka/kafka-artefacts.ts'
import { startKafka } from '../testing/kafka/start-kafka.ts'
import { newGroup, newTopic, readAll } from './conformance/fixture.ts'
import type { Log } from './log.ts'
import { rdkafkaLog } from './rdkafka-log.ts'

describe.skipIf(whyNoKafka() !== null)('on a Kafka of its own, through librdkafka', () => {
  /**
   * Mostly the log itself outlasts it. Where the broker does not know any more what became of a
   * transaction, the client can not go on, and the log says that it is to be opened anew: then the
   * group's position says whether the commit was made.
   */
  test('commits outlast the restart of the broker, each exactly once', async () => {
    const kafka = await startKafka()
    const [group, transactionalId] = [newGroup(), randomUUID()]
    const opened = (): Promise<Log> =>
      rdkafkaLog({
        connection: { brokers: kafka.brokers },
        guarantee: 'exactly-once',
        sessionTimeoutMs: 6_000,
        transactionalId,
      })
    const joined = async (log: Log): Promise<Log> => {
      let held = 0
      await log.join(group, topic, {
        assigned: async partitions => {
          held += partitions.length
        },
        revoked: async () => {},
      })
      await vi.waitUntil(() => held > 0, { timeout: 30_000 })
      return log
    }
    const positionIn = async (log: Log): Promise<number> =>
      (await log.committed(group))[0]?.next ?? 0
    let log = await opened()
    const topic = await newTopic(log)
    try {
      await joined(log)
      let made = 0
      let going = true
      const commit = () =>
        log.commit({
          appends: [
            { topic, partition: 0, records: [{ key: null, value: Buffer.from(`${made}`) }] },
          ],
          consumed: { group, positions: [{ topic, partition: 0, next: made + 1 }] },
        })
      const committed = async (): Promise<void> => {
        try {
          await commit()
          made++
        } catch (error) {
          expect(error).toMatchObject({ instruction: 'retry' })
          await log.close()
          log = await joined(await opened())
          made = await positionIn(log)
        }
      }
      const committing = (async () => {
        while (going) await committed()
      })()
      await vi.waitUntil(() => made > 50, { timeout: 20_000 })
      await kafka.kill(1)
      await kafka.restart(1)
      const before = made
      const isGoingOn = vi.waitUntil(() => made > before + 20, { timeout: 90_000 })
      await Promise.race([isGoingOn, committing])
      going = false
      await committing
      const values = (await readAll(log, { topic, partition: 0 })).map(({ value }) => Number(value))
      expect(values).toEqual(Array.from({ length: made }, (_, i) => i))
      expect(await positionIn(log)).toBe(made)
    } finally {
      await log.close()
      await kafka.stop()
    }
  }, 180_000)
})
