/**
 * Scores every order when it is placed, and every login, for how likely it is fraud, and says what to do.
 *
 *                      +-- customer ----+
 *                      +-- instrument --+
 *   orders       ------+-- device ------+
 *   clickstream        +-- IP address --+--  gathered by order or login  -->  fraud-scores
 *         +------------+-- address -----+                                         |
 *         |            +-- merchant ----+                                         |
 *         |            +-- market ------+                                         |
 *         |                                                                       |
 *         +--- what was decided, and what became of orders (fraud-outcomes) <-----+
 *
 * A score is given at once and never revised, as the order is released on it; so the order in which
 * events arrive is the order that counts, and one that comes late is scored like any other.
 * Declined payments, failed logins and what is given back are remembered at the same places, and get no
 * score; so are decisions, which the policy's limits count, and outcomes, from when they became known.
 *
 * Weights are those of the version of the model `fraud` that is in effect, and rules before the first one.
 */
import { defineScatterPipeline } from '../engine/pipeline.ts'
import { days } from '../engine/time.ts'
import { modelParameters, policies, fraudScores as scores } from '../events.ts'
import { answerTo, fraudAnswer, NO_ANSWER } from './fraud-answers.ts'
import { loginAttempt, orderAttempt } from './fraud-attempts.ts'
import { noteDecision } from './fraud-guards.ts'
import { learnOutcome } from './fraud-labels.ts'
import { isFitFraudPolicy } from './fraud-policy-in-use.ts'
import { decidedInput, loginInput, orderInput, outcomeInput } from './fraud-scores-inputs.ts'
import { FRAUD_SCORES_VERSION, scoreOfLogin, scoreOfOrder } from './fraud-scores-result.ts'
import { FRAUD_PARTS, fraudState } from './fraud-state.ts'

export const fraudScores = defineScatterPipeline({
  id: 'fraud-scores',
  version: FRAUD_SCORES_VERSION,
  generation: 2,
  order: 'arrival',
  parts: FRAUD_PARTS,
  inputs: { order: orderInput, login: loginInput, outcome: outcomeInput, decided: decidedInput },
  references: { modelParameters, policies },
  accepts: { policies: isFitFraudPolicy },
  state: fraudState,
  forgetAfterMs: days(120),
  answer: fraudAnswer,
  output: scores,
  on: {
    order(order, context) {
      const { state, now } = context
      if (order.type === 'PLACED') return answerTo(orderAttempt(order), context)
      if (order.type === 'PAYMENT_DECLINED') state.declines24h.add(now)
      else state.refunds30d.add(order.orderId, now)
      return NO_ANSWER
    },
    login(login, context) {
      if (login.type === 'LOGIN') return answerTo(loginAttempt(login), context)
      context.state.failedLogins1h.add(context.now)
      return NO_ANSWER
    },
    outcome(outcome, context) {
      learnOutcome(outcome, context)
      return NO_ANSWER
    },
    decided(decided, context) {
      noteDecision(decided, context)
      return NO_ANSWER
    },
  },
  gather: {
    order: (order, answers, context) =>
      order.type === 'PLACED' ? scoreOfOrder(order, answers, context) : null,
    login: (login, answers, context) =>
      login.type === 'LOGIN' ? scoreOfLogin(login, answers, context) : null,
    outcome: () => null,
    decided: () => null,
  },
})
