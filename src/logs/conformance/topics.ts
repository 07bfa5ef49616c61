import { expect, test } from 'vitest'
import {
  append,
  expectFailure,
  MANY,
  newTopic,
  type OpenLog,
  PLAIN,
  record,
  withLog,
} from './fixture.ts'

export const topics = (open: OpenLog): void => {
  test(
    'a topic is there once, however often it is created',
    withLog(open, async ({ log }) => {
      const settings = { ...PLAIN, partitions: 3, compacted: true }
      const topic = await newTopic(log, settings)
      await append(log, { topic, partition: 2 }, [record('k', 'v')])
      await log.createTopic(topic, settings)
      expect((await log.topics()).get(topic)).toMatchObject(settings)
      const { first, next } = await log.range({ topic, partition: 2 })
      expect(next - first).toBeGreaterThanOrEqual(1)
    }),
  )

  test(
    'a topic with another number of partitions is refused',
    withLog(open, async ({ log }) => {
      const topic = await newTopic(log, { partitions: 2 })
      const again = log.createTopic(topic, { ...PLAIN, partitions: 3 })
      const { message } = await expectFailure('LOG_TOPIC_CONFLICT', again)
      expect(message).toContain(topic)
      expect((await log.topics()).get(topic)?.partitions).toBe(2)
    }),
  )

  test(
    'an unknown topic or partition is named',
    withLog(open, async ({ log }) => {
      const topic = await newTopic(log)
      const nowhere = { topic: `${topic}-not`, partition: 0 }
      const failure = await expectFailure('LOG_TOPIC_UNKNOWN', log.read(nowhere, 0, MANY))
      expect(failure.message).toContain(nowhere.topic)
      await expectFailure('LOG_TOPIC_UNKNOWN', log.range(nowhere))
      await expectFailure('LOG_TOPIC_UNKNOWN', append(log, nowhere, [record('k', 'v')]))
      await expectFailure('LOG_TOPIC_UNKNOWN', log.read({ topic, partition: 1 }, 0, MANY))
    }),
  )

  test(
    'topics are there after reopening',
    withLog(open, async ({ log, reopen }) => {
      const settings = { ...PLAIN, partitions: 2, retentionMs: 60_000 }
      const topic = await newTopic(log, settings)
      const again = await reopen()
      expect((await again.topics()).get(topic)).toMatchObject(settings)
    }),
  )
}
