/**
 * Whether a price is set, tried out or left (part 3.6 of the reference).
 *
 * AUTO where profit rises with more than nineteen chances in twenty: the price is chosen as if the
 * elasticity were its mean, and set where one may be sure to gain. TEST where there is more to learn: also
 * around a price that articles of its category gain by, where too little is known of the article itself. A
 * price that is not allowed is changed whatever that costs.
 */
import { moneyText } from './money-text.ts'
import {
  bandLimits,
  clamped,
  firmLimits,
  legalBreaches,
  legalLimits,
  type PriceLimit,
  rangeWithin,
} from './price-constraints.ts'
import { shownPrice } from './price-experiment.ts'
import type { PriceChoice, PriceFacts, PriceReason } from './price-facts.ts'
import type { PricePolicy } from './price-policy.ts'
import { NO_CHANGE, profitChange } from './price-profit.ts'
import { OF_REVENUE, PRICE_REASONS, priceReason } from './price-reasons.ts'
import { bindingReason, type PriceTarget, targetOf } from './price-target.ts'
import { beliefOf, isByCategory } from './price-terms.ts'
import { testOf } from './price-test.ts'

export const chosenPrice = (facts: PriceFacts, policy: PricePolicy): PriceChoice => {
  const { unitCostMinor, limits, policyMinor, currentMinor } = facts
  if (Math.min(policyMinor, currentMinor) <= 0) return held(facts, [priceReason('P_NO_PRICE')])
  if (unitCostMinor === null) return lawful(facts, [noCost(facts)])
  if (!limits.isKnown) {
    return held(facts, [priceReason('P_LIMITS_UNKNOWN', { currency: facts.currency })])
  }
  const firm = firmLimits(facts, unitCostMinor, policy)
  if (rangeWithin(firm) === null) return lawful(facts, [conflict(firm, facts)])
  return chosenWithin(facts, policy, firm, targetOf(facts, policy, unitCostMinor))
}

const chosenWithin = (
  facts: PriceFacts,
  policy: PricePolicy,
  firm: readonly PriceLimit[],
  target: PriceTarget,
): PriceChoice => {
  const decision = decisionOn(facts.policyMinor, target)
  const policyMinor = decision === 'MOVE' ? target.priceMinor : facts.policyMinor
  const allowed = rangeWithin([...firm, ...bandLimits(facts)])
  const test = testOf(facts, policy.experiments, {
    policyMinor,
    allowed,
    isUnsure: decision === 'UNSURE' && !isByCategory(facts),
    isClearing: facts.stock !== null && target.isAimed,
    isMove: decision === 'MOVE',
  })
  const reasons = [...target.reasons, ...outcome(decision, facts, target), ...test.reasons]
  if (test.deviation !== null) return tested(facts, policyMinor, test.deviation, target, reasons)
  const isSet = decision === 'MOVE' && (target.isForced || !isByCategory(facts))
  return isSet ? moved(facts, target, reasons) : lawful(facts, reasons)
}

/** Whether to move, and else why not. */
type Decision = 'MOVE' | 'UNSURE' | 'NO_GAIN' | 'AT_BEST' | 'NO_AIM'

const decisionOn = (
  policyMinor: number,
  { priceMinor, change, isAimed, isForced }: PriceTarget,
): Decision => {
  if (isForced) return 'MOVE'
  if (!isAimed) return 'NO_AIM'
  if (priceMinor === policyMinor) return 'AT_BEST'
  if (change.p05 > 0) return 'MOVE'
  return change.mean > 0 ? 'UNSURE' : 'NO_GAIN'
}

const outcome = (
  decision: Decision,
  { currency }: PriceFacts,
  { priceMinor, change, terms }: PriceTarget,
): readonly PriceReason[] => {
  const price = moneyText(terms.priceMinor, currency)
  const numbers = { ...change, price: moneyText(priceMinor, currency), now: price }
  return [
    ...(decision === 'AT_BEST' ? [priceReason('P_AT_BEST', numbers)] : []),
    ...(decision === 'UNSURE' ? [priceReason('P_UNSURE', numbers)] : []),
    ...(decision === 'NO_GAIN' ? [priceReason('P_NO_GAIN', numbers)] : []),
    ...(terms.priceMinor <= terms.costMinor ? [priceReason('P_BELOW_COST', { price })] : []),
  ]
}

