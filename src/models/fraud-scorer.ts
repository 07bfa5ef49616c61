/**
 * The score of an order: the log-odds of the base rate and the weights of its bins, set right.
 *
 *   s = base + sum of weights        logit(score) = a s + b
 *
 * Since it is a sum, what each bin added is exact: a times its weight beyond the mean of its kind. All
 * contributions and the baseline, the score of an order that is usual in everything, make the score.
 */
import { binsOf, kindOf } from './fraud-bins.ts'
import type { FraudParameters } from './fraud-parameters.ts'
import { pointsOfBin } from './fraud-points.ts'
import type {
  FraudAssessment,
  FraudContribution,
  FraudEvidence,
  FraudFeatures,
} from './fraud-score.ts'
import { BASE_LOG_ODDS, probabilityOf, varianceOf } from './fraud-weights.ts'
import { IDENTITY } from './platt-calibration.ts'

/** The rules alone: no label has said anything yet. */
export const RULES_ALONE: FraudParameters = {
  calibration: IDENTITY,
  baseLogOdds: BASE_LOG_ODDS,
  bins: new Map(),
  means: new Map(),
}

export const scoreFraud = (
  features: FraudFeatures,
  parameters: FraudParameters | null,
): FraudAssessment => scoreBins(binsOf(features), features, parameters)

/** The same of somebody who has the bins already. */
export const scoreBins = (
  bins: readonly string[],
  features: Pick<FraudFeatures, 'history' | 'partsMissing'>,
  parameters: FraudParameters | null,
): FraudAssessment => {
  const { calibration, baseLogOdds, bins: published, means } = parameters ?? RULES_ALONE
  const contributions: FraudContribution[] = []
  // The rules alone know no weights and no means, and there are forty bins to ask for.
  const [hasWeights, hasMeans] = [published.size > 0, means.size > 0]
  let [logOdds, variance] = [baseLogOdds, 0]
  for (const bin of bins) {
    const known = hasWeights ? published.get(bin) : undefined
    const weight = known?.weight ?? pointsOfBin(bin)
    logOdds += weight
    variance += known?.variance ?? NEW_BIN_VARIANCE
    const mean = hasMeans ? (means.get(kindOf(bin)) ?? 0) : 0
    const beyond = calibration.slope * (weight - mean)
    if (beyond !== 0) contributions.push({ bin, weight: beyond })
  }
  addAbsent(contributions, bins, means, calibration.slope)
  return {
    score: probabilityOf(calibration.slope * logOdds + calibration.level),
    evidence: evidenceOf(features, parameters === null ? 0 : Math.sqrt(variance)),
    contributions,
  }
}

/** The log-odds of an order of which every kind of bin adds what it adds on average. */
export const baselineLogOdds = (parameters: FraudParameters | null): number => {
  const { calibration, baseLogOdds, means } = parameters ?? RULES_ALONE
  const mean = [...means.values()].reduce((sum, weight) => sum + weight, baseLogOdds)
  return calibration.slope * mean + calibration.level
}

/** A kind that an order has no bin of did not add the mean of it. */
const addAbsent = (
  contributions: FraudContribution[],
  bins: readonly string[],
  means: ReadonlyMap<string, number>,
  slope: number,
): void => {
  if (means.size === 0) return
  const present = new Set(bins.map(kindOf))
  for (const [kind, mean] of means) {
    if (mean !== 0 && !present.has(kind))
      contributions.push({ bin: `${kind}:none`, weight: -slope * mean })
  }
}

const NEW_BIN_VARIANCE = varianceOf(0)
/** Standard deviations of log-odds, above which the weights leave much open. */
const [HIGH_SD, MEDIUM_SD] = [0.6, 1.2]

/** By how much is known from before, of the customer and of the weights; a missing answer is a gap. */
const evidenceOf = (
  { history, partsMissing }: Pick<FraudFeatures, 'history' | 'partsMissing'>,
  sd: number,
): FraudEvidence => {
  if (partsMissing > 0 || history === null || history < 3 || sd > MEDIUM_SD) return 'LOW'
  return history < 10 || sd > HIGH_SD ? 'MEDIUM' : 'HIGH'
}
