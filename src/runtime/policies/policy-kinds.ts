/** Which policies there are, and what is wrong with a document of one. */
import { fraudPolicyIn } from '../../models/fraud-policy-document.ts'
import { pricePolicyIn } from '../../models/price-policy-document.ts'

/** The fault of a document, with its field; null: it is fit. */
export type PolicyCheck = (document: string) => string | null

/** Null: nobody reads a policy of this id. */
export const policyCheckOf = (policyId: string): PolicyCheck | null => {
  if (policyId === 'fraud') return document => fraudPolicyIn(document).fault
  const isPricing = policyId === 'pricing' || policyId.startsWith('pricing/')
  return isPricing ? document => pricePolicyIn(document).fault : null
}
