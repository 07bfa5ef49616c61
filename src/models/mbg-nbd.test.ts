import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  activityRatio,
  churnRisk,
  expectedPurchases,
  logLikelihood,
  MBG_NBD_SEED,
  type PurchaseParameters,
  type PurchaseSummary,
  probabilityAlive,
} from './mbg-nbd.ts'

/**
 * The oracle: the model as it is defined, integrated numerically over the rate λ and the drop-out p.
 * The trapezoid rule on ln λ and on logit p, where these integrands are analytic in a strip and fall
 * off exponentially, so that its error falls exponentially with the step.
 */
const logIntegral = (logOf: (u: number) => number, start: number, step: number): number => {
  const top = logOf(start)
  let sum = 1
  for (const direction of [1, -1]) {
    for (let i = 1; ; i++) {
      const term = Math.exp(logOf(start + direction * i * step) - top)
      sum += term
      if (term < 1e-18 * sum) break
    }
  }
  return top + Math.log(sum * step)
}

/** ln ∫ λ^(shape − 1) e^(−λ·weeks) dλ. */
const logOverRates = (shape: number, weeks: number): number => {
  const step = Math.min(0.2, 0.4 / Math.sqrt(shape))
  const logOf = (u: number) => shape * u - weeks * Math.exp(u)
  return logIntegral(logOf, Math.log(shape / weeks), step)
}

/** ln ∫ p^(a − 1) (1 − p)^(b − 1) f(p) dp. */
const logOverChances = (a: number, b: number, logF = (_logP: number) => 0): number => {
  const step = Math.min(0.2, 0.4 * Math.sqrt((a + b) / (a * b)))
  const logOf = (u: number) => {
    const [logP, logNot] = [-Math.log1p(Math.exp(-u)), -Math.log1p(Math.exp(u))]
    // Far out, Math.exp(-u) overflows where the other of the two is all that counts.
    const [p, not] = [u < -700 ? u : logP, u > 700 ? -u : logNot]
    return a * p + b * not + logF(p)
  }
  return logIntegral(logOf, Math.log(a / b), step)
}

const oracle = (
  { r, alpha, a, b }: PurchaseParameters,
  { repeats: x, lastWeeks, ageWeeks }: PurchaseSummary,
  horizonWeeks: number,
) => {
  const logAlive = logOverRates(r + x, alpha + ageWeeks) + logOverChances(a, b + x + 1)
  const logGone = logOverRates(r + x, alpha + lastWeeks) + logOverChances(a + 1, b + x)
  const alive = 1 / (1 + Math.exp(logGone - logAlive))
  const silent = Math.exp(
    logOverRates(r + x, alpha + ageWeeks + horizonWeeks) - logOverRates(r + x, alpha + ageWeeks),
  )
  const odds = horizonWeeks / (alpha + ageWeeks)
  const logPurchases = (logP: number) =>
    Math.log(-Math.expm1(-(r + x) * Math.log1p(Math.exp(logP) * odds))) - logP
  // p far below 1e-15 is a customer who never leaves, and buys (r + x) · odds times.
  const logPurchasesOf = (logP: number) =>
    logP < -36 - Math.log(Math.max(1, (r + x) * odds))
      ? Math.log((r + x) * odds)
      : logPurchases(logP)
  const ahead = logOverChances(a, b + x + 1, logPurchasesOf) - logOverChances(a, b + x + 1)
  const larger = Math.max(logAlive, logGone)
  const logMass = larger + Math.log(Math.exp(logAlive - larger) + Math.exp(logGone - larger))
  return {
    alive,
    churnRisk: 1 - alive * (1 - silent),
    purchases: alive * Math.exp(ahead),
    ratio:
      (alive / (alpha + ageWeeks)) *
      (alpha + lastWeeks) *
      (1 + Math.exp(logOverChances(a + 1, b + x) - logOverChances(a, b + x + 1))),
    logLikelihood: logMass - logOverRates(r, alpha) - logOverChances(a, b),
  }
}

const WEEKS_OF_20_YEARS = 1044

const between = (min: number, max: number) =>
  fc.double({ min: Math.log(min), max: Math.log(max), noNaN: true }).map(Math.exp)

const parametersOf = (min: number, max: number): fc.Arbitrary<PurchaseParameters> =>
  fc.record({
    r: between(min, max),
    alpha: between(10 * min, 10 * max),
    a: fc.oneof(
      between(min, max),
      fc.constantFrom(1, 2),
      fc.double({ min: 0.99999, max: 1.00001, noNaN: true }),
    ),
    b: between(min, max),
  })

const summaries: fc.Arbitrary<PurchaseSummary> = fc
  .record({
    repeats: fc.oneof(fc.nat(20), fc.nat(10_000)),
    ageWeeks: between(1 / 168, WEEKS_OF_20_YEARS),
    share: fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true })),
  })
  .map(({ repeats, ageWeeks, share }) => ({
    repeats,
    lastWeeks: repeats === 0 ? 0 : share * ageWeeks,
    ageWeeks,
  }))

const horizons = between(1 / 7, 104)

/** Relative, of what is not below `floor`: the oracle has no numbers below 1e-308. */
const distance = (x: number, y: number, floor = 1e-280): number =>
  Math.abs(x - y) / Math.max(Math.abs(x), Math.abs(y), floor)

