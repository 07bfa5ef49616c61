import fc from 'fast-check'
import { expect, test } from 'vitest'
import { actionOf, DEFAULT_FRAUD_POLICY } from './fraud-policy-in-force.ts'
import {
  FRAUD_BASE_RATE,
  FRAUD_NOTES,
  FRAUD_REASONS,
  FRAUD_SIGNS,
  type FraudReason,
  pointsOf,
  REASONS_MAX,
  scoreByRules,
} from './fraud-rules.ts'
import { type FraudFeatures, NO_FEATURES } from './fraud-score.ts'
import { numbersIn } from './sentence.ts'

const quiet: FraudFeatures = {
  ...NO_FEATURES,
  attempts10m: 0,
  attempts1h: 0,
  attempts24h: 0,
  declines1h: 0,
  declines24h: 0,
  failedLogins1h: 0,
  deviceUsers24h: 1,
  ipUsers24h: 1,
  instrumentUsers24h: 1,
  devicesKnown: 2,
  newDevice: 0,
  amountZ: 0,
  amountRatio: 1,
  otherCurrency: 0,
  travelKm: 0,
  travelKph: 0,
  history: 12,
  partsMissing: 0,
}
/** For each reason, features that bring it alone to the front. */
const FIRST: Readonly<Record<FraudReason, FraudFeatures>> = {
  MANY_ATTEMPTS: { ...quiet, attempts10m: 5 },
  RECENT_DECLINES: { ...quiet, declines1h: 1 },
  FAILED_LOGINS: { ...quiet, failedLogins1h: 3 },
  UNUSUAL_AMOUNT: { ...quiet, amountZ: 3.1, amountRatio: 3.1 },
  IMPOSSIBLE_TRAVEL: { ...quiet, travelKm: 1_067.3, travelKph: 901 },
  SHARED_DEVICE: { ...quiet, deviceUsers24h: 4 },
  SHARED_INSTRUMENT: { ...quiet, instrumentUsers24h: 3 },
  SHARED_ADDRESS: { ...quiet, ipUsers24h: 4 },
  NEW_DEVICE: { ...quiet, newDevice: 1 },
  PART_MISSING: { ...quiet, partsMissing: 1 },
  OTHER_CURRENCY: { ...quiet, otherCurrency: 1 },
  NOTHING_KNOWN: NO_FEATURES,
  NOTHING_UNUSUAL: quiet,
}
const codes = Object.keys(FRAUD_REASONS) as FraudReason[]

test.each(codes)('%s can come first, in a sentence with its numbers', code => {
  const features = FIRST[code]
  const [reason] = scoreByRules(features).reasons
  expect(reason).toMatchObject({ code })
  expect(reason!.weight > 0).toBe(code in FRAUD_SIGNS)
  expect(reason!.detail).not.toMatch(/[{}]|unknown number/)
  for (const name of numbersIn(FRAUD_REASONS[code])) expect(quiet).toHaveProperty(name)
})

test('the base rate is the score where nothing is known or nothing is unusual', () => {
  expect(scoreByRules(NO_FEATURES)).toMatchObject({ evidence: 'LOW' })
  expect(scoreByRules(NO_FEATURES).score).toBeCloseTo(FRAUD_BASE_RATE, 12)
  expect(scoreByRules(quiet).score).toBeCloseTo(FRAUD_BASE_RATE, 12)
  expect(scoreByRules(quiet).evidence).toBe('HIGH')
})

test('below each limit there is no sign', () => {
  const below = {
    ...quiet,
    attempts10m: 4,
    failedLogins1h: 2,
    amountZ: 3,
    amountRatio: 9,
    travelKm: 100,
    travelKph: 5_000,
    deviceUsers24h: 3,
    ipUsers24h: 3,
    instrumentUsers24h: 2,
  }
  expect(Object.values(pointsOf(below)).every(points => points === 0)).toBe(true)
  const slow = { ...quiet, travelKm: 9_000, travelKph: 900 }
  expect(pointsOf(slow).IMPOSSIBLE_TRAVEL).toBe(0)
  const large = { ...quiet, amountZ: 9, amountRatio: 3 }
  expect(pointsOf(large).UNUSUAL_AMOUNT).toBe(0)
})

test('somebody without a known device is not on a new one', () => {
  expect(pointsOf({ ...quiet, newDevice: 1, devicesKnown: 0 }).NEW_DEVICE).toBe(0)
})

