/**
 * A replay into tables, killed at random moments and continued each time, its ClickHouse often killed
 * before it, ends as one that was left alone: every topic, all state, every row of every table and
 * rollup.
 *
 *   MILLRACE_KILLS=50 npx vitest run test/kill-tables.test.ts      the long form
 */
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { codecsOf } from '../src/engine/schema/codecs.ts'
import { deadLetters } from '../src/events.ts'
import { pipelines } from '../src/pipelines/index.ts'
import { runReplay } from '../src/runtime/run-replay.ts'
import { writeSample } from '../src/runtime/sample/write-sample.ts'
import { Dice } from '../src/testing/sample/dice.ts'
import { mill } from './mill.ts'
import { replayProcess } from './replay-process.ts'
import { contentsOfRun } from './run-contents.ts'

const KILLS = Number(process.env.MILLRACE_KILLS ?? 4)
const SEED = Number(process.env.MILLRACE_SEED ?? 1)
const COMMITS_MAX = 14
const RECORDS = 12_000

let folder = ''
let events = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-kill-tables-'))
  const sample = await writeSample(join(folder, 'sample'), { orders: 700, days: 60, seed: SEED })
  events = sample.events
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const optionsFor = (to: string) => ({
  from: [`ndjson:${events}`],
  to: [to],
  runId: 'mill',
  drain: true,
  dataDir: folder,
  restart: false,
  commitRecords: Math.floor(RECORDS / (KILLS * COMMITS_MAX + 5)),
})

let enginesKilled = 0

/** Its file says which process it is, from when it listens on. */
const killClickHouse = (tables: string): void => {
  try {
    const { pid } = JSON.parse(readFileSync(join(tables, 'clickhouse', 'server.json'), 'utf8'))
    process.kill(pid, 'SIGKILL')
    enginesKilled++
  } catch {
    // It was not started yet, or is ending.
  }
}

/** @param record as `contentsOfRun` writes one down: key, value and headers */
const isOfSink = (record: string): boolean => {
  const value = Buffer.from(record.split(' ')[1]!, 'base64')
  return codecsOf(deadLetters).decodeAvro(value).stage === 'SINK'
}

test(`killed ${KILLS} times and continued, the tables are those of an undisturbed run`, {
  timeout: 120_000 + KILLS * 15_000,
}, async () => {
  const tables = join(folder, 'tables')
  const dice = new Dice(SEED, KILLS)
  let kills = 0
  for (let round = 0; round < KILLS; round++) {
    const commits = dice.whole(0, 4)
    const delayMs = commits === 0 ? dice.whole(200, 1_500) : dice.whole(0, 100)
    const before = () => dice.chance(0.5) && killClickHouse(tables)
    const at = { commits, before, delayMs: delayMs + dice.whole(0, 60) }
    if ((await replayProcess(optionsFor(`chdb:${tables}`), at)) === null) kills++
  }
  expect(kills, 'killed while at work').toBeGreaterThan(KILLS / 2)
  expect(enginesKilled, 'engines killed').toBeGreaterThan(KILLS / 8)
  expect(await replayProcess(optionsFor(`chdb:${tables}`), null)).toBe(0)

  const is = await contentsOfRun(join(tables, 'log'), 'mill', pipelines)
  const calm = join(folder, 'calm')
  const wallNow = () => is.startedAtMs
  await runReplay({ ...optionsFor(`log:${calm}`), pipelines, wallNow })
  const should = await contentsOfRun(calm, 'mill', pipelines)
  expect(Object.keys(is.topics)).toEqual(Object.keys(should.topics))
  // The line that was cut off is no row either: of that the sink says so once more.
  expect(is.topics['dead-letters']!.filter(isOfSink).length).toBe(1)
  for (const [topic, records] of Object.entries(should.topics)) {
    const are = is.topics[topic]!.filter(record => topic !== 'dead-letters' || !isOfSink(record))
    expect(are.length, topic).toBe(records.length)
    expect(
      are.findIndex((record, at) => record !== records[at]),
      topic,
    ).toBe(-1)
  }
  const proof = await mill('reconcile', '--data', tables)
  expect(proof.stdout + proof.stderr).not.toMatch(/missing|doubled/)
  expect(proof.code).toBe(0)
})
