import { type FileHandle, open, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Output } from '../engine/commit.ts'
import { MillraceError } from '../engine/errors.ts'
import { codecsOf } from '../engine/schema/codecs.ts'
import type { AnyTopic } from '../engine/topic.ts'
import { writeFully } from '../logs/write-fully.ts'
import { makeDirectory } from '../sources/make-directory.ts'
import { claimResultFolder, type RunIdentity } from './result-folder.ts'
import type { Target } from './target.ts'

/** How long each file is, in bytes. */
type Marks = Readonly<Record<string, number>>

interface ResultFile {
  readonly path: string
  readonly handle: FileHandle
  length: number
}

/**
 * One file of canonical NDJSON per result topic, in one directory.
 *
 * The lengths of the files are part of each commit. What was written after the last one is cut off
 * when the run goes on, so an interrupted run ends with the very bytes of an undisturbed one.
 *
 * @param run whose results they are to be: a folder that holds those of another is refused. Left out,
 *   nobody looks, and what is there is written over.
 */
export const ndjsonTarget = (directory: string, run?: RunIdentity): Target => {
  const files = new Map<string, ResultFile>()
  return {
    async open(marks, topics) {
      await makeDirectory(resolve(directory)).catch(cause => {
        throw unwritable(directory, cause)
      })
      if (run) await claim(directory, run, marks === null ? topics : [])
      for (const { name } of topics) {
        files.set(name, await openFile(directory, name, (marks as Marks | null)?.[name]))
      }
    },
    async write(outputs) {
      for (const [name, lines] of linesOf(outputs)) await append(files.get(name)!, lines)
      return Object.fromEntries([...files].map(([name, { length }]) => [name, length]))
    },
    isRunLog: false,
    wantsInputs: false,
    finish: async () => {},
    resultFormat: 'json',
    async close() {
      for (const { handle } of files.values()) await handle.close()
      files.clear()
    },
  }
}

const claim = async (
  directory: string,
  run: RunIdentity,
  written: readonly AnyTopic[],
): Promise<void> => {
  const paths = written.map(({ name }) => pathOf(directory, name))
  await claimResultFolder(directory, paths, run).catch(cause => {
    throw cause instanceof MillraceError ? cause : unwritable(directory, cause)
  })
}

const pathOf = (directory: string, topic: string): string => join(directory, `${topic}.ndjson`)

const openFile = async (
  directory: string,
  name: string,
  length: number | undefined,
): Promise<ResultFile> => {
  const path = pathOf(directory, name)
  if (length === undefined) return { path, handle: await opened(path, 'w'), length: 0 }
  const handle = await opened(path, 'r+')
  if ((await stat(path)).size < length) throw shortened(path, length)
  await handle.truncate(length)
  return { path, handle, length }
}

const opened = (path: string, flags: string): Promise<FileHandle> =>
  open(path, flags).catch(cause => {
    throw (cause as NodeJS.ErrnoException).code === 'ENOENT' && flags === 'r+'
      ? shortened(path, 0)
      : unwritable(path, cause)
  })

const linesOf = (outputs: readonly Output[]): Map<string, string[]> => {
  const lines = new Map<string, string[]>()
  for (const { topic, value } of outputs) {
    const line = typeof value === 'string' ? value : jsonOf(topic, value)
    const known = lines.get(topic.name)
    if (known) known.push(line)
    else lines.set(topic.name, [line])
  }
  return lines
}

/** From the bytes: the object may hold a list that a handler has changed since. */
const jsonOf = (topic: AnyTopic, value: Buffer): string => {
  const { decodeAvro, encodeJson } = codecsOf(topic)
  return encodeJson(decodeAvro(value))
}

const append = async (file: ResultFile, lines: readonly string[]): Promise<void> => {
  let at = file.length
  try {
    for (const text of textsOf(lines)) at = await writeFully(file.handle, Buffer.from(text), at)
    await file.handle.datasync()
  } catch (cause) {
    throw unwritable(file.path, cause)
  }
  file.length = at
}

/** A single text of all lines could be longer than texts may be. */
const TEXT_LENGTH_MIN = 4 * 1024 * 1024

function* textsOf(lines: readonly string[]): Generator<string> {
  let text = ''
  for (const line of lines) {
    text += `${line}\n`
    if (text.length < TEXT_LENGTH_MIN) continue
    yield text
    text = ''
  }
  if (text !== '') yield text
}

const unwritable = (path: string, cause: unknown): MillraceError => {
  const { code, message } = cause as NodeJS.ErrnoException
  const what = WRITE_FAULTS[code ?? ''] ?? `${message}. Choose another directory`
  return new MillraceError('OUTPUT_UNWRITABLE', `cannot write ${path}: ${what}.`, { cause })
}

const DENIED = 'it may not be written. Choose a directory that you may write to'
const FULL = 'the disk is full. Free some space and give the same command again: the run goes on'
const TOO_LARGE =
  'the file is as large as the system allows. Raise the limit (ulimit -f) and give the same command ' +
  'again: the run goes on'
const NO_DIRECTORY = 'a file is in its place. Choose another directory'
const WRITE_FAULTS: Readonly<Record<string, string>> = {
  EACCES: DENIED,
  EPERM: DENIED,
  EROFS: DENIED,
  ENOENT: DENIED,
  ENOSPC: FULL,
  EDQUOT: FULL,
  EFBIG: TOO_LARGE,
  EEXIST: NO_DIRECTORY,
  ENOTDIR: NO_DIRECTORY,
}

const shortened = (path: string, length: number): MillraceError =>
  new MillraceError(
    'OUTPUT_UNWRITABLE',
    `${path} is not as the interrupted run left it (at least ${length} bytes), so the run cannot ` +
      'go on. Give --restart to begin it anew.',
  )
