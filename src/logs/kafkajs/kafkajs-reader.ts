/**
 * Reads partitions at positions of the caller's own. A poll takes what was fetched, and fetches for
 * the partitions that have little left: one request to each broker at a time, which goes on while
 * the caller works. Nothing is fetched for partitions whose records nobody takes.
 */
import { partitionNameOf } from '../../engine/partition-name.ts'
import { Arrivals } from '../groups/arrivals.ts'
import { readFairly } from '../groups/fair-read.ts'
import { typeOf } from '../kafka/faults.ts'
import type { Batch, Position, Reader, ReadLimits, TopicPartition } from '../log.ts'
import { logClosed, offsetGone } from '../record-rules.ts'
import { leaderOf } from './cluster.ts'
import type { KafkajsConnection } from './connection.ts'
import { isPassing } from './faults.ts'
import { fetchFrom } from './fetch.ts'
import { PartitionBuffer } from './partition-buffer.ts'

/** A partition that is added waits for the request under way, so a request does not wait long. */
const FETCH_WAIT_MS = 100
const PARTITION_BYTES_MAX = 1024 * 1024
/** After a failed request, and while a partition has no leader. */
const RETRY_AFTER_MS = 200
/** So many requests may fail one after the other, each tried by kafkajs itself, before a poll says so. */
const FAILURES_MAX = 20

export class KafkajsReader implements Reader {
  readonly #connection: KafkajsConnection
  readonly #onClose: (reader: KafkajsReader) => void
  readonly #buffers = new Map<string, PartitionBuffer>()
  readonly #arrivals = new Arrivals()
  readonly #fetching = new Map<string, Promise<void>>()
  #turn = 0
  #closed = false
  #failure: Error | null = null
  #failures = 0

  /** @param connection its own: requests wait at the broker, and others would wait behind them. */
  constructor(connection: KafkajsConnection, onClose: (reader: KafkajsReader) => void) {
    this.#connection = connection
    this.#onClose = onClose
  }

  async add(positions: readonly Position[]): Promise<void> {
    await this.#connection.know(positions)
    this.put(positions)
  }

  /** As `add`, for partitions that are known. */
  put(positions: readonly Position[]): void {
    for (const position of positions) {
      this.#buffers.set(partitionNameOf(position), new PartitionBuffer(position))
    }
    this.#arrivals.signal()
  }

  async remove(partitions: readonly TopicPartition[]): Promise<void> {
    this.drop(partitions)
  }

  drop(partitions: readonly TopicPartition[]): void {
    for (const at of partitions) this.#buffers.delete(partitionNameOf(at))
  }

  isAtEnd(at: TopicPartition): boolean {
    return this.#buffers.get(partitionNameOf(at))?.isAtEnd ?? false
  }

