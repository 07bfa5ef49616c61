/**
 * An import into a folder of `<topic>.ndjson`, in canonical JSON.
 *
 * Each topic goes to `<topic>.ndjson.part` first. Only once all are whole and on the disk do they get
 * their names, so an import that was interrupted leaves no file that looks finished; the next one
 * starts anew. A file of an earlier import of the same topic is replaced.
 */
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { MillraceError } from '../engine/errors.ts'
import { codecsOf } from '../engine/schema/codecs.ts'
import type { ImportTarget } from './import.ts'
import { makeDirectory } from './make-directory.ts'
import type { ImportedEvent } from './public-data/importer.ts'

const WRITE_CHARACTERS = 1024 * 1024

/** Fails with `OUTPUT_UNWRITABLE`. */
export const importToNdjson = (folder: string): ImportTarget => {
  const files = new Map<string, PartFile>()
  return {
    open: async () => {
      await writing(folder, () => makeDirectory(resolve(folder)))
      return new Map()
    },
    write: events => writing(folder, () => writeAll(folder, files, events)),
    finish: () =>
      writing(folder, async () => {
        for (const file of files.values()) await file.complete()
        for (const file of files.values()) await rename(file.part, file.path)
        await syncFolder(folder)
      }),
    abandon: async () => {
      for (const file of files.values()) await file.discard()
    },
  }
}

const writeAll = async (
  folder: string,
  files: Map<string, PartFile>,
  events: readonly ImportedEvent[],
): Promise<void> => {
  for (const { topic, record } of events) {
    const { name } = topic
    const file = files.get(name) ?? (await PartFile.create(join(folder, `${name}.ndjson`)))
    files.set(name, file)
    file.add(codecsOf(topic).encodeJson(record))
  }
  for (const file of files.values()) await file.drain(WRITE_CHARACTERS)
}

class PartFile {
  readonly path: string
  readonly part: string
  readonly #file: FileHandle
  #waiting: string[] = []
  #waitingCharacters = 0

  static async create(path: string): Promise<PartFile> {
    return new PartFile(path, await open(`${path}.part`, 'w'))
  }

  private constructor(path: string, file: FileHandle) {
    this.path = path
    this.part = `${path}.part`
    this.#file = file
  }

  add(json: string): void {
    this.#waiting.push(json)
    this.#waitingCharacters += json.length + 1
  }

  /** Writes what waits, where that is at least this much and anything at all. */
  async drain(charactersMin: number): Promise<void> {
    if (this.#waitingCharacters < charactersMin || this.#waiting.length === 0) return
    const block = `${this.#waiting.join('\n')}\n`
    this.#waiting = []
    this.#waitingCharacters = 0
    await this.#file.appendFile(block)
  }

  async complete(): Promise<void> {
    await this.drain(0)
    await this.#file.sync()
    await this.#file.close()
  }

  async discard(): Promise<void> {
    await this.#file.close().catch(() => {})
    await rm(this.part, { force: true })
  }
}

/** New names are on the disk only once the folder is. */
const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const writing = async <T>(folder: string, write: () => Promise<T>): Promise<T> => {
  try {
    return await write()
  } catch (error) {
    if (error instanceof MillraceError || typeof (error as NodeJS.ErrnoException).code !== 'string')
      throw error
    throw unwritable(folder, error as NodeJS.ErrnoException)
  }
}

const unwritable = (folder: string, cause: NodeJS.ErrnoException): MillraceError => {
  if (cause.code === 'ENOSPC' || cause.code === 'EDQUOT') {
    const message = `There is no room left for ${folder}. Make room, and import again.`
    return new MillraceError('OUTPUT_UNWRITABLE', message, { cause })
  }
  return new MillraceError(
    'OUTPUT_UNWRITABLE',
    `${folder} cannot be written to (${cause.code}). Give another folder, or permission.`,
    { cause },
  )
}
