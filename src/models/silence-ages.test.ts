import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AGE_WEEKS_MAX } from './falling-to.ts'
import {
  activityRatio,
  churnRisk,
  expectedPurchases,
  MBG_NBD_SEED,
  type PurchaseSummary,
} from './mbg-nbd.ts'
import { ageAtChurnRisk, ageAtExpected, ageAtRatio } from './silence-ages.ts'

const parametersAny = fc.record({
  r: fc.double({ min: 0.1, max: 5, noNaN: true }),
  alpha: fc.double({ min: 0.5, max: 50, noNaN: true }),
  a: fc.double({ min: 0.1, max: 5, noNaN: true }),
  b: fc.double({ min: 0.1, max: 5, noNaN: true }),
})

const summaries: fc.Arbitrary<PurchaseSummary> = fc
  .tuple(
    fc.oneof(fc.nat(20), fc.nat(10_000)),
    fc.double({ min: 0, max: 1000, noNaN: true }),
    fc.double({ min: 0, max: 100, noNaN: true }),
  )
  .map(([repeats, last, silence]) => {
    const lastWeeks = repeats === 0 ? 0 : last
    return { repeats, lastWeeks, ageWeeks: lastWeeks + silence }
  })

/** A century by halves, down to what doubles can tell apart. */
const byHalves = (isThereYet: (ageWeeks: number) => boolean, fromWeeks: number): number => {
  if (!isThereYet(AGE_WEEKS_MAX)) return Number.POSITIVE_INFINITY
  let [before, after] = [fromWeeks, AGE_WEEKS_MAX]
  for (let step = 0; step < 60; step++) {
    const half = (before + after) / 2
    if (isThereYet(half)) after = half
    else before = half
  }
  return after
}

/** A millisecond, in weeks, and what rounding a value may move its age by. */
const NEAR_WEEKS = 4e-9

const expectThere = (
  age: number,
  isThereYet: (ageWeeks: number) => boolean,
  fromWeeks: number,
): void => {
  const exact = byHalves(isThereYet, fromWeeks)
  if (age === Number.POSITIVE_INFINITY) expect(exact).toBe(age)
  else {
    expect(isThereYet(age)).toBe(true)
    expect(Math.abs(age - exact)).toBeLessThan(NEAR_WEEKS)
  }
}

describe('the age to set a timer for is the first at which silence has done it:', () => {
  test('the activity ratio is down to a threshold', () => {
    const thresholds = fc.constantFrom(0.5, 0.2, 0.05)
    fc.assert(
      fc.property(parametersAny, summaries, thresholds, (parameters, summary, threshold) => {
        const isThereYet = (ageWeeks: number) =>
          activityRatio(parameters, { ...summary, ageWeeks }) <= threshold
        expectThere(ageAtRatio(parameters, summary, threshold), isThereYet, summary.lastWeeks)
      }),
      { numRuns: 1_000 },
    )
  })

  test('the risk has risen by a twentieth', () => {
    const horizons = fc.constantFrom(30 / 7, 90 / 7, 39)
    fc.assert(
      fc.property(parametersAny, summaries, horizons, (parameters, summary, weeks) => {
        const risk = churnRisk(parameters, summary, weeks) + 0.05
        const isThereYet = (ageWeeks: number) =>
          risk < 1 && churnRisk(parameters, { ...summary, ageWeeks }, weeks) >= risk
        expectThere(ageAtChurnRisk(parameters, summary, weeks, risk), isThereYet, summary.ageWeeks)
      }),
      { numRuns: 1_000 },
    )
  })

  test('the expected purchases are down by a fifth', () => {
    fc.assert(
      fc.property(parametersAny, summaries, (parameters, summary) => {
        const purchases = 0.8 * expectedPurchases(parameters, summary, 90 / 7)
        const isThereYet = (ageWeeks: number) =>
          purchases > 0 &&
          expectedPurchases(parameters, { ...summary, ageWeeks }, 90 / 7) <= purchases
        const age = ageAtExpected(parameters, summary, 90 / 7, purchases)
        expectThere(age, isThereYet, summary.ageWeeks)
      }),
      { numRuns: 300 },
    )
  })
})

test('what is so already is so at once', () => {
  const summary = { repeats: 1, lastWeeks: 10, ageWeeks: 50 }
  expect(ageAtRatio(MBG_NBD_SEED, summary, 1)).toBe(10)
  expect(ageAtChurnRisk(MBG_NBD_SEED, summary, 13, 0.1)).toBe(50)
  expect(ageAtExpected(MBG_NBD_SEED, summary, 13, 99)).toBe(50)
})

test('what happens in the limit alone never happens', () => {
  const summary = { repeats: 1000, lastWeeks: 10, ageWeeks: 50 }
  expect(ageAtRatio(MBG_NBD_SEED, summary, 0)).toBe(Number.POSITIVE_INFINITY)
  expect(ageAtChurnRisk(MBG_NBD_SEED, summary, 13, 1)).toBe(Number.POSITIVE_INFINITY)
  expect(ageAtExpected(MBG_NBD_SEED, summary, 13, 0)).toBe(Number.POSITIVE_INFINITY)
})

test.each([
  [0, 0, [37, 123, 411]],
  [3, 20, [80, 178, 336]],
  [10, 30, [63, 107, 162]],
  [40, 36, [30, 41, 55]],
])(
  'after %i repeats, the last in week %i, silence tells in %o days',
  (repeats, lastWeeks, days) => {
    // The parameters of all 23,570 customers of CDNOW, and the days known for them.
    const all = { r: 0.6371, alpha: 7.3103, a: 0.8075, b: 1.2284 }
    const summary = { repeats, lastWeeks, ageWeeks: lastWeeks }
    const daysTo = (threshold: number) => 7 * (ageAtRatio(all, summary, threshold) - lastWeeks)
    expect([0.5, 0.2, 0.05].map(daysTo).map(Math.round)).toEqual(days)
  },
)
