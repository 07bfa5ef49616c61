/** Records about buyers as tests of the population write them, with what does not matter filled in. */
import { days } from '../engine/time.ts'
import { lifecycleSegments, populationChanges, purchaseCohorts } from '../events.ts'
import { type Send, send } from './script.ts'

/** What a test says of a buyer; days are those since 1970. */
export interface BuyerRecord {
  readonly subjectType?: 'USER' | 'VISITOR'
  readonly subjectId: string
  readonly market?: string | null
  /** Null: no purchase stands. */
  readonly firstDay: number | null
  readonly lastDay?: number
  readonly repeats?: number
  readonly netMinor?: number
  readonly purchases?: number
  readonly dealPurchases?: number
  readonly views?: number
  readonly dealViews?: number
  readonly closedAs?: 'MERGED' | 'ERASED' | null
}

const MS_PER_DAY = days(1)

/** A result of `lifecycle-segments`. */
export const segmentOf = (occurredAt: number, resultId: string, buyer: BuyerRecord): Send => {
  const { subjectId, firstDay, market = 'UK', repeats = 0, closedAs = null } = buyer
  const isBuyer = firstDay !== null && closedAs === null
  const lastDay = buyer.lastDay ?? firstDay ?? 0
  return send(lifecycleSegments, {
    ...BLANK,
    resultId,
    occurredAt,
    subjectType: buyer.subjectType ?? 'USER',
    subjectId,
    userId: subjectId,
    market,
    currency: closedAs === 'ERASED' ? null : 'GBP',
    stage: isBuyer ? 'FIRST_BUYER' : 'AWARE',
    activity: 'ACTIVE',
    tags: [],
    entered: [],
    exited: [],
    frequency: repeats,
    monetaryMinor: isBuyer ? (buyer.netMinor ?? 1_000) : 0,
    firstPurchaseAt: isBuyer ? firstDay * MS_PER_DAY : null,
    lastPurchaseAt: isBuyer ? lastDay * MS_PER_DAY : null,
    purchases: isBuyer ? (buyer.purchases ?? repeats + 1) : 0,
    dealPurchases: isBuyer ? (buyer.dealPurchases ?? 0) : 0,
    views: buyer.views ?? 0,
    dealViews: buyer.dealViews ?? 0,
    purchaseChurnRisk30d: isBuyer ? 0.6 : null,
    purchaseChurnRisk90d: isBuyer ? 0.3 : null,
    closedAs,
  })
}

/** A change of the population. */
export const changeOf = (
  occurredAt: number,
  resultId: string,
  change: {
    readonly change: 'JOINED' | 'LEFT' | 'FORECAST'
    readonly cohortDay: number
    readonly lastDay: number
    readonly [field: string]: unknown
  },
): Send =>
  send(populationChanges, {
    ...BLANK,
    resultId,
    occurredAt,
    subjectId: 'USER:ann',
    market: 'UK',
    repeats: 0,
    purchases: 1,
    dealPurchases: 0,
    views: 0,
    dealViews: 0,
    ...change,
  })

/** A cohort's counts. */
export const cohortOf = (
  occurredAt: number,
  resultId: string,
  cohort: {
    readonly modelId: string
    readonly cohortWeek: number
    readonly [list: string]: unknown
  },
): Send =>
  send(purchaseCohorts, {
    ...BLANK,
    resultId,
    occurredAt,
    cohortId: `${cohort.modelId}|${cohort.cohortWeek}`,
    cohortDay: [],
    repeats: [],
    lastDay: [],
    buyers: [],
    spendRepeats: [],
    spendBucket: [],
    spendBuyers: [],
    deals: [],
    outcomeHorizonDays: [],
    outcomeBin: [],
    outcomes: [],
    happened: [],
    ...cohort,
  })

const BLANK = { modelVersion: 'test', reasons: [] }
