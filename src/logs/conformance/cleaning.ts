import { expect, test } from 'vitest'
import type { Log, TopicPartition } from '../log.ts'
import {
  append,
  expectFailure,
  MANY,
  newTopic,
  type OpenLog,
  readAll,
  record,
  withLog,
} from './fixture.ts'

/** The last value of each key, as a reader from the beginning would have it. */
const lastValues = async (log: Log, at: TopicPartition): Promise<Record<string, string>> => {
  const last = new Map<string, string>()
  for (const { key, value } of await readAll(log, at)) {
    if (value === null) last.delete(`${key}`)
    else last.set(`${key}`, `${value}`)
  }
  return Object.fromEntries(last)
}

/** Compaction, age and size are tried only where the log applies them when it is told to. */
export const cleaning = (open: OpenLog): void => {
  test(
    'trimmed records cannot be read, and the others are untouched',
    withLog(open, async ({ log, reopen }) => {
      const topic = await newTopic(log)
      const at = { topic, partition: 0 }
      for (let i = 0; i < 6; i++) {
        await append(log, at, [record(null, `${2 * i}`), record(null, `${2 * i + 1}`)])
      }
      const before = await readAll(log, at)
      const { first, next } = await log.range(at)
      await log.trim(at, before[5]!.offset)
      const failure = await expectFailure('LOG_OFFSET_GONE', log.read(at, first, MANY))
      expect(failure.message).toContain(topic)
      expect(await readAll(log, at)).toEqual(before.slice(5))
      const again = await reopen()
      expect(await again.range(at)).toEqual({ first: before[5]!.offset, next })
      expect(await readAll(again, at)).toEqual(before.slice(5))
    }),
  )

  test(
    'a partition that is trimmed to its end goes on at the same offset',
    withLog(open, async ({ log, reopen }) => {
      const topic = await newTopic(log)
      const at = { topic, partition: 0 }
      await append(log, at, [record(null, 'a'), record(null, 'b')])
      const { next } = await log.range(at)
      await log.trim(at, next)
      const again = await reopen()
      const { appended } = await append(again, at, [record(null, 'c')])
      const read = await readAll(again, at)
      expect(read.map(({ value }) => `${value}`)).toEqual(['c'])
      expect(read[0]!.offset).toBeGreaterThanOrEqual(next)
      if (appended) expect(read[0]!.offset).toBe(appended[0]!.first)
    }),
  )

  test(
    'compaction keeps the last record of each key, where it was',
    withLog(open, async ({ log, reopen }) => {
      if (log.cleansItself) return
      const topic = await newTopic(log, { compacted: true })
      const at = { topic, partition: 0 }
      for (let i = 0; i < 60; i++) {
        await append(log, at, [record(`k${i % 7}`, `${i}`), record('', `${i}`)])
      }
      await append(log, at, [record('k3', null)])
      const before = await readAll(log, at)
      const values = await lastValues(log, at)
      const { next } = await log.range(at)
      await log.clean()
      const again = await reopen()
      expect(await lastValues(again, at)).toEqual(values)
      expect((await again.range(at)).next).toBe(next)
      const offsets = new Map(before.map(stored => [stored.offset, stored]))
      for (const stored of await readAll(again, at)) {
        expect(stored).toEqual(offsets.get(stored.offset))
      }
    }),
  )

  test(
    'retention by age takes old records, and none that are younger',
    withLog(open, async ({ log, advance }) => {
      if (log.cleansItself || !advance) return
      const topic = await newTopic(log, { retentionMs: 60_000 })
      const at = { topic, partition: 0 }
      await append(log, at, [record(null, 'old')])
      advance(50_000)
      await append(log, at, [record(null, 'young')])
      await log.clean()
      expect(await readAll(log, at)).toHaveLength(2)
      advance(20_000)
      await log.clean()
      expect((await readAll(log, at)).map(({ value }) => `${value}`)).toEqual(['young'])
      advance(60_000)
      await log.clean()
      const { first, next } = await log.range(at)
      expect(first).toBe(next)
    }),
  )

  test(
    'retention by size takes the oldest records',
    withLog(open, async ({ log }) => {
      if (log.cleansItself) return
      const topic = await newTopic(log, { retentionBytes: 20_000 })
      const at = { topic, partition: 0 }
      for (let i = 0; i < 100; i++) await append(log, at, [record(null, `${i}`.padEnd(1_000))])
      const before = await readAll(log, at)
      await log.clean()
      const after = await readAll(log, at)
      expect(after).toEqual(before.slice(before.length - after.length))
      expect(after.length).toBeGreaterThan(0)
      expect((await log.range(at)).first).toBe(after[0]!.offset)
    }),
  )
}
