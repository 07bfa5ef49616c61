/** What the limits leave of the price that would earn most, each with what it costs. */
import { moneyText } from './money-text.ts'
import { aimOf } from './price-aim.ts'
import {
  ANY_PRICE,
  bandLimits,
  clamped,
  firmLimits,
  legalLimits,
  narrowed,
  type PriceLimit,
  type PriceRange,
  stepLimits,
} from './price-constraints.ts'
import { ENDS_FROM_MINOR, endedPrice } from './price-ending.ts'
import type { PriceFacts, PriceReason } from './price-facts.ts'
import type { PricePolicy } from './price-policy.ts'
import { type ProfitChange, type ProfitTerms, profitChange } from './price-profit.ts'
import { GAVE_WAY, LIMIT_NAMES, NO_ENDING, priceReason } from './price-reasons.ts'
import { beliefOf, clearingOf, termsOf } from './price-terms.ts'

export interface PriceTarget {
  /** The policy's next price. */
  readonly priceMinor: number
  readonly change: ProfitChange
  readonly terms: ProfitTerms
  /** Whether it is where profit is highest, as far as the limits go; else it is only what is allowed. */
  readonly isAimed: boolean
  /** The price now is not allowed. */
  readonly isForced: boolean
  readonly reasons: readonly PriceReason[]
}

export const targetOf = (
  facts: PriceFacts,
  policy: PricePolicy,
  unitCostMinor: number,
): PriceTarget => {
  const clearing = clearingOf(facts, policy, unitCostMinor)
  const terms = termsOf(facts, unitCostMinor, clearing)
  const changeAt = (priceMinor: number) => profitChange(priceMinor, beliefOf(facts), terms)
  const gainOf = (priceMinor: number) => changeAt(priceMinor).mean
  const aim = aimOf(facts, policy, unitCostMinor, clearing, gainOf)
  const limitsBy = (steps: readonly PriceLimit[]) =>
    aim.priceMinor === null ? legalLimits(facts) : allLimits(facts, policy, unitCostMinor, steps)
  const aimMinor = aim.priceMinor ?? facts.policyMinor
  const within = keptWithin(limitsBy(stepLimits(facts, policy)), aimMinor, facts, gainOf)
  const atLast = keptWithin(limitsBy([]), aimMinor, facts, gainOf)
  const ended = withEnding(within, atLast, facts, policy, gainOf)
  return {
    priceMinor: ended.priceMinor,
    change: changeAt(ended.priceMinor),
    terms,
    isAimed: aim.priceMinor !== null,
    isForced: legalLimits(facts).some(
      legal => clamped(facts.policyMinor, legal) !== facts.policyMinor,
    ),
    reasons: [...aim.reasons, ...within.reasons, ...ended.reasons],
  }
}

/** The step before the band: a competitor's price that was misread must not move ours far within a day. */
const allLimits = (
  facts: PriceFacts,
  policy: PricePolicy,
  unitCostMinor: number,
  steps: readonly PriceLimit[],
) => [...firmLimits(facts, unitCostMinor, policy), ...steps, ...bandLimits(facts)]

type GainOf = (priceMinor: number) => number

interface Kept {
  readonly priceMinor: number
  readonly range: PriceRange
  readonly reasons: readonly PriceReason[]
}

/** Which limits the ends of a range are of. */
interface RangeEnds {
  readonly low: PriceLimit
  readonly high: PriceLimit
}

const keptWithin = (
  limits: readonly PriceLimit[],
  aimMinor: number,
  { currency }: PriceFacts,
  gainOf: GainOf,
): Kept => {
  let range = ANY_PRICE
  let priceMinor = aimMinor
  const reasons: PriceReason[] = []
  let ends: Partial<RangeEnds> = {}
  for (const limit of limits) {
    const { isKept, ...rest } = narrowed(range, limit)
    const next = clamped(aimMinor, rest)
    if (next !== priceMinor || !isKept) {
      const cost = gainOf(priceMinor) - gainOf(next)
      const before = isKept ? null : limit.lowMinor > range.highMinor ? ends.high! : ends.low!
      reasons.push(bindingReason(limit, before, next, cost, currency))
    }
    ends = {
      ...ends,
      ...(rest.lowMinor !== range.lowMinor && { low: limit }),
      ...(rest.highMinor !== range.highMinor && { high: limit }),
    }
    range = rest
    priceMinor = next
  }
  return { priceMinor, range, reasons }
}

/**
 * @param before the one that it gave way to; null: it is kept
 * @param leftMinor what it leaves of the price that was aimed at
 */
export const bindingReason = (
  { code, lowMinor, highMinor, numbers }: PriceLimit,
  before: PriceLimit | null,
  leftMinor: number,
  costPoints: number,
  currency: string,
): PriceReason => {
  const text = (amount: number) => moneyText(amount, currency)
  const ends = { low: text(lowMinor), high: text(highMinor), price: text(leftMinor) }
  const kept = { ...numbers, ...ends }
  if (before === null) return priceReason(code, kept, costPoints)
  const all = { ...kept, before: LIMIT_NAMES[before.code] }
  return priceReason(code, all, costPoints, GAVE_WAY[code as keyof typeof GAVE_WAY])
}

/**
 * Only a price that moves gets an ending. It gives way where no step reaches the next one, and the price
 * would otherwise stay where it is for good: from 1.29 a step of 5 % never comes to 1.39. Where a part of
 * the day's step is gone already, it waits for the next day's.
 *
 * @param atLast where the price would come to in many steps
 */
const withEnding = (
  { priceMinor, range }: Kept,
  atLast: Kept,
  { policyMinor, stepBaseMinor, currency }: PriceFacts,
  { ending }: PricePolicy,
  gainOf: GainOf,
): Omit<Kept, 'range'> => {
  const isMove = priceMinor !== policyMinor && priceMinor >= ENDS_FROM_MINOR
  if (ending === null || !isMove) return { priceMinor, reasons: [] }
  const ended = endedPrice(priceMinor, range, ending)
  if (ended === priceMinor) return { priceMinor, reasons: [] }
  const price = moneyText(priceMinor, currency)
  const wouldStay =
    ended === policyMinor &&
    stepBaseMinor === policyMinor &&
    endedPrice(atLast.priceMinor, atLast.range, ending) !== policyMinor
  if (ended === null || wouldStay) {
    return { priceMinor, reasons: [priceReason('P_PRICE_ENDING', { price, ending }, 0, NO_ENDING)] }
  }
  const numbers = { price: moneyText(ended, currency), instead: price, ending }
  const cost = gainOf(priceMinor) - gainOf(ended)
  return { priceMinor: ended, reasons: [priceReason('P_PRICE_ENDING', numbers, cost)] }
}
