/** What was said of buyers for the next 90 days, beside what came and what simple rules say. */
import { days, type Instant, weeks } from '../../src/engine/time.ts'
import type { JudgedBuyer } from './buyers-at-cut.ts'

/** All of the 90 days after the cut; orders are purchase days. */
export interface Forecast {
  readonly expectedOrders: number
  readonly churnRisk: number
  readonly orders: number
  readonly recencyMs: number
  /** Orders, if the buyer goes on at the rate so far: repeats by age. */
  readonly rateSoFar: number
  /** Orders, if the 90 days after the cut are as those before. */
  readonly sameAgain: number
}

const HORIZON_MS = days(90)

export const forecastsOf = (buyers: readonly JudgedBuyer[], cutAt: Instant): Forecast[] =>
  buyers.map(({ said, summary, lastAt, purchaseDays }) => ({
    expectedOrders: said.expectedOrders90d!,
    churnRisk: said.churnRisk90d!,
    orders: purchaseDays(cutAt, cutAt + HORIZON_MS),
    recencyMs: cutAt - lastAt,
    rateSoFar: (summary.repeats / summary.ageWeeks) * (HORIZON_MS / weeks(1)),
    sameAgain: purchaseDays(cutAt - HORIZON_MS, cutAt),
  }))

type Rule = (forecast: Forecast) => number

export const meanOf = (forecasts: readonly Forecast[], of: Rule): number =>
  forecasts.reduce((sum, forecast) => sum + of(forecast), 0) / forecasts.length

/** The mean error in orders, whichever way. */
export const absoluteErrorOf = (forecasts: readonly Forecast[], rule: Rule): number =>
  meanOf(forecasts, forecast => Math.abs(rule(forecast) - forecast.orders))

/** The root of the mean square of the error, in orders: few large errors count for more. */
export const squareErrorOf = (forecasts: readonly Forecast[], rule: Rule): number =>
  Math.sqrt(meanOf(forecasts, forecast => (rule(forecast) - forecast.orders) ** 2))

/**
 * How well a rule tells who stays away: the chance that of two buyers, of whom one stays away and one
 * comes, it is the higher for the one who stays away (half counted where it is the same). It is the
 * area under the ROC curve, by ranks (Mann & Whitney 1947).
 */
export const rankingOf = (forecasts: readonly Forecast[], rule: Rule): number => {
  const outcomes = new Map<number, { away: number; came: number }>()
  for (const forecast of forecasts.toSorted((x, y) => rule(x) - rule(y))) {
    const same = outcomes.get(rule(forecast)) ?? { away: 0, came: 0 }
    same[forecast.orders === 0 ? 'away' : 'came']++
    outcomes.set(rule(forecast), same)
  }
  let below = 0
  let won = 0
  for (const { away, came } of outcomes.values()) {
    won += away * (below + came / 2)
    below += came
  }
  return won / (below * (forecasts.length - below))
}

/** Ten equal parts, from those of whom the fewest orders are expected. */
export const tenthsOf = (forecasts: readonly Forecast[]): Forecast[][] => {
  const ordered = forecasts.toSorted((x, y) => x.expectedOrders - y.expectedOrders)
  const bound = (tenth: number): number => Math.floor((tenth * ordered.length) / 10)
  return Array.from({ length: 10 }, (_, tenth) => ordered.slice(bound(tenth), bound(tenth + 1)))
}
