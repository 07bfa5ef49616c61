/**
 * Buyers of a year, who live under MBG/NBD and pay under Gamma-Gamma: as many begin in each week.
 */
import { days, hours } from '../../src/engine/time.ts'
import type { Order } from '../../src/events.ts'
import { betaVariate, gammaVariate } from '../../src/models/random-variates.ts'
import { orderOf } from '../mix.ts'
import { randomOf } from '../random.ts'

/** Per week, as the models have it; amounts in minor units. Near to what CDNOW's buyers are like. */
const RHYTHM = { r: 0.55, alpha: 12, a: 0.8, b: 2.4 }
const SPEND = { p: 6, q: 4, v: 1_500 }
export const YEAR_DAYS = 364
const HOURS_OPEN = 14

interface Purchase {
  readonly buyer: number
  readonly at: number
  readonly totalMinor: number
}

/** Ids of those that the mix has for users. */
export const userOf = (buyer: number): number => 5 * buyer

/**
 * Their orders by time.
 *
 * @param until the midnight before which all of them were placed
 */
export function* buyersOrders(buyers: number, until: number): Generator<Order> {
  const random = randomOf(3)
  // Of 0 there is no logarithm.
  const next = (): number => random() + 2 ** -33
  const whole = (below: number): number => Math.floor(random() * below)
  let number = 1
  for (const { buyer, at, totalMinor } of purchases(buyers, until - days(YEAR_DAYS), next)) {
    const order = orderOf(number, at, userOf(buyer), number, 'PLACED', whole)
    yield { ...order, totalMinor }
    number++
  }
}

const purchases = (buyers: number, from: number, next: () => number): readonly Purchase[] => {
  const all: Purchase[] = []
  for (let buyer = 0; buyer < buyers; buyer++) {
    const rate = gammaVariate(next, SPEND.q, SPEND.v)
    for (const day of purchaseDays(next)) {
      const at = from + days(day) + Math.floor(next() * hours(HOURS_OPEN))
      const totalMinor = Math.max(1, Math.round(gammaVariate(next, SPEND.p, rate)))
      all.push({ buyer, at, totalMinor })
    }
  }
  return all.sort((x, y) => x.at - y.at)
}

/** What is counted of each buyer; days count from the first of the year. */
export function* countedBuyers(buyers: number): Generator<{
  readonly days: readonly number[]
  /** Per purchase day, on average. */
  readonly meanMinor: number
}> {
  const random = randomOf(3)
  const next = (): number => random() + 2 ** -33
  for (let buyer = 0; buyer < buyers; buyer++) {
    const rate = gammaVariate(next, SPEND.q, SPEND.v)
    const days = purchaseDays(next)
    yield { days, meanMinor: gammaVariate(next, SPEND.p * days.length, rate) / days.length }
  }
}

const purchaseDays = (next: () => number): number[] => {
  const ratePerDay = gammaVariate(next, RHYTHM.r, RHYTHM.alpha) / 7
  const dropOut = betaVariate(next, RHYTHM.a, RHYTHM.b)
  let at = Math.min(next(), 1) * (YEAR_DAYS - 1)
  const bought = [Math.floor(at)]
  while (next() >= dropOut) {
    at -= Math.log(next()) / ratePerDay
    if (at >= YEAR_DAYS) break
    if (Math.floor(at) > bought.at(-1)!) bought.push(Math.floor(at))
  }
  return bought
}
