/**
 * The directory in which an embedded Millrace keeps everything:
 *
 *   millrace.json   format of the directory, and whose it is
 *   log/            every topic, raw and computed; journal; state; the sink's intents
 *   snapshots/
 *   clickhouse/     the engine's data, its password, where it listens
 *
 * Other commands keep folders of their own beside these (`runs/`, `sample/`).
 */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { MillraceError } from '../engine/errors.ts'
import { writeWhole } from '../logs/write-fully.ts'
import { makeDirectory } from '../sources/make-directory.ts'

export interface DataDirectory {
  readonly path: string
  readonly log: string
  readonly snapshots: string
  readonly clickHouse: string
  /** The id of the application whose data it is. */
  readonly application: string
}

/** The version of the layout. It is raised where an older Millrace would misread the directory. */
const FORMAT = 1
const FILE = 'millrace.json'

/** What stands in `millrace.json`; a later version may add to it. */
interface Identity {
  readonly format: number
  readonly application: string
}

/**
 * Makes the directory, or opens the one that is there.
 *
 * Fails with `DATA_VERSION` where it has another format, `CONFIG_INVALID` where it belongs to another
 * application, and `OUTPUT_UNWRITABLE` where it cannot be made.
 */
export const openDataDirectory = async (
  path: string,
  application: string,
): Promise<DataDirectory> => {
  const there = await identityIn(path)
  if (there && there.application !== application) throw ofAnother(path, there, application)
  const directory = directoryOf(path, application)
  try {
    await makeDirectory(directory.path)
    if (!there) await writeWhole(directory.path, FILE, textOf({ format: FORMAT, application }))
    for (const folder of [directory.log, directory.snapshots, directory.clickHouse]) {
      await makeDirectory(folder)
    }
  } catch (error) {
    throw unwritable(path, error as NodeJS.ErrnoException)
  }
  return directory
}

/** Opens one that is there. Fails with `INPUT_MISSING` where there is none, or `DATA_VERSION`. */
export const existingDataDirectory = async (path: string): Promise<DataDirectory> => {
  const there = await identityIn(path)
  if (there) return directoryOf(path, there.application)
  throw new MillraceError(
    'INPUT_MISSING',
    `there is no data in ${path}. Make some with \`npx millrace demo\`, or say where it is with --data.`,
  )
}

const directoryOf = (given: string, application: string): DataDirectory => {
  const path = resolve(given)
  return {
    path,
    log: join(path, 'log'),
    snapshots: join(path, 'snapshots'),
    clickHouse: join(path, 'clickhouse'),
    application,
  }
}

const identityIn = async (path: string): Promise<Identity | null> => {
  const text = await readFile(join(path, FILE), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null
    throw unreadable(path, error.message, error)
  })
  if (text !== null) return checkedIdentity(path, text)
  if (isOfOlderVersion(path)) throw ofOtherVersion(path, 0)
  return null
}

/** Before there was a `millrace.json`. An LMDB log alone is not ours to build on either. */
const isOfOlderVersion = (path: string): boolean =>
  ['log', 'clickhouse', 'data.mdb'].some(name => existsSync(join(path, name)))

const checkedIdentity = (path: string, text: string): Identity => {
  const { format, application } = fieldsOf(path, text)
  if (typeof format !== 'number') throw unreadable(path, 'it says no format')
  if (format !== FORMAT) throw ofOtherVersion(path, format)
  if (typeof application !== 'string') throw unreadable(path, 'it says no application')
  return { format, application }
}

const fieldsOf = (path: string, text: string): Partial<Record<keyof Identity, unknown>> => {
  try {
    return Object(JSON.parse(text))
  } catch (error) {
    throw unreadable(path, (error as Error).message, error)
  }
}

const textOf = (identity: Identity): string => `${JSON.stringify(identity, null, 2)}\n`

const ofOtherVersion = (path: string, format: number): MillraceError =>
  new MillraceError(
    'DATA_VERSION',
    format > FORMAT
      ? `${path} was made by a newer Millrace (format ${format}; this one knows ${FORMAT}). Use that ` +
          'version, or another directory.'
      : `${path} was made by an older Millrace (format ${format}; this one knows ${FORMAT}). Move it ` +
          'away to begin anew, or use another directory.',
  )

const ofAnother = (path: string, there: Identity, application: string): MillraceError =>
  new MillraceError(
    'CONFIG_INVALID',
    `${path} holds the data of ${there.application}, not of ${application}. Use another directory.`,
  )

const unreadable = (path: string, why: string, cause?: unknown): MillraceError =>
  new MillraceError(
    'INPUT_UNREADABLE',
    `${join(path, FILE)} cannot be read: ${why}. Put back a copy of it, or use another directory.`,
    { cause },
  )

const unwritable = (path: string, cause: NodeJS.ErrnoException): MillraceError => {
  const why = cause.code === 'EEXIST' ? `${cause.path} is a file` : cause.message
  return new MillraceError(
    'OUTPUT_UNWRITABLE',
    `no data directory can be made at ${path}: ${why}. Give another with --data.`,
    { cause },
  )
}
