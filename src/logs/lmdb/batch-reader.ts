/**
 * Reads records of a partition from an offset on. Where a read stops inside a batch, the batch is
 * kept with its place, so that the next read goes on without finding, copying and checking it anew.
 */
import type { Batch, ReadLimits, StoredRecord } from '../log.ts'
import { offsetGone } from '../record-rules.ts'
import type { Partition } from './catalogue.ts'
import { corruptBatch } from './faults.ts'
import { FrameReader } from './frame.ts'
import { batchesFrom, lastOffsetOf } from './keys.ts'
import type { Store } from './store.ts'

/** Of all partitions together; the longest unused goes first. Each is one batch. */
const KEPT_MAX = 64

export class BatchReader {
  readonly #store: Store
  readonly #kept = new Map<Partition, FrameReader>()

  constructor(store: Store) {
    this.#store = store
  }

  /** Forgets the batches that are half read, as they may have changed on disk. */
  forget(): void {
    this.#kept.clear()
  }

  read(partition: Partition, from: number, limits: ReadLimits): Batch {
    const { first, next } = partition.state
    if (from < first) throw offsetGone(partition, from, first)
    const records: StoredRecord[] = []
    const atEnd = from >= next || this.#fill(records, partition, from, limits)
    return { topic: partition.topic, partition: partition.partition, records, atEnd }
  }

  /** Reads up to the limits, and says whether nothing is left. */
  #fill(into: StoredRecord[], partition: Partition, from: number, limits: ReadLimits): boolean {
    let bytes = 0
    for (const frame of this.#frames(partition, from)) {
      frame.skipTo(from)
      bytes = frame.read(into, limits, bytes)
      if (!frame.done) {
        this.#keep(partition, frame)
        return false
      }
      if (into.length >= limits.recordsMax || bytes >= limits.bytesMax) {
        return frame.last + 1 === partition.state.next
      }
    }
    return true
  }

  *#frames(partition: Partition, from: number): Iterable<FrameReader> {
    let start = from
    const kept = this.#kept.get(partition)
    if (kept) this.#kept.delete(partition)
    if (kept && kept.offset === from) {
      yield kept
      start = kept.last + 1
    }
    const range = batchesFrom(partition.topicId, partition.partition, start)
    for (const { key, value } of this.#store.range(range)) {
      yield frameOf(partition, lastOffsetOf(key), value)
    }
  }

  #keep(partition: Partition, frame: FrameReader): void {
    this.#kept.set(partition, frame)
    if (this.#kept.size <= KEPT_MAX) return
    for (const oldest of this.#kept.keys()) {
      this.#kept.delete(oldest)
      return
    }
  }
}

export const frameOf = (partition: Partition, last: number, value: Buffer): FrameReader => {
  try {
    return new FrameReader(value, last)
  } catch (error) {
    throw corruptBatch(partition, last, error)
  }
}
