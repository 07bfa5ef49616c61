/**
 * Which forecasts about a buyer are looked at again when they have ended.
 *
 *     moment                +30 d                                 +90 d, the next moment
 *       |_____________________|                                     |___ ...
 *       |___________________________________________________________|___ ...
 *
 * Once in 90 days what is known of the buyer is noted; after 30 and 90 days it is told what the rhythms
 * that are in use by then make of it, and whether the buyer bought. So it is always the model in use
 * that is judged: what was said by an earlier one would have its errors set right in this one. And the
 * risk is that of the moment. What was last said before it lags by up to .05, the step in which
 * silence is told, and even a model without any error would be set right by half a step.
 *
 * Where the moments lie follows from a hash of the buyer's key alone, so neither purchases nor silence
 * bring them about: each day of a buyer's life is as likely to be asked about as any other. Forecasts
 * noted at purchases would be those of buyers who are just here.
 *
 * Where the risk of 90 days is .99 and more by the rhythms in use at the moment, nothing is noted:
 * nobody doubts it, and most buyers of long ago have such a one. That leaves out by what is known at
 * the moment and not by what becomes of it, so that the others stay fair, also under later rhythms.
 *
 * A result that comes late begins no forecasts; the next one that is on time does. Of a history that is
 * handed in late, each order would otherwise find the moments up to today gone by, and all of them would
 * be judged before the next order is there: as though nobody had bought again. What was noted by then
 * goes on, and of an order that comes later than the end of its forecast that says that nobody bought.
 *
 * Of guests nothing is noted. One who logs in is another subject from then on, with whom the forecast
 * would be lost; and who buys again logs in more often, so those left would be the silent ones.
 */
import { int, long, record, type ValueOf } from '../engine/form.ts'
import { hash128 } from '../engine/hash.ts'
import { days, type Instant } from '../engine/time.ts'
import { summaryAt, WEEK_MS } from '../models/lifecycle-activity.ts'
import { churnRisk, type PurchaseParameters } from '../models/mbg-nbd.ts'
import { dayOf } from '../models/purchase-history.ts'

/** What the purchase model knows of a buyer. */
export const purchaseDays = record({ days: int, firstAt: long, lastAt: long })
export type PurchaseDays = Readonly<ValueOf<typeof purchaseDays>>

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

export const isForecast = (key: string): boolean => !key.startsWith('VISITOR:')

/** The chance of no purchase within the horizon, as it was at this moment, before any calibration. */
export const riskAt = (
  known: PurchaseDays,
  parameters: PurchaseParameters,
  at: Instant,
  horizonDays: number,
): number => churnRisk(parameters, summaryAt(known, at), days(horizonDays) / WEEK_MS)

/** Whether anybody doubts what becomes of the buyer. */
export const isOpen = (known: PurchaseDays, parameters: PurchaseParameters, at: Instant): boolean =>
  riskAt(known, parameters, at, LONG_HORIZON_DAYS) < SURE

/** Whether there was a purchase since, on a day of its own, as the model counts them. */
export const boughtSince = (at: Instant, noted: PurchaseDays, { lastAt }: PurchaseDays): boolean =>
  lastAt > at && dayOf(lastAt) > dayOf(noted.lastAt)

/** In ms, below the long horizon: the same for a key in every run. */
const phaseOf = (key: string): number => {
  hash128(key, words)
  return Math.floor((words[0]! / 2 ** 32) * LONG_MS)
}

const words = new Uint32Array(4)
