import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Random } from '../testing/simulation/random.ts'
import { addOutcomes, noOutcomes, type OutcomeBins } from './outcome-bins.ts'
import {
  type Calibration,
  calibrated,
  calibrationAfter,
  IDENTITY,
  LEVEL_BOUNDS,
  NO_CALIBRATION,
  type Platt,
  plattOf,
  SLOPE_BOUNDS,
  uncalibrated,
} from './platt-calibration.ts'

const DAY = 86_400_000
const logistic = (x: number): number => 1 / (1 + Math.exp(-x))
const logit = (p: number): number => Math.log(p / (1 - p))
const truth = (p: number, { slope, level }: Platt): number => logistic(slope * logit(p) + level)

/** Forecasts of an active shop: most people are likely to stay away. */
const forecastBy = (random: Random): number => logistic(3 * (random.next() + random.next()) - 1.5)

const outcomesBy = (random: Random, people: number, wrong: Platt): OutcomeBins => {
  const bins = noOutcomes()
  for (let person = 0; person < people; person++) {
    const forecast = forecastBy(random)
    addOutcomes(bins, forecast, +random.chance(truth(forecast, wrong)))
  }
  return bins
}

/** What is learnt in so many days of 100 outcomes each, where forecasts are wrong in this way. */
const learntIn = (
  days: number,
  wrong: Platt,
  random: Random,
  { from = NO_CALIBRATION, day = 0 }: { from?: Calibration; day?: number } = {},
): Calibration => {
  let calibration = from
  for (let at = day; at < day + days; at++) {
    calibration = calibrationAfter(calibration, outcomesBy(random, 100, wrong), at * DAY)
  }
  return calibration
}

/** How far probabilities are from the truth at the middle and at both ends of what is forecast. */
const errorOf = (platt: Platt, wrong: Platt): number =>
  Math.max(
    ...[0.2, 0.5, 0.8, 0.95, 0.98].map(p => Math.abs(calibrated(platt, p) - truth(p, wrong))),
  )

