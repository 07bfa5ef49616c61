/** What goes wrong on Kafka: aborted and hanging transactions, others that take over, no broker. */
import { randomBytes, randomUUID } from 'node:crypto'
import { createRequire } from 'node:module'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { kafkaForTests } from '../testing/kafka/kafka-for-tests.ts'
import {
  append,
  expectFailure,
  newGroup,
  newTopic,
  readAll,
  record,
} from './conformance/fixture.ts'
import type { AssignmentListener, Log, TopicPartition } from './log.ts'
import { type RdkafkaLogOptions, rdkafkaLog } from './rdkafka-log.ts'

const kafka = await kafkaForTests()
const MANY = { recordsMax: 10_000, bytesMax: 64 * 1024 * 1024 }
const logs: Log[] = []

const opened = async (options: Partial<RdkafkaLogOptions> = {}): Promise<Log> => {
  const log = await rdkafkaLog({
    connection: { brokers: kafka!.brokers },
    guarantee: 'exactly-once',
    sessionTimeoutMs: 6_000,
    ...options,
  })
  logs.push(log)
  return log
}

const valuesOf = async (log: Log, at: TopicPartition): Promise<string[]> =>
  (await readAll(log, at)).map(({ value }) => `${value}`)

type Client = typeof import('node-rdkafka')
type Producer = InstanceType<Client['Producer']>

/** A producer that is not the log's: what another program, or a dead process, would have done. */
const stranger = async (transactionalId: string, timeoutMs: number): Promise<Producer> => {
  const { Producer } = createRequire(import.meta.url)('node-rdkafka') as Client
  const producer = new Producer({
    'metadata.broker.list': kafka!.brokers.join(','),
    'transactional.id': transactionalId,
    'transaction.timeout.ms': timeoutMs,
  })
  await new Promise((resolve, reject) => {
    producer.connect({}, (error, data) => (error ? reject(error) : resolve(data)))
  })
  await done(cb => producer.initTransactions(10_000, cb))
  return producer
}

/** On whose behalf a stranger commits positions. */
const outsiderIn = async (group: string): Promise<InstanceType<Client['KafkaConsumer']>> => {
  const { KafkaConsumer } = createRequire(import.meta.url)('node-rdkafka') as Client
  const consumer = new KafkaConsumer(
    { 'metadata.broker.list': kafka!.brokers.join(','), 'group.id': group },
    {},
  )
  await done(cb => consumer.connect({}, error => cb(error)))
  return consumer
}

const done = (call: (cb: (error: unknown) => void) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    call(error => (error ? reject(error) : resolve()))
  })

class Held implements AssignmentListener {
  readonly partitions = new Set<number>()
  onRevoked: () => Promise<void> = async () => {}

  async assigned(partitions: readonly TopicPartition[]): Promise<void> {
    for (const { partition } of partitions) this.partitions.add(partition)
  }

  async revoked(partitions: readonly TopicPartition[]): Promise<void> {
    await this.onRevoked()
    for (const { partition } of partitions) this.partitions.delete(partition)
  }
}

