import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { freePorts } from '../../src/testing/kafka/free-ports.ts'
import { whyNoKafka } from '../../src/testing/kafka/kafka-artefacts.ts'
import { kafkaForTests } from '../../src/testing/kafka/kafka-for-tests.ts'
import { nodesSeenBy } from '../../src/testing/kafka/until-ready.ts'
import { StayingKafka, statusOfAll } from './staying-kafka.ts'

// Asked first, as a run that requires Kafka fetches it then.
await kafkaForTests()

/** What a Kafka leaves that was stopped; another program has its process number now. */
const writeStopped = async (folder: string, port: number): Promise<void> => {
  await mkdir(join(folder, `${port}`))
  const written = { clusterId: 'stopped', nodes: 1, pids: [process.pid] }
  await writeFile(join(folder, `${port}`, 'cluster.json'), JSON.stringify(written))
}

describe.skipIf(whyNoKafka() !== null)('the Kafka of `npm run kafka`', () => {
  test('is found again by another command, is not started twice, and is stopped', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'millrace-staying-kafka-'))
    const [port] = await freePorts(1)
    const kafka = () => new StayingKafka(port!, folder)
    try {
      expect(await kafka().stop()).toBe(`No Kafka of this script runs on port ${port}.`)
      expect(await kafka().start(1)).toContain(`KAFKA_BROKERS=127.0.0.1:${port} (1 node, process`)
      expect(await nodesSeenBy(`127.0.0.1:${port}`)).toBe(1)
      expect(await kafka().start(1)).toMatch(/^Nothing was started. Kafka runs: /)
      await expect(kafka().start(3)).rejects.toThrow('has the data of 1 node. Use --nodes 1')
      expect(await kafka().status()).toMatch(/^Kafka runs: /)
      await writeStopped(folder, 20_000)
      expect(await statusOfAll(folder)).toBe(await kafka().status())
    } finally {
      expect(await kafka().stop()).toContain('is stopped. What it has is kept in')
      expect(await statusOfAll(folder)).toBe('No Kafka of this script runs.')
      await rm(folder, { recursive: true, force: true })
    }
    expect(await nodesSeenBy(`127.0.0.1:${port}`)).toBe(0)
    expect(await statusOfAll(folder)).toBe('No Kafka of this script runs.')
  })

  test('does not take a port from another program', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'millrace-staying-kafka-'))
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as { port: number }
    await expect(new StayingKafka(port, folder).start(1)).rejects.toThrow(
      `Port ${port} is taken by another program. Take another --port.`,
    )
    other.close()
    await rm(folder, { recursive: true, force: true })
  })
})
