/**
 * What is known of somebody under one identity: a user, or a visitor who may turn out to be one; and
 * what both are together.
 *
 * Orders belong to one identity each, so that purchases and amounts add. Days with a purchase do not:
 * one day on which somebody bought both as a guest and as a user is one, and the frequency of the
 * purchase model counts days. So the newest days are kept as such, and earlier ones as a number.
 */
export interface IdentityHistory {
  /** The last event, in ms; 0 before any. */
  readonly seenAt: number
  /** Weighted interest, halving all the time, as it was at `at`. */
  readonly engagement: DecayedSum
  /** The last event of a cart whose content is not bought; null where there is none. */
  readonly cartAt: number | null
  /** Of `netMinor`; null before the first order. */
  readonly currency: string | null
  /** Purchases that stand, and of these those on a deal. */
  readonly purchases: number
  readonly dealPurchases: number
  readonly netMinor: number
  readonly firstAt: number | null
  readonly lastAt: number | null
  /** The newest days (UTC, since 1970) with a purchase, ascending, each once. */
  readonly days: readonly number[]
  /** How many days with a purchase there are before these. */
  readonly olderDays: number
}

export interface DecayedSum {
  readonly value: number
  readonly at: number
}

/** So many days are kept as such; see `withinDaysMax`. */
export const IDENTITY_DAYS_MAX = 64

export const NO_IDENTITY_HISTORY: IdentityHistory = {
  seenAt: 0,
  engagement: { value: 0, at: 0 },
  cartAt: null,
  currency: null,
  purchases: 0,
  dealPurchases: 0,
  netMinor: 0,
  firstAt: null,
  lastAt: null,
  days: [],
  olderDays: 0,
}

/**
 * The histories as one, of which the first is the user's own. Where somebody's orders are of several
 * currencies, only those of the first history that has one count, since amounts of two are never
 * added; of the others, visits count all the same.
 *
 * The same histories in the same order give the same bits. In another order it may be another
 * currency, and the last bit of the engagement: so give them sorted.
 */
export const joinedHistory = (
  histories: readonly IdentityHistory[],
  engagementHalfLifeMs: number,
): IdentityHistory => {
  const currency = histories.find(one => one.currency !== null)?.currency ?? null
  const bought = histories.filter(one => one.currency === null || one.currency === currency)
  return {
    seenAt: Math.max(0, ...histories.map(one => one.seenAt)),
    engagement: joinedSum(
      histories.map(one => one.engagement),
      engagementHalfLifeMs,
    ),
    cartAt: cartLeft(histories),
    currency,
    purchases: sumOf(bought, one => one.purchases),
    dealPurchases: sumOf(bought, one => one.dealPurchases),
    netMinor: sumOf(bought, one => one.netMinor),
    firstAt: earliest(bought.map(one => one.firstAt)),
    lastAt: latest(bought.map(one => one.lastAt)),
    days: [...new Set(bought.flatMap(one => one.days))].sort((a, b) => a - b),
    olderDays: sumOf(bought, one => one.olderDays),
  }
}

/** What was in a guest's cart is bought by the order that the user placed after it. */
const cartLeft = (histories: readonly IdentityHistory[]): number | null => {
  const cartAt = latest(histories.map(one => one.cartAt))
  const lastAt = latest(histories.map(one => one.lastAt))
  return cartAt !== null && lastAt !== null && cartAt <= lastAt ? null : cartAt
}

/** The sum of sums, each decayed to the newest of them. */
const joinedSum = (sums: readonly DecayedSum[], halfLifeMs: number): DecayedSum => {
  const at = Math.max(0, ...sums.map(sum => sum.at))
  return { value: sumOf(sums, sum => sum.value * 2 ** (-(at - sum.at) / halfLifeMs)), at }
}

/**
 * The history with no more than `IDENTITY_DAYS_MAX` days kept as such. A day before them that another
 * identity has too is then counted twice in `joinedHistory`.
 */
export const withinDaysMax = (history: IdentityHistory): IdentityHistory => {
  const beyond = history.days.length - IDENTITY_DAYS_MAX
  if (beyond <= 0) return history
  return { ...history, days: history.days.slice(beyond), olderDays: history.olderDays + beyond }
}

const known = (values: readonly (number | null)[]): number[] =>
  values.filter(value => value !== null)

const earliest = (values: readonly (number | null)[]): number | null =>
  known(values).reduce<number | null>((least, value) => Math.min(least ?? value, value), null)

const latest = (values: readonly (number | null)[]): number | null =>
  known(values).reduce<number | null>((most, value) => Math.max(most ?? value, value), null)

const sumOf = <T>(all: readonly T[], of: (one: T) => number): number =>
  all.reduce((sum, one) => sum + of(one), 0)
