/** A person is forgotten by a command, on a real broker beside whatever runs there. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { partitionOf } from '../src/engine/hash.ts'
import { codecsOf } from '../src/engine/schema/codecs.ts'
import { type Erasure, erasures } from '../src/events.ts'
import { KEPT_WHOLE, type Log } from '../src/logs/log.ts'
import { rdkafkaLog } from '../src/logs/rdkafka-log.ts'
import { whyNoKafka } from '../src/testing/kafka/kafka-artefacts.ts'
import { kafkaForTests } from '../src/testing/kafka/kafka-for-tests.ts'
import { type StartedKafka, startKafka } from '../src/testing/kafka/start-kafka.ts'
import { mill } from './mill.ts'

// The topic has one name, so that a broker is shared with nobody.
const isThere = (await kafkaForTests()) !== null && whyNoKafka() === null
const PARTITIONS = 3
const USER = 'ann'
const AT = { topic: erasures.name, partition: partitionOf(USER, PARTITIONS) }

describe.skipIf(!isThere)('erase, on Kafka', () => {
  let kafka: StartedKafka
  let log: Log
  let folder: string
  beforeAll(async () => {
    ;[kafka, folder] = await Promise.all([startKafka(), mkdtemp(join(tmpdir(), 'millrace-erase-'))])
    const connection = { brokers: kafka.brokers }
    log = await rdkafkaLog({ connection, guarantee: 'exactly-once', transactionalId: 'test' })
  })
  afterAll(async () => {
    await log?.close()
    await kafka?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  const erase = async (topics: object = {}) => {
    const config = join(folder, 'millrace.yaml')
    const { brokers } = kafka
    const shop = { application: 'shop', data: folder, partitions: PARTITIONS, topics }
    await writeFile(config, stringify({ ...shop, log: { brokers } }))
    return mill('erase', USER, '--visitor', 'v1', '--config', config)
  }

  test('one record goes to the partition of the person, in the format that the topic has', async () => {
    expect(await erase()).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('there is no topic erasures here'),
    })
    await log.createTopic(erasures.name, { ...KEPT_WHOLE, partitions: PARTITIONS })
    for (const topics of [{}, { erasures: { format: 'avro' } }]) {
      const ended = await erase(topics)
      expect(ended, ended.stderr).toMatchObject({ code: 0 })
    }
    const { records } = await log.read(AT, 0, { recordsMax: 100, bytesMax: 1 << 20 })
    const { decodeAvro, decodeJson } = codecsOf<Erasure>(erasures)
    const [json, avro, ...others] = records
    const asked = { userId: USER, visitorIds: ['v1'] }
    expect(decodeJson(json!.value!)).toMatchObject(asked)
    expect(decodeAvro(avro!.value!)).toMatchObject(asked)
    expect(String(json!.key)).toBe(USER)
    expect(others).toEqual([])
  })
})
