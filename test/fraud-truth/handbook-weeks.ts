/**
 * Scores of the Fraud Detection Handbook's transactions, week by week and by its rules.
 *
 *     | two weeks before        | the week                            |
 *     | frauds of the first are known, and day by day those of the second |
 *
 * What the Handbook trains on is the first week, and labels come seven days late. A customer of whom a
 * fraud is known by then is left out: the card is blocked. Weeks begin as its own do, on 8 August 2018.
 */
import { days } from '../../src/engine/time.ts'
import {
  areaUnderRoc,
  averagePrecision,
  calibrationError,
  cardPrecision,
  type ScoredOrderOfDay,
} from '../../src/models/fraud-metrics.ts'

export interface HandbookOrder extends ScoredOrderOfDay {
  /** Days since 1970. */
  readonly day: number
}

export interface HandbookWeek {
  readonly firstDay: number
  /** Orders and frauds among them, of customers that are not known as compromised. */
  readonly orders: number
  readonly frauds: number
  readonly areaUnderRoc: number
  readonly averagePrecision: number
  readonly cardPrecision: number
  /** Of all orders. */
  readonly calibrationError: number
}

const WEEK = 7
const TOP_CARDS = 100
const ANCHOR_DAY = Date.UTC(2018, 7, 8) / days(1)

/** First days of the weeks that the orders are whole of, with two weeks before them. */
export const weeksIn = (orders: readonly HandbookOrder[]): number[] => {
  const [from, to] = [orders[0]!.day + 2 * WEEK, orders.at(-1)!.day]
  const first = from + ((((ANCHOR_DAY - from) % WEEK) + WEEK) % WEEK)
  const weeks: number[] = []
  for (let day = first; day + WEEK - 1 <= to; day += WEEK) weeks.push(day)
  return weeks
}

export const weekOf = (orders: readonly HandbookOrder[], firstDay: number): HandbookWeek => {
  const near = orders.filter(({ day }) => day >= firstDay - 2 * WEEK && day < firstDay + WEEK)
  const week = near.filter(({ day }) => day >= firstDay)
  const fresh = withoutCompromised(near, week, firstDay)
  return {
    firstDay,
    orders: fresh.length,
    frauds: fresh.filter(({ isFraud }) => isFraud).length,
    areaUnderRoc: areaUnderRoc(fresh),
    averagePrecision: averagePrecision(fresh),
    cardPrecision: cardPrecision(fresh, TOP_CARDS),
    calibrationError: calibrationError(week),
  }
}

/** A fraud is known from the eighth day after it on, as its label comes during the seventh. */
const withoutCompromised = (
  near: readonly HandbookOrder[],
  week: readonly HandbookOrder[],
  firstDay: number,
): HandbookOrder[] => {
  const firstFraud = new Map<string, number>()
  for (const { day, customer, isFraud } of near) {
    if (!isFraud) continue
    firstFraud.set(customer, Math.min(day, firstFraud.get(customer) ?? firstDay + WEEK))
  }
  return week.filter(({ day, customer }) => {
    const fraudDay = firstFraud.get(customer)
    return fraudDay === undefined || fraudDay > day - WEEK - 1
  })
}

export type WeekMeasure = Exclude<keyof HandbookWeek, 'firstDay' | 'orders' | 'frauds'>

export const meanOf = (weeks: readonly HandbookWeek[], measure: WeekMeasure): number =>
  weeks.reduce((sum, week) => sum + week[measure], 0) / weeks.length
