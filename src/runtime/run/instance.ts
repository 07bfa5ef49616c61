/**
 * Who an instance is: an id that its data directory keeps, so that a process that comes back takes
 * the place of the one that was there. And a claim on the directory, which one run has at a time.
 *
 * Not covered: containers that share the directory but not the process table.
 */
import { randomBytes } from 'node:crypto'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MillraceError } from '../../engine/errors.ts'
import { isRunning, type Owner, thisProcess } from '../../logs/lmdb/owner.ts'

const ID_FILE = 'instance'
const CLAIM_FILE = 'run.lock'

/** The id in the directory; a new one where it has none. Twelve hexadecimal digits. */
export const instanceIn = async (directory: string): Promise<string> => {
  const path = join(directory, ID_FILE)
  const text = await readFile(path, 'utf8').catch(() => '')
  if (/^[0-9a-f]{12}\n?$/.test(text)) return text.trim()
  const id = randomBytes(6).toString('hex')
  await writeFile(`${path}.new`, `${id}\n`)
  await rename(`${path}.new`, path)
  return id
}

/** Claims the directory for this process. Fails with `LOG_IN_USE` where another process has it. */
export const claimDirectory = async (directory: string): Promise<() => Promise<void>> => {
  const path = join(directory, CLAIM_FILE)
  const own = `${path}.${process.pid}`
  await writeFile(own, JSON.stringify(thisProcess()))
  try {
    // A link is made with its content in it, or not at all.
    while (!(await linked(own, path))) await removeOfTheDead(path, directory)
  } finally {
    await rm(own, { force: true })
  }
  return () => rm(path, { force: true })
}

const linked = async (from: string, to: string): Promise<boolean> => {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

const removeOfTheDead = async (path: string, directory: string): Promise<void> => {
  const owner = await ownerIn(path)
  if (owner !== null && isRunning(owner)) throw inUse(directory, owner)
  // Out of the way under a name of our own, and looked at again: another may have been quicker.
  const aside = `${path}.${process.pid}.old`
  await rename(path, aside).catch(() => {})
  const moved = await ownerIn(aside)
  if (moved !== null && isRunning(moved)) await linked(aside, path)
  await rm(aside, { force: true })
}

const ownerIn = async (path: string): Promise<Owner | null> => {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Owner
  } catch {
    return null
  }
}

const inUse = (directory: string, { pid }: Owner): MillraceError =>
  new MillraceError(
    'LOG_IN_USE',
    `process ${pid} runs on ${directory} already. End that one, or give this run a folder of its own ` +
      '(`data` in the configuration): runs of one application share its slices from several folders.',
  )
