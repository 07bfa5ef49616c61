/**
 * Retention and compaction. Both work in steps of a bounded number of batches, each a transaction
 * of its own, and let others have their turn between two steps. A crash between two steps loses
 * nothing: what was not yet removed is removed the next time.
 */
import type { TopicSettings } from '../log.ts'
import { type BatchReader, frameOf } from './batch-reader.ts'
import { type Catalogue, encodeState, type Partition, type PartitionState } from './catalogue.ts'
import { Compaction } from './compaction.ts'
import { batchesFrom, batchKey, lastOffsetOf, partitionKey } from './keys.ts'
import { nextTurn, STEP_BATCHES } from './steps.ts'
import type { Store } from './store.ts'

const COMPACT_AT_RATIO = 0.5
const TOMBSTONE_RETENTION_MS = 24 * 3_600_000

export interface CleanerOptions {
  readonly wallNow: () => number
  readonly compactAtRatio?: number
  readonly tombstoneRetentionMs?: number
}

/** A batch as retention sees it. */
interface Aged {
  readonly last: number
  readonly bytes: number
  timestampMs(): number
}

export class Cleaner {
  readonly #store: Store
  readonly #catalogue: Catalogue
  readonly #reader: BatchReader
  readonly #options: CleanerOptions
  #running: Promise<void> | null = null
  #stopping = false

  constructor(store: Store, catalogue: Catalogue, reader: BatchReader, options: CleanerOptions) {
    this.#store = store
    this.#catalogue = catalogue
    this.#reader = reader
    this.#options = options
  }

  /** One cleaning at a time; who asks meanwhile waits for that one. */
  clean(): Promise<void> {
    this.#running ??= this.#cleanAll().finally(() => {
      this.#running = null
    })
    return this.#running
  }

  /** Stops after the step that runs. */
  async stop(): Promise<void> {
    this.#stopping = true
    await this.#running
  }

  async #cleanAll(): Promise<void> {
    for (const [topic, settings] of [...this.#catalogue.settings]) {
      for (const partition of this.#catalogue.partitionsOf(topic)) {
        await this.#inSteps(() => this.#removeExpired(partition, settings))
        if (settings.compacted && this.#isDirty(partition)) await this.#compact(partition)
      }
    }
  }

  /** After a trim: removes the batches of which nothing can be read any more. */
  removeBelowFirst(partition: Partition): Promise<void> {
    return this.#inSteps(() => this.#removeWhile(partition, () => false))
  }

  async #compact(partition: Partition): Promise<void> {
    const tombstonesBefore =
      this.#options.wallNow() - (this.#options.tombstoneRetentionMs ?? TOMBSTONE_RETENTION_MS)
    let done = false
    while (!done && !this.#stopping) {
      const compaction = new Compaction(this.#store, this.#catalogue, partition, tombstonesBefore)
      await this.#inSteps(() => compaction.look())
      await this.#inSteps(() => this.#rewrite(compaction))
      done = compaction.reachedEnd
    }
  }

  #rewrite(compaction: Compaction): boolean {
    const more = compaction.rewrite()
    this.#reader.forget()
    return more
  }

  /** Runs a step until it says that nothing is left to do. */
  async #inSteps(step: () => boolean): Promise<void> {
    while (!this.#stopping && step()) await nextTurn()
  }

  #isDirty({ state }: Partition): boolean {
    const dirty = state.bytes - state.cleanedBytes
    if (state.cleanedTo >= state.next || state.bytes === 0) return false
    return dirty / state.bytes >= (this.#options.compactAtRatio ?? COMPACT_AT_RATIO)
  }

  #removeExpired(partition: Partition, settings: TopicSettings): boolean {
    const { retentionMs, retentionBytes } = settings
    const newest = partition.state.next - 1
    const oldestMs = retentionMs === null ? null : this.#options.wallNow() - retentionMs
    return this.#removeWhile(partition, (batch, bytes) => {
      if (oldestMs !== null && batch.timestampMs() < oldestMs) return true
      // The newest batch stays, however small the limit, or nothing could be read at all.
      return retentionBytes !== null && bytes > retentionBytes && batch.last !== newest
    })
  }

  /** Removes the oldest batches while they are below `first`, or are to go. */
  #removeWhile(partition: Partition, goes: (batch: Aged, bytes: number) => boolean): boolean {
    const removed: number[] = []
    let state = partition.state
    for (const batch of this.#oldest(partition)) {
      if (batch.last >= state.first && !goes(batch, state.bytes)) break
      removed.push(batch.last)
      state = without(state, batch)
    }
    if (removed.length > 0) this.#remove(partition, removed, state)
    return removed.length === STEP_BATCHES
  }

  *#oldest(partition: Partition): Iterable<Aged> {
    let left = STEP_BATCHES
    const range = batchesFrom(partition.topicId, partition.partition, 0)
    for (const key of this.#store.keys(range)) {
      const last = lastOffsetOf(key)
      // Looked into only where needed, so that a damaged batch can be trimmed away.
      const timestampMs = () => frameOf(partition, last, this.#store.get(key)!).timestampMs
      yield { last, bytes: this.#store.bytesAt(key), timestampMs }
      if (--left === 0) return
    }
  }

  #remove(partition: Partition, removed: readonly number[], state: PartitionState): void {
    this.#store.write(0, db => {
      for (const last of removed) db.remove(batchKey(partition.topicId, partition.partition, last))
      db.put(partitionKey(partition.topicId, partition.partition), encodeState(state))
    })
    this.#catalogue.setState(partition, state)
    this.#reader.forget()
  }
}

const without = (state: PartitionState, batch: Aged): PartitionState => ({
  ...state,
  first: Math.max(state.first, batch.last + 1),
  bytes: state.bytes - batch.bytes,
  cleanedBytes: Math.max(0, state.cleanedBytes - (batch.last < state.cleanedTo ? batch.bytes : 0)),
})
