import type { PurchaseParameters, PurchaseSummary } from '../../src/models/mbg-nbd.ts'
import { betaVariate, gammaVariate } from '../../src/models/random-variates.ts'
import { Random } from '../../src/testing/simulation/random.ts'

/** A customer of whom the truth is known, as nobody knows it of a real one. */
export interface SimulatedCustomer {
  readonly summary: PurchaseSummary
  readonly isAlive: boolean
  /** In the weeks after now. */
  readonly purchasesAhead: (horizonWeeks: number) => number
}

const AGE_WEEKS_MIN = 4
const AGE_WEEKS_MAX = 78
const AHEAD_WEEKS = 52

/** Lives under MBG/NBD, purchase by purchase, as the model tells them and not as its formulas do. */
export const simulatedCustomers = (
  parameters: PurchaseParameters,
  count: number,
  seed: number,
): SimulatedCustomer[] => {
  const random = new Random(seed)
  // `next` of the generator may be 0, of which there is no logarithm.
  const next = () => random.next() + 2 ** -33
  return Array.from({ length: count }, () => {
    const rate = gammaVariate(next, parameters.r, parameters.alpha)
    const dropOut = betaVariate(next, parameters.a, parameters.b)
    const ageWeeks = AGE_WEEKS_MIN + next() * (AGE_WEEKS_MAX - AGE_WEEKS_MIN)
    return customerOf(livedOut(next, rate, dropOut, ageWeeks + AHEAD_WEEKS), ageWeeks)
  })
}

/** The ages at which a customer buys, the first purchase at 0, and when they drop out. */
interface Life {
  readonly purchases: readonly number[]
  readonly endWeeks: number
}

const livedOut = (next: () => number, rate: number, dropOut: number, untilWeeks: number): Life => {
  const purchases = [0]
  for (let age = 0; ; ) {
    if (next() < dropOut) return { purchases, endWeeks: age }
    age -= Math.log(next()) / rate
    if (age > untilWeeks) return { purchases, endWeeks: Number.POSITIVE_INFINITY }
    purchases.push(age)
  }
}

const customerOf = ({ purchases, endWeeks }: Life, ageWeeks: number): SimulatedCustomer => {
  const known = purchases.filter(age => age <= ageWeeks)
  return {
    summary: { repeats: known.length - 1, lastWeeks: known.at(-1)!, ageWeeks },
    isAlive: endWeeks > ageWeeks,
    purchasesAhead: weeks =>
      purchases.filter(age => age > ageWeeks && age <= ageWeeks + weeks).length,
  }
}
