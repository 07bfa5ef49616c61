/**
 * What is done about a score: of all actions that a policy permits, the one that is expected to cost least.
 *
 * Lists and hard rules go first, then what somebody decided for a while; neither is limited. A rule is the least
 * that is done: where all else asks for more, more is done; only one that allows has the last word. Then the costs
 * speak, and a customer whose scores are high again and again is frozen. Last come the limits: how much a
 * market may be stopped in an hour, and how much its analysts can look at in a day. A model that has gone
 * wrong so does no more harm than they allow, and `enabled` false ends it at once. Whatever changes the
 * action is a reason of its own. Limits count what has come back of earlier decisions, not what is under way.
 */
import type { FraudCase } from './fraud-case.ts'
import { cheapestOf, type FraudStakes } from './fraud-costs.ts'
import { type DecisionReason, decisionReason } from './fraud-decision-reasons.ts'
import { FRAUD_LIMITS_IN_TURN } from './fraud-limits.ts'
import { type FraudAction, HIGH_SCORE } from './fraud-policy.ts'
import { type FraudPolicy, harshnessOf } from './fraud-policy-in-force.ts'
import { hardRuleOn, overrideOn, type StandingOrder } from './fraud-standing-orders.ts'

export interface FraudDecision {
  readonly action: FraudAction
  /** What made it another than the one that costs least, the last word first. */
  readonly reasons: readonly DecisionReason[]
}

export const decide = (fraudCase: FraudCase, policy: FraudPolicy): FraudDecision => {
  const ruled = hardRuleOn(fraudCase, policy)
  if (policy.enabled) return harsher(ruled, () => unruled(fraudCase, policy))
  if (ruled && policy.hardRulesWhenDisabled) return only(ruled)
  return switchedOff(harsher(ruled, () => unruled(fraudCase, policy)).action)
}

/** At least what a rule says, and nothing beyond one that allows. */
const harsher = (ruled: StandingOrder | null, otherwise: () => FraudDecision): FraudDecision => {
  if (ruled?.action === 'ALLOW') return only(ruled)
  const decision = otherwise()
  const isLess = ruled !== null && harshnessOf(decision.action) <= harshnessOf(ruled.action)
  return isLess ? only(ruled) : decision
}

const unruled = (fraudCase: FraudCase, policy: FraudPolicy): FraudDecision => {
  const standing = overrideOn(fraudCase, policy)
  return standing ? only(standing) : limited(fraudCase, policy)
}

const only = ({ action, reason }: StandingOrder): FraudDecision => ({
  action,
  reasons: [reason],
})

const switchedOff = (wanted: FraudAction): FraudDecision => ({
  action: 'ALLOW',
  reasons: wanted === 'ALLOW' ? [] : [decisionReason('SWITCHED_OFF', { wanted })],
})

/** A customer who wants in waits for no analyst, so a login is not held. */
const OF_ORDERS = ['ALLOW', 'STEP_UP', 'HOLD', 'DECLINE'] as const
const OF_LOGINS = ['ALLOW', 'STEP_UP', 'DECLINE'] as const

const limited = (fraudCase: FraudCase, policy: FraudPolicy): FraudDecision => {
  const stakes = stakesOf(fraudCase, policy)
  const choose = (permitted: readonly FraudAction[]): FraudAction =>
    stakes === null
      ? borderAction(permitted, fraudCase.score, policy)
      : cheapestOf(permitted, fraudCase.score, stakes, policy.costs)
  const reasons: DecisionReason[] = []
  if (stakes === null) reasons.push(notWeighed(fraudCase))
  let action = choose(fraudCase.amount === null ? OF_LOGINS : OF_ORDERS)
  // Small amounts cost little to let pass, and whoever tests cards pays small amounts.
  if (action !== 'ALLOW' && isFrozen(fraudCase, policy)) {
    action = 'FREEZE'
    reasons.unshift(frozen(fraudCase))
  }
  for (const { code, applies, permitted, reachedBy } of FRAUD_LIMITS_IN_TURN) {
    const reached = applies(action) ? reachedBy(fraudCase, policy.limits) : null
    if (reached === null) continue
    const wanted = action
    action = choose(permitted)
    reasons.unshift(decisionReason(code, { ...reached, wanted, action }))
  }
  return { action, reasons }
}

/** Null where the amount is in a currency that costs are not known in. */
const stakesOf = (
  { amount, ltvMinor }: FraudCase,
  { currencies }: FraudPolicy,
): FraudStakes | null => {
  if (amount === null) return LOGIN_STAKES
  if (!Object.hasOwn(currencies, amount.currency)) return null
  const unitMinor = currencies[amount.currency]!
  return {
    amount: Math.max(0, amount.minor) / unitMinor,
    ltv: ltvMinor === null ? null : Math.max(0, ltvMinor) / unitMinor,
  }
}
const LOGIN_STAKES: FraudStakes = { amount: null, ltv: null }

const notWeighed = ({ amount }: FraudCase): DecisionReason =>
  decisionReason('NOT_WEIGHED', { currency: amount?.currency })

/** That of the highest border reached whose action is permitted. */
const borderAction = (
  permitted: readonly FraudAction[],
  score: number,
  { borders }: FraudPolicy,
): FraudAction =>
  borders.findLast(({ from, action }) => from <= score && permitted.includes(action))?.action ??
  'ALLOW'

const isFrozen = ({ score, ids, guards }: FraudCase, { freezeAtHighScores }: FraudPolicy) =>
  freezeAtHighScores !== null &&
  ids.user !== null &&
  score >= HIGH_SCORE &&
  (guards.highScores24h ?? 0) + 1 >= freezeAtHighScores

const frozen = ({ guards }: FraudCase): DecisionReason =>
  decisionReason('REPEATED_HIGH_SCORE', {
    limit: HIGH_SCORE,
    count: (guards.highScores24h ?? 0) + 1,
  })
