/**
 * The fraud policy as it was last published on `policies` under the id `fraud`. A document that is no fraud
 * policy counts as though it had not been published: then the default holds, and a score says so.
 */
import type { Reference } from '../engine/pipeline.ts'
import type { Policy } from '../events.ts'
import { fraudPolicyIn } from '../models/fraud-policy-document.ts'
import { DEFAULT_FRAUD_POLICY, type FraudPolicy, inForce } from '../models/fraud-policy-in-force.ts'

export const FRAUD_POLICY_ID = 'fraud'

export interface FraudPolicyInUse {
  readonly policy: FraudPolicy
  /** What is wrong with the published one; null: nothing. */
  readonly fault: string | null
}

export const fraudPolicyOf = (published: Reference<Policy>): FraudPolicyInUse => {
  const row = published.get(FRAUD_POLICY_ID)
  return row === undefined ? DEFAULT : policyIn(row)
}

const DEFAULT: FraudPolicyInUse = { policy: DEFAULT_FRAUD_POLICY, fault: null }

/** Each published version is read once. */
const policyIn = (row: Policy): FraudPolicyInUse => {
  const known = read.get(row)
  if (known !== undefined) return known
  const { document, fault } = fraudPolicyIn(row.document)
  const inUse =
    document === null
      ? { ...DEFAULT, fault }
      : { policy: inForce(document, row.policyId, row.version), fault: null }
  read.set(row, inUse)
  return inUse
}
const read = new WeakMap<Policy, FraudPolicyInUse>()
