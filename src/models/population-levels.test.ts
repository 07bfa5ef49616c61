/** Levels and edges from cells, against what comes of all people one by one. */
import { beforeAll, describe, expect, test } from 'vitest'
import {
  type CountedBuyer,
  populationOf,
  simulatedBuyers,
} from '../testing/population-of-buyers.ts'
import { inOneGo } from './in-pieces.ts'
import { discountedPurchases, YEAR_OF_REVENUE } from './lifetime-value.ts'
import { type PopulationCells, populationCells } from './population-cells.ts'
import type { PopulationCut } from './population-cut.ts'
import { populationEdges } from './population-edges.ts'
import { type PopulationWorth, populationLevels } from './population-levels.ts'
import { populationAmounts } from './population-spend.ts'
import { orderValueOf } from './purchase-worth.ts'
import { addValue, emptySketch } from './quantile-sketch.ts'
import { rfmEdgesOf } from './rfm-quintiles.ts'
import { type ValueLevels, valueLevelsOf } from './value-bands.ts'

const RHYTHM = { r: 0.8, alpha: 12, a: 0.7, b: 2.5 }
const SPEND = { p: 4, q: 3, v: 2_000 }
const CUT_DAY = 15_000

/** Every tenth paid nothing in the end. */
const buyers: readonly CountedBuyer[] = simulatedBuyers({ rhythm: RHYTHM, spend: SPEND }, 20_000, {
  weeks: 100,
  cutDay: CUT_DAY,
  seed: 3,
}).map((buyer, at) => (at % 10 === 0 ? { ...buyer, meanMinor: 0 } : buyer))

const levelsOneByOne = ({ rhythm, spend }: PopulationWorth): ValueLevels | null => {
  const [worths, orderValues] = [emptySketch(), emptySketch()]
  for (const { cohortDay, repeats, lastDay, meanMinor } of buyers) {
    const summary = {
      repeats,
      lastWeeks: (lastDay - cohortDay) / 7,
      ageWeeks: (CUT_DAY - cohortDay - 0.5) / 7,
    }
    const value = orderValueOf(spend, repeats + 1, (repeats + 1) * meanMinor)
    addValue(orderValues, value)
    addValue(worths, value * discountedPurchases(rhythm, summary, YEAR_OF_REVENUE))
  }
  return valueLevelsOf(worths, orderValues)
}

const levelsFromCells = (cut: PopulationCut, worth: PopulationWorth): ValueLevels | null => {
  const cells = inOneGo(populationCells(cut))
  return inOneGo(populationLevels(cells, inOneGo(populationAmounts(cut)), worth))
}

describe('of 20,000 buyers, levels of value', () => {
  test.each<[string, PopulationWorth]>([
    ['drawn to what all spend', { rhythm: RHYTHM, spend: SPEND }],
    ['where each goes by their own mean', { rhythm: RHYTHM, spend: null }],
    ['where people hardly leave', { rhythm: { ...RHYTHM, a: 0.01 }, spend: SPEND }],
  ])('%s are those of all people one by one, to a bucket', (_, worth) => {
    const naive = levelsOneByOne(worth)!
    const found = levelsFromCells(populationOf(buyers, CUT_DAY), worth)!
    for (const level of ['highFrom', 'highUntil', 'medianFrom'] as const) {
      expect(Math.abs(found[level] - naive[level]), level).toBeLessThanOrEqual(1)
    }
    expect(found.highFrom).toBeGreaterThan(found.highUntil)
  })

  test('are none of fewer than a hundred', () => {
    const few = populationOf(buyers.slice(0, 99), CUT_DAY)
    expect(levelsFromCells(few, { rhythm: RHYTHM, spend: SPEND })).toBeNull()
    const enough = populationOf(buyers.slice(0, 100), CUT_DAY)
    expect(levelsFromCells(enough, { rhythm: RHYTHM, spend: SPEND })).not.toBeNull()
  })
})

describe('of 20,000 buyers, edges of fifths', () => {
  let cut: PopulationCut
  let cells: PopulationCells
  beforeAll(() => {
    cut = populationOf(buyers, CUT_DAY)
    cells = inOneGo(populationCells(cut))
  })

  test('are those of all people one by one', () => {
    const [recency, frequency, monetary] = [emptySketch(), emptySketch(), emptySketch()]
    for (const { lastDay, repeats, meanMinor } of buyers) {
      addValue(recency, CUT_DAY - lastDay - 0.5)
      addValue(frequency, repeats + 1)
      addValue(monetary, meanMinor)
    }
    const naive = rfmEdgesOf({ recency, frequency, monetary })
    expect(inOneGo(populationEdges(cut, cells))).toEqual(naive)
  })

  test('are none of fewer than a hundred', () => {
    const few = populationOf(buyers.slice(0, 99), CUT_DAY)
    expect(inOneGo(populationEdges(few, inOneGo(populationCells(few))))).toBeNull()
  })
})
