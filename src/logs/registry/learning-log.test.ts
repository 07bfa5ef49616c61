import { afterEach, describe, expect, test } from 'vitest'
import { MillraceError } from '../../engine/errors.ts'
import { encodeParcel } from '../../engine/exchange/parcel.ts'
import { logConformance } from '../conformance.ts'
import { KEPT_WHOLE, type Log, type TopicPartition } from '../log.ts'
import { memoryLog } from '../memory-log.ts'
import { learningLog } from './learning-log.ts'
import type { RawBatch } from './schema-source.ts'

const START = Date.UTC(2026, 0, 1)
const LIMITS = { recordsMax: 100, bytesMax: 1 << 20, waitMs: 10_000 }

logConformance('a log that learns schemas', async () => {
  let now = START
  let inner = memoryLog({ wallNow: () => now })
  const learning = () => learningLog(inner, { schemas: { learn: async () => {} } })
  return {
    log: learning(),
    reopen: async () => {
      inner = inner.reopen()
      return learning()
    },
    destroy: () => inner.close(),
    advance: byMs => {
      now += byMs
    },
  }
})

const opened: Log[] = []
afterEach(async () => {
  for (const log of opened.splice(0)) await log.close()
})

/** A topic with one record in each partition, read through a registry that is in the hands of the test. */
const withRecord = async (learn: () => Promise<void>, partitions = 1) => {
  const inner = memoryLog({ wallNow: () => START })
  opened.push(inner)
  await inner.createTopic('sales', { ...KEPT_WHOLE, partitions })
  const records = [{ key: null, value: Buffer.from([0, 0, 0, 0, 7, 1]) }]
  const topic = 'sales'
  const appends = Array.from({ length: partitions }, (_, partition) => ({
    topic,
    partition,
    records,
  }))
  await inner.commit({ appends })
  return learningLog(inner, { schemas: { learn } })
}

const away = () => new MillraceError('REGISTRY_UNAVAILABLE', 'the schema registry is away.')

test('what was polled while the registry was away is handed on once it is back, once', async () => {
  let failures = 3
  const log = await withRecord(async () => {
    if (failures-- > 0) throw away()
  })
  const listener = { assigned: async () => {}, revoked: async () => {} }
  const subscription = await log.subscribe('g', ['sales'], listener)
  expect((await subscription.poll(LIMITS)).flatMap(batch => batch.records)).toHaveLength(1)
  expect(await subscription.poll({ ...LIMITS, waitMs: 1 })).toEqual([])
  await subscription.close()
})

test('what goes to another member while its schemas are asked for is not handed on', async () => {
  let answer = () => {}
  let asked = () => {}
  const isAsked = new Promise<void>(resolve => {
    asked = resolve
  })
  const learn = () => {
    asked()
    return new Promise<void>(resolve => {
      answer = resolve
    })
  }
  const log = await withRecord(learn, 2)
  let isRevoked = (_: readonly TopicPartition[]) => {}
  const revoked = new Promise<readonly TopicPartition[]>(resolve => {
    isRevoked = resolve
  })
  const listener = {
    assigned: async () => {},
    revoked: async (partitions: readonly TopicPartition[]) => isRevoked(partitions),
  }
  const subscription = await log.subscribe('g', ['sales'], listener)
  const polled = subscription.poll(LIMITS)
  await isAsked
  const joining = log.subscribe('g', ['sales'], { ...listener, revoked: async () => {} })
  const [gone, ...more] = await revoked
  expect(more).toEqual([])
  answer()
  expect((await polled).map(({ partition }) => partition)).toEqual([1 - gone!.partition])
  await (await joining).close()
  await subscription.close()
})

test('a reader that is closed waits for no registry', async () => {
  const told: MillraceError[] = []
  let isTold = () => {}
  const hasFailed = new Promise<void>(resolve => {
    isTold = resolve
  })
  const inner = await withRecord(async () => {})
  const log = learningLog(inner, {
    schemas: {
      // As the client does, which pauses between its attempts.
      learn: () => new Promise((_, reject) => setImmediate(() => reject(away()))),
    },
    onAway: error => {
      told.push(error)
      isTold()
    },
  })
  const reader = await log.reader()
  await reader.add([{ topic: 'sales', partition: 0, next: 0 }])
  const polled = reader.poll(LIMITS)
  await hasFailed
  await reader.close()
  expect(await polled).toEqual([])
  expect(told[0]).toMatchObject({ code: 'REGISTRY_UNAVAILABLE' })
})

test('a read by offset says that the registry is away, and can be done again', async () => {
  let isAway = true
  const log = await withRecord(async () => {
    if (isAway) throw away()
  })
  const read = () => log.read({ topic: 'sales', partition: 0 }, 0, LIMITS)
  await expect(read()).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' })
  isAway = false
  expect((await read()).records).toHaveLength(1)
})

describe('a log whose exchange is known', () => {
  const frame = (id: number): Buffer => Buffer.from([0, 0, 0, 0, id, 1])

  const parcelOf = (id: number): Buffer => {
    const record = {
      topic: 'sales',
      partition: 0,
      offset: 0,
      format: 'avro',
      value: frame(id),
    } as const
    const nothingElse = { deliveries: [], answers: [], forgotten: [], standings: [] }
    return encodeParcel({ from: 1, records: [record], ...nothingElse })
  }

  const withParcels = async (...parcels: readonly Buffer[]) => {
    const inner = memoryLog({ wallNow: () => START })
    opened.push(inner)
    await inner.createTopic('shop-exchange', { ...KEPT_WHOLE, partitions: 1 })
    const records = parcels.map(value => ({ key: null, value }))
    await inner.commit({ appends: [{ topic: 'shop-exchange', partition: 0, records }] })
    const asked: (Buffer | null)[] = []
    const learn = async (batches: readonly RawBatch[]) => {
      asked.push(...batches.flatMap(batch => batch.records).map(({ value }) => value))
    }
    return { asked, log: learningLog(inner, { schemas: { learn }, exchange: 'shop-exchange' }) }
  }

  test('asks for the schemas of what slices sent one another, however it is read', async () => {
    const { asked, log } = await withParcels(parcelOf(7), parcelOf(8))
    await log.read({ topic: 'shop-exchange', partition: 0 }, 0, LIMITS)
    expect(asked).toEqual([frame(7), frame(8)])
    const reader = await log.reader()
    await reader.add([{ topic: 'shop-exchange', partition: 0, next: 1 }])
    await reader.poll(LIMITS)
    await reader.close()
    expect(asked.slice(2)).toEqual([frame(8)])
  })

  test('hands on parcels that cannot be read', async () => {
    const unreadable = [Buffer.from([99, 1, 2]), parcelOf(7).subarray(0, 9)]
    const { asked, log } = await withParcels(...unreadable, parcelOf(8))
    const at = { topic: 'shop-exchange', partition: 0 }
    expect((await log.read(at, 0, LIMITS)).records).toHaveLength(3)
    expect(asked).toEqual([frame(8)])
  })
})

test('a registry that refuses ends a poll', async () => {
  const log = await withRecord(async () => {
    throw new MillraceError('REGISTRY_REFUSED', 'the schema registry does not allow this (403).')
  })
  const reader = await log.reader()
  await reader.add([{ topic: 'sales', partition: 0, next: 0 }])
  await expect(reader.poll(LIMITS)).rejects.toMatchObject({ code: 'REGISTRY_REFUSED' })
  await reader.close()
})
