/**
 * The pricing policy of a market, as it was last published on `policies`: `pricing/<market>`, and where
 * there is none, `pricing`. The market without a name has `pricing/`. A version that is no pricing policy
 * does not take effect: the one before it stays in force, and the result says so.
 */
import type { Published } from '../engine/pipeline.ts'
import type { Policy } from '../events.ts'
import { DEFAULT_PRICE_POLICY, type PricePolicy } from '../models/price-policy.ts'
import { type PolicyRead, pricePolicyIn } from '../models/price-policy-document.ts'

const POLICY_ID = 'pricing'

export interface PolicyInUse {
  readonly rules: PricePolicy
  /** Null: none was published. */
  readonly row: Pick<Policy, 'policyId' | 'version'> | null
  /** Published later, and no pricing policies. */
  readonly invalid: readonly InvalidPolicy[]
}

export interface InvalidPolicy extends Pick<Policy, 'policyId' | 'version'> {
  /** The field, and what it must be. */
  readonly fault: string
}

/** Whether a version may take effect; policies of others are none of its business. */
export const isFitPolicy = (row: Policy): boolean =>
  !isPricing(row.policyId) || readingOf(row).policy !== null

const isPricing = (policyId: string): boolean =>
  policyId === POLICY_ID || policyId.startsWith(`${POLICY_ID}/`)

export const policyOf = (published: Published<Policy>, market: string | null): PolicyInUse => {
  const invalid: InvalidPolicy[] = []
  for (const id of [`${POLICY_ID}/${market ?? ''}`, POLICY_ID]) {
    const refused = published.refused(id)
    if (refused !== undefined) invalid.push(invalidOf(refused))
    const row = published.get(id)
    if (row !== undefined) return { rules: readingOf(row).policy!, row, invalid }
  }
  return invalid.length === 0 ? NONE : { ...NONE, invalid }
}

const invalidOf = (row: Policy): InvalidPolicy => {
  const { policyId, version } = row
  return { policyId, version, fault: readingOf(row).fault! }
}

const NONE: PolicyInUse = { rules: DEFAULT_PRICE_POLICY, row: null, invalid: [] }

/** What draws are made from: those of the default policy are the same whoever publishes others. */
export const drawnBy = ({ row, rules }: PolicyInUse) => ({
  seed: rules.experiments.seed,
  policyId: row?.policyId ?? POLICY_ID,
  version: row?.version ?? 0,
})

/** Each published version is read once. */
const readingOf = (row: Policy): PolicyRead => {
  const known = read.get(row)
  if (known !== undefined) return known
  const reading = pricePolicyIn(row.document)
  read.set(row, reading)
  return reading
}
const read = new WeakMap<Policy, PolicyRead>()
