/**
 * What is learnt of an article from its days, as `demand-observations` learns: day by day, or by the week
 * where most days sell nothing, and whenever the price changes; without the stream around it.
 */
import {
  type DemandCategory,
  NO_CATEGORY,
  observed,
  type PriceTag,
} from '../models/demand-bucket.ts'
import { inRhythm, LENGTHS_MS } from '../models/demand-rhythm.ts'
import { type Demand, NO_DEMAND, withSpan } from '../models/elasticity-demand.ts'
import { type SoldDay, WORLD_BEGINS_AT } from './price-world.ts'

const DAY_MS = LENGTHS_MS.DAY
const HOURS_OF_A_DAY = 24

export interface LearningOptions {
  /** Whether prices tell which of them were drawn by chance; if not, all count as set by somebody. */
  readonly isExperiment: boolean
  /** After so many days each. */
  readonly asOf: readonly number[]
  readonly category?: DemandCategory
}

/** What is known after so many days, in the order asked for. */
export const learntFrom = (
  days: Iterable<SoldDay>,
  { isExperiment, asOf, category = NO_CATEGORY }: LearningOptions,
): readonly Demand[] => {
  const learning = new Learning(category)
  const known: Demand[] = []
  let referenceMinor = 0
  for (const { day, policyMinor, shownMinor, units } of days) {
    if (referenceMinor === 0) referenceMinor = isExperiment ? policyMinor : shownMinor
    const tag = { shownMinor, policyMinor, referenceMinor, isExperiment, isPromoted: false }
    learning.take(WORLD_BEGINS_AT + day * DAY_MS, tag, units)
    if (asOf.includes(day + 1)) known.push(learning.demand)
  }
  return known
}

class Learning {
  demand: Demand = NO_DEMAND
  readonly #category: DemandCategory
  #price: PriceTag | null = null
  #since = 0
  #days = 0
  #units = 0

  constructor(category: DemandCategory) {
    this.#category = category
  }

  /** A day at one price. */
  take(from: number, price: PriceTag, units: number): void {
    if (this.#price !== null && !isSame(price, this.#price)) this.#learn(from)
    this.#price = price
    if (this.#days === 0) this.#since = from
    const to = from + DAY_MS
    this.demand = withSpan(this.demand, { from, to, units, views: 0 }, true)
    this.#days += 1
    this.#units += units
    if (to % LENGTHS_MS[this.demand.length] === 0) this.#learn(to)
  }

  #learn(to: number): void {
    if (this.#days === 0 || this.#price === null) return
    const bucket = {
      from: this.#since,
      to,
      units: this.#units,
      views: 0,
      hours: this.#days * HOURS_OF_A_DAY,
      price: this.#price,
      competitorMinor: null,
    }
    const { demand } = observed(this.demand, bucket, this.#category)
    this.demand = inRhythm(demand)
    this.#days = 0
    this.#units = 0
  }
}

const isSame = (a: PriceTag, b: PriceTag): boolean =>
  a.shownMinor === b.shownMinor && (a.policyMinor === b.policyMinor || !a.isExperiment)
