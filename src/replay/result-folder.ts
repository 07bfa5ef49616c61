/**
 * Whose results a folder holds: `millrace-run.json` beside the files. A run writes over its own results
 * only, and a folder never holds those of two runs.
 */
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { MillraceError } from '../engine/errors.ts'
import { writeWhole } from '../logs/write-fully.ts'
import { type Command, changesOf } from './continuing.ts'

export interface RunIdentity {
  readonly runId: string
  /** All that decides what comes out: two runs may bear one name. */
  readonly command: Command
}

const FILE = 'millrace-run.json'

/**
 * Fails with `CONFIG_INVALID` where the folder holds the results of another run, `INPUT_UNREADABLE`
 * where it cannot be told whose they are. Tells whether it is this run's already.
 */
export const checkResultFolder = async (folder: string, run: RunIdentity): Promise<boolean> => {
  const there = await identityIn(folder)
  if (there) refuseOther(folder, there, run)
  return there !== null
}

/**
 * Makes the folder this run's, where it is nobody's; fails as the check does.
 *
 * @param files which the run is about to write from their beginning; none where it goes on with its own
 */
export const claimResultFolder = async (
  folder: string,
  files: readonly string[],
  run: RunIdentity,
): Promise<void> => {
  if (await checkResultFolder(folder, run)) return
  // What an older version has written says nothing of its run. Empty files are no loss.
  for (const file of files) if (await holdsAnything(file)) throw ofNobody(folder, file)
  await writeWhole(folder, FILE, `${JSON.stringify(run, null, 2)}\n`)
}

const identityIn = async (folder: string): Promise<RunIdentity | null> => {
  const path = join(folder, FILE)
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null
    throw unreadable(path, error)
  })
  return text === null ? null : checkedIdentity(path, text)
}

const checkedIdentity = (path: string, text: string): RunIdentity => {
  try {
    const { runId, command } = Object(JSON.parse(text))
    if (typeof runId === 'string') return { runId, command: Object(command) }
  } catch (error) {
    throw unreadable(path, error as Error)
  }
  throw unreadable(path, new Error('it names no run'))
}

const refuseOther = (folder: string, there: RunIdentity, run: RunIdentity): void => {
  const changes = changesOf(there.command, run.command)
  if (changes.length === 0 && there.runId === run.runId) return
  const what =
    changes.length === 0
      ? `, not of ${run.runId}`
      : `, which was begun with another command: ${changes.join(', ')}`
  throw new MillraceError(
    'CONFIG_INVALID',
    `${folder} holds the results of run ${there.runId}${what}. ${ADVICE}`,
  )
}

const holdsAnything = async (path: string): Promise<boolean> =>
  ((await stat(path).catch(() => null))?.size ?? 0) > 0

const ADVICE = 'Give another folder, or remove this one first.'

const ofNobody = (folder: string, file: string): MillraceError =>
  new MillraceError(
    'CONFIG_INVALID',
    `${file} is there already, and nothing in ${folder} says which run has written it. ${ADVICE}`,
  )

const unreadable = (path: string, cause: Error): MillraceError =>
  new MillraceError(
    'INPUT_UNREADABLE',
    `${path}, which says whose results are there, cannot be read: ${cause.message}. ${ADVICE}`,
    { cause },
  )
