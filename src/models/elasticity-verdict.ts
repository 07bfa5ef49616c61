/**
 * What may be said of an elasticity, given what was observed: identified, weak, or nothing at all.
 *
 * Deviations of the price that were drawn by chance have no other cause, so what demand did with them
 * was done by the price. Prices that somebody set are another matter: sellers lower them when demand
 * is weak and raise them when it is strong, and the estimate takes that for the effect of the price.
 * So what rests on such prices is called observational, its interval is twice as wide, and it is never
 * more than weak.
 */
import {
  type Beliefs,
  DEVIATION,
  meanOf,
  PRICE,
  PRIOR_SDS,
  priorBeliefs,
  sdOf,
} from './elasticity-beliefs.ts'
import type { Demand } from './elasticity-demand.ts'
import { moneyText } from './money-text.ts'

export type ElasticityStatus = 'IDENTIFIED' | 'WEAK' | 'NOT_IDENTIFIED'
export type ElasticityMethod = 'EXPERIMENT' | 'OBSERVATIONAL'

export interface ElasticityReason {
  readonly code: string
  readonly detail: string
  readonly weight: number
}

export interface ElasticityVerdict {
  readonly status: ElasticityStatus
  readonly method: ElasticityMethod
  /** Mean and standard deviation of the coefficient, told or not; of the prior before the start. */
  readonly mean: number
  readonly sd: number
  readonly reasons: readonly ElasticityReason[]
}

/** An interval of ±.6 at 90 %: enough to choose between prices a few percent apart. */
export const IDENTIFIED_SD = 0.35
/**
 * Half the prior's: then three quarters of what is known, counted as 1/sd², come from the data. With
 * less, the answer would be mostly what was assumed before.
 */
export const WEAK_SD = PRIOR_SDS[PRICE] / 2
/** Fewer moves are a story of before and after, in which anything else may have changed too. */
export const IDENTIFIED_CHANGES = 5
const OBSERVATIONAL_WIDENING = 2
/** Of a normal distribution. */
const QUANTILE_95 = 1.6448536269514722

export const verdictOn = (
  demand: Demand,
  price: { readonly shownMinor: number; readonly currency: string },
): ElasticityVerdict => {
  const { beliefs, priceChanges, experimentChanges } = demand
  const experiment = estimateOf(beliefs, DEVIATION, 1)
  const observational = estimateOf(beliefs, PRICE, OBSERVATIONAL_WIDENING)
  if (experimentChanges > 0 && experiment.sd < WEAK_SD) {
    const isIdentified = experiment.sd <= IDENTIFIED_SD && experimentChanges >= IDENTIFIED_CHANGES
    const status = isIdentified ? 'IDENTIFIED' : 'WEAK'
    return { ...experiment, status, method: 'EXPERIMENT', reasons: told(experiment, demand, []) }
  }
  if (priceChanges > 0 && !movedWithPromotionsOnly(demand) && observational.sd < WEAK_SD) {
    const reasons = told(observational, demand, [SELLERS_REACT])
    return { ...observational, status: 'WEAK', method: 'OBSERVATIONAL', reasons }
  }
  const method = experimentChanges > 0 ? 'EXPERIMENT' : 'OBSERVATIONAL'
  const estimate = experimentChanges > 0 ? experiment : observational
  const reasons = [unknownBecause(demand, price)]
  return { ...estimate, status: 'NOT_IDENTIFIED', method, reasons }
}

/** The 90 % interval. */
export const intervalOf = ({ mean, sd }: { readonly mean: number; readonly sd: number }) => ({
  p05: mean - QUANTILE_95 * sd,
  p95: mean + QUANTILE_95 * sd,
})

interface Estimate {
  readonly mean: number
  readonly sd: number
}

const estimateOf = (beliefs: Beliefs, coefficient: number, widening: number): Estimate => {
  const known = beliefs.length === 0 ? NOTHING_LEARNT : beliefs
  return { mean: meanOf(known, coefficient), sd: widening * sdOf(known, coefficient) }
}

const NOTHING_LEARNT = priorBeliefs(0)

const movedWithPromotionsOnly = ({ priceChanges, promotionChanges }: Demand): boolean =>
  priceChanges > 0 && priceChanges === promotionChanges

const told = (
  estimate: Estimate,
  { observations, priceChanges, units }: Demand,
  more: readonly ElasticityReason[],
): readonly ElasticityReason[] => {
  const { p05, p95 } = intervalOf(estimate)
  const detail =
    `A price one percent higher sells ${change(estimate.mean)}, between ${change(p05)} and ` +
    `${change(p95)} with nine chances in ten: from ${counted(units, 'unit')}, ` +
    `${counted(priceChanges, 'price change')} and ${counted(observations, 'observation')}.`
  return [reason('P_ELASTIC', detail), ...more]
}

const unknownBecause = (
  demand: Demand,
  { shownMinor, currency }: { readonly shownMinor: number; readonly currency: string },
): ElasticityReason => {
  const { units, priceChanges, observations } = demand
  if (priceChanges === 0) {
    const sold = `${counted(units, 'unit')} sold at ${moneyText(shownMinor, currency)}`
    const detail =
      observations === 0
        ? 'Nothing was observed yet at a known price and in stock, so nothing is known of other prices.'
        : `The price never moved: ${sold} ${units === 1 ? 'says' : 'say'} nothing about other prices.`
    return reason(observations === 0 ? 'P_LOW_EVIDENCE' : 'P_NEVER_MOVED', detail)
  }
  if (movedWithPromotionsOnly(demand)) {
    const detail =
      'The price moved only when a promotion began or ended: what the price did cannot be told from ' +
      'what the promotion did.'
    return reason('P_PROMOTIONS_ONLY', detail)
  }
  const detail =
    `${counted(priceChanges, 'price change')} and ${counted(units, 'unit')} sold are too little to ` +
    'tell what the price did from chance.'
  return reason('P_LOW_EVIDENCE', detail)
}

const reason = (code: string, detail: string): ElasticityReason => ({ code, detail, weight: 1 })

const SELLERS_REACT = reason(
  'P_OBSERVATIONAL',
  'No price was drawn by chance. Sellers change prices when demand changes, and that looks like an ' +
    'effect of the price; so the interval is twice as wide, and may still be beside the truth.',
)

const counted = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`

const change = (percent: number): string => {
  const rounded = Math.abs(percent).toFixed(1)
  return percent < 0 ? `${rounded} % less` : `${rounded} % more`
}
