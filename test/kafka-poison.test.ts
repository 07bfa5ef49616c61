/**
 * Records that nobody can read or handle, on a real broker, through a live run and its sink: each is
 * set aside with all that is known of it, what comes behind it is handled, and what was mended is put
 * back once.
 */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type IHeaders, Kafka, logLevel, type Producer } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { long } from '../src/engine/form.ts'
import { definePipeline } from '../src/engine/pipeline.ts'
import { codecsOf } from '../src/engine/schema/codecs.ts'
import { value } from '../src/engine/state/index.ts'
import { days } from '../src/engine/time.ts'
import { read } from '../src/engine/topic.ts'
import { type FraudScore, fraudScores, orders } from '../src/events.ts'
import { KEPT_WHOLE, type Log, type StoredRecord } from '../src/logs/log.ts'
import { fileSnapshots } from '../src/logs/snapshots.ts'
import { openKafka } from '../src/runtime/configured/kafka-at.ts'
import { LiveRun } from '../src/runtime/live/live-run.ts'
import { openTables } from '../src/runtime/tables/tables.ts'
import { clientOf } from '../src/sinks/clickhouse/client.ts'
import { type ClickHouseForTests, clickHouseForTests } from '../src/testing/click-house.ts'
import { whyNoKafka } from '../src/testing/kafka/kafka-artefacts.ts'
import { kafkaForTests } from '../src/testing/kafka/kafka-for-tests.ts'
import { type StartedKafka, startKafka } from '../src/testing/kafka/start-kafka.ts'
import { scoreOf } from '../src/testing/sample-pipelines.ts'
import { mill } from './mill.ts'

// Result topics have names of their own, so that a broker is shared with nobody.
const isThere = (await kafkaForTests()) !== null && whyNoKafka() === null

const APPLICATION = 'poisoned'
const NOW = Date.now()

/** What stands for a mistake in the code, until it is mended. */
let isMended = false

const scoring = definePipeline({
  id: 'scoring',
  version: '1',
  order: 'arrival',
  inputs: {
    order: { from: read(orders, 'orderId', 'userId'), key: order => order.orderId, late: 'handle' },
  },
  state: { times: value(long, 0) },
  forgetAfterMs: days(1),
  output: fraudScores,
  on: {
    order(order, { state }) {
      if (order.userId === 'unforeseen' && !isMended) throw new Error('nobody thought of that')
      state.times.set(state.times.get() + 1)
      return scoreOf(order.orderId, state.times.get())
    },
  },
})

const codecs = codecsOf<object>(orders as never)

const orderText = (name: string, more: object = {}): string =>
  JSON.stringify({
    eventId: `event-${name}`,
    occurredAt: NOW,
    orderId: name,
    type: 'PLACED',
    currency: 'EUR',
    totalMinor: 1_000,
    userId: 'ann',
    market: 'DE',
    ...more,
  })

const json = (name: string, more: object = {}): Buffer => Buffer.from(orderText(name, more))
const avro = (name: string, more: object = {}): Buffer =>
  codecs.encodeAvro(codecs.decodeJson(json(name, more)))

const withId = (id: number, bytes: Buffer): Buffer => {
  const changed = Buffer.from(bytes)
  changed.writeUInt32BE(id, 1)
  return changed
}

interface Poison {
  readonly name: string
  readonly value: Buffer
  readonly code: string
  readonly stage: string
  readonly pipelineId?: string
  readonly key?: Buffer
  readonly headers?: IHeaders
}

const NO_TEXT = Buffer.from([0xff, 0xfe, 0x80, 0x41])
const LARGE = 1_300_000

