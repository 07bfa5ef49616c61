/** Pricing policies as they are published: JSON, of which a part may be left out. */
import { DEFAULT_PRICE_POLICY, type PricePolicy } from './price-policy.ts'
import { policyFault } from './price-policy-rules.ts'

/**
 * What a document leaves out is as in the default. What it has beyond that makes it no policy: a limit
 * whose name is misspelt would go unheeded.
 *
 * @param document JSON
 */
export const pricePolicyIn = (document: string): PolicyRead => {
  const stated = parsed(document)
  const fault = policyFault(stated)
  if (fault !== null) return { policy: null, fault }
  const { experiments, ...rest } = stated as Partial<PricePolicy>
  const policy = {
    ...DEFAULT_PRICE_POLICY,
    ...rest,
    experiments: { ...DEFAULT_PRICE_POLICY.experiments, ...experiments },
  }
  return { policy, fault: null }
}

/** The fault names the field, and what it must be. */
export type PolicyRead =
  | { readonly policy: PricePolicy; readonly fault: null }
  | { readonly policy: null; readonly fault: string }

const parsed = (document: string): unknown => {
  try {
    return JSON.parse(document)
  } catch {
    return undefined
  }
}
