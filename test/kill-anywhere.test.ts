/**
 * A replay into a log, killed at random moments and continued each time, ends as one that was left
 * alone: every result, all state, all timers.
 *
 *   MILLRACE_KILLS=50 npx vitest run test/kill-anywhere.test.ts      the long form
 *   MILLRACE_SEED=7                                                  other moments
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pipelines } from '../src/pipelines/index.ts'
import { runReplay } from '../src/runtime/run-replay.ts'
import { writeSample } from '../src/runtime/sample/write-sample.ts'
import { Dice } from '../src/testing/sample/dice.ts'
import { replayProcess } from './replay-process.ts'
import { contentsOfRun } from './run-contents.ts'

const KILLS = Number(process.env.MILLRACE_KILLS ?? 6)
const SEED = Number(process.env.MILLRACE_SEED ?? 1)
/** Between two kills there is time for so many commits. */
const COMMITS_MAX = 5
/** About so many records does the sample have. */
const RECORDS = 15_000

let folder = ''
let events = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-kill-'))
  const sample = await writeSample(join(folder, 'sample'), { orders: 900, days: 90, seed: SEED })
  events = sample.events
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const optionsFor = (log: string) => ({
  from: [`ndjson:${events}`],
  to: [`log:${log}`],
  runId: 'mill',
  drain: true,
  dataDir: folder,
  restart: false,
  commitRecords: Math.floor(RECORDS / (KILLS * COMMITS_MAX + 5)),
})

test(`killed ${KILLS} times and continued, a run is the undisturbed one`, {
  timeout: 60_000 + KILLS * 10_000,
}, async () => {
  const log = join(folder, 'stormy')
  const dice = new Dice(SEED, KILLS)
  let kills = 0
  for (let round = 0; round < KILLS; round++) {
    // Now and then before the first commit, with the log half open.
    const commits = dice.whole(0, COMMITS_MAX - 2)
    const delayMs = commits === 0 ? dice.whole(200, 900) : dice.whole(0, 25)
    if ((await replayProcess(optionsFor(log), { commits, delayMs })) === null) kills++
  }
  expect(kills, 'killed while at work').toBeGreaterThan(KILLS / 2)
  expect(await replayProcess(optionsFor(log), null)).toBe(0)

  const is = await contentsOfRun(log, 'mill', pipelines)
  const calm = join(folder, 'calm')
  const wallNow = () => is.startedAtMs
  await runReplay({ ...optionsFor(calm), pipelines, wallNow })
  const should = await contentsOfRun(calm, 'mill', pipelines)
  for (const [topic, records] of Object.entries(should.topics)) {
    expect(is.topics[topic]!.length, topic).toBe(records.length)
    expect(
      is.topics[topic]!.findIndex((record, at) => record !== records[at]),
      topic,
    ).toBe(-1)
  }
  expect(is.state.length).toBe(should.state.length)
  expect(is.state.filter((entry, at) => entry !== should.state[at])).toEqual([])
  expect(is.positions).toEqual(should.positions)
  expect(is.epoch).toBe(should.epoch)
})
