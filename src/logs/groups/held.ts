/** A partition that is being read, and how far. It moves on only when the whole poll succeeded. */
import type { Batch, ReadLimits, TopicPartition } from '../log.ts'
import type { Cursor } from './fair-read.ts'

/** What reading needs of a log. All of it is synchronous: these logs are in-process. */
export interface ReadableLog {
  partitionsOf(topic: string): number
  rangeNow(at: TopicPartition): { readonly first: number; readonly next: number }
  readNow(at: TopicPartition, from: number, limits: ReadLimits): Batch
  /** Where a group starts: at its committed position, else at the first retained offset. */
  startOf(group: string, at: TopicPartition): number
}

const ONE_RECORD: ReadLimits = { recordsMax: 1, bytesMax: 1 }

export class Held implements Cursor {
  readonly at: TopicPartition
  paused = false
  readonly #log: ReadableLog
  #next: number
  #ahead: number

  constructor(log: ReadableLog, at: TopicPartition, next: number) {
    this.#log = log
    this.at = at
    this.#next = next
    this.#ahead = next
  }

  read(limits: ReadLimits): Batch {
    const batch = this.#log.readNow(this.at, this.#ahead, limits)
    const last = batch.records.at(-1)
    if (last) this.#ahead = last.offset + 1
    return batch
  }

  rewind(): void {
    this.#ahead = this.#next
  }

  advance(): void {
    this.#next = this.#ahead
  }

  /** Whether no record follows. Compaction may have removed the last ones, so offsets do not tell. */
  isAtEnd(): boolean {
    const { first, next } = this.#log.rangeNow(this.at)
    if (this.#next >= next) return true
    if (this.#next < first) return false
    return this.#log.readNow(this.at, this.#next, ONE_RECORD).records.length === 0
  }
}
