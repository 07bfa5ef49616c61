/**
 * A sink that crashes and is started anew on the same log, as often as the plan says. A crash takes
 * everything that was in memory, and the commits that were not flushed; what was sent to the tables
 * before it may still arrive.
 */
import { expect } from 'vitest'
import type { AnyTopic } from '../../engine/topic.ts'
import { deadLetters } from '../../events.ts'
import type { MemoryLog } from '../../logs/memory-log.ts'
import { ClickHouseSink, type ClickHouseSinkOptions } from '../clickhouse/storing/sink.ts'
import { expectedOf, letteredIn, rowsIn } from './expected-rows.ts'
import { type Fault, FaultyDestination } from './faulty-destination.ts'
import type { TestedTables } from './tested-table.ts'

let runs = 0

/** Small batches, so that there are many of them. */
export const SMALL = {
  batch: { rowsMax: 6, bytesMax: 500, intervalMs: 2 },
  bufferedBytesMax: 4_000,
  backOff: { firstMs: 1, maxMs: 4 },
} as const

export interface CrashPlan {
  readonly faults: readonly Fault[]
  /** The sink crashes as it stores its n-th batch: after the answer, before the position moves. */
  readonly crashAtStored: readonly number[]
  readonly lostCommits: number
}

export class CrashingRun {
  log: MemoryLog
  readonly refused = new Set<string>()
  /** Tables may remember the tokens of the run before. */
  readonly #applicationId = `mill-${runs++}`
  readonly #tables: TestedTables
  readonly #topics: readonly AnyTopic[]
  readonly #plan: CrashPlan
  readonly #faults: Fault[]
  readonly #destinations: FaultyDestination[] = []
  #sink: Promise<ClickHouseSink> | null = null
  #stored = 0
  crashes = 0

  /** @param log with durability `on-flush` */
  constructor(log: MemoryLog, tables: TestedTables, topics: readonly AnyTopic[], plan: CrashPlan) {
    this.#tables = tables
    this.#topics = [...topics, deadLetters]
    this.#plan = plan
    this.#faults = [...plan.faults]
    this.log = log
  }

  async prepare(): Promise<void> {
    await this.#tables.prepare(this.#topics)
  }

  start(options: Partial<ClickHouseSinkOptions> = {}): void {
    const destination = new FaultyDestination(this.#tables.destination, {
      faults: this.#faults,
      refused: this.refused,
      crash: () => this.crash(),
    })
    this.#destinations.push(destination)
    this.#sink = ClickHouseSink.start({
      log: this.log,
      applicationId: this.#applicationId,
      topics: this.#topics,
      destination,
      ...SMALL,
      ...options,
      onStored: () => this.#onStored(),
    })
    this.#sink.catch(() => {})
  }

  /** The process is gone; a new one starts at once. */
  crash(): void {
    this.crashes++
    this.#destinations.at(-1)!.die()
    const lost = Math.min(this.#plan.lostCommits, this.log.unflushedCommits)
    this.log = this.log.reopen({ lost })
    this.start()
  }

  #onStored(): void {
    if (this.#plan.crashAtStored.includes(++this.#stored)) this.crash()
  }

  /** Drains whichever sink is the last one, and flushes the log meanwhile, as a disk does. */
  async drain(): Promise<void> {
    const flushing = setInterval(() => this.log.flush(), 1)
    try {
      for (;;) {
        const { crashes } = this
        const drained = this.#sink!.then(sink => sink.drain())
        const failure = await drained.then(
          () => null,
          (error: unknown) => error,
        )
        if (crashes !== this.crashes) continue
        if (failure !== null) throw failure
        break
      }
      await Promise.all(this.#destinations.map(destination => destination.settled()))
    } finally {
      clearInterval(flushing)
    }
  }

  async stop(): Promise<void> {
    const flushing = setInterval(() => this.log.flush(), 1)
    await (await this.#sink!).stop()
    clearInterval(flushing)
  }

  /** The law: rows are the log's records, each once; letters those that are no rows, each once. */
  async expectExactlyOnce(): Promise<void> {
    const refused: string[] = []
    for (const topic of this.#topics) {
      const expected = await expectedOf(this.log, topic, this.refused)
      refused.push(...expected.refused)
      expect(rowsIn(topic, await this.#tables.rowsOf(topic)), topic.name).toEqual(expected.rows)
    }
    expect(await letteredIn(this.log)).toEqual(refused.sort())
  }
}
