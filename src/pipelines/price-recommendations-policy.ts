/**
 * The pricing policy of a market, as it was last published on `policies`: `pricing/<market>`, and where
 * there is none, `pricing`. The market without a name has `pricing/`. A document that is no pricing policy
 * counts as though it had not been published, and the result says so.
 */
import type { Reference } from '../engine/pipeline.ts'
import type { Policy } from '../events.ts'
import { DEFAULT_PRICE_POLICY, type PricePolicy, pricePolicyIn } from '../models/price-policy.ts'

const POLICY_ID = 'pricing'

export interface PolicyInUse {
  readonly rules: PricePolicy
  /** Null: none was published. */
  readonly row: Pick<Policy, 'policyId' | 'version'> | null
  /** Published, and no pricing policies. */
  readonly invalid: readonly Pick<Policy, 'policyId' | 'version'>[]
}

export const policyOf = (published: Reference<Policy>, market: string | null): PolicyInUse => {
  const invalid: Policy[] = []
  for (const id of [`${POLICY_ID}/${market ?? ''}`, POLICY_ID]) {
    const row = published.get(id)
    if (row === undefined) continue
    const rules = rulesIn(row)
    if (rules !== null) return { rules, row, invalid }
    invalid.push(row)
  }
  return invalid.length === 0 ? NONE : { ...NONE, invalid }
}

const NONE: PolicyInUse = { rules: DEFAULT_PRICE_POLICY, row: null, invalid: [] }

/** What draws are made from: those of the default policy are the same whoever publishes others. */
export const drawnBy = ({ row, rules }: PolicyInUse) => ({
  seed: rules.experiments.seed,
  policyId: row?.policyId ?? POLICY_ID,
  version: row?.version ?? 0,
})

/** Each published version is read once. */
const rulesIn = (row: Policy): PricePolicy | null => {
  const known = read.get(row)
  if (known !== undefined) return known
  const rules = pricePolicyIn(row.document)
  read.set(row, rules)
  return rules
}
const read = new WeakMap<Policy, PricePolicy | null>()