describe.skipIf(kafka === null)('on Kafka, through librdkafka, when things go wrong', () => {
  let log: Log
  beforeAll(async () => {
    log = await opened()
  })
  afterAll(async () => {
    await Promise.all(logs.map(each => each.close()))
  })

  test('records of an aborted transaction are not seen, and do not keep a reader from the end', async () => {
    const at = { topic: await newTopic(log), partition: 0 }
    const other = await stranger(randomUUID(), 10_000)
    await append(log, at, [record(null, 'before')])
    await done(cb => other.beginTransaction(cb))
    other.produce(at.topic, 0, Buffer.from('aborted'))
    await done(cb => other.flush(5_000, cb))
    await done(cb => other.abortTransaction(10_000, cb))
    expect(await valuesOf(log, at)).toEqual(['before'])
    const reader = await log.reader()
    await reader.add([{ ...at, next: 0 }])
    await vi.waitUntil(
      async () => {
        await reader.poll({ ...MANY, waitMs: 20 })
        return reader.isAtEnd(at)
      },
      { timeout: 10_000 },
    )
    await append(log, at, [record(null, 'after')])
    expect(await valuesOf(log, at)).toEqual(['before', 'after'])
    await done(cb => other.disconnect(() => cb(null)))
  })

  test('a transaction that hangs holds up readers until its time-out, and then never was', async () => {
    const at = { topic: await newTopic(log), partition: 0 }
    const other = await stranger(randomUUID(), 3_000)
    await done(cb => other.beginTransaction(cb))
    other.produce(at.topic, 0, Buffer.from('never committed'))
    await done(cb => other.flush(5_000, cb))
    await append(log, at, [record(null, 'behind it')])
    // Read while it is open: nothing may be seen beyond it, not even what is committed.
    const others = await opened({})
    expect(await others.read(at, 0, MANY)).toMatchObject({ records: [], atEnd: true })
    await vi.waitUntil(async () => (await valuesOf(log, at)).length > 0, {
      timeout: 40_000,
      interval: 250,
    })
    expect(await valuesOf(log, at)).toEqual(['behind it'])
    await done(cb => other.disconnect(() => cb(null)))
  })

  test('a log whose transactional id another one took is fenced, for good', async () => {
    const transactionalId = randomUUID()
    const fatal = vi.fn()
    const first = await opened({ transactionalId, onFatal: fatal })
    const at = { topic: await newTopic(first), partition: 0 }
    await append(first, at, [record(null, 'first')])
    const second = await opened({ transactionalId })
    await append(second, at, [record(null, 'second')])
    await expectFailure('LOG_FENCED', append(first, at, [record(null, 'of a zombie')]))
    await expectFailure('LOG_FENCED', append(first, at, [record(null, 'of a zombie')]))
    expect(fatal).toHaveBeenCalledTimes(1)
    expect(await valuesOf(second, at)).toEqual(['first', 'second'])
  })

  test('positions are refused while others are in the group and this log is not', async () => {
    const topic = await newTopic(log, { partitions: 2 })
    const group = newGroup()
    const held = new Held()
    const membership = await log.join(group, topic, held)
    await vi.waitUntil(() => held.partitions.size === 2, { timeout: 20_000 })
    const outsider = await opened()
    const commit = {
      appends: [{ topic, partition: 0, records: [record(null, 'of an outsider')] }],
      consumed: { group, positions: [{ topic, partition: 0, next: 7 }] },
    }
    await expectFailure('LOG_FENCED', outsider.commit(commit))
    expect(await valuesOf(log, { topic, partition: 0 })).toEqual([])
    await membership.close()
    await outsider.commit(commit)
    expect(await log.committed(group)).toEqual([{ topic, partition: 0, next: 7 }])
  })

  test('positions are told while a transaction is open that would move others', async () => {
    const topic = await newTopic(log, { partitions: 2 })
    const [still, moving] = [0, 1].map(partition => ({ topic, partition, next: 3 }))
    const group = newGroup()
    await log.commit({ appends: [], consumed: { group, positions: [still!, moving!] } })
    const other = await stranger(randomUUID(), 10_000)
    const outside = await outsiderIn(group)
    await done(cb => other.beginTransaction(cb))
    const moved = [{ topic, partition: 1, offset: 9 }]
    await done(cb => other.sendOffsetsToTransaction(moved, outside, 10_000, cb))
    const waiting = log.committed(group, [moving!])
    expect(await log.committed(group, [still!])).toEqual([still])
    await done(cb => other.commitTransaction(10_000, cb))
    expect(await waiting).toEqual([{ ...moving!, next: 9 }])
    await done(cb => other.disconnect(() => cb(null)))
    await done(cb => outside.disconnect(() => cb(null)))
  })

  test('a member commits positions of a topic that it is not subscribed to', async () => {
    const topic = await newTopic(log)
    const elsewhere = await newTopic(log, { partitions: 3 })
    const group = newGroup()
    const held = new Held()
    const membership = await log.join(group, topic, held)
    await vi.waitUntil(() => held.partitions.size === 1, { timeout: 20_000 })
    const positions = [{ topic: elsewhere, partition: 2, next: 5 }]
    await log.commit({ appends: [], consumed: { group, positions } })
    expect(await log.committed(group)).toEqual(positions)
    await membership.close()
  })

  test('a member commits while the group is shared out anew, and as it gives partitions back', async () => {
    const topic = await newTopic(log, { partitions: 4 })
    const group = newGroup()
    const held = new Held()
    let next = 0
    const commit = () => {
      next++
      return log.commit({
        appends: [{ topic, partition: 0, records: [record(null, `${next}`)] }],
        consumed: { group, positions: [{ topic, partition: 0, next }] },
      })
    }
    held.onRevoked = async () => {
      await commit()
    }
    const membership = await log.join(group, topic, held)
    await vi.waitUntil(() => held.partitions.size === 4, { timeout: 20_000 })
    const other = await opened()
    const others = new Held()
    const joined = other.join(group, topic, others)
    await vi.waitUntil(
      async () => {
        await commit()
        return others.partitions.size === 2 && held.partitions.size === 2
      },
      { timeout: 20_000 },
    )
    await (await joined).close()
    await vi.waitUntil(() => held.partitions.size === 4, { timeout: 20_000 })
    await commit()
    await membership.close()
    expect(await valuesOf(log, { topic, partition: 0 })).toEqual(
      Array.from({ length: next }, (_, i) => `${i + 1}`),
    )
    expect(await log.committed(group)).toEqual([{ topic, partition: 0, next }])
  })

  test('records come back from every compression that the client can write', async () => {
    for (const compression of ['none', 'gzip', 'snappy', 'lz4'] as const) {
      const compressing = await opened({ connection: { brokers: kafka!.brokers, compression } })
      const at = { topic: await newTopic(compressing), partition: 0 }
      await append(compressing, at, [record('k', 'the mill turns '.repeat(1_000))])
      expect(await valuesOf(log, at)).toEqual(['the mill turns '.repeat(1_000)])
    }
  })

  test('a record that the broker finds too large is refused, and the log goes on', async () => {
    const at = { topic: await newTopic(log), partition: 0 }
    const value = randomBytes(9_000_000)
    await expectFailure('LOG_RECORD_INVALID', append(log, at, [{ key: null, value }]))
    await append(log, at, [record(null, 'small')])
    expect(await valuesOf(log, at)).toEqual(['small'])
  })

  test('where no broker answers, the error says which were asked', async () => {
    const connection = { brokers: ['127.0.0.1:1'] }
    const { message } = await expectFailure(
      'LOG_UNAVAILABLE',
      rdkafkaLog({ connection, guarantee: 'exactly-once' }),
    )
    expect(message).toContain('127.0.0.1:1')
  })
})
