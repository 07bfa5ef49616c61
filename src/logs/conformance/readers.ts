import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Log, Reader, TopicPartition } from '../log.ts'
import {
  append,
  type ConformanceOptions,
  expectFailure,
  newTopic,
  type OpenLog,
  readAll,
  record,
  withLog,
} from './fixture.ts'

const POLL = { recordsMax: 100, bytesMax: 1_000_000, waitMs: 250 }

/** Values of the partition, named by it, so that none can be taken for another's. */
const fill = async (log: Log, at: TopicPartition, from: number, to: number): Promise<void> => {
  const records = []
  for (let i = from; i < to; i++) records.push(record(null, `${at.partition}: ${i}`))
  await append(log, at, records)
}

const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`

/** Polls until so many records have come, and gives the values of each partition. */
const pollFor = async (reader: Reader, count: number): Promise<Map<string, string[]>> => {
  const values = new Map<string, string[]>()
  for (let taken = 0; taken < count; ) {
    for (const batch of await reader.poll(POLL)) {
      const name = nameOf(batch)
      const texts = batch.records.map(({ value }) => `${value}`)
      values.set(name, [...(values.get(name) ?? []), ...texts])
      taken += texts.length
    }
  }
  return values
}

const numbered = (partition: number, from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => `${partition}: ${from + i}`)

/** The position of the record with this index. */
const positionOf = async (log: Log, at: TopicPartition, index: number) => {
  const offset = (await readAll(log, at))[index]?.offset
  return { ...at, next: offset ?? (await log.range(at)).next }
}

const start = async (log: Log, at: TopicPartition) => ({ ...at, next: (await log.range(at)).first })

export const readers = (open: OpenLog, { brief = false }: ConformanceOptions): void => {
  test(
    'a reader reads several partitions, each from the position it was given',
    withLog(open, async ({ log }) => {
      const first = { topic: await newTopic(log, { partitions: 3 }), partition: 0 }
      const second = { ...first, partition: 2 }
      const other = { topic: await newTopic(log), partition: 0 }
      for (const at of [first, second, other]) await fill(log, at, 0, 20)
      await fill(log, { ...first, partition: 1 }, 0, 20)
      const reader = await log.reader()
      await reader.add([await positionOf(log, first, 5), await positionOf(log, second, 19)])
      await reader.add([await positionOf(log, other, 0)])
      const values = await pollFor(reader, 36)
      expect(values.get(nameOf(first))).toEqual(numbered(0, 5, 20))
      expect(values.get(nameOf(second))).toEqual(numbered(2, 19, 20))
      expect(values.get(nameOf(other))).toEqual(numbered(0, 0, 20))
      expect(values.size).toBe(3)
      await reader.close()
    }),
  )

  test(
    'partitions are added and removed while others are being read',
    withLog(open, async ({ log }) => {
      const topic = await newTopic(log, { partitions: 3 })
      const [a, b, c] = [0, 1, 2].map(partition => ({ topic, partition })) as [
        TopicPartition,
        TopicPartition,
        TopicPartition,
      ]
      for (const at of [a, b, c]) await fill(log, at, 0, 10)
      const reader = await log.reader()
      await reader.add([await start(log, a), await start(log, b)])
      await pollFor(reader, 20)
      await reader.remove([b])
      await reader.add([await start(log, c)])
      for (const at of [a, b, c]) await fill(log, at, 10, 13)
      const values = await pollFor(reader, 16)
      expect(values.get(nameOf(a))).toEqual(numbered(0, 10, 13))
      expect(values.get(nameOf(c))).toEqual(numbered(2, 0, 13))
      expect(values.has(nameOf(b))).toBe(false)
      expect(await reader.poll({ ...POLL, waitMs: 10 })).toEqual([])
      await reader.add([await positionOf(log, b, 10)])
      expect((await pollFor(reader, 3)).get(nameOf(b))).toEqual(numbered(1, 10, 13))
      await reader.close()
    }),
  )

  test(
    'a partition that is added again goes on at its new position',
    withLog(open, async ({ log }) => {
      const at = { topic: await newTopic(log), partition: 0 }
      await fill(log, at, 0, 10)
      const reader = await log.reader()
      await reader.add([await start(log, at)])
      await pollFor(reader, 10)
      await reader.add([await positionOf(log, at, 7)])
      expect((await pollFor(reader, 3)).get(nameOf(at))).toEqual(numbered(0, 7, 10))
      await reader.close()
    }),
  )

  test(
    'a partition that is paused is not read, and goes on where it was',
    withLog(open, async ({ log }) => {
      const topic = await newTopic(log, { partitions: 2 })
      const [a, b] = [
        { topic, partition: 0 },
        { topic, partition: 1 },
      ] as const
      for (const at of [a, b]) await fill(log, at, 0, 6)
      const reader = await log.reader()
      await reader.add([await start(log, a), await start(log, b)])
      reader.pause([a])
      expect((await pollFor(reader, 6)).has(nameOf(a))).toBe(false)
      await fill(log, a, 6, 9)
      expect(await reader.poll({ ...POLL, waitMs: 10 })).toEqual([])
      reader.resume([a])
      expect((await pollFor(reader, 9)).get(nameOf(a))).toEqual(numbered(0, 0, 9))
      await reader.close()
    }),
  )

  test(
    'a reader is at the end once all was returned, and not before',
    withLog(open, async ({ log }) => {
      const at = { topic: await newTopic(log), partition: 0 }
      await fill(log, at, 0, 10)
      const reader = await log.reader()
      expect(reader.isAtEnd(at)).toBe(false)
      await reader.add([await start(log, at)])
      await untilAtEnd(reader, at, 10)
      await fill(log, at, 10, 17)
      expect((await pollFor(reader, 1)).size).toBe(1)
      await reader.add([await positionOf(log, at, 10)])
      await untilAtEnd(reader, at, 7)
      await reader.remove([at])
      expect(reader.isAtEnd(at)).toBe(false)
      await reader.close()
    }),
  )

  /** Reads three at a time: at the end after the last record, and never earlier. */
  const untilAtEnd = async (reader: Reader, at: TopicPartition, count: number): Promise<void> => {
    let taken = 0
    while (!reader.isAtEnd(at)) {
      expect(taken).toBeLessThanOrEqual(count)
      for (const { records } of await reader.poll({ ...POLL, recordsMax: 3 })) {
        taken += records.length
      }
      if (taken < count) expect(reader.isAtEnd(at)).toBe(false)
    }
    expect(taken).toBe(count)
  }

  test(
    'an empty partition, and one added at its end, are at the end',
    withLog(open, async ({ log }) => {
      const topic = await newTopic(log, { partitions: 2 })
      const [empty, full] = [
        { topic, partition: 0 },
        { topic, partition: 1 },
      ] as const
      await fill(log, full, 0, 5)
      const reader = await log.reader()
      await reader.add([await start(log, empty), { ...full, next: (await log.range(full)).next }])
      while (!reader.isAtEnd(empty) || !reader.isAtEnd(full)) {
        expect(await reader.poll(POLL)).toEqual([])
      }
      await reader.close()
    }),
  )

  test(
    'the limits of a poll hold over all partitions, and one record always comes',
    withLog(open, async ({ log }) => {
      const topic = await newTopic(log, { partitions: 3 })
      for (let partition = 0; partition < 3; partition++) {
        const values = Array.from({ length: 20 }, () => record(null, 'x'.repeat(1_000)))
        await append(log, { topic, partition }, values)
      }
      const reader = await log.reader()
      for (let partition = 0; partition < 3; partition++) {
        await reader.add([await start(log, { topic, partition })])
      }
      const taken = async (limits: Partial<typeof POLL>): Promise<number> => {
        for (;;) {
          const batches = await reader.poll({ ...POLL, ...limits })
          const count = batches.reduce((sum, { records }) => sum + records.length, 0)
          if (count > 0) return count
        }
      }
      expect(await taken({ recordsMax: 7 })).toBeLessThanOrEqual(7)
      expect(await taken({ bytesMax: 1 })).toBe(1)
      expect(await taken({ bytesMax: 6_500 })).toBeLessThanOrEqual(10)
      await reader.close()
    }),
  )

  test(
    'a poll waits for records, and ends empty when none come',
    withLog(open, async ({ log }) => {
      const at = { topic: await newTopic(log), partition: 0 }
      const reader = await log.reader()
      expect(await reader.poll({ ...POLL, waitMs: 10 })).toEqual([])
      await reader.add([await start(log, at)])
      expect(await reader.poll({ ...POLL, waitMs: 10 })).toEqual([])
      const polled = reader.poll({ ...POLL, waitMs: 30_000 })
      await fill(log, at, 0, 1)
      expect((await polled).map(({ records }) => records.length)).toEqual([1])
      await reader.close()
    }),
  )

  test(
    'a position below the first retained record is told, and the others can be read',
    withLog(open, async ({ log }) => {
      const topic = await newTopic(log, { partitions: 2 })
      const [trimmed, whole] = [
        { topic, partition: 0 },
        { topic, partition: 1 },
      ] as const
      for (const at of [trimmed, whole]) await fill(log, at, 0, 8)
      const low = await start(log, trimmed)
      const kept = await positionOf(log, trimmed, 4)
      await log.trim(trimmed, kept.next)
      const reader = await log.reader()
      await reader.add([low])
      const { message } = await expectFailure('LOG_OFFSET_GONE', pollFor(reader, 1))
      expect(message).toContain(topic)
      await reader.remove([trimmed])
      await reader.add([await start(log, whole)])
      expect((await pollFor(reader, 8)).get(nameOf(whole))).toEqual(numbered(1, 0, 8))
      await reader.add([kept])
      expect((await pollFor(reader, 4)).get(nameOf(trimmed))).toEqual(numbered(0, 4, 8))
      await reader.close()
    }),
  )

  test(
    'a reader names a partition that is not there',
    withLog(open, async ({ log }) => {
      const topic = await newTopic(log)
      const reader = await log.reader()
      const { message } = await expectFailure(
        'LOG_TOPIC_UNKNOWN',
        reader.add([{ topic, partition: 1, next: 0 }]),
      )
      expect(message).toContain(topic)
      const nowhere = { topic: `${topic}-not`, partition: 0, next: 0 }
      await expectFailure('LOG_TOPIC_UNKNOWN', reader.add([nowhere]))
      await reader.close()
    }),
  )

  test(
    'two readers read the same records, each on its own',
    withLog(open, async ({ log }) => {
      const at = { topic: await newTopic(log), partition: 0 }
      await fill(log, at, 0, 5)
      const both = [await log.reader(), await log.reader()]
      for (const reader of both) await reader.add([await start(log, at)])
      for (const reader of both) {
        expect((await pollFor(reader, 5)).get(nameOf(at))).toEqual(numbered(0, 0, 5))
      }
      for (const reader of both) await reader.close()
    }),
  )

  test(
    'a closed reader is not polled again',
    withLog(open, async ({ log }) => {
      const reader = await log.reader()
      await reader.close()
      await reader.close()
      await expectFailure('LOG_CLOSED', reader.poll(POLL))
    }),
  )

  test(
    'a reader agrees with a list, however partitions come, go and pause',
    withLog(open, async ({ log }) => {
      const run = (script: readonly Step[]) => againstLists(log, script)
      const property = fc.asyncProperty(fc.array(steps, { maxLength: 20 }), run)
      await fc.assert(property, { numRuns: brief ? 3 : 40 })
    }),
  )
}

const PARTITIONS = 3
const partition = fc.nat(PARTITIONS - 1)
const steps = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('append'), partition, count: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('add'), partition, count: fc.nat(30) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove'), partition, count: fc.nat(0) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('pause'), partition, count: fc.nat(0) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('resume'), partition, count: fc.nat(0) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('poll'),
      partition,
      count: fc.integer({ min: 1, max: 7 }),
    }),
  },
)
type Step = typeof steps extends fc.Arbitrary<infer T> ? T : never

/** What a reader should return next: an index into the list of each partition it reads. */
const againstLists = async (log: Log, script: readonly Step[]): Promise<void> => {
  const topic = await newTopic(log, { partitions: PARTITIONS })
  const lengths = Array.from({ length: PARTITIONS }, () => 0)
  const next = new Map<number, number>()
  const paused = new Set<number>()
  const reader = await log.reader()
  const run: Record<string, (at: TopicPartition, count: number) => Promise<void> | void> = {
    append: async (at, count) => {
      const before = lengths[at.partition]!
      if (count > 0) await fill(log, at, before, before + count)
      lengths[at.partition] = before + count
    },
    add: async (at, count) => {
      const index = Math.min(count, lengths[at.partition]!)
      await reader.add([await positionOf(log, at, index)])
      next.set(at.partition, index)
      paused.delete(at.partition)
    },
    remove: async at => {
      await reader.remove([at])
      next.delete(at.partition)
    },
    pause: at => {
      reader.pause([at])
      if (next.has(at.partition)) paused.add(at.partition)
    },
    resume: at => {
      reader.resume([at])
      paused.delete(at.partition)
    },
    poll: async (_, recordsMax) => take(await reader.poll({ ...POLL, waitMs: 1, recordsMax })),
  }
  const take = (batches: Awaited<ReturnType<Reader['poll']>>): void => {
    for (const batch of batches) {
      const from = next.get(batch.partition)!
      expect(paused.has(batch.partition)).toBe(false)
      const values = batch.records.map(({ value }) => `${value}`)
      expect(values).toEqual(numbered(batch.partition, from, from + values.length))
      next.set(batch.partition, from + values.length)
    }
  }
  for (const step of script) await run[step.kind]!({ topic, partition: step.partition }, step.count)
  reader.resume([...paused].map(number => ({ topic, partition: number })))
  paused.clear()
  for (const [number, from] of next) {
    const at = { topic, partition: number }
    while (!reader.isAtEnd(at) || next.get(number)! < lengths[number]!)
      take(await reader.poll(POLL))
    expect(next.get(number)).toBe(lengths[number])
    expect(from).toBeLessThanOrEqual(lengths[number]!)
  }
  await reader.close()
}
