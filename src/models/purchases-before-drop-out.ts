import { hypergeometricSlope, SERIES_TERMS_MAX } from './hypergeometric.ts'

/**
 * How many purchases a customer makes within a horizon t before dropping out, if alive at age T,
 * under MBG/NBD; x is their repeats, so far. In two forms, of which the first is the quicker.
 */
export interface PurchasesAhead {
  /** a and b + x: the customer drops out after a purchase with chance ~ Beta(a, b + x + 1). */
  readonly a: number
  readonly stays: number
  /** r + x. */
  readonly shape: number
  /** t/(α + T). */
  readonly odds: number
}

export const purchasesBeforeDropOut = (ahead: PurchasesAhead): number => {
  if (ahead.odds <= 0) return 0
  // Far beyond r = a + b the terms of the series grow while their signs change, and digits are lost.
  const isTame = ahead.shape <= 2 * (ahead.a + ahead.stays)
  const inSeries = isTame ? bySeries(ahead) : Number.NaN
  return Number.isFinite(inSeries) ? inSeries : byCounting(ahead)
}

/**
 * Hoppe & Wagner 2007 after Euler's transformation, which keeps the series in bounds; with
 * z = t/(α + T + t)
 *
 *     (a + b + x)/(a − 1) · [1 − (1 − z)^(a−1) ₂F₁(a + b − r, a − 1; a + b + x; z)]
 *
 * Bracket and a − 1 are both 0 at a = 1. So the first term of the series, which is 1, is taken out,
 * and a − 1 is divided out of the two halves: nothing is left that is singular. NaN where the series
 * does not converge.
 */
export const bySeries = ({ a, stays, shape, odds }: PurchasesAhead): number => {
  const log = Math.log1p(odds)
  const growth = (1 - a) * log
  const ofOne = a === 1 ? log : Math.expm1(growth) / (1 - a)
  const ofRest = hypergeometricSlope(a + stays - shape, a - 1, a + stays, odds / (1 + odds))
  return (a + stays) * (ofOne - Math.exp(growth) * ofRest)
}

/**
 * A sum of positive terms: if nobody dropped out, the number of purchases N would be negative binomial
 * with shape r + x and odds t/(α + T), and the k-th of them is still reached with the chance
 * E[(1 − p)^(k−1)] of having stayed after all before it.
 *
 *     Σ P(N > k) (b + x + 1)ₖ / (a + b + x + 1)ₖ
 *
 * At most 5,000 purchases are counted within the horizon.
 */
export const byCounting = ({ a, stays, shape, odds }: PurchasesAhead): number => {
  const logShare = Math.log(odds / (1 + odds))
  let logChance = -shape * Math.log1p(odds)
  let more = -Math.expm1(logChance)
  let reached = 1
  let sum = 0
  for (let k = 0; k < SERIES_TERMS_MAX && more * reached > 1e-16 * sum; k++) {
    sum += more * reached
    logChance += logShare + Math.log((shape + k) / (k + 1))
    more -= Math.exp(logChance)
    reached *= (stays + 1 + k) / (a + stays + 1 + k)
  }
  return sum
}
