/**
 * One reader for all slices of a process. Most partitions are one slice's; those of reference and
 * control topics are every slice's, each at its own position: they are read from the lowest of these,
 * and a slice gets what it does not have yet.
 */
import { partitionNameOf } from '../../engine/partition-name.ts'
import type { Batch, Position, Reader, ReadLimits, StoredRecord } from '../../logs/log.ts'
import { AHEAD_MAX } from './inbox.ts'

/** Who reads: a slice. */
export interface Subscriber {
  push(name: string, records: readonly StoredRecord[]): void
  /** How many records of the partition wait to be taken in. */
  waiting(name: string): number
}

/** Where a subscriber goes on. */
export interface Place {
  readonly subscriber: Subscriber
  readonly positions: readonly Position[]
}

interface Fed {
  readonly at: { readonly topic: string; readonly partition: number }
  /** The next offset that the reader will bring. */
  next: number
  /** The next offset of each. */
  readonly subscribers: Map<Subscriber, number>
  isPaused: boolean
}

export class Feed {
  readonly #reader: Reader
  readonly #fed = new Map<string, Fed>()

  constructor(reader: Reader) {
    this.#reader = reader
  }

  /** All at once, as the log looks up each place. */
  async add(places: readonly Place[]): Promise<void> {
    const begun = new Map<string, Position>()
    for (const { subscriber, positions } of places) {
      for (const position of positions) {
        const name = partitionNameOf(position)
        if (!(await this.#join(subscriber, name, position))) begun.set(name, position)
      }
    }
    if (begun.size > 0) await this.#reader.add([...begun.values()])
  }

  /** Whether the partition is read from here or further back already; else it is to be begun. */
  async #join(subscriber: Subscriber, name: string, position: Position): Promise<boolean> {
    const { next, ...at } = position
    const fed = this.#fed.get(name)
    if (fed && fed.next <= next) {
      fed.subscribers.set(subscriber, next)
      return true
    }
    if (fed) await this.#reader.remove([at])
    const subscribers = new Map(fed?.subscribers).set(subscriber, next)
    this.#fed.set(name, { at, next, subscribers, isPaused: false })
    return false
  }

  async remove(subscriber: Subscriber): Promise<void> {
    const ended = [...this.#fed].filter(([, { subscribers }]) => {
      return subscribers.delete(subscriber) && subscribers.size === 0
    })
    for (const [name] of ended) this.#fed.delete(name)
    await this.#reader.remove(ended.map(([, { at }]) => at))
  }

  /** Reads once, and hands on what came. Returns how many records that were. */
  async poll(
    limits: ReadLimits & { readonly waitMs: number },
    learn?: (batches: readonly Batch[]) => Promise<void>,
  ): Promise<number> {
    this.#balance()
    const batches = await this.#reader.poll(limits)
    await learn?.(batches)
    let records = 0
    for (const batch of batches) {
      const fed = this.#fed.get(partitionNameOf(batch))
      if (!fed || batch.records.length === 0) continue
      records += batch.records.length
      this.#handOn(fed, batch)
    }
    return records
  }

  /** Whether all that the partition had is with its subscribers. */
  isAtEnd(at: { readonly topic: string; readonly partition: number }): boolean {
    return this.#reader.isAtEnd(at)
  }

  #handOn(fed: Fed, { records }: Batch): void {
    const name = partitionNameOf(fed.at)
    fed.next = records.at(-1)!.offset + 1
    for (const [subscriber, next] of fed.subscribers) {
      const fresh = records[0]!.offset >= next ? records : records.filter(r => r.offset >= next)
      if (fresh.length === 0) continue
      fed.subscribers.set(subscriber, fed.next)
      subscriber.push(name, fresh)
    }
  }

  /** No partition is read further ahead than its subscribers keep up. */
  #balance(): void {
    for (const [name, fed] of this.#fed) {
      let waiting = 0
      for (const subscriber of fed.subscribers.keys()) {
        waiting = Math.max(waiting, subscriber.waiting(name))
      }
      if (!fed.isPaused && waiting >= AHEAD_MAX) {
        fed.isPaused = true
        this.#reader.pause([fed.at])
      } else if (fed.isPaused && waiting <= AHEAD_MAX / 2) {
        fed.isPaused = false
        this.#reader.resume([fed.at])
      }
    }
  }
}
