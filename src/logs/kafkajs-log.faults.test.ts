import { Kafka, logLevel } from 'kafkajs'
import { afterEach, describe, expect, test } from 'vitest'
import type { MillraceError } from '../engine/errors.ts'
import { kafkaForTests } from '../testing/kafka/kafka-for-tests.ts'
import {
  append,
  expectFailure,
  newGroup,
  newTopic,
  readAll,
  record,
  until,
} from './conformance/fixture.ts'
import { coordinatorOf, openCluster } from './kafkajs/cluster.ts'
import { KAFKAJS_WARNING, type KafkajsLogOptions, kafkajsLog } from './kafkajs-log.ts'
import type { Log, TopicPartition } from './log.ts'

const kafka = await kafkaForTests()
const brokers = kafka?.brokers ?? []
const rdkafka = await import('./rdkafka-log.ts').catch(() => null)

const opened: Log[] = []
afterEach(async () => {
  for (const log of opened.splice(0)) await log.close()
})

const open = async (options: Partial<KafkajsLogOptions> = {}): Promise<Log> => {
  const log = await kafkajsLog({ connection: { brokers }, sessionTimeoutMs: 6_000, ...options })
  opened.push(log)
  return log
}

const POLL = { recordsMax: 100, bytesMax: 1_000_000, waitMs: 100 }
const textsOf = async (log: Log, at: TopicPartition): Promise<string[]> =>
  (await readAll(log, at)).map(({ value }) => `${value}`)

test('a cluster that is not there is named', async () => {
  const attempt = kafkajsLog({ connection: { brokers: ['127.0.0.1:1'] } })
  expect((await expectFailure('LOG_UNAVAILABLE', attempt)).message).toContain('127.0.0.1:1')
})

test('a compression that the client does not know is refused at opening', async () => {
  const attempt = kafkajsLog({ connection: { brokers, compression: 'lz4' } })
  expect((await expectFailure('CONFIG_INVALID', attempt)).message).toContain('gzip')
})

