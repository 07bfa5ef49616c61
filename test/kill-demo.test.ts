/**
 * The demo, killed at random moments and started again each time, and its ClickHouse killed alone:
 * nothing is lost or doubled in any topic, table or rollup.
 *
 *   topics    inputs are what the simulator gives again from its seed; results are what the journal
 *             gives when it is executed again
 *   tables    are the topics, row by row; rollups are what their tables give
 *
 *   MILLRACE_KILLS=50 npx vitest run test/kill-demo.test.ts      the long form
 *   MILLRACE_SEED=7                                              other moments, another shop
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Dice } from '../src/testing/sample/dice.ts'
import { checkDemo } from './demo-checks.ts'
import { DemoProcess } from './demo-process.ts'
import { mill } from './mill.ts'

const KILLS = Number(process.env.MILLRACE_KILLS ?? 5)
const SEED = Number(process.env.MILLRACE_SEED ?? 1)

let data = ''
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'millrace-kill-demo-'))
})
afterAll(() => rm(data, { recursive: true, force: true }))

const start = (): DemoProcess =>
  new DemoProcess({ data, rate: 2_000, seed: SEED, historyMs: 3 * 86_400_000 })

/** Some moments are while it starts, some in the history, some when it is live. */
const killed = async (dice: Dice): Promise<void> => {
  const demo = start()
  const commits = dice.whole(0, 12)
  if (commits > 0) await demo.until(report => (report.commits ?? 0) >= commits)
  await wait(dice.whole(0, commits === 0 ? 1_500 : 60))
  if (!dice.chance(0.4)) return demo.kill()
  await demo.killClickHouse()
  const { commits: before } = await demo.until(report => report.commits !== undefined)
  await demo.until(report => report.commits! > before! + 3)
  await demo.kill()
}

test(`killed ${KILLS} times, the demo has lost nothing and doubled nothing`, {
  timeout: 120_000 + KILLS * 15_000,
}, async () => {
  const dice = new Dice(SEED, KILLS)
  for (let round = 0; round < KILLS; round++) await killed(dice)
  const last = start()
  await last.until(({ phase, commits }) => phase === 'live' && commits! > 20)
  await last.killClickHouse()
  expect(await last.end(), last.stderr).toBe(0)

  const { inputs, results, commits, faults } = await checkDemo(data)
  expect(faults).toEqual([])
  expect(inputs).toBeGreaterThan(5_000)
  expect(results).toBeGreaterThan(500)
  expect(commits).toBeGreaterThan(20)
  const proof = await mill('reconcile', '--data', data)
  expect(proof.stdout + proof.stderr).not.toMatch(/differ|missing|doubled/)
  expect(proof.code).toBe(0)
})
