/**
 * Where the bodies of inserts lie until the engine has read them: in memory (`/dev/shm`), as the engine
 * parses a file in half the time it takes for the same data in a statement, and only there binary
 * formats can be read at all. What is longer than `MEMORY_MAX_BYTES` moves to the disk.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { copyFile, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isAlive } from '../processes/process-alive.ts'

/** How much of one body is held in memory. */
export const MEMORY_MAX_BYTES = 64 * 1024 * 1024

export interface Spool {
  /** Pipes with a name, for the answers of statements; empty where the system has none. */
  readonly pipes: readonly string[]
  /** Writes a body into a file, whose name it returns. Whoever asked removes it. */
  store(body: AsyncIterable<Buffer>): Promise<string>
  remove(): void
}

const PREFIX = 'millrace-clickhouse-'

export const openSpool = (diskDirectory: string, pipeCount: number): Spool => {
  const memory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
  sweep(memory)
  const directory = mkdtempSync(join(memory, `${PREFIX}${process.pid}-`))
  let stored = 0
  return {
    pipes: makePipes(directory, pipeCount),
    store: body => {
      const name = `body-${stored++}`
      return storeBody(body, join(directory, name), join(diskDirectory, name))
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  }
}

/** Removes what killed processes left. */
const sweep = (memory: string): void => {
  for (const name of readdirSync(memory)) {
    const pid = name.startsWith(PREFIX)
      ? Number.parseInt(name.slice(PREFIX.length), 10)
      : Number.NaN
    if (pid > 0 && !isAlive(pid)) rmSync(join(memory, name), { recursive: true, force: true })
  }
}

const makePipes = (directory: string, count: number): string[] => {
  const paths = Array.from({ length: count }, (_, n) => join(directory, `pipe-${n}`))
  try {
    execFileSync('mkfifo', ['-m', '600', ...paths], { stdio: 'ignore' })
    return paths
  } catch {
    return []
  }
}

const storeBody = async (
  body: AsyncIterable<Buffer>,
  inMemory: string,
  onDisk: string,
): Promise<string> => {
  let path = inMemory
  let file = await open(path, 'wx', 0o600)
  let bytes = 0
  try {
    for await (const chunk of body) {
      if (path === inMemory && bytes + chunk.length > MEMORY_MAX_BYTES) {
        await file.close()
        await copyFile(inMemory, onDisk)
        await rm(inMemory)
        path = onDisk
        file = await open(path, 'a')
      }
      await file.appendFile(chunk)
      bytes += chunk.length
    }
    return path
  } catch (error) {
    await rm(path, { force: true })
    throw error
  } finally {
    await file.close()
  }
}
