/** Real orders, from the file as published to scores, and what must hold of them. */
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { FraudScore, Order } from '../src/events.ts'
import { resultTopics } from '../src/logs/result-topics.ts'
import { fraudScores } from '../src/pipelines/fraud-scores.ts'
import { lifecycleSegments } from '../src/pipelines/lifecycle-segments.ts'
import { runReplay } from '../src/runtime/run-replay.ts'
import { mill } from './mill.ts'
import { replayProcess } from './replay-process.ts'
import { realData } from './temporary-folder.ts'

const data = realData('online-retail')
/** The others run over the same data in `online-retail-tables.test.ts`; here there are many runs. */
const pipelines = [lifecycleSegments, fraudScores]
const IDS = pipelines.map(({ id }) => id)
const TOPICS = resultTopics(pipelines).map(({ name }) => name)

describe.skipIf(data.missing)(
  'Online Retail (skipped where ../shared/data/online-retail is missing)',
  () => {
    let folder = ''
    let events = ''
    let whole: Record<string, string> = {}

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'millrace-retail-'))
      events = join(folder, 'events')
      const imported = await mill('import', 'online-retail', data.path, '--to', `ndjson:${events}`)
      expect(imported).toMatchObject({ code: 0 })
      expect(await mill(...replayTo('whole'))).toMatchObject({ code: 0 })
      whole = await filesOf('whole')
    }, 120_000)
    afterAll(() => rm(folder, { recursive: true, force: true }))

    const replayTo = (results: string): string[] => {
      const ends = ['--from', `ndjson:${events}`, '--to', `ndjson:${join(folder, results)}`]
      return [
        'replay',
        ...ends,
        '--pipelines',
        IDS.join(),
        '--data',
        join(folder, 'data'),
        '--drain',
      ]
    }

    const filesOf = async (results: string): Promise<Record<string, string>> => {
      const files: Record<string, string> = {}
      for (const topic of TOPICS) {
        files[topic] = await readFile(join(folder, results, `${topic}.ndjson`), 'utf8')
      }
      return files
    }

    /** Not of whole texts: what differs between megabytes is no message. */
    const expectSameFiles = async (results: string): Promise<void> => {
      const files = await filesOf(results)
      for (const topic of TOPICS) expect(files[topic] === whole[topic], topic).toBe(true)
    }

    test('orders placed, less what came back, plus corrections, are 9,747,747.93 pounds', async () => {
      const orders = recordsOf<Order>(await readFile(join(events, 'orders.ndjson'), 'utf8'))
      const sign: Partial<Record<Order['type'], number>> = { PLACED: 1, REFUNDED: -1, ADJUSTED: 1 }
      const netMinor = orders.reduce(
        (sum, { type, totalMinor }) => sum + sign[type]! * totalMinor,
        0,
      )
      expect(orders.length).toBe(25_900)
      expect(netMinor).toBe(974_774_793)
    })

    test('every order that was placed has exactly one score', async () => {
      const orders = recordsOf<Order>(await readFile(join(events, 'orders.ndjson'), 'utf8'))
      const placed = orders.filter(({ type }) => type === 'PLACED').map(({ orderId }) => orderId)
      const scored = recordsOf<FraudScore>(whole['fraud-scores']!).map(score => score.subjectId)
      expect(scored.length).toBe(placed.length)
      expect(scored.toSorted()).toEqual(placed.toSorted())
      expect(whole['dead-letters']).toBe('')
      expect(whole['late-events']).toBe('')
    })

    test('a second run gives the same bytes', async () => {
      expect(await mill(...replayTo('second'))).toMatchObject({ code: 0 })
      await expectSameFiles('second')
    })

    const optionsFor = (results: string) => ({
      from: [`ndjson:${events}`],
      to: [`ndjson:${join(folder, results)}`],
      drain: true,
      dataDir: join(folder, 'data'),
      restart: false,
      commitRecords: 2_000,
    })

    /** As a crash leaves it that comes between the writing of results and their commit. */
    const spoilEnd = (results: string): Promise<void> =>
      appendFile(join(folder, results, 'fraud-scores.ndjson'), '{"resultId":"never committed"}\n{')

    test('a run that is interrupted and continued five times gives the same bytes', async () => {
      const options = { ...optionsFor('interrupted'), pipelines }
      for (const commits of [1, 3, 2, 1, 4]) {
        let left = commits
        const { outcome } = await runReplay({ ...options, isStopped: () => --left === 0 })
        expect(outcome).toBe('stopped')
        await spoilEnd('interrupted')
      }
      const { outcome, continuedFrom } = await runReplay(options)
      expect({ outcome, continuedFrom }).toEqual({ outcome: 'finished', continuedFrom: 22_000 })
      await expectSameFiles('interrupted')
    })

    test('a run that was killed goes on where it was, to the same bytes', async () => {
      const options = optionsFor('killed')
      expect(await replayProcess({ ...options, only: IDS }, { commits: 3, delayMs: 10 })).toBe(null)
      const { continuedFrom } = await runReplay({ ...options, pipelines })
      expect(continuedFrom).toBeGreaterThanOrEqual(6_000)
      await expectSameFiles('killed')
    })
  },
)

const recordsOf = <T>(ndjson: string): T[] =>
  ndjson
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as T)
