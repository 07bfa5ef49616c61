import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ALL_BINS } from './fraud-bins.ts'
import { type FraudParameters, readFraudParameters } from './fraud-parameters.ts'
import { type FraudFeature, type FraudFeatures, NO_FEATURES } from './fraud-score.ts'
import { baselineLogOdds, scoreBins, scoreFraud } from './fraud-scorer.ts'

const names = Object.keys(NO_FEATURES) as FraudFeature[]
const level = fc.oneof(fc.nat(12), fc.double({ min: 0, max: 300, noNaN: true }))
const features = fc
  .tuple(...names.map(() => fc.option(level)))
  .map(all => Object.fromEntries(names.map((name, at) => [name, all[at]])))
  .map(all => ({ ...(all as unknown as FraudFeatures), partsMissing: 0 }))

/** Not so small that a third of it is nothing. */
const weight = fc.integer({ min: -3_000, max: 3_000 }).map(thousandths => thousandths / 1_000)
const versions: fc.Arbitrary<FraudParameters> = fc
  .record({
    a: fc.double({ min: 0.25, max: 4, noNaN: true }),
    b: fc.double({ min: -1, max: 1, noNaN: true }),
    bins: fc.array(fc.tuple(fc.constantFrom(...ALL_BINS), weight), { maxLength: 30 }),
  })
  .map(({ a, b, bins }) => {
    const parameters: Record<string, number> = { a, b, base: -6 }
    for (const [{ name, kind }, learnt] of bins) {
      parameters[`w:${name}`] = learnt
      parameters[`v:${name}`] = 0.1
      parameters[`m:${kind}`] = learnt / 3
    }
    return readFraudParameters(parameters)!
  })

const logOddsOf = (score: number): number => Math.log(score / (1 - score))

test('contributions and the baseline make the score', () => {
  fc.assert(
    fc.property(features, fc.option(versions), (known, version) => {
      const { score, contributions } = scoreFraud(known, version)
      const sum = contributions.reduce((total, { weight }) => total + weight, 0)
      fc.pre(score > 1e-9 && score < 1 - 1e-9)
      expect(baselineLogOdds(version) + sum).toBeCloseTo(logOddsOf(score), 5)
      for (const { weight } of contributions) expect(weight).not.toBe(0)
    }),
  )
})

test('what is learnt takes the place of points, and where nothing is, they stay', () => {
  const version = readFraudParameters({
    a: 1,
    b: 0,
    base: -6,
    'w:attempts10m:5': 0.5,
    'v:attempts10m:5': 0.01,
  })
  const known = { ...NO_FEATURES, attempts10m: 5, deviceUsers24h: 4 }
  expect(logOddsOf(scoreFraud(known, version).score)).toBeCloseTo(-6 + 0.5 + 3, 9)
})

test('what is usual adds nothing, and what is not there takes away what it usually adds', () => {
  const version = readFraudParameters({
    a: 2,
    b: 1,
    base: -6,
    'w:giftCard:1': 0.5,
    'v:giftCard:1': 0.01,
    'm:giftCard': 0.5,
    'w:newMethod:1': 1,
    'v:newMethod:1': 0.01,
    'm:newMethod': 0.25,
  })
  const bins = ['base', 'giftCard:1']
  const { contributions } = scoreBins(bins, { history: 20, partsMissing: 0 }, version)
  expect(contributions).toEqual([{ bin: 'newMethod:none', weight: -0.5 }])
})

describe('evidence', () => {
  const evidenceOf = (variance: number | null, history: number | null, partsMissing = 0) =>
    scoreBins(
      ['base'],
      { history, partsMissing },
      variance === null
        ? null
        : readFraudParameters({ a: 1, b: 0, base: -6, 'w:base': 0, 'v:base': variance }),
    ).evidence

  test('of the rules is as much as is known of the customer', () => {
    expect([null, 2, 3, 9, 10].map(history => evidenceOf(null, history))).toEqual([
      'LOW',
      'LOW',
      'MEDIUM',
      'MEDIUM',
      'HIGH',
    ])
  })

  test('of learnt weights is no more than they are certain', () => {
    expect([0.3, 0.7].map(sd => evidenceOf(sd ** 2, 20))).toEqual(['HIGH', 'MEDIUM'])
    expect(evidenceOf(0.01, 2)).toBe('LOW')
    const unknownBins = ['base', ...Array.from({ length: 9 }, (_, at) => `later:${at}`)]
    expect(
      scoreBins(
        unknownBins,
        { history: 20, partsMissing: 0 },
        readFraudParameters({ a: 1, b: 0, base: -6 }),
      ).evidence,
    ).toBe('LOW')
  })

  test('is low where an answer is missing', () => {
    expect(evidenceOf(0.01, 20, 1)).toBe('LOW')
  })
})
