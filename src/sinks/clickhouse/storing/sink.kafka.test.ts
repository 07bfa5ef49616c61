/** The sink on a broker: what hangs, is gone, restarts or is slow there. */
import { createRequire } from 'node:module'
import type * as Rdkafka from 'node-rdkafka'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { deadLetters } from '../../../events.ts'
import type { Log } from '../../../logs/log.ts'
import { rdkafkaLog } from '../../../logs/rdkafka-log.ts'
import { clickHouseForTests } from '../../../testing/click-house.ts'
import { whyNoKafka } from '../../../testing/kafka/kafka-artefacts.ts'
import { type StartedKafka, startKafka } from '../../../testing/kafka/start-kafka.ts'
import { clickHouseTables } from '../../conformance/click-house-tables.ts'
import { SMALL } from '../../conformance/crashing-run.ts'
import { expectedOf, letteredIn, rowsIn } from '../../conformance/expected-rows.ts'
import { FAULTS, FaultyDestination } from '../../conformance/faulty-destination.ts'
import { listTables } from '../../conformance/list-tables.ts'
import { parcelRecord, parcelTopic } from '../../conformance/sample-topics.ts'
import { readGaps, type SinkGap } from './gaps.ts'
import type { InsertBatch } from './insert.ts'
import { intentRecord, intentsTopicOf } from './intents.ts'
import { ClickHouseSink, type ClickHouseSinkOptions } from './sink.ts'

const SESSION_MS = 3_000
const KEPT = { partitions: 2, compacted: false, retentionMs: null, retentionBytes: null }
const NO_ROWS: ReadonlySet<string> = new Set()

