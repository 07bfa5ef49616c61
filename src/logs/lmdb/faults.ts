/** What the embedded log says when directory, disk or data do not allow what was asked. */
import { statfsSync } from 'node:fs'
import { type ErrorCode, MillraceError } from '../../engine/errors.ts'
import type { TopicPartition } from '../log.ts'

/** Below this much free space, an input/output error is taken for a full disk. */
export const FREE_BYTES_MIN = 1024 * 1024

const fault = (code: ErrorCode, message: string, cause?: unknown): MillraceError =>
  new MillraceError(code, message, cause === undefined ? {} : { cause })

export const inUse = (directory: string, pid: number): MillraceError =>
  fault(
    'LOG_IN_USE',
    `The log in ${directory} is open in process ${pid}${pid === process.pid ? ', this one' : ''}. ` +
      'Stop that process or close its log, or use another directory.',
  )

export const corruptFile = (directory: string, what: string, cause?: unknown): MillraceError =>
  fault(
    'LOG_CORRUPT',
    `The log in ${directory} is damaged: ${what}. Put back a copy of the directory, or move it away and replay from the source.`,
    cause,
  )

export const corruptBatch = (at: TopicPartition, offset: number, cause: unknown): MillraceError =>
  fault(
    'LOG_CORRUPT',
    `The batch at offset ${offset} of "${at.topic}" partition ${at.partition} is damaged: ` +
      `${messageOf(cause)}. Put back a copy of the log, or trim the partition to ${offset + 1} ` +
      'to go on without these records.',
    cause,
  )

export const diskFull = (directory: string, cause?: unknown): MillraceError =>
  fault(
    'LOG_DISK_FULL',
    `The disk of ${directory} is full, and nothing was written. ` +
      'Free some space, or shorten the retention of topics; then go on.',
    cause,
  )

export const overLimit = (directory: string, bytes: number, bytesMax: number): MillraceError =>
  fault(
    'LOG_DISK_FULL',
    `The log in ${directory} would hold ${bytes} bytes, over its limit of ${bytesMax}; ` +
      'nothing was written. Raise the limit, or shorten the retention of topics.',
  )

/** Turns what the file system or LMDB threw into an error that says what to do. */
export const faultOf = (error: unknown, directory: string, bytesWanted: number): unknown => {
  // What has no code is neither from the file system nor from LMDB: a fault of our own, told as is.
  if (error instanceof MillraceError || codeOf(error) === undefined) return error
  switch (causeOf(error)) {
    case 'full':
      return diskFull(directory, error)
    case 'failed':
      // LMDB reports a write that was cut short as an input/output error.
      return freeBytes(directory) < bytesWanted + FREE_BYTES_MIN
        ? diskFull(directory, error)
        : fault(
            'LOG_UNAVAILABLE',
            `The disk of ${directory} failed: ${messageOf(error)}. Check it, and start again.`,
            error,
          )
    case 'read-only':
      return fault(
        'LOG_READ_ONLY',
        `The log cannot be written in ${directory}: ${messageOf(error)}. ` +
          'Give it a directory that this user may write.',
        error,
      )
    default:
      return corruptFile(directory, messageOf(error), error)
  }
}

const causeOf = (error: unknown): 'full' | 'failed' | 'read-only' | 'damaged' => {
  const code = codeOf(error)
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 28 || code === 122) return 'full'
  if (code === 'EIO' || code === 5 || code === 'ENOMEM' || code === 12) return 'failed'
  if (code === 13 || code === 30 || code === 1 || code === 20 || code === 2) return 'read-only'
  const denied = ['EACCES', 'EROFS', 'EPERM', 'ENOTDIR', 'EEXIST', 'ENOENT', 'EISDIR']
  return denied.includes(String(code)) ? 'read-only' : 'damaged'
}

const codeOf = (error: unknown): string | number | undefined =>
  (error as { readonly code?: string | number } | null | undefined)?.code

const freeBytes = (directory: string): number => {
  try {
    const { bavail, bsize } = statfsSync(directory)
    return bavail * bsize
  } catch {
    return Number.POSITIVE_INFINITY
  }
}

export const hasRoom = (directory: string): boolean => freeBytes(directory) >= FREE_BYTES_MIN

export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)
