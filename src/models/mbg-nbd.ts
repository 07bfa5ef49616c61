import { logGamma } from './log-gamma.ts'
import { purchasesBeforeDropOut } from './purchases-before-drop-out.ts'

/**
 * MBG/NBD: how often somebody will buy, and whether they still do, from three numbers.
 *
 *     first          last purchase      now                 horizon
 *       |---x--x------x------------------|- - - - - - - - - - -|
 *       0             tₓ                 T                    T + t
 *
 * While alive a customer buys at a constant rate λ; after every purchase, the first one too, they
 * drop out for good with chance p. λ ~ Gamma(r, α) and p ~ Beta(a, b) over the population. In BG/NBD
 * nobody drops out at the first purchase, so that all who bought once are alive for ever: of no use
 * for telling who has gone.
 *
 * Batislam, Denizel & Filiztekin 2007 ("Empirical validation and comparison of models for customer
 * base analysis"), Hoppe & Wagner 2007 ("Customer base analysis: the case for a central variant of
 * the Betageometric/NBD model"). Written with log1p and expm1, so that nothing overflows or cancels
 * for 10⁴ purchases, or for ages from hours to decades. Seasons are not in the model.
 */
export interface PurchaseParameters {
  /** Shape of the purchase rates: the smaller, the more customers differ. */
  readonly r: number
  /** Rate of the same, in weeks: the mean customer buys r/α times a week while alive. */
  readonly alpha: number
  /** Drop-out: the mean customer leaves after a purchase with chance a/(a + b). */
  readonly a: number
  readonly b: number
}

/** What is known of one customer; 0 ≤ `lastWeeks` ≤ `ageWeeks`, both from the first purchase. */
export interface PurchaseSummary {
  /** Purchase days after the first one. */
  readonly repeats: number
  /** Age at the last purchase, 0 where it was the first. */
  readonly lastWeeks: number
  /** Age now. */
  readonly ageWeeks: number
}

/** Until a population has been fitted: a CD shop of 1997, fitted on 2,357 customers of CDNOW. */
export const MBG_NBD_SEED: PurchaseParameters = { r: 0.525, alpha: 6.183, a: 0.891, b: 1.614 }

/** The chance of not having dropped out by now. */
export const probabilityAlive = (
  parameters: PurchaseParameters,
  summary: PurchaseSummary,
): number => 1 / (1 + Math.exp(logOddsGone(parameters, summary)))

/** The chance of no purchase within `horizonWeeks` from now. Rises with silence, to 1. */
export const churnRisk = (
  parameters: PurchaseParameters,
  summary: PurchaseSummary,
  horizonWeeks: number,
): number =>
  1 - probabilityAlive(parameters, summary) * buysIfAlive(parameters, summary, horizonWeeks)

/** The chance of a purchase within `horizonWeeks` from now, of somebody who is surely alive. */
export const buysIfAlive = (
  { r, alpha }: PurchaseParameters,
  { repeats, ageWeeks }: PurchaseSummary,
  horizonWeeks: number,
): number => -Math.expm1(-(r + repeats) * Math.log1p(horizonWeeks / (alpha + ageWeeks)))

/** How many purchases to expect within `horizonWeeks` from now. Falls with silence, to 0. */
export const expectedPurchases = (
  parameters: PurchaseParameters,
  summary: PurchaseSummary,
  horizonWeeks: number,
): number =>
  probabilityAlive(parameters, summary) *
  expectedPurchasesIfAlive(parameters, summary, horizonWeeks)

/** The same of somebody who is surely alive. */
export const expectedPurchasesIfAlive = (
  { r, alpha, a, b }: PurchaseParameters,
  { repeats, ageWeeks }: Pick<PurchaseSummary, 'repeats' | 'ageWeeks'>,
  horizonWeeks: number,
): number => {
  const odds = horizonWeeks / (alpha + ageWeeks)
  return purchasesBeforeDropOut({ a, stays: b + repeats, shape: r + repeats, odds })
}

/**
 * The expected purchase rate now, relative to that just after the last purchase: 1 there, and falling
 * with silence, the sooner the more often somebody used to buy.
 *
 *     ρ(T) = P(alive|T)/(α + T) · (α + tₓ)/P(alive|tₓ)
 */
export const activityRatio = (parameters: PurchaseParameters, summary: PurchaseSummary): number => {
  const { a, b } = parameters
  const stretch = logStretch(parameters, summary)
  const logOddsAtPurchase = Math.log(a / (b + summary.repeats))
  const logOddsNow = logOddsAtPurchase + (parameters.r + summary.repeats) * stretch
  return Math.exp(softplus(logOddsAtPurchase) - softplus(logOddsNow) - stretch)
}

/** The mean of what the purchase rate can be, in purchases a week, given that the customer is alive. */
export const weeklyRate = (
  { r, alpha }: PurchaseParameters,
  { repeats, ageWeeks }: PurchaseSummary,
): number => (r + repeats) / (alpha + ageWeeks)

/** The logarithm of one customer's likelihood; what does not depend on the parameters is left out. */
export const logLikelihood = (
  { r, alpha, a, b }: PurchaseParameters,
  { repeats, lastWeeks, ageWeeks }: PurchaseSummary,
): number => {
  const shape = r + repeats
  const rates = logGamma(shape) - logGamma(r) + r * Math.log(alpha)
  const stays = logGamma(a + b) - logGamma(b) + logGamma(b + repeats + 1)
  const alive = -shape * Math.log(alpha + ageWeeks)
  const gone = Math.log(a / (b + repeats)) - shape * Math.log(alpha + lastWeeks)
  return rates + stays - logGamma(a + b + repeats + 1) + logSumOfExponentials(alive, gone)
}

/** ln((α + T)/(α + tₓ)). */
const logStretch = (
  { alpha }: PurchaseParameters,
  { lastWeeks, ageWeeks }: PurchaseSummary,
): number => Math.log1p((ageWeeks - lastWeeks) / (alpha + lastWeeks))

/** ln of the odds of having dropped out, a/(b + x) · ((α + T)/(α + tₓ))^(r + x). */
const logOddsGone = (parameters: PurchaseParameters, summary: PurchaseSummary): number =>
  Math.log(parameters.a / (parameters.b + summary.repeats)) +
  (parameters.r + summary.repeats) * logStretch(parameters, summary)

/** ln(1 + eˣ). */
export const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))

const logSumOfExponentials = (x: number, y: number): number =>
  Math.max(x, y) + Math.log1p(Math.exp(-Math.abs(x - y)))
