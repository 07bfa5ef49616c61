import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ALL_BINS, BASE_BIN, kindOf } from './fraud-bins.ts'
import { DECISION_REASONS, type DecisionReason, decisionReason } from './fraud-decision-reasons.ts'
import {
  FRAUD_NOTES,
  FRAUD_REASON_SENTENCES,
  type FraudReason,
  fraudReasons,
  REASONS_MAX,
  SIGN_WEIGHT_MIN,
  weightsOf,
} from './fraud-reasons.ts'
import { type FraudContribution, NO_FEATURES } from './fraud-score.ts'
import {
  FRAUD_CIRCUMSTANCES,
  FRAUD_PATTERNS,
  FRAUD_SIGNS,
  type FraudSign,
  signNumbers,
  signOf,
} from './fraud-signs.ts'
import { numbersIn } from './sentence.ts'

const features = { ...NO_FEATURES, attempts10m: 7, travelKm: 1_067.3, travelKph: 901, history: 4 }
const amount = { minor: 123_456, currency: 'EUR' }
const explained = (contributions: FraudContribution[], decided: DecisionReason[] = []) =>
  fraudReasons({
    contributions,
    features: { ...features, userRisk: 0.256 },
    decided,
    amount,
    invalidPolicy: null,
  })

test('each kind of bin belongs to a sign, but for that of all orders', () => {
  const kinds = [...new Set(ALL_BINS.map(({ kind }) => kind))]
  expect(kinds.filter(kind => signOf(kind) === null)).toEqual([BASE_BIN])
  const claimed = Object.values(FRAUD_SIGNS).flatMap(({ kinds }) => [...kinds] as string[])
  expect(claimed.length).toBe(new Set(claimed).size)
  expect(claimed.toSorted()).toEqual(kinds.filter(kind => kind !== BASE_BIN).toSorted())
})

test('sentences speak only of what is known to them, and no code has two meanings', () => {
  const numbers = signNumbers(features, '1.00 EUR')
  for (const { sentence } of Object.values(FRAUD_SIGNS))
    for (const name of numbersIn(sentence)) expect(numbers).toHaveProperty(name)
  const noted = { ...features, policyId: 'fraud', version: 3, fault: 'a fault' }
  for (const sentence of Object.values(FRAUD_NOTES))
    for (const name of numbersIn(sentence)) expect(noted).toHaveProperty(name)
  const codes = [FRAUD_SIGNS, DECISION_REASONS, FRAUD_NOTES].flatMap(Object.keys)
  expect(Object.keys(FRAUD_REASON_SENTENCES).toSorted()).toEqual(codes.toSorted())
})

test('the bins of a sign are added up, and the heaviest sign comes first', () => {
  const reasons = explained([
    { bin: 'userRisk:0.2', weight: 1 },
    { bin: 'attempts10m:6', weight: 1.25 },
    { bin: 'userFraudAgeDays:14', weight: 0.5 },
    { bin: BASE_BIN, weight: 9 },
    { bin: 'a kind of yesterday:3', weight: 9 },
  ])
  expect(reasons).toEqual([
    {
      code: 'CUSTOMER_FRAUDS',
      detail: 'By what became of earlier orders of the customer, the risk of fraud: 25.6 %.',
      weight: 1.5,
    },
    {
      code: 'MANY_ATTEMPTS',
      detail: 'Attempts within the ten minutes before: 7.',
      weight: 1.25,
    },
  ])
})

test('a pattern comes before what weighs more, and circumstances come last', () => {
  const codesOf = (deviceWeight: number) =>
    explained([
      { bin: 'giftCard:1', weight: 3 },
      { bin: 'attempts10m:6', weight: 2 },
      { bin: 'deviceUsers24h:4', weight: deviceWeight },
    ]).map(({ code }) => code)
  expect(codesOf(0.3)).toEqual(['SHARED_DEVICE', 'MANY_ATTEMPTS', 'GIFT_CARD'])
  expect(codesOf(0.29)).toEqual(['MANY_ATTEMPTS', 'SHARED_DEVICE', 'GIFT_CARD'])
})

test('an amount is written as people write it', () => {
  const [reason] = explained([{ bin: 'amountMinor:120000', weight: 1 }])
  expect(reason!.detail).toBe('The amount is 1234.56 EUR.')
})

