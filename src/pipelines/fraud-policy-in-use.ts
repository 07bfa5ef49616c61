/**
 * The fraud policy as it was last published on `policies` under the id `fraud`; before that, the default. A
 * version that is no fraud policy does not take effect: the one before it stays in force, and scores say so.
 */
import type { Published } from '../engine/pipeline.ts'
import type { Policy } from '../events.ts'
import { fraudPolicyIn } from '../models/fraud-policy-document.ts'
import { DEFAULT_FRAUD_POLICY, type FraudPolicy, inForce } from '../models/fraud-policy-in-force.ts'

export const FRAUD_POLICY_ID = 'fraud'

export interface FraudPolicyInUse {
  readonly policy: FraudPolicy
  /** A version that was published later, and is no fraud policy; null: none was. */
  readonly invalid: InvalidFraudPolicy | null
}

export interface InvalidFraudPolicy extends Pick<Policy, 'policyId' | 'version'> {
  /** The field, and what it must be. */
  readonly fault: string
}

/** Whether a version may take effect; policies of others are none of its business. */
export const isFitFraudPolicy = (row: Policy): boolean =>
  row.policyId !== FRAUD_POLICY_ID || readingOf(row).policy !== null

export const fraudPolicyOf = (published: Published<Policy>): FraudPolicyInUse => {
  const row = published.get(FRAUD_POLICY_ID)
  const refused = published.refused(FRAUD_POLICY_ID)
  return {
    policy: row === undefined ? DEFAULT_FRAUD_POLICY : readingOf(row).policy!,
    invalid: refused === undefined ? null : invalidOf(refused),
  }
}

const invalidOf = (row: Policy): InvalidFraudPolicy => ({
  policyId: row.policyId,
  version: row.version,
  fault: readingOf(row).fault!,
})

interface Reading {
  readonly policy: FraudPolicy | null
  readonly fault: string | null
}

/** Each published version is read once. */
const readingOf = (row: Policy): Reading => {
  const known = read.get(row)
  if (known !== undefined) return known
  const { document, fault } = fraudPolicyIn(row.document)
  const policy = document && inForce(document, row.policyId, row.version)
  const reading = { policy, fault }
  read.set(row, reading)
  return reading
}
const read = new WeakMap<Policy, Reading>()
