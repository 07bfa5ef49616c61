import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import { unreadable } from './input-bytes.ts'
import type { InputSignature } from './record-stream.ts'

const HEAD_BYTES = 64 * 1024

/** Name, size and hash of the first `headBytes` (or of all, where the file is shorter). */
export const inputSignature = async (
  path: string,
  headBytes = HEAD_BYTES,
): Promise<InputSignature> => {
  const file = await open(path, 'r').catch(error => {
    throw unreadable(path, error)
  })
  try {
    const { size } = await file.stat()
    const head = Buffer.alloc(Math.min(size, headBytes))
    await file.read(head, 0, head.length, 0)
    const headHash = createHash('sha256').update(head).digest('hex')
    return { name: basename(path), sizeBytes: size, headBytes: head.length, headHash }
  } catch (error) {
    throw unreadable(path, error)
  } finally {
    await file.close()
  }
}

/** True where the file at `path` is the one that was signed, or that one with more at its end. */
export const continuesInput = async (path: string, before: InputSignature): Promise<boolean> => {
  const now = await inputSignature(path, before.headBytes)
  return now.sizeBytes >= before.sizeBytes && now.headHash === before.headHash
}
