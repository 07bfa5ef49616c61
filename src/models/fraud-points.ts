/**
 * What a bin adds to a score before labels have said anything of it: the points of rules, in log-odds.
 *
 * They are set by hand and fitted to nothing: they order cases sensibly, and one strong sign asks for a
 * second look where two stop an order. More of a sign never lowers a score. Labels move each bin's
 * weight from here, so that a rule that fails in a shop fades there.
 */
import { ALL_BINS, type BinKind } from './fraud-bins.ts'

export const FRAUD_BASE_RATE = 0.002

/** Nothing below the limit, `first` on it, and `further` for each one more, up to `furtherMax`. */
const fromLimit =
  (limit: number, first: number, further: number, furtherMax: number) =>
  (count = 0): number =>
    count < limit ? 0 : first + further * Math.min(count - limit, furtherMax)

/** By how often orders there turned out to be fraud. */
const ofRisk =
  (most: number) =>
  (risk = 0): number =>
    risk < 0.05 ? 0 : most * Math.min(1, 0.25 + risk)

/** By where the bin begins. A kind that is not here has no points. */
const POINTS: { readonly [K in BinKind]?: (...from: number[]) => number } = {
  attempts10m: fromLimit(5, 3, 0.2, 20),
  declines1h: fromLimit(1, 0.7, 0.7, 5),
  failedLogins1h: fromLimit(3, 1.2, 0.4, 7),
  'amountZ*amountRatio': fromLimit(3, 3, 0.15, 12),
  'travelKph*travelKm': fromLimit(900, 3.5, 0, 0),
  deviceUsers24h: fromLimit(4, 3, 0.25, 8),
  instrumentUsers24h: fromLimit(3, 2.5, 0.25, 8),
  // Whole households, offices and mobile networks share an address, so it weighs less.
  ipUsers24h: fromLimit(4, 0.6, 0.05, 12),
  addressUsers30d: fromLimit(4, 1, 0.1, 12),
  'newDevice*devicesKnown': () => 0.8,
  'newInstrument*instrumentsKnown': () => 0.4,
  'newAddress*addressesKnown': () => 0.4,
  newMethod: () => 0.2,
  giftCard: () => 0.3,
  countriesDiffering: fromLimit(1, 0.6, 0.6, 1),
  'refunds30d*refundShare30d': (refunds = 0) => fromLimit(3, 3, 0.25, 8)(refunds),
  anomalyMass: fromLimit(0.5, 0.5, 0.5, 4),
  // One large amount is a present for somebody; one after the other is a card that is being used up.
  'amountRatio*anomalyMass': (ratio = 0, mass = 0) =>
    ratio < 2 || mass < 0.3 ? 0 : 1.5 + mass / 1.5,
  userRisk: ofRisk(3),
  instrumentRisk: ofRisk(3),
  deviceRisk: ofRisk(3),
  addressRisk: ofRisk(2),
  ipRisk: ofRisk(1),
  merchantRisk: ofRisk(2),
  merchantLastFrauds: fromLimit(2, 1, 1, 1),
  // Households and offices share things, too, so it weighs little.
  componentUsers: fromLimit(6, 0.4, 0.05, 16),
  // What the order's own customer, card and device were in has its points above, and is not counted twice.
  fraudHops: (hops = 0) => (hops === 2 ? 0.8 : 0),
}

const points = new Map<string, number>()
for (const { name, kind, from } of ALL_BINS) {
  const weight = POINTS[kind]?.(...from) ?? 0
  if (weight !== 0) points.set(name, weight)
}

export const pointsOfBin = (bin: string): number => points.get(bin) ?? 0
