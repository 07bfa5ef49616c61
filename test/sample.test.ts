import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { arrivalsOf, sampleEvents } from '../src/testing/sample-events.ts'
import { interruptedMill, mill } from './mill.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-sample-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const OPTIONS = { orders: 300, days: 100, seed: 5 }

test('a sample is made from its seed alone', () => {
  expect(sampleEvents(OPTIONS)).toEqual(sampleEvents(OPTIONS))
  expect(sampleEvents({ ...OPTIONS, seed: 6 })).not.toEqual(sampleEvents(OPTIONS))
})

test('it has the orders that were asked for, each placed once and before anything else of it', () => {
  const { orders } = sampleEvents(OPTIONS)
  const placed = orders.filter(({ type }) => type === 'PLACED').map(({ orderId }) => orderId)
  expect(placed.length).toBe(OPTIONS.orders)
  expect(new Set(placed).size).toBe(OPTIONS.orders)
  const seen = new Set<string>()
  for (const { orderId, type } of orders) {
    expect(seen.has(orderId)).toBe(type !== 'PLACED')
    seen.add(orderId)
  }
})

test('it arrives a little out of order, some of it twice, and nothing of it is missing', () => {
  const { clickstream } = sampleEvents({ ...OPTIONS, orders: 1_000, days: 7 })
  const arrivals = arrivalsOf(clickstream, OPTIONS.seed)
  expect(arrivals.length).toBeGreaterThan(clickstream.length)
  expect(new Set(arrivals)).toEqual(new Set(clickstream))
  let newest = 0
  let disordered = 0
  for (const { occurredAt } of new Set(arrivals)) {
    expect(newest - occurredAt).toBeLessThan(5_000)
    if (occurredAt < newest) disordered++
    newest = Math.max(newest, occurredAt)
  }
  expect(disordered).toBeGreaterThan(0)
})

test('the command shows segments, suspects and the broken line, and may be given twice', async () => {
  const command = ['sample', '--orders', '300', '--days', '30', '--dir', join(folder, 'sample')]
  const first = await mill(...command)
  expect(first, first.stderr).toMatchObject({ code: 0 })
  expect(first.stdout).toMatch(/FIRST_BUYER +\d/)
  expect(first.stdout).toMatch(/DECLINE +ORDER order-\d+/)
  expect(first.stdout).toMatch(/MALFORMED_JSON, orders line/)
  expect(first.stdout, 'within its thirty days').toMatch(/-to-2025-01-21 --until 2025-01-21\n/)
  const scores = () => readFile(join(folder, 'sample', 'results', 'fraud-scores.ndjson'))
  const before = await scores()
  expect(await mill(...command)).toEqual({ ...first, stderr: expect.anything() })
  expect(before.equals(await scores())).toBe(true)
})

test('a folder of something else is left alone', async () => {
  await mkdir(join(folder, 'results'))
  const ended = await mill('sample', '--dir', folder)
  expect(ended).toMatchObject({ code: 1, stderr: expect.stringMatching(/was not made by this/) })
})

test('on Ctrl-C a replay ends at its next commit, and the same command goes on from there', async () => {
  await mill('sample', '--orders', '800', '--dir', folder)
  const ends = ['--from', `ndjson:${join(folder, 'events')}`, '--to', `ndjson:${folder}/again`]
  const command = ['replay', ...ends, '--data', join(folder, 'data'), '--json']
  const stopped = await interruptedMill(...command)
  expect(stopped).toMatchObject({ code: 1, stderr: expect.stringMatching(/same command again/) })
  expect(JSON.parse(stopped.stdout)).toMatchObject({ outcome: 'stopped', records: 5_000 })
  const { stdout } = await mill(...command)
  expect(JSON.parse(stdout)).toMatchObject({ outcome: 'finished', continuedFrom: 5_000 })
  const scores = (results: string) => readFile(join(folder, results, 'fraud-scores.ndjson'))
  expect((await scores('again')).equals(await scores('results'))).toBe(true)
})

test("a file where the sample's folder should be is left alone", async () => {
  const file = join(folder, 'notes.txt')
  await writeFile(file, 'notes')
  for (const dir of [file, join(file, 'sample')]) {
    const ended = await mill('sample', '--orders', '300', '--dir', dir)
    expect(ended).toMatchObject({ code: 1, stdout: '' })
    expect(ended.stderr).toMatch(/notes\.txt is a file\. Give another with --dir/)
    expect(ended.stderr).not.toMatch(/unexpected/)
  }
  expect(await readFile(file, 'utf8')).toBe('notes')
})
