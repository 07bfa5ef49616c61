/**
 * The *frame*: how a batch of records lies in the log. All numbers are little-endian.
 *
 *   header   u16 magic | u8 version | u8 flags | u32 crc | f64 base offset | f64 timestamp |
 *            u32 count | u32 span
 *   record   [u32 offset - base, where sparse] | u32 key length + 1 | u32 value length + 1 |
 *            u32 header bytes | key | value | headers
 *   headers  u16 name length | u16 value length | name | value, for each
 *
 * A length of 0 stands for null. The CRC-32 is over all that follows it. `span` is how many offsets
 * the frame stands for: more than `count` where compaction removed some, which makes it sparse.
 */
import { crc32 } from 'node:zlib'
import type { LogRecord, ReadLimits, StoredRecord } from '../log.ts'
import { recordBytes } from '../record-rules.ts'

const MAGIC = 0x724d
const VERSION = 1
const SPARSE = 1
const HEADER_BYTES = 32
const LENGTHS_BYTES = 12

/** Records with a timestamp in common, which stand for the offsets from `base` to `last`. */
export interface Frame {
  readonly base: number
  readonly last: number
  readonly timestampMs: number
}

/**
 * Offsets follow each other from `base` on; where they do not, give each one.
 *
 * @param take gives the bytes that it is written into
 */
export const encodeFrame = (
  frame: Frame,
  records: readonly LogRecord[],
  offsets: readonly number[] | null,
  take: (bytes: number) => Buffer = Buffer.allocUnsafeSlow,
): Buffer => {
  const bytes = take(frameBytes(records, offsets !== null))
  let at = HEADER_BYTES
  for (let i = 0; i < records.length; i++) {
    if (offsets !== null) at = bytes.writeUInt32LE(offsets[i]! - frame.base, at)
    at = writeRecord(bytes, at, records[i]!)
  }
  writeHeader(bytes, frame, records.length, offsets !== null)
  return bytes
}

const frameBytes = (records: readonly LogRecord[], sparse: boolean): number => {
  let size = HEADER_BYTES + records.length * (LENGTHS_BYTES + (sparse ? 4 : 0))
  for (let i = 0; i < records.length; i++) size += recordBytes(records[i]!)
  return size
}

const writeHeader = (bytes: Buffer, frame: Frame, count: number, sparse: boolean): void => {
  bytes.writeUInt16LE(MAGIC, 0)
  bytes.writeUInt8(VERSION, 2)
  bytes.writeUInt8(sparse ? SPARSE : 0, 3)
  bytes.writeDoubleLE(frame.base, 8)
  bytes.writeDoubleLE(frame.timestampMs, 16)
  bytes.writeUInt32LE(count, 24)
  bytes.writeUInt32LE(frame.last - frame.base + 1, 28)
  bytes.writeUInt32LE(crc32(bytes.subarray(8)), 4)
}

const writeRecord = (bytes: Buffer, start: number, record: LogRecord): number => {
  const { key, value, headers } = record
  let at = bytes.writeUInt32LE(key === null ? 0 : key.length + 1, start)
  at = bytes.writeUInt32LE(value === null ? 0 : value.length + 1, at) + 4
  // Keys are short, and a call would take longer.
  if (key !== null) for (let i = 0; i < key.length; i++) bytes[at++] = key[i]!
  if (value !== null) {
    bytes.set(value, at)
    at += value.length
  }
  const end = headers === undefined ? at : writeHeaders(bytes, at, headers)
  bytes.writeUInt32LE(end - at, start + 8)
  return end
}

const writeHeaders = (bytes: Buffer, start: number, headers: Readonly<Record<string, string>>) => {
  let at = start
  for (const name in headers) {
    const value = headers[name]!
    at = bytes.writeUInt16LE(name.length, at)
    at = bytes.writeUInt16LE(value.length, at)
    at += bytes.write(name, at, 'latin1')
    at += bytes.write(value, at, 'latin1')
  }
  return at
}

/** Reads a frame from its beginning to its end, record by record, in as many calls as are needed. */
export class FrameReader implements Frame {
  readonly base: number
  readonly last: number
  readonly timestampMs: number
  readonly #bytes: Buffer
  readonly #sparse: boolean
  readonly #count: number
  #index = 0
  #at = HEADER_BYTES
  /** The offset of the record at `#at`; undefined behaviour once all are read. */
  #offset: number

