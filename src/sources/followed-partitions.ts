/**
 * Partitions of a log read as history, all through one reader of the log: on Kafka that is one
 * connection which fetches ahead, where reading partition after partition would begin anew each time.
 *
 *   reader ─► poll ─► a queue per partition ─► stream.read
 *                        └─ full: the partition is paused until half of it was taken
 */
import { partitionNameOf } from '../engine/partition-name.ts'
import type { RawRecord } from './record-stream.ts'

export interface FollowedPlace {
  readonly topic: string
  readonly partition: number
}

/** What is needed of a log's reader; every `Reader` has it. */
export interface PartitionsReader {
  add(positions: readonly (FollowedPlace & { readonly next: number })[]): Promise<void>
  remove(partitions: readonly FollowedPlace[]): Promise<void>
  poll(limits: {
    readonly recordsMax: number
    readonly bytesMax: number
    readonly waitMs: number
  }): Promise<readonly (FollowedPlace & { readonly records: readonly RawRecord[] })[]>
  isAtEnd(at: FollowedPlace): boolean
  pause(partitions: readonly FollowedPlace[]): void
  resume(partitions: readonly FollowedPlace[]): void
  close(): Promise<void>
}

const POLL = { recordsMax: 8_000, bytesMax: 8 * 1024 * 1024, waitMs: 100 }
/** Over all partitions, in shares; one poll comes on top. */
const QUEUED_RECORDS_MAX = 200_000
/** A partition is worth reading ahead so far, however many there are. */
const SHARE_MIN = 200

interface Followed {
  readonly at: FollowedPlace
  /** Records from here on are not wanted. */
  readonly end: number
  next: number
  queue: RawRecord[]
  isPaused: boolean
  isRead: boolean
}

export class FollowedPartitions {
  readonly #reader: PartitionsReader
  readonly #partitions = new Map<string, Followed>()

  constructor(reader: PartitionsReader) {
    this.#reader = reader
  }

  /** From `next` to before `end`. */
  async add(at: FollowedPlace, next: number, end: number): Promise<void> {
    const isRead = next >= end
    this.#partitions.set(partitionNameOf(at), { at, end, next, queue: [], isPaused: false, isRead })
    if (!isRead) await this.#reader.add([{ ...at, next }])
  }

  /** Between 1 and `recordsMax` of its records; none at its end. */
  async take(at: FollowedPlace, recordsMax: number): Promise<readonly RawRecord[]> {
    const followed = this.#partitions.get(partitionNameOf(at))!
    while (followed.queue.length === 0 && !followed.isRead) await this.#poll()
    const taken = followed.queue.splice(0, recordsMax)
    if (followed.isPaused && followed.queue.length <= this.#share / 2) this.#setPaused(followed)
    return taken
  }

  async leave(at: FollowedPlace): Promise<void> {
    const followed = this.#partitions.get(partitionNameOf(at))!
    followed.queue = []
    await this.#endReading(followed)
  }

  close(): Promise<void> {
    return this.#reader.close()
  }

  async #poll(): Promise<void> {
    for (const { topic, partition, records } of await this.#reader.poll(POLL)) {
      const followed = this.#partitions.get(partitionNameOf({ topic, partition }))
      if (followed && !followed.isRead) this.#add(followed, records)
    }
    for (const followed of this.#partitions.values()) {
      // Behind the last record may be marks of transactions, which are no records.
      const { at, next, end, isRead } = followed
      if (!isRead && (next >= end || this.#reader.isAtEnd(at))) await this.#endReading(followed)
    }
  }

  #add(followed: Followed, records: readonly RawRecord[]): void {
    for (const record of records) if (record.offset < followed.end) followed.queue.push(record)
    followed.next = (records.at(-1)?.offset ?? followed.next - 1) + 1
    if (!followed.isPaused && followed.queue.length >= this.#share) this.#setPaused(followed)
  }

  #setPaused(followed: Followed): void {
    followed.isPaused = !followed.isPaused
    if (followed.isRead) return
    if (followed.isPaused) this.#reader.pause([followed.at])
    else this.#reader.resume([followed.at])
  }

  async #endReading(followed: Followed): Promise<void> {
    if (followed.isRead) return
    followed.isRead = true
    await this.#reader.remove([followed.at])
  }

  get #share(): number {
    return Math.max(SHARE_MIN, Math.floor(QUEUED_RECORDS_MAX / this.#partitions.size))
  }
}
