/**
 * A shop in a simulated world that does what it is recommended: at midnight it sets the prices that were
 * told for then, customers order at them, and from that the next ones come. Beside it, in the same
 * world, one that holds its prices, and one that knows the truth. docs/elasticity-simulation.md.
 */
import { days, hours, type Instant, minutes } from '../engine/time.ts'
import {
  markets,
  orders,
  type PriceRecommendation,
  priceRecommendations,
  prices,
  products,
} from '../events.ts'
import type { Harness } from './harness.ts'
import { playStep } from './play-step.ts'
import {
  articlesOf,
  levelsOf,
  meanUnits,
  normals,
  PRICE_WORLD,
  type PriceWorld,
  REFERENCE_MINOR,
  type TrueDemand,
  unitsOn,
  WORLD_BEGINS_AT,
} from './price-world.ts'
import { send } from './script.ts'

/** What chance is drawn for here. */
const FIRST_PRICES = 6
const SALE = { market: 'UK', currency: 'GBP' }
/** The least elastic that an article is taken for where its cost is set and its best price is told. */
const LEAST_ELASTIC = -1.3

/** Customers come one by one, and many; the seller does not react, as the recommendations do. */
export const LOOP_WORLD: PriceWorld = {
  ...PRICE_WORLD,
  categories: 5,
  unitsPerDay: 25,
  size: 20,
  reaction: 0,
}

/** Ids of the pipelines that the circle goes through. */
export const PRICE_CHAIN: readonly string[] = [
  'demand-observations',
  'price-elasticities',
  'elasticity-evidence',
  'elasticity-populations',
  'price-recommendations',
]

/** What prices are expected to earn on each day, in minor units; what luck adds is left out. */
export interface LoopOutcome {
  readonly recommended: readonly number[]
  readonly held: readonly number[]
  readonly oracle: readonly number[]
  /** Of each article, at the end. */
  readonly articles: readonly ArticleAtTheEnd[]
}

export interface ArticleAtTheEnd {
  readonly truth: TrueDemand
  readonly policyMinor: number
  readonly bestMinor: number
}

export interface PriceLoop {
  readonly world: PriceWorld
  readonly days: number
  /** How far the prices of the beginning are from the best ones (standard deviation of logarithms). */
  readonly priceOff: number
}

/** Lets a shop follow the recommendations that come out of the pipelines of a mill, for so many days. */
export const runPriceLoop = (mill: Harness, loop: PriceLoop): LoopOutcome => {
  const { world, days: length, priceOff } = loop
  const off = normals(world.seed, FIRST_PRICES)
  const stands = articlesOf(world).map(truth => new Stand(truth, priceOff * off(), length))
  const shop = new Shop(mill, stands)
  const outcome = { recommended: [] as number[], held: [] as number[], oracle: [] as number[] }
  for (let day = 0; day < length; day++) {
    shop.trade(day)
    outcome.recommended.push(earnedBy(stands, day, stand => stand.shownMinor))
    outcome.held.push(earnedBy(stands, day, () => REFERENCE_MINOR))
    outcome.oracle.push(earnedBy(stands, day, stand => stand.bestMinor))
  }
  const articles = stands.map(({ truth, policyMinor, bestMinor }) => {
    return { truth, policyMinor, bestMinor }
  })
  return { ...outcome, articles }
}

/** How much more than by held prices, in percent, from a day on. */
export const gainPct = (earned: readonly number[], held: readonly number[], from = 0): number =>
  100 * (sumOf(earned.slice(from)) / sumOf(held.slice(from)) - 1)

const sumOf = (amounts: readonly number[]): number => amounts.reduce((sum, one) => sum + one, 0)

const earnedBy = (
  stands: readonly Stand[],
  day: number,
  priceOf: (stand: Stand) => number,
): number => sumOf(stands.map(stand => stand.earnedAt(priceOf(stand), day)))

/** An article, what is asked for it, and what was recommended and is still to be done. */
class Stand {
  policyMinor = REFERENCE_MINOR
  shownMinor = REFERENCE_MINOR
  toDo: PriceRecommendation | null = null
  readonly truth: TrueDemand
  /** Lerner 1934, with the true elasticity. */
  readonly bestMinor: number
  readonly costMinor: number
  readonly #levels: readonly number[]

