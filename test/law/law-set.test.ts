import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { RunAsked, SetAsked } from './asked.ts'
import { runSet, runsOf } from './law-set.ts'
import type { LawReport } from './report.ts'

const ASKED: SetAsked = { seed: 7, faults: 20, runs: 3, rate: 5_600, calmMs: 0 }

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-law-set-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** What a run of these parameters may have found; a difference where the seed is unlucky. */
const reportOf = ({ seed, faults, rate, calmMs }: RunAsked, unlucky = -1): LawReport => ({
  seed,
  calmMs,
  plan: { seed, rate, startAt: 0, partitions: 8, json: [] },
  config: {
    ...{ application: 'law', partitions: 8, sessionTimeoutMs: 5_000, idleTimeoutMs: 20_000 },
    ...{ brokers: [], json: [] },
    clickHouse: { url: '', username: '', password: '', database: '' },
  },
  faults: Array.from({ length: faults }, () => ({ kind: 'scale', text: 'scale to 4', atMs: 1 })),
  load: { records: 1_000, seconds: 10, perSecond: 100, leastPerSecond: seed },
  verdicts: [
    { check: 'nothing is lost', looked: 'all', difference: seed === unlucky ? 'lost' : null },
  ],
  seconds: 60,
  phases: { faultsSeconds: 20, drainSeconds: 20, proofSeconds: 20 },
})

/** Runs the set, and tells which seeds were run; `until` is interrupted. */
const seedsRun = async (asked: SetAsked, more: { again?: boolean; until?: number } = {}) => {
  const seeds: number[] = []
  const set = runSet({
    asked,
    file: join(folder, 'law.md'),
    again: more.again ?? false,
    tell: () => {},
    async run(each) {
      if (each.seed === more.until) throw new Error('interrupted')
      seeds.push(each.seed)
      return reportOf(each)
    },
  })
  await set.catch(() => {})
  return seeds
}

const page = (): Promise<string> => readFile(join(folder, 'law.md'), 'utf8')

test('faults are shared out, none is lost, and each run has a seed of its own', () => {
  const runs = runsOf(ASKED)
  expect(runs.map(({ seed }) => seed)).toEqual([7, 8, 9])
  expect(runs.map(({ faults }) => faults)).toEqual([7, 7, 6])
})

test('a set that was interrupted has what was done, and goes on with the rest', async () => {
  expect(await seedsRun(ASKED, { until: 8 })).toEqual([7])
  expect(await page()).toContain('20 faults in 3 runs, 7 of them in one run so far: holds')
  expect(await seedsRun(ASKED)).toEqual([8, 9])
  expect(await page()).toContain('# The law on Kafka, 20 faults in 3 runs: holds')
  expect(await page()).toContain('| all | 20 | 3,000 | 100 | 7 | 3.0 | holds |')
})

test('runs of other parameters do not count, and all are run where that is asked for', async () => {
  await seedsRun(ASKED)
  expect(await seedsRun(ASKED)).toEqual([])
  expect(await seedsRun({ ...ASKED, rate: 5_000 })).toEqual([7, 8, 9])
  expect(await seedsRun({ ...ASKED, rate: 5_000, calmMs: 1 })).toEqual([7, 8, 9])
  expect(await seedsRun({ ...ASKED, rate: 5_000, calmMs: 1 }, { again: true })).toEqual([7, 8, 9])
})

test('one broken run breaks the law, and is named', async () => {
  await runSet({
    asked: ASKED,
    file: join(folder, 'law.md'),
    again: false,
    tell: () => {},
    run: async each => reportOf(each, 8),
  })
  expect(await page()).toContain('20 faults in 3 runs: BROKEN with 8')
})
