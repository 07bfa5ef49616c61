import type { Learner } from '../engine/learner.ts'
import type { Pipeline } from '../engine/pipeline.ts'
import { basketCounts } from './basket-counts.ts'
import { basketLearner } from './basket-learner.ts'
import { basketNeighbours } from './basket-neighbours.ts'
import { basketTotals } from './basket-totals.ts'
import { demandObservations } from './demand-observations.ts'
import { elasticityEvidence } from './elasticity-evidence.ts'
import { elasticityLearner } from './elasticity-learner.ts'
import { elasticityPopulations } from './elasticity-populations.ts'
import { fraudLearner } from './fraud-learner.ts'
import { fraudLearning } from './fraud-learning.ts'
import { fraudOutcomes } from './fraud-outcomes.ts'
import { fraudScores } from './fraud-scores.ts'
import { identityMerges } from './identity-merges.ts'
import { journeyTriggers } from './journey-triggers.ts'
import { lifecycleSegments } from './lifecycle-segments.ts'
import { populationChanges } from './population-changes.ts'
import { populationLearner } from './population-learner.ts'
import { priceElasticities } from './price-elasticities.ts'
import { priceRecommendations } from './price-recommendations.ts'
import { purchaseCohorts } from './purchase-cohorts.ts'
import { purchasePopulations } from './purchase-populations.ts'
import { replenishmentAdvice } from './replenishment-advice.ts'
import { shipmentAlerts } from './shipment-alerts.ts'
import { shipmentEtas } from './shipment-etas.ts'
import { shipmentLegs } from './shipment-legs.ts'
import { stageForecasts } from './stage-forecasts.ts'

/** All pipelines of the house. One that is not in this list does not run. */
export const pipelines: readonly Pipeline[] = [
  identityMerges,
  lifecycleSegments,
  populationChanges,
  purchaseCohorts,
  purchasePopulations,
  journeyTriggers,
  fraudScores,
  fraudOutcomes,
  fraudLearning,
  demandObservations,
  priceElasticities,
  elasticityEvidence,
  elasticityPopulations,
  basketTotals,
  basketCounts,
  basketNeighbours,
  priceRecommendations,
  replenishmentAdvice,
  shipmentLegs,
  stageForecasts,
  shipmentEtas,
  shipmentAlerts,
]

/** All learners of the house, in the order in which they learn from a record. */
export const learners: readonly Learner[] = [
  populationLearner,
  elasticityLearner,
  basketLearner,
  fraudLearner,
]
