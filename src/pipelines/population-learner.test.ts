import { describe, expect, test } from 'vitest'
import { days, hours, minutes } from '../engine/time.ts'
import type { ModelParameters, PurchasePopulation } from '../events.ts'
import { inOneGo } from '../models/in-pieces.ts'
import { ownRhythmIn, populationParametersIn, rhythmIn } from '../models/population-parameters.ts'
import { populationOf, simulatedBuyers } from '../testing/population-of-buyers.ts'
import { learners } from './index.ts'
import { populationLearner } from './population-learner.ts'

const CUT_DAY = 15_000
const TRUTH = {
  rhythm: { r: 1.2, alpha: 40, a: 0.4, b: 3 },
  spend: { p: 4, q: 3, v: 2_000 },
}
const buyers = simulatedBuyers(TRUTH, 5_000, { weeks: 150, cutDay: CUT_DAY, seed: 1 })

/** The record of a cut of so many of them. */
const cutOf = (people: number, change: Partial<PurchasePopulation> = {}): PurchasePopulation => ({
  resultId: 'r1',
  occurredAt: days(CUT_DAY) + minutes(75),
  causeEventId: null,
  modelVersion: 'test',
  reasons: [],
  modelId: 'purchases/UK',
  market: 'UK',
  inUseVersion: 0,
  ...populationOf(buyers.slice(0, people), CUT_DAY),
  ...change,
})

const learn = (cut: PurchasePopulation) => inOneGo(populationLearner.learn(cut))
const published = (cut: PurchasePopulation): ModelParameters => {
  const learned = learn(cut)
  if ('refused' in learned) throw new Error(learned.refused)
  return learned.publish as ModelParameters
}

test('it is one of the learners of the house', () => {
  expect(learners).toContain(populationLearner)
})

describe('a version', () => {
  test('has the number of the day of its cut, is of the time of the cut, and holds 45 minutes later', () => {
    const { parameters: _, ...version } = published(cutOf(1_000, { inUseVersion: 6 }))
    expect(version).toEqual({
      modelId: 'purchases/UK',
      version: CUT_DAY,
      occurredAt: days(CUT_DAY) + minutes(75),
      effectiveAt: days(CUT_DAY) + hours(2),
      trainedThrough: days(CUT_DAY),
    })
  })

  test('of each cut has its own number, also where no answer is in effect yet', () => {
    const next = { cutAt: days(CUT_DAY + 1), inUseVersion: 0 }
    expect(published(cutOf(1_000)).version).toBe(CUT_DAY)
    expect(published(cutOf(1_000, next)).version).toBe(CUT_DAY + 1)
  })

  test('of a large market has all that the cut tells of', () => {
    const { parameters } = published(cutOf(5_000))
    expect(populationParametersIn(parameters)).toMatchObject({
      rhythm: { r: expect.any(Number) },
      spend: { p: expect.any(Number) },
      levels: { highFrom: expect.any(Number) },
      edges: { recency: expect.any(Array) },
      platt: [null, null],
      dealPrior: null,
    })
  })

  test('of a small market has the rhythms of all that its cut carried, as those of all', () => {
    const ofAll = { ...TRUTH.rhythm, versionOfAll: CUT_DAY, slope30: 0.9, shift30: 0.1 }
    const { parameters } = published(cutOf(4_999, { inUse: { ...ofAll, p: 6, q: 4, v: 900 } }))
    expect(parameters).toMatchObject({ ...ofAll, highFrom: expect.any(Number) })
    expect(ownRhythmIn(parameters)).toBeNull()
  })

  test('of a small market whose cut is older, and names no version of all, leaves the rhythms out', () => {
    const { parameters } = published(cutOf(4_999, { inUse: { ...TRUTH.rhythm } }))
    expect(rhythmIn(parameters)).toBeNull()
    expect(Object.keys(parameters)).not.toContain('alpha')
  })

  test('of all markets, and of the market without a name, is told by its model alone', () => {
    const ofAll = published(cutOf(1_000, { modelId: 'purchases', market: null }))
    expect(Object.keys(ofAll.parameters)).toEqual(['r', 'alpha', 'a', 'b'])
    const unnamed = published(cutOf(1_000, { modelId: 'purchases/', market: null }))
    expect(unnamed.modelId).toBe('purchases/')
    expect(Object.keys(unnamed.parameters)).toContain('highFrom')
  })

  test('keeps a group that cannot be fitted as it is in use', () => {
    const inUse = { p: 6, q: 4, v: 1_000, highFrom: 1, highUntil: 1, medianFrom: 1 }
    const once = buyers.filter(({ repeats }) => repeats === 0)
    const { parameters } = published({
      ...cutOf(1),
      ...populationOf(once, CUT_DAY, inUse),
    })
    expect(parameters).toMatchObject({ p: 6, q: 4, v: 1_000 })
    expect(parameters.highFrom).toBeGreaterThan(100)
  })
})

describe('a refusal', () => {
  test('of a small market says why of each', () => {
    expect(learn(cutOf(80, { inUseVersion: 3 }))).toEqual({
      refused:
        'purchases/UK: version 3 stays in use after the cut of 2011-01-26. ' +
        'How often people buy: Fewer than 5000 buyers (4000 where the market has rhythms of its ' +
        'own), or hardly any who came back: the rhythms of all markets hold. ' +
        'What they spend: Fewer than 100 buyers who came back: too few to tell how their amounts ' +
        'differ.',
    })
  })

  test('of all markets says that there are too few', () => {
    expect(learn(cutOf(499, { modelId: 'purchases', market: null }))).toEqual({
      refused:
        'purchases: nothing is published after the cut of 2011-01-26. ' +
        'How often people buy: Fewer than 500 customers to fit a population on.',
    })
  })

  test('of what is no population says what is wrong with it, and ends nothing', () => {
    expect(learn(cutOf(1_000, { repeats: [] }))).toMatchObject({
      refused: expect.stringContaining('not of one length'),
    })
  })
})
