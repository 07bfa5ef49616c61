import type { Commit, CommitReceipt, Log, ReadLimits, TopicPartition } from '../../logs/log.ts'
import type { MemoryLog } from '../../logs/memory-log.ts'
import type { Random } from './random.ts'

/** A stop that the simulator caused: the driver starts anew from what is in the log. */
export class SimulatedCrash extends Error {
  override readonly name = 'SimulatedCrash'
}

export interface Faults {
  /** The commit fails, and nothing of it is there. */
  readonly refused: number
  /** The commit is there, and whoever made it does not learn of it. */
  readonly unacknowledged: number
  /** The commit was taken in, and is lost as it was not durable. */
  readonly torn: number
  /** Without transactions: only some of the commit is there, but never its end without all else. */
  readonly cut?: number
}

/**
 * A log whose commits go wrong now and then. After any fault whoever made the commit is dead; where
 * a commit was torn off, `torn` says that it has to be cut from the log before it is opened again.
 */
export class FaultyLog implements Log {
  readonly cleansItself = false
  readonly #inner: MemoryLog
  readonly #random: Random
  readonly #faults: Faults
  torn = false

  constructor(inner: MemoryLog, random: Random, faults: Faults) {
    this.#inner = inner
    this.#random = random
    this.#faults = faults
  }

  async commit(commit: Commit): Promise<CommitReceipt> {
    const draw = this.#random.next()
    const { refused, unacknowledged, torn, cut = 0 } = this.#faults
    if (draw < refused) throw new SimulatedCrash('the commit was refused')
    if (draw > 1 - cut) {
      await this.#inner.commit(this.#someOf(commit))
      this.#inner.flush()
      throw new SimulatedCrash('the commit was cut off')
    }
    const receipt = await this.#inner.commit(commit)
    if (draw < refused + torn) {
      this.torn = true
      throw new SimulatedCrash('the commit was torn off')
    }
    this.#inner.flush()
    if (draw < refused + torn + unacknowledged) throw new SimulatedCrash('nobody heard')
    return receipt
  }

  /** Its end is missing, unless nothing in it has to be there before anything else. */
  #someOf({ appends, areIndependent = false }: Commit): Commit {
    return {
      appends: (areIndependent ? appends : appends.slice(0, -1)).map(({ records, ...at }) => ({
        ...at,
        records: records.slice(0, this.#random.upTo(records.length)),
      })),
    }
  }

  createTopic(...args: Parameters<Log['createTopic']>): Promise<void> {
    return this.#inner.createTopic(...args)
  }
  topics(): ReturnType<Log['topics']> {
    return this.#inner.topics()
  }
  range(at: TopicPartition): ReturnType<Log['range']> {
    return this.#inner.range(at)
  }
  settled(): Promise<void> {
    return this.#inner.settled()
  }
  read(at: TopicPartition, from: number, limits: ReadLimits): ReturnType<Log['read']> {
    return this.#inner.read(at, from, limits)
  }
  committed(...asked: Parameters<Log['committed']>): ReturnType<Log['committed']> {
    return this.#inner.committed(...asked)
  }
  subscribe(...args: Parameters<Log['subscribe']>): ReturnType<Log['subscribe']> {
    return this.#inner.subscribe(...args)
  }
  reader(): ReturnType<Log['reader']> {
    return this.#inner.reader()
  }
  join(...args: Parameters<Log['join']>): ReturnType<Log['join']> {
    return this.#inner.join(...args)
  }
  trim(at: TopicPartition, before: number): Promise<void> {
    return this.#inner.trim(at, before)
  }
  clean(): Promise<void> {
    return this.#inner.clean()
  }
  close(): Promise<void> {
    return this.#inner.close()
  }
}
