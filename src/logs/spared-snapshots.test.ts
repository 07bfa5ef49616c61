import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { SnapshotWriter } from './snapshot-writer.ts'
import { fileSnapshots } from './snapshots.ts'
import { sparedSnapshots } from './spared-snapshots.ts'

let folder = ''
let said: string[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-spared-'))
  said = []
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const TASK = 'run-counting-g1-0'
const label = (offset: number) => ({ task: TASK, offset })
const entries = [{ key: 'k', value: Buffer.alloc(100_000) }]
const spared = () => sparedSnapshots(fileSnapshots(folder), line => said.push(line))

/** A device that takes nothing, in the place of the file that the snapshot is written to. */
const fillDisk = (offset: number) =>
  symlink(
    '/dev/full',
    join(folder, `${TASK}-${String(offset).padStart(15, '0')}.snapshot.${process.pid}.part`),
  )

test.skipIf(!existsSync('/dev/full'))(
  'a run does without a snapshot that a full disk has no room for, and says so once',
  async () => {
    const snapshots = spared()
    await snapshots.save(label(10), entries)
    await fillDisk(20)
    expect(await snapshots.save(label(20), entries)).toEqual({ bytes: 0 })
    await fillDisk(30)
    await snapshots.save(label(30), entries)
    expect(said).toEqual([expect.stringMatching(/LOG_DISK_FULL: .* is full, .* The run goes on/)])
    expect(await snapshots.newest(TASK, 99)).toEqual(label(10))
    expect(await readdir(folder)).toHaveLength(1)
    expect((await snapshots.save(label(40), entries)).bytes).toBeGreaterThan(100_000)
    expect(said.slice(1)).toEqual(['snapshots are saved again'])
    expect(await snapshots.newest(TASK, 99)).toEqual(label(40))
  },
)

test('so it does where the folder cannot be written', async () => {
  await writeFile(join(folder, 'file'), '')
  const snapshots = sparedSnapshots(fileSnapshots(join(folder, 'file', 'snapshots')), line =>
    said.push(line),
  )
  expect(await snapshots.save(label(10), entries)).toEqual({ bytes: 0 })
  expect(said).toEqual([expect.stringContaining('LOG_READ_ONLY')])
})

test('what is not the disk ends the run', async () => {
  const failing = function* () {
    yield entries[0]!
    throw new Error('a fault of our own')
  }
  await expect(spared().save(label(10), failing())).rejects.toThrow('a fault of our own')
  expect(said).toEqual([])
})

test('a snapshot that is given up is no fault of the disk, and nothing is said of it', async () => {
  const writer = new SnapshotWriter(spared())
  const many = Array.from({ length: 200 }, (_, at) => ({
    key: `k${at}`,
    value: Buffer.alloc(20_000),
  }))
  let isSaved = false
  const saved = async (): Promise<void> => {
    isSaved = true
  }
  let begun = (): void => {}
  const resting = new Promise<void>(resolve => {
    begun = resolve
  })
  const writing = writer.write([{ label: label(10), entries: many, saved }], async () => {
    begun()
    await new Promise(() => {})
  })
  await resting
  await writer.stop()
  await writing
  expect([isSaved, said, await readdir(folder)]).toEqual([false, [], []])
})
