import { expect, test } from 'vitest'
import { type FraudFeature, type FraudFeatures, NO_FEATURES } from '../models/fraud-score.ts'
import { type FraudAnswer, NO_ANSWER } from './fraud-answers.ts'
import { featuresIn, featuresOf, knownOf, orderFeatures } from './fraud-features.ts'

const COUNTS = {
  attempts10m: 0,
  attempts1h: 0,
  attempts24h: 0,
  attempts7d: 0,
  declines1h: 0,
  declines24h: 0,
  failedLogins1h: 0,
}
const SPENDING = { amountZ: null, amountRatio: null, otherCurrency: false, history: 0 }
const HABITS = {
  device: null,
  instrument: null,
  address: null,
  method: null,
  anomalyMass: 0,
  travelKm: null,
  travelKph: null,
  orders30d: 0,
  refunds30d: 0,
  fraudAgeDays: null,
  highScores24h: 0,
}
const counted = (counts: Partial<typeof COUNTS>): FraudAnswer => ({
  ...NO_ANSWER,
  counts: { ...COUNTS, ...counts },
})
const spent = (spending: object): FraudAnswer => ({
  ...NO_ANSWER,
  spending: { ...SPENDING, ...spending },
})
const habit = (habits: object): FraudAnswer => ({ ...NO_ANSWER, habits: { ...HABITS, ...habits } })

test('of a count the worst place counts, and an address not for velocity', () => {
  const features = featuresOf({
    answers: {
      user: {
        ...counted({ attempts10m: 1 }),
        ...spent({ history: 4 }),
        counts: { ...COUNTS, attempts10m: 1 },
      },
      instrument: { ...spent({ history: 2 }), counts: { ...COUNTS, attempts10m: 6 } },
      ip: { ...counted({ attempts10m: 99, declines1h: 3 }), users: 8 },
    },
    missing: ['device'],
  })
  expect(features).toMatchObject({ attempts10m: 6, declines1h: 3, ipUsers24h: 8, history: 4 })
  expect(features).toMatchObject({ deviceUsers24h: null, partsMissing: 1 })
  expect(knownOf(features)).not.toHaveProperty('deviceUsers24h')
})

test('a customer without a usual amount is measured by that of the instrument', () => {
  const instrument = spent({ amountZ: 4, amountRatio: 5 })
  const user = spent({ otherCurrency: true })
  expect(featuresOf({ answers: { user, instrument }, missing: [] })).toMatchObject({
    amountZ: 4,
    otherCurrency: 0,
  })
  expect(featuresOf({ answers: { user }, missing: [] })).toMatchObject({ otherCurrency: 1 })
})

test('the first way to pay is not a new one, and what came back is a share of what was ordered', () => {
  const of = (habits: object): FraudFeatures =>
    featuresOf({ answers: { user: habit(habits) }, missing: [] })
  expect(of({ method: { known: 0, isNew: true } }).newMethod).toBe(0)
  expect(of({ method: { known: 1, isNew: true } }).newMethod).toBe(1)
  expect(of({ orders30d: 0, refunds30d: 2 }).refundShare30d).toBeNull()
  expect(of({ orders30d: 8, refunds30d: 2 }).refundShare30d).toBe(0.25)
})

test('an order says itself what it costs, how it is paid, and which countries it names', () => {
  const order = {
    totalMinor: 500,
    paymentMethod: null,
    issuerCountry: null,
    country: null,
    shippingCountry: null,
  }
  const of = (fields: object): FraudFeatures =>
    orderFeatures({ ...order, ...fields }, { answers: {}, missing: [] })
  expect(of({})).toMatchObject({ amountMinor: 500, giftCard: null, countriesDiffering: null })
  expect(of({ paymentMethod: 'GIFT_CARD' }).giftCard).toBe(1)
  expect(of({ paymentMethod: 'CARD', country: 'FR' })).toMatchObject({
    giftCard: 0,
    countriesDiffering: null,
  })
  const abroad = { issuerCountry: 'US', country: 'FR', shippingCountry: 'US' }
  expect(of(abroad).countriesDiffering).toBe(1)
  expect(of({ ...abroad, shippingCountry: 'GB' }).countriesDiffering).toBe(2)
  expect(of({ issuerCountry: 'FR', country: 'FR' }).countriesDiffering).toBe(0)
})

test('where nobody was asked nothing is known', () => {
  expect(knownOf(featuresOf({ answers: {}, missing: [] }))).toEqual({ partsMissing: 0 })
})

test('features come back out of a result as they went in, and what is not known here is left out', () => {
  const features = { ...NO_FEATURES, amountZ: -0.5, userRisk: 0.25, partsMissing: 2 }
  expect(featuresIn(knownOf(features))).toEqual(features)
  expect(featuresIn({ ofAnotherVersion: 3 })).toEqual(NO_FEATURES)
  expect(Object.keys(knownOf(features))).toEqual(
    Object.keys(NO_FEATURES).filter(name => features[name as FraudFeature] !== null),
  )
})

test('a pattern of known features is a number that loses no bit', () => {
  expect(2 ** Object.keys(NO_FEATURES).length - 1).toBeLessThanOrEqual(Number.MAX_SAFE_INTEGER)
})
