/**
 * Writes the simulated shop into the log: its history as fast as it can be read, and then slot by
 * slot as time goes on. The next slot is written down in the same commit as the records, so that a
 * shop that is opened again goes on where it was, with nothing left out and nothing twice.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { codecsOf } from '../../engine/schema/codecs.ts'
import type { Append, Log, LogRecord } from '../../logs/log.ts'
import {
  LIVE_SLOT_MS,
  type Shop,
  type ShopRecord,
  type ShopSettings,
  type Stretch,
  shop,
} from '../../testing/shop/shop.ts'

/** What is written down with each commit. */
export interface ShopPosition {
  readonly settings: ShopSettings
  readonly stretches: readonly Stretch[]
  /** The next slot to be written; 0 stands for the opening as well. */
  readonly slot: number
}

export interface ShopProducerOptions {
  readonly log: Log
  readonly topic: string
  /** Those of a shop that is new; one that is there keeps its own. */
  readonly settings: ShopSettings
  /** In ms since 1970. */
  readonly wallNow: () => number
  /** Records that wait in the log to be taken in. Above a bound the shop waits. */
  readonly backlog: () => number
  readonly onWritten?: (records: readonly ShopRecord[]) => void
}

/** Records of a commit of history. */
const HISTORY_RECORDS = 5_000
/** Beyond so many records that wait, producing more would only make all of them older. */
const BACKLOG_MAX = 100_000
/** A shop that is further behind than this was closed: what would have happened did not. */
const CLOSED_AFTER_MS = 5_000
const BACKLOG_WAIT_MS = 20
/** Less than the time after which a partition is held to be quiet. */
const BEHIND_MAX_MS = 1_000
const POSITIONS_KEPT = 1_000

export class ShopProducer {
  readonly shop: Shop
  readonly settings: ShopSettings
  readonly #options: ShopProducerOptions
  #stretches: readonly Stretch[]
  #slot: number
  #stopping = false

  private constructor(options: ShopProducerOptions, position: ShopPosition) {
    this.#options = options
    this.settings = position.settings
    this.shop = shop(position.settings)
    this.#stretches = position.stretches
    this.#slot = position.slot
  }

  /** Needs the topics of the shop, and its own, in the log. */
  static async open(options: ShopProducerOptions): Promise<ShopProducer> {
    const { settings } = options
    const last = await lastPosition(options.log, options.topic)
    return new ShopProducer(options, last ?? { settings, stretches: [], slot: -1 })
  }

  /** Whether all that is past was written: from then on the clock counts. */
  get isLive(): boolean {
    return this.#slot >= this.shop.historySlots
  }

  /** How far the shop's clock is behind, where records are produced faster than they are taken in. */
  behindMs(now: number): number {
    if (this.#stretches.length === 0) return 0
    return Math.max(0, now - this.shop.slotSpan(this.#slot, this.#stretches).end)
  }

  /** Whether silence means that nothing happened: a shop that is behind has not told of it yet. */
  keepsUp(now: number): boolean {
    return this.isLive && this.behindMs(now) < BEHIND_MAX_MS
  }

  /** Forgets positions that were gone on from long ago. */
  async clean(): Promise<void> {
    const at = { topic: this.#options.topic, partition: 0 }
    const { next } = await this.#options.log.range(at)
    await this.#options.log.trim(at, next - POSITIONS_KEPT)
  }

  /** Resolves after `stop`, at the end of a commit. */
  async run(): Promise<void> {
    if (this.#slot < 0) await this.#write(this.shop.opening(), 0)
    while (!this.#stopping && !this.isLive) await this.#writeHistory()
    this.#goOn()
    while (!this.#stopping) await this.#writeDue()
  }

  stop(): void {
    this.#stopping = true
  }

  async #writeHistory(): Promise<void> {
    await this.#waitForReaders()
    const records: ShopRecord[] = []
    let slot = this.#slot
    for (; slot < this.shop.historySlots && records.length < HISTORY_RECORDS; slot++) {
      records.push(...this.shop.arrivals(slot, this.#stretches))
    }
    await this.#write(records, slot)
  }

  /** A slot is written when it is over: nothing arrives before it has happened. */
  async #writeDue(): Promise<void> {
    const { end } = this.shop.slotSpan(this.#slot, this.#stretches)
    const leftMs = end - this.#options.wallNow()
    if (leftMs > 0) return void (await wait(Math.min(leftMs, LIVE_SLOT_MS)))
    await this.#waitForReaders()
    await this.#write(this.shop.arrivals(this.#slot, this.#stretches), this.#slot + 1)
  }

  /** The shop opens now, where it was not open a moment ago. */
  #goOn(): void {
    const now = this.#options.wallNow()
    const isOpen =
      this.#stretches.length > 0 &&
      now - this.shop.slotSpan(this.#slot, this.#stretches).end < CLOSED_AFTER_MS
    if (!isOpen) this.#stretches = [...this.#stretches, { slot: this.#slot, at: now }]
  }

  async #waitForReaders(): Promise<void> {
    while (this.#options.backlog() > BACKLOG_MAX && !this.#stopping) await wait(BACKLOG_WAIT_MS)
  }

  async #write(records: readonly ShopRecord[], slot: number): Promise<void> {
    const position = { settings: this.settings, stretches: this.#stretches, slot }
    const own = { key: null, value: Buffer.from(JSON.stringify(position)) }
    const { log, topic } = this.#options
    const appends = [...appendsOf(records), { topic, partition: 0, records: [own] }]
    const { durable } = await log.commit({ appends })
    this.#slot = slot
    this.#options.onWritten?.(records)
    await durable
  }
}

const appendsOf = (records: readonly ShopRecord[]): Append[] => {
  const appends = new Map<string, LogRecord[]>()
  for (const { topic, key, record } of records) {
    const value = codecsOf(topic).encodeAvro(record)
    const append = appends.get(topic.name)
    if (append) append.push({ key: Buffer.from(key), value })
    else appends.set(topic.name, [{ key: Buffer.from(key), value }])
  }
  return [...appends].map(([topic, list]) => ({ topic, partition: 0, records: list }))
}

const lastPosition = async (log: Log, topic: string): Promise<ShopPosition | null> => {
  const at = { topic, partition: 0 }
  const { first, next } = await log.range(at)
  if (first === next) return null
  const { records } = await log.read(at, next - 1, { recordsMax: 1, bytesMax: 1 << 20 })
  return JSON.parse(records[0]!.value!.toString())
}
