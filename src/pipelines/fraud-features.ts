import type { Gathered } from '../engine/pipeline.ts'
import type { Order } from '../events.ts'
import { type FraudFeature, type FraudFeatures, NO_FEATURES } from '../models/fraud-score.ts'
import type { FraudAnswer } from './fraud-answers.ts'
import type { Counts } from './fraud-counts.ts'
import type { Novelty } from './fraud-habits.ts'
import type { Spending } from './fraud-spending.ts'
import type { FraudPart } from './fraud-state.ts'

export type FraudAnswers = Gathered<FraudAnswer, FraudPart>

/** The features of a login, from what the places answered. */
export const featuresOf = (answers: FraudAnswers): FraudFeatures => allFeatures(answers, null)

/** And of an order, with what it says itself. */
export const orderFeatures = (order: PlacedFields, answers: FraudAnswers): FraudFeatures =>
  allFeatures(answers, order)

/** In one piece, in the order of `NO_FEATURES`: of a count, the worst of the places. */
const allFeatures = (
  { answers, missing }: FraudAnswers,
  order: PlacedFields | null,
): FraudFeatures => {
  const { user, instrument, device, ip, address, merchant, graph } = answers
  const actors = [user?.counts, instrument?.counts, device?.counts]
  const places = [...actors, ip?.counts]
  const spender = spenderOf(user?.spending, instrument?.spending)
  const habits = user?.habits
  return {
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
    giftCard: order === null ? null : giftCardOf(order),
    amountMinor: order === null ? null : order.totalMinor,
    amountZ: spender?.amountZ ?? null,
    amountRatio: spender?.amountRatio ?? null,
    otherCurrency: spender === undefined ? null : +spender.otherCurrency,
    anomalyMass: habits?.anomalyMass ?? null,
    travelKm: habits?.travelKm ?? null,
    travelKph: habits?.travelKph ?? null,
    countriesDiffering: order === null ? null : countriesDiffering(order),
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

const giftCardOf = ({ paymentMethod }: PlacedFields): number | null =>
  paymentMethod === null ? null : +(paymentMethod === 'GIFT_CARD')

/** How many more than one; null where fewer than two are known. */
const countriesDiffering = (order: PlacedFields): number | null => {
  const { issuerCountry: a, country: b, shippingCountry: c } = order
  if (+(a !== null) + +(b !== null) + +(c !== null) < 2) return null
  const isSecond = b !== null && a !== null && b !== a
  const isThird = c !== null && c !== a && c !== b && (a !== null || b !== null)
  return +isSecond + +isThird
}

/** The features as a result carries them: what is not known is absent. */
export const knownOf = (features: FraudFeatures): Record<string, number> => {
  let pattern = 0
  for (const name of NAMES) pattern = 2 * pattern + (features[name] === null ? 0 : 1)
  const { names, blank } = patterns.get(pattern) ?? patternOf(features, pattern)
  const known: Record<string, number | null> = { ...blank }
  for (const name of names) known[name] = features[name]
  return known as Record<string, number>
}

/**
 * Which features are known: there are few patterns. An object that is made feature by feature becomes
 * a hash table of several times the size, and a copy of one that was read from a text does not.
 */
interface Pattern {
  readonly names: readonly FraudFeature[]
  readonly blank: Readonly<Record<string, null>>
}

const patterns = new Map<number, Pattern>()
/** Others are made anew each time. */
const PATTERNS_MAX = 10_000

const patternOf = (features: FraudFeatures, pattern: number): Pattern => {
  const names = NAMES.filter(name => features[name] !== null)
  const blank = JSON.parse(`{${names.map(name => `"${name}":null`).join()}}`)
  const made = { names, blank }
  if (patterns.size < PATTERNS_MAX) patterns.set(pattern, made)
  return made
}

/** The way back. What this version does not know, of another one's result, is left out. */
export const featuresIn = (known: Readonly<Record<string, number>>): FraudFeatures => {
  const features: Record<string, number | null> = { ...NO_FEATURES }
  for (const name of NAMES) features[name] = known[name] ?? NO_FEATURES[name]
  return features as unknown as FraudFeatures
}

const NAMES = Object.keys(NO_FEATURES) as FraudFeature[]
