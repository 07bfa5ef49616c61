/**
 * One partition on its way into its table. Records become rows as they arrive; a batch is closed
 * when it is full, or when its first record has waited `intervalMs`, and the store takes one after
 * the other. While one is being stored the next one fills, so a slow table gets larger batches.
 */
import { MillraceError } from '../../../engine/errors.ts'
import type { StoredRecord, TopicPartition } from '../../../logs/log.ts'
import type { BatchStore } from './batch-store.ts'
import { ChangeSignal } from './change-signal.ts'
import type { SinkBatch } from './sink-batch.ts'
import type { SinkContext } from './sink-context.ts'

/** An insert under way may take so long when the sink stops; then it is given up. */
const GRACE_MS = 2_000
const ONE = { recordsMax: 1, bytesMax: 1 }

export class SinkPartition {
  readonly at: TopicPartition
  readonly store: BatchStore
  isPaused = false
  readonly #context: SinkContext
  readonly #abandon: AbortController
  readonly #changes = new ChangeSignal()
  readonly #closed: SinkBatch[] = []
  #open: SinkBatch | null = null
  #sending: SinkBatch | null = null
  #age: NodeJS.Timeout | null = null
  #isDue = false
  #drains = 0
  #isStopped = false
  #isHandedOver = false
  #next: number
  readonly #done: Promise<void>

  /** @param abandon gives up the inserts of the store */
  constructor(context: SinkContext, store: BatchStore, abandon: AbortController) {
    this.#context = context
    this.store = store
    this.at = store.at
    this.#abandon = abandon
    this.#next = store.pending === null ? store.position : store.pending.to + 1
    this.#done = this.#run()
  }

  /** Bytes of all rows that are not stored yet. */
  get bufferedBytes(): number {
    let bytes = (this.#open?.size ?? 0) + (this.#sending?.size ?? 0)
    for (const batch of this.#closed) bytes += batch.size
    return bytes
  }

  /** A whole batch waits already. */
  get isFull(): boolean {
    return this.#closed.length > 0
  }

  /** A pending range was read for itself, and is delivered once more. */
  take(records: readonly StoredRecord[]): void {
    for (const record of records) {
      if (record.offset < this.#next) continue
      if (!this.#opened().take(record)) {
        this.#close()
        this.#opened().take(record)
      }
      this.#next = record.offset + 1
    }
    this.#changes.changed()
  }

  /** Stores what there is as soon as possible. */
  hurry(): void {
    if (this.#open === null || this.#isDue) return
    this.#isDue = true
    this.#changes.changed()
  }

  /**
   * Resolves when all records below `end` are stored, and the log knows it, or when that is for
   * another sink to do. Fails if stopped.
   */
  async drainTo(end: number): Promise<void> {
    this.#drains++
    this.#changes.changed()
    try {
      for (;;) {
        const { version } = this.#changes
        if (await this.#isStoredTo(end)) return
        if (this.#isHandedOver) return
        if (this.#isStopped) throw stopped(this.at)
        await this.#changes.after(version)
      }
    } finally {
      this.#drains--
    }
  }

  /**
   * Leaves what is not stored to the next start, or to whoever has the partition next. An insert
   * under way gets a moment to end, if it has not failed before.
   */
  async stop({ isHandedOver = false } = {}): Promise<void> {
    this.#isStopped = true
    this.#isHandedOver = isHandedOver
    this.#changes.changed()
    const graceMs = this.store.trouble === null ? GRACE_MS : 0
    const grace = setTimeout(() => this.#abandon.abort(), graceMs)
    await this.#done
    clearTimeout(grace)
    this.#stopAge()
    await this.store.settle()
  }

  async #run(): Promise<void> {
    try {
      await this.store.resend()
      for (;;) {
        const { version } = this.#changes
        if (this.#isStopped) return
        if (!(await this.#step())) await this.#changes.after(version)
      }
    } catch (error) {
      if (!this.#abandon.signal.aborted) this.#context.onFailure(error)
    } finally {
      this.#changes.changed()
    }
  }

  /** False where there is nothing to do. */
  async #step(): Promise<boolean> {
    const batch = this.#ready()
    if (batch !== null) await this.#send(batch)
    else if (this.#open === null && this.store.position > this.store.committed) {
      await this.store.settle()
    } else return false
    this.#changes.changed()
    return true
  }

  async #send(batch: SinkBatch): Promise<void> {
    this.#sending = batch
    await this.store.store(batch)
    this.#sending = null
    this.#context.onReleased()
  }

  #ready(): SinkBatch | null {
    if (this.#closed.length === 0 && (this.#isDue || this.#drains > 0)) this.#close()
    return this.#closed.shift() ?? null
  }

  #opened(): SinkBatch {
    if (this.#open !== null) return this.#open
    this.#open = this.store.newBatch(this.#context.limits)
    this.#age = setTimeout(() => this.hurry(), this.#context.limits.intervalMs)
    return this.#open
  }

  #close(): void {
    if (this.#open !== null) this.#closed.push(this.#open)
    this.#open = null
    this.#isDue = false
    this.#stopAge()
  }

  #stopAge(): void {
    if (this.#age !== null) clearTimeout(this.#age)
    this.#age = null
  }

  /** The last offsets before `end` may be gaps, that no record will ever fill. */
  async #isStoredTo(end: number): Promise<boolean> {
    const { position, committed } = this.store
    if (committed >= end) return true
    if (position > committed || position < this.#next) return false
    const { records } = await this.#context.log.read(this.at, this.#next, ONE)
    return records.length === 0 || records[0]!.offset >= end
  }
}

const stopped = ({ topic, partition }: TopicPartition): MillraceError =>
  new MillraceError(
    'INTERRUPTED',
    `The sink was stopped before all of ${topic} ${partition} was stored. The next start goes on.`,
  )
