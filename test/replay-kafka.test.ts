/** Replays that read from Kafka and write to it. */
import { createHash, randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { partitionOf } from '../src/engine/hash.ts'
import { codecsOf } from '../src/engine/schema/codecs.ts'
import type { AnyTopic } from '../src/engine/topic.ts'
import { clickstream, fraudScores, markets, orders } from '../src/events.ts'
import { openLmdbLog } from '../src/logs/lmdb-log.ts'
import { KEPT_WHOLE, type Log, type StoredRecord } from '../src/logs/log.ts'
import { resultTopics } from '../src/logs/result-topics.ts'
import { learners, pipelines } from '../src/pipelines/index.ts'
import { openKafka } from '../src/runtime/configured/kafka-at.ts'
import { runReplay } from '../src/runtime/run-replay.ts'
import { whyNoKafka } from '../src/testing/kafka/kafka-artefacts.ts'
import { kafkaForTests } from '../src/testing/kafka/kafka-for-tests.ts'
import { type StartedKafka, startKafka } from '../src/testing/kafka/start-kafka.ts'
import { arrivalsOf, sampleEvents } from '../src/testing/sample-events.ts'
import { mill } from './mill.ts'

const SAMPLE = { orders: 150, days: 30, seed: 5 }
const PARTITIONS = 3

// Result topics have names of their own, so that a broker is shared with nobody.
const isThere = (await kafkaForTests()) !== null && whyNoKafka() === null

let kafka: StartedKafka
let log: Log
let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-replay-kafka-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** In transactions, so that offsets have gaps, and every second one undone. */
const write = async (topic: AnyTopic, records: readonly object[], json = false): Promise<void> => {
  await log.createTopic(topic.name, { ...KEPT_WHOLE, partitions: PARTITIONS })
  const codecs = codecsOf(topic)
  const field = topic.keyedBy[0]!
  for (let at = 0; at < records.length; at += 40) {
    const shares = Array.from({ length: PARTITIONS }, () => [] as { key: Buffer; value: Buffer }[])
    for (const record of records.slice(at, at + 40)) {
      const key = String((record as Record<string, unknown>)[field])
      const value = json ? Buffer.from(codecs.encodeJson(record)) : codecs.encodeAvro(record)
      shares[partitionOf(key, PARTITIONS)]!.push({ key: Buffer.from(key), value })
    }
    await log.commit({
      appends: shares.map((share, partition) => ({ topic: topic.name, partition, records: share })),
    })
  }
}

const contentOf = async (log: Log, topic: string): Promise<string[]> => {
  const all: StoredRecord[] = []
  const { partitions } = (await log.topics()).get(topic)!
  for (let partition = 0; partition < partitions; partition++) {
    const at = { topic, partition }
    for (let from = (await log.range(at)).first; ; ) {
      const { records, atEnd } = await log.read(at, from, { recordsMax: 10_000, bytesMax: 1 << 26 })
      all.push(...records)
      if (atEnd || records.length === 0) break
      from = records.at(-1)!.offset + 1
    }
  }
  return all.map(({ key, value, headers }) => {
    return `${key} ${headers?.resultId} ${digestOf(value!)}`
  })
}

const digestOf = (value: Buffer): string => createHash('sha1').update(value).digest('hex')

describe.skipIf(!isThere)('a replay on Kafka', () => {
  let at = ''
  beforeAll(async () => {
    kafka = await startKafka()
    at = `kafka:${kafka.brokers.join(',')}`
    const connection = { brokers: kafka.brokers, compression: 'none' as const }
    log = await openKafka({ connection }, `test-${randomUUID()}`)
    const sample = sampleEvents(SAMPLE)
    await write(markets, sample.markets)
    await write(clickstream, arrivalsOf(sample.clickstream, 1), true)
    await write(orders, arrivalsOf(sample.orders, 1))
  })
  afterAll(async () => {
    await log?.close()
    await kafka?.stop()
  })

  const replayed = async (...more: readonly string[]) => {
    const ended = await mill('replay', '--from', at, '--data', folder, '--drain', ...more)
    expect(ended, ended.stderr).toMatchObject({ code: 0 })
    return ended
  }

  test('reads every committed record of all partitions, Avro and JSON, with the same results twice', async () => {
    const [first, second] = [join(folder, 'a'), join(folder, 'b')]
    const ended = await replayed('--to', `ndjson:${first}`, '--json')
    await replayed('--to', `ndjson:${second}`)
    const { records, unreadable } = JSON.parse(ended.stdout)
    const sample = sampleEvents(SAMPLE)
    expect(records).toBe(
      sample.markets.length +
        arrivalsOf(sample.clickstream, 1).length +
        arrivalsOf(sample.orders, 1).length,
    )
    expect(unreadable).toBe(0)
    for (const name of ['fraud-scores', 'lifecycle-segments', 'late-events', 'dead-letters']) {
      const [a, b] = [first, second].map(dir => readFile(join(dir, `${name}.ndjson`), 'utf8'))
      expect(await a, name).toBe(await b)
    }
    const scores = await readFile(join(first, 'fraud-scores.ndjson'), 'utf8')
    expect(scores.split('\n').length).toBeGreaterThan(150)
  })

  // Before anything is written that kafkajs cannot decompress.
  test('takes what the configuration says: its formats, and clients that can do what is asked', async () => {
    const file = join(folder, 'millrace.yaml')
    const config = (more: string) =>
      writeFile(file, `application: shop\nlog:\n  brokers: ${kafka.brokers.join(',')}\n${more}`)
    await config('topics:\n  clickstream:\n    format: avro\n')
    const asked = ['--to', `ndjson:${join(folder, 'c')}`, '--config', file, '--json']
    const ended = await replayed(...asked)
    expect(JSON.parse(ended.stdout).unreadable).toBe(
      arrivalsOf(sampleEvents(SAMPLE).clickstream, 1).length,
    )
    await config('  client: kafkajs\n  compression: none\nguarantee: at-least-once\n')
    await replayed('--to', `ndjson:${join(folder, 'd')}`, '--config', file)
    const refused = await mill('replay', '--from', at, '--to', at, '--config', file)
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('kafkajs') })
  })

  test('writes each result once, though it is stopped and begun again, and the same as in a log', async () => {
    const options = {
      pipelines,
      learners,
      from: [at],
      to: [at],
      drain: true,
      dataDir: folder,
      restart: false,
      runId: `run-${randomUUID()}`,
      commitRecords: 150,
    }
    // Before versions are among what is read.
    const calm = join(folder, 'calm')
    await replayed('--to', `log:${calm}`)
    for (let life = 0; life < 2; life++) {
      let commits = 0
      const crashed = new Error('crashed')
      const onProgress = (): void => {
        if (++commits === 2 + life) throw crashed
      }
      await expect(runReplay({ ...options, onProgress })).rejects.toBe(crashed)
    }
    expect(await runReplay(options)).toMatchObject({ outcome: 'finished' })
    expect(await runReplay(options)).toMatchObject({ outcome: 'was-finished' })
    const embedded = await openLmdbLog(calm, { wallNow: Date.now })
    for (const { name } of resultTopics(pipelines, learners)) {
      expect(await contentOf(log, name), name).toEqual(await contentOf(embedded, name))
    }
    await embedded.close()
  })

  test('does not mix its results with those of others, unless that is asked for', async () => {
    const before = await contentOf(log, fraudScores.name)
    const asked = ['replay', '--from', at, '--to', at, '--data', folder, '--drain']
    const refused = await mill(...asked, '--run-id', `other-${randomUUID()}`)
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('--append') })
    const runId = `other-${randomUUID()}`
    expect(await mill(...asked, '--run-id', runId, '--append')).toMatchObject({ code: 0 })
    expect(await contentOf(log, fraudScores.name)).toEqual([...before, ...before])
  })
})
