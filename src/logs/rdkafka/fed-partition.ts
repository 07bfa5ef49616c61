/** What has been fetched of one partition and not been delivered yet, in order. */
import type { Message } from 'node-rdkafka'
import type { MillraceError } from '../../engine/errors.ts'
import type { Batch, ReadLimits, StoredRecord, TopicPartition } from '../log.ts'
import { recordBytes } from '../record-rules.ts'

export class FedPartition implements TopicPartition {
  readonly topic: string
  readonly partition: number
  /** Set by whoever owns the feed: a partition is delivered only while this holds. */
  ready = true
  paused = false
  /** Whether the client was told to fetch no more of it for now. */
  held = false
  /** Why it cannot be read on. */
  fault: MillraceError | null = null
  /** The offset behind all that was delivered. */
  delivered: number
  /** The offset behind all that was fetched, as far as records show. */
  fetched: number
  /** Where the partition ended when the broker last said so; behind markers, too. */
  #endedAt = -1
  #records: StoredRecord[] = []
  #head = 0
  #bytes = 0

  constructor({ topic, partition }: TopicPartition, from: number) {
    this.topic = topic
    this.partition = partition
    this.delivered = from
    this.fetched = from
  }

  get pending(): number {
    return this.#records.length - this.#head
  }

  get pendingBytes(): number {
    return this.#bytes
  }

  /** Everything up to the end was delivered. */
  get atEnd(): boolean {
    return this.pending === 0 && this.#endedAt >= this.fetched
  }

  /** Everything up to this offset was fetched, if only to learn that no record is there. */
  hasReached(offset: number): boolean {
    return this.fetched >= offset || this.#endedAt >= offset
  }

  /** Whether reading on from here gives what reading at `from` would. */
  continuesAt(from: number): boolean {
    if (this.fault !== null || from < this.delivered) return false
    if (this.pending > 0) return from <= this.#records[this.#head]!.offset
    return from <= Math.max(this.fetched, this.#endedAt)
  }

  ended(offset: number): void {
    this.#endedAt = offset
  }

  add(message: Message): void {
    // What was in flight while the position was set anew.
    if (message.offset < this.fetched) return
    const record = storedOf(message)
    this.#records.push(record)
    this.#bytes += recordBytes(record)
    this.fetched = message.offset + 1
  }

  /** Takes up to the limits, and at least one where there is one. */
  read({ recordsMax, bytesMax }: ReadLimits): Batch {
    const start = this.#head
    let bytes = 0
    while (this.#head < this.#records.length && this.#head - start < recordsMax) {
      const size = recordBytes(this.#records[this.#head]!)
      if (bytes + size > bytesMax && this.#head > start) break
      bytes += size
      this.#head++
    }
    const records = this.#records.slice(start, this.#head)
    this.#bytes -= bytes
    this.#forget()
    if (records.length > 0) this.delivered = records.at(-1)!.offset + 1
    return { topic: this.topic, partition: this.partition, records, atEnd: this.atEnd }
  }

  /** Delivered records are dropped in portions, as cutting off the front copies the rest. */
  #forget(): void {
    if (this.#head < this.#records.length && this.#head < 4096) return
    this.#records = this.#head === this.#records.length ? [] : this.#records.slice(this.#head)
    this.#head = 0
  }
}

const storedOf = ({ offset, timestamp, key, value, headers }: Message): StoredRecord => {
  const record = {
    offset,
    timestampMs: timestamp ?? 0,
    key: (key as Buffer | null | undefined) ?? null,
    value,
  }
  if (headers === undefined || headers.length === 0) return record
  return { ...record, headers: headersOf(headers) }
}

const headersOf = (headers: NonNullable<Message['headers']>): Record<string, string> => {
  const named: Record<string, string> = {}
  for (const header of headers) {
    for (const name in header) named[name] = `${header[name]}`
  }
  return named
}
