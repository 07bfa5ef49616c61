/**
 * Learns the weights of fraud scores from what became of orders, and tells them each six hours (UTC) in
 * which anything was learnt.
 *
 *   fraud-outcomes, with model-parameters, policies  -- one model -->  fraud-weights
 *
 * Outcomes are learnt one by one, in the order in which they became known, by what their scores were
 * computed from: see `models/fraud-learning.ts`. An outcome without a score has nothing to learn from. Nothing
 * is learnt until the policy's `labelExpiryDays` after the first order, as only frauds are known until then.
 *
 * Bound: 1,024 bins of about 40 bytes; bins beyond them keep the points of the rules.
 */
import { definePipeline } from '../engine/pipeline.ts'
import { days, hours, type Instant } from '../engine/time.ts'
import { read } from '../engine/topic.ts'
import { fraudOutcomes, modelParameters, policies, fraudWeights as weights } from '../events.ts'
import { fadedTo, learnOutcome, publishedBy } from '../models/fraud-learning.ts'
import { calibrationErrorOf, logLossOf } from '../models/fraud-record.ts'
import { fraudLearningState } from './fraud-learning-state.ts'
import { FRAUD_MODEL_ID } from './fraud-model-in-use.ts'
import { fraudPolicyOf, isFitFraudPolicy } from './fraud-policy-in-use.ts'

export const FRAUD_LEARNING_VERSION = 'fraud-learning-2026-11-23'

export const CUT_EVERY_MS = hours(6)

const cutBefore = (at: Instant): Instant => Math.floor(at / CUT_EVERY_MS) * CUT_EVERY_MS

export const fraudLearning = definePipeline({
  id: 'fraud-learning',
  version: FRAUD_LEARNING_VERSION,
  order: 'event-time',
  inputs: {
    outcome: {
      from: read(fraudOutcomes, 'placedAt', 'isFraud', 'wasFraud', 'score', 'bins'),
      when: ({ bins }) => bins.length > 0,
      key: () => FRAUD_MODEL_ID,
      late: 'handle',
    },
  },
  references: { modelParameters, policies },
  accepts: { policies: isFitFraudPolicy },
  state: fraudLearningState,
  forgetAfterMs: days(400),
  output: weights,
  on: {
    outcome(outcome, { state, now, timers, reference }) {
      const before = state.progress.get()
      const expiryMs = days(fraudPolicyOf(reference.policies).policy.labelExpiryDays)
      const progress = learnOutcome(state, before, outcome, outcome.occurredAt, expiryMs)
      if (progress === before) return
      state.progress.set(progress)
      if (progress.outcomes === before.outcomes) return
      if (timers.dueAt('cutDue') === undefined) timers.set('cutDue', cutBefore(now) + CUT_EVERY_MS)
    },
  },
  onTimer: {
    cutDue({ key, now, state, reference }) {
      const cutAt = cutBefore(now)
      const progress = fadedTo(state, state.progress.get(), cutAt)
      state.progress.set(progress)
      return {
        modelVersion: FRAUD_LEARNING_VERSION,
        reasons: [],
        modelId: key,
        cutAt,
        outcomes: progress.outcomes,
        frauds: progress.frauds,
        calibrationError: calibrationErrorOf(state.said),
        logLoss: logLossOf(progress),
        inUseVersion: reference.modelParameters.get(key)?.version ?? 0,
        parameters: publishedBy(state, progress),
      }
    },
  },
})
