/**
 * A log in memory, for the simulator and for tests of one's own. It keeps every promise of the
 * `Log` interface and passes the same conformance suite as the others.
 *
 * `reopen` is a crash: the old log is dead, its subscriptions with it, and what was committed is
 * there in the new one. With `durability: 'on-flush'` commits become durable only at `flush`, and a
 * crash may lose the last of them, always whole and always from the end.
 */
import { partitionName, partitionNameOf } from '../engine/partition-name.ts'
import { Groups } from './groups/groups.ts'
import type { ReadableLog } from './groups/held.ts'
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
import { cleanPartition, MemoryPartition } from './memory/memory-partition.ts'
import { UndoList } from './memory/undo-list.ts'
import { positionsAmong } from './positions-among.ts'
import {
  checkCommit,
  checkPartition,
  checkSameTopic,
  checkTopic,
  checkTopicCount,
  logClosed,
  topicUnknown,
} from './record-rules.ts'

export interface MemoryLogOptions {
  /** The clock of the records' timestamps and of retention, in ms since 1970. */
  readonly wallNow: () => number
  readonly durability?: 'at-once' | 'on-flush'
  /** Readers have this long to see a tombstone before compaction removes it. Default 24 h. */
  readonly tombstoneRetentionMs?: number
}

/** What outlives a crash. */
interface Contents {
  readonly settings: Map<string, TopicSettings>
  readonly partitions: Map<string, MemoryPartition[]>
  /** Positions by group, and by topic and partition. */
  readonly positions: Map<string, Map<string, Position>>
  readonly unflushed: UndoList
}

export const memoryLog = (options: MemoryLogOptions): MemoryLog =>
  new MemoryLog(options, {
    settings: new Map(),
    partitions: new Map(),
    positions: new Map(),
    unflushed: new UndoList(),
  })

export class MemoryLog implements Log, ReadableLog {
  readonly cleansItself = false
  readonly #options: MemoryLogOptions
  readonly #contents: Contents
  readonly #groups: Groups
  #closed = false

  constructor(options: MemoryLogOptions, contents: Contents) {
    this.#options = options
    this.#contents = contents
    this.#groups = new Groups(this)
  }

  /** Makes all commits durable. */
  flush(): void {
    this.#contents.unflushed.settle()
  }

  /** How many commits a crash may lose. */
  get unflushedCommits(): number {
    return this.#contents.unflushed.length
  }

  /** Crashes, and gives the log as it is found afterwards, without the last `lost` commits. */
  reopen({ lost = 0 }: { readonly lost?: number } = {}): MemoryLog {
    this.#closed = true
    this.#groups.abandonAll()
    this.#contents.unflushed.undo(lost)
    this.flush()
    return new MemoryLog(this.#options, this.#contents)
  }

  async createTopic(topic: string, settings: TopicSettings): Promise<void> {
    this.#checkOpen()
    checkTopic(topic, settings)
    const known = this.#contents.settings.get(topic)
    if (known) checkSameTopic(topic, known, settings)
    else checkTopicCount(this.#contents.settings)
    this.#contents.settings.set(topic, { ...settings })
    if (known) return
    const partitions = Array.from({ length: settings.partitions }, () => new MemoryPartition())
    this.#contents.partitions.set(topic, partitions)
  }

  async topics(): Promise<ReadonlyMap<string, TopicSettings>> {
    this.#checkOpen()
    return new Map(this.#contents.settings)
  }

  async range(at: TopicPartition): Promise<{ readonly first: number; readonly next: number }> {
    return this.rangeNow(at)
  }

  async read(at: TopicPartition, from: number, limits: ReadLimits): Promise<Batch> {
    return this.readNow(at, from, limits)
  }

  async commit(commit: Commit): Promise<CommitReceipt> {
    this.#checkOpen()
    checkCommit(this.#contents.settings, commit)
    const timestampMs = this.#options.wallNow()
    const undo: (() => void)[] = []
    const appended = commit.appends.map(append => {
      const partition = this.#at(append)
      const first = partition.next
      partition.append(append.records, timestampMs)
      undo.push(() => partition.cutOff(first))
      return { first, next: partition.next }
    })
    if (commit.consumed) undo.push(this.#move(commit.consumed))
    const durable = this.#contents.unflushed.add(undo)
    if (this.#options.durability !== 'on-flush') this.flush()
    this.#groups.arrivals.signal()
    return { appended, durable }
  }

  #move({ group, positions }: NonNullable<Commit['consumed']>): () => void {
    const { positions: groups } = this.#contents
    const before = groups.get(group)
    const after = new Map(before)
    for (const { topic, partition, next } of positions) {
      after.set(partitionName(topic, partition), { topic, partition, next })
    }
    groups.set(group, after)
    return () => {
      if (before) groups.set(group, before)
      else groups.delete(group)
    }
  }

  async committed(
    group: string,
    partitions?: readonly TopicPartition[],
  ): Promise<readonly Position[]> {
    this.#checkOpen()
    const all = [...(this.#contents.positions.get(group)?.values() ?? [])]
    return positionsAmong(all, partitions)
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

  /** What is removed stays removed, so commits before it become durable with it. */
  async trim(at: TopicPartition, before: number): Promise<void> {
    this.#at(at).trim(before)
    this.flush()
  }

  async clean(): Promise<void> {
    this.#checkOpen()
    const { wallNow, tombstoneRetentionMs } = this.#options
    for (const [topic, partitions] of this.#contents.partitions) {
      const settings = this.#contents.settings.get(topic)!
      for (const partition of partitions) {
        cleanPartition(partition, settings, wallNow(), tombstoneRetentionMs)
      }
    }
    this.flush()
  }

  async close(): Promise<void> {
    if (this.#closed) return
    await this.#groups.closeAll()
    this.#closed = true
  }

  // What groups and readers read through.

  partitionsOf(topic: string): number {
    const settings = this.#contents.settings.get(topic)
    if (!settings) throw topicUnknown(topic)
    return settings.partitions
  }

  rangeNow(at: TopicPartition): { readonly first: number; readonly next: number } {
    const { first, next } = this.#at(at)
    return { first, next }
  }

  readNow(at: TopicPartition, from: number, limits: ReadLimits): Batch {
    return { topic: at.topic, partition: at.partition, ...this.#at(at).read(at, from, limits) }
  }

  startOf(group: string, at: TopicPartition): number {
    const committed = this.#contents.positions.get(group)?.get(partitionNameOf(at))
    return committed?.next ?? this.#at(at).first
  }

  #at(at: TopicPartition): MemoryPartition {
    this.#checkOpen()
    checkPartition(this.#contents.settings, at)
    return this.#contents.partitions.get(at.topic)![at.partition]!
  }

  #checkOpen(): void {
    if (this.#closed) throw logClosed()
  }
}
