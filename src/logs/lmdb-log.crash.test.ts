import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { readAll } from './conformance/fixture.ts'
import { openLmdbLog } from './lmdb-log.ts'

const WRITER = fileURLToPath(new URL('./conformance/crash-writer.ts', import.meta.url))
/** How many commits are acknowledged before each kill. */
const KILLS = [1, 9, 2, 23, 5, 14]

const commandFor = (directory: string): readonly [string, ...string[]] => [
  process.execPath,
  '--import',
  'tsx',
  WRITER,
  directory,
]

const start = (directory: string): ChildProcess => {
  const [program, ...args] = commandFor(directory)
  return spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
}

/** Kills the writer at its n-th acknowledgement; the last commit that it acknowledged. */
const killedAfter = async (writer: ChildProcess, acknowledgements: number): Promise<number> => {
  const exited = new Promise(resolve => writer.once('exit', resolve))
  let last = -1
  let count = 0
  for await (const line of createInterface({ input: writer.stdout! })) {
    last = Number(line)
    if (++count === acknowledgements) writer.kill('SIGKILL')
  }
  await exited
  return last
}

test('after a kill everything acknowledged is there, and no part of a commit', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-crash-'))
  try {
    for (const acknowledgements of KILLS) {
      const last = await killedAfter(start(directory), acknowledgements)
      expect(last).toBeGreaterThanOrEqual(0)
      const log = await openLmdbLog(directory, { wallNow: Date.now })
      const [position] = await log.committed('writer')
      expect(position!.next).toBeGreaterThan(last)
      const written = Array.from({ length: position!.next }, (_, n) =>
        Array.from({ length: (n % 5) + 1 }, () => n),
      ).flat()
      for (const partition of [0, 1]) {
        const records = await readAll(log, { topic: 'crashes', partition })
        expect(records.map(({ value }) => Number(value))).toEqual(written)
      }
      await log.close()
    }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
})

test('a log that is open in another process is refused, until that process is gone', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-crash-'))
  const writer = start(directory)
  try {
    await new Promise(resolve => writer.stdout!.once('data', resolve))
    const attempt = openLmdbLog(directory, { wallNow: Date.now })
    await expect(attempt).rejects.toMatchObject({
      code: 'LOG_IN_USE',
      message: expect.stringContaining(`process ${writer.pid}`),
    })
    const exited = new Promise(resolve => writer.once('exit', resolve))
    writer.kill('SIGKILL')
    await exited
    const log = await openLmdbLog(directory, { wallNow: Date.now })
    await log.close()
  } finally {
    writer.kill('SIGKILL')
    rmSync(directory, { recursive: true, force: true })
  }
})

/** The writer with a parent that does not ask after it, as the first process of a container may be. */
const startUnasked = (directory: string): ChildProcess =>
  spawn('sh', ['-c', '"$@" & echo "$!"; exec sleep 300', 'sh', ...commandFor(directory)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })

const acknowledgedIn = async (directory: string): Promise<number> => {
  const log = await openLmdbLog(directory, { wallNow: Date.now })
  try {
    return (await log.committed('writer'))[0]!.next
  } finally {
    await log.close()
  }
}

test.skipIf(!existsSync('/proc/self/stat'))(
  'a log whose process was killed is free, also while nobody has asked after that process',
  async () => {
    const directory = mkdtempSync(join(tmpdir(), 'millrace-crash-'))
    const parent = startUnasked(directory)
    try {
      const lines = createInterface({ input: parent.stdout! })[Symbol.asyncIterator]()
      const pid = Number((await lines.next()).value)
      expect((await lines.next()).value, 'a commit').toBe('0')
      process.kill(pid, 'SIGKILL')
      // What its other threads are about takes a moment to end.
      await expect.poll(() => acknowledgedIn(directory), { timeout: 30_000 }).toBeGreaterThan(0)
      expect(readFileSync(`/proc/${pid}/stat`, 'utf8')).toContain(' Z ')
    } finally {
      parent.kill('SIGKILL')
      rmSync(directory, { recursive: true, force: true })
    }
  },
)
