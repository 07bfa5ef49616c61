/**
 * Tells the real pipelines what happens in the simulated shop, in the order in which it arrives, and judges
 * what they say of its frauds. The truth is the shop's; no pipeline sees it.
 */
import type { Learner } from '../engine/learner.ts'
import { days } from '../engine/time.ts'
import { type Click, clickstream, fraudLabels, fraudScores, type Order, orders } from '../events.ts'
import { fraudLearner } from '../pipelines/fraud-learner.ts'
import { fraudLearning } from '../pipelines/fraud-learning.ts'
import { fraudOutcomes } from '../pipelines/fraud-outcomes.ts'
import { fraudScores as scoring } from '../pipelines/fraud-scores.ts'
import { judged, type ScenarioRun, type Told } from './fraud-scenario-figures.ts'
import { Harness } from './harness.ts'
import { type Shop, type ShopRecord, shop } from './shop/shop.ts'

export interface ScenarioSettings {
  readonly seed: number
  readonly days: number
  /** Whether weights are learnt from labels; without, the rules' points hold all the time. */
  readonly isLearning: boolean
}

export const runScenarios = ({ seed, days: length, isLearning }: ScenarioSettings): ScenarioRun => {
  const liveAt = Date.UTC(2026, 5, 1)
  const made = shop({ seed, rate: 100, opensAt: liveAt - days(length), liveAt })
  const learners: readonly Learner[] = isLearning ? [fraudLearner] : []
  const mill = new Harness([scoring, fraudOutcomes, fraudLearning], {
    batchSize: BATCH,
    mode: 'history',
    learners,
  })
  const told = tell(made, mill)
  return judged(made, told, mill.resultsOf(fraudScores))
}

const BATCH = 200

const tell = (made: Shop, mill: Harness): Told => {
  const told = new Map<string, string | null>()
  for (let slot = 0; slot < made.historySlots; slot++) {
    for (const each of made.arrivals(slot, [])) {
      if (!isRead(each)) continue
      mill.send(each.topic, each.record)
      const { eventId, orderId, type, deviceId } = each.record as ScoredFields
      if (type === 'PLACED') told.set(orderId, deviceId)
      if (type === 'LOGIN') told.set(eventId, deviceId)
    }
  }
  mill.finish()
  return told
}

interface ScoredFields extends Pick<Order, 'eventId' | 'orderId' | 'deviceId'> {
  readonly type: Order['type'] | Click['type']
}

const LOGINS: ReadonlySet<string> = new Set(['LOGIN', 'LOGIN_FAILED'])

const isRead = ({ topic, record }: ShopRecord): boolean =>
  topic.name === orders.name ||
  topic.name === fraudLabels.name ||
  (topic.name === clickstream.name && LOGINS.has((record as Click).type))
