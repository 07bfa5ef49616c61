import { checkDealings, DEAL_VIEWS_MIN, type Dealings, exposureOf } from './deal-population.ts'
import type { DealPrior } from './deal-prior.ts'

/**
 * Whether somebody waits for deals: how much likelier the person buys on a deal than by what the
 * person is shown.
 *
 * **For coupons alone.** It says who may be offered a coupon that anybody could be offered. It is
 * never an input of a price: what an article costs is the same for everybody, and nothing here may be
 * read by what sets prices.
 *
 *     pi = (k + s m) / (n + s)        of n purchases k on a deal; s and m of `deal-prior.ts`
 *     score = logit pi - logit e      e: share of the views that were on a deal
 *
 * Without a purchase of one's own the score is that of the population, the lift, whatever was shown.
 * (One prior for all, regardless of exposure, would make whoever is rarely shown a deal look keen on
 * them.) `DEAL_ONLY`, in `lifecycle-tags.ts`, is another thing: a fact about purchases, and no
 * estimate.
 */
export interface DealAffinity {
  /** Log-odds of a purchase being on a deal, above those of a view being so. */
  readonly score: number
  /** How much the score is above both that of others and what chance would give. */
  readonly excess: number
}

/** The affinity; null where too little was looked at to know what the person was shown. */
export const dealAffinityOf = (
  dealings: Dealings,
  { lift, strength }: DealPrior,
): DealAffinity | null => {
  checkDealings(dealings)
  if (dealings.views < DEAL_VIEWS_MIN) return null
  const { purchases, dealPurchases } = dealings
  const exposure = exposureOf(dealings)
  const usual = 1 / (1 + Math.exp(-(exposure + lift)))
  const onDeal = dealPurchases + strength * usual
  const listPrice = purchases - dealPurchases + strength * (1 - usual)
  const score = Math.log(onDeal / listPrice) - exposure
  return { score, excess: score - Math.max(0, lift) }
}

/** The tag begins at twice the odds and ends below one and a half times the odds. */
export const PRICE_SENSITIVE_FROM = Math.log(2)
export const PRICE_SENSITIVE_UNTIL = Math.log(1.5)
/** Nobody gets the tag with fewer purchases, and whoever is left with fewer loses it. */
export const PRICE_SENSITIVE_PURCHASES = 3

/** Whether somebody who has the tag, or has it not, has it now. */
export const isPriceSensitive = (held: boolean, dealings: Dealings, prior: DealPrior): boolean => {
  if (dealings.purchases < PRICE_SENSITIVE_PURCHASES) return false
  const affinity = dealAffinityOf(dealings, prior)
  if (affinity === null) return false
  return affinity.excess >= (held ? PRICE_SENSITIVE_UNTIL : PRICE_SENSITIVE_FROM)
}
