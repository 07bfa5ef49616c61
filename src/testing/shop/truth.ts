/** What is true in the simulated shop. Pure look-ups; nothing of it is in the records. */
import type { Stretch } from './calendar.ts'
import { type Article, marketIndex, type PriceMoves } from './catalogue.ts'
import { coldJourneys, hasColdChain, READING_INTERVAL_MS } from './cold-chain.ts'
import { boxOf, liveSlotOf } from './fleet.ts'
import type { Journey } from './journey.ts'
import { placeOf } from './order-book.ts'
import { COLD_SHIPPED_AFTER, type FraudKind, type OrderPlan } from './order-plan.ts'
import { bornOf, type Person } from './person.ts'
import type { Plans } from './plans.ts'
import { referencePrice } from './pricing.ts'
import type { World } from './world.ts'

/** Troubles of one sensor on a journey, in event time; null: it has none of the kind. */
export interface SensorTruth {
  readonly excursion: {
    readonly startsAt: number
    readonly endsAt: number
    readonly peakC: number
  } | null
  readonly silent: { readonly startsAt: number; readonly endsAt: number } | null
  readonly stuckFrom: number | null
}

export class ShopTruth {
  readonly #world: World
  readonly #plans: Plans
  readonly #articles: ReadonlyMap<string, Article>

  constructor(world: World, plans: Plans) {
    this.#world = world
    this.#plans = plans
    this.#articles = new Map(world.articles.map(article => [article.sku, article]))
  }

  /** Change of demand in percent per percent of price; null: no such article or market. */
  elasticityOf(sku: string, market: string): number | null {
    return this.#articles.get(sku)?.elasticities[marketIndex(market)] ?? null
  }

  /** Whether the price moves by experiment, by the house, or never; null: no such article. */
  movesOf(sku: string): PriceMoves | null {
    return this.#articles.get(sku)?.moves ?? null
  }

  /** The price that the elasticity refers to, in minor units of the market. */
  referencePriceOf(sku: string, market: string): number | null {
    const article = this.#articles.get(sku)
    const index = marketIndex(market)
    return article && index >= 0 ? referencePrice(article, index) : null
  }

  /** Who is behind a userId or a visitorId; null: nobody, as with the accounts of frauds. */
  personOf(id: string): Person | null {
    const born = bornOf(id)
    return born && this.#world.population.person(born.bornSlot, born.index)
  }

  /** When a person leaves for good, in event time. */
  lapsesAt(id: string, stretches: readonly Stretch[] = []): number | null {
    const person = this.personOf(id)
    return person && this.#world.calendar.eventTime(person.lapsesAt, stretches)
  }

  /** The order as it was planned; null: there is no such order. */
  orderOf(orderId: string): OrderPlan | null {
    const place = orderId.startsWith('order-') ? placeOf(orderId) : null
    return place && (this.#plans.placedIn(place.slot)[place.number]?.order ?? null)
  }

  fraudOf(orderId: string): FraudKind | null {
    return this.orderOf(orderId)?.fraud ?? null
  }

  isFraud(orderId: string): boolean {
    return this.fraudOf(orderId) !== null
  }

  /** By sensor, in the order of their numbers; empty: there is no such shipment. */
  sensorsOf(shipmentId: string, stretches: readonly Stretch[] = []): readonly SensorTruth[] {
    const box = /^box-(\d+)-(\d+)$/.exec(shipmentId)
    if (box) return [this.#boxTruth(Number(box[1]), Number(box[2]), stretches)]
    const place = placeOf(shipmentId)
    if (!place || !hasColdChain(this.#world, place.slot)) return []
    const order = this.#plans.placedIn(place.slot)[place.number]?.order
    if (!order) return []
    const handedOverAt = order.startAt + COLD_SHIPPED_AFTER
    return coldJourneys(this.#world.seed, place.slot).map(journey =>
      this.#sensorTruth(
        journey,
        stretches,
        reading => handedOverAt + reading * READING_INTERVAL_MS,
      ),
    )
  }

  #boxTruth(bay: number, trip: number, stretches: readonly Stretch[]): SensorTruth {
    const { seed, calendar } = this.#world
    return this.#sensorTruth(boxOf(seed, bay, trip).journey, stretches, reading =>
      calendar.startOf(calendar.historySlots + liveSlotOf(seed, bay, trip, reading)),
    )
  }

  #sensorTruth(
    journey: Journey,
    stretches: readonly Stretch[],
    momentOf: (reading: number) => number,
  ): SensorTruth {
    const at = (reading: number) => this.#world.calendar.eventTime(momentOf(reading), stretches)
    const { excursion, silentFrom, silentUntil, stuckFrom } = journey
    return {
      excursion: excursion && {
        startsAt: at(excursion.from),
        endsAt: at(excursion.until),
        peakC: excursion.peakC,
      },
      silent: silentFrom === null ? null : { startsAt: at(silentFrom), endsAt: at(silentUntil) },
      stuckFrom: stuckFrom === null ? null : at(stuckFrom),
    }
  }
}
