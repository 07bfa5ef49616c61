import {
  type Coefficients,
  type Evidence,
  experimentEvidence,
  isInformed,
  NO_EVIDENCE,
  observationalEvidence,
  type PairCoefficients,
} from './elasticity-evidence.ts'

/** What was observed of an article in one market. */
export interface MarketDemand {
  /** Null before the level of the demand is known. */
  readonly coefficients: Coefficients | null
  readonly observations: number
  readonly units: number
  readonly priceChanges: number
  /** Of these, how many changed the deviation drawn by chance, and how many began or ended a promotion. */
  readonly experimentChanges: number
  readonly promotionChanges: number
  /** Days at a known price, and how many of them it was in stock. */
  readonly daysKnown: number
  readonly daysInStock: number
}

/** Prices that were drawn by chance, or that somebody set. */
export type ElasticityMethod = 'EXPERIMENT' | 'OBSERVATIONAL'

/** @param isJoined whether set prices agree with those by chance in this category (`hausman-gate.ts`) */
export const evidenceBy = (
  method: ElasticityMethod,
  market: MarketDemand,
  isJoined: boolean,
): Evidence => {
  if (market.coefficients === null) return NO_EVIDENCE
  const pair = pairIn(market, market.coefficients)
  return method === 'EXPERIMENT' ? experimentEvidence(pair, isJoined) : observationalEvidence(pair)
}

/** All fields are written out, as each market of an article is asked for at each word on one of them. */
const pairIn = (market: MarketDemand, coefficients: Coefficients): PairCoefficients => ({
  deviationMean: coefficients.deviationMean,
  deviationVariance: coefficients.deviationVariance,
  priceMean: coefficients.priceMean,
  priceVariance: coefficients.priceVariance,
  covariance: coefficients.covariance,
  priceChanges: market.priceChanges,
  experimentChanges: market.experimentChanges,
})

/** What tells the elasticity in this market without any other; null: nothing does. */
export const toldBy = (market: MarketDemand): ElasticityMethod | null => {
  if (isInformed(evidenceBy('EXPERIMENT', market, false))) return 'EXPERIMENT'
  if (movedWithPromotionsOnly(market)) return null
  return isInformed(evidenceBy('OBSERVATIONAL', market, false)) ? 'OBSERVATIONAL' : null
}

export const movedWithPromotionsOnly = ({ priceChanges, promotionChanges }: MarketDemand) =>
  priceChanges > 0 && priceChanges === promotionChanges