const POISON: readonly Poison[] = [
  { name: 'bad magic byte', value: withMagic(7), code: 'MALFORMED_JSON', stage: 'DECODE' },
  {
    name: 'unknown schema',
    value: withId(987_654, avro('a')),
    code: 'UNKNOWN_SCHEMA',
    stage: 'DECODE',
  },
  {
    name: 'frame alone',
    value: avro('a').subarray(0, 5),
    code: 'MALFORMED_AVRO',
    stage: 'DECODE',
  },
  {
    name: 'truncated',
    value: avro('a').subarray(0, avro('a').length - 9),
    code: 'MALFORMED_AVRO',
    stage: 'DECODE',
  },
  {
    name: 'another schema',
    value: Buffer.concat([avro('a').subarray(0, 5), Buffer.alloc(40, 0xab)]),
    code: 'MALFORMED_AVRO',
    stage: 'DECODE',
  },
  {
    name: 'half a JSON',
    value: json('half').subarray(0, 50),
    code: 'MALFORMED_JSON',
    stage: 'DECODE',
  },
  {
    name: 'no JSON',
    value: Buffer.from('order 17, two pieces'),
    code: 'MALFORMED_JSON',
    stage: 'DECODE',
  },
  {
    name: 'no text',
    value: Buffer.concat([Buffer.from('{"a":"'), NO_TEXT]),
    code: 'MALFORMED_JSON',
    stage: 'DECODE',
  },
  {
    name: 'a type too few',
    value: json('typed', { totalMinor: 'ten' }),
    code: 'WRONG_TYPE',
    stage: 'DECODE',
  },
  {
    name: 'a field too many',
    value: json('more', { totalMinr: 1 }),
    code: 'UNKNOWN_FIELD',
    stage: 'DECODE',
  },
  { name: 'nothing', value: Buffer.alloc(0), code: 'MALFORMED_JSON', stage: 'DECODE' },
  {
    name: 'too large',
    value: json('large', { deviceId: 'x'.repeat(LARGE) }),
    code: 'RECORD_TOO_LARGE',
    stage: 'DECODE',
  },
  {
    name: 'the far future',
    value: avro('future', { occurredAt: NOW + days(400) }),
    code: 'FUTURE_EVENT',
    stage: 'VALIDATE',
  },
  {
    name: 'a handler that throws',
    value: avro('unforeseen', { userId: 'unforeseen' }),
    code: 'HANDLER_FAILED',
    stage: 'HANDLE',
    pipelineId: 'scoring',
  },
  {
    name: 'a key and headers that are no text',
    value: Buffer.from('{'),
    code: 'MALFORMED_JSON',
    stage: 'DECODE',
    key: NO_TEXT,
    headers: { binary: NO_TEXT, named: 'well' },
  },
]

function withMagic(byte: number): Buffer {
  const changed = Buffer.from(avro('a'))
  changed[0] = byte
  return changed
}

interface Letter {
  readonly number: number
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly stage: string
  readonly pipelineId: string | null
  readonly errorCode: string
  readonly payload: string
}

const hasTable = (status: readonly { readonly table: string }[], name: string): boolean =>
  status.some(({ table }) => table === name)

