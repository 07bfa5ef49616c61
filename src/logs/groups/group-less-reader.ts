/** Reads partitions of an in-process log at the caller's own positions; no group takes part. */
import type { Batch, Position, Reader, ReadLimits, TopicPartition } from '../log.ts'
import type { Arrivals } from './arrivals.ts'
import { Cursors } from './cursors.ts'
import type { ReadableLog } from './held.ts'

export class GroupLessReader implements Reader {
  readonly #log: ReadableLog
  readonly #cursors: Cursors
  readonly #closed: (reader: GroupLessReader) => void

  constructor(log: ReadableLog, arrivals: Arrivals, closed: (reader: GroupLessReader) => void) {
    this.#log = log
    this.#cursors = new Cursors(log, arrivals)
    this.#closed = closed
  }

  /** Fails with `LOG_TOPIC_UNKNOWN`, and then reads none of them. */
  async add(positions: readonly Position[]): Promise<void> {
    for (const at of positions) this.#log.rangeNow(at)
    this.#cursors.put(positions)
  }

  async remove(partitions: readonly TopicPartition[]): Promise<void> {
    this.#cursors.remove(partitions)
  }

  poll(limits: ReadLimits & { readonly waitMs: number }): Promise<readonly Batch[]> {
    return this.#cursors.poll(limits)
  }

  isAtEnd(at: TopicPartition): boolean {
    return this.#cursors.isAtEnd(at)
  }

  pause(partitions: readonly TopicPartition[]): void {
    this.#cursors.setPaused(partitions, true)
  }

  resume(partitions: readonly TopicPartition[]): void {
    this.#cursors.setPaused(partitions, false)
  }

  async close(): Promise<void> {
    this.#cursors.close()
    this.#closed(this)
  }
}
