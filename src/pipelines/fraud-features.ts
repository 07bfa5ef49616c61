import type { Gathered } from '../engine/pipeline.ts'
import type { Order } from '../events.ts'
import { type FraudFeature, type FraudFeatures, NO_FEATURES } from '../models/fraud-score.ts'
import type { FraudAnswer } from './fraud-answers.ts'
import type { Counts } from './fraud-counts.ts'
import type { Novelty } from './fraud-habits.ts'
import type { Spending } from './fraud-spending.ts'
import type { FraudPart } from './fraud-state.ts'

export type FraudAnswers = Gathered<FraudAnswer, FraudPart>

/** The features of a score, from what the places answered: of a count, the worst of them. */
export const featuresOf = ({ answers, missing }: FraudAnswers): FraudFeatures => {
  const { user, instrument, device, ip, address, merchant, graph } = answers
  const actors = [user?.counts, instrument?.counts, device?.counts]
  const places = [...actors, ip?.counts]
  const spender = spenderOf(user?.spending, instrument?.spending)
  const habits = user?.habits
  return {
    ...NO_FEATURES,
    attempts10m: most(actors, counts => counts.attempts10m),
    attempts1h: most(actors, counts => counts.attempts1h),
    attempts24h: most(actors, counts => counts.attempts24h),
    attempts7d: most(actors, counts => counts.attempts7d),
    declines1h: most(places, counts => counts.declines1h),
    declines24h: most(places, counts => counts.declines24h),
    failedLogins1h: most(places, counts => counts.failedLogins1h),
    deviceUsers24h: device?.users ?? null,
    ipUsers24h: ip?.users ?? null,
    instrumentUsers24h: instrument?.users ?? null,
    addressUsers30d: address?.users ?? null,
    devicesKnown: habits?.device?.known ?? null,
    newDevice: newness(habits?.device),
    instrumentsKnown: habits?.instrument?.known ?? null,
    newInstrument: newness(habits?.instrument),
    addressesKnown: habits?.address?.known ?? null,
    newAddress: newness(habits?.address),
    newMethod: methodNewness(habits?.method),
    amountZ: spender?.amountZ ?? null,
    amountRatio: spender?.amountRatio ?? null,
    otherCurrency: spender === undefined ? null : +spender.otherCurrency,
    anomalyMass: habits?.anomalyMass ?? null,
    travelKm: habits?.travelKm ?? null,
    travelKph: habits?.travelKph ?? null,
    orders30d: habits?.orders30d ?? null,
    refunds30d: habits?.refunds30d ?? null,
    refundShare30d: habits && habits.orders30d > 0 ? habits.refunds30d / habits.orders30d : null,
    merchantOrders7d: merchant?.merchant?.orders7d ?? null,
    userRisk: user?.risk ?? null,
    instrumentRisk: instrument?.risk ?? null,
    deviceRisk: device?.risk ?? null,
    ipRisk: ip?.risk ?? null,
    addressRisk: address?.risk ?? null,
    merchantRisk: merchant?.risk ?? null,
    merchantRisk2d: merchant?.merchant?.risk2d ?? null,
    merchantLastFrauds: merchant?.merchant?.lastFrauds ?? null,
    userFraudAgeDays: habits?.fraudAgeDays ?? null,
    merchantFraudAgeDays: merchant?.merchant?.fraudAgeDays ?? null,
    componentUsers: graph?.links?.customers ?? null,
    componentRisk: graph?.links?.risk ?? null,
    fraudHops: graph?.links?.fraudHops ?? null,
    history: larger(user?.spending?.history, instrument?.spending?.history),
    partsMissing: missing.length,
  }
}

/** Whose usual amount it is compared with: the customer's, else the instrument's. */
const spenderOf = (
  user: Spending | null | undefined,
  instrument: Spending | null | undefined,
): Spending | undefined =>
  (user?.amountZ == null && instrument?.amountZ != null ? instrument : (user ?? instrument)) ??
  undefined

/** The largest of a count among the places that answered; null where none did. */
const most = (
  answers: readonly (Counts | null | undefined)[],
  of: (counts: Counts) => number | null,
): number | null => {
  let worst: number | null = null
  for (const counts of answers) if (counts) worst = larger(worst, of(counts))
  return worst
}

const larger = (a: number | null | undefined, b: number | null | undefined): number | null => {
  if (a == null) return b ?? null
  return b != null && b > a ? b : a
}

const newness = (novelty: Novelty | undefined): number | null =>
  novelty == null ? null : +novelty.isNew

/** The first way to pay is as good as any. */
const methodNewness = (novelty: Novelty | undefined): number | null =>
  novelty == null ? null : +(novelty.isNew && novelty.known > 0)

type PlacedFields = Pick<
  Order,
  'totalMinor' | 'paymentMethod' | 'issuerCountry' | 'country' | 'shippingCountry'
>

/** With what an order itself says. */
export const orderFeatures = (order: PlacedFields, answers: FraudAnswers): FraudFeatures => ({
  ...featuresOf(answers),
  amountMinor: order.totalMinor,
  giftCard: order.paymentMethod === null ? null : +(order.paymentMethod === 'GIFT_CARD'),
  countriesDiffering: differing([order.issuerCountry, order.country, order.shippingCountry]),
})

/** How many more than one; null where fewer than two are known. */
const differing = (countries: readonly (string | null)[]): number | null => {
  const known = countries.filter(country => country !== null)
  return known.length < 2 ? null : new Set(known).size - 1
}

/** The features as a result carries them: what is not known is absent. */
export const knownOf = (features: FraudFeatures): Record<string, number> => {
  const known: Record<string, number> = {}
  for (const name of NAMES) {
    const feature = features[name]
    if (feature !== null) known[name] = feature
  }
  return known
}

/** The way back. What this version does not know, of another one's result, is left out. */
export const featuresIn = (known: Readonly<Record<string, number>>): FraudFeatures => {
  const features: Record<string, number | null> = { ...NO_FEATURES }
  for (const name of NAMES) features[name] = known[name] ?? NO_FEATURES[name]
  return features as unknown as FraudFeatures
}

const NAMES = Object.keys(NO_FEATURES) as FraudFeature[]
