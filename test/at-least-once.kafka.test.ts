/**
 * At least once on a real broker, where commits overlap: processes are killed with several under way,
 * under load, and no result is missing in the end.
 */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { partitionOf } from '../src/engine/hash.ts'
import { codecsOf } from '../src/engine/schema/codecs.ts'
import { type FraudScore, fraudScores, orders } from '../src/events.ts'
import { type Append, KEPT_WHOLE, type Log, type StoredRecord } from '../src/logs/log.ts'
import { rdkafkaLog } from '../src/logs/rdkafka-log.ts'
import { kafkaForTests } from '../src/testing/kafka/kafka-for-tests.ts'
import { order } from '../src/testing/sample-pipelines.ts'
import { AtLeastOnceProcess } from './at-least-once-process.ts'

const kafka = await kafkaForTests()
const SLICES = 4
const USERS = 20
/** While a process starts, more are placed only up to here. */
const BACKLOG_MAX = 2_000
const MANY = { recordsMax: 1_000_000, bytesMax: 1 << 28 }
const PATIENTLY = { timeout: 120_000, interval: 500 }

describe.skipIf(kafka === null)('at least once, on Kafka', () => {
  const prefix = `overlap-${randomUUID().slice(0, 8)}`
  const topic = `${prefix}-orders`
  let log: Log
  afterAll(() => log.close())

  /** Orders, each of which gives one score. */
  const place = async (first: number, count: number): Promise<void> => {
    const { encodeAvro } = codecsOf<object>(orders as never)
    const appends = new Map<number, Append & { records: { key: null; value: Buffer }[] }>()
    for (let number = first; number < first + count; number++) {
      const partition = partitionOf(`o${number}`, SLICES)
      const append = appends.get(partition) ?? { topic, partition, records: [] }
      const placed = order(`e${number}`, Date.now(), `user ${number % USERS}`, {
        orderId: `o${number}`,
      })
      append.records.push({ key: null, value: encodeAvro(placed) })
      appends.set(partition, append)
    }
    await log.commit({ appends: [...appends.values()], areIndependent: true })
  }

  const scoresIn = async (partition: number): Promise<StoredRecord[]> => {
    const read: StoredRecord[] = []
    for (;;) {
      const at = { topic: `${prefix}-scores`, partition }
      const { records, atEnd } = await log.read(at, (read.at(-1)?.offset ?? -1) + 1, MANY)
      read.push(...records)
      if (atEnd || records.length === 0) return read
    }
  }

  const scores = async (): Promise<StoredRecord[]> => {
    const all = await Promise.all(Array.from({ length: SLICES }, (_, at) => scoresIn(at)))
    return all.flat()
  }

  const scored = async (): Promise<ReadonlyMap<string, ReadonlySet<string>>> => {
    const ids = new Map<string, Set<string>>()
    for (const { value, headers } of await scores()) {
      const { subjectId } = codecsOf<FraudScore>(fraudScores).decodeAvro(value!)
      ids.set(subjectId, (ids.get(subjectId) ?? new Set()).add(headers!.resultId!))
    }
    return ids
  }

  /** By the partitions of their orders: those at the end of one were not taken in yet, others are lost. */
  const missing = async (placed: number): Promise<string[]> => {
    const known = await scored()
    const numbers = Array.from({ length: placed }, (_, number) => `o${number}`)
    return numbers.filter(id => !known.has(id)).map(id => `${partitionOf(id, SLICES)} ${id}`)
  }

  test('whenever processes are killed, each order has its score, under one id', async () => {
    const connection = { brokers: kafka!.brokers }
    log = await rdkafkaLog({ connection, guarantee: 'at-least-once' })
    await log.createTopic(topic, { ...KEPT_WHOLE, partitions: SLICES })
    await log.createTopic(`${prefix}-scores`, { ...KEPT_WHOLE, partitions: SLICES })
    const dir = await mkdtemp(join(tmpdir(), 'millrace-overlap-'))
    const options = { ...connection, prefix, slices: SLICES, dir }
    let placed = 0
    for (const commits of [15, 40, 25]) {
      const running = new AtLeastOnceProcess(options)
      for (const before = placed; running.commits < commits; await wait(10)) {
        if (placed - before >= BACKLOG_MAX) continue
        await place(placed, 10)
        placed += 10
      }
      await running.end('SIGKILL')
    }
    const last = new AtLeastOnceProcess(options)
    try {
      await vi.waitFor(async () => expect(await missing(placed)).toEqual([]), PATIENTLY)
    } finally {
      await last.end('SIGTERM')
    }
    const ids = await scored()
    expect(ids.size).toBe(placed)
    for (const [subject, own] of ids) expect(own.size, subject).toBe(1)
    await rm(dir, { recursive: true, force: true })
  }, 240_000)
})
