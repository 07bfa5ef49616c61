/** What a replay with the learner said of a shop's buyers, beside the true chances. */
import { days, type Instant } from '../../src/engine/time.ts'
import { orders as ordersTopic, lifecycleSegments as segmentsTopic } from '../../src/events.ts'
import { lifecycleSegments } from '../../src/pipelines/lifecycle-segments.ts'
import { populationChanges } from '../../src/pipelines/population-changes.ts'
import { populationLearner } from '../../src/pipelines/population-learner.ts'
import { purchaseCohorts } from '../../src/pipelines/purchase-cohorts.ts'
import { purchasePopulations } from '../../src/pipelines/purchase-populations.ts'
import { Harness } from '../../src/testing/harness.ts'
import { type DemandShop, START } from './simulated-demand.ts'

/** Chances of no purchase within one horizon, of one result. */
export interface PublishedRisk {
  readonly day: number
  readonly horizonDays: 30 | 90
  /** What was said. */
  readonly said: number
  /** The purchase model's own, before it was set right. */
  readonly own: number
  readonly true: number
}

export const publishedRisks = (shop: DemandShop, untilDay: number): readonly PublishedRisk[] => {
  const pipelines = [lifecycleSegments, populationChanges, purchaseCohorts, purchasePopulations]
  const learners = [populationLearner]
  const mill = new Harness(pipelines, { mode: 'history', batchSize: 500, learners })
  shop.orders.forEach(({ buyer, at }, index) => {
    mill.send(ordersTopic, orderOf(buyer, at, index))
  })
  mill.advanceTo(START + days(untilDay))
  return mill.resultsOf(segmentsTopic).flatMap((said): PublishedRisk[] => {
    if (said.churnRisk90d === null) return []
    const { occurredAt, churnRisk30d, churnRisk90d } = said
    const staysAway = (horizonDays: number) =>
      shop.staysAway(Number(said.subjectId), occurredAt, horizonDays)
    const day = (occurredAt - START) / days(1)
    const [own30, own90] = [said.purchaseChurnRisk30d!, said.purchaseChurnRisk90d!]
    return [
      { day, horizonDays: 30, said: churnRisk30d!, own: own30, true: staysAway(30) },
      { day, horizonDays: 90, said: churnRisk90d, own: own90, true: staysAway(90) },
    ]
  })
}

const orderOf = (buyer: number, occurredAt: Instant, index: number) => ({
  eventId: `e${index}`,
  occurredAt,
  type: 'PLACED' as const,
  orderId: `o${index}`,
  userId: `${buyer}`,
  market: 'UK',
  totalMinor: 2_000,
  currency: 'GBP',
})

const BINS = 10

/**
 * The expected calibration error of forecasts in ten bins of equal width: the mean of how far the mean
 * forecast and the mean chance of a bin are apart (Guo et al. 2017).
 */
export const calibrationErrorOf = (
  risks: readonly PublishedRisk[],
  forecast: (risk: PublishedRisk) => number,
): number => {
  const off = new Float64Array(BINS)
  for (const risk of risks) {
    const bin = Math.min(BINS - 1, Math.floor(forecast(risk) * BINS))
    off[bin]! += forecast(risk) - risk.true
  }
  return off.reduce((sum, error) => sum + Math.abs(error), 0) / risks.length
}
