/**
 * The bytes of an input file, unpacked where its name says that it is packed (`.gz`, `.xz`).
 * All that can go wrong with a file becomes one of two errors here, and both name the path.
 */
import { createReadStream } from 'node:fs'
import { access, constants } from 'node:fs/promises'
import { pipeline, Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { createGunzip } from 'node:zlib'
import xz from 'xz-decompress'
import { MillraceError } from '../engine/errors.ts'

/** Large enough to scan fast, small enough that a line kept for long keeps little else alive. */
const BLOCK_BYTES = 256 * 1024

export interface InputBytes extends AsyncIterable<Buffer> {
  close(): void
}

export const openBytes = async (path: string): Promise<InputBytes> => {
  await access(path, constants.R_OK).catch(error => {
    throw unreadable(path, error)
  })
  const stream = unpacked(path)
  return {
    [Symbol.asyncIterator]: () => buffersOf(path, stream),
    close: () => {
      stream.destroy()
    },
  }
}

/** A file name without the endings that only say how it is packed. */
export const unpackedName = (name: string): string => name.replace(/\.(gz|xz)$/, '')

const unpacked = (path: string): Readable => {
  const file = createReadStream(path, { highWaterMark: BLOCK_BYTES })
  if (path.endsWith('.gz')) return pipeline(file, createGunzip({ chunkSize: BLOCK_BYTES }), ignored)
  if (path.endsWith('.xz')) return unpackedXz(file)
  return file
}

/** The pipeline's errors come out of its last stream, where they are handled. */
const ignored = (): void => {}

const unpackedXz = (file: Readable): Readable => {
  const bytes: unknown = new xz.XzReadableStream(pulledFrom(file))
  return Readable.fromWeb(bytes as ReadableStream<Uint8Array>)
}

/** Pulled, and not pushed as by `Readable.toWeb`, which throws where reading ends before the file does. */
const pulledFrom = (file: Readable): globalThis.ReadableStream<Uint8Array> => {
  const blocks = file[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
  return new globalThis.ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await blocks.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    cancel: () => void file.destroy(),
  })
}

const buffersOf = async function* (path: string, stream: Readable): AsyncGenerator<Buffer> {
  try {
    for await (const block of stream as AsyncIterable<Uint8Array>) {
      yield Buffer.from(block.buffer, block.byteOffset, block.byteLength)
    }
  } catch (error) {
    throw unreadable(path, error)
  }
}

export const unreadable = (path: string, cause: unknown): MillraceError => {
  if (cause instanceof MillraceError) return cause
  const code = (cause as NodeJS.ErrnoException).code ?? ''
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new MillraceError('INPUT_MISSING', `There is no ${path}. Check the path.`, { cause })
  }
  return new MillraceError('INPUT_UNREADABLE', `${path} ${troubleOf(path, code, cause)}`, { cause })
}

const troubleOf = (path: string, code: string, cause: unknown): string => {
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read. Give this user permission.'
  if (code === 'EISDIR') return 'is a folder. Name a file in it.'
  if (code === 'Z_BUF_ERROR') return 'ends in the middle of its gzip data. Fetch it again, whole.'
  if (code.startsWith('Z_')) return 'is not sound gzip data. Fetch it again, or correct its name.'
  if (path.endsWith('.xz') && code === '') return 'is not sound, whole xz data. Fetch it again.'
  return `cannot be read: ${(cause as Error).message}. Repair it, or name another file.`
}
