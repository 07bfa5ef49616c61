import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FRAUD_BASE_RATE, pointsOfBin } from './fraud-points.ts'
import { type FraudFeature, type FraudFeatures, NO_FEATURES } from './fraud-score.ts'
import { scoreFraud } from './fraud-scorer.ts'

const scoreOf = (known: Partial<FraudFeatures>): number =>
  scoreFraud({ ...NO_FEATURES, ...known }, null).score

test('the base rate is the score where nothing is known or nothing is unusual', () => {
  expect(scoreOf({})).toBeCloseTo(FRAUD_BASE_RATE, 12)
  const quiet = { attempts10m: 4, amountZ: 2.9, amountRatio: 9, travelKm: 9_000, travelKph: 899 }
  const alone = { deviceUsers24h: 3, ipUsers24h: 3, instrumentUsers24h: 2, history: 12 }
  expect(scoreOf({ ...quiet, ...alone })).toBeCloseTo(FRAUD_BASE_RATE, 12)
})

/** One strong sign alone, from where it is one. */
const STRONG: readonly Partial<FraudFeatures>[] = [
  { attempts10m: 5 },
  { amountZ: 3, amountRatio: 3 },
  { travelKm: 1_067.3, travelKph: 901 },
  { deviceUsers24h: 4 },
  { refunds30d: 3, refundShare30d: 0.5 },
]

test.each(STRONG)('one strong sign lifts a score twentyfold: %o', known => {
  expect(scoreOf(known)).toBeGreaterThan(0.035)
  expect(scoreOf(known)).toBeLessThan(0.2)
})

test('two strong signs are more likely fraud than not by three or more', () => {
  expect(scoreOf({ ...STRONG[0], ...STRONG[1] })).toBeGreaterThan(0.4)
  expect(scoreOf({ ...STRONG[0], ...STRONG[1], ...STRONG[3] })).toBeGreaterThan(0.9)
})

test('a bin begins with the points at its edge', () => {
  expect(pointsOfBin('attempts10m:4')).toBe(0)
  expect(pointsOfBin('attempts10m:5')).toBe(3)
  expect(pointsOfBin('attempts10m:15')).toBe(5)
  expect(pointsOfBin('no such bin')).toBe(0)
})

/** More of these is more of a sign. Not of what is known: that says how much newness means. */
const SIGNS: readonly FraudFeature[] = [
  'attempts10m',
  'attempts1h',
  'attempts24h',
  'attempts7d',
  'declines1h',
  'declines24h',
  'failedLogins1h',
  'deviceUsers24h',
  'ipUsers24h',
  'instrumentUsers24h',
  'addressUsers30d',
  'newDevice',
  'newInstrument',
  'newAddress',
  'newMethod',
  'giftCard',
  'amountMinor',
  'amountZ',
  'amountRatio',
  'anomalyMass',
  'travelKm',
  'travelKph',
  'countriesDiffering',
  'refunds30d',
  'refundShare30d',
  'userRisk',
  'instrumentRisk',
  'deviceRisk',
  'ipRisk',
  'addressRisk',
  'merchantRisk',
  'merchantLastFrauds',
  'componentRisk',
]

const names = Object.keys(NO_FEATURES) as FraudFeature[]
const level = fc.oneof(
  fc.nat(40),
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.double({ min: 0, max: 10_000, noNaN: true }),
)
const features = fc
  .tuple(...names.map(() => fc.option(level)))
  .map(all => Object.fromEntries(names.map((name, at) => [name, all[at]])))
  .map(all => ({ ...(all as unknown as FraudFeatures), partsMissing: 0 }))

test('more of a sign never lowers a score that is of the rules alone', () => {
  fc.assert(
    fc.property(features, fc.constantFrom(...SIGNS), level, (known, name, more) => {
      const worse = { ...known, [name]: (known[name] ?? 0) + more }
      expect(scoreOf(worse)).toBeGreaterThanOrEqual(scoreOf(known))
    }),
    { numRuns: 2_000 },
  )
})
