import {
  type Coefficients,
  type Evidence,
  evidenceByExperiment,
  evidenceBySetPrices,
  isInformed,
  NO_EVIDENCE,
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
  { coefficients, priceChanges, experimentChanges }: MarketDemand,
  isJoined: boolean,
): Evidence => {
  if (coefficients === null) return NO_EVIDENCE
  return method === 'EXPERIMENT'
    ? evidenceByExperiment(coefficients, experimentChanges, isJoined)
    : evidenceBySetPrices(coefficients, priceChanges)
}

/** What tells the elasticity in this market without any other; null: nothing does. */
export const toldBy = (market: MarketDemand): ElasticityMethod | null => {
  if (isInformed(evidenceBy('EXPERIMENT', market, false))) return 'EXPERIMENT'
  if (movedWithPromotionsOnly(market)) return null
  return isInformed(evidenceBy('OBSERVATIONAL', market, false)) ? 'OBSERVATIONAL' : null
}

export const movedWithPromotionsOnly = ({ priceChanges, promotionChanges }: MarketDemand) =>
  priceChanges > 0 && priceChanges === promotionChanges
