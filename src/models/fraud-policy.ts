/**
 * What a shop decides about fraud, and no model learns: what things cost it, how far the score may act by
 * itself, and whom it never or always serves. A policy that is published while the stream runs takes the
 * place of the default.
 *
 * Costs are stated once, in units of account, and `currencies` says how many minor units of a currency such
 * a unit is. An amount in a currency that is not among them cannot be weighed: its action is that of
 * `borders`, by the probability alone.
 */

import type { FraudFeature } from './fraud-score.ts'

/** The harsher the further on. */
export const FRAUD_ACTIONS = ['ALLOW', 'STEP_UP', 'HOLD', 'DECLINE', 'FREEZE'] as const
export type FraudAction = (typeof FRAUD_ACTIONS)[number]

export const FRAUD_SUBJECTS = ['user', 'instrument', 'device', 'ip', 'address', 'merchant'] as const
export type FraudSubjectKind = (typeof FRAUD_SUBJECTS)[number]
export const BLOCKED_KINDS = [...FRAUD_SUBJECTS, 'country'] as const
export type BlockedKind = (typeof BLOCKED_KINDS)[number]

/** In units of account, if nothing else is said. */
export interface FraudCosts {
  /** Of a chargeback, beyond the amount. */
  readonly fee: number
  /** What an account that is taken over costs: a login has no amount. */
  readonly takeover: number
  /** Of the amount: what an honest order earns. */
  readonly marginPct: number
  /** Of the customer's lifetime value: what is lost with an honest one who is turned away. */
  readonly ltvSharePct: number
  /** Lifetime value of somebody of whom it is not known. */
  readonly ltv: number
  /** Of asking for a second proof, and of the margin: customers who give up over it. */
  readonly stepUp: number
  readonly stepUpMarginPct: number
  /** Chance that a second proof stops a fraud, 0 to 1. */
  readonly stepUpSuccess: number
  /** Of an analyst's look at an order that is held. */
  readonly review: number
  /** Of what it costs to turn an honest customer away: what it costs to let him wait. */
  readonly holdPct: number
  /** Chance that the analyst finds the fraud, 0 to 1; not below that of a second proof. */
  readonly holdSuccess: number
}

/** Stops are holds, declines and freezes. What a list, a rule or an override says is not limited. */
export interface FraudLimits {
  /** Of the orders and logins of a market in an hour, how many may be stopped. */
  readonly stopSharePct: number
  /** So many may be stopped in any case: of few orders a share says nothing. */
  readonly stopsFreePerHour: number
  /** More than that never are; null: the share alone counts. */
  readonly stopsPerHour: number | null
  /** Holds and freezes of a market in a day: what analysts can look at; null: any number. */
  readonly alertsPerDay: number | null
}

export interface FraudBorder {
  readonly from: number
  readonly action: FraudAction
}

/** A hard rule: its action is taken where each feature is known and at least so large. */
export interface FraudRule {
  readonly name: string
  readonly when: Readonly<Partial<Record<FraudFeature, number>>>
  readonly action: FraudAction
}

/** What somebody decided on a subject for a while: ALLOW suppresses, all else overrides. */
export interface FraudOverride {
  readonly kind: FraudSubjectKind
  readonly id: string
  readonly action: FraudAction
  /** ISO 8601, in UTC: holds before it. */
  readonly until: string
}

/** As it is published, in JSON. */
export interface FraudPolicyDocument {
  /** False: everything is allowed, but for what `hardRulesWhenDisabled` leaves on. */
  readonly enabled: boolean
  readonly hardRulesWhenDisabled: boolean
  readonly costs: FraudCosts
  /** Minor units of a currency that one unit of account is. */
  readonly currencies: Readonly<Record<string, number>>
  /** Rising; where amounts cannot be weighed, the action of the last one at or below the score. */
  readonly borders: readonly FraudBorder[]
  /** The customer is frozen at that many high scores within a day; null: only by an analyst. */
  readonly freezeAtHighScores: number | null
  readonly limits: FraudLimits
  readonly blocked: Readonly<Partial<Record<BlockedKind, readonly string[]>>>
  readonly blockedAction: FraudAction
  readonly rules: readonly FraudRule[]
  readonly overrides: readonly FraudOverride[]
  /** An order that nobody complained of within so many days counts as honest. */
  readonly labelExpiryDays: number
}

/** One alone freezes nobody. */
export const HIGH_SCORE = 0.9

/** Costs of part 4.4 of the reference; a unit of account is about a euro. */
export const DEFAULT_FRAUD_DOCUMENT: FraudPolicyDocument = {
  enabled: true,
  hardRulesWhenDisabled: true,
  costs: {
    fee: 15,
    takeover: 50,
    marginPct: 30,
    ltvSharePct: 10,
    ltv: 200,
    stepUp: 0.3,
    stepUpMarginPct: 2,
    stepUpSuccess: 0.9,
    review: 3,
    holdPct: 10,
    holdSuccess: 0.98,
  },
  currencies: {
    AUD: 165,
    CAD: 155,
    CHF: 95,
    CNY: 780,
    CZK: 2_500,
    DKK: 750,
    EUR: 100,
    GBP: 85,
    INR: 9_500,
    JPY: 160,
    NOK: 1_150,
    PLN: 430,
    SEK: 1_150,
    USD: 110,
  },
  borders: [
    { from: 0, action: 'ALLOW' },
    { from: 0.03, action: 'STEP_UP' },
    { from: 0.2, action: 'HOLD' },
    { from: 0.7, action: 'DECLINE' },
  ],
  freezeAtHighScores: 2,
  limits: { stopSharePct: 10, stopsFreePerHour: 20, stopsPerHour: null, alertsPerDay: 500 },
  blocked: {},
  blockedAction: 'DECLINE',
  rules: [],
  overrides: [],
  labelExpiryDays: 45,
}
