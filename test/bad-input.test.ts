/**
 * Input as it must not be: nothing of it vanishes, and what is said says what to do. Every record is
 * a result, a dead letter or a late event; what cannot be read at all stops the run with a sentence.
 */
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { FraudScore } from '../src/events.ts'
import { mill } from './mill.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-bad-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const T0 = Date.UTC(2025, 0, 6)
const order = (number: number, more: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    eventId: `e${number}`,
    occurredAt: T0 + number * 60_000,
    orderId: `o${number}`,
    type: 'PLACED',
    currency: 'EUR',
    totalMinor: 1_000,
    userId: `u${number}`,
    market: 'DE',
    ...more,
  })

const replayed = async (...lines: readonly string[]) => {
  await mkdir(join(folder, 'events'), { recursive: true })
  await writeFile(join(folder, 'events', 'orders.ndjson'), lines.map(line => `${line}\n`).join(''))
  return replay('--to', `ndjson:${join(folder, 'results')}`)
}

const replay = (...more: readonly string[]) => {
  const ends = ['--from', `ndjson:${join(folder, 'events')}`]
  return mill('replay', ...ends, ...more, '--data', join(folder, 'data'))
}

interface Letter {
  readonly topic: string
  readonly offset: number
  readonly errorCode: string
  readonly error: string
  readonly payload: string
}

const resultsOf = async <T>(topic: string): Promise<T[]> => {
  const text = await readFile(join(folder, 'results', `${topic}.ndjson`), 'utf8')
  return text
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as T)
}

const letters = () => resultsOf<Letter>('dead-letters')
const scoredOrders = async () =>
  (await resultsOf<FraudScore>('fraud-scores')).map(({ subjectId }) => subjectId)

/** Between two good orders, so that what stands beside it must come through. */
const BROKEN: readonly (readonly [name: string, line: string, code: string, says: RegExp])[] = [
  ['a malformed line', '{"eventId":"e2","occ', 'MALFORMED_JSON', /one JSON object on one line/],
  ['no object at all', '42', 'WRONG_TYPE', /42/],
  ['an unknown field', order(2, { totalMinr: 3 }), 'UNKNOWN_FIELD', /totalMinr.*totalMinor/],
  ['a missing field', order(2, { currency: undefined }), 'MISSING_FIELD', /currency/],
  ['a wrong enum', order(2, { type: 'PLACD' }), 'WRONG_ENUM', /type is "PLACD".*PLACED/],
  ['a wrong type', order(2, { totalMinor: '10' }), 'WRONG_TYPE', /totalMinor.*whole number/],
  ['a time in the far future', order(2, { occurredAt: 9e12 }), 'FUTURE_EVENT', /clock/],
  ['a negative price', order(2, { totalMinor: -1 }), 'OUT_OF_RANGE', /totalMinor is -1/],
  ['a record of 2 MB', order(2, { couponId: 'x'.repeat(2e6) }), 'RECORD_TOO_LARGE', /elsewhere/],
]

for (const [name, line, code, says] of BROKEN) {
  test(`${name} becomes a dead letter with its bytes, and its neighbours are handled`, async () => {
    const ended = await replayed(order(1), line, order(3))
    expect(ended.code, ended.stderr).toBe(0)
    expect(await scoredOrders()).toEqual(['o1', 'o3'])
    const [letter, ...others] = await letters()
    expect(others).toEqual([])
    expect(letter).toMatchObject({ topic: 'orders', offset: 1, errorCode: code })
    expect(letter!.error).toMatch(says)
    expect(Buffer.from(letter!.payload, 'base64').toString()).toBe(line)
    expect(ended.stdout).toMatch(
      /1 dead letter: see them with\s+npx millrace dead-letters list --from/,
    )
  })
}

test('an adjustment may be negative', async () => {
  await replayed(order(1), order(2, { type: 'ADJUSTED', totalMinor: -500 }))
  expect(await letters()).toEqual([])
})

