/**
 * Cuts blocks of bytes into lines. Lines are views into their block where they lie in one, so a
 * line costs no copy; only a line that spans blocks is put together anew.
 */
import { MillraceError } from '../engine/errors.ts'
import type { RawRecord } from './record-stream.ts'

/** Far above any record the engine takes; a longer line is a file that is not NDJSON. */
export const LINE_BYTES_MAX = 16 * 1024 * 1024

const NEWLINE = 0x0a
const CARRIAGE_RETURN = 0x0d
const SPACE = 0x20
const TAB = 0x09
const NOTHING = Buffer.alloc(0)
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf])

export class LineScanner {
  readonly #name: string
  readonly #startAt: number
  #block: Buffer = NOTHING
  #at = 0
  /** Beginnings of a line that has not ended yet, from earlier blocks. */
  #begun: Buffer[] = []
  #begunBytes = 0
  /** Zero-based number of the line at `#at`. */
  #line = 0

  /** `name` is for messages; lines before `startAt` are counted and passed over. */
  constructor(name: string, startAt = 0) {
    this.#name = name
    this.#startAt = startAt
  }

  /** The next block. All lines of the one before must have been taken. */
  feed(block: Buffer): void {
    this.#block = this.#line === 0 && this.#begunBytes === 0 ? withoutMark(block) : block
    this.#at = 0
  }

  /** Puts lines into `records` until it holds `recordsMax`: true; or the block is used up: false. */
  take(records: RawRecord[], recordsMax: number): boolean {
    while (records.length < recordsMax) {
      const end = this.#block.indexOf(NEWLINE, this.#at)
      if (end < 0) {
        this.#begin()
        return false
      }
      const piece = this.#block.subarray(this.#at, end)
      this.#at = end + 1
      this.#put(records, this.#begunBytes === 0 ? piece : this.#joined(piece))
    }
    return true
  }

  /** At the end of the file: the last line, where nothing ends it. */
  takeLast(records: RawRecord[]): void {
    if (this.#begunBytes > 0) this.#put(records, this.#joined(NOTHING))
  }

  #put(records: RawRecord[], line: Buffer): void {
    const offset = this.#line++
    if (line.length > LINE_BYTES_MAX) throw this.#tooLong(offset)
    if (offset < this.#startAt) return
    const value = withoutReturn(line)
    if (!isBlank(value)) records.push({ offset, timestampMs: null, key: null, value })
  }

  #begin(): void {
    const rest = this.#block.subarray(this.#at)
    this.#at = this.#block.length
    if (rest.length === 0) return
    this.#begun.push(rest)
    this.#begunBytes += rest.length
    if (this.#begunBytes > LINE_BYTES_MAX) throw this.#tooLong(this.#line)
  }

  #joined(end: Buffer): Buffer {
    const line = Buffer.concat([...this.#begun, end])
    this.#begun = []
    this.#begunBytes = 0
    return line
  }

  #tooLong(line: number): MillraceError {
    return new MillraceError(
      'LINE_TOO_LONG',
      `${this.#name}:${line + 1} is a line of more than 16 MiB. ` +
        'NDJSON has one record on each line: end each with a newline.',
    )
  }
}

const withoutMark = (block: Buffer): Buffer =>
  block.subarray(0, 3).equals(BYTE_ORDER_MARK) ? block.subarray(3) : block

const withoutReturn = (line: Buffer): Buffer =>
  line[line.length - 1] === CARRIAGE_RETURN ? line.subarray(0, -1) : line

const isBlank = (line: Buffer): boolean => {
  for (const byte of line) {
    if (byte !== SPACE && byte !== TAB && byte !== CARRIAGE_RETURN) return false
  }
  return true
}
