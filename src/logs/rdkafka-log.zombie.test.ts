/** A process that sleeps through its session, and wakes up while another has its partitions. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { kafkaForTests } from '../testing/kafka/kafka-for-tests.ts'
import { append, newGroup, newTopic, readAll, record } from './conformance/fixture.ts'
import { rdkafkaLog } from './rdkafka-log.ts'

const kafka = await kafkaForTests()
const MEMBER = fileURLToPath(new URL('./rdkafka/zombie-member.ts', import.meta.url))

const start = (...args: readonly string[]) => {
  const member = spawn(process.execPath, ['--import', 'tsx', MEMBER, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, UV_THREADPOOL_SIZE: '16' },
  })
  const lines = createInterface({ input: member.stdout })[Symbol.asyncIterator]()
  return { member, said: async () => (await lines.next()).value as string }
}

describe.skipIf(kafka === null)('on Kafka, through librdkafka', () => {
  test('a process that slept through its session commits nothing when it wakes up', async () => {
    const { brokers } = kafka!
    const connection = { brokers }
    const log = await rdkafkaLog({ connection, guarantee: 'exactly-once', sessionTimeoutMs: 6_000 })
    const topic = await newTopic(log)
    const at = { topic, partition: 0 }
    const group = newGroup()
    const { member, said } = start(brokers.join(','), topic, group)
    try {
      expect(await said()).toBe('at work')
      member.kill('SIGSTOP')
      const taken = await new Promise(resolve => {
        void log.join(group, topic, {
          assigned: async partitions => resolve(partitions.length),
          revoked: async () => {},
        })
      })
      expect(taken).toBe(1)
      const before = await readAll(log, at)
      await append(log, at, [record(null, 'taken over')])
      member.kill('SIGCONT')
      expect(await said()).toBe('LOG_FENCED')
      const values = (await readAll(log, at)).map(({ value }) => `${value}`)
      expect(values).toEqual([...before.map(({ value }) => `${value}`), 'taken over'])
      expect(await log.committed(group)).toEqual([{ ...at, next: before.length }])
    } finally {
      member.kill('SIGKILL')
      await log.close()
    }
  })
})
