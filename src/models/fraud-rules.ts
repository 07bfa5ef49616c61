import type { FraudEvidence, FraudFeatures, FraudVerdict, Reason } from './fraud-score.ts'
import { sentence } from './sentence.ts'

/**
 * Scores without labels: each sign of fraud adds its points to the log-odds of the base rate.
 *
 *   score = 1 / (1 + exp(-(logit(base rate) + points of the signs)))
 *
 * The points are set by hand and fitted to nothing: they order cases sensibly, and one strong sign
 * asks for a second look where two stop an order. More of a sign never lowers a score.
 */

/** Signs weigh; the code is stored, and the sentence is what an analyst reads. */
export const FRAUD_SIGNS = {
  MANY_ATTEMPTS: 'Attempts within the ten minutes before: {attempts10m}.',
  RECENT_DECLINES: 'Payments declined within the hour before: {declines1h}.',
  FAILED_LOGINS: 'Logins failed within the hour before: {failedLogins1h}.',
  UNUSUAL_AMOUNT:
    'The amount is {amountRatio} times the usual one, {amountZ} standard deviations above it.',
  IMPOSSIBLE_TRAVEL: 'Last seen {travelKm} km away: getting here took {travelKph} km/h.',
  SHARED_DEVICE: '{deviceUsers24h} customers used this device within a day.',
  SHARED_INSTRUMENT: '{instrumentUsers24h} customers paid with this instrument within a day.',
  SHARED_ADDRESS: '{ipUsers24h} customers came from this IP address within a day.',
  NEW_DEVICE: 'First time on this device; devices known of the customer: {devicesKnown}.',
} as const

/** Notes weigh nothing: they say what the score could not rest on. */
export const FRAUD_NOTES = {
  PART_MISSING: 'Histories that were asked and did not answer: {partsMissing}.',
  OTHER_CURRENCY: 'Earlier amounts were in another currency, so this one was not compared.',
  NOTHING_KNOWN: 'Nothing is known from before, so the score is the base rate.',
  NOTHING_UNUSUAL: 'Nothing unusual; the weight of what is known from before is {history}.',
} as const

export const FRAUD_REASONS = { ...FRAUD_SIGNS, ...FRAUD_NOTES } as const
export type FraudSign = keyof typeof FRAUD_SIGNS
export type FraudNote = keyof typeof FRAUD_NOTES
export type FraudReason = keyof typeof FRAUD_REASONS

export const FRAUD_BASE_RATE = 0.002
export const REASONS_MAX = 4

/** From here on a count, a speed or an amount is a sign. */
export const FRAUD_LIMITS = {
  attempts10m: 5,
  failedLogins1h: 3,
  amountZ: 3,
  amountRatio: 3,
  travelKm: 100,
  travelKph: 900,
  users24h: 4,
  instrumentUsers24h: 3,
} as const

/** Log-odds by sign. A sign without points does not compile. */
export const pointsOf = (features: FraudFeatures): Record<FraudSign, number> => ({
  MANY_ATTEMPTS: fromLimit(features.attempts10m, FRAUD_LIMITS.attempts10m, 3, 0.2, 20),
  RECENT_DECLINES: fromLimit(features.declines1h, 1, 0.7, 0.7, 5),
  FAILED_LOGINS: fromLimit(features.failedLogins1h, FRAUD_LIMITS.failedLogins1h, 1.2, 0.4, 7),
  UNUSUAL_AMOUNT: unusualAmount(features),
  IMPOSSIBLE_TRAVEL: impossibleTravel(features),
  SHARED_DEVICE: fromLimit(features.deviceUsers24h, FRAUD_LIMITS.users24h, 3, 0.25, 8),
  SHARED_INSTRUMENT: fromLimit(
    features.instrumentUsers24h,
    FRAUD_LIMITS.instrumentUsers24h,
    2.5,
    0.25,
    8,
  ),
  // Whole households, offices and mobile networks share an address, so it weighs less.
  SHARED_ADDRESS: fromLimit(features.ipUsers24h, FRAUD_LIMITS.users24h, 0.6, 0.05, 12),
  NEW_DEVICE: (features.newDevice ?? 0) > 0 && (features.devicesKnown ?? 0) > 0 ? 0.8 : 0,
})

/** Nothing below the limit, `first` on it, and `further` for each one more, up to `furtherMax`. */
const fromLimit = (
  count: number | null,
  limit: number,
  first: number,
  further: number,
  furtherMax: number,
): number =>
  count === null || count < limit ? 0 : first + further * Math.min(count - limit, furtherMax)

const unusualAmount = ({ amountZ, amountRatio }: FraudFeatures): number =>
  amountZ !== null &&
  amountRatio !== null &&
  amountZ > FRAUD_LIMITS.amountZ &&
  amountRatio > FRAUD_LIMITS.amountRatio
    ? 3 + 0.15 * Math.min(amountZ - FRAUD_LIMITS.amountZ, 12)
    : 0

const impossibleTravel = ({ travelKm, travelKph }: FraudFeatures): number =>
  travelKm !== null &&
  travelKph !== null &&
  travelKm > FRAUD_LIMITS.travelKm &&
  travelKph > FRAUD_LIMITS.travelKph
    ? 3.5
    : 0

const notesOf = (features: FraudFeatures, signs: number): Record<FraudNote, boolean> => {
  const known = (features.history ?? 0) > 0
  return {
    PART_MISSING: features.partsMissing > 0,
    OTHER_CURRENCY: features.otherCurrency === 1,
    NOTHING_KNOWN: signs === 0 && !known,
    NOTHING_UNUSUAL: signs === 0 && known,
  }
}

export const scoreByRules = (features: FraudFeatures): FraudVerdict<FraudReason> => {
  const points = pointsOf(features)
  const signs = SIGNS.filter(code => points[code] > 0).sort((a, b) => points[b] - points[a])
  const notes = notesOf(features, signs.length)
  const logOdds = signs.reduce((sum, code) => sum + points[code], logit(FRAUD_BASE_RATE))
  const weighted = signs.map(code => reasonOf(code, points[code], features))
  const unweighted = NOTES.filter(code => notes[code]).map(code => reasonOf(code, 0, features))
  return {
    score: 1 / (1 + Math.exp(-logOdds)),
    evidence: evidenceOf(features),
    reasons: [...weighted, ...unweighted].slice(0, REASONS_MAX),
  }
}

const SIGNS = Object.keys(FRAUD_SIGNS) as FraudSign[]
const NOTES = Object.keys(FRAUD_NOTES) as FraudNote[]

const logit = (probability: number): number => Math.log(probability / (1 - probability))

const reasonOf = (
  code: FraudReason,
  weight: number,
  features: FraudFeatures,
): Reason<FraudReason> => ({
  code,
  detail: sentence(FRAUD_REASONS[code], features),
  weight,
})

/** By how much is known from before; an answer that is missing leaves little to rest on. */
const evidenceOf = ({ history, partsMissing }: FraudFeatures): FraudEvidence => {
  if (partsMissing > 0 || history === null || history < 3) return 'LOW'
  return history < 10 ? 'MEDIUM' : 'HIGH'
}
