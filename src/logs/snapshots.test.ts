import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ChangelogEntry } from '../engine/commit.ts'
import { fileSnapshots } from './snapshots.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-snapshots-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const TASK = 'run-counting-g1-0'
const entryOf = (key: string, value: string): ChangelogEntry => ({ key, value: Buffer.from(value) })

const save = (offset: number, ...entries: readonly ChangelogEntry[]) =>
  fileSnapshots(folder).save({ task: TASK, offset }, entries)

const load = async (offset: number): Promise<ChangelogEntry[]> => {
  const entries: ChangelogEntry[] = []
  const take = (entry: ChangelogEntry) => void entries.push(entry)
  await fileSnapshots(folder).load({ task: TASK, offset }, take)
  return entries
}

const offsetsKept = async () =>
  (await readdir(folder)).map(name => Number(/-(\d{15})\.snapshot$/.exec(name)?.[1])).sort()

test('what was saved is loaded, whatever keys and values are', async () => {
  const entries = fc.array(
    fc.record({ key: fc.string({ unit: 'grapheme' }), value: fc.uint8Array({ minLength: 1 }) }),
  )
  const property = fc.asyncProperty(entries, async drawn => {
    const wanted = drawn.map(({ key, value }) => ({ key, value: Buffer.from(value) }))
    await save(7, ...wanted)
    expect(await load(7)).toEqual(wanted)
  })
  await fc.assert(property, { numRuns: 40 })
})

test('a snapshot of several blocks is loaded whole, also where one entry is larger than these', async () => {
  const wanted = Array.from({ length: 30 }, (_, at) =>
    entryOf(`k${at}`, String.fromCharCode(97 + at).repeat(at % 7 === 5 ? 1_500_000 : 200_000)),
  )
  const { bytes } = await save(1, ...wanted)
  expect(bytes).toBe((await readFile(join(folder, (await readdir(folder))[0]!))).length)
  const loaded = await load(1)
  expect(loaded.map(({ key }) => key)).toEqual(wanted.map(({ key }) => key))
  // Deep equality of megabytes takes a minute.
  expect(loaded.every(({ value }, at) => value!.equals(wanted[at]!.value!))).toBe(true)
})

test('no damage goes unseen, nor does a stretch read as zeros, nor a missing end', async () => {
  await save(1, ...Array.from({ length: 8 }, (_, at) => entryOf(`k${at}`, 'x'.repeat(400_000))))
  const path = join(folder, (await readdir(folder))[0]!)
  const whole = await readFile(path)
  const spoilt = async (bytes: Buffer) => {
    await writeFile(path, bytes)
    await expect(load(1)).rejects.toMatchObject({ code: 'STATE_CORRUPT' })
  }
  for (const at of [0, 9, 10, 12, 13, 16, 17, 900_000, whole.length - 500_000]) {
    const flipped = Buffer.from(whole)
    flipped[at]! ^= 0x40
    await spoilt(flipped)
  }
  await spoilt(Buffer.from(whole).fill(0, 9, 8_000))
  for (const length of [0, 5, 12, 500_000, whole.length - 8, whole.length - 1]) {
    await spoilt(whole.subarray(0, length))
  }
})

test('two are kept, and the newest up to an offset is found', async () => {
  for (const offset of [10, 20, 30]) await save(offset, entryOf('k', String(offset)))
  expect(await offsetsKept()).toEqual([20, 30])
  const newest = (offset: number) => fileSnapshots(folder).newest(TASK, offset)
  expect(await newest(99)).toEqual({ task: TASK, offset: 30 })
  expect(await newest(29)).toEqual({ task: TASK, offset: 20 })
  expect(await newest(19)).toBeNull()
  expect(await fileSnapshots(join(folder, 'nothing')).newest(TASK, 9)).toBeNull()
})

test('what is ahead of the log goes, by itself or with the next one saved', async () => {
  for (const offset of [10, 50]) await save(offset, entryOf('k', String(offset)))
  await fileSnapshots(folder).removeAhead(TASK, 50)
  expect(await offsetsKept()).toEqual([10, 50])
  await fileSnapshots(folder).removeAhead(TASK, 49)
  expect(await offsetsKept()).toEqual([10])
  for (const offset of [60, 20]) await save(offset, entryOf('k', String(offset)))
  expect(await offsetsKept()).toEqual([10, 20])
})

test('one that cannot be written says what to do, and leaves nothing behind', async () => {
  await writeFile(join(folder, 'file'), '')
  const nowhere = fileSnapshots(join(folder, 'file', 'snapshots'))
  const label = { task: TASK, offset: 1 }
  await expect(nowhere.save(label, [])).rejects.toMatchObject({ code: 'LOG_READ_ONLY' })
  const failing = function* () {
    yield entryOf('k', 'v')
    throw Object.assign(new Error('no space left'), { code: 'ENOSPC' })
  }
  const saved = fileSnapshots(folder).save(label, failing())
  await expect(saved).rejects.toMatchObject({ code: 'LOG_DISK_FULL' })
  expect(await readdir(folder)).toEqual(['file'])
})

test('the commit is part of the name, and one of an earlier version still loads', async () => {
  await save(10, entryOf('k', 'before'))
  const files = fileSnapshots(folder)
  const label = { task: TASK, offset: 20, epoch: 7 }
  await files.save(label, [entryOf('k', 'after')])
  expect(await files.newest(TASK, 99)).toEqual(label)
  expect(await files.newest(TASK, 19)).toEqual({ task: TASK, offset: 10 })
  const entries: string[] = []
  await files.load(label, ({ value }) => void entries.push(`${value}`))
  expect(entries).toEqual(['after'])
  expect(await load(10)).toEqual([entryOf('k', 'before')])
})

test('one that is taken again with its commit replaces the one without', async () => {
  await save(10, entryOf('k', 'old'))
  await fileSnapshots(folder).save({ task: TASK, offset: 10, epoch: 3 }, [entryOf('k', 'new')])
  expect(await readdir(folder)).toEqual([`${TASK}-000000000000010-0000000003.snapshot`])
})
