/**
 * What lies in the directory of an embedded ClickHouse:
 *
 *     data/          the engine's
 *     config.xml     what the engine is started with, written at each start
 *     password       random, made once; the user alone may read it
 *     server.json    the engine that last had the directory, and where it listens while it does
 *     results/       answers on their way out; swept at each start
 */
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { MillraceError } from '../engine/errors.ts'

export interface Place {
  readonly data: string
  readonly config: string
  readonly server: string
  readonly password: string
  readonly results: string
}

export interface ServerFile {
  /** Of the library that last had the directory open, such as `26.7.3-stable.1`. */
  readonly engine: string
  /** Absent where the engine was stopped. Where it was killed they are stale. */
  readonly url?: string
  readonly pid?: number
}

export const placeIn = (directory: string): Place => {
  const inside = (name: string) => join(resolve(directory), name)
  return {
    data: inside('data'),
    config: inside('config.xml'),
    server: inside('server.json'),
    password: inside('password'),
    results: inside('results'),
  }
}

export const readServerFile = (place: Place): ServerFile | null => {
  const text = readIfThere(place.server)
  if (text === null) return null
  try {
    return JSON.parse(text) as ServerFile
  } catch {
    return null
  }
}

export const writeServerFile = (place: Place, file: ServerFile): void =>
  writeWhole(place.server, `${JSON.stringify(file)}\n`)

/** For the user alone, and replaced whole: another process may be reading it. */
const writeWhole = (path: string, text: string): void => {
  const next = `${path}.${process.pid}`
  writeFileSync(next, text, { mode: 0o600 })
  renameSync(next, path)
}

export const readPassword = (place: Place): string | null => readIfThere(place.password)

/**
 * The password of the directory. The process that has the engine open makes it where there is none, or
 * where a full disk has left an empty one, which would let in anybody.
 */
export const passwordOf = (place: Place): string => {
  const there = readPassword(place)
  if (there) return there
  const made = randomBytes(24).toString('base64url')
  writeWhole(place.password, made)
  return made
}

/** For the one process that has the engine open. */
export const sweepResults = (place: Place): void => {
  rmSync(place.results, { recursive: true, force: true })
  mkdirSync(place.results, { mode: 0o700 })
}

/** Refuses a directory that a newer engine has written: an older one may not understand its parts. */
export const checkEngineVersion = (directory: string, place: Place, ours: string): void => {
  const theirs = readServerFile(place)?.engine
  if (theirs === undefined || compareVersions(theirs, ours) <= 0) return
  throw new MillraceError(
    'DATA_VERSION',
    `${directory} was written by ClickHouse ${theirs}, and the engine installed here is ${ours}. ` +
      'Install the newer version of chdb, or use another directory.',
  )
}

const compareVersions = (a: string, b: string): number => {
  const [left, right] = [numbersIn(a), numbersIn(b)]
  for (let n = 0; n < 3; n++) {
    const difference = (left[n] ?? 0) - (right[n] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

const numbersIn = (version: string) => (version.match(/\d+/g) ?? []).map(Number)

const readIfThere = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
