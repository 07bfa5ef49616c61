/** What an action is decided on, besides the policy. */
import type { FraudSubjectKind } from './fraud-policy.ts'
import type { FraudFeatures } from './fraud-score.ts'

export interface FraudCase {
  readonly subjectType: 'ORDER' | 'LOGIN'
  /** The calibrated probability of fraud. */
  readonly score: number
  /** What hard rules ask for. */
  readonly features: FraudFeatures
  /** Null: not known, or none. */
  readonly ids: Readonly<Record<FraudSubjectKind, string | null>>
  /** Where it comes from, goes to and was paid from, as far as is known. */
  readonly countries: readonly (string | null)[]
  /** Null: a login. */
  readonly amount: { readonly minor: number; readonly currency: string } | null
  /** Lifetime value of the customer in minor units of that currency; null: not known. */
  readonly ltvMinor: number | null
  readonly guards: FraudGuards
  readonly now: number
}

/** What limits ask of other orders; null: not known, and then the limit is not reached. */
export interface FraudGuards {
  /** Orders and logins of the market in the last hour, and how many of them were stopped. */
  readonly marketScored1h: number | null
  readonly marketStopped1h: number | null
  /** Holds and freezes of the market in this day. */
  readonly marketAlertsToday: number | null
  /** Scores of the customer from `HIGH_SCORE` on in the last day, without this one. */
  readonly highScores24h: number | null
}

export const NO_GUARDS: FraudGuards = {
  marketScored1h: null,
  marketStopped1h: null,
  marketAlertsToday: null,
  highScores24h: null,
}
