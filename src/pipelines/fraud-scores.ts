/**
 * Scores every order when it is placed, and every login, for how likely it is fraud.
 *
 *                      +-- customer ---+
 *   orders       ------+-- instrument -+--  gathered by order or login  -->  fraud-scores
 *   clickstream        +-- device -----+
 *                      +-- IP address -+
 *
 * A score is given at once and never revised, as the order is released on it; so the order in which
 * events arrive is the order that counts, and one that comes late is scored like any other.
 * Declined payments and failed logins are remembered at the same places, and get no score.
 */
import { type BodyOf, defineScatterPipeline, type Gathered } from '../engine/pipeline.ts'
import { days } from '../engine/time.ts'
import { read } from '../engine/topic.ts'
import { clickstream, type FraudScore, orders, fraudScores as scores } from '../events.ts'
import { actionOf, DEFAULT_FRAUD_POLICY } from '../models/fraud-policy-in-force.ts'
import { scoreByRules } from '../models/fraud-rules.ts'
import type { FraudScorer } from '../models/fraud-score.ts'
import { answerTo, type FraudAnswer, fraudAnswer, NO_ANSWER } from './fraud-answers.ts'
import { loginAttempt, orderAttempt } from './fraud-attempts.ts'
import { featuresOf, knownOf } from './fraud-features.ts'
import { FRAUD_PARTS, type FraudPart, fraudState } from './fraud-state.ts'

export const FRAUD_MODEL_VERSION = 'fraud-rules-2026-11-22'

/** The place of the scorer. One that learns from labels takes the same features. */
const scoreFraud: FraudScorer = scoreByRules

export const fraudScores = defineScatterPipeline({
  id: 'fraud-scores',
  version: FRAUD_MODEL_VERSION,
  order: 'arrival',
  parts: FRAUD_PARTS,
  inputs: {
    order: {
      from: read(
        orders,
        'orderId',
        'userId',
        'type',
        'currency',
        'totalMinor',
        'instrumentId',
        'deviceId',
        'ip',
        'latitude',
        'longitude',
      ),
      when: order => order.type === 'PLACED' || order.type === 'PAYMENT_DECLINED',
      scatter: order => ({
        user: order.userId,
        instrument: order.instrumentId,
        device: order.deviceId,
        ip: order.ip,
      }),
      gatherBy: order => order.orderId,
      late: 'handle',
    },
    login: {
      from: read(
        clickstream,
        'eventId',
        'userId',
        'type',
        'deviceId',
        'ip',
        'latitude',
        'longitude',
      ),
      when: click => click.type === 'LOGIN' || click.type === 'LOGIN_FAILED',
      scatter: login => ({ user: login.userId, device: login.deviceId, ip: login.ip }),
      gatherBy: login => login.eventId,
      late: 'handle',
    },
  },
  state: fraudState,
  forgetAfterMs: days(120),
  answer: fraudAnswer,
  output: scores,
  on: {
    order(order, context) {
      if (order.type === 'PLACED') return answerTo(orderAttempt(order), context)
      context.state.declines1h.add(context.now)
      context.state.declines24h.add(context.now)
      return NO_ANSWER
    },
    login(login, context) {
      if (login.type === 'LOGIN') return answerTo(loginAttempt(login), context)
      context.state.failedLogins1h.add(context.now)
      return NO_ANSWER
    },
  },
  gather: {
    order: (order, gathered) =>
      order.type === 'PLACED' ? scored('ORDER', order.orderId, order.userId, gathered) : null,
    login: (login, gathered) =>
      login.type === 'LOGIN' ? scored('LOGIN', login.eventId, login.userId, gathered) : null,
  },
})

const scored = (
  subjectType: FraudScore['subjectType'],
  subjectId: string,
  userId: string | null,
  gathered: Gathered<FraudAnswer, FraudPart>,
): BodyOf<FraudScore> => {
  const features = featuresOf(gathered)
  const { score, evidence, reasons } = scoreFraud(features)
  return {
    modelVersion: FRAUD_MODEL_VERSION,
    reasons,
    subjectType,
    subjectId,
    userId,
    score,
    evidence,
    action: actionOf(score, DEFAULT_FRAUD_POLICY),
    policyId: DEFAULT_FRAUD_POLICY.id,
    policyVersion: DEFAULT_FRAUD_POLICY.version,
    features: knownOf(features),
  }
}