describe('MBG/NBD agrees with its definition, integrated numerically', () => {
  test.each([
    [MBG_NBD_SEED, { repeats: 2, lastWeeks: 30.43, ageWeeks: 38.86 }, 39],
    [MBG_NBD_SEED, { repeats: 0, lastWeeks: 0, ageWeeks: 38.86 }, 39],
    [{ ...MBG_NBD_SEED, a: 1 }, { repeats: 9, lastWeeks: 1, ageWeeks: 3 }, 13],
  ] as const)('of %o for %o over %d weeks, to 1e-12', (parameters, summary, horizonWeeks) => {
    const exact = oracle(parameters, summary, horizonWeeks)
    expect(distance(probabilityAlive(parameters, summary), exact.alive)).toBeLessThan(1e-12)
    expect(distance(churnRisk(parameters, summary, horizonWeeks), exact.churnRisk)).toBeLessThan(
      1e-12,
    )
    expect(
      distance(expectedPurchases(parameters, summary, horizonWeeks), exact.purchases),
    ).toBeLessThan(1e-12)
    expect(distance(activityRatio(parameters, summary), exact.ratio)).toBeLessThan(1e-12)
    expect(distance(logLikelihood(parameters, summary), exact.logLikelihood)).toBeLessThan(1e-12)
  })

  test('for up to 10,000 purchases, from hours to 20 years, to 1e-10', () => {
    fc.assert(
      fc.property(parametersOf(0.1, 10), summaries, horizons, (parameters, summary, weeks) => {
        const exact = oracle(parameters, summary, weeks)
        const off = [
          distance(probabilityAlive(parameters, summary), exact.alive),
          distance(churnRisk(parameters, summary, weeks), exact.churnRisk),
          distance(expectedPurchases(parameters, summary, weeks), exact.purchases),
          distance(activityRatio(parameters, summary), exact.ratio),
          distance(logLikelihood(parameters, summary), exact.logLikelihood, 1),
        ]
        expect(Math.max(...off)).toBeLessThan(1e-10)
      }),
      { numRuns: 500 },
    )
  })
})

describe('whatever a fit may come to,', () => {
  const silences = fc.double({ min: 0, max: WEEKS_OF_20_YEARS, noNaN: true })
  const wide = parametersOf(1e-3, 1e3)

  test('chances are chances, and expectations are finite', () => {
    fc.assert(
      fc.property(wide, summaries, horizons, (parameters, summary, weeks) => {
        const chances = [
          probabilityAlive(parameters, summary),
          churnRisk(parameters, summary, weeks),
          activityRatio(parameters, summary),
        ]
        for (const chance of chances) {
          expect(chance).toBeGreaterThanOrEqual(0)
          expect(chance).toBeLessThanOrEqual(1)
        }
        const purchases = expectedPurchases(parameters, summary, weeks)
        expect(purchases).toBeGreaterThanOrEqual(0)
        // Nobody buys more than somebody who cannot leave.
        const { r, alpha } = parameters
        const odds = weeks / (alpha + summary.ageWeeks)
        expect(purchases).toBeLessThanOrEqual((r + summary.repeats) * odds * (1 + 1e-9))
        expect(logLikelihood(parameters, summary)).toBeLessThan(Number.POSITIVE_INFINITY)
        expect(logLikelihood(parameters, summary)).toBeGreaterThan(Number.NEGATIVE_INFINITY)
      }),
      { numRuns: 2_000 },
    )
  })

  test('silence makes nobody likelier to buy', () => {
    fc.assert(
      fc.property(wide, summaries, horizons, silences, (parameters, summary, weeks, silence) => {
        const later = { ...summary, ageWeeks: summary.ageWeeks + silence }
        const falls = (of: (at: PurchaseSummary) => number) =>
          expect(of(later)).toBeLessThanOrEqual(of(summary) * (1 + 1e-9))
        falls(at => probabilityAlive(parameters, at))
        falls(at => expectedPurchases(parameters, at, weeks))
        falls(at => activityRatio(parameters, at))
        expect(churnRisk(parameters, later, weeks)).toBeGreaterThanOrEqual(
          churnRisk(parameters, summary, weeks) - 1e-12,
        )
      }),
      { numRuns: 2_000 },
    )
  })

  test('a longer horizon holds no fewer purchases, and no more risk', () => {
    fc.assert(
      fc.property(wide, summaries, horizons, horizons, (parameters, summary, weeks, more) => {
        const [near, far] = [weeks, weeks + more]
        expect(expectedPurchases(parameters, summary, far) * (1 + 1e-9)).toBeGreaterThanOrEqual(
          expectedPurchases(parameters, summary, near),
        )
        expect(churnRisk(parameters, summary, far)).toBeLessThanOrEqual(
          churnRisk(parameters, summary, near) + 1e-12,
        )
      }),
      { numRuns: 2_000 },
    )
  })
})

test('who has just bought is as active as can be, and surely alive only up to b/(a + b)', () => {
  const summary = { repeats: 0, lastWeeks: 0, ageWeeks: 0 }
  const { a, b } = MBG_NBD_SEED
  expect(activityRatio(MBG_NBD_SEED, summary)).toBe(1)
  expect(probabilityAlive(MBG_NBD_SEED, summary)).toBeCloseTo(b / (a + b), 15)
  expect(churnRisk(MBG_NBD_SEED, summary, 0)).toBe(1)
  expect(expectedPurchases(MBG_NBD_SEED, summary, 0)).toBe(0)
})