describe.skipIf(whyNoKafka() !== null)('the sink on Kafka', () => {
  let kafka: StartedKafka
  let log: Log
  const logs: Log[] = []
  const newLog = async (): Promise<Log> => {
    const opened = await rdkafkaLog({
      connection: { brokers: kafka.brokers },
      guarantee: 'exactly-once',
      sessionTimeoutMs: SESSION_MS,
      transactionTimeoutMs: 4_000,
    })
    logs.push(opened)
    return opened
  }
  beforeAll(async () => {
    kafka = await startKafka()
    log = await newLog()
    await log.createTopic(deadLetters.name, { ...KEPT, partitions: 1 })
  }, 60_000)
  afterAll(async () => {
    await Promise.all(logs.map(each => each.close()))
    await kafka?.stop()
  }, 60_000)

  const newTopic = async (name: string) => {
    const topic = parcelTopic(name)
    await log.createTopic(name, KEPT)
    const tables = listTables()
    await tables.prepare([topic, deadLetters])
    let n = 0
    const write = (partition: number, records: number, kind: 'fits' | 'broken' = 'fits') =>
      log.commit({
        appends: [
          {
            topic: name,
            partition,
            records: Array.from({ length: records }, () => parcelRecord(topic, n++, kind)),
          },
        ],
      })
    const start = async (options: Partial<ClickHouseSinkOptions> = {}) =>
      ClickHouseSink.start({
        log: await newLog(),
        applicationId: name,
        topics: [topic, deadLetters],
        destination: tables.destination,
        ...SMALL,
        batch: { ...SMALL.batch, intervalMs: 20 },
        provenForMs: SESSION_MS / 2,
        ...options,
      })
    const stored = async (sink: ClickHouseSink) => {
      await vi.waitUntil(() => sink.status().length === KEPT.partitions + 1, { timeout: 30_000 })
      await sink.drain()
    }
    const isAllThere = async (): Promise<boolean> => {
      const { rows } = await expectedOf(log, topic, NO_ROWS)
      return rowsIn(topic, await tables.rowsOf(topic)).length >= rows.length
    }
    const expectExactlyOnce = async () => {
      const { rows, refused } = await expectedOf(log, topic, NO_ROWS)
      expect(rowsIn(topic, await tables.rowsOf(topic))).toEqual(rows)
      const lettered = (await letteredIn(log)).filter(place => place.startsWith(`${name}|`))
      expect(lettered).toEqual(refused)
    }
    return { topic, tables, write, start, stored, isAllThere, expectExactlyOnce }
  }

  test('an intent behind a transaction that nobody finishes is found, and its batch not sent anew', async () => {
    const { tables, write, start, stored, expectExactlyOnce } = await newTopic('hanging')
    await write(0, 4)
    const first = await start()
    await stored(first)
    await first.stop()
    await write(0, 5)
    const intents = intentsTopicOf('hanging')
    const dead = await stranger(kafka.brokers, 4_000)
    await done(cb => dead.beginTransaction(cb))
    dead.produce(intents, 0, Buffer.from('{}'), 'someone|0')
    await done(cb => dead.flush(5_000, cb))
    // What a sink that was killed between its intent and its insert has left behind that.
    const at = { topic: 'hanging', partition: 0 }
    const { records } = await log.read(at, 5, { recordsMax: 10, bytesMax: 1e6 })
    const [from, to] = [records[0]!.offset, records[2]!.offset]
    const pending = { from, to, generation: 1, records: 3, rows: 3, letteredTo: to }
    await log.commit({
      appends: [{ topic: intents, partition: 0, records: [intentRecord(at, pending)] }],
    })
    const tokens: string[] = []
    const destination = {
      check: async () => {},
      insert: (batch: InsertBatch) => {
        tokens.push(batch.token)
        return tables.destination.insert(batch)
      },
    }
    const sink = await start({ destination })
    await stored(sink)
    expect(tokens[0]).toBe(`hanging:1:hanging:0:${from}-${to}`)
    await expectExactlyOnce()
    await sink.stop()
    await done(cb => dead.disconnect(() => cb(null)))
  })

  test('what retention removed before the sink came back is a gap, and it goes on behind', async () => {
    const { topic, tables, write, start, stored } = await newTopic('removed')
    await write(0, 10)
    const first = await start()
    await stored(first)
    await first.stop()
    for (let i = 0; i < 5; i++) await write(0, 4)
    await log.trim({ topic: 'removed', partition: 0 }, 20)
    const gaps: SinkGap[] = []
    const sink = await start({ onGap: gap => gaps.push(gap) })
    const { rows } = await expectedOf(log, topic, NO_ROWS)
    await vi.waitUntil(
      async () => rowsIn(topic, await tables.rowsOf(topic)).length === 10 + rows.length,
      { timeout: 30_000 },
    )
    expect(gaps).toEqual([{ topic: 'removed', partition: 0, from: 10, to: 19, mayHave: null }])
    expect(await readGaps(log, intentsTopicOf('removed'))).toEqual(gaps)
    await sink.stop()
  })

  test('a table that takes nothing holds up its own partitions alone', async () => {
    const slow = await newTopic('slow')
    const quick = await newTopic('quick')
    let isOpen = false
    const destination = {
      check: async () => {},
      insert: async (batch: InsertBatch) => {
        if (batch.table === 'quick') return quick.tables.destination.insert(batch)
        if (batch.table === 'slow' && !isOpen) throw new Error('connect ECONNREFUSED')
        return slow.tables.destination.insert(batch)
      },
    }
    const sink = await slow.start({ destination, topics: [slow.topic, quick.topic, deadLetters] })
    for (let i = 0; i < 10; i++) {
      for (const { write } of [slow, quick]) await write(i % 2, 40)
    }
    await vi.waitUntil(quick.isAllThere, { timeout: 30_000 })
    const pausedNow = () => sink.status().filter(({ isPaused }) => isPaused)
    await vi.waitUntil(() => pausedNow().length === 2, { timeout: 10_000 })
    expect(pausedNow().map(({ topic }) => topic)).toEqual(['slow', 'slow'])
    expect(rowsIn(slow.topic, await slow.tables.rowsOf(slow.topic))).toEqual([])
    isOpen = true
    await sink.drain()
    for (const { expectExactlyOnce } of [slow, quick]) await expectExactlyOnce()
    await sink.stop()
  })

  test('random faults of a table give each record one row, or one letter', async () => {
    const { tables, write, start, stored, isAllThere, expectExactlyOnce } = await newTopic('faulty')
    const faults = FAULTS.filter(fault => !fault.startsWith('crash'))
    const planned = Array.from(
      { length: 60 },
      (_, i) => faults[(i * 7 + (i >> 2)) % faults.length]!,
    )
    const refused: ReadonlySet<string> = new Set()
    const crash = () => {}
    const destination = new FaultyDestination(tables.destination, {
      faults: planned,
      refused,
      crash,
    })
    const sink = await start({ destination })
    for (let i = 0; i < 20; i++) await write(i % 2, 1 + (i % 9), i % 6 === 5 ? 'broken' : 'fits')
    await vi.waitUntil(isAllThere, { timeout: 30_000 })
    await stored(sink)
    await destination.settled()
    await expectExactlyOnce()
    await sink.stop()
  })

  /** As the life of a process does: one that cannot go on begins anew, where that may help. */
  const untilAllIsThere = async (
    first: ClickHouseSink,
    start: () => Promise<ClickHouseSink>,
    isAllThere: () => Promise<boolean>,
  ): Promise<ClickHouseSink> => {
    const there = vi.waitUntil(isAllThere, { timeout: 60_000, interval: 250 })
    for (let sink = first; ; sink = await start()) {
      const error = await Promise.race([there.then(() => null), sink.failure.catch(each => each)])
      if (error === null) return sink
      expect(error).toMatchObject({ instruction: 'retry' })
      await sink.stop().catch(() => {})
    }
  }

  test('a broker that is killed and comes back while rows are inserted costs no row', async () => {
    const { write, start, stored, isAllThere, expectExactlyOnce } = await newTopic('restart')
    for (let i = 0; i < 20; i++) await write(i % 2, 30)
    let batches = 0
    const begin = () => start({ onStored: () => batches++ })
    const first = await begin()
    await vi.waitUntil(() => batches > 10, { timeout: 30_000 })
    await kafka.kill(1)
    await kafka.restart(1)
    for (let i = 0; i < 6; i++) await write(i % 2, 30)
    const sink = await untilAllIsThere(first, begin, isAllThere)
    await stored(sink)
    await expectExactlyOnce()
    await sink.stop()
  }, 120_000)

  test('a ClickHouse that is killed and comes back while rows are inserted has each once', {
    timeout: 90_000,
  }, async context => {
    const server = await clickHouseForTests()
    const { embedded } = server
    const { topic, write, start, stored } = await newTopic('killed')
    const tables = clickHouseTables(server.address)
    try {
      if (embedded === null) return context.skip('CLICKHOUSE_URL names a server that is not ours')
      await tables.prepare([topic, deadLetters])
      for (let i = 0; i < 20; i++) await write(i % 2, 30)
      let batches = 0
      const { destination } = tables
      const sink = await start({ destination, onStored: () => batches++ })
      await vi.waitUntil(() => batches > 10, { timeout: 30_000 })
      process.kill(embedded.pid, 'SIGKILL')
      await vi.waitUntil(() => embedded.restarts === 1, { timeout: 30_000 })
      await write(0, 30)
      await stored(sink)
      const { rows } = await expectedOf(log, topic, NO_ROWS)
      expect(rowsIn(topic, await tables.rowsOf(topic))).toEqual(rows)
      await sink.stop()
    } finally {
      await tables.close()
      await server.stop()
    }
  })
})

/** A producer that is not the log's: what a dead process has left. */
const stranger = async (
  brokers: readonly string[],
  timeoutMs: number,
): Promise<Rdkafka.Producer> => {
  const { Producer } = createRequire(import.meta.url)('node-rdkafka') as typeof Rdkafka
  const producer = new Producer({
    'metadata.broker.list': brokers.join(','),
    'transactional.id': 'a sink that died',
    'transaction.timeout.ms': timeoutMs,
  })
  await new Promise((resolve, reject) => {
    producer.connect({}, (error, data) => (error ? reject(error) : resolve(data)))
  })
  await done(cb => producer.initTransactions(10_000, cb))
  return producer
}

const done = (call: (cb: (error: unknown) => void) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    call(error => (error ? reject(error) : resolve()))
  })
