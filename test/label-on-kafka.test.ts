/** An analyst's verdict is filed by a command, on a real broker beside whatever runs there. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { partitionOf } from '../src/engine/hash.ts'
import { codecsOf } from '../src/engine/schema/codecs.ts'
import { type FraudLabel, fraudLabels } from '../src/events.ts'
import { KEPT_WHOLE, type Log } from '../src/logs/log.ts'
import { rdkafkaLog } from '../src/logs/rdkafka-log.ts'
import { whyNoKafka } from '../src/testing/kafka/kafka-artefacts.ts'
import { kafkaForTests } from '../src/testing/kafka/kafka-for-tests.ts'
import { type StartedKafka, startKafka } from '../src/testing/kafka/start-kafka.ts'
import { mill } from './mill.ts'

// The topic has one name, so that a broker is shared with nobody.
const isThere = (await kafkaForTests()) !== null && whyNoKafka() === null
const PARTITIONS = 3
const ORDER = 'o1'
const AT = { topic: fraudLabels.name, partition: partitionOf(ORDER, PARTITIONS) }

describe.skipIf(!isThere)('label, on Kafka', () => {
  let kafka: StartedKafka
  let log: Log
  let folder: string
  beforeAll(async () => {
    ;[kafka, folder] = await Promise.all([startKafka(), mkdtemp(join(tmpdir(), 'millrace-label-'))])
    const connection = { brokers: kafka.brokers }
    log = await rdkafkaLog({ connection, guarantee: 'exactly-once', transactionalId: 'test' })
  })
  afterAll(async () => {
    await log?.close()
    await kafka?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  const label = async (verdict: string, topics: object = {}) => {
    const config = join(folder, 'millrace.yaml')
    const { brokers } = kafka
    const shop = { application: 'shop', data: folder, partitions: PARTITIONS, topics }
    await writeFile(config, stringify({ ...shop, log: { brokers } }))
    return mill('label', ORDER, verdict, '--config', config)
  }

  test('verdicts go to the partition of the order, in the format that the topic has, and each once', async () => {
    expect(await label('--fraud')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('there is no topic fraud-labels here'),
    })
    await log.createTopic(fraudLabels.name, { ...KEPT_WHOLE, partitions: PARTITIONS })
    const avro = { 'fraud-labels': { format: 'avro' } }
    for (const [verdict, topics] of [
      ['--fraud', {}],
      ['--fraud', avro],
      ['--not-fraud', avro],
      ['--not-fraud', {}],
    ] as const) {
      const ended = await label(verdict, topics)
      expect(ended, ended.stderr).toMatchObject({ code: 0 })
    }
    const { records } = await log.read(AT, 0, { recordsMax: 100, bytesMax: 1 << 20 })
    const { decodeAvro, decodeJson } = codecsOf<FraudLabel>(fraudLabels)
    const [first, second, ...others] = records
    expect(decodeJson(first!.value!)).toMatchObject({ orderId: ORDER, isFraud: true })
    expect(decodeAvro(second!.value!)).toMatchObject({ orderId: ORDER, isFraud: false })
    expect(String(second!.key)).toBe(ORDER)
    expect(others).toEqual([])
  })
})
