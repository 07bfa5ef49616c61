/**
 * Chooses a price anew, and tells it where that is news.
 *
 * A test that was told stands until its epoch ends: what would set another price before would end it, and
 * with it what could be learnt. Only three things cannot wait: a price that is not allowed, stock that must
 * go, and a promotion. All else is told with the next epoch, where one record carries the policy's new
 * price and what is drawn around it.
 */
import { hours } from '../engine/time.ts'
import { chosenPrice } from '../models/price-choice.ts'
import { legalBreaches } from '../models/price-constraints.ts'
import type { PriceChoice, PriceFacts } from '../models/price-facts.ts'
import { marketOf } from './price-pair.ts'
import {
  awaitEpoch,
  type Epoch,
  experimentOf,
  isCarriedOut,
  leadMs,
  nextEpoch,
  noteLearnt,
  noteTold,
} from './price-recommendations-experiment.ts'
import { factsOf } from './price-recommendations-facts.ts'
import { type PolicyInUse, policyOf } from './price-recommendations-policy.ts'
import {
  isNews,
  leftToPromotion,
  type Recommendation,
  recommendationOf,
  toldOf,
} from './price-recommendations-result.ts'
import type { PriceShown, RecommendationContext } from './price-recommendations-state.ts'

/** After something changed; null: there is nothing to tell. */
export const decide = (context: RecommendationContext): Recommendation | null => {
  const price = context.state.price.get()
  if (price === null) return null
  const policy = policyIn(context)
  awaitFirstEpoch(policy, context)
  const facts = factsOf(price, null, context)
  const choice = choiceOf(price, facts, policy)
  awaitSolve(price, facts, context)
  return mustWait(price, choice, facts, context) ? null : told(choice, facts, policy, null, context)
}

const awaitFirstEpoch = (policy: PolicyInUse, context: RecommendationContext): void => {
  const isAwaited = context.timers.dueAt('epochDue') !== undefined
  if (!isAwaited && isCarriedOut(context.state)) awaitEpoch(context.now, policy, context)
}

/**
 * When the price of the next epoch is to be told. Where none is any more, as nobody sets such prices, that
 * is said once, and no further epoch is waited for.
 */
export const decideEpoch = (context: RecommendationContext): Recommendation | null => {
  const { key, now, state } = context
  const price = state.price.get()
  if (price === null) return null
  const policy = policyIn(context)
  const epoch = nextEpoch(key, now, policy.rules.experiments)
  const isDue = epoch.startsAt - leadMs(policy.rules.experiments) === now
  const goesOn = isCarriedOut(state)
  const result = isDue ? decidedFor(epoch, price, policy, context) : null
  if (goesOn) awaitEpoch(now + 1, policy, context)
  return result
}

const decidedFor = (
  epoch: Epoch,
  price: PriceShown,
  policy: PolicyInUse,
  context: RecommendationContext,
): Recommendation | null => {
  const experiment = experimentOf(epoch, policy, context)
  const facts = factsOf(price, experiment, context)
  noteLearnt(experiment, policy, context.state)
  return told(choiceOf(price, facts, policy), facts, policy, epoch, context)
}

const policyIn = ({ key, reference }: RecommendationContext): PolicyInUse =>
  policyOf(reference.policies, marketOf(key))

const choiceOf = (
  { isPromoted }: PriceShown,
  facts: PriceFacts,
  { rules }: PolicyInUse,
): PriceChoice => (isPromoted ? leftToPromotion(facts) : chosenPrice(facts, rules))

const mustWait = (
  { isPromoted }: PriceShown,
  { action }: PriceChoice,
  facts: PriceFacts,
  { state, now }: RecommendationContext,
): boolean => {
  const last = state.told.get()
  if (last?.action !== 'TEST' || last.validUntil === null || last.validUntil <= now) return false
  const canWait = facts.stock === null && legalBreaches(facts).length === 0
  return !isPromoted && (action !== 'AUTO' || canWait)
}

const told = (
  choice: PriceChoice,
  facts: PriceFacts,
  policy: PolicyInUse,
  epoch: Epoch | null,
  { key, state }: RecommendationContext,
): Recommendation | null => {
  const result = recommendationOf(key, choice, facts, policy, epoch, state)
  const next = toldOf(result, choice)
  if (!isNews(next, state.told.get())) return null
  state.told.set(next)
  if (next.action === 'TEST') noteTold(next.recommendedMinor, facts.currentMinor, state)
  return result
}

/** The price of stock that must go is solved again each hour; a sale does so at once. */
const awaitSolve = (
  { isPromoted }: PriceShown,
  { stock }: PriceFacts,
  { now, timers }: RecommendationContext,
): void => {
  const due = timers.dueAt('solveDue')
  if (stock === null || isPromoted) {
    if (due !== undefined) timers.clear('solveDue')
  } else if (due === undefined || due <= now) timers.set('solveDue', now + hours(1))
}
