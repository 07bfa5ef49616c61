import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { StoredRecord } from '../../logs/log.ts'
import { KEPT_WHOLE } from '../../logs/log.ts'
import { type MemoryLog, memoryLog } from '../../logs/memory-log.ts'
import { Feed, type Subscriber } from './feed.ts'

const TOPIC = 'policies'
const PARTITIONS = 2
const PLACES = Array.from({ length: PARTITIONS }, (_, partition) => ({ topic: TOPIC, partition }))
const POLL = { recordsMax: 3, bytesMax: 1 << 20, waitMs: 0 }

class Listener implements Subscriber {
  readonly got = new Map<string, number[]>()
  waitingRecords = 0

  push(name: string, records: readonly StoredRecord[]): void {
    this.got.set(name, [...(this.got.get(name) ?? []), ...records.map(({ offset }) => offset)])
  }

  waiting(): number {
    return this.waitingRecords
  }
}

const opened = async (): Promise<MemoryLog> => {
  const log = memoryLog({ wallNow: () => 0 })
  await log.createTopic(TOPIC, { ...KEPT_WHOLE, partitions: PARTITIONS })
  return log
}

const write = async (log: MemoryLog, partition: number, count: number): Promise<void> => {
  const records = Array.from({ length: count }, () => ({ key: null, value: Buffer.from('x') }))
  if (count > 0) await log.commit({ appends: [{ topic: TOPIC, partition, records }] })
}

const readToEnd = async (feed: Feed): Promise<void> => {
  while ((await feed.poll(POLL)) > 0) {
    // Until nothing comes any more.
  }
}

const step = fc.oneof(
  fc.record({ what: fc.constant('write' as const), partition: fc.nat(1), count: fc.nat(5) }),
  fc.record({
    what: fc.constant('add' as const),
    backs: fc.array(fc.nat(10), { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ what: fc.constant('remove' as const), which: fc.nat(5) }),
  fc.record({ what: fc.constant('poll' as const) }),
)

describe('a feed', () => {
  test('gives each of several subscribers every record from its own position, once, in order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async script => {
        const log = await opened()
        const feed = new Feed(await log.reader())
        const here: { listener: Listener; from: number[] }[] = []
        const nextOf = async (partition: number): Promise<number> =>
          (await log.range({ topic: TOPIC, partition })).next
        for (const each of script) {
          if (each.what === 'write') await write(log, each.partition, each.count)
          else if (each.what === 'poll') await feed.poll(POLL)
          else if (each.what === 'add') {
            const ends = await Promise.all(PLACES.map(({ partition }) => nextOf(partition)))
            const coming = each.backs.map(back => ({
              listener: new Listener(),
              from: ends.map(next => Math.max(0, next - back)),
            }))
            here.push(...coming)
            await feed.add(
              coming.map(({ listener, from }) => ({
                subscriber: listener,
                positions: PLACES.map((at, partition) => ({ ...at, next: from[partition]! })),
              })),
            )
          } else {
            const [gone] = here.splice(each.which, 1)
            if (gone) await feed.remove(gone.listener)
          }
        }
        if (here.length === 0) return
        await readToEnd(feed)
        for (const { listener, from } of here) {
          for (const { partition } of PLACES) {
            const next = await nextOf(partition)
            const due = Array.from(
              { length: next - from[partition]! },
              (_, n) => from[partition]! + n,
            )
            expect(listener.got.get(`${TOPIC}|${partition}`) ?? []).toEqual(due)
            expect(feed.isAtEnd({ topic: TOPIC, partition })).toBe(true)
          }
        }
      }),
      { numRuns: 200 },
    )
  })

  test('reads no partition further ahead than the slowest of its subscribers', async () => {
    const log = await opened()
    const feed = new Feed(await log.reader())
    const [quick, slow] = [new Listener(), new Listener()]
    const positions = [{ topic: TOPIC, partition: 0, next: 0 }]
    await feed.add([quick, slow].map(subscriber => ({ subscriber, positions })))
    await write(log, 0, 2)
    slow.waitingRecords = 2_000
    expect(await feed.poll(POLL)).toBe(0)
    slow.waitingRecords = 1_000
    expect(await feed.poll(POLL)).toBe(2)
    expect(quick.got).toEqual(slow.got)
  })

  test('goes on for the others when the one that held it back leaves', async () => {
    const log = await opened()
    const feed = new Feed(await log.reader())
    const [quick, slow] = [new Listener(), new Listener()]
    const positions = [{ topic: TOPIC, partition: 0, next: 0 }]
    await feed.add([quick, slow].map(subscriber => ({ subscriber, positions })))
    await write(log, 0, 2)
    slow.waitingRecords = 2_000
    await feed.poll(POLL)
    await feed.remove(slow)
    expect(await feed.poll(POLL)).toBe(2)
    expect(slow.got.size).toBe(0)
  })
})