  /** The frame that ends at offset `last`. Throws where the bytes are not what was written. */
  constructor(bytes: Buffer, last: number) {
    checkFrame(bytes)
    this.#bytes = bytes
    this.#sparse = (bytes.readUInt8(3) & SPARSE) !== 0
    this.#count = bytes.readUInt32LE(24)
    this.base = bytes.readDoubleLE(8)
    this.timestampMs = bytes.readDoubleLE(16)
    this.last = this.base + bytes.readUInt32LE(28) - 1
    if (this.last !== last) throw new Error('it stands at another offset than its own')
    this.#offset = this.base - 1
    this.#nextOffset()
  }

  get done(): boolean {
    return this.#index === this.#count
  }

  get bytes(): number {
    return this.#bytes.length
  }

  /** The next record to be read, or beyond the frame's end where it is done. */
  get offset(): number {
    return this.#offset
  }

  skipTo(from: number): void {
    while (!this.done && this.#offset < from) {
      const bytes = this.#bytes
      const key = bytes.readUInt32LE(this.#at)
      const value = bytes.readUInt32LE(this.#at + 4)
      const headers = bytes.readUInt32LE(this.#at + 8)
      this.#at += LENGTHS_BYTES + (key && key - 1) + (value && value - 1) + headers
      this.#moveOn()
    }
  }

  /** Appends records to `into` up to the limits, and says how many bytes they have. */
  read(into: StoredRecord[], limits: ReadLimits, bytesSoFar: number): number {
    let bytes = bytesSoFar
    while (!this.done && into.length < limits.recordsMax) {
      const size = this.#recordBytes()
      if (into.length > 0 && bytes + size > limits.bytesMax) break
      into.push(this.#record())
      bytes += size
    }
    return bytes
  }

  all(): StoredRecord[] {
    const records: StoredRecord[] = []
    while (!this.done) records.push(this.#record())
    return records
  }

  #recordBytes(): number {
    const bytes = this.#bytes
    const key = bytes.readUInt32LE(this.#at)
    const value = bytes.readUInt32LE(this.#at + 4)
    return (key && key - 1) + (value && value - 1) + bytes.readUInt32LE(this.#at + 8)
  }

  #record(): StoredRecord {
    const bytes = this.#bytes
    const start = this.#at + LENGTHS_BYTES
    const keyLength = bytes.readUInt32LE(this.#at)
    const valueLength = bytes.readUInt32LE(this.#at + 4)
    const headersLength = bytes.readUInt32LE(this.#at + 8)
    const keyEnd = keyLength === 0 ? start : start + keyLength - 1
    const valueEnd = valueLength === 0 ? keyEnd : keyEnd + valueLength - 1
    const offset = this.#offset
    const key = keyLength === 0 ? null : bytes.subarray(start, keyEnd)
    const value = valueLength === 0 ? null : bytes.subarray(keyEnd, valueEnd)
    this.#at = valueEnd + headersLength
    this.#moveOn()
    const { timestampMs } = this
    if (headersLength === 0) return { offset, timestampMs, key, value }
    return { offset, timestampMs, key, value, headers: headersOf(bytes, valueEnd, this.#at) }
  }

  #moveOn(): void {
    this.#index++
    this.#nextOffset()
  }

  #nextOffset(): void {
    if (!this.#sparse || this.done) {
      this.#offset++
      return
    }
    this.#offset = this.base + this.#bytes.readUInt32LE(this.#at)
    this.#at += 4
  }
}

const checkFrame = (bytes: Buffer): void => {
  if (bytes.length < HEADER_BYTES) throw new Error('it is cut short')
  if (bytes.readUInt16LE(0) !== MAGIC) throw new Error('it is no batch of records')
  const version = bytes.readUInt8(2)
  if (version !== VERSION) throw new Error(`it has version ${version}, and ${VERSION} is known`)
  if (crc32(bytes.subarray(8)) !== bytes.readUInt32LE(4)) throw new Error('its checksum is wrong')
}

const headersOf = (bytes: Buffer, start: number, end: number): Record<string, string> => {
  const headers: [string, string][] = []
  for (let at = start; at < end; ) {
    const nameEnd = at + 4 + bytes.readUInt16LE(at)
    const valueEnd = nameEnd + bytes.readUInt16LE(at + 2)
    headers.push([asciiOf(bytes, at + 4, nameEnd), asciiOf(bytes, nameEnd, valueEnd)])
    at = valueEnd
  }
  return Object.fromEntries(headers)
}

const asciiOf = (bytes: Buffer, start: number, end: number): string =>
  bytes.toString('latin1', start, end)
