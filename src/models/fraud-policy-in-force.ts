/** A policy as it is asked: with its lists as sets, and each document read once. */
import {
  type BlockedKind,
  DEFAULT_FRAUD_DOCUMENT,
  FRAUD_ACTIONS,
  type FraudAction,
  type FraudBorder,
  type FraudPolicyDocument,
  type FraudSubjectKind,
} from './fraud-policy.ts'

export interface TimedOverride {
  readonly action: FraudAction
  readonly until: string
  readonly untilAt: number
}

export interface FraudPolicy extends Omit<FraudPolicyDocument, 'blocked' | 'overrides'> {
  readonly id: string
  readonly version: number
  /** Only kinds that anything is blocked of. */
  readonly blocked: ReadonlyMap<BlockedKind, ReadonlySet<string>>
  /** By kind and id; only kinds that there are overrides of. */
  readonly overrides: ReadonlyMap<FraudSubjectKind, ReadonlyMap<string, TimedOverride>>
}

export const inForce = (
  document: FraudPolicyDocument,
  id: string,
  version: number,
): FraudPolicy => ({
  ...document,
  id,
  version,
  blocked: blockedIn(document),
  overrides: overridesIn(document),
})

const blockedIn = ({ blocked }: FraudPolicyDocument): FraudPolicy['blocked'] => {
  const lists = Object.entries(blocked) as [BlockedKind, readonly string[]][]
  return new Map(
    lists.filter(([, ids]) => ids.length > 0).map(([kind, ids]) => [kind, new Set(ids)]),
  )
}

const overridesIn = ({ overrides }: FraudPolicyDocument): FraudPolicy['overrides'] => {
  const byKind = new Map<FraudSubjectKind, Map<string, TimedOverride>>()
  for (const { kind, id, action, until } of overrides) {
    const ids = byKind.get(kind) ?? new Map<string, TimedOverride>()
    ids.set(id, { action, until, untilAt: Date.parse(until) })
    byKind.set(kind, ids)
  }
  return byKind
}

/** Version 1 acted by borders of the score alone. */
export const DEFAULT_FRAUD_POLICY: FraudPolicy = inForce(DEFAULT_FRAUD_DOCUMENT, 'default', 2)

/** Without an amount that can be weighed: the action of the highest border reached. */
export const actionOf = (
  score: number,
  { borders }: { readonly borders: readonly FraudBorder[] },
): FraudAction => borders.findLast(({ from }) => from <= score)?.action ?? 'ALLOW'

export const harshnessOf = (action: FraudAction): number => FRAUD_ACTIONS.indexOf(action)
