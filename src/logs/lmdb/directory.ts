/**
 * Looks at the directory before LMDB does. LMDB maps its file into memory and trusts it: a file
 * that is not its own, or that was cut short, ends the process with a signal and no message.
 */
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { corruptFile, diskFull, faultOf, hasRoom } from './faults.ts'

/** Where LMDB's meta page has what it is known by; two such pages begin the file. */
const MAGIC_AT = 24
const MAGIC = 0xbeefc0de
const FORMAT_AT = 28
const FORMAT = 2
const PAGE_BYTES_AT = 48
const LAST_PAGE_AT = 144
const META_BYTES = 168

export const prepareDirectory = (directory: string): void => {
  try {
    makeDirectory(directory)
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    throw faultOf(error, directory, 0)
  }
  // A full disk under a mapped lock file would end the process as well.
  if (!hasRoom(directory)) throw diskFull(directory)
  const file = join(directory, 'data.mdb')
  if (existsSync(file)) checkDataFile(directory, file)
}

/** Node's own recursive form never ends where the system denies with ENOENT, as `/proc` does. */
const makeDirectory = (directory: string): void => {
  if (existsSync(directory)) return
  const parent = dirname(directory)
  if (parent !== directory) makeDirectory(parent)
  mkdirSync(directory)
}

const checkDataFile = (directory: string, file: string): void => {
  const descriptor = opened(directory, file)
  try {
    const { size } = fstatSync(descriptor)
    // LMDB was killed before its first write.
    if (size === 0) return
    const bytesWanted = sizeByMeta(directory, descriptor, size)
    // Missing pages are read as zeros then, which checksums find, instead of ending the process.
    if (size < bytesWanted) ftruncateSync(descriptor, bytesWanted)
  } finally {
    closeSync(descriptor)
  }
}

const opened = (directory: string, file: string): number => {
  try {
    return openSync(file, 'r+')
  } catch (error) {
    throw faultOf(error, directory, 0)
  }
}

/** The size of the file by the larger of its two meta pages. */
const sizeByMeta = (directory: string, descriptor: number, size: number): number => {
  const first = metaAt(descriptor, 0)
  if (first === null) throw corruptFile(directory, 'data.mdb is not the file of a log')
  const second = metaAt(descriptor, first.pageBytes)
  if (second === null) throw corruptFile(directory, 'the second page of data.mdb is overwritten')
  const bytes = (Math.max(first.lastPage, second.lastPage) + 1) * first.pageBytes
  if (size < 2 * first.pageBytes) throw corruptFile(directory, 'data.mdb is cut short')
  return bytes
}

const metaAt = (descriptor: number, at: number): { pageBytes: number; lastPage: number } | null => {
  const meta = Buffer.alloc(META_BYTES)
  readSync(descriptor, meta, 0, META_BYTES, at)
  if (meta.readUInt32LE(MAGIC_AT) !== MAGIC) return null
  if ((meta.readUInt32LE(FORMAT_AT) & 0xff) !== FORMAT) return null
  const pageBytes = meta.readUInt32LE(PAGE_BYTES_AT)
  if (pageBytes < 512 || pageBytes > 65_536 || (pageBytes & (pageBytes - 1)) !== 0) return null
  return { pageBytes, lastPage: Number(meta.readBigUInt64LE(LAST_PAGE_AT)) }
}
