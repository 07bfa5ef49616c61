/** The demo as somebody meets it: what it says, what can be asked of it, and that it goes on. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { QUERIES } from '../src/runtime/demo/demo-view.ts'
import { checkDemo } from './demo-checks.ts'
import { DemoProcess } from './demo-process.ts'
import { mill } from './mill.ts'

let data = ''
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'millrace-demo-'))
})
afterAll(() => rm(data, { recursive: true, force: true }))

const start = (): DemoProcess =>
  new DemoProcess({ data, rate: 1_000, seed: 1, historyMs: 4 * 86_400_000 })

describe('the demo', () => {
  let demo: DemoProcess
  let url = ''

  beforeAll(async () => {
    demo = start()
    const report = await demo.until(({ phase, rows }) => phase === 'live' && (rows ?? 0) > 5_000)
    url = report.url
  })

  const get = async (path: string) => {
    const answer = await fetch(`${url}${path}`)
    return { status: answer.status, text: await answer.text() }
  }

  const linesOf = async (query: string) => {
    const { code, stdout, stderr } = await mill('query', query, '--data', data, '--json')
    expect(stderr).toBe('')
    expect(code).toBe(0)
    return stdout.split('\n').length
  }

  test('tells how it fares, in numbers and in words', async () => {
    expect((await get('/healthz')).status).toBe(200)
    const metrics = (await get('/metrics')).text
    for (const name of ['millrace_records_taken_total', 'millrace_table_rows_total']) {
      expect(metrics).toMatch(new RegExp(`^${name}\\{.*\\} [1-9]`, 'm'))
    }
    const status = JSON.parse((await get('/status')).text)
    expect(status).toMatchObject({ phase: 'live', clickHouse: { database: 'millrace' } })
    expect(status.results['fraud-scores']).toBeGreaterThan(0)
  })

  // Each table is stored on its own, some seconds behind what was computed.
  test.each(QUERIES)('answers, while it runs: %s', { timeout: 60_000 }, async query => {
    await expect.poll(() => linesOf(query), { timeout: 50_000, interval: 500 }).toBeGreaterThan(1)
  })

  test('ends with everything computed and stored, and goes on where it was', async () => {
    const before = await demo.until(({ phase }) => phase === 'live')
    expect(await demo.end(), demo.stderr).toBe(0)
    const first = await checkDemo(data)
    expect(first.faults).toEqual([])
    const again = start()
    await again.until(({ phase, commits }) => phase === 'live' && commits! > 5)
    expect(await again.end(), again.stderr).toBe(0)
    const second = await checkDemo(data)
    expect(second.faults).toEqual([])
    expect(second.inputs).toBeGreaterThan(first.inputs)
    expect(before.commits).toBeGreaterThan(0)
    expect((await mill('reconcile', '--data', data)).code).toBe(0)
  })
})
