/** Also on a real broker: topics that somebody else made for an application. */
import { randomUUID } from 'node:crypto'
import { Kafka, logLevel } from 'kafkajs'
import { describe, expect, test } from 'vitest'
import {
  applicationTopicWarnings,
  changelogTopic,
  createApplicationTopics,
  exchangeTopic,
  journalTopic,
} from '../src/logs/application-topics.ts'
import { MESSAGE_BYTES_MAX } from '../src/logs/kafka/topic-configs.ts'
import { kafkajsLog } from '../src/logs/kafkajs-log.ts'
import { type ClusterSettings, KEPT_WHOLE, type Log } from '../src/logs/log.ts'
import { checkCleaning, topicWarnings } from '../src/logs/topic-checks.ts'
import { pipelines } from '../src/pipelines/index.ts'
import { kafkaForTests } from '../src/testing/kafka/kafka-for-tests.ts'

const WEEK_MS = 7 * 24 * 3_600_000
const KEPT = { ...KEPT_WHOLE, retentionMs: WEEK_MS }
const COMPACTED = { ...KEPT_WHOLE, compacted: true }
const CLUSTER: ClusterSettings = {
  replicas: 3,
  leastInSync: 2,
  messageBytesMax: MESSAGE_BYTES_MAX,
}

describe('a topic that is there', () => {
  test('is not complained of where it is as wanted, or keeps more', () => {
    for (const wanted of [KEPT, COMPACTED]) {
      expect(() => checkCleaning('t', wanted, wanted)).not.toThrow()
      expect(topicWarnings('t', { ...wanted, cluster: CLUSTER }, wanted)).toEqual([])
    }
    expect(topicWarnings('t', KEPT_WHOLE, KEPT)).toEqual([])
    expect(topicWarnings('t', { ...KEPT, retentionMs: 2 * WEEK_MS }, KEPT)).toEqual([])
    const alone = { ...CLUSTER, replicas: 1, leastInSync: 1 }
    expect(topicWarnings('t', { ...KEPT, cluster: alone }, KEPT)).toEqual([])
  })

  test.each([
    ['is not compacted', KEPT, COMPACTED, 'cleanup.policy=compact'],
    ['is compacted and has a retention', { ...COMPACTED, retentionMs: 1 }, COMPACTED, 'compact`'],
    [
      'is compacted and has a retention',
      { ...COMPACTED, retentionBytes: 1 },
      COMPACTED,
      'compact`',
    ],
    ['is compacted', COMPACTED, KEPT, 'cleanup.policy=delete'],
  ])('is refused where it %s', (what, is, wanted, mended) => {
    expect(() => checkCleaning('some-topic', is, wanted)).toThrow(
      expect.objectContaining({
        code: 'LOG_TOPIC_CONFLICT',
        message: expect.stringMatching(
          RegExp(`"some-topic" ${what}.*kafka-configs.sh.*some-topic.*${mended}`),
        ),
      }),
    )
  })

  const cluster = (other: Partial<ClusterSettings>) => ({
    ...KEPT,
    cluster: { ...CLUSTER, ...other },
  })

  test.each([
    [
      'keeps records for 3600000 ms',
      { ...KEPT, retentionMs: 3_600_000 },
      `retention.ms=${WEEK_MS}`,
    ],
    ['keeps 1000 bytes', { ...KEPT, retentionBytes: 1_000 }, 'retention.bytes=-1'],
    ['one alone acknowledges', cluster({ leastInSync: 1 }), 'min.insync.replicas=2'],
    ['wants all of them', cluster({ leastInSync: 3 }), 'min.insync.replicas=2'],
    [
      'takes records of 1048588 bytes',
      cluster({ messageBytesMax: 1_048_588 }),
      `max.message.bytes=${MESSAGE_BYTES_MAX}`,
    ],
  ])('is warned of where it %s', (what, is, mended) => {
    const [warning, ...others] = topicWarnings('some-topic', is, KEPT)
    expect(others).toEqual([])
    expect(warning).toContain(what)
    expect(warning).toContain(`--entity-name some-topic --add-config ${mended}\``)
  })
})

const kafka = await kafkaForTests()
const [pipeline] = pipelines

describe.skipIf(kafka === null)('an application on Kafka', () => {
  const made = async (topic: string, configs: Record<string, string>): Promise<void> => {
    const brokers = [...kafka!.brokers]
    const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
    const configEntries = Object.entries(configs).map(([name, value]) => ({ name, value }))
    await admin.createTopics({ topics: [{ topic, numPartitions: 2, configEntries }] })
    await admin.disconnect()
  }

  const onLog = async <T>(use: (log: Log, application: string) => Promise<T>): Promise<T> => {
    const log = await kafkajsLog({ connection: { brokers: kafka!.brokers } })
    try {
      return await use(log, `checked-${randomUUID()}`)
    } finally {
      await log.close()
    }
  }

  test('makes its topics as they should be, and has nothing to say of them', () =>
    onLog(async (log, application) => {
      await createApplicationTopics(log, application, [pipeline!], 2)
      await createApplicationTopics(log, application, [pipeline!], 2)
      expect(await applicationTopicWarnings(log, application, [pipeline!], 2)).toEqual([])
      const topics = await log.topics()
      const settingsOf = (name: string) => topics.get(name)
      const common = { partitions: 2, retentionBytes: null }
      const kept = { ...common, compacted: false, retentionMs: WEEK_MS }
      expect(settingsOf(journalTopic(application))).toMatchObject(kept)
      expect(settingsOf(exchangeTopic(application))).toMatchObject(kept)
      expect(settingsOf(changelogTopic(application, pipeline!))).toMatchObject({
        ...common,
        compacted: true,
        retentionMs: null,
        cluster: { messageBytesMax: MESSAGE_BYTES_MAX },
      })
    }))

  test('does not start on a changelog that loses state', () =>
    onLog(async (log, application) => {
      const topic = changelogTopic(application, pipeline!)
      await made(topic, { 'cleanup.policy': 'delete' })
      await expect(createApplicationTopics(log, application, [pipeline!], 2)).rejects.toMatchObject(
        {
          code: 'LOG_TOPIC_CONFLICT',
          message: expect.stringContaining(`${topic} --add-config cleanup.policy=compact`),
        },
      )
    }))

  test('does not start on a journal of another number of partitions', () =>
    onLog(async (log, application) => {
      await made(journalTopic(application), {})
      await expect(createApplicationTopics(log, application, [pipeline!], 3)).rejects.toMatchObject(
        { code: 'LOG_TOPIC_CONFLICT' },
      )
    }))

  test('warns of a journal that is kept for an hour', () =>
    onLog(async (log, application) => {
      await made(journalTopic(application), {
        'retention.ms': '3600000',
        'max.message.bytes': `${MESSAGE_BYTES_MAX}`,
      })
      await createApplicationTopics(log, application, [pipeline!], 2)
      const warnings = await applicationTopicWarnings(log, application, [pipeline!], 2)
      expect(warnings).toEqual([expect.stringContaining('3600000 ms')])
    }))
})
