/**
 * Compaction of one partition: of each key the last record stays, at its offset.
 *
 *   0 ............ first ......... cleaned to ......... to ......... next
 *                    |  every key once  |   looked at    |   left as is
 *
 * First `look` notes the last offset of each key in what is new, as far as the memory for it goes;
 * then `rewrite` passes over everything below that, oldest first, and drops what has a later record
 * there. Batches keep their place and their timestamp, and are never joined.
 *
 * A tombstone that is its key's last record goes as well, once it is old enough for every reader to
 * have seen it. As the oldest batches are rewritten first, what it deletes is gone before it.
 */
import type { StoredRecord } from '../log.ts'
import { frameOf } from './batch-reader.ts'
import { type Catalogue, encodeState, type Partition } from './catalogue.ts'
import { encodeFrame } from './frame.ts'
import { batchesFrom, batchKey, lastOffsetOf, partitionKey } from './keys.ts'
import { STEP_BATCHES } from './steps.ts'
import type { Store } from './store.ts'

/** Keys noted at a time, some 100 bytes each; a partition with more takes several passes. */
const KEYS_MAX = 500_000

/** What becomes of a batch: `value` is null where nothing of it is left. */
interface Rewritten {
  readonly last: number
  readonly value: Buffer | null
  /** Negative where the offsets, which must now be spelled out, take more than was dropped. */
  readonly shrunkBy: number
}

export class Compaction {
  /** True where the pass got to the end of the partition, as it was. */
  reachedEnd = false
  readonly #store: Store
  readonly #catalogue: Catalogue
  readonly #partition: Partition
  readonly #tombstonesBeforeMs: number
  readonly #lastOf = new Map<string, number>()
  #to: number
  #rewrittenTo: number
  #keptBytes = 0

  constructor(
    store: Store,
    catalogue: Catalogue,
    partition: Partition,
    tombstonesBeforeMs: number,
  ) {
    this.#store = store
    this.#catalogue = catalogue
    this.#partition = partition
    this.#tombstonesBeforeMs = tombstonesBeforeMs
    this.#to = Math.max(partition.state.cleanedTo, partition.state.first)
    this.#rewrittenTo = partition.state.first
  }

  /** Notes the keys of some batches; true while there are more to look at. */
  look(): boolean {
    let left = STEP_BATCHES
    for (const { last, value } of this.#batchesFrom(this.#to)) {
      for (const record of frameOf(this.#partition, last, value).all()) this.#note(record)
      this.#to = last + 1
      if (this.#lastOf.size >= KEYS_MAX) return false
      if (--left === 0) return true
    }
    this.#to = this.#partition.state.next
    this.reachedEnd = true
    return false
  }

  #note({ key, offset }: StoredRecord): void {
    if (key !== null) this.#lastOf.set(key.toString('latin1'), offset)
  }

  /** Rewrites some batches; true while there are more of them below what was looked at. */
  rewrite(): boolean {
    const rewritten: Rewritten[] = []
    let left = STEP_BATCHES
    let done = true
    for (const { last, value } of this.#batchesFrom(this.#rewrittenTo)) {
      if (last >= this.#to) break
      if (left-- === 0) {
        done = false
        break
      }
      const batch = this.#rewritten(last, value)
      if (batch.value !== value) rewritten.push(batch)
      this.#keptBytes += value.length - batch.shrunkBy
      this.#rewrittenTo = last + 1
    }
    this.#write(rewritten, done)
    return !done
  }

  #rewritten(last: number, value: Buffer): Rewritten {
    const frame = frameOf(this.#partition, last, value)
    const { base, timestampMs } = frame
    const records = frame.all()
    const kept = records.filter(record => this.#stays(record))
    if (kept.length === records.length) return { last, value, shrunkBy: 0 }
    if (kept.length === 0) return { last, value: null, shrunkBy: value.length }
    const offsets = kept.map(record => record.offset)
    const less = encodeFrame({ base, last, timestampMs }, kept, offsets)
    return { last, value: less, shrunkBy: value.length - less.length }
  }

  #stays({ key, value, offset, timestampMs }: StoredRecord): boolean {
    if (key === null) return true
    const lastOffset = this.#lastOf.get(key.toString('latin1'))
    if (lastOffset !== undefined && lastOffset > offset) return false
    return value !== null || timestampMs >= this.#tombstonesBeforeMs
  }

  #write(rewritten: readonly Rewritten[], done: boolean): void {
    if (rewritten.length === 0 && !done) return
    const { topicId, partition, state } = this.#partition
    let bytes = state.bytes
    for (const { shrunkBy } of rewritten) bytes -= shrunkBy
    const cleaned = done ? { cleanedTo: this.#to, cleanedBytes: this.#keptBytes } : {}
    const after = { ...state, ...cleaned, bytes }
    this.#store.write(bytesOf(rewritten), db => {
      for (const { last, value } of rewritten) {
        const key = batchKey(topicId, partition, last)
        if (value === null) db.remove(key)
        else db.put(key, value)
      }
      db.put(partitionKey(topicId, partition), encodeState(after))
    })
    this.#catalogue.setState(this.#partition, after)
  }

  *#batchesFrom(offset: number): Iterable<{ last: number; value: Buffer }> {
    const { topicId, partition } = this.#partition
    for (const { key, value } of this.#store.range(batchesFrom(topicId, partition, offset))) {
      yield { last: lastOffsetOf(key), value }
    }
  }
}

const bytesOf = (rewritten: readonly Rewritten[]): number => {
  let bytes = 0
  for (const { value } of rewritten) bytes += value?.length ?? 0
  return bytes
}
