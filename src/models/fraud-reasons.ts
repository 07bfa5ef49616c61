/**
 * Why a score and its action are what they are: at most four reasons, those that weigh most.
 *
 *   what people decided beforehand   it alone chose the action, so it is said first
 *   signs                            what their bins added together: patterns, which name what is going on, come
 *                                    first, circumstances, which many an honest customer has too, last; of each, the
 *                                    heaviest first
 *   limits                           what made the action another than the cheapest
 *   notes                            what the score could not rest on
 *
 * A limit, a policy that is broken and a history that is missing are never left out for a fourth sign. Weights are log-odds, exact to the last digit: what the bins
 * of a sign added beyond what bins of their kind add on average.
 */

import { kindOf } from './fraud-bins.ts'
import {
  DECISION_REASONS,
  type DecisionReason,
  type DecisionReasonCode,
} from './fraud-decision-reasons.ts'
import type { FraudContribution, FraudFeatures, Reason } from './fraud-score.ts'
import {
  FRAUD_CIRCUMSTANCES,
  FRAUD_PATTERNS,
  FRAUD_SIGNS,
  type FraudSign,
  signNumbers,
  signOf,
} from './fraud-signs.ts'
import { moneyText } from './money-text.ts'
import { sentence } from './sentence.ts'

export const FRAUD_NOTES = {
  POLICY_INVALID:
    'Version {version} of policy {policyId} is not in force: {fault}. Publish a version that mends it.',
  PART_MISSING: 'Histories that were asked and did not answer: {partsMissing}.',
  OTHER_CURRENCY: 'Earlier amounts were in another currency, so this one was not compared.',
  NOTHING_KNOWN: 'Nothing is known from before, so the score is the usual one.',
  NOTHING_UNUSUAL: 'Nothing unusual; the weight of what is known from before is {history}.',
} as const
export type FraudNote = keyof typeof FRAUD_NOTES

export type FraudReasonCode = FraudSign | DecisionReasonCode | FraudNote
export type FraudReason = Reason<FraudReasonCode>

/** All codes that a result may carry, with their sentences. */
export const FRAUD_REASON_SENTENCES = {
  ...(Object.fromEntries(
    Object.entries(FRAUD_SIGNS).map(([code, sign]) => [code, sign.sentence]),
  ) as Record<FraudSign, string>),
  ...DECISION_REASONS,
  ...FRAUD_NOTES,
} as const

export const REASONS_MAX = 4

/** What adds less moves the odds by less than a tenth, and is no reason for anything. */
export const SIGN_WEIGHT_MIN = 0.1

export interface FraudExplained {
  readonly contributions: readonly FraudContribution[]
  readonly features: FraudFeatures
  /** Of the decision. */
  readonly decided: readonly DecisionReason[]
  /** Null: a login. */
  readonly amount: { readonly minor: number; readonly currency: string } | null
  /** A published policy that could not be taken; null: none. */
  readonly invalidPolicy: InvalidPolicy | null
}

export interface InvalidPolicy {
  readonly policyId: string
  readonly version: number
  /** The field, and what it must be. */
  readonly fault: string
}

export const fraudReasons = (explained: FraudExplained): FraudReason[] => {
  const { decided } = explained
  const standing = decided.filter(({ code }) => STANDING.has(code))
  const limits = decided.filter(({ code }) => !STANDING.has(code))
  const lacks = lacksOf(explained)
  const signs = signReasons(explained, Math.max(0, REASONS_MAX - decided.length - lacks.length))
  const notes = [...lacks, ...otherNotes(explained, signs.length > 0)]
  return [...standing, ...signs, ...limits, ...notes].slice(0, REASONS_MAX)
}

const STANDING: ReadonlySet<string> = new Set<DecisionReasonCode>([
  'BLOCKED',
  'HARD_RULE',
  'SUPPRESSED',
  'OVERRIDDEN',
  'SWITCHED_OFF',
])

/** Whether the reason is what people decided beforehand. */
export const isStandingReason = (code: string): boolean => STANDING.has(code)

const signReasons = (
  { contributions, features, amount }: FraudExplained,
  max: number,
): FraudReason[] => {
  if (contributions.length === 0) return NO_REASONS
  const heaviest = [...weightsOf(contributions)]
    .filter(([, weight]) => weight >= SIGN_WEIGHT_MIN)
    .sort(([a, its], [b, other]) => rankOf(a, its) - rankOf(b, other) || other - its)
    .slice(0, max)
  if (heaviest.length === 0) return NO_REASONS
  const numbers = signNumbers(features, amount && moneyText(amount.minor, amount.currency))
  return heaviest.map(([code, weight]) => ({
    code,
    detail: sentence(FRAUD_SIGNS[code].sentence, numbers),
    weight,
  }))
}
const NO_REASONS: FraudReason[] = []

/** A pattern that weighs as much is told first: the odds are a third higher by it. */
const PATTERN_WEIGHT_MIN = 0.3

const rankOf = (sign: FraudSign, weight: number): number => {
  if (FRAUD_PATTERNS.has(sign) && weight >= PATTERN_WEIGHT_MIN) return 0
  return FRAUD_CIRCUMSTANCES.has(sign) ? 2 : 1
}

/** By sign: what all its bins added. */
export const weightsOf = (
  contributions: readonly FraudContribution[],
): ReadonlyMap<FraudSign, number> => {
  const weights = new Map<FraudSign, number>()
  for (const { bin, weight } of contributions) {
    const sign = signOf(kindOf(bin))
    if (sign !== null) weights.set(sign, (weights.get(sign) ?? 0) + weight)
  }
  return weights
}

/** What somebody has to mend. */
const lacksOf = ({ features, invalidPolicy }: FraudExplained): FraudReason[] => {
  const codes: FraudNote[] = []
  if (invalidPolicy !== null) codes.push('POLICY_INVALID')
  if (features.partsMissing > 0) codes.push('PART_MISSING')
  return notesOf(codes, invalidPolicy === null ? features : { ...features, ...invalidPolicy })
}

const otherNotes = ({ features }: FraudExplained, hasSigns: boolean): FraudReason[] => {
  const codes: FraudNote[] = []
  if (features.otherCurrency === 1) codes.push('OTHER_CURRENCY')
  if (!hasSigns) codes.push((features.history ?? 0) > 0 ? 'NOTHING_UNUSUAL' : 'NOTHING_KNOWN')
  return notesOf(codes, features)
}

const notesOf = (codes: readonly FraudNote[], numbers: object): FraudReason[] =>
  codes.map(code => ({ code, detail: sentence(FRAUD_NOTES[code], numbers), weight: 0 }))
