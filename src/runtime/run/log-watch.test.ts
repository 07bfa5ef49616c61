import { expect, test } from 'vitest'
import { MillraceError } from '../../engine/errors.ts'
import type { Commit, Log } from '../../logs/log.ts'
import { KEPT_WHOLE } from '../../logs/log.ts'
import { memoryLog } from '../../logs/memory-log.ts'
import { LogWatch } from './log-watch.ts'

const AT = { topic: 'orders', partition: 0 }
const RESULTS: Commit = {
  appends: [{ topic: 'orders', partition: 0, records: [{ key: null, value: Buffer.from('{}') }] }],
}

/** What a call waits for while the brokers are away. */
interface Outage {
  readonly over: Promise<void>
  readonly end: () => void
  readonly fail: (error: Error) => void
}

const outage = (): Outage => {
  let [end, fail] = [() => {}, (_error: Error): void => {}]
  const over = new Promise<void>((resolve, reject) => {
    end = resolve
    fail = reject
  })
  over.catch(() => {})
  return { over, end, fail }
}

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

const watched = async () => {
  const away: { questions: Outage | null; commits: Outage | null } = {
    questions: null,
    commits: null,
  }
  const inner = memoryLog({ wallNow: () => 0 })
  await inner.createTopic('orders', KEPT_WHOLE)
  const asked = { questions: 0 }
  const log = {
    async range(at) {
      asked.questions++
      await away.questions?.over
      return inner.range(at)
    },
    async commit(commit) {
      await away.commits?.over
      return inner.commit(commit)
    },
  } as Log
  const lines: string[] = []
  const connected: boolean[] = []
  const watch = new LogWatch(log, {
    who: 'Kafka at here:9092',
    asked: AT,
    say: line => void lines.push(line),
    onConnected: isConnected => void connected.push(isConnected),
  })
  const ticks = async (count: number): Promise<void> => {
    for (let tick = 0; tick < count; tick++) {
      watch.tick()
      await turn()
    }
  }
  return { watch, ticks, lines, connected, away, asked }
}

const UNANSWERED = /LOG_UNAVAILABLE: Kafka at here:9092 has not answered a \w+ for \d+ s.*not ready/

test('a process to which nothing comes notices within ten seconds that no broker answers', async () => {
  const { watch, ticks, lines, connected, away } = await watched()
  await ticks(20)
  expect([watch.trouble, lines]).toEqual([null, []])
  away.questions = outage()
  await ticks(9)
  expect(watch.trouble).toMatch(/LOG_UNAVAILABLE: .* has not answered a question for \d s/)
  await ticks(30)
  expect(lines).toEqual([expect.stringMatching(UNANSWERED)])
  expect(connected).toEqual([true, false])
})

test('an outage is told of once, however its questions end, and its end is told of once', async () => {
  const { watch, ticks, lines, connected, away } = await watched()
  for (let attempt = 0; attempt < 3; attempt++) {
    away.questions = outage()
    await ticks(12)
    away.questions.fail(new MillraceError('LOG_UNAVAILABLE', 'Kafka does not answer.'))
    await ticks(2)
    expect(watch.trouble).toBe('LOG_UNAVAILABLE: Kafka does not answer.')
  }
  away.questions = null
  await ticks(6)
  expect(watch.trouble).toBe(null)
  expect(lines).toEqual([expect.stringMatching(UNANSWERED), 'Kafka at here:9092 answers again'])
  expect(connected).toEqual([true, false, true])
})

test('a question that fails at once is enough', async () => {
  const { watch, ticks, lines, away } = await watched()
  away.questions = outage()
  away.questions.fail(new MillraceError('LOG_REFUSED', 'Kafka refused it.'))
  await ticks(3)
  expect(watch.trouble).toBe('LOG_REFUSED: Kafka refused it.')
  expect(lines).toEqual([expect.stringMatching(/^LOG_REFUSED: Kafka refused it\. .*not ready/)])
})

test('a commit that is waited for is told of while questions are answered, until it is made', async () => {
  const { watch, ticks, lines, away } = await watched()
  away.commits = outage()
  const commit = watch.log.commit(RESULTS)
  await ticks(4)
  expect(lines).toEqual([])
  await ticks(20)
  expect(watch.trouble).toMatch(/has not answered a commit for 24 s/)
  away.commits.end()
  await commit
  expect(watch.trouble).toBe(null)
  expect(lines).toEqual([expect.stringMatching(UNANSWERED), 'Kafka at here:9092 answers again'])
})

test('commits that wait for one another are no outage while one after the other is made', async () => {
  const { watch, ticks, lines, away } = await watched()
  const waits = Array.from({ length: 5 }, outage)
  const commits = waits.map(wait => {
    away.commits = wait
    return watch.log.commit(RESULTS)
  })
  for (const [made, wait] of waits.entries()) {
    await ticks(3)
    wait.end()
    await commits[made]
  }
  expect(lines).toEqual([])
})

test('when a commit has failed, whoever runs it speaks, and nothing is asked any more', async () => {
  const { watch, ticks, lines, connected, away, asked } = await watched()
  away.commits = outage()
  const commit = watch.log.commit(RESULTS)
  away.commits.fail(new MillraceError('LOG_FENCED', 'Another has it.'))
  await expect(commit).rejects.toMatchObject({ code: 'LOG_FENCED' })
  await ticks(20)
  expect([lines, asked.questions, connected]).toEqual([[], 0, [true, false]])
  expect(watch.trouble).toBe('LOG_FENCED: Another has it.')
})

test('a question is asked now and then, and one at a time', async () => {
  const { ticks, away, asked } = await watched()
  await ticks(12)
  expect(asked.questions).toBe(4)
  away.questions = outage()
  await ticks(12)
  expect(asked.questions).toBe(5)
})
