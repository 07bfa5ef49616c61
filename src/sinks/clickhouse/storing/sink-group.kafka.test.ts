/** Several sinks on Kafka: whoever joins, leaves or dies, each record is one row. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deadLetters } from '../../../events.ts'
import { readAll } from '../../../logs/conformance/fixture.ts'
import type { Log } from '../../../logs/log.ts'
import { rdkafkaLog } from '../../../logs/rdkafka-log.ts'
import { type ClickHouseForTests, clickHouseForTests } from '../../../testing/click-house.ts'
import { whyNoKafka } from '../../../testing/kafka/kafka-artefacts.ts'
import { type StartedKafka, startKafka } from '../../../testing/kafka/start-kafka.ts'
import { clickHouseTables } from '../../conformance/click-house-tables.ts'
import { type Kind, parcelRecord, parcelTopic } from '../../conformance/sample-topics.ts'
import { SinkGroup } from '../../conformance/sink-group.ts'
import type { Mishap } from '../../conformance/sink-process.ts'
import type { TestedTables } from '../../conformance/tested-table.ts'
import { intentsTopicOf } from './intents.ts'

const PARTITIONS = 3
const SESSION_MS = 3_000
const KEPT = { compacted: false, retentionMs: null, retentionBytes: null }
const SEED = Number(process.env.SINK_SEED ?? 7)
const ACTS = Number(process.env.SINK_ACTS ?? 8)

/** The same numbers for the same seed: Park and Miller's generator. */
const dice = (seed: number) => {
  let state = (seed * 48_271 + 11) % 2_147_483_647
  return (below: number): number => {
    state = (state * 48_271) % 2_147_483_647
    return state % below
  }
}

const kindOf = (n: number): Kind => (n % 41 === 0 ? 'broken' : n % 29 === 0 ? 'tombstone' : 'fits')

