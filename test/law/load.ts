/**
 * What producers write in a law run: the simulated shop, slot by slot, a pure function of its plan.
 * So what was written can be known again without reading it.
 *
 * Records that the shop sends hours late are left out: then no record is late to a pipeline in
 * event-time order, and its results have to be the same whatever happened. The shop's disorder of up
 * to 3 s and its repeated events stay.
 */
import { partitionOf } from '../../src/engine/hash.ts'
import { codecsOf } from '../../src/engine/schema/codecs.ts'
import { minutes } from '../../src/engine/time.ts'
import type { AnyTopic } from '../../src/engine/topic.ts'
import { topicNamed } from '../../src/events.ts'
import { type Shop, type ShopRecord, shop } from '../../src/testing/shop/shop.ts'

export interface LoadPlan {
  readonly seed: number
  /** Records per second, about. */
  readonly rate: number
  /** When the first slot begins: wall clock, and event time, in ms since 1970. */
  readonly startAt: number
  /** Of each source topic. */
  readonly partitions: number
  /** Topics written as JSON; all others are Avro. */
  readonly json: readonly string[]
}

export interface LoadRecord {
  readonly topic: AnyTopic
  readonly partition: number
  readonly key: string
  readonly value: Buffer
  /** As `events.ts` types it. */
  readonly record: object & { readonly occurredAt: number }
}

/** Beyond the shop's repetitions, which come a minute later, and below what it calls late. */
const TOO_LATE_MS = minutes(30)
/** The shop begins on a whole ten minutes of its own time, and its first slot at `startAt`. */
const OPENS_AT = Date.UTC(2026, 0, 5)

/** The number of what comes before slot 0: markets and products. */
export const OPENING = -1

export class Load {
  readonly #plan: LoadPlan
  readonly #shop: Shop
  readonly #stretches: readonly { readonly slot: number; readonly at: number }[]

  constructor(plan: LoadPlan) {
    this.#plan = plan
    const { seed, rate, startAt } = plan
    this.#shop = shop({ seed, rate, opensAt: OPENS_AT, liveAt: OPENS_AT })
    this.#stretches = [{ slot: 0, at: startAt }]
  }

  /** When all of a slot has happened, in ms since 1970. */
  endOf(slot: number): number {
    return this.#shop.slotSpan(Math.max(0, slot), this.#stretches).end
  }

  /** In order of arrival. Cheap where slots are asked for one after the other. */
  recordsOf(slot: number): LoadRecord[] {
    if (slot === OPENING) return this.#shop.opening().map(written => this.#recordOf(written))
    const end = this.endOf(slot)
    return this.#shop
      .arrivals(slot, this.#stretches)
      .map(written => this.#recordOf(written))
      .filter(({ record }) => end - record.occurredAt < TOO_LATE_MS)
  }

  #recordOf({ topic, key, record }: ShopRecord): LoadRecord {
    const { encodeAvro, encodeJson } = codecsOf<unknown>(topic)
    const isJson = this.#plan.json.includes(topic.name)
    return {
      topic,
      key,
      partition: partitionOf(key, this.#plan.partitions),
      value: isJson ? Buffer.from(encodeJson(record)) : encodeAvro(record),
      record: record as LoadRecord['record'],
    }
  }
}

/** The topics that the shop writes. */
export const LOAD_TOPICS: readonly AnyTopic[] = [
  'markets',
  'products',
  'shipments',
  'prices',
  'competitor-prices',
  'inventory',
  'clickstream',
  'orders',
  'logistics',
].map(name => topicNamed(name)!)
