/** What is recommended, as the result says it, and when it is news. */
import type { BodyOf } from '../engine/pipeline.ts'
import type { PriceRecommendation, Reason } from '../events.ts'
import type { PriceChoice, PriceFacts } from '../models/price-facts.ts'
import { NO_CHANGE } from '../models/price-profit.ts'
import { sentence } from '../models/sentence.ts'
import { marketOf, skuOf } from './price-pair.ts'
import type { Epoch } from './price-recommendations-experiment.ts'
import type { InvalidPolicy, PolicyInUse } from './price-recommendations-policy.ts'
import type { RecommendationState, Told } from './price-recommendations-state.ts'
import { unitsLeft } from './price-recommendations-stock.ts'

export const PRICE_RECOMMENDATIONS_VERSION = 'prices-2026-11-24'

export type Recommendation = BodyOf<PriceRecommendation>

/** @param epoch that a test is for */
export const recommendationOf = (
  pair: string,
  choice: PriceChoice,
  facts: PriceFacts,
  policy: PolicyInUse,
  epoch: Epoch | null,
  state: RecommendationState,
): Recommendation => {
  const { action, policyMinor, recommendedMinor, deviation, profitPct, reasons } = choice
  const tested = action === 'TEST' ? epoch : null
  return {
    modelVersion: PRICE_RECOMMENDATIONS_VERSION,
    reasons: [...reasons, ...policy.invalid.map(each => invalidReason(each, policy))],
    sku: skuOf(pair),
    market: marketOf(pair),
    currency: facts.currency,
    currentPriceMinor: facts.currentMinor,
    recommendedPriceMinor: recommendedMinor,
    action,
    profitChangePctMean: profitPct.mean,
    profitChangePctP05: profitPct.p05,
    profitChangePctP95: profitPct.p95,
    policyPriceMinor: action === 'HOLD' ? null : policyMinor,
    effectiveAt: tested?.startsAt ?? null,
    validUntil: tested?.endsAt ?? null,
    epoch: tested?.number ?? null,
    deviation,
    unitCostMinor: facts.unitCostMinor,
    elasticity: facts.elasticity?.mean ?? null,
    elasticitySd: facts.elasticity?.sd ?? null,
    unitsPerDay: facts.unitsPerDay,
    stockUnits: unitsLeft(state),
    policyId: policy.row?.policyId ?? null,
    policyVersion: policy.row?.version ?? null,
  }
}

/** What the pipeline itself says, beside the reasons of the model. */
export const OWN_REASONS = {
  P_PROMOTION: 'A promotion runs: until it ends, its price is left to those who made it.',
  P_POLICY_INVALID:
    '{policy} does not take effect, as {fault}: {instead} stays in force until a version is published that does.',
} as const

/** While a promotion runs its price stays. */
export const leftToPromotion = ({ policyMinor, currentMinor }: PriceFacts): PriceChoice => ({
  action: 'HOLD',
  policyMinor,
  recommendedMinor: currentMinor,
  deviation: null,
  profitPct: NO_CHANGE,
  reasons: [{ code: 'P_PROMOTION', detail: OWN_REASONS.P_PROMOTION, weight: 0 }],
})

const nameOf = ({ policyId, version }: Pick<InvalidPolicy, 'policyId' | 'version'>): string =>
  `${policyId}@${version}`

const invalidReason = (invalid: InvalidPolicy, { row }: PolicyInUse): Reason => {
  const instead = row ? nameOf(row) : 'the usual policy'
  const numbers = { policy: nameOf(invalid), fault: invalid.fault, instead }
  const detail = sentence(OWN_REASONS.P_POLICY_INVALID, numbers)
  return { code: 'P_POLICY_INVALID', detail, weight: 0 }
}

export const toldOf = (result: Recommendation, { policyMinor }: PriceChoice): Told => ({
  action: result.action as Told['action'],
  recommendedMinor: result.recommendedPriceMinor,
  policyMinor,
  mean: result.profitChangePctMean,
  validUntil: result.validUntil,
  hindrance: hindranceIn(result.reasons),
})

/** Points of profit by which a change must move to be told again. */
const NEWS_POINTS = 1

/** Each test is: it is for an epoch of its own. */
export const isNews = (next: Told, before: Told | null): boolean =>
  before === null ||
  next.action === 'TEST' ||
  next.action !== before.action ||
  next.recommendedMinor !== before.recommendedMinor ||
  next.policyMinor !== before.policyMinor ||
  next.hindrance !== before.hindrance ||
  Math.abs(next.mean - before.mean) >= NEWS_POINTS

const hindranceIn = (reasons: readonly Reason[]): string =>
  reasons
    .filter(({ code }) => HINDRANCES.has(code))
    .map(({ code }) => code)
    .join(' ')

/** Why no price can be chosen or tried out, and what a shop has to mend. */
const HINDRANCES: ReadonlySet<string> = new Set([
  'P_NO_PRICE',
  'P_NO_COST',
  'P_LIMITS_UNKNOWN',
  'P_LIMITS_CONFLICT',
  'P_LOW_EVIDENCE',
  'P_INELASTIC',
  'P_PROMOTION',
  'P_MARKET_UNLISTED',
  'P_POLICY_INVALID',
])
