import { expect, test } from 'vitest'
import { append, newTopic, readAll, record } from './conformance/fixture.ts'
import { logConformance } from './conformance.ts'
import { memoryLog } from './memory-log.ts'

const START = Date.UTC(2026, 0, 1)

logConformance('the log in memory', async () => {
  let now = START
  let log = memoryLog({ wallNow: () => now })
  return {
    log,
    reopen: async () => {
      log = log.reopen()
      return log
    },
    destroy: () => log.close(),
    advance: byMs => {
      now += byMs
    },
  }
})

test('a crash loses the last unflushed commits, whole and from the end', async () => {
  const log = memoryLog({ wallNow: () => START, durability: 'on-flush' })
  const topic = await newTopic(log)
  const at = { topic, partition: 0 }
  const commit = (value: string, next: number) =>
    log.commit({
      appends: [{ ...at, records: [record(null, value)] }],
      consumed: { group: 'g', positions: [{ ...at, next }] },
    })
  const first = await commit('kept', 1)
  log.flush()
  await first.durable
  await commit('kept by luck', 2)
  await commit('lost', 3)
  expect(log.unflushedCommits).toBe(2)
  const again = log.reopen({ lost: 1 })
  expect((await readAll(again, at)).map(({ value }) => `${value}`)).toEqual([
    'kept',
    'kept by luck',
  ])
  expect(await again.committed('g')).toEqual([{ ...at, next: 2 }])
  expect(again.unflushedCommits).toBe(0)
  const { appended } = await append(again, at, [record(null, 'after')])
  expect(appended).toEqual([{ first: 2, next: 3 }])
})

test('the old log and its subscriptions are dead after a crash', async () => {
  const log = memoryLog({ wallNow: () => START })
  const topic = await newTopic(log)
  const listener = { assigned: async () => {}, revoked: async () => {} }
  const subscription = await log.subscribe('g', [topic], listener)
  const polling = subscription.poll({ recordsMax: 1, bytesMax: 1, waitMs: 60_000 })
  log.reopen()
  expect(await polling).toEqual([])
  await expect(log.topics()).rejects.toThrow('closed')
})
