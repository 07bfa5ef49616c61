/** What is advised of an article in a warehouse, and why. */
import type { BodyOf } from '../engine/pipeline.ts'
import type { Reason, ReplenishmentAdvice } from '../events.ts'
import {
  type DailyDemand,
  expectedPerDay,
  isIntermittent,
  KNOWN_DAYS,
} from '../models/daily-demand.ts'
import { demandAhead } from '../models/demand-ahead.ts'
import {
  type LeadTime,
  type LeadTimeDemand,
  orderQuantity,
  reorderPoint,
  type Stock,
  stockoutProbability,
} from '../models/lead-time-demand.ts'
import { sentence } from '../models/sentence.ts'
import { skuOf, marketOf as warehouseIn } from './price-pair.ts'
import { weekdayAt } from './replenishment-day.ts'
import type { ReplenishmentContext } from './replenishment-state.ts'

export const REPLENISHMENT_VERSION = 'replenishment-2026-11-24'

export type Advice = BodyOf<ReplenishmentAdvice>

export const SERVICE_LEVEL = 0.95
export const COVER_DAYS = 14
const ORDERING = { coverDays: COVER_DAYS, minimumOrder: 1 } as const
/** Where nobody states how long an order takes. */
const LEAD_UNKNOWN: LeadTime = { days: 7, deviationDays: 2 }
const INT_MAX = 2 ** 31 - 1

/** The advice, where it is another than was told; null: there is nothing new. */
export const adviceNow = ({ key, state, now }: ReplenishmentContext): Advice | null => {
  const [demand, level] = [state.demand.get(), state.level.get()]
  if (demand === null || level === null || demand.days < KNOWN_DAYS) return null
  const lead = leadOf(level)
  const stock = {
    onHand: Math.max(0, Math.round(level.onHand - level.orderedSince)),
    onOrder: level.onOrder,
  }
  const until = demandAhead(demand, lead ?? LEAD_UNKNOWN, weekdayAt(now))
  const advice = adviceOf(key, demand, until, lead, stock)
  const told = state.told.get()
  if (told !== null && !isOther(advice, told)) return null
  const { reorderPoint: point, orderQuantity: quantity, stockoutProbability: risk } = advice
  state.told.set({ reorderPoint: point, orderQuantity: quantity, stockoutProbability: risk })
  return advice
}

const leadOf = (level: { leadDays: number | null; leadVariance: number }): LeadTime | null =>
  level.leadDays === null
    ? null
    : { days: level.leadDays, deviationDays: Math.sqrt(level.leadVariance) }

const adviceOf = (
  key: string,
  demand: DailyDemand,
  until: LeadTimeDemand,
  lead: LeadTime | null,
  stock: Stock,
): Advice => {
  const perDay = expectedPerDay(demand)
  const point = Math.min(INT_MAX, reorderPoint(until, SERVICE_LEVEL))
  return {
    modelVersion: REPLENISHMENT_VERSION,
    reasons: reasonsOf(demand, lead ?? LEAD_UNKNOWN, stock, point, lead !== null),
    sku: skuOf(key),
    warehouseId: warehouseIn(key)!,
    onHand: stock.onHand,
    onOrder: stock.onOrder,
    reorderPoint: point,
    orderQuantity: Math.min(INT_MAX, orderQuantity(stock, point, perDay, ORDERING)),
    stockoutProbability: stockoutProbability(until, stock.onHand),
    demandPerDay: perDay,
    daysOfCover: perDay > 0 ? stock.onHand / perDay : null,
  }
}

const RISK_STEP = 0.05
const SHARE_STEP = 0.1

type Told = Pick<Advice, 'reorderPoint' | 'orderQuantity' | 'stockoutProbability'>

const isOther = (now: Told, told: Told): boolean =>
  now.orderQuantity > 0 !== told.orderQuantity > 0 ||
  Math.abs(now.stockoutProbability - told.stockoutProbability) >= RISK_STEP ||
  isFar(now.orderQuantity, told.orderQuantity) ||
  isFar(now.reorderPoint, told.reorderPoint)

const isFar = (now: number, told: number): boolean =>
  Math.abs(now - told) > Math.max(1, SHARE_STEP * told)

const REASONS = {
  R_DEMAND: '{perDay} are sold a day, give or take {deviation}; known from {days} days.',
  R_INTERMITTENT:
    'Sold on {share} % of days, {size} at a time: {perDay} a day; known from {days} days.',
  R_LEAD_TIME: 'An order takes {leadDays} days, give or take {leadDeviation}.',
  R_LEAD_UNKNOWN:
    'How long an order takes is not known; {leadDays} days were taken, give or take {leadDeviation}.',
  R_POSITION:
    '{onHand} are on hand and {onOrder} on order; to last in {service} of 100 cases it must be more than {point}.',
  R_CENSORED: '{censoredDays} days were left out, as it was sold out.',
} as const

const reasonsOf = (
  demand: DailyDemand,
  { days: leadDays, deviationDays: leadDeviation }: LeadTime,
  { onHand, onOrder }: Stock,
  point: number,
  isLeadKnown: boolean,
): Reason[] => {
  const numbers = {
    ...{ onHand, onOrder, point, leadDays, leadDeviation },
    perDay: expectedPerDay(demand),
    deviation: Math.sqrt(demand.variance),
    share: 100 * demand.chance,
    size: demand.size,
    days: demand.days,
    censoredDays: demand.censoredDays,
    service: 100 * SERVICE_LEVEL,
  }
  const reason = (code: keyof typeof REASONS, weight: number): Reason => ({
    code,
    detail: sentence(REASONS[code], numbers),
    weight,
  })
  return [
    reason('R_POSITION', point - onHand - onOrder),
    reason(isIntermittent(demand) ? 'R_INTERMITTENT' : 'R_DEMAND', numbers.perDay),
    reason(isLeadKnown ? 'R_LEAD_TIME' : 'R_LEAD_UNKNOWN', leadDays),
    ...(demand.censoredDays > 0 ? [reason('R_CENSORED', demand.censoredDays)] : []),
  ]
}
