/**
 * Partitions being read together, each at a position of its own: what a member of a group and a
 * reader have in common. A poll serves all of them, and sleeps where there is nothing.
 */
import { partitionNameOf } from '../../engine/partition-name.ts'
import type { Batch, Position, ReadLimits, TopicPartition } from '../log.ts'
import { logClosed } from '../record-rules.ts'
import type { Arrivals } from './arrivals.ts'
import { readFairly } from './fair-read.ts'
import { Held, type ReadableLog } from './held.ts'

export class Cursors {
  readonly #log: ReadableLog
  readonly #arrivals: Arrivals
  readonly #held = new Map<string, Held>()
  #turn = 0
  #closed = false
  #failure: unknown = null

  constructor(log: ReadableLog, arrivals: Arrivals) {
    this.#log = log
    this.#arrivals = arrivals
  }

  get partitions(): readonly TopicPartition[] {
    return [...this.#held.values()].map(held => held.at)
  }

  get closed(): boolean {
    return this.#closed
  }

  /** One that is read already goes on at the new position. */
  put(positions: readonly Position[]): void {
    for (const { topic, partition, next } of positions) {
      const at = { topic, partition }
      this.#held.set(partitionNameOf(at), new Held(this.#log, at, next))
    }
    this.#arrivals.signal()
  }

  remove(partitions: readonly TopicPartition[]): void {
    for (const at of partitions) this.#held.delete(partitionNameOf(at))
  }

  setPaused(partitions: readonly TopicPartition[], paused: boolean): void {
    for (const at of partitions) {
      const held = this.#held.get(partitionNameOf(at))
      if (held) held.paused = paused
    }
    this.#arrivals.signal()
  }

  isAtEnd(at: TopicPartition): boolean {
    return this.#held.get(partitionNameOf(at))?.isAtEnd() ?? false
  }

  /** The next poll fails with this. */
  fail(error: unknown): void {
    this.#failure ??= error
    this.#arrivals.signal()
  }

  /** What the next poll would fail with, once. */
  takeFailure(): unknown {
    const failure = this.#failure
    this.#failure = null
    return failure
  }

  async poll(limits: ReadLimits & { readonly waitMs: number }): Promise<readonly Batch[]> {
    if (this.#closed) throw logClosed()
    const batches = this.#gather(limits)
    if (batches.length > 0 || limits.waitMs <= 0) return batches
    return this.#waitFor(limits)
  }

  async #waitFor(limits: ReadLimits & { readonly waitMs: number }): Promise<readonly Batch[]> {
    const waiter = this.#arrivals.waiter(limits.waitMs)
    try {
      while (await waiter.next()) {
        if (this.#closed) return []
        const batches = this.#gather(limits)
        if (batches.length > 0) return batches
      }
      return []
    } finally {
      waiter.end()
    }
  }

  #gather(limits: ReadLimits): readonly Batch[] {
    const failure = this.takeFailure()
    if (failure !== null) throw failure
    const active = [...this.#held.values()].filter(held => !held.paused)
    for (const held of active) held.rewind()
    const batches = readFairly(active, this.#turn++, limits)
    for (const held of active) held.advance()
    return batches
  }

  /** A poll that waits ends empty, and later ones fail. */
  close(): void {
    this.#closed = true
    this.#arrivals.signal()
  }
}