const tested = (
  facts: PriceFacts,
  policyMinor: number,
  deviation: number,
  { terms }: PriceTarget,
  reasons: readonly PriceReason[],
): PriceChoice => {
  const recommendedMinor = shownPrice(policyMinor, deviation)
  const profitPct = profitChange(recommendedMinor, beliefOf(facts), terms)
  const told = weightiestFirst(facts, reasons)
  return { action: 'TEST', policyMinor, recommendedMinor, deviation, profitPct, reasons: told }
}

const moved = (
  facts: PriceFacts,
  { priceMinor, change }: Pick<PriceTarget, 'priceMinor' | 'change'>,
  reasons: readonly PriceReason[],
): PriceChoice => ({
  action: 'AUTO',
  policyMinor: priceMinor,
  recommendedMinor: priceMinor,
  deviation: null,
  profitPct: change,
  reasons: weightiestFirst(facts, reasons),
})

/**
 * The price stays, unless the law forbids it: then it is the nearest that is allowed, or the policy's where
 * only what an experiment added is too much.
 */
const lawful = (facts: PriceFacts, reasons: readonly PriceReason[]): PriceChoice => {
  const range = rangeWithin(legalLimits(facts))
  const breaches = legalBreaches(facts)
  if (range === null || breaches.length === 0) return held(facts, reasons)
  const priceMinor = clamped(facts.policyMinor, range)
  const { policyMinor, unitCostMinor, currency } = facts
  const terms = { priceMinor: policyMinor, costMinor: unitCostMinor ?? 0, supply: null }
  const change = profitChange(priceMinor, beliefOf(facts), terms)
  const legal = breaches
    .filter(({ code }) => reasons.every(reason => reason.code !== code))
    .map(breach => bindingReason(breach, null, priceMinor, 0, currency))
  return moved(facts, { priceMinor, change }, [...reasons, ...legal])
}

/** Nothing changes, so profit changes by exactly nothing. */
const held = (facts: PriceFacts, reasons: readonly PriceReason[]): PriceChoice => ({
  action: 'HOLD',
  policyMinor: facts.policyMinor,
  recommendedMinor: facts.currentMinor,
  deviation: null,
  profitPct: NO_CHANGE,
  reasons: weightiestFirst(facts, reasons),
})

const noCost = (facts: PriceFacts): PriceReason => {
  const isOfRevenue = legalBreaches(facts).length > 0
  return priceReason('P_NO_COST', {}, 0, PRICE_REASONS.P_NO_COST + (isOfRevenue ? OF_REVENUE : ''))
}

const conflict = (firm: readonly PriceLimit[], { currency }: PriceFacts): PriceReason => {
  const low = moneyText(Math.max(...firm.map(each => each.lowMinor)), currency)
  const high = moneyText(Math.min(...firm.map(each => each.highMinor)), currency)
  return priceReason('P_LIMITS_CONFLICT', { low, high })
}

/** Of two prices that are another the percentages are of one, and which must be said. */
const comparedWith = ({
  policyMinor,
  currentMinor,
  currency,
}: PriceFacts): readonly PriceReason[] => {
  if (policyMinor === currentMinor) return []
  const text = (amount: number) => moneyText(amount, currency)
  return [priceReason('P_SHOWN', { shown: text(currentMinor), policy: text(policyMinor) })]
}

const weightiestFirst = (
  facts: PriceFacts,
  reasons: readonly PriceReason[],
): readonly PriceReason[] =>
  [...reasons, ...comparedWith(facts), priceReason('P_ONE_PRICE')].sort(
    (a, b) => Math.abs(b.weight) - Math.abs(a.weight),
  )
