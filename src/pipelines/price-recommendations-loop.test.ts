import { expect, test } from 'vitest'
import { days, hours, type Instant, minutes } from '../engine/time.ts'
import {
  priceElasticities as elasticities,
  orders,
  type PriceRecommendation,
  prices,
  products,
  priceRecommendations as recommendations,
} from '../events.ts'
import { poissonVariate } from '../models/random-variates.ts'
import { Harness } from '../testing/harness.ts'
import { playStep } from '../testing/play-step.ts'
import { send } from '../testing/script.ts'
import { Random } from '../testing/simulation/random.ts'
import { demandObservations } from './demand-observations.ts'
import { priceElasticities } from './price-elasticities.ts'
import { priceRecommendations } from './price-recommendations.ts'

const CHAIN = [demandObservations, priceElasticities, priceRecommendations]

const COST_MINOR = 1_500
const ELASTICITY = -2.5
/** An hour. */
const UNITS_AT_START = 5
const START_MINOR = 2_000

interface Shown {
  readonly policyMinor: number
  readonly shownMinor: number
}

/** A shop with one article that sets each morning what was recommended, and sells until the next. */
class Shop {
  readonly mill = new Harness(CHAIN, { mode: 'history' })
  readonly policyPrices: number[] = []
  #price: Shown = { policyMinor: START_MINOR, shownMinor: START_MINOR }
  #read = 0
  readonly #next: () => number

  constructor(seed: number) {
    const random = new Random(seed)
    this.#next = () => random.next()
    playStep(
      this.mill,
      send(products, { sku: 'tea', occurredAt: 0, currency: 'GBP', unitCostMinor: COST_MINOR }),
    )
    this.#set(hours(1), 'LIST')
  }

  run(untilDay: number): void {
    for (let day = 1; day < untilDay; day++) {
      this.mill.advanceTo(days(day))
      this.#carryOut(days(day) + minutes(1))
      for (let hour = 0.5; hour < 24; hour++) this.#sell(days(day) + hours(hour))
      this.policyPrices.push(this.#price.policyMinor)
    }
  }

  #carryOut(at: Instant): void {
    const told = this.mill.resultsOf(recommendations)
    for (; this.#read < told.length; this.#read++) {
      const next = told[this.#read]!
      if ((next.effectiveAt ?? 0) > at) return
      if (next.action !== 'HOLD') this.#follow(next, at)
    }
  }

  #follow(next: PriceRecommendation, at: Instant): void {
    const { policyPriceMinor, recommendedPriceMinor: shownMinor, action } = next
    this.#price = { policyMinor: policyPriceMinor!, shownMinor }
    this.#set(at + this.#read, action === 'TEST' ? 'EXPERIMENT' : 'LIST')
  }

  #set(occurredAt: Instant, reason: string): void {
    const { policyMinor, shownMinor } = this.#price
    const both = { policyPriceMinor: policyMinor, shownPriceMinor: shownMinor }
    const where = { sku: 'tea', market: null, currency: 'GBP' }
    const eventId = `price ${occurredAt}`
    playStep(this.mill, send(prices, { eventId, occurredAt, ...where, ...both, reason }))
  }

  #sell(occurredAt: Instant): void {
    const mean = UNITS_AT_START * (this.#price.shownMinor / START_MINOR) ** ELASTICITY
    const quantity = poissonVariate(this.#next, mean)
    const lines = [{ sku: 'tea', quantity, unitPriceMinor: this.#price.shownMinor }]
    const orderId = `o${occurredAt}`
    const order = { eventId: orderId, orderId, type: 'PLACED', currency: 'GBP', totalMinor: 0 }
    playStep(this.mill, send(orders, { ...order, occurredAt, lines }))
  }
}

test('a shop that does what is recommended learns what its price does, and earns more', () => {
  const shop = new Shop(7)
  shop.run(90)
  const known = shop.mill.resultsOf(elasticities).at(-1)!
  expect(known).toMatchObject({ method: 'EXPERIMENT', status: 'IDENTIFIED' })
  expect(Math.abs(known.elasticity! - ELASTICITY)).toBeLessThan(3 * known.sd!)

  const last = shop.mill.resultsOf(recommendations).at(-1)!
  expect(last.reasons.map(({ code }) => code)).toContain('P_EXPERIMENT_DONE')

  const profitAt = (policyMinor: number) => (policyMinor - COST_MINOR) * policyMinor ** ELASTICITY
  const best = profitAt((COST_MINOR * ELASTICITY) / (1 + ELASTICITY))
  const attained = (policyMinor: number) =>
    (profitAt(policyMinor) - profitAt(START_MINOR)) / (best - profitAt(START_MINOR))
  expect(attained(shop.policyPrices.at(-1)!)).toBeGreaterThan(0.6)

  shop.policyPrices.slice(1).forEach((next, i) => {
    expect(Math.abs(next / shop.policyPrices[i]! - 1)).toBeLessThan(0.0501)
  })
})
