/**
 * A shop that never was: what happens in it is a pure function of a seed and the number of a slot.
 *
 * Time is cut into slots, of ten minutes in the history and of a quarter second when live. What arrives
 * in a slot follows from (settings, slot, stretches) alone, so the shop goes on after a restart at any
 * slot, without playing what came before. What is true in it, and pipelines can only estimate, is in
 * `truth`.
 */
import type { AnyTopic } from '../../engine/topic.ts'
import { markets, products } from '../../events.ts'
import { Agenda } from './agenda.ts'
import type { Stretch } from './calendar.ts'
import { MARKETS, marketRecord, productRecord } from './catalogue.ts'
import { Plans } from './plans.ts'
import { ShopTruth } from './truth.ts'
import { type ShopSettings, type World, worldOf } from './world.ts'

export type { Stretch } from './calendar.ts'
export { HISTORY_DAYS, HISTORY_SLOT_MS, LIVE_SLOT_MS } from './rates.ts'
export type { ShopTruth } from './truth.ts'
export type { ShopSettings } from './world.ts'

export interface ShopRecord {
  readonly topic: AnyTopic
  readonly key: string
  /** As `events.ts` types it. Repeated records are equal, not the same object. */
  readonly record: object
}

export interface Shop {
  readonly settings: ShopSettings
  /** Slots from here on are live. */
  readonly historySlots: number
  /** [start, end) of a slot in event time, given the stretches so far. */
  slotSpan(
    slot: number,
    stretches: readonly Stretch[],
  ): { readonly start: number; readonly end: number }
  /**
   * All records that arrive in a slot, in order of arrival. Asked for slot after slot it costs some µs
   * per record; for any other slot, five minutes of plans in addition.
   */
  arrivals(slot: number, stretches: readonly Stretch[]): ShopRecord[]
  /** What is known at the opening: markets and products. Before slot 0. */
  opening(): ShopRecord[]
  readonly truth: ShopTruth
}

/** @throws CONFIG_INVALID where the history is not a whole number of slots */
export const shop = (settings: ShopSettings): Shop => new SimulatedShop(settings)

class SimulatedShop implements Shop {
  readonly settings: ShopSettings
  readonly truth: ShopTruth
  readonly #world: World
  readonly #agenda: Agenda

  constructor(settings: ShopSettings) {
    this.settings = settings
    this.#world = worldOf(settings)
    const plans = new Plans(this.#world)
    this.#agenda = new Agenda(this.#world.calendar, (slot, visitsOnly) =>
      plans.stepsOf(slot, visitsOnly),
    )
    this.truth = new ShopTruth(this.#world, plans)
  }

  get historySlots(): number {
    return this.#world.calendar.historySlots
  }

  slotSpan(slot: number, stretches: readonly Stretch[]): { start: number; end: number } {
    const { calendar } = this.#world
    const start = calendar.eventTime(calendar.startOf(slot), stretches)
    return { start, end: start + calendar.lengthOf(slot) }
  }

  arrivals(slot: number, stretches: readonly Stretch[]): ShopRecord[] {
    const { calendar } = this.#world
    const from = calendar.startOf(slot)
    const offset = calendar.eventTime(from, stretches) - from
    return this.#agenda.dueIn(slot).map(({ telling, firstDueAt, lagMs }) => {
      const isOfSlot = firstDueAt >= from
      const at = isOfSlot ? firstDueAt + offset : calendar.eventTime(firstDueAt, stretches)
      return { topic: telling.topic, key: telling.key, record: telling.write(at - lagMs) }
    })
  }

  opening(): ShopRecord[] {
    const { opensAt } = this.settings
    return [
      ...MARKETS.map(place => ({
        topic: markets,
        key: place.market,
        record: marketRecord(place, opensAt),
      })),
      ...this.#world.articles.map(article => ({
        topic: products,
        key: article.sku,
        record: productRecord(article, opensAt),
      })),
    ]
  }
}
