/** A population as of a midnight, from buyers one by one: real ones, or ones of whom the truth is known. */
import type { SpendParameters } from '../models/gamma-gamma.ts'
import type { PurchaseParameters } from '../models/mbg-nbd.ts'
import type { PopulationCut } from '../models/population-cut.ts'
import { bucketOf } from '../models/quantile-sketch.ts'
import { betaVariate, gammaVariate } from '../models/random-variates.ts'
import { Random } from './simulation/random.ts'

/** What is counted of a buyer. Days since 1970. */
export interface CountedBuyer {
  readonly cohortDay: number
  readonly repeats: number
  readonly lastDay: number
  /** Mean net value of a purchase day, in minor units; 0: nothing was paid. */
  readonly meanMinor: number
}

const DAY_MS = 86_400_000

export const populationOf = (
  buyers: readonly CountedBuyer[],
  cutDay: number,
  inUse: Readonly<Record<string, number>> = {},
): PopulationCut => {
  const cells = countsOf(buyers, ({ cohortDay, repeats, lastDay }) => [cohortDay, repeats, lastDay])
  const paying = buyers.filter(({ meanMinor }) => meanMinor > 0)
  const amounts = countsOf(paying, ({ repeats, meanMinor }) => [repeats, bucketOf(meanMinor)])
  return {
    cutAt: cutDay * DAY_MS,
    cohortDay: cells.map(([key]) => key[0]!),
    repeats: cells.map(([key]) => key[1]!),
    lastDay: cells.map(([key]) => key[2]!),
    buyers: cells.map(([, count]) => count),
    spendRepeats: amounts.map(([key]) => key[0]!),
    spendBucket: amounts.map(([key]) => key[1]!),
    spendBuyers: amounts.map(([, count]) => count),
    deals: [],
    outcomeHorizonDays: [],
    outcomeBin: [],
    outcomes: [],
    happened: [],
    inUse,
    hasOwnRhythms: false,
  }
}

const countsOf = (
  buyers: readonly CountedBuyer[],
  keyOf: (buyer: CountedBuyer) => readonly number[],
): (readonly [key: readonly number[], count: number])[] => {
  const counts = new Map<string, [readonly number[], number]>()
  for (const buyer of buyers) {
    const key = keyOf(buyer)
    const held = counts.get(key.join())
    if (held) held[1]++
    else counts.set(key.join(), [key, 1])
  }
  return [...counts.values()]
}

export interface Truth {
  readonly rhythm: PurchaseParameters
  readonly spend: SpendParameters
}

/**
 * Buyers who live under MBG/NBD and Gamma-Gamma, purchase by purchase, and began on any day of the
 * `weeks` before the cut.
 */
export const simulatedBuyers = (
  { rhythm, spend }: Truth,
  people: number,
  { weeks, cutDay, seed }: { weeks: number; cutDay: number; seed: number },
): CountedBuyer[] => {
  const random = new Random(seed)
  // `next` of the generator may be 0, of which there is no logarithm.
  const next = () => random.next() + 2 ** -33
  return Array.from({ length: people }, () => {
    const firstAt = cutDay - 7 * weeks * random.next()
    const days = purchaseDays(next, rhythm, firstAt, cutDay)
    const rate = gammaVariate(next, spend.q, spend.v)
    const meanMinor = gammaVariate(next, spend.p * days.length, rate) / days.length
    return {
      cohortDay: Math.floor(firstAt),
      repeats: days.length - 1,
      lastDay: days.at(-1)!,
      meanMinor,
    }
  })
}

const purchaseDays = (
  next: () => number,
  { r, alpha, a, b }: PurchaseParameters,
  firstAt: number,
  untilAt: number,
): number[] => {
  const ratePerDay = gammaVariate(next, r, alpha) / 7
  const dropOut = betaVariate(next, a, b)
  const days = [Math.floor(firstAt)]
  for (let at = firstAt; next() >= dropOut; ) {
    at -= Math.log(next()) / ratePerDay
    if (at >= untilAt) break
    if (Math.floor(at) > days.at(-1)!) days.push(Math.floor(at))
  }
  return days
}
