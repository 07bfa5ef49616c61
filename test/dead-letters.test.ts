/** Records that failed, seen and put back. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { mill } from './mill.ts'

let folder = ''
let events = ''
let results = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-letters-'))
  events = `ndjson:${join(folder, 'events')}`
  results = `ndjson:${join(folder, 'results')}`
  await mkdir(join(folder, 'events'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const order = (number: number, more: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    eventId: `e${number}`,
    occurredAt: Date.UTC(2025, 0, 6) + number * 60_000,
    orderId: `o${number}`,
    type: 'PLACED',
    currency: 'EUR',
    totalMinor: 1_000,
    userId: 'u1',
    market: 'DE',
    ...more,
  })

/** One good, one cut off, one in another currency, one with a field too many. */
const LINES = [
  order(1),
  order(2).slice(0, 40),
  order(3, { currency: 'USD' }),
  order(4, { totalMinr: 1 }),
]

const replayed = async (to: string, from = events) => {
  if (from === events) await writeFile(join(folder, 'events', 'orders.ndjson'), LINES.join('\n'))
  const ended = await mill('replay', '--from', from, '--to', to, '--data', join(folder, 'data'))
  expect(ended, ended.stderr).toMatchObject({ code: 0 })
  return ended
}

test('letters are listed with where they are from, by code, topic or pipeline', async () => {
  await replayed(results)
  const all = await mill('dead-letters', 'list', '--from', results)
  expect(all.stdout).toMatch(/^3 dead letters:/)
  expect(all.stdout).toMatch(/1 {2}orders-0@1 .*DECODE +MALFORMED_JSON/)
  expect(all.stdout).toMatch(/2 {2}orders-0@2 .*VALIDATE +CURRENCY_CONFLICT +lifecycle-segments/)
  const one = await mill(
    'dead-letters',
    'list',
    '--from',
    results,
    '--code',
    'UNKNOWN_FIELD',
    '--json',
  )
  expect(JSON.parse(one.stdout)).toMatchObject([{ number: 3, offset: 3, topic: 'orders' }])
  const none = await mill('dead-letters', 'list', '--from', results, '--topic', 'prices')
  expect(none.stdout).toBe('No dead letters.\n')
})

const MISTAKEN: readonly (readonly [option: string, name: string, says: RegExp])[] = [
  ['--code', 'MALFORMED_JSN', /no code MALFORMED_JSN\. Did you mean MALFORMED_JSON\?/],
  ['--topic', 'order', /no topic order\. Did you mean orders\?/],
  ['--pipeline', 'nothing-like-it', /There are identity-merges, lifecycle-segments/],
]

test('a name that nothing bears is not taken for one without letters', async () => {
  await replayed(results)
  for (const [option, name, says] of MISTAKEN) {
    for (const action of [['list'], ['redrive', '--all', '--to', events]]) {
      const ended = await mill('dead-letters', ...action, '--from', results, option, name)
      expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(says) })
    }
  }
})

test("letters of pipelines and topics of one's own are found by their names", async () => {
  await replayed(results)
  const file = join(folder, 'results', 'dead-letters.ndjson')
  const text = await readFile(file, 'utf8')
  const own = text.replaceAll('lifecycle-segments', 'own-segments').replaceAll('"orders"', '"own"')
  await writeFile(file, own)
  const list = ['dead-letters', 'list', '--from', results, '--json', '--pipeline', 'own-segments']
  const found = await mill(...list)
  expect(JSON.parse(found.stdout)).toMatchObject([{ number: 2, topic: 'own' }])
  const other = await mill(...list, '--code', 'UNKNOWN_FIELD')
  expect(other).toMatchObject({ code: 0, stdout: '[]\n' })
})

test('a letter is shown whole: text as text, JSON set out, bytes in hexadecimal', async () => {
  await replayed(results)
  await replayed(`log:${join(folder, 'log')}`)
  const cut = await mill('dead-letters', 'show', '1', '--from', results)
  expect(cut.stdout).toContain(`\n\n${LINES[1]}\n`)
  const json = await mill('dead-letters', 'show', '3', '--data', join(folder, 'log'))
  expect(json.stdout).toContain('\n  "totalMinr": 1\n')
  const missing = await mill('dead-letters', 'show', '9', '--from', results)
  expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('no dead letter 9') })
})

