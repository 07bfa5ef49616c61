import { expect, test } from 'vitest'
import { Random } from '../testing/simulation/random.ts'
import { addOutcomes, BINS_PER_LOG_ODDS, noOutcomes, type OutcomeBins } from './outcome-bins.ts'
import { beliefAfter, FIRST_BELIEF, faded, type PlattBelief } from './platt-belief.ts'

const logistic = (x: number): number => 1 / (1 + Math.exp(-x))

const outcomesBy = (
  random: Random,
  people: number,
  { slope, level }: { readonly slope: number; readonly level: number },
): OutcomeBins => {
  const bins = noOutcomes()
  for (let person = 0; person < people; person++) {
    const logOdds = 6 * random.next() - 3
    addOutcomes(bins, logistic(logOdds), +random.chance(logistic(slope * logOdds + level)))
  }
  return bins
}

/** The log of the density, written out: what a mode is the highest point of. */
const heightOf = (bins: OutcomeBins, slope: number, level: number): number => {
  let height = -2 * (slope - 1) ** 2 - 0.5 * level ** 2
  for (let at = 0; at < bins.counts.length; at += 3) {
    const [bin, outcomes, happened] = bins.counts.slice(at, at + 3) as [number, number, number]
    const chance = logistic((slope * bin) / BINS_PER_LOG_ODDS + level)
    height += happened * Math.log(chance) + (outcomes - happened) * Math.log1p(-chance)
  }
  return height
}

test('a belief is at the mode of all that was seen, with the spread of the density there', () => {
  for (const seed of [1, 2, 3, 4]) {
    const wrong = { slope: 0.5 + 0.4 * seed, level: seed - 2 }
    const bins = outcomesBy(new Random(seed), 40 * seed ** 3, wrong)
    const { slope, level, slopePrecision, crossPrecision, levelPrecision } = beliefAfter(
      FIRST_BELIEF,
      bins,
      1,
    )
    const top = heightOf(bins, slope, level)
    const falls = (a: number, b: number) =>
      (2 * top - heightOf(bins, slope + a, level + b) - heightOf(bins, slope - a, level - b)) / 1e-6
    expect(falls(1e-3, 0)).toBeCloseTo(slopePrecision, 1)
    expect(falls(0, 1e-3)).toBeCloseTo(levelPrecision, 1)
    expect(falls(1e-3, 1e-3)).toBeCloseTo(slopePrecision + 2 * crossPrecision + levelPrecision, 1)
    for (const [a, b] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ] as const) {
      expect(heightOf(bins, slope + a * 1e-4, level + b * 1e-4)).toBeLessThan(top)
    }
  }
})

test('a belief learnt from day to day is near the one learnt from all days at once', () => {
  const random = new Random(7)
  const all = noOutcomes()
  let daily: PlattBelief = FIRST_BELIEF
  for (let day = 0; day < 100; day++) {
    const bins = outcomesBy(random, 20, { slope: 1.5, level: 0.5 })
    daily = beliefAfter(daily, bins, 1)
    for (let at = 0; at < bins.counts.length; at += 3) {
      addOutcomes(
        all,
        logistic(bins.counts[at]! / BINS_PER_LOG_ODDS),
        bins.counts[at + 2]!,
        bins.counts[at + 1]!,
      )
    }
  }
  const once = beliefAfter(FIRST_BELIEF, all, 1)
  // A day of twenty outcomes is far from normal; the standard deviations here are .09 and .08.
  expect(Math.abs(daily.slope - once.slope)).toBeLessThan(0.08)
  expect(Math.abs(daily.level - once.level)).toBeLessThan(0.08)
})

test('a belief that is forgotten goes back to the first one, and not to knowing nothing', () => {
  const learnt = beliefAfter(
    FIRST_BELIEF,
    outcomesBy(new Random(5), 900, { slope: 2, level: 1 }),
    1,
  )
  expect(faded(learnt, 1).slope).toBeCloseTo(learnt.slope, 12)
  expect(faded(learnt, 0)).toEqual(FIRST_BELIEF)
  const half = faded(learnt, 0.5)
  expect(half.slopePrecision).toBeCloseTo((learnt.slopePrecision + 4) / 2, 9)
  expect(half.slope).toBeGreaterThan(1)
  expect(half.slope).toBeLessThan(learnt.slope)
  const twice = faded(half, 0.5)
  const once = faded(learnt, 0.25)
  expect([twice.slope, twice.level]).toEqual([
    expect.closeTo(once.slope, 12),
    expect.closeTo(once.level, 12),
  ])
})
