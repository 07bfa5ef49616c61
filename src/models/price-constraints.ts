/**
 * What a price must keep to, by part 3.6 of the reference. Each narrows the range that those before it
 * left; one that would leave nothing gets as near as it can, and says so.
 */
import { moneyText } from './money-text.ts'
import type { PriceFacts } from './price-facts.ts'
import type { PricePolicy } from './price-policy.ts'
import type { PriceReasonCode } from './price-reasons.ts'

/** Whole minor units, both ends allowed. */
export interface PriceRange {
  readonly lowMinor: number
  readonly highMinor: number
}

export interface PriceLimit extends PriceRange {
  readonly code: PriceReasonCode
  /** What its sentence names, beside the ends. */
  readonly numbers: object
}

export const ANY_PRICE: PriceRange = { lowMinor: 1, highMinor: Number.MAX_SAFE_INTEGER }

/** Without an experiment a seller's own reactions look like an effect of the price, in percent a day. */
export const OBSERVATIONAL_CAP_PCT = 2

/** What nobody may break: they hold for every price that is shown, drawn by chance or not. */
export const firmLimits = (
  { limits, currency }: PriceFacts,
  unitCostMinor: number,
  { minMarginPct }: PricePolicy,
): readonly PriceLimit[] => [
  {
    ...ANY_PRICE,
    code: 'P_COST_FLOOR',
    lowMinor: Math.max(1, roundedUp(unitCostMinor * (1 + minMarginPct / 100))),
    numbers: { cost: moneyText(unitCostMinor, currency), margin: minMarginPct },
  },
  ...legalLimits({ limits }),
]

export const legalLimits = ({ limits }: Pick<PriceFacts, 'limits'>): readonly PriceLimit[] => [
  ...(limits.floorMinor === null
    ? []
    : [limit('P_LEGAL_FLOOR', { lowMinor: Math.max(1, limits.floorMinor) })]),
  ...(limits.ceilingMinor === null
    ? []
    : [limit('P_LEGAL_CEILING', { highMinor: limits.ceilingMinor })]),
]

/** Those that one of the prices breaks, the policy's or the one that is shown. */
export const legalBreaches = (
  facts: Pick<PriceFacts, 'limits' | 'policyMinor' | 'currentMinor'>,
): readonly PriceLimit[] =>
  legalLimits(facts).filter(legal =>
    [facts.policyMinor, facts.currentMinor].some(price => clamped(price, legal) !== price),
  )

/** What the market asks of every price that is shown. */
export const bandLimits = ({ limits, currency }: PriceFacts): readonly PriceLimit[] => {
  const { competitorMinor, competitorBandPct: band } = limits
  if (competitorMinor === null || band === null) return []
  const competitor = moneyText(competitorMinor, currency)
  return [limit('P_COMP_BAND', around(competitorMinor, band), { band, competitor })]
}

/** How far the policy's price moves within a day. Where it is, it may always stay. */
export const stepLimits = (facts: PriceFacts, policy: PricePolicy): readonly PriceLimit[] => {
  const { isPerishable, elasticity } = facts
  const step = isPerishable ? policy.perishableStepPct : policy.maxStepPct
  const cap = OBSERVATIONAL_CAP_PCT
  return [
    ...(elasticity?.method === 'OBSERVATIONAL'
      ? [limit('P_OBSERVATIONAL_CAP', stepOf(facts, cap), { cap })]
      : []),
    limit('P_STEP_CAP', stepOf(facts, step), { step }),
  ]
}

/** Null where nothing is left. */
export const rangeWithin = (limits: readonly PriceLimit[]): PriceRange | null => {
  const lowMinor = Math.max(ANY_PRICE.lowMinor, ...limits.map(each => each.lowMinor))
  const highMinor = Math.min(ANY_PRICE.highMinor, ...limits.map(each => each.highMinor))
  return lowMinor <= highMinor ? { lowMinor, highMinor } : null
}

/** What the limit leaves of the range: where that is nothing, the end that is nearest to it. */
export const narrowed = (
  range: PriceRange,
  limit: PriceRange,
): PriceRange & { isKept: boolean } => {
  const lowMinor = clamped(limit.lowMinor, range)
  const highMinor = clamped(limit.highMinor, range)
  const isKept = limit.lowMinor <= range.highMinor && limit.highMinor >= range.lowMinor
  return { lowMinor, highMinor, isKept }
}

export const clamped = (priceMinor: number, { lowMinor, highMinor }: PriceRange): number =>
  Math.min(highMinor, Math.max(lowMinor, priceMinor))

const limit = (
  code: PriceReasonCode,
  range: Partial<PriceRange>,
  numbers: object = {},
): PriceLimit => ({ ...ANY_PRICE, ...range, code, numbers })

const around = (priceMinor: number, percent: number): PriceRange => ({
  lowMinor: Math.max(1, roundedUp(priceMinor * (1 - percent / 100))),
  highMinor: Math.max(1, roundedDown(priceMinor * (1 + percent / 100))),
})

const stepOf = ({ stepBaseMinor, policyMinor }: PriceFacts, percent: number): PriceRange => {
  const { lowMinor, highMinor } = around(stepBaseMinor, percent)
  return {
    lowMinor: Math.min(lowMinor, policyMinor),
    highMinor: Math.max(highMinor, policyMinor),
  }
}

/** 105 % of 100 is 105.00000000000001 to a double, and not a unit more. */
const HAIR = 1e-6
const roundedUp = (amount: number): number => Math.ceil(amount - HAIR)
const roundedDown = (amount: number): number => Math.floor(amount + HAIR)
