import { expect, test } from 'vitest'
import type { Commit, Log } from '../../../logs/log.ts'
import { memoryLog } from '../../../logs/memory-log.ts'
import { Committer } from './committer.ts'
import { type Intent, intentRecord, readIntents } from './intents.ts'

const KEPT = { partitions: 20, compacted: false, retentionMs: null, retentionBytes: null }
const AT = { topic: 'letters', partition: 0 }

/** A log that counts its commits, and what is in each. */
const countedLog = async () => {
  const log = memoryLog({ wallNow: () => 0 })
  await log.createTopic('parcels', KEPT)
  await log.createTopic('letters', KEPT)
  await log.createTopic('intents', { ...KEPT, partitions: 1, compacted: true })
  const commits: Commit[] = []
  const counted = {
    commit: (commit: Commit) => {
      commits.push(commit)
      return log.commit(commit)
    },
  } as Log
  const intents = { topic: 'intents', partition: 0 }
  return {
    log,
    commits,
    committer: new Committer({ log: counted, group: 'g', intents, letters: AT }),
  }
}

const intentTo = (to: number): Intent => ({
  from: 0,
  to,
  generation: 1,
  records: to + 1,
  rows: to + 1,
  letteredTo: to,
})

const requestOf = (partition: number, next: number) => {
  const at = { topic: 'parcels', partition }
  return { position: { ...at, next }, intent: intentRecord(at, intentTo(next)) }
}

test('what is asked for while a commit is under way goes into the next one', async () => {
  const { log, commits, committer } = await countedLog()
  const asked = Array.from({ length: 20 }, (_, n) => committer.commit(requestOf(n, n + 1)))
  await Promise.all(asked)
  expect(commits.map(({ consumed }) => consumed!.positions.length)).toEqual([1, 19])
  expect(await log.committed('g')).toHaveLength(20)
  const intents = await readIntents(log, 'intents')
  expect(intents.get('parcels|7')).toEqual(intentTo(8))
})

test('of one partition, the last position and intent count', async () => {
  const { log, commits, committer } = await countedLog()
  await Promise.all([1, 2, 3].map(next => committer.commit(requestOf(0, next))))
  expect(commits).toHaveLength(2)
  expect(await log.committed('g')).toEqual([{ topic: 'parcels', partition: 0, next: 3 }])
  expect((await readIntents(log, 'intents')).get('parcels|0')).toEqual(intentTo(3))
})

test('many letters at once are spread over several commits, and none is left out', async () => {
  const { log, commits, committer } = await countedLog()
  const letters = [{ key: null, value: Buffer.from('a letter') }]
  const asked = Array.from({ length: 20 }, (_, n) =>
    committer.commit({ ...requestOf(n, 1), letters }),
  )
  await Promise.all(asked)
  expect(commits.length).toBeGreaterThan(3)
  expect((await log.range(AT)).next).toBe(20)
})

test('a commit that fails is told to everyone in it', async () => {
  const { log, committer } = await countedLog()
  await log.close()
  const outcomes = await Promise.allSettled([1, 2].map(n => committer.commit(requestOf(n, 1))))
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
})
