import { expect, test } from 'vitest'
import type { Batch, Log, Position, Subscription, TopicPartition } from '../log.ts'
import {
  append,
  expectFailure,
  newGroup,
  newTopic,
  type OpenLog,
  readAll,
  record,
  until,
  withLog,
} from './fixture.ts'

const POLL = { recordsMax: 100, bytesMax: 1_000_000, waitMs: 250 }
const NOBODY = { assigned: async () => {}, revoked: async () => {} }

/** A member as an engine would be: takes records in, and commits how far it got. */
class Reader {
  readonly taken: string[] = []
  readonly held = new Map<string, TopicPartition>()
  readonly #log: Log
  readonly #group: string
  readonly #seen: string[]
  readonly #next = new Map<string, Position>()
  #subscription: Subscription | null = null
  #running = true
  #done: Promise<void> = Promise.resolve()
  /** What reading failed with, told by `check` and when it leaves. */
  #failure: unknown = null

  constructor(log: Log, group: string, seen: string[]) {
    this.#log = log
    this.#group = group
    this.#seen = seen
  }

  async join(topics: readonly string[]): Promise<void> {
    this.#subscription = await this.#log.subscribe(this.#group, topics, {
      assigned: async partitions => {
        for (const at of partitions) this.held.set(`${at.topic}/${at.partition}`, at)
      },
      revoked: async partitions => {
        await this.#commit(partitions)
        for (const at of partitions) this.held.delete(`${at.topic}/${at.partition}`)
      },
    })
    this.#done = this.#run(this.#subscription)
    this.#done.catch(error => {
      this.#failure = error
    })
  }

  /** Fails as reading did, for who waits for what is read. */
  check(): void {
    if (this.#failure !== null) throw this.#failure
  }

  async #run(subscription: Subscription): Promise<void> {
    while (this.#running) {
      for (const batch of await subscription.poll({ ...POLL, recordsMax: 7, waitMs: 40 }))
        this.#take(batch)
    }
  }

  #take({ topic, partition, records }: Batch): void {
    expect([...this.held.keys()]).toContain(`${topic}/${partition}`)
    for (const { value } of records) {
      this.taken.push(`${value}`)
      this.#seen.push(`${value}`)
    }
    const next = records.at(-1)!.offset + 1
    this.#next.set(`${topic}/${partition}`, { topic, partition, next })
  }

  async #commit(partitions: readonly TopicPartition[]): Promise<void> {
    const names = partitions.map(({ topic, partition }) => `${topic}/${partition}`)
    const positions = names.flatMap(name => this.#next.get(name) ?? [])
    for (const name of names) this.#next.delete(name)
    if (positions.length === 0) return
    await this.#log.commit({ appends: [], consumed: { group: this.#group, positions } })
  }

  async leave(): Promise<void> {
    this.#running = false
    await this.#done
    await this.#subscription!.close()
  }
}

const fill = async (log: Log, topic: string, partitions: number, from: number, to: number) => {
  for (let i = from; i < to; i++) {
    await append(log, { topic, partition: i % partitions }, [record(`${i}`, `${topic} ${i}`)])
  }
}

/** Polls until so many records have come. */
const pollFor = async (subscription: Subscription, count: number): Promise<string[]> => {
  const values: string[] = []
  while (values.length < count) {
    for (const batch of await subscription.poll(POLL)) {
      values.push(...batch.records.map(({ value }) => `${value}`))
    }
  }
  return values
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0)

