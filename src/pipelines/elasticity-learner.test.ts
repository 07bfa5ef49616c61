import { describe, expect, test } from 'vitest'
import { days, hours, minutes } from '../engine/time.ts'
import type { ElasticityPopulation, ModelParameters } from '../events.ts'
import { elasticityParametersIn } from '../models/elasticity-category-parameters.ts'
import { inOneGo } from '../models/in-pieces.ts'
import { populationRecordOf } from '../testing/price-records.ts'
import { elasticityLearner } from './elasticity-learner.ts'

const CUT_DAY = 20_780

/** Articles around −2.4 that experiments tell with a precision of 4. */
const cutOf = (articles: number, fields: Partial<ElasticityPopulation> = {}) => {
  const of = (number: (at: number) => number) =>
    Array.from({ length: articles }, (_, at) => number(at))
  const { record } = populationRecordOf(days(CUT_DAY) + minutes(15), 'r', {
    category: 'coffee',
    sku: Array.from({ length: articles }, (_, at) => `a${1_000 + at}`),
    market: of(() => 0).map(() => 'UK'),
    deviationMean: of(at => -2.4 + 0.4 * Math.sin(at)),
    deviationVariance: of(() => 1 / 4.25),
    priceMean: of(() => -1.5),
    priceVariance: of(() => 4),
    covariance: of(() => 0),
    excess: of(() => 20),
    weight: of(() => 100),
    experimentChanges: of(() => 30),
    priceChanges: of(() => 30),
    ...fields,
  })
  return record as unknown as ElasticityPopulation
}

const learn = (cut: ElasticityPopulation) => inOneGo(elasticityLearner.learn(cut))
const published = (cut: ElasticityPopulation): ModelParameters => {
  const learned = learn(cut)
  if ('refused' in learned) throw new Error(learned.refused)
  return learned.publish as ModelParameters
}

describe('a version', () => {
  test('has the number of the day of its cut, is of the time of the cut, and holds from one o’clock on', () => {
    const { parameters: _, ...version } = published(cutOf(40, { inUseVersion: 6 }))
    expect(version).toEqual({
      modelId: 'elasticities/coffee',
      version: CUT_DAY,
      occurredAt: days(CUT_DAY) + minutes(15),
      effectiveAt: days(CUT_DAY) + hours(1),
      trainedThrough: days(CUT_DAY),
    })
  })

  test('has what the cut tells, and nothing of what it does not tell', () => {
    const { parameters } = published(cutOf(40))
    const { experiment, scatter, ...rest } = elasticityParametersIn(parameters)
    expect(Math.abs(experiment!.mean + 2.5)).toBeLessThan(0.2)
    expect(experiment!.pairs).toBe(40)
    expect(scatter).toBeCloseTo(0.2, 12)
    expect(rest).toEqual({ observational: null, gate: null, weekdays: null })
  })

  test('follows from the cut alone, and is published also where it is far from what is in use', () => {
    const inUse = { ...published(cutOf(40)).parameters, experimentMean: -9 }
    expect(published(cutOf(40, { inUse, inUseVersion: 7 })).parameters).toEqual(
      published(cutOf(40)).parameters,
    )
  })

  test('of the articles without a category is told by its model', () => {
    expect(published(cutOf(40, { category: null, modelId: 'elasticities/' })).modelId).toBe(
      'elasticities/',
    )
  })

  test('is found in pieces', () => {
    const pieces = elasticityLearner.learn(cutOf(40))
    let breaks = 0
    while (!pieces.next().done) breaks++
    expect(breaks).toBeGreaterThan(3)
  })
})

describe('a refusal', () => {
  test('of a few articles says that they tell too little', () => {
    const tooLittle =
      'All articles together tell less than five of which something is known: the hyperprior holds.'
    expect(learn(cutOf(4))).toEqual({
      refused:
        'elasticities/coffee: nothing is published after the cut of 2026-11-23. ' +
        `Prices drawn by chance: ${tooLittle} Prices that somebody set: ${tooLittle}`,
    })
    expect(learn(cutOf(4, { inUseVersion: 3 }))).toMatchObject({
      refused: expect.stringContaining('version 3 stays in use'),
    })
  })

  test('of what does not come to a number says so', () => {
    const broken = cutOf(40)
    const deviationMean = [1e200, ...broken.deviationMean.slice(1)]
    expect(learn({ ...broken, deviationMean })).toMatchObject({
      refused: expect.stringContaining('given up before it came to rest'),
    })
    const still = learn({ ...cutOf(40), excess: [Number.NaN, ...broken.excess.slice(1)] })
    expect(still).toHaveProperty('publish')
  })

  test('of a gate that is no number names it', () => {
    const cut = cutOf(40, { priceVariance: Array(40).fill(0.3) })
    const priceMean = [5e307, 5e307, ...cut.priceMean.slice(2)]
    expect(learn({ ...cut, priceMean })).toMatchObject({
      refused: expect.stringContaining('hausman came out as no number.'),
    })
  })

  test('of what is no cut says what is wrong with it, and ends nothing', () => {
    expect(learn(cutOf(40, { excess: [] }))).toMatchObject({
      refused: expect.stringContaining('not of one length'),
    })
  })
})