test('of two currencies in a market the second is set aside, and is scored all the same', async () => {
  await replayed(order(1), order(2, { currency: 'USD', userId: 'u1' }), order(3, { userId: 'u1' }))
  expect(await scoredOrders()).toEqual(['o1', 'o2', 'o3'])
  expect(await letters()).toMatchObject([{ offset: 1, errorCode: 'CURRENCY_CONFLICT' }])
  const segments = await resultsOf<{ causeEventId: string }>('lifecycle-segments')
  expect(segments.map(({ causeEventId }) => causeEventId)).toEqual(['e1', 'e3'])
})

test('a click that comes too late goes to late-events, with its bytes', async () => {
  const click = (number: number, minute: number) =>
    JSON.stringify({
      eventId: `c${number}`,
      occurredAt: T0 + minute * 60_000,
      visitorId: 'v1',
      type: 'PRODUCT_VIEW',
    })
  await mkdir(join(folder, 'events'))
  const lines = [click(1, 1), click(2, 60), click(3, 2)]
  await writeFile(join(folder, 'events', 'clickstream.ndjson'), lines.join('\n'))
  await replay('--to', `ndjson:${join(folder, 'results')}`)
  const [late, ...others] = await resultsOf<{ payload: string }>('late-events')
  expect(others).toEqual([])
  expect(late).toMatchObject({ topic: 'clickstream', offset: 2, eventId: 'c3' })
  expect(Buffer.from(late!.payload, 'base64').toString()).toBe(lines[2])
})

test('an empty file is no error, and nothing comes of it', async () => {
  const ended = await replayed()
  expect(ended.code).toBe(0)
  expect(ended.stdout).toMatch(/finished: 0 records/)
  expect(await scoredOrders()).toEqual([])
})

/** Each stops with exit code 1 and one sentence or two that say what to do. */
test('what cannot be read or written is named, with what to do', async () => {
  await replayed(order(1))
  const file = join(folder, 'a-file')
  await writeFile(file, '')
  const refusals: readonly (readonly [string[], RegExp])[] = [
    [['--to', `ndjson:${file}/results`], /cannot write .*a-file.*another directory/],
    [['--to', `log:${file}/log`], /a-file.*[Gg]ive/],
    [['--to', 'ndjson:/proc/millrace'], /cannot write .*may not be written.*Choose/],
  ]
  for (const [target, says] of refusals) {
    const ended = await replay(...target)
    expect(ended).toMatchObject({ code: 1, stdout: '' })
    expect(ended.stderr).toMatch(says)
    expect(ended.stderr).not.toMatch(/at .*:\d+:\d+/)
  }
  const missing = ['--from', join('ndjson:', folder, 'nowhere'), '--to', 'null:']
  const ended = await mill('replay', ...missing)
  expect(ended).toMatchObject({ code: 1, stderr: expect.stringMatching(/no .*nowhere.*Check/) })
})

/** Room for some results, and not for all. */
const smallDisk = (path: string): boolean => {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', path], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

test('on a full disk the run says so, and goes on once there is room', async context => {
  const disk = join(folder, 'disk')
  await mkdir(disk)
  if (!smallDisk(disk)) return context.skip('a small disk needs leave to mount one')
  try {
    const lines = Array.from({ length: 3_000 }, (_, at) => order(at))
    await replayed(...lines)
    const whole = await readFile(join(folder, 'results', 'fraud-scores.ndjson'))
    const ended = await replay('--to', `ndjson:${join(disk, 'results')}`)
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringMatching(/disk is full.*Free/) })
    execFileSync('mount', ['-o', 'remount,size=64m', disk])
    expect(await replay('--to', `ndjson:${join(disk, 'results')}`)).toMatchObject({ code: 0 })
    expect(whole.equals(await readFile(join(disk, 'results', 'fraud-scores.ndjson')))).toBe(true)
  } finally {
    execFileSync('umount', [disk])
  }
})
