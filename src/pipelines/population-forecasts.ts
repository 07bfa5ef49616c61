/**
 * Which forecasts about a buyer are looked at again when they have ended.
 *
 *     moment                +30 d                                 +90 d, the next moment
 *       |_____________________|                                     |___ ...
 *       |___________________________________________________________|___ ...
 *
 * Once in 90 days what was last said of the buyer is noted; after 30 and 90 days it is told whether
 * they bought. Where the moments lie follows from a hash of the buyer's key alone, so neither purchases
 * nor silence bring them about: each day of a buyer's life is as likely to be asked about as any other.
 * Forecasts noted at purchases would be those of buyers who are just here.
 *
 * A forecast of .99 and more is not noted: nobody doubts it, and most buyers of long ago have such a
 * one. That leaves out by the forecast and not by what becomes of it, so that the others stay fair.
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
const LONG_MS = days(LONG_HORIZON_DAYS)

/** Nobody doubts a risk from here on. */
const SURE = 0.99

/** The first of the buyer's moments after `now`. */
export const nextMomentOf = (key: string, now: Instant): Instant => {
  const phase = phaseOf(key)
  return phase + LONG_MS * (Math.floor((now - phase) / LONG_MS) + 1)
}

export const isMomentOf = (key: string, at: Instant): boolean => (at - phaseOf(key)) % LONG_MS === 0

/** Null where it is not worth to be noted. */
export const forecastFrom = (
  { lastPurchaseAt }: Outlook,
  churnRisk: number,
  at: Instant,
): Forecast | null => (churnRisk < SURE ? { at, churnRisk, lastDay: dayOf(lastPurchaseAt) } : null)

/** Whether there was a purchase since, on a day of its own, as the model counts them. */
export const boughtSince = ({ at, lastDay }: Forecast, { lastPurchaseAt }: Outlook): boolean =>
  lastPurchaseAt > at && dayOf(lastPurchaseAt) > lastDay

/** In ms, below the long horizon: the same for a key in every run. */
const phaseOf = (key: string): number => {
  hash128(key, words)
  return Math.floor((words[0]! / 2 ** 32) * LONG_MS)
}

const words = new Uint32Array(4)
