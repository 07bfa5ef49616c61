import type { BodyOf, GatherContext } from '../engine/pipeline.ts'
import type { FraudScore, ModelParameters, Policy } from '../events.ts'
import type { FraudCase } from '../models/fraud-case.ts'
import { decide } from '../models/fraud-decision.ts'
import { REASONS_MAX, scoreByRules } from '../models/fraud-rules.ts'
import type { FraudFeatures } from '../models/fraud-score.ts'
import { type FraudAnswers, featuresOf, knownOf, orderFeatures } from './fraud-features.ts'
import { fraudPolicyOf } from './fraud-policy-in-use.ts'
import type { ScoredLogin, ScoredOrder } from './fraud-scores-inputs.ts'

export const FRAUD_SCORES_VERSION = 'fraud-2026-11-23'
export const FRAUD_MODEL_ID = 'fraud'

export type ScoringContext = GatherContext<{
  readonly modelParameters: ModelParameters
  readonly policies: Policy
}>

export const scoreOfOrder = (
  order: ScoredOrder,
  answers: FraudAnswers,
  context: ScoringContext,
): BodyOf<FraudScore> =>
  scored('ORDER', order.orderId, order, orderFeatures(order, answers), answers, context, {
    ids: {
      user: order.userId,
      instrument: order.instrumentId,
      device: order.deviceId,
      ip: order.ip,
      address: order.shippingAddressId,
      merchant: order.merchantId,
    },
    countries: [order.issuerCountry, order.country, order.shippingCountry],
    amount: { minor: order.totalMinor, currency: order.currency },
  })

export const scoreOfLogin = (
  login: ScoredLogin,
  answers: FraudAnswers,
  context: ScoringContext,
): BodyOf<FraudScore> =>
  scored('LOGIN', login.eventId, login, featuresOf(answers), answers, context, {
    ids: {
      user: login.userId,
      instrument: null,
      device: login.deviceId,
      ip: login.ip,
      address: null,
      merchant: null,
    },
    countries: [login.country],
    amount: null,
  })

const scored = (
  subjectType: 'ORDER' | 'LOGIN',
  subjectId: string,
  { userId, market }: Pick<FraudScore, 'userId' | 'market'>,
  features: FraudFeatures,
  { answers }: FraudAnswers,
  { reference, now }: ScoringContext,
  about: Pick<FraudCase, 'ids' | 'countries' | 'amount'>,
): BodyOf<FraudScore> => {
  const { policy } = fraudPolicyOf(reference.policies)
  const { score, evidence, reasons } = scoreByRules(features)
  const guards = {
    marketScored1h: answers.market?.market?.scored1h ?? null,
    marketStopped1h: answers.market?.market?.stopped1h ?? null,
    marketAlertsToday: answers.market?.market?.alertsToday ?? null,
    highScores24h: answers.user?.habits?.highScores24h ?? null,
  }
  const fraudCase = { ...about, subjectType, score, features, ltvMinor: null, guards, now }
  const decision = decide(fraudCase, policy)
  return {
    modelVersion: FRAUD_SCORES_VERSION,
    reasons: [...decision.reasons, ...reasons].slice(0, REASONS_MAX),
    subjectType,
    subjectId,
    userId,
    market,
    score,
    evidence,
    action: decision.action,
    policyId: policy.id,
    policyVersion: policy.version,
    features: knownOf(features),
  }
}
