/**
 * What each action is expected to cost at a probability p of fraud, in units of account:
 *
 *   allow     p L                                     L = amount + fee; of a login, an account taken over
 *   step up   s + p (1 - q) L                         s = proof + what customers who give up would bring
 *   hold      r + (1 - p) h c + p (1 - a) L           r = an analyst's look, h c = an honest one who waits
 *   decline   (1 - p) c                               c = margin + share of the lifetime value
 *
 * All are straight lines in p, and each falls off faster than the one before it (a >= q), so the cheapest
 * is never a milder one at a higher probability.
 */
import type { FraudAction, FraudCosts } from './fraud-policy.ts'

/** In units of account. Null amount: a login. */
export interface FraudStakes {
  readonly amount: number | null
  /** Lifetime value of the customer; null: not known. */
  readonly ltv: number | null
}

export const lossOf = ({ amount }: FraudStakes, { fee, takeover }: FraudCosts): number =>
  amount === null ? takeover : amount + fee

const marginOf = ({ amount }: FraudStakes, { marginPct }: FraudCosts): number =>
  ((amount ?? 0) * marginPct) / 100

export const falseDeclineOf = (stakes: FraudStakes, costs: FraudCosts): number =>
  marginOf(stakes, costs) + ((stakes.ltv ?? costs.ltv) * costs.ltvSharePct) / 100

const stepUpOf = (stakes: FraudStakes, costs: FraudCosts): number =>
  costs.stepUp + (marginOf(stakes, costs) * costs.stepUpMarginPct) / 100

/** A freeze turns away as a decline does; it is never chosen for its cost. */
export const costOf = (
  action: FraudAction,
  p: number,
  stakes: FraudStakes,
  costs: FraudCosts,
): number => {
  const loss = lossOf(stakes, costs)
  const declined = (1 - p) * falseDeclineOf(stakes, costs)
  switch (action) {
    case 'ALLOW':
      return p * loss
    case 'STEP_UP':
      return stepUpOf(stakes, costs) + p * (1 - costs.stepUpSuccess) * loss
    case 'HOLD':
      return costs.review + (declined * costs.holdPct) / 100 + p * (1 - costs.holdSuccess) * loss
    default:
      return declined
  }
}

/** Of equally dear ones the first, so that the mildest is to stand first. */
export const cheapestOf = (
  actions: readonly FraudAction[],
  p: number,
  stakes: FraudStakes,
  costs: FraudCosts,
): FraudAction => {
  let best = actions[0]!
  let least = costOf(best, p, stakes, costs)
  for (let i = 1; i < actions.length; i++) {
    const cost = costOf(actions[i]!, p, stakes, costs)
    if (cost < least) {
      least = cost
      best = actions[i]!
    }
  }
  return best
}
