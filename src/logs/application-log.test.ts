import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Application } from '../engine/application.ts'
import type { CommitUnit } from '../engine/commit.ts'
import { days } from '../engine/time.ts'
import { deadLetters, lateEvents } from '../events.ts'
import { counting, order } from '../testing/sample-pipelines.ts'
import { ApplicationLog, type FrozenState } from './application-log.ts'
import { journalTopic } from './application-topics.ts'
import type { Log } from './log.ts'
import { memoryLog } from './memory-log.ts'
import { fileSnapshots, type Rest } from './snapshots.ts'

const CHANGELOG = { topic: 'run-counting-g1-changelog', partition: 0 }

let folder = ''
let log: Log
let now = 0
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-application-'))
  now = 1e12
  log = memoryLog({ wallNow: () => now })
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** One run of the application, from what log and snapshots say. */
const opened = async () => {
  const application = new Application({
    pipelines: [counting],
    mode: 'live',
    sourcePartitions: topic => (topic === 'orders' ? 1 : 0),
    lateEvents,
    deadLetters,
  })
  const snapshots = fileSnapshots(folder)
  const state = new ApplicationLog({ log, applicationId: 'run', snapshots, wallNow: Date.now })
  const last = await state.restore(application)
  return {
    last,
    /** One commit with an order of each user, an hour after the one before. */
    async commit(number: number, ...users: readonly string[]) {
      const unit = taken(application, number, users)
      await state.commit(unit, [], null)
      return unit.outputs.map(({ record }) => record)
    },
    /** What is taken in while the commit before is under way, and never gets into the log. */
    takeAhead: (number: number, ...users: readonly string[]) => {
      taken(application, number, users)
    },
    snapshot: () => state.snapshot(application, true),
    freeze: () => state.freeze(application, true)!,
    beginSaving: (frozen: FrozenState, rest?: Rest) => state.beginSaving(frozen, rest),
    stopSaving: () => state.stopSaving(),
    state: () =>
      [...application.snapshot('counting', 0)]
        .map(({ key, value }) => `${key} ${value?.toString('base64')}`)
        .sort(),
  }
}

const taken = (application: Application, number: number, users: readonly string[]): CommitUnit => {
  users.forEach((user, index) => {
    const record = order(`e${number}-${index}`, number * 3_600_000, user)
    application.take(arrivalOf(application, record, number * 10 + index))
  })
  return application.commit()
}

const arrivalOf = (application: Application, record: object, offset: number) =>
  application.decode({
    topic: 'orders',
    partition: 0,
    offset,
    timestampMs: 1e12,
    key: null,
    format: 'json',
    value: Buffer.from(JSON.stringify(record)),
    redrivenFor: null,
  })

/** The whole file of the newest snapshot, or of the one before it. */
const spoil = async (age: 'newest' | 'older') => {
  const names = (await readdir(folder)).sort()
  const path = join(folder, names.at(age === 'newest' ? -1 : -2)!)
  const bytes = await readFile(path)
  bytes[bytes.length - 10]! ^= 1
  await writeFile(path, bytes)
}

/** Commits 1 to 5, snapshots after 2 and 4. */
const fiveCommits = async () => {
  const run = await opened()
  for (const number of [1, 2, 3, 4, 5]) {
    await run.commit(number, 'ann', `user ${number}`)
    if (number % 2 === 0) await run.snapshot()
  }
  return run
}

test('a snapshot and the changelog after it are as good as going on', async () => {
  const going = await fiveCommits()
  const restored = await opened()
  expect(restored.last).toMatchObject({ epoch: 5, positions: [{ topic: 'orders', next: 52 }] })
  expect(restored.state()).toEqual(going.state())
  expect(await restored.commit(6, 'ann')).toEqual(await going.commit(6, 'ann'))
})

test('a damaged snapshot gives way to the one before it', async () => {
  const going = await fiveCommits()
  await spoil('newest')
  expect((await opened()).state()).toEqual(going.state())
})

test('where both are damaged the run is refused, and says so', async () => {
  await fiveCommits()
  await spoil('newest')
  await spoil('older')
  await expect(opened()).rejects.toMatchObject({ code: 'STATE_CORRUPT' })
})

test('a damaged first snapshot gives way to the whole changelog', async () => {
  const run = await opened()
  for (const number of [1, 2]) await run.commit(number, 'ann')
  await run.snapshot()
  await spoil('newest')
  expect((await opened()).state()).toEqual(run.state())
})

test('the changelog reaches back to the older snapshot, and no further', async () => {
  const run = await opened()
  await run.commit(1, 'ann', 'bob')
  await run.snapshot()
  const afterFirst = (await log.range(CHANGELOG)).next
  await run.commit(2, 'ann')
  expect((await log.range(CHANGELOG)).first).toBe(0)
  await run.snapshot()
  expect((await log.range(CHANGELOG)).first).toBe(afterFirst)
})

test('a missing snapshot whose changelog is gone is refused', async () => {
  await fiveCommits()
  for (const name of await readdir(folder)) await rm(join(folder, name))
  await expect(opened()).rejects.toMatchObject({
    code: 'STATE_CORRUPT',
    message: expect.stringContaining('what is between is gone'),
  })
})

test('a key that is forgotten stays so, however long the log is cleaned', async () => {
  const run = await opened()
  await run.commit(1, 'ann', 'bob')
  await run.snapshot()
  await run.commit(100, 'cyd')
  await run.commit(200, 'cyd')
  expect(run.state().join()).not.toContain('ann')
  now += days(90)
  await log.clean()
  expect((await opened()).state()).toEqual(run.state())
})

