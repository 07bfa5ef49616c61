/**
 * The price for the last few units that cannot be sold after some moment, by dynamic programming.
 *
 * The time left is cut into steps with a sale or none. Going back from the end, a table holds what each
 * number of units left is worth if all prices from there on are the best ones. A handful of units is
 * where chance matters most, and where the table is small.
 */
export interface Clearing {
  /** Left to sell, above 0. */
  readonly units: number
  /** Units that would be asked for at the price below until the end, above 0. */
  readonly demand: number
  /** What the demand belongs to. */
  readonly priceMinor: number
  readonly elasticity: number
  /** What a unit is worth that is left over, in minor units. */
  readonly salvageMinor: number
}

/** With more, the fluid price is as good as this. */
export const EXACT_UNITS_MAX = 5

const STEPS = 48
const PRICES = 33
/** Lowest and highest price that are tried, as shares of the price now: evenly by their logarithm. */
const LOWEST = 0.3
const HIGHEST = 1.3

/** In minor units, not rounded: one of 33 between .3 and 1.3 times the price now. */
export const exactClearingPrice = (clearing: Clearing): number => {
  const { units, salvageMinor } = clearing
  const left = Math.ceil(units)
  const offers = offersOf(clearing)
  let worth = Array.from({ length: left + 1 }, (_, n) => n * salvageMinor)
  for (let step = 1; step < STEPS; step++) {
    worth = worth.map((own, n) => (n === 0 ? 0 : worthOf(best(offers, worth, n), own, worth, n)))
  }
  return best(offers, worth, left).priceMinor
}

interface Offer {
  readonly priceMinor: number
  /** That a unit is sold within a step. */
  readonly chance: number
}

const offersOf = ({ demand, priceMinor, elasticity }: Clearing): readonly Offer[] =>
  Array.from({ length: PRICES }, (_, i) => {
    const log = Math.log(LOWEST) + (i / (PRICES - 1)) * Math.log(HIGHEST / LOWEST)
    const expected = (demand / STEPS) * Math.exp(elasticity * log)
    return { priceMinor: priceMinor * Math.exp(log), chance: 1 - Math.exp(-expected) }
  })

/** A sale brings its price, and costs what the unit would have been worth. */
const best = (offers: readonly Offer[], worth: readonly number[], n: number): Offer => {
  const unit = worth[n]! - worth[n - 1]!
  let found = offers[0]!
  for (const offer of offers) {
    const isBetter =
      offer.chance * (offer.priceMinor - unit) > found.chance * (found.priceMinor - unit)
    if (isBetter) found = offer
  }
  return found
}

const worthOf = (
  { priceMinor, chance }: Offer,
  kept: number,
  worth: readonly number[],
  n: number,
): number => chance * (priceMinor + worth[n - 1]!) + (1 - chance) * kept
