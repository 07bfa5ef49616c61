import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PurchaseSummary } from '../../src/models/mbg-nbd.ts'
import { realData } from '../temporary-folder.ts'

/**
 * The 2,357 customers of CDNOW as the papers count them: purchases of one day are one, the 39 weeks to
 * 30 September 1997 are for fitting and the 39 weeks after them for looking what came.
 *
 *      master_id sample_id date cds dollars
 *     00004 0001 19970101  2   29.33
 */
export interface Customer {
  /** On 30 September 1997. */
  readonly summary: PurchaseSummary
  /** Per purchase day after the first, in dollars; 0 for who has none. */
  readonly meanSpend: number
  /** Purchase days of the 39 weeks after. */
  readonly holdoutPurchases: number
  /** Days of first and repeat purchases, 0 for 1 January 1997. */
  readonly days: readonly number[]
}

const data = realData('cdnow')
export const cdnowMissing = data.missing

const DAY_MS = 86_400_000
const FIRST_DAY_AT = Date.UTC(1997, 0, 1)
/** 30 September 1997. */
export const LAST_FIT_DAY = 272
/** 30 June 1998, 39 weeks later. */
export const LAST_DAY = LAST_FIT_DAY + 273

export const cdnowCustomers = (): Customer[] => {
  const customers = new Map<string, Map<number, number>>()
  for (const line of readFileSync(join(data.path, 'cdnow-sample.txt'), 'utf8').trim().split('\n')) {
    const [, id, date, , dollars] = line.trim().split(/\s+/) as [
      string,
      string,
      string,
      string,
      string,
    ]
    const days = customers.get(id) ?? new Map<number, number>()
    customers.set(id, days)
    const day = dayOf(date)
    days.set(day, (days.get(day) ?? 0) + Number(dollars))
  }
  return [...customers.values()].map(customerOf)
}

const dayOf = (date: string): number => {
  const [year, month, day] = [date.slice(0, 4), date.slice(4, 6), date.slice(6, 8)].map(Number)
  return (Date.UTC(year!, month! - 1, day!) - FIRST_DAY_AT) / DAY_MS
}

const customerOf = (spends: ReadonlyMap<number, number>): Customer => {
  const days = [...spends.keys()].sort((x, y) => x - y)
  const summary = summaryAt(days, LAST_FIT_DAY)
  const repeatDays = days.slice(1, summary.repeats + 1)
  const spent = repeatDays.reduce((sum, day) => sum + spends.get(day)!, 0)
  const meanSpend = spent / Math.max(1, repeatDays.length)
  return { summary, meanSpend, holdoutPurchases: days.length - 1 - repeatDays.length, days }
}

/** What was known of a customer at the end of a day, which is not before the first purchase. */
export const summaryAt = (days: readonly number[], lastDay: number): PurchaseSummary => {
  const known = days.filter(day => day <= lastDay)
  const [first, last] = [known[0]!, known.at(-1)!]
  return {
    repeats: known.length - 1,
    lastWeeks: (last - first) / 7,
    ageWeeks: (lastDay - first) / 7,
  }
}