test('what still fails stays, and what was put back is put back once', async () => {
  await replayed(results)
  const to = `ndjson:${join(folder, 'back')}`
  const first = await mill('dead-letters', 'redrive', '--all', '--from', results, '--to', to)
  expect(first.code).toBe(1)
  expect(first.stdout).toMatch(/Put back no\. 2 onto orders/)
  expect(first.stdout).toMatch(/Left no\. 3: it would fail again: .*totalMinr/)
  const again = await mill('dead-letters', 'redrive', '2', '--from', results, '--to', to)
  expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('Put back before') })
  const forced = await mill(
    'dead-letters',
    'redrive',
    '2',
    '--from',
    results,
    '--to',
    to,
    '--again',
  )
  expect(forced.stdout).toMatch(/Put back no\. 2/)
  const lines = (await readFile(join(folder, 'back', 'orders.ndjson'), 'utf8'))
    .trimEnd()
    .split('\n')
  expect(lines.map(line => JSON.parse(line).eventId)).toEqual(['e3', 'e3'])
})

test('a mended record goes back, and is handled in the next run', async () => {
  await replayed(results)
  const mended = join(folder, 'mended.json')
  await writeFile(mended, JSON.stringify(JSON.parse(order(2)), null, 2))
  const edit = ['redrive', '1', '--from', results, '--to', events, '--edit', mended]
  expect(await mill('dead-letters', ...edit)).toMatchObject({ code: 0 })
  const lines = (await readFile(join(folder, 'events', 'orders.ndjson'), 'utf8')).split('\n')
  expect(lines.slice(0, 4)).toEqual(LINES)
  await replayed(`ndjson:${join(folder, 'second')}`, `${events}/orders.ndjson`)
  const scores = await readFile(join(folder, 'second', 'fraud-scores.ndjson'), 'utf8')
  expect(scores).toContain('"subjectId":"o2"')
})

test('in a log a record goes back as Avro, named after the pipelines that failed on it', async () => {
  const log = `log:${join(folder, 'log')}`
  await replayed(log)
  const first = await mill('dead-letters', 'redrive', '2', '--from', log)
  expect(first, first.stderr).toMatchObject({ code: 0 })
  const again = await mill('dead-letters', 'redrive', '2', '--from', log)
  expect(again.stdout).toMatch(/Put back before/)
  const second = `ndjson:${join(folder, 'second')}`
  const ended = await replayed(second, log)
  expect(ended.stdout).toMatch(/finished: 1 record,/)
  const handledBy = (topic: string) =>
    readFile(join(folder, 'second', `${topic}.ndjson`), 'utf8').then(text => text.includes('"e3"'))
  expect(await handledBy('lifecycle-segments')).toBe(true)
  expect(await handledBy('fraud-scores'), 'which had scored it').toBe(false)
})

test('what was put back in a log is told, and of files it is not', async () => {
  const log = `log:${join(folder, 'log')}`
  await replayed(log)
  const list = ['dead-letters', 'list', '--from', log]
  const before = JSON.parse((await mill(...list, '--json')).stdout)
  expect(before.map((letter: { redriven: boolean }) => letter.redriven)).toEqual([
    false,
    false,
    false,
  ])
  await mill('dead-letters', 'redrive', '2', '--from', log)
  const { stdout } = await mill(...list)
  expect(stdout).toMatch(/ code +pipeline +put back +error\n/)
  expect(stdout).toMatch(/\n +1 .* MALFORMED_JSON +- +- +\S/)
  expect(stdout).toMatch(/\n +2 .* lifecycle-segments +yes +\S/)
  const shown = await mill('dead-letters', 'show', '2', '--from', log)
  expect(shown.stdout).toMatch(/^put back +yes$/m)
  const one = await mill('dead-letters', 'show', '2', '--from', log, '--json')
  expect(JSON.parse(one.stdout).redriven).toBe(true)
  await replayed(results)
  const ofFiles = ['dead-letters', 'list', '--from', results]
  expect((await mill(...ofFiles)).stdout).not.toContain('put back')
  expect(JSON.parse((await mill(...ofFiles, '--json')).stdout)[1].redriven).toBeNull()
})

test('without a log there is nothing to see, and none is made', async () => {
  const ended = await mill('dead-letters', 'list', '--data', join(folder, 'nothing'))
  expect(ended).toMatchObject({ code: 1, stderr: expect.stringMatching(/no log in .*--from/) })
})