  /** @param off ln of the first price over the best one, by which the cost is decided */
  constructor(truth: TrueDemand, off: number, length: number) {
    this.truth = truth
    const elasticity = Math.min(LEAST_ELASTIC, truth.elasticity)
    this.costMinor = Math.round((REFERENCE_MINOR * Math.exp(-off) * (1 + elasticity)) / elasticity)
    this.bestMinor = (this.costMinor * elasticity) / (1 + elasticity)
    this.#levels = levelsOf(truth, length)
  }

  soldOn(day: number): number {
    return unitsOn(this.truth, day, this.#levels[day]!, this.shownMinor)
  }

  earnedAt(shownMinor: number, day: number): number {
    return (shownMinor - this.costMinor) * meanUnits(this.truth, this.#levels[day]!, shownMinor)
  }
}

class Shop {
  readonly #mill: Harness
  readonly #stands: readonly Stand[]
  readonly #bySku: ReadonlyMap<string, Stand>
  #read = 0

  constructor(mill: Harness, stands: readonly Stand[]) {
    this.#mill = mill
    this.#stands = stands
    playStep(
      mill,
      send(markets, { ...SALE, timeZone: 'UTC', occurredAt: WORLD_BEGINS_AT - hours(1) }),
    )
    this.#bySku = new Map(stands.map(stand => [stand.truth.sku, stand]))
    for (const stand of stands) this.#list(stand)
  }

  trade(day: number): void {
    const at = WORLD_BEGINS_AT + days(day)
    if (day === 0) for (const stand of this.#stands) this.#setPrice(stand, at, 'LIST')
    else {
      this.#mill.advanceTo(at - minutes(1))
      this.#readRecommendations()
      for (const stand of this.#stands) this.#follow(stand, at)
    }
    for (const stand of this.#stands) this.#sell(stand, day, at)
  }

  #list({ truth: { sku, category }, costMinor }: Stand): void {
    const article = { sku, category, currency: SALE.currency, unitCostMinor: costMinor }
    playStep(this.#mill, send(products, { ...article, occurredAt: WORLD_BEGINS_AT - hours(1) }))
  }

  /** The last word on an article is the one that counts. */
  #readRecommendations(): void {
    const { outputs } = this.#mill
    for (; this.#read < outputs.length; this.#read++) {
      const { topic, record } = outputs[this.#read]!
      if (topic.name !== priceRecommendations.name) continue
      const told = record as unknown as PriceRecommendation
      this.#bySku.get(told.sku)!.toDo = told
    }
  }

  #follow(stand: Stand, at: Instant): void {
    const { toDo } = stand
    if (toDo === null || (toDo.effectiveAt ?? 0) > at) return
    stand.toDo = null
    if (toDo.action !== 'TEST' && toDo.action !== 'AUTO') return
    stand.policyMinor = toDo.policyPriceMinor!
    stand.shownMinor = toDo.recommendedPriceMinor
    this.#setPrice(stand, at, toDo.action === 'TEST' ? 'EXPERIMENT' : 'LIST')
  }

  #setPrice({ truth, policyMinor, shownMinor }: Stand, occurredAt: Instant, reason: string): void {
    const both = { policyPriceMinor: policyMinor, shownPriceMinor: shownMinor }
    const eventId = `price ${truth.sku} ${occurredAt}`
    const price = { eventId, occurredAt, sku: truth.sku, ...SALE, ...both, reason }
    playStep(this.#mill, send(prices, price))
  }

  /** All that an article sells on a day is one order; at another minute than that of its neighbour. */
  #sell(stand: Stand, day: number, at: Instant): void {
    const { sku, number } = stand.truth
    const quantity = stand.soldOn(day)
    if (quantity === 0) return
    const unitPriceMinor = stand.shownMinor
    const lines = [{ sku, quantity, unitPriceMinor, unitCostMinor: stand.costMinor }]
    const orderId = `${sku} ${day}`
    const order = { eventId: orderId, orderId, type: 'PLACED', ...SALE, lines }
    const occurredAt = at + hours(12) + minutes(number % 600)
    const totalMinor = quantity * unitPriceMinor
    playStep(this.#mill, send(orders, { ...order, occurredAt, totalMinor }))
  }
}
