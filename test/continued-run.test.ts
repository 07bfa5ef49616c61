/** Runs that go on: after an interruption, after their end, with more records, with other commands. */
import { existsSync } from 'node:fs'
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { string } from '../src/engine/form.ts'
import { definePipeline } from '../src/engine/pipeline.ts'
import { listOf } from '../src/engine/state/index.ts'
import { days, hours } from '../src/engine/time.ts'
import { lifecycleSegments, orders, policies } from '../src/events.ts'
import { type RunReplayOptions, runReplay } from '../src/runtime/run-replay.ts'
import { counting, order, segmentOf } from '../src/testing/sample-pipelines.ts'

const START = Date.UTC(2025, 0, 6)

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-continued-'))
  await mkdir(join(folder, 'events'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const add = (topic: string, ...records: readonly object[]) =>
  appendFile(
    join(folder, 'events', `${topic}.ndjson`),
    records.map(record => `${JSON.stringify(record)}\n`).join(''),
  )

const run = (options: Partial<RunReplayOptions> = {}) =>
  runReplay({
    pipelines: [counting],
    from: [`ndjson:${join(folder, 'events')}`],
    to: [`log:${join(folder, 'log')}`],
    drain: false,
    restart: false,
    dataDir: join(folder, 'data'),
    wallNow: () => START + days(30),
    ...options,
  })

const results = async (name: string, topic = lifecycleSegments.name) => {
  const text = await readFile(join(folder, name, `${topic}.ndjson`), 'utf8')
  return text
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line))
}

test('records of the day after a finished run are not from the future', async () => {
  await add('orders', order('a', START, 'ann'))
  await run({ wallNow: () => START + hours(1) })
  await add('orders', order('b', START + days(1), 'ann'))
  const next = await run({ wallNow: () => START + days(1) + hours(1) })
  expect(next).toMatchObject({ outcome: 'finished', unreadable: 0, continuedFrom: 1, records: 2 })
})

test('an interrupted run goes on as of the moment it was begun', async () => {
  await add('orders', order('a', START, 'ann'), order('b', START + days(1), 'ann'))
  const first = { wallNow: () => START + hours(1), commitRecords: 1, isStopped: () => true }
  expect(await run(first)).toMatchObject({ outcome: 'stopped', records: 1 })
  expect(await run({ wallNow: () => START + days(2) })).toMatchObject({ unreadable: 1 })
})

test('a named run is not gone on with by another command', async () => {
  await add('orders', order('a', START, 'ann'), order('b', START + 1, 'ann'))
  const to = [`ndjson:${join(folder, 'one')}`]
  const named = { runId: 'mine', to, commitRecords: 1 }
  await run({ ...named, isStopped: () => true })
  const others: Partial<RunReplayOptions>[] = [
    { to: [`ndjson:${join(folder, 'two')}`] },
    { from: [`ndjson:${join(folder, 'events', 'orders.ndjson')}`] },
    { since: START },
    { until: START + days(9) },
    { drain: true },
  ]
  for (const other of others) {
    const option = `--${Object.keys(other)[0]}`
    const refused = { code: 'CONFIG_INVALID', message: expect.stringContaining(`: ${option} (`) }
    await expect(run({ ...named, ...other }), option).rejects.toMatchObject(refused)
  }
  expect(await run(named)).toMatchObject({ outcome: 'finished', continuedFrom: 1, records: 2 })
  expect(await results('one')).toHaveLength(2)
})

test('nothing follows a drained run, whose time has gone to infinity', async () => {
  await add('orders', order('a', START, 'ann'))
  await run({ drain: true })
  expect(await run({ drain: true })).toMatchObject({ outcome: 'was-finished' })
  await add('orders', order('b', START + days(1), 'ann'))
  const refused = { code: 'INPUT_CHANGED', message: expect.stringContaining('orders-0@1 is new') }
  await expect(run({ drain: true })).rejects.toMatchObject(refused)
})

test('new records outside its bounds leave a finished run finished', async () => {
  await add('orders', order('a', START, 'ann'))
  const bounded = { until: START + days(1), drain: true, commitRecords: 1 }
  await run(bounded)
  await add('orders', order('b', START + days(2), 'ann'), order('c', START + days(3), 'ann'))
  for (const _ of [1, 2]) expect(await run(bounded)).toMatchObject({ outcome: 'was-finished' })
})

