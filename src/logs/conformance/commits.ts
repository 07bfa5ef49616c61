import { expect, test } from 'vitest'
import type { LogRecord } from '../log.ts'
import {
  append,
  type ConformanceOptions,
  expectFailure,
  MANY,
  newGroup,
  newTopic,
  type OpenLog,
  readAll,
  record,
  textOf,
  withLog,
} from './fixture.ts'

export const commits = (open: OpenLog, { atomic = true }: ConformanceOptions): void => {
  test(
    'keys, values and headers come back as they were written',
    withLog(open, async ({ log, reopen }) => {
      const topic = await newTopic(log)
      const at = { topic, partition: 0 }
      const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
      const written: LogRecord[] = [
        { key: bytes, value: bytes },
        { key: null, value: Buffer.from('no key') },
        { key: Buffer.alloc(0), value: Buffer.from('an empty key is not no key') },
        { key: Buffer.from('k'), value: null },
        {
          key: Buffer.from('k'),
          value: Buffer.from('v'),
          headers: { schema: '7', source: 'shop' },
        },
      ]
      await append(log, at, written)
      const read = await readAll(log, at)
      expect(read.map(textOf)).toEqual(written.map(textOf))
      expect(read.map(({ key }) => key === null)).toEqual([false, true, false, false, false])
      expect((await readAll(await reopen(), at)).map(textOf)).toEqual(written.map(textOf))
    }),
  )

  test(
    'an empty value is refused, and nothing of its commit is written',
    withLog(open, async ({ log }) => {
      const topic = await newTopic(log, { partitions: 2 })
      const group = newGroup()
      const commit = log.commit({
        appends: [
          { topic, partition: 0, records: [record('k', 'fine')] },
          { topic, partition: 1, records: [record('k', 'fine'), record('k', '')] },
        ],
        consumed: { group, positions: [{ topic, partition: 0, next: 1 }] },
      })
      const { message } = await expectFailure('LOG_RECORD_INVALID', commit)
      expect(message).toContain(topic)
      expect(await readAll(log, { topic, partition: 0 })).toEqual([])
      expect(await log.committed(group)).toEqual([])
    }),
  )

  // Without transactions, what stands before the refused record in a commit stays.
  test.skipIf(!atomic)(
    'a commit that the log refuses half-way leaves nothing behind',
    withLog(open, async ({ log }) => {
      const topic = await newTopic(log, { partitions: 2 })
      const group = newGroup()
      const [fine, large] = [record('k', 'fine'), record('k', 'x'.repeat(12_000_000))]
      const commit = log.commit({
        appends: [
          { topic, partition: 0, records: [fine] },
          { topic, partition: 1, records: [fine, large] },
        ],
        consumed: { group, positions: [{ topic, partition: 0, next: 1 }] },
      })
      const done = await commit.then(
        () => true,
        () => false,
      )
      expect(await readAll(log, { topic, partition: 0 })).toHaveLength(done ? 1 : 0)
      expect(await readAll(log, { topic, partition: 1 })).toHaveLength(done ? 2 : 0)
      expect(await log.committed(group)).toHaveLength(done ? 1 : 0)
    }),
  )

  test(
    'headers that are not ASCII are refused',
    withLog(open, async ({ log }) => {
      const topic = await newTopic(log)
      const records = [{ ...record('k', 'v'), headers: { city: 'Zürich' } }]
      await expectFailure('LOG_RECORD_INVALID', append(log, { topic, partition: 0 }, records))
    }),
  )

  test(
    'a record without a key is refused on a compacted topic',
    withLog(open, async ({ log }) => {
      const topic = await newTopic(log, { compacted: true })
      const attempt = append(log, { topic, partition: 0 }, [record(null, 'v')])
      await expectFailure('LOG_RECORD_INVALID', attempt)
    }),
  )

  test(
    'a receipt says where each append went, in the order of the commit',
    withLog(open, async ({ log }) => {
      const topic = await newTopic(log, { partitions: 2 })
      const receipt = await log.commit({
        appends: [
          { topic, partition: 1, records: [record('a', '1'), record('a', '2')] },
          { topic, partition: 0, records: [record('b', '3')] },
          { topic, partition: 1, records: [record('c', '4')] },
        ],
      })
      await receipt.durable
      if (receipt.appended === null) return
      const [first, other, second] = receipt.appended
      // Without transactions a write may have been repeated: the receipt is of the last time.
      const since = (from: number) => (each: { offset: number }) => atomic || each.offset >= from
      const all = async (partition: number) => readAll(log, { topic, partition })
      const one = (await all(1)).filter(since(first!.first))
      const zero = (await all(0)).filter(since(other!.first))
      expect(one.map(({ offset }) => offset)).toEqual([
        first!.first,
        first!.next - 1,
        second!.first,
      ])
      expect(zero.map(({ offset }) => offset)).toEqual([other!.first])
    }),
  )

  test(
    'commits on two lanes are all there, those of each in the order of the calls',
    withLog(open, async ({ log }) => {
      const topic = await newTopic(log, { partitions: 2 })
      const numbers = Array.from({ length: 30 }, (_, number) => `${number}`)
      const lanes = ['results', 'state'] as const
      await Promise.all(
        numbers.flatMap(number =>
          lanes.map((lane, partition) =>
            log.commit({ lane, appends: [{ topic, partition, records: [record('k', number)] }] }),
          ),
        ),
      )
      for (const [partition] of lanes.entries()) {
        const read = await readAll(log, { topic, partition })
        const values = read.map(({ value }) => `${value}`)
        // Without transactions a write may have been repeated.
        expect(atomic ? values : [...new Set(values)]).toEqual(numbers)
      }
    }),
  )

  test(
    'positions move with the appends, and are there after reopening',
    withLog(open, async ({ log, reopen }) => {
      const topic = await newTopic(log, { partitions: 2 })
      const group = newGroup()
      const positions = [{ topic, partition: 1, next: 5 }]
      expect(await log.committed(group)).toEqual([])
      await log.commit({ appends: [], consumed: { group, positions } })
      await log.commit({
        appends: [{ topic, partition: 0, records: [record('k', 'v')] }],
        consumed: { group, positions: [{ topic, partition: 0, next: 2 }] },
      })
      const again = await reopen()
      const committed = [...(await again.committed(group))]
      committed.sort((a, b) => a.partition - b.partition)
      expect(committed).toEqual([{ topic, partition: 0, next: 2 }, ...positions])
      expect(await readAll(again, { topic, partition: 0 })).toHaveLength(1)
    }),
  )

  test(
    'positions are told of the partitions that are asked for alone',
    withLog(open, async ({ log }) => {
      const topic = await newTopic(log, { partitions: 3 })
      const other = await newTopic(log)
      const group = newGroup()
      const positions = [
        { topic, partition: 0, next: 0 },
        { topic, partition: 1, next: 5 },
        { topic: other, partition: 0, next: 7 },
      ]
      await log.commit({ appends: [], consumed: { group, positions } })
      const asked = [1, 2].map(partition => ({ topic, partition }))
      expect(await log.committed(group, asked)).toEqual([positions[1]])
      expect(await log.committed(group, [positions[2]!])).toEqual([positions[2]])
      expect(await log.committed(group, [])).toEqual([])
      expect(await log.committed(group)).toHaveLength(3)
    }),
  )

  test(
    'a read stops at its limits, and gives at least one record',
    withLog(open, async ({ log }) => {
      const topic = await newTopic(log)
      const at = { topic, partition: 0 }
      await append(
        log,
        at,
        Array.from({ length: 10 }, (_, i) => record('k', `${i}`.repeat(100))),
      )
      const { first } = await log.range(at)
      const three = await log.read(at, first, { ...MANY, recordsMax: 3 })
      expect(three.records).toHaveLength(3)
      expect(three.atEnd).toBe(false)
      const one = await log.read(at, first, { ...MANY, bytesMax: 1 })
      expect(one.records).toHaveLength(1)
      const few = await log.read(at, first, { ...MANY, bytesMax: 350 })
      expect(few.records.length).toBeLessThan(10)
    }),
  )

  test(
    'reading at the end, or beyond, gives nothing and says so',
    withLog(open, async ({ log }) => {
      const topic = await newTopic(log)
      const at = { topic, partition: 0 }
      expect(await log.read(at, 0, MANY)).toEqual({ ...at, records: [], atEnd: true })
      await append(log, at, [record('k', 'v')])
      const { next } = await log.range(at)
      expect(await log.read(at, next, MANY)).toEqual({ ...at, records: [], atEnd: true })
      expect(await log.read(at, next + 100, MANY)).toEqual({ ...at, records: [], atEnd: true })
    }),
  )

  test(
    'a large record comes back whole, among small ones',
    withLog(open, async ({ log }) => {
      const topic = await newTopic(log)
      const at = { topic, partition: 0 }
      const large = Buffer.alloc(900_000, 'the mill turns ')
      await append(log, at, [
        record('a', 'small'),
        { key: null, value: large },
        record('b', 'small'),
      ])
      const read = await readAll(log, at)
      expect(read).toHaveLength(3)
      expect(read[1]!.value!.equals(large)).toBe(true)
      expect(read[2]!.value!.toString()).toBe('small')
    }),
  )

  test(
    'what was read stays as it was, whatever is written and read afterwards',
    withLog(open, async ({ log }) => {
      const topic = await newTopic(log)
      const at = { topic, partition: 0 }
      const value = Buffer.from('first')
      await append(log, at, [{ key: null, value }])
      value.fill('x')
      const [first] = await readAll(log, at)
      for (let i = 0; i < 20; i++) {
        await append(log, at, [record(null, `later ${i}`)])
        await readAll(log, at)
      }
      expect(first!.value!.toString()).toBe('first')
    }),
  )

  test(
    'timestamps do not go back',
    withLog(open, async ({ log }) => {
      const topic = await newTopic(log)
      const at = { topic, partition: 0 }
      for (let i = 0; i < 3; i++) await append(log, at, [record(null, 'v')])
      const times = (await readAll(log, at)).map(({ timestampMs }) => timestampMs)
      expect(times).toEqual([...times].sort((a, b) => a - b))
      expect(times[0]).toBeGreaterThan(0)
    }),
  )

  test(
    'several read while one writes, and see whole commits in order',
    withLog(open, async ({ log }) => {
      const topic = await newTopic(log, { partitions: 2 })
      const writing = async () => {
        for (let i = 0; i < 40; i++) {
          const records = [record(null, `${i}`), record(null, `${i}`)]
          await log.commit({
            appends: [
              { topic, partition: 0, records },
              { topic, partition: 1, records },
            ],
          })
        }
      }
      const reading = async (partition: number) => {
        for (let i = 0; i < 20; i++) {
          const values = (await readAll(log, { topic, partition })).map(({ value }) => `${value}`)
          const whole = Array.from({ length: values.length }, (_, j) => `${Math.floor(j / 2)}`)
          expect(values).toEqual(whole)
          expect(values.length % 2).toBe(0)
          await new Promise(resolve => setImmediate(resolve))
        }
      }
      await Promise.all([writing(), reading(0), reading(1), reading(0)])
      expect(await readAll(log, { topic, partition: 1 })).toHaveLength(80)
    }),
  )

  test(
    'a closed log says that it is closed',
    withLog(open, async ({ log }) => {
      const topic = await newTopic(log)
      await log.close()
      await log.close()
      const at = { topic, partition: 0 }
      await expectFailure('LOG_CLOSED', append(log, at, [record('k', 'v')]))
      await expectFailure('LOG_CLOSED', log.read(at, 0, MANY))
    }),
  )
}
