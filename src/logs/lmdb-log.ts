/**
 * The embedded log: topics in one LMDB directory, no server. One process has it open at a time.
 *
 *   commit -> one transaction { a batch per append, next offsets, positions } -> flushed behind
 *
 * Records of one append are packed into batches (`lmdb/frame.ts`); the record is the unit of
 * reading, the batch that of writing, checking and retention. Retention does not look at the
 * positions of groups, as Kafka's does not: a group that is too far behind is told so
 * (`LOG_OFFSET_GONE`), and never skips on its own.
 */
import { realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import { Groups } from './groups/groups.ts'
import type { ReadableLog } from './groups/held.ts'
import { BatchReader } from './lmdb/batch-reader.ts'
import { Catalogue, encodeState, type PartitionState } from './lmdb/catalogue.ts'
import { Cleaner } from './lmdb/cleaner.ts'
import { planCommit } from './lmdb/commit.ts'
import { prepareDirectory } from './lmdb/directory.ts'
import { inUse, overLimit } from './lmdb/faults.ts'
import { FrameRoom } from './lmdb/frame-room.ts'
import { partitionKey, topicKey } from './lmdb/keys.ts'
import { type Durability, Store } from './lmdb/store.ts'
import type {
  AssignmentListener,
  Batch,
  Commit,
  CommitReceipt,
  Log,
  Membership,
  Position,
  Reader,
  ReadLimits,
  Subscription,
  TopicPartition,
  TopicSettings,
} from './log.ts'
import { positionsAmong } from './positions-among.ts'
import {
  checkCommit,
  checkSameTopic,
  checkTopic,
  checkTopicCount,
  logClosed,
} from './record-rules.ts'

export interface LmdbLogOptions {
  /** The wall clock in ms since 1970: timestamps of records, and what retention goes by. */
  readonly wallNow: () => number
  /**
   * `synced` (default): commits are flushed to disk, and `durable` says when. `none`: nothing is
   * flushed, for tests and bulk imports; the log outlives the process, but after a crash of the
   * machine it may be damaged.
   */
  readonly durability?: Durability
  /** Refuses commits that would bring the stored batches over this. Default: the disk's size. */
  readonly sizeMaxBytes?: number
  /** Compaction waits until so much of a partition is new since the last time. Default 0.5. */
  readonly compactAtRatio?: number
  /** Readers have this long to see a tombstone before compaction removes it. Default 24 h. */
  readonly tombstoneRetentionMs?: number
}

/** The directories this process has open. */
const openDirectories = new Set<string>()

/**
 * Opens the log in `directory`, and creates what is missing of it. Fails with `LOG_IN_USE`,
 * `LOG_CORRUPT`, `LOG_READ_ONLY` or `LOG_DISK_FULL`.
 */
export const openLmdbLog = async (directory: string, options: LmdbLogOptions): Promise<Log> => {
  prepareDirectory(resolve(directory))
  const path = realpathSync(directory)
  if (openDirectories.has(path)) throw inUse(path, process.pid)
  openDirectories.add(path)
  try {
    const store = await openStore(path, options.durability ?? 'synced')
    return new LmdbLog(store, options)
  } catch (error) {
    openDirectories.delete(path)
    throw error
  }
}

const openStore = async (path: string, durability: Durability): Promise<Store> => {
  const store = new Store(path, durability)
  try {
    store.claim()
    return store
  } catch (error) {
    await store.abandon()
    throw error
  }
}

class LmdbLog implements Log, ReadableLog {
  readonly cleansItself = false
  readonly #store: Store
  readonly #options: LmdbLogOptions
  readonly #catalogue: Catalogue
  readonly #reader: BatchReader
  readonly #cleaner: Cleaner
  readonly #groups: Groups
  readonly #room = new FrameRoom()
  #closing: Promise<void> | null = null
  #closed = false

  constructor(store: Store, options: LmdbLogOptions) {
    this.#store = store
    this.#options = options
    this.#catalogue = Catalogue.load(store)
    this.#reader = new BatchReader(store)
    this.#cleaner = new Cleaner(store, this.#catalogue, this.#reader, options)
    this.#groups = new Groups(this)
  }

  async createTopic(topic: string, settings: TopicSettings): Promise<void> {
    this.#checkOpen()
    checkTopic(topic, settings)
    const known = this.#catalogue.settings.get(topic)
    if (known) checkSameTopic(topic, known, settings)
    else checkTopicCount(this.#catalogue.settings)
    const id = this.#catalogue.idOf(topic) ?? this.#catalogue.nextTopicId
    const stored = { id, settings: { ...settings } }
    const value = Buffer.from(JSON.stringify(stored))
    this.#store.write(value.length, db => void db.put(topicKey(topic), value))
    this.#catalogue.addTopic(topic, stored)
    await this.#store.flushed()
  }

  async topics(): Promise<ReadonlyMap<string, TopicSettings>> {
    this.#checkOpen()
    return new Map(this.#catalogue.settings)
  }

  async range(at: TopicPartition): Promise<{ readonly first: number; readonly next: number }> {
    return this.rangeNow(at)
  }

  async read(at: TopicPartition, from: number, limits: ReadLimits): Promise<Batch> {
    return this.readNow(at, from, limits)
  }

  async commit(commit: Commit): Promise<CommitReceipt> {
    this.#checkOpen()
    checkCommit(this.#catalogue.settings, commit)
    this.#room.clear()
    const plan = planCommit(this.#catalogue, commit, this.#options.wallNow(), this.#room)
    this.#checkSize(plan.bytes)
    this.#store.write(plan.bytes, db => {
      for (const { key, value } of plan.puts) db.put(key, value)
    })
    for (const [partition, state] of plan.states) this.#catalogue.setState(partition, state)
    this.#applyPositions(commit)
    this.#groups.arrivals.signal()
    const durable = this.#store.flushed()
    // Who does not ask when a commit is durable hears of a failed flush at the next commit.
    durable.catch(() => {})
    return { appended: plan.appended, durable }
  }

  #checkSize(growth: number): void {
    const { sizeMaxBytes } = this.#options
    if (sizeMaxBytes === undefined || growth === 0) return
    const bytes = this.#catalogue.bytes + growth
    if (bytes > sizeMaxBytes) throw overLimit(this.#store.directory, bytes, sizeMaxBytes)
  }

  #applyPositions({ consumed }: Commit): void {
    if (!consumed) return
    for (const { topic, partition, next } of consumed.positions) {
      this.#catalogue.setPosition(consumed.group, { topic, partition, next })
    }
  }

  async committed(
    group: string,
    partitions?: readonly TopicPartition[],
  ): Promise<readonly Position[]> {
    this.#checkOpen()
    return positionsAmong(this.#catalogue.positionsOf(group), partitions)
  }

  async subscribe(
    group: string,
    topics: readonly string[],
    listener: AssignmentListener,
  ): Promise<Subscription> {
    this.#checkOpen()
    return this.#groups.subscribe(group, topics, listener)
  }

  /** A commit is here at once, or not at all. */
  async settled(): Promise<void> {
    this.#checkOpen()
  }

  async reader(): Promise<Reader> {
    this.#checkOpen()
    return this.#groups.reader()
  }

  async join(group: string, topic: string, listener: AssignmentListener): Promise<Membership> {
    this.#checkOpen()
    return this.#groups.join(group, topic, listener)
  }

  async trim(at: TopicPartition, before: number): Promise<void> {
    this.#checkOpen()
    const partition = this.#catalogue.partition(at)
    const { state } = partition
    const first = Math.min(Math.max(before, state.first), state.next)
    this.#setState(partition, { ...state, first })
    await this.#cleaner.removeBelowFirst(partition)
  }

  #setState(partition: ReturnType<Catalogue['partition']>, state: PartitionState): void {
    const key = partitionKey(partition.topicId, partition.partition)
    this.#store.write(0, db => void db.put(key, encodeState(state)))
    this.#catalogue.setState(partition, state)
    this.#reader.forget()
  }

  async clean(): Promise<void> {
    this.#checkOpen()
    await this.#cleaner.clean()
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    try {
      await this.#groups.closeAll()
      await this.#cleaner.stop()
    } finally {
      this.#closed = true
      await this.#closeStore()
    }
  }

  async #closeStore(): Promise<void> {
    try {
      await this.#store.close()
    } finally {
      openDirectories.delete(this.#store.directory)
    }
  }

  // What groups and readers read through.

  partitionsOf(topic: string): number {
    return this.#catalogue.partitionsOf(topic).length
  }

  rangeNow(at: TopicPartition): { readonly first: number; readonly next: number } {
    this.#checkOpen()
    const { first, next } = this.#catalogue.partition(at).state
    return { first, next }
  }

  readNow(at: TopicPartition, from: number, limits: ReadLimits): Batch {
    this.#checkOpen()
    return this.#reader.read(this.#catalogue.partition(at), from, limits)
  }

  startOf(group: string, at: TopicPartition): number {
    return this.#catalogue.positionOf(group, at) ?? this.#catalogue.partition(at).state.first
  }

  #checkOpen(): void {
    if (this.#closed) throw logClosed()
  }
}