const byPolicy = definePipeline({
  id: 'by-policy',
  version: '1',
  order: 'arrival',
  references: { policies },
  inputs: { order: { from: orders, key: order => order.userId } },
  state: {},
  forgetAfterMs: days(2),
  output: lifecycleSegments,
  on: {
    order: (_, { reference, key }) => segmentOf(key, reference.policies.get('fraud')?.version ?? 0),
  },
})

test('a policy published before --since is in effect', async () => {
  const published = { policyId: 'fraud', version: 3, occurredAt: START, effectiveAt: null }
  await add('policies', { ...published, document: '{}' })
  await add('orders', order('a', START + 1, 'ann'), order('b', START + days(2), 'ann'))
  const to = [`ndjson:${join(folder, 'out')}`]
  await run({ pipelines: [byPolicy], to, since: START + days(1) })
  expect((await results('out')).map(({ frequency }) => frequency)).toEqual([3])
})

/** Each key has timers far apart, so that a drain has many steps. */
const reminding = definePipeline({
  id: 'reminding',
  version: '1',
  order: 'arrival',
  inputs: { order: { from: orders, key: order => order.userId } },
  state: {},
  forgetAfterMs: days(200),
  output: lifecycleSegments,
  on: {
    order(_, { timers, now }) {
      timers.set('soon', now + days(30))
      timers.set('late', now + days(90))
    },
  },
  onTimer: { soon: ({ key }) => segmentOf(key, 1), late: ({ key }) => segmentOf(key, 2) },
})

test('a drain is committed in pieces, and goes on where it was interrupted', async () => {
  const users = Array.from({ length: 40 }, (_, at) => `u${at}`)
  await add('orders', ...users.map((user, at) => order(`e${at}`, START + at * 1_000, user)))
  const drained = { pipelines: [reminding], drain: true, commitRecords: 10 }
  const calm = await run({ ...drained, to: [`ndjson:${join(folder, 'calm')}`] })
  expect(calm.commits, 'four of records and about eight of timers').toBeGreaterThan(10)
  const stormy = { ...drained, to: [`ndjson:${join(folder, 'stormy')}`] }
  let parts = 1
  while ((await run({ ...stormy, isStopped: () => true })).outcome === 'stopped') parts++
  expect(parts).toBeGreaterThan(10)
  expect(await results('calm')).toHaveLength(80)
  expect(await results('stormy')).toEqual(await results('calm'))
})

test('nothing follows while a drain is under way', async () => {
  await add('orders', ...['a', 'b', 'c'].map((id, at) => order(id, START + at, `user ${id}`)))
  const drained = { pipelines: [reminding], drain: true, commitRecords: 1 }
  let parts = 0
  const isStopped = () => ++parts > 4
  expect(await run({ ...drained, isStopped })).toMatchObject({ outcome: 'stopped', records: 3 })
  await add('orders', order('d', START + 10, 'user d'))
  await expect(run(drained)).rejects.toMatchObject({ code: 'INPUT_CHANGED' })
})

test('a mistyped log is no source, and none is made', async () => {
  const typo = join(folder, 'typo')
  await expect(run({ from: [`log:${typo}`] })).rejects.toMatchObject({ code: 'INPUT_MISSING' })
  await expect(run({ from: [`log:${typo}`], to: [`log:${typo}`] })).rejects.toThrow('no log in')
  expect(existsSync(typo)).toBe(false)
})

test('a finished run leaves no state behind, and sweeps what another left half removed', async () => {
  await add('orders', order('a', START, 'ann'))
  const runs = join(folder, 'data', 'runs')
  await mkdir(join(runs, '.removed-other', 'snapshots'), { recursive: true })
  await mkdir(join(runs, 'interrupted'))
  await run({ to: [`ndjson:${join(folder, 'out')}`] })
  expect(await readdir(runs)).toEqual(['interrupted'])
})

/** As `reminding`, with a list that the result shares with the state. */
const tagging = definePipeline({
  id: 'tagging',
  version: '1',
  order: 'arrival',
  inputs: { order: { from: orders, key: order => order.userId } },
  state: { ids: listOf(string, { max: 10 }) },
  forgetAfterMs: days(2),
  output: lifecycleSegments,
  on: {
    order(order, { key, state }) {
      state.ids.push(order.orderId)
      return { ...segmentOf(key, 1), tags: state.ids.items() as string[] }
    },
  },
})

