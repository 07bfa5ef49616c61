/** Whoever reads the answers may stop before their end, as `head` does. */
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { mill } from './mill.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-pipe-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const CLI = fileURLToPath(new URL('../src/cli.ts', import.meta.url))
/** Far more than a pipe holds. */
const LETTERS = 4_000

/** Runs the command line in a process of its own, and closes its answers after the first bytes. */
const headOf = (...argv: readonly string[]) =>
  new Promise<{ code: number | null; stderr: string }>((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', CLI, ...argv], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stderr = ''
    child.stdout.once('data', () => child.stdout.destroy())
    child.stderr.on('data', text => {
      stderr += text
    })
    child.on('error', reject)
    child.on('close', code => resolve({ code, stderr }))
  })

test('a pipe that is closed early ends the command quietly', async () => {
  const orders = join(folder, 'orders.ndjson')
  await writeFile(orders, `${`{"eventId":"${'x'.repeat(400)}`}\n`.repeat(LETTERS))
  const results = `ndjson:${join(folder, 'results')}`
  const from = ['--from', `ndjson:${orders}`, '--data', join(folder, 'data')]
  expect(await mill('replay', ...from, '--to', results)).toMatchObject({ code: 0 })
  const list = ['dead-letters', 'list', '--from', results, '--limit', String(LETTERS), '--json']
  const whole = await mill(...list)
  expect(whole.stdout.length).toBeGreaterThan(1 << 20)
  expect(await headOf(...list)).toEqual({ code: 0, stderr: '' })
})
