/** A shop of which the truth is known, seasons and all: who buys when, and how likely it was. */
import { days, type Instant } from '../../src/engine/time.ts'
import type { PurchaseParameters } from '../../src/models/mbg-nbd.ts'
import { betaVariate, gammaVariate } from '../../src/models/random-variates.ts'
import { Random } from '../../src/testing/simulation/random.ts'

/** By how much everybody's rate of purchases is multiplied on a day of the history. */
export interface Demand {
  readonly at: (day: number) => number
  /** The integral of the same, from any fixed day on. */
  readonly until: (day: number) => number
  readonly max: number
}

/** As it is, and from a day on more by this share, for good. */
export const risingOn = (day: number, share: number): Demand => ({
  at: on => (on < day ? 1 : 1 + share),
  until: on => on + share * Math.max(0, on - day),
  max: 1 + share,
})

const YEAR_DAYS = 365

/** Up and down once a year by this share, highest on `peak` and a year from it. */
export const yearly = (peak: number, share: number): Demand => {
  const angle = (day: number) => (2 * Math.PI * (day - peak)) / YEAR_DAYS
  return {
    at: day => 1 + share * Math.cos(angle(day)),
    until: day => day + ((share * YEAR_DAYS) / (2 * Math.PI)) * Math.sin(angle(day)),
    max: 1 + share,
  }
}

export interface DemandShop {
  /** Orders in the order of time. */
  readonly orders: readonly { readonly buyer: number; readonly at: Instant }[]
  /** The true chance that somebody buys nothing within a horizon from a moment on. */
  readonly staysAway: (buyer: number, at: Instant, horizonDays: number) => number
}

export const START = 19_600 * days(1)

export const demandShop = (
  rhythm: PurchaseParameters,
  demand: Demand,
  { buyers, firstWithinDays, untilDay, seed }: ShopSize,
): DemandShop => {
  const random = new Random(seed)
  // `next` of the generator may be 0, of which there is no logarithm.
  const next = () => random.next() + 2 ** -33
  const lives = Array.from({ length: buyers }, () =>
    lifeOf(next, rhythm, demand, { from: firstWithinDays * random.next(), untilDay }),
  )
  const orders = lives.flatMap(({ boughtAt }, buyer) => boughtAt.map(at => ({ buyer, at })))
  return {
    orders: orders.sort((x, y) => x.at - y.at || x.buyer - y.buyer),
    staysAway: (buyer, at, horizonDays) => {
      const { leftAt, ratePerDay } = lives[buyer]!
      const day = dayAt(at)
      const ahead = demand.until(day + horizonDays) - demand.until(day)
      return leftAt <= at ? 1 : Math.exp(-ratePerDay * ahead)
    },
  }
}

interface ShopSize {
  readonly buyers: number
  readonly firstWithinDays: number
  readonly untilDay: number
  readonly seed: number
}

interface Life {
  readonly ratePerDay: number
  readonly boughtAt: readonly Instant[]
  /** At a purchase, after which there is no other. */
  readonly leftAt: Instant
}

/** Under MBG/NBD, purchase by purchase, with demand by thinning (Lewis & Shedler 1979). */
const lifeOf = (
  next: () => number,
  { r, alpha, a, b }: PurchaseParameters,
  demand: Demand,
  { from, untilDay }: { readonly from: number; readonly untilDay: number },
): Life => {
  const ratePerDay = gammaVariate(next, r, alpha) / 7
  const dropOut = betaVariate(next, a, b)
  const boughtAt = [instantOf(from)]
  for (let day = from; ; boughtAt.push(instantOf(day))) {
    if (next() < dropOut) return { ratePerDay, boughtAt, leftAt: boughtAt.at(-1)! }
    do day -= Math.log(next()) / (ratePerDay * demand.max)
    while (day <= untilDay && next() * demand.max >= demand.at(day))
    if (day > untilDay) return { ratePerDay, boughtAt, leftAt: Number.POSITIVE_INFINITY }
  }
}

const instantOf = (day: number): Instant => START + Math.floor(day * days(1))
const dayAt = (at: Instant): number => (at - START) / days(1)
