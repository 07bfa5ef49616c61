import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as after } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Admin, Kafka, logLevel } from 'kafkajs'
import { describe, expect, test } from 'vitest'
import { whyNoKafka } from './kafka-artefacts.ts'
import { kafkaForTests } from './kafka-for-tests.ts'
import { type StartedKafka, startKafka } from './start-kafka.ts'
import { nodesSeenBy } from './until-ready.ts'

// Asked first, as a run that requires Kafka fetches it then.
await kafkaForTests()

const clientOf = (brokers: readonly string[]) =>
  new Kafka({ clientId: 'start-kafka', brokers: [...brokers], logLevel: logLevel.NOTHING })

const withAdmin = async <T>(kafka: StartedKafka, use: (admin: Admin) => Promise<T>): Promise<T> => {
  const admin = clientOf(kafka.brokers).admin()
  await admin.connect()
  try {
    return await use(admin)
  } finally {
    await admin.disconnect()
  }
}

const send = async (kafka: StartedKafka, topic: string, values: readonly string[]) => {
  const producer = clientOf(kafka.brokers).producer()
  await producer.connect()
  await producer.send({ topic, acks: -1, messages: values.map(value => ({ value })) })
  await producer.disconnect()
}

const endOf = (kafka: StartedKafka, topic: string): Promise<string | undefined> =>
  withAdmin(kafka, async admin => (await admin.fetchTopicOffsets(topic))[0]?.high)

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

// Some twenty seconds in all; several times that where the machine has other things to do.
describe.skipIf(whyNoKafka() !== null)('a Kafka of one’s own', { timeout: 180_000 }, () => {
  test('a node that is killed comes again where it was, with all that it had', async () => {
    const kafka = await startKafka()
    try {
      expect(kafka.brokers).toHaveLength(1)
      await expect(kafka.kill(2)).rejects.toThrow('There is no node 2. Nodes are numbered from 1')
      await withAdmin(kafka, admin =>
        admin.createTopics({ topics: [{ topic: 'kept', numPartitions: 1 }] }),
      )
      await send(kafka, 'kept', ['a', 'b', 'c'])
      await kafka.kill(1)
      expect(kafka.pid(1)).toBeNull()
      expect(await nodesSeenBy(kafka.brokers[0]!)).toBe(0)
      await kafka.restart(1)
      expect(await endOf(kafka, 'kept')).toBe('3')
      await send(kafka, 'kept', ['d'])
      expect(await endOf(kafka, 'kept')).toBe('4')
    } finally {
      await kafka.stop()
    }
  })

  test('of three nodes one may be killed, and what was acknowledged is still there', async () => {
    const kafka = await startKafka({ nodes: 3 })
    try {
      await withAdmin(kafka, admin =>
        admin.createTopics({
          topics: [{ topic: 'kept', numPartitions: 1, replicationFactor: 3 }],
        }),
      )
      await send(kafka, 'kept', ['a', 'b'])
      await kafka.kill(2)
      await send(kafka, 'kept', ['c'])
      expect(await endOf(kafka, 'kept')).toBe('3')
      await kafka.restart(2)
      expect(await nodesSeenBy(kafka.brokers[1]!)).toBe(3)
    } finally {
      await kafka.stop()
    }
  })

  test('a node ends with the process that started it, even where that one is killed', async () => {
    const script = fileURLToPath(new URL('../../../test/kafka-node-main.ts', import.meta.url))
    const dir = await mkdtemp(join(tmpdir(), 'millrace-kafka-of-another-'))
    const parent = spawn(process.execPath, ['--import', 'tsx', script, dir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = await once(createInterface({ input: parent.stdout }), 'line')
    const pid = Number(line)
    expect(isAlive(pid)).toBe(true)
    parent.kill('SIGKILL')
    while (isAlive(pid)) await after(20)
    await rm(dir, { recursive: true, force: true })
  })
})
