/**
 * Which forecasts about a buyer are looked at again when they have ended.
 *
 *     phase       +30 d       +60 d       +90 d       +120 d
 *       |___________|___________|___________|___________|       30 days ahead
 *       |___________________________________|                   90 days ahead
 *
 * At fixed moments, 30 days apart, what was last said of the buyer is noted; at the next one it is
 * told whether they bought. Where these moments lie follows from a hash of the buyer's key alone, so
 * neither purchases nor silence bring them about: each day of a buyer's life is as likely to be asked
 * about as any other. Forecasts noted at purchases would be those of buyers who are just here.
 *
 * What was last said may be up to .05 below the risk at the moment, as that is the step in which
 * silence is told. It is also what whoever reads the results has; a calibration to it takes that lag
 * for an error of the model, about half a step, and takes it out on average.
 */
import { double, int, long, record, type ValueOf } from '../engine/form.ts'
import { hash128 } from '../engine/hash.ts'
import { days, type Instant } from '../engine/time.ts'
import { dayOf } from './population-cell.ts'

/** What was last said of a buyer. */
export const outlook = record({ risk30: double, risk90: double, lastPurchaseAt: long })
export type Outlook = Readonly<ValueOf<typeof outlook>>

/** What was said at some moment, of which it is not known yet what becomes. */
export const forecast = record({ at: long, churnRisk: double, lastDay: int })
export type Forecast = Readonly<ValueOf<typeof forecast>>

export const SHORT_HORIZON_DAYS = 30
export const LONG_HORIZON_DAYS = 90

const SHORT_MS = days(SHORT_HORIZON_DAYS)
const LONG_MS = days(LONG_HORIZON_DAYS)

/** The first of the buyer's moments after `now`. */
export const nextMomentOf = (key: string, now: Instant): Instant => {
  const phase = phaseOf(key)
  return phase + SHORT_MS * (Math.floor((now - phase) / SHORT_MS) + 1)
}

/** Whether one of these moments is also one for the long horizon: every third is. */
export const isLongMoment = (key: string, at: Instant): boolean =>
  (at - phaseOf(key)) % LONG_MS === 0

export const forecastFrom = (
  { lastPurchaseAt }: Outlook,
  churnRisk: number,
  at: Instant,
): Forecast => ({ at, churnRisk, lastDay: dayOf(lastPurchaseAt) })

/** Whether there was a purchase since, on a day of its own, as the model counts them. */
export const boughtSince = ({ at, lastDay }: Forecast, { lastPurchaseAt }: Outlook): boolean =>
  lastPurchaseAt > at && dayOf(lastPurchaseAt) > lastDay

/** In ms, below the long horizon: the same for a key in every run. */
const phaseOf = (key: string): number => {
  hash128(key, words)
  return Math.floor((words[0]! / 2 ** 32) * LONG_MS)
}

const words = new Uint32Array(4)
