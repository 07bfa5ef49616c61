/** Records of one partition that were fetched and not yet polled. */
import type { Cursor } from '../groups/fair-read.ts'
import type { Batch, Position, ReadLimits, StoredRecord, TopicPartition } from '../log.ts'
import { recordBytes } from '../record-rules.ts'
import type { Fetched } from './fetch.ts'

/** No more is fetched for a partition that has so much waiting. */
const BUFFERED_BYTES_MAX = 1024 * 1024
const BUFFERED_RECORDS_MAX = 10_000

export class PartitionBuffer implements Cursor {
  readonly at: TopicPartition
  paused = false
  /** Why it cannot be read; every poll fails with it until the partition is removed. */
  failure: Error | null = null
  #records: readonly StoredRecord[] = []
  #taken = 0
  #bytes = 0
  #next: number
  #end = Number.POSITIVE_INFINITY

  constructor({ topic, partition, next }: Position) {
    this.at = { topic, partition }
    this.#next = next
  }

  /** Where the next fetch goes on. */
  get position(): Position {
    return { ...this.at, next: this.#next }
  }

  get wantsMore(): boolean {
    if (this.paused || this.failure) return false
    return this.#bytes < BUFFERED_BYTES_MAX && this.#waiting < BUFFERED_RECORDS_MAX
  }

  get #waiting(): number {
    return this.#records.length - this.#taken
  }

  /** Whether all was polled that the partition had when the broker last answered. */
  get isAtEnd(): boolean {
    return this.#waiting === 0 && this.#next >= this.#end
  }

  put({ records, next, end }: Fetched): void {
    this.#records = this.#waiting === 0 ? records : [...this.#rest(), ...records]
    this.#taken = 0
    for (const record of records) this.#bytes += recordBytes(record)
    this.#next = next
    this.#end = end
  }

  /** The offset lies behind the end, where nothing is yet. */
  waitAtEnd(): void {
    this.#end = this.#next
  }

  #rest(): readonly StoredRecord[] {
    return this.#records.slice(this.#taken)
  }

  read(limits: ReadLimits): Batch {
    const first = this.#taken
    let bytes = 0
    while (this.#taken < this.#records.length && this.#taken - first < limits.recordsMax) {
      const size = recordBytes(this.#records[this.#taken]!)
      if (this.#taken > first && bytes + size > limits.bytesMax) break
      bytes += size
      this.#taken++
    }
    this.#bytes -= bytes
    const records = this.#records.slice(first, this.#taken)
    if (this.#waiting === 0) this.#forget()
    return { ...this.at, records, atEnd: this.isAtEnd }
  }

  /** The records hold the buffer of a whole response. */
  #forget(): void {
    this.#records = []
    this.#taken = 0
  }
}