test('results say what was so when they were made, wherever they go', async () => {
  await add('orders', ...['a', 'b', 'c'].map((id, at) => order(id, START + at, 'ann')))
  for (const other of ['null:', `log:${join(folder, 'log')}`]) {
    const out = `out-${other.slice(0, 3)}`
    await run({ pipelines: [tagging], to: [`ndjson:${join(folder, out)}`, other] })
    expect((await results(out)).map(({ tags }) => tags.length)).toEqual([1, 2, 3])
  }
})

test('the files of another run are not written over, and all of them stay as they were', async () => {
  await add('orders', order('a', START, 'ann'), order('b', START + days(2), 'ben'))
  const to = [`ndjson:${join(folder, 'out')}`]
  const first = { to, runId: 'mine' }
  await run(first)
  const before = await results('out')
  const others: readonly (readonly [Partial<RunReplayOptions>, RegExp])[] = [
    [
      { to, until: START + days(1) },
      /of run mine, .* --until \(not given, now \d+\)\. Give another/,
    ],
    [{ ...first, until: START + days(1) }, /of run mine, .* --until \(not given, now \d+\)/],
    [{ ...first, pipelines: [reminding] }, /: --pipelines \(counting, now reminding\)\./],
    [{ ...first, runId: 'yours' }, /holds the results of run mine, not of yours\./],
    [{ to: [...to, `log:${join(folder, 'log')}`] }, /another command: --to \(/],
    [{ to, until: START + days(1), restart: true }, /remove this one first/],
  ]
  for (const [other, says] of others) {
    const refused = { code: 'CONFIG_INVALID', message: expect.stringMatching(says) }
    await expect(run(other), String(says)).rejects.toMatchObject(refused)
    expect(await results('out')).toEqual(before)
  }
  expect(existsSync(join(folder, 'log')), 'refused before anything is made').toBe(false)
  await rm(join(folder, 'out'), { recursive: true })
  await run({ to, until: START + days(1) })
  expect((await results('out')).length).toBeLessThan(before.length)
})

test('the same command writes its files anew, and goes on in them where it was interrupted', async () => {
  await add('orders', order('a', START, 'ann'), order('b', START + 1, 'ben'))
  const whole = { pipelines: [byPolicy], to: [`ndjson:${join(folder, 'out')}`] }
  for (const _ of [1, 2]) expect(await run(whole)).toMatchObject({ records: 2, continuedFrom: 0 })
  expect(await results('out')).toHaveLength(2)
  const interrupted = { ...whole, to: [`ndjson:${join(folder, 'parts')}`], commitRecords: 1 }
  await run({ ...interrupted, isStopped: () => true })
  expect(await run(interrupted)).toMatchObject({ outcome: 'finished', continuedFrom: 1 })
  expect(await results('parts')).toHaveLength(2)
})

test('files that nobody says the run of are left alone, unless the run goes on with them', async () => {
  await add('orders', ...['a', 'b', 'c'].map((id, at) => order(id, START + days(at), id)))
  const out = join(folder, 'out')
  const older = { pipelines: [byPolicy], to: [`ndjson:${out}`], commitRecords: 1 }
  await run({ ...older, isStopped: () => true })
  await rm(join(out, 'millrace-run.json'))
  const other = {
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(/segments.*says which run/),
  }
  await expect(run({ ...older, until: START + days(9) })).rejects.toMatchObject(other)
  expect(await run(older)).toMatchObject({ outcome: 'finished', continuedFrom: 1 })
  expect(await results('out')).toHaveLength(3)
})

test('a folder with files of other names, or with empty ones, is as good as a new one', async () => {
  await add('orders', order('a', START, 'ann'))
  const out = join(folder, 'out')
  await mkdir(out)
  await writeFile(join(out, 'notes.txt'), 'notes')
  await writeFile(join(out, 'prices.ndjson'), '{}')
  await writeFile(join(out, `${lifecycleSegments.name}.ndjson`), '')
  const one = { pipelines: [byPolicy], to: [`ndjson:${out}`] }
  await run(one)
  expect(await results('out')).toHaveLength(1)
  await writeFile(join(out, 'millrace-run.json'), '{"runId": 1}')
  const unreadable = { code: 'INPUT_UNREADABLE', message: expect.stringContaining('names no run') }
  await expect(run(one)).rejects.toMatchObject(unreadable)
})
