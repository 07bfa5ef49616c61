/** What people decided beforehand: lists and hard rules first, then overrides of a while. */
import type { FraudCase } from './fraud-case.ts'
import { type DecisionReason, decisionReason } from './fraud-decision-reasons.ts'
import { FRAUD_SUBJECTS, type FraudAction, type FraudRule } from './fraud-policy.ts'
import { type FraudPolicy, harshnessOf, type TimedOverride } from './fraud-policy-in-force.ts'
import type { FraudFeature } from './fraud-score.ts'

export interface StandingOrder {
  readonly action: FraudAction
  readonly reason: DecisionReason
}

/** The harshest of those that hold; of equally harsh ones the first. */
const harshest = (a: StandingOrder | null, b: StandingOrder | null): StandingOrder | null => {
  if (a === null || b === null) return a ?? b
  return harshnessOf(b.action) > harshnessOf(a.action) ? b : a
}

export const hardRuleOn = (fraudCase: FraudCase, policy: FraudPolicy): StandingOrder | null => {
  let order = blockOn(fraudCase, policy)
  for (const rule of policy.rules) order = harshest(order, ruleOn(rule, fraudCase))
  return order
}

const blockOn = ({ ids, countries }: FraudCase, policy: FraudPolicy): StandingOrder | null => {
  for (const [kind, blocked] of policy.blocked) {
    const isBlocked =
      kind === 'country'
        ? countries.some(country => country !== null && blocked.has(country))
        : blocked.has(ids[kind] ?? '')
    if (isBlocked) return blockedOrder(kind, policy.blockedAction)
  }
  return null
}

const blockedOrder = (kind: string, action: FraudAction): StandingOrder => ({
  action,
  reason: decisionReason('BLOCKED', { kind, action }),
})

const ruleOn = (rule: FraudRule, { features }: FraudCase): StandingOrder | null => {
  const limits = Object.entries(rule.when) as [FraudFeature, number][]
  if (!limits.every(([name, limit]) => (features[name] ?? Number.NaN) >= limit)) return null
  const [feature, limit] = limits[0]!
  const numbers = { rule: rule.name, feature, limit, value: features[feature] }
  return { action: rule.action, reason: decisionReason('HARD_RULE', numbers) }
}

export const overrideOn = (
  { ids, now }: FraudCase,
  { overrides }: FraudPolicy,
): StandingOrder | null => {
  let order: StandingOrder | null = null
  if (overrides.size === 0) return order
  for (const kind of FRAUD_SUBJECTS) {
    const override = overrides.get(kind)?.get(ids[kind] ?? '')
    if (override && now < override.untilAt) order = harshest(order, overriddenOrder(kind, override))
  }
  return order
}

const overriddenOrder = (kind: string, { action, until }: TimedOverride): StandingOrder => ({
  action,
  reason: decisionReason(action === 'ALLOW' ? 'SUPPRESSED' : 'OVERRIDDEN', { kind, action, until }),
})