test('a sign that hardly weighs, or speaks for the customer, is no reason', () => {
  const light = { bin: 'attempts10m:6', weight: SIGN_WEIGHT_MIN - 0.001 }
  const [reason, ...others] = explained([light, { bin: 'userRisk:0', weight: -2 }])
  expect(reason).toEqual({
    code: 'NOTHING_UNUSUAL',
    detail: 'Nothing unusual; the weight of what is known from before is 4.',
    weight: 0,
  })
  expect(others).toEqual([])
})

const many = ['userRisk:0.2', 'attempts10m:6', 'amountZ:6', 'giftCard:1', 'newMethod:1']
const five = many.map((bin, i) => ({ bin, weight: 5 - i }))

test('a limit stands behind the signs, and is not left out for a fourth', () => {
  const limit = decisionReason('ALERT_BUDGET', {
    count: 5,
    limit: 5,
    wanted: 'HOLD',
    action: 'ALLOW',
  })
  const codes = explained(five, [limit]).map(({ code }) => code)
  expect(codes).toEqual(['CUSTOMER_FRAUDS', 'MANY_ATTEMPTS', 'UNUSUAL_AMOUNT', 'ALERT_BUDGET'])
})

test('what people decided beforehand comes first', () => {
  const blocked = decisionReason('BLOCKED', { kind: 'user', action: 'DECLINE' })
  const codes = explained(five, [blocked]).map(({ code }) => code)
  expect(codes).toEqual(['BLOCKED', 'CUSTOMER_FRAUDS', 'MANY_ATTEMPTS', 'UNUSUAL_AMOUNT'])
})

test('what a score could not rest on is said', () => {
  const noted = { ...NO_FEATURES, partsMissing: 2, otherCurrency: 1 }
  const said = { contributions: [], features: noted, decided: [], amount: null }
  const reasons = fraudReasons({ ...said, invalidPolicy: null })
  const notes = ['PART_MISSING', 'OTHER_CURRENCY', 'NOTHING_KNOWN']
  expect(reasons.map(({ code }) => code)).toEqual(notes)
  const fault = 'limits.alertsPerDay must be a whole number from 0 on'
  const invalidPolicy = { policyId: 'fraud', version: 3, fault }
  const [first] = fraudReasons({ ...said, invalidPolicy })
  expect(first).toEqual({
    code: 'POLICY_INVALID',
    detail: `Version 3 of policy fraud is not in force: ${fault}. Publish a version that mends it.`,
    weight: 0,
  })
})

const contributions = fc.uniqueArray(
  fc.record({
    bin: fc.constantFrom(...ALL_BINS.map(({ name }) => name)),
    weight: fc.double({ min: -5, max: 5, noNaN: true }),
  }),
  { selector: ({ bin }) => bin, maxLength: 60 },
)

test('what many an honest customer has too comes after what tells, however much it weighs', () => {
  const reasons = explained([
    { bin: 'countriesDiffering:2', weight: 3 },
    { bin: 'giftCard:1', weight: 4 },
    { bin: 'deviceUsers24h:2', weight: 1 },
    { bin: 'declines1h:1', weight: 2 },
  ])
  expect(reasons.map(({ code, weight }) => `${code} ${weight}`)).toEqual([
    'RECENT_DECLINES 2',
    'SHARED_DEVICE 1',
    'GIFT_CARD 4',
    'COUNTRIES_DIFFER 3',
  ])
})

test('there are one to four reasons, patterns first and circumstances last, and each kind falls in weight', () => {
  fc.assert(
    fc.property(contributions, all => {
      const reasons = explained(all)
      expect(reasons.length).toBeGreaterThan(0)
      expect(reasons.length).toBeLessThanOrEqual(REASONS_MAX)
      const rank = ({ code, weight }: FraudReason) =>
        Number(FRAUD_CIRCUMSTANCES.has(code as FraudSign)) -
        Number(FRAUD_PATTERNS.has(code as FraudSign) && weight >= 0.3)
      const sorted = reasons.toSorted((a, b) => rank(a) - rank(b) || b.weight - a.weight)
      expect(reasons).toEqual(sorted)
    }),
  )
})

test('what is added up by sign is all that was contributed, but for that of all orders', () => {
  fc.assert(
    fc.property(contributions, all => {
      const bySign = [...weightsOf(all).values()].reduce((sum, weight) => sum + weight, 0)
      const ofKinds = all
        .filter(({ bin }) => kindOf(bin) !== BASE_BIN)
        .reduce((sum, { weight }) => sum + weight, 0)
      expect(bySign).toBeCloseTo(ofKinds, 9)
    }),
  )
})