test('one strong sign asks for a second look, two or three stop an order', () => {
  const action = (features: FraudFeatures) =>
    actionOf(scoreByRules(features).score, DEFAULT_FRAUD_POLICY)
  const large = { ...quiet, amountZ: 5, amountRatio: 6 }
  expect(action(quiet)).toBe('ALLOW')
  expect(action(large)).toBe('STEP_UP')
  expect(action(FIRST.UNUSUAL_AMOUNT)).toBe('STEP_UP')
  expect(action(FIRST.MANY_ATTEMPTS)).toBe('STEP_UP')
  expect(action(FIRST.IMPOSSIBLE_TRAVEL)).toBe('STEP_UP')
  expect(action(FIRST.SHARED_DEVICE)).toBe('STEP_UP')
  expect(action({ ...large, declines1h: 4 })).toBe('HOLD')
  expect(action({ ...large, declines1h: 4, deviceUsers24h: 5 })).toBe('DECLINE')
})

test('an answer that is missing leaves little evidence, and is said', () => {
  const verdict = scoreByRules({ ...quiet, partsMissing: 2 })
  expect(verdict.evidence).toBe('LOW')
  expect(verdict.reasons[0]!.detail).toBe('Histories that were asked and did not answer: 2.')
})

const count = fc.option(fc.nat(40))
const amount = fc.option(fc.double({ min: 0, max: 50, noNaN: true }))
const speed = fc.option(fc.double({ min: 0, max: 20_000, noNaN: true }))
const bit = fc.option(fc.nat(1))
const features: fc.Arbitrary<FraudFeatures> = fc
  .record({
    attempts10m: count,
    attempts1h: count,
    attempts24h: count,
    declines1h: count,
    declines24h: count,
    failedLogins1h: count,
    deviceUsers24h: count,
    ipUsers24h: count,
    instrumentUsers24h: count,
    devicesKnown: count,
    newDevice: bit,
    amountZ: amount,
    amountRatio: amount,
    otherCurrency: bit,
    travelKm: speed,
    travelKph: speed,
    history: amount,
    partsMissing: fc.nat(4),
  })
  .map(known => ({ ...NO_FEATURES, ...known }))

/** Not the number of known devices: that says how much the newness of this one means. */
const SIGNS = (Object.keys(quiet) as (keyof FraudFeatures)[]).filter(
  name =>
    !['devicesKnown', 'otherCurrency', 'history', 'partsMissing'].includes(name) &&
    quiet[name] !== null,
)

test('more of a sign never lowers a score', () => {
  fc.assert(
    fc.property(features, fc.constantFrom(...SIGNS), fc.nat(30), (known, name, more) => {
      const worse = { ...known, [name]: (known[name] ?? 0) + more }
      expect(scoreByRules(worse).score).toBeGreaterThanOrEqual(scoreByRules(known).score)
    }),
  )
})

test('a verdict is a probability with one to four reasons, the heaviest first', () => {
  fc.assert(
    fc.property(features, known => {
      const { score, reasons } = scoreByRules(known)
      expect(score).toBeGreaterThan(0)
      expect(score).toBeLessThan(1)
      expect(reasons.length).toBeGreaterThan(0)
      expect(reasons.length).toBeLessThanOrEqual(REASONS_MAX)
      const weights = reasons.map(({ weight }) => weight)
      expect(weights).toEqual([...weights].sort((a, b) => b - a))
      expect(new Set(reasons.map(({ code }) => code)).size).toBe(reasons.length)
    }),
  )
})

test('the score is the base rate and the points of all signs', () => {
  fc.assert(
    fc.property(features, known => {
      const points = Object.values(pointsOf(known)).reduce((sum, sign) => sum + sign, 0)
      const { score } = scoreByRules(known)
      const base = Math.log(FRAUD_BASE_RATE / (1 - FRAUD_BASE_RATE))
      expect(Math.log(score / (1 - score))).toBeCloseTo(base + points, 3)
    }),
  )
})

test('notes weigh nothing', () => {
  for (const code of Object.keys(FRAUD_NOTES) as (keyof typeof FRAUD_NOTES)[]) {
    expect(scoreByRules(FIRST[code]).score).toBeCloseTo(FRAUD_BASE_RATE, 12)
  }
})

test('the action is that of the highest border reached', () => {
  const actions = [0, 0.0299, 0.03, 0.2, 0.7, 0.999].map(score =>
    actionOf(score, DEFAULT_FRAUD_POLICY),
  )
  expect(actions).toEqual(['ALLOW', 'ALLOW', 'STEP_UP', 'HOLD', 'DECLINE', 'DECLINE'])
})
