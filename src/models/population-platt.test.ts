import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Random } from '../testing/simulation/random.ts'
import { MBG_NBD_SEED } from './mbg-nbd.ts'
import { addOutcomes, noOutcomes } from './outcome-bins.ts'
import { calibrated, OUTCOMES_MIN, RARER_OUTCOMES_MIN } from './platt-calibration.ts'
import type { PopulationCut } from './population-cut.ts'
import { populationPlatt } from './population-platt.ts'

const NOBODY: PopulationCut = {
  cutAt: 0,
  cohortDay: [],
  lastDay: [],
  repeats: [],
  buyers: [],
  spendRepeats: [],
  spendBucket: [],
  spendBuyers: [],
  deals: [],
  outcomeHorizonDays: [],
  outcomeBin: [],
  outcomes: [],
  happened: [],
  inUse: {},
  hasOwnRhythms: false,
}

/** A forecast of a chance, and what came of it: as columns of a cut. */
const cutWith = (
  horizonDays: number,
  forecasts: readonly (readonly [chance: number, happened: boolean])[],
): PopulationCut => {
  const bins = noOutcomes()
  for (const [chance, happened] of forecasts) addOutcomes(bins, chance, Number(happened))
  const triples = bins.counts.length / 3
  const column = (of: number) =>
    Array.from({ length: triples }, (_, at) => bins.counts[3 * at + of]!)
  return {
    ...NOBODY,
    outcomeHorizonDays: Array.from({ length: triples }, () => horizonDays),
    outcomeBin: column(0),
    outcomes: column(1),
    happened: column(2),
  }
}

const TRUE_PLATT = { slope: 0.7, level: 0.5 }
const forecastsOf = (count: number, seed: number) => {
  const random = new Random(seed)
  return Array.from({ length: count }, () => {
    const chance = 0.02 + 0.96 * random.next()
    return [chance, random.chance(calibrated(TRUE_PLATT, chance))] as const
  })
}

test('of 20,000 forecasts that are off in one way, the way is found; of no others, nothing', () => {
  const [month, quarter] = populationPlatt(cutWith(90, forecastsOf(20_000, 1)), null)
  expect(month).toBeNull()
  expect(Math.abs(quarter!.slope - TRUE_PLATT.slope)).toBeLessThan(0.05)
  expect(Math.abs(quarter!.level - TRUE_PLATT.level)).toBeLessThan(0.05)
})

test('errors of rhythms by which risks are others are not set right in the next ones', () => {
  const cut = cutWith(90, forecastsOf(2_000, 1))
  const after = (a: number) => populationPlatt(cut, { ...MBG_NBD_SEED, a })[1]
  expect(after(1.1 * MBG_NBD_SEED.a)).not.toBeNull()
  expect(after(1.3 * MBG_NBD_SEED.a)).toBeNull()
  expect(after(MBG_NBD_SEED.a / 1.3)).toBeNull()
})

test('few outcomes move forecasts a little, and fewer than 400 not at all', () => {
  const forecasts = forecastsOf(OUTCOMES_MIN, 2)
  const [few] = populationPlatt(cutWith(30, forecasts), null)
  expect(few!.slope).toBeGreaterThan(TRUE_PLATT.slope - 0.2)
  expect(few!.slope).toBeLessThan(1.2)
  expect(populationPlatt(cutWith(30, forecasts.slice(1)), null)).toEqual([null, null])
})

test('where nearly all forecasts ended alike, nothing is known of the others', () => {
  const alike = (others: number) =>
    populationPlatt(
      cutWith(
        30,
        Array.from({ length: 2_000 }, (_, at) => [0.9, at >= others] as const),
      ),
      null,
    )[0]
  expect(alike(RARER_OUTCOMES_MIN - 1)).toBeNull()
  expect(alike(RARER_OUTCOMES_MIN)).not.toBeNull()
})

test('bins in any order give the same bits', () => {
  const cut = cutWith(30, forecastsOf(2_000, 3))
  // Old outcomes count less, so that counts are no whole numbers.
  const faded = {
    ...cut,
    outcomes: cut.outcomes.map(count => 0.7 * count),
    happened: cut.happened.map(count => 0.7 * count),
  }
  const known = populationPlatt(faded, null)
  const orders = fc.shuffledSubarray([...cut.outcomeBin.keys()], {
    minLength: cut.outcomeBin.length,
  })
  fc.assert(
    fc.property(orders, order => {
      const shuffled = {
        ...faded,
        outcomeBin: order.map(at => faded.outcomeBin[at]!),
        outcomes: order.map(at => faded.outcomes[at]!),
        happened: order.map(at => faded.happened[at]!),
      }
      expect(populationPlatt(shuffled, null)).toEqual(known)
    }),
  )
})
