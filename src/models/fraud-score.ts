/**
 * What a fraud scorer is: features in; a probability, its evidence and its reasons out. The rules
 * of `fraud-rules.ts` are one scorer, for the time before there are labels to learn from.
 */

/** Null is not known. All counts are of the time before the event that is scored. */
export interface FraudFeatures {
  /** Orders (for a login: logins) at the busiest of customer, instrument and device. */
  readonly attempts10m: number | null
  readonly attempts1h: number | null
  readonly attempts24h: number | null
  /** Declined payments at the worst of customer, instrument, device and address. */
  readonly declines1h: number | null
  readonly declines24h: number | null
  /** Failed logins at the worst of customer, device and address. */
  readonly failedLogins1h: number | null
  /** Customers in the last day, this one included. */
  readonly deviceUsers24h: number | null
  readonly ipUsers24h: number | null
  readonly instrumentUsers24h: number | null
  /** Devices the customer is known on, and whether this one is not among them (1) or is (0). */
  readonly devicesKnown: number | null
  readonly newDevice: number | null
  /** The amount against the usual one, in standard deviations and as a multiple of the mean. */
  readonly amountZ: number | null
  readonly amountRatio: number | null
  /** 1 where the amount is in another currency than those before, and was not compared. */
  readonly otherCurrency: number | null
  /** From the customer's last known place. */
  readonly travelKm: number | null
  readonly travelKph: number | null
  /** Events known of the customer or the instrument, with a half-life of 30 days. */
  readonly history: number | null
  /** Histories that were asked and did not answer, be it in time or at all. */
  readonly partsMissing: number
}

export type FraudEvidence = 'LOW' | 'MEDIUM' | 'HIGH'

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
  /** At most four, the heaviest first. */
  readonly reasons: Reason<Code>[]
}

export type FraudScorer = (features: FraudFeatures) => FraudVerdict
