/** Each way in which directory, disk or data can fail, tried. */
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { append, expectFailure, MANY, newTopic, readAll, record } from './conformance/fixture.ts'
import { type LmdbLogOptions, openLmdbLog } from './lmdb-log.ts'
import type { Log } from './log.ts'

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'millrace-faults-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const open = (path: string, options: Partial<LmdbLogOptions> = {}): Promise<Log> =>
  openLmdbLog(path, { wallNow: () => 1_767_225_600_000, ...options })

const valuesOf = async (log: Log, topic: string): Promise<string[]> =>
  (await readAll(log, { topic, partition: 0 })).map(({ value }) => `${value}`.trim())

test('missing parent directories are created, also with a dot in the name', async () => {
  const path = join(directory, 'a', 'b', 'log.v1')
  const log = await open(path)
  await log.close()
  expect(existsSync(join(path, 'data.mdb'))).toBe(true)
})

test('a log that this process has open already is refused, until it is closed', async () => {
  const log = await open(directory)
  const { message } = await expectFailure('LOG_IN_USE', open(join(directory, '.')))
  expect(message).toContain(`${process.pid}`)
  await log.close()
  const again = await open(directory)
  await again.close()
})

test('a data file overwritten with junk is told, and left as it is', async () => {
  const log = await open(directory)
  await log.close()
  const junk = Buffer.alloc(100_000, 'junk')
  writeFileSync(join(directory, 'data.mdb'), junk)
  const { message } = await expectFailure('LOG_CORRUPT', open(directory))
  expect(message).toContain(directory)
  expect(readFileSync(join(directory, 'data.mdb')).equals(junk)).toBe(true)
})

test('a data file cut short is told, at opening or at reading', async () => {
  const log = await open(directory)
  const topic = await newTopic(log)
  for (let i = 0; i < 50; i++) {
    await append(log, { topic, partition: 0 }, [record(null, `${i}`.padEnd(10_000))])
  }
  await log.close()
  const file = join(directory, 'data.mdb')
  truncateSync(file, Math.floor(statSync(file).size / 2))
  const reading = open(directory).then(async again => {
    await readAll(again, { topic, partition: 0 }).finally(() => again.close())
  })
  await expectFailure('LOG_CORRUPT', reading)
})

test('a damaged batch is named, and the others can be read', async () => {
  const log = await open(directory)
  const topic = await newTopic(log)
  const at = { topic, partition: 0 }
  await append(log, at, [record(null, 'sound'.padEnd(6_000, '1'))])
  await append(log, at, [record(null, 'damaged'.padEnd(6_000, '2'))])
  await append(log, at, [record(null, 'sound as well'.padEnd(6_000, '3'))])
  await log.close()
  damage(join(directory, 'data.mdb'), '2222222222')
  const again = await open(directory)
  const { message } = await expectFailure('LOG_CORRUPT', again.read(at, 0, MANY))
  expect(message).toContain('offset 1')
  expect(message).toContain(topic)
  expect((await again.read(at, 0, { ...MANY, recordsMax: 1 })).records).toHaveLength(1)
  await again.trim(at, 2)
  expect(await readAll(again, at)).toHaveLength(1)
  await again.close()
})

const damage = (file: string, text: string): void => {
  const bytes = readFileSync(file)
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + text.length)) {
    bytes[at] = 0x58
  }
  writeFileSync(file, bytes)
}

test('a file in place of the directory is told', async () => {
  const file = join(directory, 'file')
  writeFileSync(file, 'not a log')
  const { message } = await expectFailure('LOG_READ_ONLY', open(file))
  expect(message).toContain(file)
  await expectFailure('LOG_READ_ONLY', open(join(file, 'below')))
})

test('a directory that nobody can write is told', async ({ skip }) => {
  if (!existsSync('/proc/self')) skip('needs /proc, where even root cannot create a directory')
  await expectFailure('LOG_READ_ONLY', open('/proc/millrace'))
})