describe('a calibration', () => {
  test.each<Platt>([
    { slope: 1, level: 0.8 },
    { slope: 1, level: -0.8 },
    { slope: 0.6, level: 0.2 },
    { slope: 1.5, level: -0.7 },
  ])('learns from 18,000 outcomes in what way forecasts are wrong: %o', wrong => {
    const errors = [1, 2, 3].map(seed => {
      const platt = plattOf(learntIn(180, wrong, new Random(seed)), 180 * DAY)
      expect(Math.abs(platt.slope - wrong.slope)).toBeLessThan(0.1)
      expect(Math.abs(platt.level - wrong.level)).toBeLessThan(0.15)
      return errorOf(platt, wrong)
    })
    expect(errorOf(IDENTITY, wrong)).toBeGreaterThan(0.09)
    expect(Math.max(...errors)).toBeLessThan(0.025)
  })

  test('leaves forecasts alone that are right', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const platt = plattOf(learntIn(180, IDENTITY, new Random(seed)), 180 * DAY)
      expect(platt).not.toEqual(IDENTITY)
      expect(errorOf(platt, IDENTITY)).toBeLessThan(0.02)
    }
  })

  test('follows a change, of which a third of the old is left after ninety days', () => {
    const [before, after] = [
      { slope: 1, level: 1 },
      { slope: 1, level: -1 },
    ]
    const random = new Random(9)
    let calibration = learntIn(360, before, random)
    const levels = [30, 60, 90, 180].map(days => {
      calibration = learntIn(days, after, random, {
        from: calibration,
        day: calibration.asOf! / DAY,
      })
      return plattOf(calibration, calibration.asOf!).level
    })
    expect(levels).toEqual(levels.toSorted((a, b) => b - a))
    expect(levels[0]).toBeGreaterThan(0)
    expect(levels[1]).toBeLessThan(0)
    expect(Math.abs(levels[3]! + 1)).toBeLessThan(0.15)
  })

  test('is forgotten where no outcome comes any more', () => {
    const calibration = learntIn(180, { slope: 1, level: 1 }, new Random(3))
    const levelAfter = (days: number) => plattOf(calibration, (180 + days) * DAY).level
    expect(levelAfter(0)).toBeGreaterThan(0.8)
    // Its outcomes count less, but nothing speaks against them.
    expect(levelAfter(90)).toBeGreaterThan(0.7)
    expect(plattOf(calibration, (180 + 365) * DAY)).toEqual(IDENTITY)
  })

  test('changes nothing below 400 outcomes, or 40 of the rarer kind', () => {
    const learntFrom = (outcomes: number, happened: number): Platt => {
      const bins = noOutcomes()
      addOutcomes(bins, 0.5, happened, outcomes)
      return plattOf(calibrationAfter(NO_CALIBRATION, bins, 0), 0)
    }
    expect(learntFrom(399, 100)).toEqual(IDENTITY)
    expect(learntFrom(400, 100)).not.toEqual(IDENTITY)
    expect(learntFrom(400, 39)).toEqual(IDENTITY)
    expect(learntFrom(400, 40)).not.toEqual(IDENTITY)
    expect(learntFrom(400, 361)).toEqual(IDENTITY)
    expect(plattOf(NO_CALIBRATION, 0)).toEqual(IDENTITY)
  })

  test('stays within its bounds, whatever is said to have happened', () => {
    const counts = fc.record({
      probability: fc.double({ min: 0, max: 1, noNaN: true }),
      outcomes: fc.integer({ min: 0, max: 1_000_000 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      day: fc.nat(2_000),
    })
    fc.assert(
      fc.property(fc.array(counts, { maxLength: 12 }), batches => {
        let calibration = NO_CALIBRATION
        for (const { probability, outcomes, share, day } of batches) {
          const bins = noOutcomes()
          addOutcomes(bins, probability, Math.round(outcomes * share), outcomes)
          calibration = calibrationAfter(calibration, bins, day * DAY)
          const { slope, level } = plattOf(calibration, day * DAY)
          expect(slope).toBeGreaterThanOrEqual(SLOPE_BOUNDS.min)
          expect(slope).toBeLessThanOrEqual(SLOPE_BOUNDS.max)
          expect(Math.abs(level)).toBeLessThanOrEqual(LEVEL_BOUNDS.max)
        }
      }),
    )
  })

  test('counts an outcome that is told late by its age', () => {
    const [early, late] = [outcomesBy(new Random(1), 500, IDENTITY), noOutcomes()]
    addOutcomes(late, 0.5, 100, 1_000)
    const inOrder = calibrationAfter(calibrationAfter(NO_CALIBRATION, late, 0), early, 60 * DAY)
    const swapped = calibrationAfter(calibrationAfter(NO_CALIBRATION, early, 60 * DAY), late, 0)
    expect(swapped.asOf).toBe(60 * DAY)
    expect(swapped.missed).toBeCloseTo(inOrder.missed, 9)
    expect(swapped.belief.level).toBeCloseTo(inOrder.belief.level, 1)
  })
})

const probabilities = fc.double({ min: 0, max: 1, noNaN: true })
const platts = fc.record({
  slope: fc.double({ ...SLOPE_BOUNDS, noNaN: true }),
  level: fc.double({ ...LEVEL_BOUNDS, noNaN: true }),
})

test('a probability set right keeps its rank, and the identity keeps its digits', () => {
  fc.assert(
    fc.property(platts, probabilities, probabilities, (platt, one, other) => {
      const [less, more] = [Math.min(one, other), Math.max(one, other)]
      expect(calibrated(platt, less)).toBeLessThanOrEqual(calibrated(platt, more))
      expect(calibrated(platt, one)).toBeGreaterThanOrEqual(0)
      expect(calibrated(platt, one)).toBeLessThanOrEqual(1)
      expect(calibrated(IDENTITY, one)).toBe(one)
    }),
  )
  expect(() => calibrated(IDENTITY, 1.5)).toThrow(/from 0 to 1/)
})

test('the way back ends where a probability is set right to at least what was asked for', () => {
  fc.assert(
    fc.property(platts, probabilities, (platt, wanted) => {
      const own = uncalibrated(platt, wanted)
      expect(uncalibrated(IDENTITY, wanted)).toBe(wanted)
      // From a certainty on, nothing is likelier; below one in a million, all are set right alike.
      if (own < 1) expect(calibrated(platt, own)).toBeGreaterThan(wanted - 1e-10)
      if (own > 0) expect(calibrated(platt, own * (1 - 1e-9))).toBeLessThan(wanted + 1e-10)
    }),
    { numRuns: 1_000 },
  )
  expect(uncalibrated({ slope: 0.25, level: -3 }, 0.9)).toBe(1)
  expect(uncalibrated({ slope: 4, level: 3 }, 1.04)).toBe(1.04)
})