describe.skipIf(!isThere)('on Kafka', () => {
  let kafka: StartedKafka
  let clickHouse: ClickHouseForTests
  let producer: Producer
  let log: Log
  let folder = ''
  let config = ''

  beforeAll(async () => {
    ;[kafka, clickHouse, folder] = await Promise.all([
      startKafka(),
      clickHouseForTests(),
      mkdtemp(join(tmpdir(), 'millrace-poison-')),
    ])
    log = await openKafka({ connection: { brokers: kafka.brokers } }, `test-${randomUUID()}`)
    await log.createTopic('orders', { ...KEPT_WHOLE, partitions: 2 })
    producer = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING }).producer()
    await producer.connect()
    config = join(folder, 'millrace.yaml')
    const brokers = kafka.brokers
    const sinks = { clickhouse: clickHouse.address }
    await writeFile(
      config,
      stringify({ application: APPLICATION, data: folder, partitions: 2, log: { brokers }, sinks }),
    )
  })
  afterAll(async () => {
    await producer?.disconnect()
    await log?.close()
    await Promise.all([clickHouse?.stop(), kafka?.stop()])
    await rm(folder, { recursive: true, force: true })
  })

  const sent = async (
    value: Buffer | null,
    more: { key?: Buffer; headers?: IHeaders } = {},
  ): Promise<number> => {
    const message = { value, key: more.key ?? Buffer.from('k'), headers: more.headers ?? {} }
    const [record] = await producer.send({
      topic: 'orders',
      messages: [{ ...message, partition: 0 }],
    })
    return Number(record!.baseOffset)
  }

  /** Runs application and sink until all is handled and stored, and `use` is through. */
  const running = async (use: () => Promise<void> = async () => {}): Promise<void> => {
    const open = (id: string) =>
      openKafka({ connection: { brokers: kafka.brokers } }, `${APPLICATION}-${id}`)
    const [runLog, sinkLog] = await Promise.all([open('run'), open('sink')])
    const run = await LiveRun.start({
      applicationId: APPLICATION,
      pipelines: [scoring],
      log: runLog,
      snapshots: fileSnapshots(join(folder, 'snapshots')),
      wallNow: Date.now,
      slices: 2,
      commitIntervalMs: 20,
      ...(isMended ? { limits: { recordBytesMax: 2 * LARGE } } : {}),
    })
    const done = run.run()
    const tables = await openTables({
      log: sinkLog,
      applicationId: APPLICATION,
      clickHouse: clickHouse.address,
      topicSettings: () => KEPT_WHOLE,
      batch: { intervalMs: 50 },
    })
    try {
      while (run.slices.length < 2 || (await run.waiting()) > 0) {
        await Promise.race([wait(20), done])
      }
      // A sink knows what to store once the group has given it its partitions.
      while (!['orders', 'dead_letters'].every(name => hasTable(tables.sink.status(), name))) {
        await Promise.race([wait(20), tables.sink.failure])
      }
      await tables.sink.drain()
      await use()
      run.stop()
      await done
      await tables.sink.drain()
    } finally {
      run.stop('now')
      await done.catch(() => {})
      await tables.stop()
      await Promise.all([runLog.close(), sinkLog.close()])
    }
  }

  const contentOf = async (topic: string): Promise<StoredRecord[]> => {
    const all: StoredRecord[] = []
    const partitions = (await log.topics()).get(topic)?.partitions ?? 0
    for (let partition = 0; partition < partitions; partition++) {
      const at = { topic, partition }
      for (let from = 0; ; ) {
        const { records, atEnd } = await log.read(at, from, {
          recordsMax: 9_999,
          bytesMax: 1 << 26,
        })
        all.push(...records)
        if (atEnd || records.length === 0) break
        from = records.at(-1)!.offset + 1
      }
    }
    return all
  }

  const scored = async (): Promise<string[]> =>
    (await contentOf(fraudScores.name)).map(({ value }) => {
      const { subjectId, score } = codecsOf<FraudScore>(fraudScores).decodeAvro(value!)
      return `${subjectId} ${score}`
    })

  const asked = async (...words: readonly string[]) => {
    const ended = await mill(...words, '--config', config)
    expect(ended, ended.stderr).toMatchObject({ code: 0 })
    return ended.stdout
  }

  const letters = async (): Promise<Letter[]> =>
    JSON.parse(await asked('dead-letters', 'list', '--json', '--limit', '1000'))

  const byHand = async (query: string): Promise<void> => {
    const client = clientOf(clickHouse.address)
    await client.command({ query, clickhouse_settings: { mutations_sync: '2' } })
    await client.close()
  }

  const offsets = new Map<string, number>()
  const numberOf = async (name: string, stage: string): Promise<string> => {
    const offset = offsets.get(name)
    const found = (await letters()).find(each => each.offset === offset && each.stage === stage)
    return String(found!.number)
  }

  test('poison of every kind is set aside whole, in topic and table, and what is behind it is handled', async () => {
    for (const [index, { name, value, key, headers }] of POISON.entries()) {
      offsets.set(name, await sent(value, { ...(key && { key }), ...(headers && { headers }) }))
      await sent(avro(`behind-${index}`), { key: NO_TEXT, headers: { binary: NO_TEXT } })
    }
    await sent(null)
    await sent(json('last'))
    await running()
    const behind = POISON.map((_, index) => `behind-${index} 1`)
    expect((await scored()).sort()).toEqual([...behind, 'last 1'].sort())

    const found = await letters()
    for (const { name, value, code, stage, pipelineId = null } of POISON) {
      const own = found.filter(each => each.offset === offsets.get(name) && each.stage !== 'SINK')
      expect(own, name).toMatchObject([
        { topic: 'orders', partition: 0, stage, errorCode: code, pipelineId },
      ])
      expect(Buffer.from(own[0]!.payload, 'base64').equals(value), name).toBe(true)
    }
    const rows = (
      await asked(
        'query',
        'SELECT topic, partition, `offset`, stage, errorCode, length(payload) AS bytes FROM dead_letters ORDER BY _offset',
        '--json',
      )
    )
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(rows).toHaveLength(found.length)
    expect(rows.map(row => [Number(row.offset), row.stage])).toEqual(
      found.map(({ offset, stage }) => [offset, stage]),
    )
  })

  test('what was mended is put back once, to where it was, also by two at once', async () => {
    isMended = true
    const number = await numberOf('a handler that throws', 'HANDLE')
    const attempts = await Promise.all(
      [0, 1].map(() => mill('dead-letters', 'redrive', number, '--config', config, '--json')),
    )
    const through = attempts
      .filter(({ code }) => code === 0)
      .map(({ stdout }) => JSON.parse(stdout))
    expect(through.flatMap(({ redriven }) => redriven)).toEqual([Number(number)])
    expect(await asked('dead-letters', 'redrive', number)).toMatch(/Put back before/)

    const large = await numberOf('too large', 'DECODE')
    await asked('dead-letters', 'redrive', large)
    const half = await numberOf('half a JSON', 'DECODE')
    const refused = await mill('dead-letters', 'redrive', half, '--config', config)
    expect(refused).toMatchObject({ code: 1, stdout: expect.stringContaining('would fail again') })
    const edit = join(folder, 'mended.json')
    await writeFile(edit, json('half'))
    await asked('dead-letters', 'redrive', half, '--edit', edit)

    await running(async () => {
      // Beside the run, all is proved that was stored when the command began.
      expect(await asked('reconcile')).not.toMatch(/not stored yet/)
    })
    const scores = await scored()
    for (const name of ['unforeseen', 'large', 'half']) {
      expect(
        scores.filter(text => text.startsWith(name)),
        name,
      ).toEqual([`${name} 1`])
    }
    const back = (await contentOf('orders')).slice(-3)
    expect(back.map(({ key }) => `${key}`)).toEqual(['k', 'k', 'k'])
    expect(back[0]!.headers).toEqual({ 'redriven-for': 'scoring' })
    await asked('reconcile')
  })

  test('a letter of the sink goes back as well, and the pipelines know the record', async () => {
    const before = await scored()
    const number = await numberOf('too large', 'DECODE')
    const sinks = (await letters()).filter(({ stage }) => stage === 'SINK')
    expect(sinks.length).toBeGreaterThan(5)
    const edit = join(folder, 'mended-too.json')
    await writeFile(edit, json('typed'))
    const typed = await numberOf('a type too few', 'SINK')
    await asked('dead-letters', 'redrive', typed, '--edit', edit)
    expect(await asked('dead-letters', 'redrive', number)).toMatch(/Put back before/)
    await running()
    expect(await scored()).toEqual([...before, 'typed 1'])
    const stored = await asked(
      'query',
      "SELECT count() AS n FROM orders WHERE orderId = 'typed'",
      '--csv',
    )
    expect(stored).toBe('"n"\n1\n')
    expect(await asked('migrate')).toMatch(/up to date/)
    // What retention has removed is in the table still, and is counted as that.
    await log.trim({ topic: 'orders', partition: 0 }, offsets.get('truncated')!)
    expect(await asked('reconcile')).toMatch(/orders .*proved .*\d older rows, not in the log/)
    await byHand('ALTER TABLE orders DELETE WHERE _offset = (SELECT max(_offset) FROM orders)')
    const unlike = await mill('reconcile', '--config', config)
    expect(unlike).toMatchObject({ code: 1, stdout: expect.stringContaining('missing (k)') })
  })
})
