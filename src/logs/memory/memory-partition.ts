/** The records of one partition in memory, in the order of their offsets, which may have gaps. */
import type { LogRecord, ReadLimits, StoredRecord, TopicPartition, TopicSettings } from '../log.ts'
import { offsetGone, recordBytes } from '../record-rules.ts'

export class MemoryPartition {
  first = 0
  next = 0
  #records: StoredRecord[] = []

  append(records: readonly LogRecord[], timestampMs: number): void {
    for (const record of records) {
      this.#records.push(copyOf(record, this.next, timestampMs))
      this.next++
    }
  }

  /** Undoes appends: `next` is as it was then. */
  cutOff(next: number): void {
    this.#records.length = this.#indexOf(next)
    this.next = next
  }

  trim(before: number): void {
    this.first = Math.min(Math.max(before, this.first), this.next)
    this.#records.splice(0, this.#indexOf(this.first))
  }

  keep(stays: (record: StoredRecord) => boolean): void {
    this.#records = this.#records.filter(stays)
  }

  get records(): readonly StoredRecord[] {
    return this.#records
  }

  read(at: TopicPartition, from: number, limits: ReadLimits) {
    if (from < this.first) throw offsetGone(at, from, this.first)
    const start = this.#indexOf(from)
    let end = start
    let bytes = 0
    while (end < this.#records.length && end - start < limits.recordsMax) {
      bytes += recordBytes(this.#records[end]!)
      if (bytes > limits.bytesMax && end > start) break
      end++
    }
    return { records: this.#records.slice(start, end), atEnd: end === this.#records.length }
  }

  /** The first record at or after the offset, by halving. */
  #indexOf(offset: number): number {
    let low = 0
    let high = this.#records.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#records[middle]!.offset < offset) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Whoever wrote a record may use its buffers again. */
const copyOf = (record: LogRecord, offset: number, timestampMs: number): StoredRecord => ({
  offset,
  timestampMs,
  key: record.key && Buffer.from(record.key),
  value: record.value && Buffer.from(record.value),
  ...(hasHeaders(record) ? { headers: { ...record.headers } } : {}),
})

const hasHeaders = ({ headers }: LogRecord): boolean =>
  headers !== undefined && Object.keys(headers).length > 0

const TOMBSTONE_RETENTION_MS = 24 * 3_600_000

/** Retention, then compaction, as the topic asks for. */
export const cleanPartition = (
  partition: MemoryPartition,
  settings: TopicSettings,
  nowMs: number,
  tombstoneRetentionMs = TOMBSTONE_RETENTION_MS,
): void => {
  partition.trim(Math.max(expiredTo(partition, settings, nowMs), oversizeTo(partition, settings)))
  if (settings.compacted) compact(partition, nowMs - tombstoneRetentionMs)
}

const expiredTo = (partition: MemoryPartition, { retentionMs }: TopicSettings, nowMs: number) => {
  if (retentionMs === null) return partition.first
  const young = partition.records.find(record => record.timestampMs >= nowMs - retentionMs)
  return young?.offset ?? partition.next
}

/** The newest record stays, however small the limit. */
const oversizeTo = (partition: MemoryPartition, { retentionBytes }: TopicSettings): number => {
  if (retentionBytes === null) return partition.first
  let bytes = 0
  const { records } = partition
  for (let i = records.length - 1; i >= 0; i--) {
    bytes += recordBytes(records[i]!)
    if (bytes > retentionBytes && i < records.length - 1) return records[i]!.offset + 1
  }
  return partition.first
}

const compact = (partition: MemoryPartition, tombstonesBeforeMs: number): void => {
  const lastOf = new Map<string, number>()
  for (const { key, offset } of partition.records) {
    if (key !== null) lastOf.set(key.toString('latin1'), offset)
  }
  partition.keep(({ key, value, offset, timestampMs }) => {
    if (key === null) return true
    if (lastOf.get(key.toString('latin1')) !== offset) return false
    return value !== null || timestampMs >= tombstonesBeforeMs
  })
}
