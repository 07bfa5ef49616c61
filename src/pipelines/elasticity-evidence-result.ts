/** What is known of the pairs of a part, side by side, as of a midnight. */
import type { BodyOf } from '../engine/pipeline.ts'
import { days, type Instant } from '../engine/time.ts'
import type { ElasticityEvidence } from '../events.ts'
import type { EvidenceState, PairEvidence } from './elasticity-evidence-state.ts'
import { forgetDays, weekdaysBefore } from './elasticity-evidence-week.ts'
import { modelOfShard } from './elasticity-population.ts'
import { marketOf, skuOf } from './price-pair.ts'

export const ELASTICITY_EVIDENCE_VERSION = 'evidence-2026-11-24'

/** For so long a pair counts of which nothing is heard; its demand is forgotten then as well. */
const KEPT_MS = days(400)

export const evidenceResult = (
  shardId: string,
  midnight: Instant,
  state: EvidenceState,
): BodyOf<ElasticityEvidence> => {
  forgetPairs(state, midnight)
  forgetDays(state.days, midnight)
  const pairs = state.pairs.entries()
  const column = <Name extends keyof PairEvidence>(name: Name) =>
    pairs.map(([, evidence]) => evidence[name])
  return {
    modelVersion: ELASTICITY_EVIDENCE_VERSION,
    reasons: [],
    shardId,
    modelId: modelOfShard(shardId),
    sku: pairs.map(([pair]) => skuOf(pair)),
    market: pairs.map(([pair]) => marketOf(pair) ?? ''),
    deviationMean: column('deviationMean'),
    deviationVariance: column('deviationVariance'),
    priceMean: column('priceMean'),
    priceVariance: column('priceVariance'),
    covariance: column('covariance'),
    excess: column('excess'),
    weight: column('weight'),
    experimentChanges: column('experimentChanges'),
    priceChanges: column('priceChanges'),
    ...weekdaysBefore(state.days, midnight),
  }
}

const forgetPairs = ({ pairs }: EvidenceState, midnight: Instant): void => {
  for (const [pair, { endedAt }] of pairs.entries()) {
    if (endedAt < midnight - KEPT_MS) pairs.delete(pair)
  }
}
