/** A score with what is to be done, and why. */
import type { BodyOf, GatherContext } from '../engine/pipeline.ts'
import type { FraudScore, ModelParameters, Policy } from '../events.ts'
import type { FraudCase, FraudGuards } from '../models/fraud-case.ts'
import { decide } from '../models/fraud-decision.ts'
import { fraudReasons } from '../models/fraud-reasons.ts'
import type { FraudFeatures } from '../models/fraud-score.ts'
import { scoreFraud } from '../models/fraud-scorer.ts'
import { type FraudAnswers, featuresOf, knownOf, orderFeatures } from './fraud-features.ts'
import { type FraudModelInUse, fraudModelOf, RULES_IN_USE } from './fraud-model-in-use.ts'
import { fraudPolicyOf } from './fraud-policy-in-use.ts'
import type { ScoredLogin, ScoredOrder } from './fraud-scores-inputs.ts'

export const FRAUD_SCORES_VERSION = 'fraud-2026-11-23'

export type ScoringContext = GatherContext<{
  readonly modelParameters: ModelParameters
  readonly policies: Policy
}>

interface Subject {
  readonly subjectType: FraudCase['subjectType']
  readonly subjectId: string
  readonly market: string | null
  readonly features: FraudFeatures
  readonly ids: FraudCase['ids']
  readonly countries: FraudCase['countries']
  readonly amount: FraudCase['amount']
}

export const scoreOfOrder = (
  order: ScoredOrder,
  answers: FraudAnswers,
  context: ScoringContext,
): BodyOf<FraudScore> => {
  const { country, issuerCountry, shippingCountry, totalMinor, currency } = order
  const subject: Subject = {
    subjectType: 'ORDER',
    subjectId: order.orderId,
    market: order.market,
    features: orderFeatures(order, answers),
    ids: {
      user: order.userId,
      instrument: order.instrumentId,
      device: order.deviceId,
      ip: order.ip,
      address: order.shippingAddressId,
      merchant: order.merchantId,
    },
    countries: [issuerCountry, country, shippingCountry],
    amount: { minor: totalMinor, currency },
  }
  return scored(subject, fraudModelOf(context.reference.modelParameters), answers, context)
}

/** No label is ever about a login, so none has taught a version anything of logins. */
export const scoreOfLogin = (
  login: ScoredLogin,
  answers: FraudAnswers,
  context: ScoringContext,
): BodyOf<FraudScore> => {
  const { userId: user, deviceId: device, ip, country } = login
  const subject: Subject = {
    subjectType: 'LOGIN',
    subjectId: login.eventId,
    market: login.market,
    features: featuresOf(answers),
    ids: { user, instrument: null, device, ip, address: null, merchant: null },
    countries: [country],
    amount: null,
  }
  return scored(subject, RULES_IN_USE, answers, context)
}

const scored = (
  subject: Subject,
  { parameters, name }: FraudModelInUse,
  answers: FraudAnswers,
  { reference, now }: ScoringContext,
): BodyOf<FraudScore> => {
  const { subjectType, subjectId, market, features, ids, amount } = subject
  const { policy, invalid } = fraudPolicyOf(reference.policies)
  const { score, evidence, contributions } = scoreFraud(features, parameters)
  const guards = guardsIn(answers)
  const decided = decide({ ...subject, score, ltvMinor: null, guards, now }, policy)
  return {
    modelVersion: FRAUD_SCORES_VERSION + name,
    reasons: fraudReasons({
      contributions,
      features,
      decided: decided.reasons,
      amount,
      invalidPolicy: invalid,
    }),
    subjectType,
    subjectId,
    userId: ids.user,
    market,
    score,
    evidence,
    action: decided.action,
    policyId: policy.id,
    policyVersion: policy.version,
    features: knownOf(features),
  }
}

const guardsIn = ({ answers }: FraudAnswers): FraudGuards => {
  const market = answers.market?.market
  return {
    marketScored1h: market?.scored1h ?? null,
    marketStopped1h: market?.stopped1h ?? null,
    marketAlertsToday: market?.alertsToday ?? null,
    highScores24h: answers.user?.habits?.highScores24h ?? null,
  }
}