describe.skipIf(kafka === null)('on Kafka', () => {
  test('what it does not promise is said once, at opening', async () => {
    const warnings: string[] = []
    await open({ onWarning: warning => warnings.push(warning) })
    expect(warnings).toEqual([KAFKAJS_WARNING])
  })

  test('records compressed with gzip are read again', async () => {
    const log = await open({ connection: { brokers, compression: 'gzip' } })
    const at = { topic: await newTopic(log), partition: 0 }
    await append(log, at, [record('a', 'x'.repeat(10_000)), record('b', 'y')])
    expect(await textsOf(log, at)).toEqual(['x'.repeat(10_000), 'y'])
  })

  test('more than one batch can hold is written in order', async () => {
    const log = await open()
    const at = { topic: await newTopic(log), partition: 0 }
    const values = Array.from({ length: 40 }, (_, i) => `${i} `.padEnd(100_000, 'x'))
    const { appended } = await append(
      log,
      at,
      values.map(value => record(null, value)),
    )
    expect(appended).toEqual([{ first: 0, next: 40 }])
    expect(await textsOf(log, at)).toEqual(values)
  })

  test('a record larger than the topic takes is refused, and says what to do', async () => {
    const log = await open()
    const at = { topic: await newTopic(log), partition: 0 }
    const attempt = append(log, at, [record(null, 'x'.repeat(9_000_000))])
    expect((await expectFailure('LOG_REFUSED', attempt)).message).toContain('max.message.bytes')
  })

  test('two processes share a topic, and neither has what the other has', async () => {
    const logs = [await open(), await open()]
    const topic = await newTopic(logs[0]!, { partitions: 5 })
    const group = newGroup()
    const holders = new Map<number, number>()
    const faults: string[] = []
    const join = (log: Log, number: number) =>
      log.join(group, topic, {
        assigned: async partitions => {
          for (const { partition } of partitions) {
            if (holders.has(partition)) faults.push(`${partition} has two holders`)
            holders.set(partition, number)
          }
        },
        revoked: async partitions => {
          for (const { partition } of partitions) holders.delete(partition)
        },
      })
    const shareOf = (number: number) => [...holders.values()].filter(held => held === number).length
    const first = await join(logs[0]!, 0)
    await join(logs[1]!, 1)
    await until(() => shareOf(0) >= 2 && shareOf(1) >= 2 && holders.size === 5)
    await first.close()
    await until(() => shareOf(1) === 5)
    expect(faults).toEqual([])
  })

  test('a member that was expelled may not commit, and begins anew', async () => {
    const failures: string[] = []
    const log = await open({ onFatal: error => failures.push((error as MillraceError).code) })
    const topic = await newTopic(log)
    const group = newGroup()
    const position = { topic, partition: 0, next: 1 }
    const commit = () => log.commit({ appends: [], consumed: { group, positions: [position] } })
    let assigned = 0
    let refusal: unknown = null
    await log.join(group, topic, {
      assigned: async () => {
        assigned++
      },
      revoked: async () => {
        refusal ??= await commit().catch(error => error)
      },
    })
    await commit()
    position.next = 2
    await expelAll(group)
    await until(() => assigned === 2)
    expect(refusal).toMatchObject({ code: 'LOG_FENCED' })
    expect(await log.committed(group)).toEqual([{ topic, partition: 0, next: 1 }])
    await commit()
    expect(await log.committed(group)).toEqual([position])
    expect(failures).toEqual([])
  })

  test('a process that is no member may not move the positions of others', async () => {
    const [log, other] = [await open(), await open()]
    const topic = await newTopic(log)
    const group = newGroup()
    await log.join(group, topic, { assigned: async () => {}, revoked: async () => {} })
    const positions = [{ topic, partition: 0, next: 1 }]
    await expectFailure('LOG_FENCED', other.commit({ appends: [], consumed: { group, positions } }))
  })

  test.skipIf(rdkafka === null)(
    'a topic with another codec is named, and others are read',
    async () => {
      const log = await open()
      const writer = await rdkafka!.rdkafkaLog({
        connection: { brokers, compression: 'lz4' },
        guarantee: 'at-least-once',
      })
      opened.push(writer)
      const unreadable = { topic: await newTopic(log), partition: 0 }
      const plain = { topic: await newTopic(log), partition: 0 }
      await append(writer, unreadable, [record(null, 'x'.repeat(20_000))])
      await append(log, plain, [record(null, 'plain')])
      expect((await expectFailure('LOG_REFUSED', readAll(log, unreadable))).message).toContain(
        'LZ4',
      )
      const reader = await log.reader()
      await reader.add([
        { ...unreadable, next: 0 },
        { ...plain, next: 0 },
      ])
      const polling = async () => {
        for (;;) await reader.poll(POLL)
      }
      const { message } = await expectFailure('LOG_REFUSED', polling())
      expect(message).toContain(unreadable.topic)
      expect(message).not.toContain(plain.topic)
      await reader.remove([unreadable])
      await reader.add([{ ...plain, next: 0 }])
      let taken = 0
      while (taken < 1) for (const { records } of await reader.poll(POLL)) taken += records.length
    },
  )

  test.skipIf(rdkafka === null)('a group of another client is not joined', async () => {
    const log = await open()
    const other = await rdkafka!.rdkafkaLog({ connection: { brokers }, guarantee: 'at-least-once' })
    opened.push(other)
    const topic = await newTopic(log)
    const group = newGroup()
    const listener = { assigned: async () => {}, revoked: async () => {} }
    let assigned = false
    await other.join(group, topic, {
      ...listener,
      assigned: async () => {
        assigned = true
      },
    })
    await until(() => assigned)
    const { message } = await expectFailure('LOG_REFUSED', log.join(group, topic, listener))
    expect(message).toContain(group)
  })

  test.skipIf(rdkafka === null)('what another client aborted is not read', async () => {
    const log = await open()
    const writer = await rdkafka!.rdkafkaLog({
      connection: { brokers, compression: 'none' },
      guarantee: 'exactly-once',
    })
    opened.push(writer)
    const topic = await newTopic(log, { partitions: 2 })
    const [at, other] = [
      { topic, partition: 0 },
      { topic, partition: 1 },
    ] as const
    await append(writer, at, [record(null, 'before')])
    const refused = writer.commit({
      appends: [
        { ...at, records: [record(null, 'aborted')] },
        { ...other, records: [record(null, 'x'.repeat(12_000_000))] },
      ],
    })
    await expect(refused).rejects.toThrow()
    await append(writer, at, [record(null, 'after')])
    expect(await textsOf(log, at)).toEqual(['before', 'after'])
    const reader = await log.reader()
    await reader.add([{ ...at, next: 0 }])
    const values: string[] = []
    while (!reader.isAtEnd(at)) {
      for (const { records } of await reader.poll(POLL)) {
        values.push(...records.map(({ value }) => `${value}`))
      }
    }
    expect(values).toEqual(['before', 'after'])
  })
})

/** As if the coordinator had not heard of the group's members for the session's time-out. */
const expelAll = async (groupId: string): Promise<void> => {
  const client = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING })
  const admin = client.admin()
  const { cluster, close } = await openCluster(client)
  await admin.connect()
  const { groups } = await admin.describeGroups([groupId])
  const coordinator = await coordinatorOf(cluster, groupId)
  for (const { memberId } of groups[0]!.members) {
    await coordinator.leaveGroup({ groupId, memberId })
  }
  await admin.disconnect()
  await close()
}