test('a snapshot says after which commit it was taken, also after a restart', async () => {
  const newest = async () => fileSnapshots(folder).newest('run-counting-g1-0', 1e9)
  const run = await opened()
  await run.commit(1, 'ann')
  await run.commit(2, 'ann')
  await run.snapshot()
  expect(await newest()).toMatchObject({ epoch: 2 })
  const again = await opened()
  await again.commit(3, 'ann')
  await again.snapshot()
  expect(await newest()).toMatchObject({ epoch: 3 })
})

/** Rests that end when `goOn` is called, and from then on at once. */
const gate = () => {
  let isOpen = false
  const waiting: (() => void)[] = []
  return {
    rest: () => new Promise<void>(resolve => (isOpen ? resolve() : waiting.push(resolve))),
    goOn: () => {
      isOpen = true
      for (const resolve of waiting.splice(0)) resolve()
    },
  }
}

test('a snapshot that is written while commits go on holds what was true before them', async () => {
  const run = await opened()
  await run.commit(1, 'ann', 'bob', 'cyd')
  const then = run.state()
  const { rest, goOn } = gate()
  const saving = await run.beginSaving(run.freeze(), rest)
  await run.commit(2, 'ann', 'dan')
  await run.commit(200, 'eve')
  goOn()
  await saving!.saved
  const label = await fileSnapshots(folder).newest('run-counting-g1-0', 1e9)
  expect(label).toMatchObject({ epoch: 1 })
  const saved: string[] = []
  await fileSnapshots(folder).load(label!, ({ key, value }) => {
    saved.push(`${key} ${value?.toString('base64')}`)
  })
  expect(saved.sort()).toEqual(then)
  expect((await opened()).state()).toEqual(run.state())
})

test('what was taken in ahead of a commit that never came is in no snapshot', async () => {
  const run = await opened()
  await run.commit(1, 'ann', 'bob')
  const then = run.state()
  const frozen = run.freeze()
  run.takeAhead(2, 'ann', 'cyd')
  await (await run.beginSaving(frozen))!.saved
  expect((await opened()).state()).toEqual(then)
})

test('a snapshot that is given up leaves nothing behind, and the next one is written', async () => {
  const run = await opened()
  await run.commit(1, 'ann', 'bob')
  const { rest } = gate()
  const saving = await run.beginSaving(run.freeze(), rest)
  // Nor is the end of its rest waited for.
  await run.stopSaving()
  await saving!.saved
  expect(await readdir(folder)).toEqual([])
  await run.commit(2, 'cyd')
  await run.snapshot()
  expect((await opened()).state()).toEqual(run.state())
})

test('a journal whose records are all gone is no new application', async () => {
  const run = await opened()
  await run.commit(1, 'anna')
  const journal = { topic: 'run-journal', partition: 0 }
  await log.trim(journal, (await log.range(journal)).next)
  await expect(opened()).rejects.toMatchObject({
    code: 'STATE_CORRUPT',
    message: expect.stringContaining('longer than they are kept'),
  })
})

test('a process that others have gone on behind leaves no snapshot that passes their commits over', async () => {
  const asleep = await opened()
  await asleep.commit(1, 'ann', 'ben')
  const awake = await opened()
  await awake.commit(2, 'ann', 'cem')
  await asleep.snapshot()
  expect((await opened()).state()).toEqual(awake.state())
})

test('a snapshot begins behind its commit also where a broker shows the end of it late', async () => {
  const broker = log
  const run = await opened()
  await run.commit(1, 'ann', 'ben')
  const { next } = await log.range(CHANGELOG)
  log = showingLate(broker, next)
  const late = await opened()
  await late.commit(2, 'ann', 'cem')
  await late.snapshot()
  log = broker
  expect((await opened()).state()).toEqual(late.state())
})

test('a snapshot that is too old is not fallen back upon where the log has forgotten its tombstones', async () => {
  log = wrapped(log, { cleansItself: true })
  const run = await opened()
  await run.commit(1, 'ann', 'bob')
  await run.snapshot()
  await run.commit(100, 'cyd')
  await run.commit(200, 'cyd')
  const [first] = await readdir(folder)
  await utimes(join(folder, first!), 0, 0)
  await run.snapshot()
  await spoil('newest')
  now += days(6)
  // Which removes what told of ann and bob, and that they are gone.
  await log.clean()
  expect((await opened()).state()).toEqual(run.state())
})

/** A log that shows how far the changelog goes beyond `next` once one has waited for it. */
const showingLate = (inner: Log, next: number): Log => {
  let isShown = false
  return wrapped(inner, {
    range: async at => {
      const range = await inner.range(at)
      const isLate = at.topic === CHANGELOG.topic && !isShown
      return isLate ? { ...range, next: Math.min(range.next, next) } : range
    },
    settled: async () => {
      isShown = true
    },
  })
}

/** The log, with some of its calls done otherwise. */
const wrapped = (inner: Log, calls: Partial<Log>): Log =>
  new Proxy(inner, {
    get: (_, name) => {
      const own = calls[name as keyof Log]
      if (own !== undefined) return own
      const value = inner[name as keyof Log]
      return typeof value === 'function' ? value.bind(inner) : value
    },
  })

test('a restore takes the newest of the last journal records, also where an older one came in behind it', async () => {
  const going = await fiveCommits()
  const topic = journalTopic('run')
  const { records } = await log.read({ topic, partition: 0 }, 0, { recordsMax: 100, bytesMax: 1e9 })
  const { key, value } = records.at(-3)!
  await log.commit({ appends: [{ topic, partition: 0, records: [{ key, value }] }] })
  const restored = await opened()
  expect(restored.last).toMatchObject({ epoch: 5, positions: [{ topic: 'orders', next: 52 }] })
  expect(restored.state()).toEqual(going.state())
})