export const groups = (open: OpenLog): void => {
  test(
    'a new group starts at the first record, and then at its committed position',
    withLog(open, async ({ log, reopen }) => {
      const topic = await newTopic(log)
      const at = { topic, partition: 0 }
      const group = newGroup()
      await fill(log, topic, 1, 0, 4)
      const before = await log.subscribe(group, [topic], NOBODY)
      expect(await pollFor(before, 4)).toEqual([0, 1, 2, 3].map(i => `${topic} ${i}`))
      await before.close()
      const next = (await readAll(log, at))[2]!.offset
      await log.commit({ appends: [], consumed: { group, positions: [{ ...at, next }] } })
      const again = await reopen()
      const after = await again.subscribe(group, [topic], NOBODY)
      expect(await pollFor(after, 2)).toEqual([2, 3].map(i => `${topic} ${i}`))
      await after.close()
    }),
  )

  test(
    'every record reaches one member of the group once, as members join and leave',
    withLog(open, async ({ log }) => {
      const topic = await newTopic(log, { partitions: 4 })
      const other = await newTopic(log, { partitions: 4 })
      const group = newGroup()
      const seen: string[] = []
      const readers = Array.from({ length: 4 }, () => new Reader(log, group, seen))
      const fillBoth = async (from: number, to: number) => {
        await fill(log, topic, 4, from, to)
        await fill(log, other, 4, from, to)
      }
      await readers[0]!.join([topic, other])
      await fillBoth(0, 30)
      await Promise.all([readers[1]!.join([topic, other]), fillBoth(30, 60)])
      await Promise.all([readers[2]!.join([topic, other]), readers[0]!.leave(), fillBoth(60, 90)])
      await Promise.all([readers[3]!.join([topic, other]), fillBoth(90, 120)])
      await Promise.all([readers[1]!.leave(), fillBoth(120, 150)])
      await until(() => {
        for (const reader of readers) reader.check()
        return seen.length >= 300
      })
      await readers[2]!.leave()
      await readers[3]!.leave()
      const all = Array.from({ length: 150 }, (_, i) => [`${topic} ${i}`, `${other} ${i}`])
      expect([...seen].sort()).toEqual(all.flat().sort())
    }),
  )

  test(
    'partition k of all topics is read by one member',
    withLog(open, async ({ log }) => {
      const topics = [
        await newTopic(log, { partitions: 5 }),
        await newTopic(log, { partitions: 5 }),
      ]
      const group = newGroup()
      const readers = [0, 1, 2].map(() => new Reader(log, group, []))
      for (const reader of readers) await reader.join(topics)
      const sizes = () =>
        readers.map(reader => {
          reader.check()
          return reader.held.size
        })
      await until(() => sizes().every(size => size > 0 && size <= 4) && sum(sizes()) === 10)
      const held = readers.map(reader => [...reader.held.values()])
      expect(held.flat()).toHaveLength(10)
      for (const partitions of held) {
        const byTopic = topics.map(name =>
          partitions.filter(({ topic }) => topic === name).map(({ partition }) => partition),
        )
        expect(byTopic[0]!.sort()).toEqual(byTopic[1]!.sort())
      }
      for (const reader of readers) await reader.leave()
    }),
  )

  test(
    'two groups read the same records, each on its own',
    withLog(open, async ({ log }) => {
      const topic = await newTopic(log)
      await fill(log, topic, 1, 0, 5)
      for (const group of [newGroup(), newGroup()]) {
        const subscription = await log.subscribe(group, [topic], NOBODY)
        expect(await pollFor(subscription, 5)).toHaveLength(5)
        await subscription.close()
      }
    }),
  )

  test(
    'a poll waits for records, and ends empty when none come',
    withLog(open, async ({ log }) => {
      const topic = await newTopic(log)
      const subscription = await log.subscribe(newGroup(), [topic], NOBODY)
      expect(await subscription.poll({ ...POLL, waitMs: 10 })).toEqual([])
      const polled = pollFor(subscription, 1)
      await fill(log, topic, 1, 0, 1)
      expect(await polled).toEqual([`${topic} 0`])
      await subscription.close()
    }),
  )

  test(
    'a poll serves all partitions, however many records one of them has',
    withLog(open, async ({ log }) => {
      const topic = await newTopic(log, { partitions: 3 })
      const many = Array.from({ length: 500 }, () => record(null, 'from the full one'))
      await append(log, { topic, partition: 0 }, many)
      await append(log, { topic, partition: 1 }, [record(null, 'one')])
      await append(log, { topic, partition: 2 }, [record(null, 'two')])
      const subscription = await log.subscribe(newGroup(), [topic], NOBODY)
      const values = (await pollFor(subscription, 350)).slice(0, 350)
      expect(values).toContain('one')
      expect(values).toContain('two')
      await subscription.close()
    }),
  )

  test(
    'a paused partition is not read, and goes on where it was',
    withLog(open, async ({ log }) => {
      const topic = await newTopic(log, { partitions: 2 })
      await fill(log, topic, 2, 0, 4)
      const subscription = await log.subscribe(newGroup(), [topic], NOBODY)
      await pollFor(subscription, 4)
      subscription.pause([{ topic, partition: 0 }])
      await fill(log, topic, 2, 4, 8)
      expect((await pollFor(subscription, 2)).sort()).toEqual([`${topic} 5`, `${topic} 7`])
      expect(await subscription.poll({ ...POLL, waitMs: 10 })).toEqual([])
      subscription.resume([{ topic, partition: 0 }])
      expect(await pollFor(subscription, 2)).toEqual([`${topic} 4`, `${topic} 6`])
      await subscription.close()
    }),
  )

  test(
    'a topic that is not there cannot be subscribed to',
    withLog(open, async ({ log }) => {
      const attempt = log.subscribe(newGroup(), [`${await newTopic(log)}-not`], NOBODY)
      await expectFailure('LOG_TOPIC_UNKNOWN', attempt)
    }),
  )

  test(
    'a closed subscription gives back its partitions, and is not polled again',
    withLog(open, async ({ log }) => {
      const topic = await newTopic(log)
      const group = newGroup()
      const reader = new Reader(log, group, [])
      await reader.join([topic])
      await until(() => {
        reader.check()
        return reader.held.size === 1
      })
      await reader.leave()
      expect(reader.held.size).toBe(0)
      const subscription = await log.subscribe(group, [topic], NOBODY)
      await subscription.close()
      await expectFailure('LOG_CLOSED', subscription.poll(POLL))
    }),
  )
}
