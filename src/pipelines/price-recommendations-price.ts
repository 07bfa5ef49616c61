/**
 * The price as it is shown, and the policy's, which is without what an experiment adds. While a promotion
 * runs the policy's price stays what it was before.
 */
import { days, type Instant } from '../engine/time.ts'
import type { Price } from '../events.ts'
import type { PolicyPrice, RecommendationState, Told } from './price-recommendations-state.ts'

type Set = Pick<
  Price,
  'currency' | 'policyPriceMinor' | 'shownPriceMinor' | 'reason' | 'promotionId'
>

type State = Pick<RecommendationState, 'price' | 'policyPrices' | 'told'>

export const setPrice = (set: Set, now: Instant, state: State): void => {
  const { currency, shownPriceMinor, reason, promotionId } = set
  const isPromoted = reason === 'PROMOTION' || promotionId !== null
  const beforeMinor = shownUntil(now, state)
  state.price.set({ shownMinor: shownPriceMinor, currency, isPromoted, setAt: now, beforeMinor })
  const prices = state.policyPrices.get()
  if (isPromoted && prices.length > 0) return
  const told = state.told.get()
  const policyMinor = policyPriceOf(set, isPromoted, told)
  if (prices.at(-1)?.policyMinor === policyMinor) return
  state.policyPrices.set(bounded([...ofLastDay(prices, now), { policyMinor, setAt: now }]))
  // A test around a price that the shop has left would bring it back.
  if (told?.action === 'TEST' && told.policyMinor !== policyMinor) {
    state.told.set({ ...told, validUntil: null })
  }
}

/** What customers saw until this moment, at which another price may have been set; null: nothing. */
export const shownUntil = (now: Instant, { price }: Pick<State, 'price'>): number | null => {
  const set = price.get()
  return set === null || set.setAt === now ? (set?.beforeMinor ?? null) : set.shownMinor
}

/**
 * A price that differs from its policy without an experiment was chosen by somebody, unless it is the one
 * that the last test asked for: else policies would go astray by what was drawn, where a shop does not say
 * why it sets a price.
 */
const policyPriceOf = (
  { reason, policyPriceMinor, shownPriceMinor }: Set,
  isPromoted: boolean,
  told: Told | null,
): number => {
  if (reason === 'EXPERIMENT' || isPromoted) return policyPriceMinor
  return isAsTested(shownPriceMinor, told) ? told!.policyMinor : shownPriceMinor
}

/** Whether it is the price that the last recommendation was to try out. */
export const isAsTested = (shownMinor: number, told: Told | null): boolean =>
  told?.action === 'TEST' && told.recommendedMinor === shownMinor

/** The policy's price a day before; of a younger article its first. */
export const stepBaseOf = (prices: readonly PolicyPrice[], now: Instant): number =>
  ofLastDay(prices, now)[0]!.policyMinor

/** From the price on that was in force a day before. */
const ofLastDay = (prices: readonly PolicyPrice[], now: Instant): readonly PolicyPrice[] => {
  const before = prices.findLastIndex(({ setAt }) => setAt <= now - days(1))
  return before > 0 ? prices.slice(before) : prices
}

/**
 * So many changes within a day are remembered. Of more, those after the first are forgotten first: then a
 * step is counted from a price that is older than a day, and never from one that is younger.
 */
export const POLICY_PRICES_MAX = 8

const bounded = (prices: readonly PolicyPrice[]): PolicyPrice[] =>
  prices.length <= POLICY_PRICES_MAX
    ? [...prices]
    : [prices[0]!, ...prices.slice(1 - POLICY_PRICES_MAX)]
