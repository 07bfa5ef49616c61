import { expect, test } from 'vitest'
import { journalTopic } from '../../logs/application-topics.ts'
import { KEPT_WHOLE, type Log } from '../../logs/log.ts'
import { memoryLog } from '../../logs/memory-log.ts'
import { counting } from '../../testing/sample-pipelines.ts'
import { resultsOfOthers } from './results-of-others.ts'

const RESULTS = counting.output.name

const appended = async (log: Log, topic: string, partition: number, count: number) => {
  const records = Array.from({ length: count }, () => ({ key: null, value: Buffer.from('{}') }))
  await log.commit({ appends: [{ topic, partition, records }] })
}

/** A log in which the application `fresh-shop` has committed once, and made seven results. */
const logOfFreshShop = async (): Promise<Log> => {
  const log = memoryLog({ wallNow: () => 0 })
  for (const topic of [RESULTS, journalTopic('fresh-shop'), 'dead-letters']) {
    await log.createTopic(topic, { ...KEPT_WHOLE, partitions: 2 })
  }
  await appended(log, RESULTS, 0, 3)
  await appended(log, RESULTS, 1, 4)
  await appended(log, journalTopic('fresh-shop'), 1, 1)
  await appended(log, 'dead-letters', 0, 1)
  return log
}

test('an application that begins where another has results is told so, with what to do', async () => {
  const line = await resultsOfOthers(await logOfFreshShop(), 'renamed-shop', [counting])
  expect(line).toContain(`application "renamed-shop" begins`)
  expect(line).toContain(`of another application: ${RESULTS} (about 7 records).`)
  expect(line).toContain('give `application` its old name')
  expect(line).not.toContain('\n')
})

test('an application that goes on has made the results itself', async () => {
  expect(await resultsOfOthers(await logOfFreshShop(), 'fresh-shop', [counting])).toBe(null)
})

test('an application whose journal was trimmed has begun all the same', async () => {
  const log = await logOfFreshShop()
  await log.trim({ topic: journalTopic('fresh-shop'), partition: 1 }, 1)
  expect(await resultsOfOthers(log, 'fresh-shop', [counting])).toBe(null)
})

test('where nobody has results, there is nothing to say', async () => {
  const log = memoryLog({ wallNow: () => 0 })
  expect(await resultsOfOthers(log, 'shop', [counting])).toBe(null)
  await log.createTopic(RESULTS, KEPT_WHOLE)
  expect(await resultsOfOthers(log, 'shop', [counting])).toBe(null)
})
