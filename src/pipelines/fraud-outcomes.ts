/**
 * Tells of each order what became of it, once that is known, with all that it belongs to and with what
 * its score was computed from.
 *
 *   orders, fraud-scores, fraud-labels  -- by order -->  fraud-outcomes
 *
 * A label names an order, and nothing else; what it says of a merchant or a device is counted there from
 * here on, and weights are learnt from the bins. Where no label comes until the policy's
 * `labelExpiryDays`, as it was when the order was placed, nobody has complained: no fraud, as far as
 * anybody said; of an order that was declined, or whose account was frozen, silence says nothing, and nothing
 * is told. A label that comes after that, or that says otherwise than the one before, is told as a
 * correction; the same once more, or an older one, is not.
 *
 * A label may come before its order, and waits for it. One that comes before the score waits a minute for
 * it, so that there is something to learn from.
 *
 * Bound: 20 kB for each order, some 500 bytes as a rule. It is forgotten 180 days after the last word on
 * it; so is a label of an order that never came.
 */
import { by, definePipeline } from '../engine/pipeline.ts'
import { days, minutes } from '../engine/time.ts'
import { read } from '../engine/topic.ts'
import { fraudLabels, fraudScores, orders, fraudOutcomes as outcomes, policies } from '../events.ts'
import { FRAUD_OUTCOMES_VERSION, told } from './fraud-outcomes-result.ts'
import {
  type FraudOutcomeContext,
  fraudOutcomeState,
  ORDER_FIELDS,
  placedOrderOf,
  type ScoredOrder,
  scoredOrderOf,
  wordOf,
} from './fraud-outcomes-state.ts'
import { fraudPolicyOf, isFitFraudPolicy } from './fraud-policy-in-use.ts'

const SCORE_WITHIN_MS = minutes(1)

export const fraudOutcomes = definePipeline({
  id: 'fraud-outcomes',
  version: FRAUD_OUTCOMES_VERSION,
  order: 'event-time',
  inputs: {
    order: {
      from: read(orders, ...ORDER_FIELDS),
      when: ({ type }) => type === 'PLACED',
      key: by('orderId'),
      late: 'handle',
    },
    score: {
      from: read(
        fraudScores,
        'subjectId',
        'subjectType',
        'score',
        'modelVersion',
        'action',
        'features',
      ),
      when: ({ subjectType }) => subjectType === 'ORDER',
      key: by('subjectId'),
      late: 'handle',
    },
    label: {
      from: read(fraudLabels, 'orderId', 'isFraud', 'source'),
      key: by('orderId'),
      late: 'handle',
    },
  },
  references: { policies },
  accepts: { policies: isFitFraudPolicy },
  state: fraudOutcomeState,
  forgetAfterMs: days(180),
  output: outcomes,
  on: {
    order(order, context) {
      const { state, timers, reference } = context
      if (state.order.get() !== null) return null
      state.order.set(placedOrderOf(order))
      if (state.lastWord.get() !== null) return toldWithScore(context)
      const { labelExpiryDays } = fraudPolicyOf(reference.policies).policy
      timers.set('expiryDue', order.occurredAt + days(labelExpiryDays))
    },
    score(scored, context) {
      const { state, timers } = context
      if (state.score.get() !== null) return null
      state.score.set(scoredOrderOf(scored))
      return timers.dueAt('scoreDue') === undefined ? null : toldNow(context)
    },
    label(label, context) {
      const { state, timers } = context
      const known = state.lastWord.get()
      if (known !== null && known.at > label.occurredAt) return null
      state.lastWord.set(wordOf(label))
      timers.clear('expiryDue')
      return toldWithScore(context)
    },
  },
  onTimer: {
    expiryDue(context) {
      // What was stopped brings no complaint, fraud or not: only somebody who looks can say.
      if (isStopped(context.state.score.get())) return null
      const { placedAt } = context.state.order.get()!
      context.state.lastWord.set({ isFraud: false, source: 'EXPIRED', at: placedAt })
      return toldNow(context)
    },
    scoreDue: context => toldNow(context),
  },
})

const isStopped = (score: ScoredOrder | null): boolean =>
  score?.action === 'DECLINE' || score?.action === 'FREEZE'

const toldWithScore = (context: FraudOutcomeContext) => {
  const { state, timers, now } = context
  if (state.score.get() !== null) return toldNow(context)
  if (state.order.get() !== null) timers.set('scoreDue', now + SCORE_WITHIN_MS)
  return null
}

const toldNow = (context: FraudOutcomeContext) => {
  const order = context.state.order.get()
  const word = context.state.lastWord.get()
  return order === null || word === null ? null : told(order, word, context)
}