describe.skipIf(whyNoKafka() !== null)('sinks that share the partitions of Kafka', () => {
  let kafka: StartedKafka
  let server: ClickHouseForTests
  let log: Log
  let tables: TestedTables
  beforeAll(async () => {
    kafka = await startKafka()
    server = await clickHouseForTests()
    tables = clickHouseTables(server.address)
    log = await rdkafkaLog({
      connection: { brokers: kafka.brokers },
      guarantee: 'exactly-once',
      transactionTimeoutMs: 5_000,
    })
    await log.createTopic(deadLetters.name, { ...KEPT, partitions: 1 })
  }, 120_000)
  afterAll(async () => {
    await tables?.close()
    await log?.close()
    await kafka?.stop()
    await server?.stop()
  })

  const newGroup = async (applicationId: string, count: number) => {
    const topics = Array.from({ length: count }, (_, n) => `${applicationId}-parcels-${n}`)
    for (const topic of topics) await log.createTopic(topic, { ...KEPT, partitions: PARTITIONS })
    await tables.prepare([...topics.map(parcelTopic), deadLetters])
    const { brokers } = kafka
    const { address } = server
    const group = new SinkGroup({
      brokers,
      applicationId,
      topics,
      address,
      sessionTimeoutMs: SESSION_MS,
    })
    let n = 0
    /** Into each partition; every commit leaves a mark behind its records. */
    const write = async (records: number): Promise<void> => {
      const appends = topics.flatMap(topic =>
        Array.from({ length: PARTITIONS }, (_, partition) => ({
          topic,
          partition,
          records: Array.from({ length: records }, () => {
            n++
            return parcelRecord(parcelTopic(topic), n, kindOf(n))
          }),
        })),
      )
      await log.commit({ appends })
    }
    return { group, write, topics }
  }

  test('sinks that join, leave and are killed at any moment give each record one row', async () => {
    const { group, write } = await newGroup('joining', 2)
    const roll = dice(SEED)
    const mishaps: Mishap['what'][] = ['killed-before', 'killed-after']
    const begin = () => {
      const what = mishaps[roll(4)]
      return group.start(what && { what, insert: 1 + roll(12) })
    }
    try {
      begin()
      group.start()
      for (let act = 0; act < ACTS; act++) {
        for (let i = 0; i < 8; i++) await write(1 + roll(25))
        await new Promise(resolve => setTimeout(resolve, roll(900)))
        if (group.alive.length < 2 || roll(3) === 0) {
          if (group.alive.length < 3) begin()
        } else group.alive[roll(group.alive.length)]!.kill(roll(2) === 0 ? 'SIGKILL' : 'SIGTERM')
      }
      group.start()
      await group.stored(log)
      await group.expectExactlyOnce(log, tables)
    } finally {
      await group.end()
    }
    expect(group.sinks.flatMap(({ lines }) => lines.filter(line => /^failed/.test(line)))).toEqual(
      [],
    )
  }, 180_000)

  test.each(['killed-before', 'killed-after'] as const)(
    'a sink that is %s its rows were stored leaves the same batch to another',
    async what => {
      const { group, write, topics } = await newGroup(what, 1)
      try {
        const dying = group.start({ what, insert: 1 })
        await dying.said('assigned')
        for (let i = 0; i < 4; i++) await write(15)
        await dying.exited
        const token = dying.lines.findLast(line => line.startsWith('inserting'))!
        const other = group.start()
        await group.stored(log)
        expect(other.lines).toContain(token)
        expect(other.lines).toContain(token.replace('inserting', 'stored'))
        await group.expectExactlyOnce(log, tables)
        expect(topics).toHaveLength(1)
      } finally {
        await group.end()
      }
    },
    90_000,
  )

  test('a sink that sleeps with its rows at the door sends what is there already', async () => {
    const { group, write } = await newGroup('late', 1)
    try {
      const zombie = group.start({ what: 'stopped-late', insert: 1 })
      await zombie.said('assigned')
      await write(15)
      const token = (await zombie.said('inserting')).slice('inserting '.length)
      const other = group.start()
      await other.said(`stored ${token}`)
      await group.stored(log)
      zombie.kill('SIGCONT')
      await zombie.said(`stored ${token}`)
      await write(15)
      await group.stored(log)
      await group.expectExactlyOnce(log, tables)
    } finally {
      await group.end()
    }
  }, 90_000)

  test('a sink that slept through its session before its rows left does not send them', async () => {
    const { group, write } = await newGroup('early', 1)
    try {
      const zombie = group.start({ what: 'stopped-before', insert: 1 })
      await zombie.said('assigned')
      await write(15)
      const token = (await zombie.said('inserting')).slice('inserting '.length)
      const other = group.start()
      await other.said(`stored ${token}`)
      await group.stored(log)
      zombie.kill('SIGCONT')
      // It hears of it from the log, or first from the group, and then takes part again.
      await Promise.race([zombie.said('failed LOG_FENCED'), zombie.said('revoked')])
      await write(15)
      await group.stored(log)
      expect(zombie.lines).not.toContain(`stored ${token}`)
      await group.expectExactlyOnce(log, tables)
    } finally {
      await group.end()
    }
  }, 90_000)

  test('a sink that slept through its session writes no intent, says so and ends', async () => {
    const { group, write } = await newGroup('intent', 1)
    try {
      const zombie = group.start({ what: 'stopped-before-intent', insert: 1 })
      await zombie.said('assigned')
      await write(15)
      await zombie.said('committing')
      const other = group.start()
      await other.said('stored')
      await group.stored(log)
      const intents = { topic: intentsTopicOf('intent'), partition: 0 }
      const before = await readAll(log, intents)
      zombie.kill('SIGCONT')
      expect(await zombie.said('failed')).toContain('LOG_FENCED')
      await zombie.exited
      expect(zombie.lines.filter(line => line.startsWith('inserting'))).toEqual([])
      expect(await readAll(log, intents)).toEqual(before)
      await group.expectExactlyOnce(log, tables)
    } finally {
      await group.end()
    }
  }, 90_000)
})
