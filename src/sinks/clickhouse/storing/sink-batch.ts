/**
 * One contiguous range of offsets of one partition, as rows. What is in it follows from the range
 * and the log alone, so that it can be made again, byte for byte.
 */
import type { MillraceError } from '../../../engine/errors.ts'
import type { StoredRecord } from '../../../logs/log.ts'
import type { RowBuffer } from '../rows/row-buffer.ts'
import type { RowEncoder } from '../rows/row-encoder.ts'

export interface BatchLimits {
  /** Records, and so rows, of one batch. */
  readonly rowsMax: number
  /** Bytes of the rows and of what was refused. A single record may have more. */
  readonly bytesMax: number
}

export interface RefusedRecord {
  readonly record: StoredRecord
  readonly error: MillraceError
}

export class SinkBatch {
  readonly #encoder: RowEncoder
  readonly #partition: number
  readonly #limits: BatchLimits
  readonly #rows: RowBuffer
  readonly refused: RefusedRecord[] = []
  #refusedBytes = 0
  records = 0
  from = -1
  to = -1
  /** When the log took its records in, in ms since 1970. */
  oldestTimestampMs = Number.POSITIVE_INFINITY
  newestTimestampMs = Number.NEGATIVE_INFINITY

  constructor(encoder: RowEncoder, partition: number, limits: BatchLimits, rows: RowBuffer) {
    this.#encoder = encoder
    this.#partition = partition
    this.#limits = limits
    this.#rows = rows
  }

  get rows(): number {
    return this.#rows.rows
  }

  get buffer(): RowBuffer {
    return this.#rows
  }

  get bytes(): Buffer {
    return this.#rows.bytes()
  }

  get size(): number {
    return this.#rows.length + this.#refusedBytes
  }

  /** False where there is no room for the record: then nothing was changed. */
  take(record: StoredRecord): boolean {
    if (this.records >= this.#limits.rowsMax) return false
    const { length, rows } = this.#rows
    const error = this.#encode(record)
    const size = this.size + (error === null ? 0 : refusedBytesOf(record))
    if (size > this.#limits.bytesMax && this.records > 0) {
      this.#rows.truncate(length, rows)
      return false
    }
    if (error !== null) this.#refuse(record, error)
    this.#extend(record)
    return true
  }

  /** A tombstone is no row. */
  #encode(record: StoredRecord): MillraceError | null {
    if (record.value === null) return null
    const { offset, timestampMs } = record
    const place = { partition: this.#partition, offset, timestampMs }
    return this.#encoder.append(this.#rows, record.value, place)
  }

  #refuse(record: StoredRecord, error: MillraceError): void {
    this.refused.push({ record, error })
    this.#refusedBytes += refusedBytesOf(record)
  }

  #extend({ offset, timestampMs }: StoredRecord): void {
    if (this.records++ === 0) this.from = offset
    this.to = offset
    this.oldestTimestampMs = Math.min(this.oldestTimestampMs, timestampMs)
    this.newestTimestampMs = Math.max(this.newestTimestampMs, timestampMs)
  }
}

const LETTER_OVERHEAD_BYTES = 256

const refusedBytesOf = ({ value }: StoredRecord): number => value!.length + LETTER_OVERHEAD_BYTES