  pause(partitions: readonly TopicPartition[]): void {
    for (const buffer of this.#named(partitions)) buffer.paused = true
  }

  resume(partitions: readonly TopicPartition[]): void {
    for (const buffer of this.#named(partitions)) buffer.paused = false
    this.#arrivals.signal()
  }

  #named(partitions: readonly TopicPartition[]): PartitionBuffer[] {
    return partitions.flatMap(at => this.#buffers.get(partitionNameOf(at)) ?? [])
  }

  /** The next poll fails with this. */
  fail(error: Error): void {
    this.#failure ??= error
    this.#arrivals.signal()
  }

  async poll(limits: ReadLimits & { readonly waitMs: number }): Promise<readonly Batch[]> {
    if (this.#closed) throw logClosed()
    const waiter = this.#arrivals.waiter(limits.waitMs)
    try {
      do {
        const batches = this.#gather(limits)
        this.#fetch()
        if (batches.length > 0 || limits.waitMs <= 0) return batches
      } while ((await waiter.next()) && !this.#closed)
      return this.#closed ? [] : this.#gather(limits)
    } finally {
      waiter.end()
    }
  }

  #gather(limits: ReadLimits): readonly Batch[] {
    const failure = this.#failure
    this.#failure = null
    if (failure) throw failure
    const active = [...this.#buffers.values()].filter(buffer => !buffer.paused)
    for (const buffer of active) if (buffer.failure) throw buffer.failure
    return readFairly(active, this.#turn++, limits)
  }

  #fetch(): void {
    const byLeader = new Map<string, PartitionBuffer[]>()
    for (const buffer of this.#buffers.values()) {
      if (!buffer.wantsMore) continue
      const leader = leaderOf(this.#connection.cluster, buffer.at.topic, buffer.at.partition)
      const led = byLeader.get(leader ?? '')
      if (led) led.push(buffer)
      else byLeader.set(leader ?? '', [buffer])
    }
    for (const [leader, buffers] of byLeader) {
      if (!this.#fetching.has(leader)) this.#fetching.set(leader, this.#fetchOnce(leader, buffers))
    }
  }

  async #fetchOnce(leader: string, buffers: readonly PartitionBuffer[]): Promise<void> {
    try {
      await (leader === '' ? this.#retryLater() : this.#fill(leader, buffers))
      if (leader !== '') this.#failures = 0
    } catch (error) {
      await this.#recover(leader, buffers, error)
    } finally {
      this.#fetching.delete(leader)
      this.#arrivals.signal()
    }
  }

  /** A partition that was removed meanwhile, and perhaps added again, has another buffer. */
  async #fill(leader: string, buffers: readonly PartitionBuffer[]): Promise<void> {
    const limits = { waitMs: FETCH_WAIT_MS, partitionBytesMax: PARTITION_BYTES_MAX }
    const positions = buffers.map(buffer => buffer.position)
    const fetched = await fetchFrom(this.#connection.cluster, leader, positions, limits)
    const byName = new Map(buffers.map(buffer => [partitionNameOf(buffer.at), buffer]))
    for (const part of fetched) byName.get(partitionNameOf(part))?.put(part)
  }

  async #recover(
    leader: string,
    buffers: readonly PartitionBuffer[],
    error: unknown,
  ): Promise<void> {
    if (this.#closed) return
    try {
      if (typeOf(error) === 'OFFSET_OUT_OF_RANGE') return await this.#judge(buffers, error)
      if (!isPassing(error)) return await this.#single(leader, buffers, error)
      this.#noteFailing(buffers, error)
      await this.#retryLater()
    } catch (again) {
      this.#noteFailing(buffers, again)
    }
  }

  /** One partition spoils the response for all, so each is asked alone. */
  async #single(
    leader: string,
    buffers: readonly PartitionBuffer[],
    error: unknown,
  ): Promise<void> {
    const [first] = buffers
    if (buffers.length === 1 && first) {
      first.failure = this.#connection.faultOf(`reading ${named(buffers)}`, error)
      return
    }
    for (const buffer of buffers) {
      await this.#fill(leader, [buffer]).catch(again => this.#recover(leader, [buffer], again))
    }
  }

  #noteFailing(buffers: readonly PartitionBuffer[], error: unknown): void {
    if (++this.#failures < FAILURES_MAX) return
    this.#failures = 0
    this.fail(this.#connection.faultOf(`reading ${named(buffers)}`, error))
  }

  async #retryLater(): Promise<void> {
    await new Promise(resolve => setTimeout(resolve, RETRY_AFTER_MS))
    if (!this.#closed) await this.#connection.cluster.refreshMetadata()
  }

  /** Kafka says of one partition that its offset is not there: removed, or not written yet. */
  async #judge(buffers: readonly PartitionBuffer[], error: unknown): Promise<void> {
    const { topic, partition } = error as TopicPartition
    const buffer = buffers.find(({ at }) => at.topic === topic && at.partition === partition)
    if (!buffer) return
    const { first } = await this.#connection.range(buffer.at)
    const { next } = buffer.position
    if (next < first) buffer.failure = offsetGone(buffer.at, next, first)
    else {
      buffer.waitAtEnd()
      await this.#retryLater()
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#onClose(this)
    this.#buffers.clear()
    this.#arrivals.signal()
    await Promise.allSettled(this.#fetching.values())
    await this.#connection.close()
  }
}

const named = (buffers: readonly PartitionBuffer[]): string =>
  [...new Set(buffers.map(({ at }) => `"${at.topic}"`))].join(', ')
