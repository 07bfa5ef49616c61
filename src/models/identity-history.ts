/**
 * What somebody bought under one identity: as a user, or as a visitor who may turn out to be one; and
 * what both bought together.
 *
 * Orders belong to one identity each, so that purchases and amounts add. Days with a purchase do not:
 * one day on which somebody bought both as a guest and as a user is one, and the frequency of the
 * purchase model counts days. So days of the orders that are remembered are kept as such, and earlier
 * ones as a number.
 */
import { dayOf, historyOf, type Purchase, type PurchaseHistory } from './purchase-history.ts'

export interface IdentityHistory {
  /** Of the first order; null: there is none, or it names no market. */
  readonly market: string | null
  /** Of `netMinor`; null before the first order. */
  readonly currency: string | null
  /** Purchases that stand, and of these those on a deal. */
  readonly purchases: number
  readonly dealPurchases: number
  readonly netMinor: number
  readonly firstAt: number | null
  readonly lastAt: number | null
  /** Days (UTC, since 1970) with a purchase that is remembered, ascending, each once. */
  readonly days: readonly number[]
  /** How many further days with a purchase there are. */
  readonly olderDays: number
}

/** Where somebody's orders are booked. */
export type Home = Pick<IdentityHistory, 'market' | 'currency'>

export const NO_IDENTITY_HISTORY: IdentityHistory = {
  market: null,
  currency: null,
  purchases: 0,
  dealPurchases: 0,
  netMinor: 0,
  firstAt: null,
  lastAt: null,
  days: [],
  olderDays: 0,
}

/** What one identity bought: orders that are settled, and those that are remembered. */
export const identityHistoryOf = (
  { market, currency }: Home,
  settled: PurchaseHistory,
  remembered: readonly Purchase[],
): IdentityHistory => {
  const { purchases, dealPurchases, netMinor, firstAt, lastAt, days } = historyOf(
    settled,
    remembered,
  )
  const known = remembered.filter(({ status }) => status === 'PLACED')
  const knownDays = daysIn(known.map(({ placedAt }) => dayOf(placedAt)))
  const olderDays = Math.max(0, days - knownDays.length)
  const sums = { purchases, dealPurchases, netMinor, firstAt, lastAt }
  return { market, currency, ...sums, days: knownDays, olderDays }
}

/**
 * The histories as one, of which the first is the user's own. Where somebody's orders are of several
 * currencies, only those of the first history that has one count, since amounts of two are never
 * added. Two identities that bought on one day count that once where both know the day; a day that
 * one of them has among `olderDays` is counted twice.
 *
 * The same histories in another order may be another currency: so give them sorted.
 */
export const joinedHistory = (histories: readonly IdentityHistory[]): IdentityHistory => {
  const home = histories.find(one => one.currency !== null) ?? NO_IDENTITY_HISTORY
  const bought = histories.filter(one => one.currency === home.currency)
  return {
    market: home.market,
    currency: home.currency,
    purchases: sumOf(bought, one => one.purchases),
    dealPurchases: sumOf(bought, one => one.dealPurchases),
    netMinor: sumOf(bought, one => one.netMinor),
    firstAt: leastOf(bought.map(one => one.firstAt)),
    lastAt: greatestOf(bought.map(one => one.lastAt)),
    days: daysIn(bought.flatMap(one => one.days)),
    olderDays: sumOf(bought, one => one.olderDays),
  }
}

/** As one number of days, which is all that the models of purchases ask for. */
export const purchaseHistoryIn = (history: IdentityHistory): PurchaseHistory => {
  const { purchases, dealPurchases, firstAt, lastAt, netMinor, days, olderDays } = history
  return { purchases, dealPurchases, days: days.length + olderDays, firstAt, lastAt, netMinor }
}

export const isSameHistory = (one: IdentityHistory, other: IdentityHistory): boolean =>
  one.market === other.market &&
  one.currency === other.currency &&
  one.purchases === other.purchases &&
  one.dealPurchases === other.dealPurchases &&
  one.netMinor === other.netMinor &&
  one.firstAt === other.firstAt &&
  one.lastAt === other.lastAt &&
  one.olderDays === other.olderDays &&
  one.days.length === other.days.length &&
  one.days.every((day, index) => day === other.days[index])

const daysIn = (days: readonly number[]): number[] => [...new Set(days)].sort((a, b) => a - b)

const known = (values: readonly (number | null)[]): number[] =>
  values.filter(value => value !== null)

const leastOf = (values: readonly (number | null)[]): number | null =>
  known(values).reduce<number | null>((least, value) => Math.min(least ?? value, value), null)

const greatestOf = (values: readonly (number | null)[]): number | null =>
  known(values).reduce<number | null>((most, value) => Math.max(most ?? value, value), null)

const sumOf = <T>(all: readonly T[], of: (one: T) => number): number =>
  all.reduce((sum, one) => sum + of(one), 0)
