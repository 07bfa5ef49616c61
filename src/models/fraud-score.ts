/**
 * What a fraud scorer is: features in; a probability, its evidence and what each feature added to it
 * out. Without labels the score is that of the rules' points (`fraud-points.ts`), and labels move it
 * from there.
 */

/** Null is not known. All counts are of the time before the event that is scored. */
export interface FraudFeatures {
  /** Orders (for a login: logins) at the busiest of customer, instrument and device. */
  readonly attempts10m: number | null
  readonly attempts1h: number | null
  readonly attempts24h: number | null
  readonly attempts7d: number | null
  /** Declined payments at the worst of customer, instrument, device and address. */
  readonly declines1h: number | null
  readonly declines24h: number | null
  /** Failed logins at the worst of customer, device and address. */
  readonly failedLogins1h: number | null
  /** Customers in the last day (of an address: in 30 days), this one included. */
  readonly deviceUsers24h: number | null
  readonly ipUsers24h: number | null
  readonly instrumentUsers24h: number | null
  readonly addressUsers30d: number | null
  /** Devices the customer is known on, and whether this one is not among them (1) or is (0). */
  readonly devicesKnown: number | null
  readonly newDevice: number | null
  /** The same of payment instruments, of addresses that orders go to, and of ways to pay. */
  readonly instrumentsKnown: number | null
  readonly newInstrument: number | null
  readonly addressesKnown: number | null
  readonly newAddress: number | null
  readonly newMethod: number | null
  /** 1 where it is paid with a gift card. */
  readonly giftCard: number | null
  /** The amount, in the minor unit of its currency. */
  readonly amountMinor: number | null
  /** The amount against the usual one, in standard deviations and as a multiple of the mean. */
  readonly amountZ: number | null
  readonly amountRatio: number | null
  /** 1 where the amount is in another currency than those before, and was not compared. */
  readonly otherCurrency: number | null
  /** The customer's amounts lately that were more than 3 standard deviations above the usual one. */
  readonly anomalyMass: number | null
  /** From the customer's last known place. */
  readonly travelKm: number | null
  readonly travelKph: number | null
  /** How many more countries than one: of the card's issuer, of the IP address, of the address. */
  readonly countriesDiffering: number | null
  /** Of the customer in 30 days: orders, those that were given back, and their share. */
  readonly orders30d: number | null
  readonly refunds30d: number | null
  readonly refundShare30d: number | null
  /** Orders at the merchant in 7 days, whoever placed them. */
  readonly merchantOrders7d: number | null
  /** Shares of fraud among what is known of earlier orders (`label-risk.ts`). */
  readonly userRisk: number | null
  readonly instrumentRisk: number | null
  readonly deviceRisk: number | null
  readonly ipRisk: number | null
  readonly addressRisk: number | null
  readonly merchantRisk: number | null
  readonly merchantRisk2d: number | null
  /** Frauds among the last three orders of the merchant of which it became known, 0 to 3. */
  readonly merchantLastFrauds: number | null
  /** Since the customer's newest order that is known as fraud was placed. */
  readonly userFraudAgeDays: number | null
  /** Since the first known fraud in the merchant's present run of frauds (`fraud-spell.ts`). */
  readonly merchantFraudAgeDays: number | null
  /** In the graph of what customers share: its size, share of frauds, steps to the next fraud. */
  readonly componentUsers: number | null
  readonly componentRisk: number | null
  readonly fraudHops: number | null
  /** Events known of the customer or the instrument, with a half-life of 30 days. */
  readonly history: number | null
  /** Histories that were asked and did not answer, be it in time or at all. */
  readonly partsMissing: number
}

export type FraudFeature = keyof FraudFeatures

/** Nothing is known. */
export const NO_FEATURES: FraudFeatures = {
  attempts10m: null,
  attempts1h: null,
  attempts24h: null,
  attempts7d: null,
  declines1h: null,
  declines24h: null,
  failedLogins1h: null,
  deviceUsers24h: null,
  ipUsers24h: null,
  instrumentUsers24h: null,
  addressUsers30d: null,
  devicesKnown: null,
  newDevice: null,
  instrumentsKnown: null,
  newInstrument: null,
  addressesKnown: null,
  newAddress: null,
  newMethod: null,
  giftCard: null,
  amountMinor: null,
  amountZ: null,
  amountRatio: null,
  otherCurrency: null,
  anomalyMass: null,
  travelKm: null,
  travelKph: null,
  countriesDiffering: null,
  orders30d: null,
  refunds30d: null,
  refundShare30d: null,
  merchantOrders7d: null,
  userRisk: null,
  instrumentRisk: null,
  deviceRisk: null,
  ipRisk: null,
  addressRisk: null,
  merchantRisk: null,
  merchantRisk2d: null,
  merchantLastFrauds: null,
  userFraudAgeDays: null,
  merchantFraudAgeDays: null,
  componentUsers: null,
  componentRisk: null,
  fraudHops: null,
  history: null,
  partsMissing: 0,
}

export type FraudEvidence = 'LOW' | 'MEDIUM' | 'HIGH'

/** What one bin of a feature, or of two together, added to a score. */
export interface FraudContribution {
  readonly bin: string
  /** In log-odds, against what the bins of this kind add on average. */
  readonly weight: number
}

export interface FraudAssessment {
  /** Calibrated probability of fraud, 0 to 1. */
  readonly score: number
  readonly evidence: FraudEvidence
  /** In the order of the bins; those that add nothing are left out. */
  readonly contributions: readonly FraudContribution[]
}

export interface Reason<Code extends string> {
  readonly code: Code
  /** The sentence that an analyst reads, with its numbers. */
  readonly detail: string
  /** What it adds to the score, in log-odds. */
  readonly weight: number
}

export interface FraudVerdict<Code extends string = string> {
  /** Probability of fraud, 0 to 1. */
  readonly score: number
  /** How much is known that the score could rest on. */
  readonly evidence: FraudEvidence
  /** At most four, the most telling first. */
  readonly reasons: Reason<Code>[]
}

export type FraudScorer = (features: FraudFeatures) => FraudVerdict
