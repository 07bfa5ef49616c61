import { hypergeometric } from '../../src/models/hypergeometric.ts'
import { logBeta, logGamma } from '../../src/models/log-gamma.ts'
import type { PurchaseParameters, PurchaseSummary } from '../../src/models/mbg-nbd.ts'
import { searchMinimum } from '../../src/models/nelder-mead.ts'
import type { PurchaseCell } from '../../src/models/purchase-cells.ts'

/**
 * BG/NBD, for the tables that are published for it: Fader, Hardie & Lee 2005, "Counting your customers
 * the easy way". As MBG/NBD, except that nobody drops out at the first purchase. Written as in the
 * paper, equation by equation, and not made safe for extremes.
 */

/** Equation (2) of Fader & Hardie's note 021: 1 for everybody who bought once. */
export const probabilityAlive = (
  { r, alpha, a, b }: PurchaseParameters,
  { repeats: x, lastWeeks, ageWeeks }: PurchaseSummary,
): number => {
  if (x === 0) return 1
  return 1 / (1 + (a / (b + x - 1)) * ((alpha + ageWeeks) / (alpha + lastWeeks)) ** (r + x))
}

/** Equation (10). */
export const expectedPurchases = (
  parameters: PurchaseParameters,
  summary: PurchaseSummary,
  weeks: number,
): number => {
  const { r, alpha, a, b } = parameters
  const { repeats: x, ageWeeks } = summary
  const [share, rest] = [alpha + ageWeeks, alpha + ageWeeks + weeks]
  const series = hypergeometric(r + x, b + x, a + b + x - 1, weeks / rest)
  const ahead = ((a + b + x - 1) / (a - 1)) * (1 - (share / rest) ** (r + x) * series)
  return ahead * probabilityAlive(parameters, summary)
}

/** Equation (8): the chance of exactly so many purchases by an age, the first one not counted. */
export const chanceOfPurchases = (
  { r, alpha, a, b }: PurchaseParameters,
  purchases: number,
  weeks: number,
): number => {
  const share = weeks / (alpha + weeks)
  const chanceIfStaying = (count: number) =>
    Math.exp(logGamma(r + count) - logGamma(r) - logGamma(count + 1) + r * Math.log1p(-share)) *
    share ** count
  const stays = Math.exp(logBeta(a, b + purchases) - logBeta(a, b)) * chanceIfStaying(purchases)
  if (purchases === 0) return stays
  const fewer = Array.from({ length: purchases }, (_, count) => chanceIfStaying(count))
  const more = 1 - fewer.reduce((sum, chance) => sum + chance, 0)
  return stays + Math.exp(logBeta(a + 1, b + purchases - 1) - logBeta(a, b)) * more
}

/** Equation (6), in logarithms. */
export const logLikelihood = (
  parameters: PurchaseParameters,
  { repeats: x, lastWeeks, ageWeeks }: PurchaseSummary,
  { rates, stays, leaves } = sharesOf(parameters, x),
): number => {
  const { r, alpha } = parameters
  const ifAlive = stays - (r + x) * Math.log(alpha + ageWeeks)
  if (x === 0) return rates + ifAlive
  const ifGone = leaves - (r + x) * Math.log(alpha + lastWeeks)
  return rates + Math.max(ifAlive, ifGone) + Math.log1p(Math.exp(-Math.abs(ifAlive - ifGone)))
}

/** What all with so many repeats have in common, in logarithms. */
const sharesOf = ({ r, alpha, a, b }: PurchaseParameters, x: number) => ({
  rates: logGamma(r + x) - logGamma(r) + r * Math.log(alpha),
  stays: logBeta(a, b + x) - logBeta(a, b),
  leaves: x === 0 ? 0 : logBeta(a + 1, b + x - 1) - logBeta(a, b),
})

/** On cells that are in the order of their repeats. */
export const fitBgNbd = (cells: readonly PurchaseCell[]) => {
  const { corners } = searchMinimum(
    logs => -totalOf(parametersOf(logs), cells),
    [0.25, 4, 0.8, 2.5].map(Math.log),
  )
  return { parameters: parametersOf(corners[0]!.at), logLikelihood: -corners[0]!.value }
}

const parametersOf = (logs: readonly number[]): PurchaseParameters => {
  const [r, alpha, a, b] = logs.map(Math.exp) as [number, number, number, number]
  return { r, alpha, a, b }
}

const totalOf = (parameters: PurchaseParameters, cells: readonly PurchaseCell[]): number => {
  let shares = sharesOf(parameters, 0)
  let level = 0
  let sum = 0
  for (const { summary, count } of cells) {
    if (summary.repeats !== level) shares = sharesOf(parameters, summary.repeats)
    level = summary.repeats
    sum += count * logLikelihood(parameters, summary, shares)
  }
  return sum
}