test('a directory without permission is told', async ({ skip }) => {
  if (process.getuid?.() === 0) skip('root may write everywhere')
  chmodSync(directory, 0o500)
  await expectFailure('LOG_READ_ONLY', open(directory))
  chmodSync(directory, 0o700)
})

test('a log at its size limit says so, keeps what it has, and goes on after a trim', async () => {
  const log = await open(directory, { sizeMaxBytes: 50_000 })
  const topic = await newTopic(log)
  const at = { topic, partition: 0 }
  const big = (name: string) => [record(null, name.padEnd(10_000))]
  for (const name of ['0', '1', '2', '3']) await append(log, at, big(name))
  const full = log.commit({
    appends: [{ ...at, records: [...big('x'), ...big('y')] }],
    consumed: { group: 'g', positions: [{ ...at, next: 1 }] },
  })
  await expectFailure('LOG_DISK_FULL', full)
  expect(await log.range(at)).toEqual({ first: 0, next: 4 })
  expect(await log.committed('g')).toEqual([])
  // Positions alone need no room.
  await log.commit({ appends: [], consumed: { group: 'g', positions: [{ ...at, next: 2 }] } })
  await log.trim(at, 2)
  await append(log, at, [...big('x'), ...big('y')])
  expect(await valuesOf(log, topic)).toEqual(['2', '3', 'x', 'y'])
  await log.close()
})

test('a trim makes room for what it has removed, to the byte', async () => {
  const frameBytes = 44
  const sizes = [300_000, 40, 5_000_000]
  const sizeMaxBytes = sizes.reduce((sum, size) => sum + frameBytes + size, 0)
  const log = await open(directory, { sizeMaxBytes })
  const at = { topic: await newTopic(log), partition: 0 }
  const appendOf = (size: number) => append(log, at, [record(null, 'x'.repeat(size))])
  for (const size of sizes) await appendOf(size)
  for (const [index, size] of sizes.entries()) {
    await log.trim(at, index + 1)
    await expectFailure('LOG_DISK_FULL', appendOf(size + 1))
    await appendOf(size)
  }
  await log.close()
})

test('a full disk is told, loses nothing, and is written again when there is room', async ({
  skip,
}) => {
  const disk = smallDisk()
  if (disk === null) return skip('needs the right to mount a tmpfs')
  try {
    writeFileSync(join(disk, 'ballast'), Buffer.alloc(2_000_000))
    const log = await open(join(disk, 'log'))
    const topic = await newTopic(log)
    const written = await fillUp(log, topic)
    expect(written.length).toBeGreaterThan(1)
    expect(await valuesOf(log, topic)).toEqual(written)
    unlinkSync(join(disk, 'ballast'))
    await append(log, { topic, partition: 0 }, [record(null, 'after'.padEnd(200_000))])
    await log.close()
    const again = await open(join(disk, 'log'))
    expect(await valuesOf(again, topic)).toEqual([...written, 'after'])
    await again.close()
  } finally {
    execFileSync('umount', [disk])
  }
})

test('a disk that is full when the log is opened is told', async ({ skip }) => {
  const disk = smallDisk()
  if (disk === null) return skip('needs the right to mount a tmpfs')
  try {
    writeFileSync(join(disk, 'ballast'), Buffer.alloc(4_500_000))
    await expectFailure('LOG_DISK_FULL', open(join(disk, 'log')))
  } finally {
    execFileSync('umount', [disk])
  }
})

const smallDisk = (): string | null => {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=5m', 'tmpfs', directory], { stdio: 'pipe' })
    return directory
  } catch {
    return null
  }
}

/** Appends until the disk is full; what was acknowledged. */
const fillUp = async (log: Log, topic: string): Promise<string[]> => {
  const written: string[] = []
  for (;;) {
    const value = `${written.length}`.padEnd(200_000)
    const outcome = await append(log, { topic, partition: 0 }, [record(null, value)]).then(
      receipt => receipt.durable,
      error => error as Error,
    )
    if (outcome) {
      expect(outcome).toMatchObject({ code: 'LOG_DISK_FULL' })
      return written
    }
    written.push(value.trim())
  }
}
