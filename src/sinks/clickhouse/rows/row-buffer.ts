/**
 * Rows in ClickHouse's RowBinary, one after another in one buffer that grows.
 *
 *   numbers       little-endian, as wide as their type; Bool and the mark of a null take one byte
 *   texts, lists  their length as a varint (7 bits to a byte, least first), then bytes or items
 *
 * All methods that write are called for each value of each record: they make no objects.
 */
const BYTES_AT_FIRST = 64 << 10
const SHORT = 64
const VARINT_MAX = 5

export class RowBuffer {
  #buffer = Buffer.allocUnsafeSlow(BYTES_AT_FIRST)
  #view = viewOf(this.#buffer)
  #length = 0
  #rows = 0

  /** Bytes written so far. */
  get length(): number {
    return this.#length
  }

  /** Rows that are whole. */
  get rows(): number {
    return this.#rows
  }

  /** What was written, without a copy: valid until the next change. */
  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length)
  }

  /** Forgets everything, and keeps the memory. */
  reset(): void {
    this.truncate(0, 0)
  }

  /** Goes back to where it was when it had this `length` and these `rows`. */
  truncate(length: number, rows: number): void {
    this.#length = length
    this.#rows = rows
  }

  /** What was written since the last row is one more. */
  endRow(): void {
    this.#rows++
  }

  uint8(value: number): void {
    const at = this.#take(1)
    this.#buffer[at] = value
  }

  int32(value: number): void {
    const at = this.#take(4)
    this.#view.setInt32(at, value, true)
  }

  /** Any whole number up to 2^53 in magnitude; for UInt64 as well, where it is not negative. */
  int64(value: number): void {
    const at = this.#take(8)
    this.#view.setUint32(at, value >>> 0, true)
    this.#view.setInt32(at + 4, Math.floor(value / 2 ** 32), true)
  }

  float64(value: number): void {
    const at = this.#take(8)
    this.#view.setFloat64(at, value, true)
  }

  /** A length below 2^32. */
  varint(value: number): void {
    let at = this.#take(VARINT_MAX)
    let left = value
    for (; left > 0x7f; left >>>= 7) this.#buffer[at++] = (left & 0x7f) | 0x80
    this.#buffer[at++] = left
    this.#length = at
  }

  text(value: string): void {
    if (value.length < SHORT && this.#shortAscii(value)) return
    const length = Buffer.byteLength(value)
    this.varint(length)
    const at = this.#take(length)
    this.#buffer.write(value, at, 'utf8')
  }

  bytesOf(value: Uint8Array): void {
    this.varint(value.length)
    const at = this.#take(value.length)
    this.#buffer.set(value, at)
  }

  /** Most texts are ids and codes, for which a loop is quicker than a call out of JavaScript. */
  #shortAscii(value: string): boolean {
    const { length } = value
    const start = this.#take(length + 1)
    const buffer = this.#buffer
    buffer[start] = length
    for (let index = 0; index < length; index++) {
      const code = value.charCodeAt(index)
      if (code > 0x7f) {
        this.#length = start
        return false
      }
      buffer[start + 1 + index] = code
    }
    return true
  }

  /** Where the next so many bytes go. */
  #take(count: number): number {
    const start = this.#length
    const end = start + count
    if (end > this.#buffer.length) this.#grow(end)
    this.#length = end
    return start
  }

  #grow(needed: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#buffer.length))
    this.#buffer.copy(grown, 0, 0, this.#length)
    this.#buffer = grown
    this.#view = viewOf(grown)
  }
}

const viewOf = (buffer: Buffer): DataView =>
  new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength)
