import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  categoryLevelIn,
  type ElasticityParameters,
  elasticityParametersIn,
  NO_PARAMETERS,
  publishedOf,
} from './elasticity-category-parameters.ts'

const level = { mean: -2.1, variance: 0.01, skuVariance: 0.25, marketVariance: 0.0625, pairs: 183 }
const WHOLE: ElasticityParameters = {
  experiment: level,
  observational: { ...level, mean: -1.2, marketVariance: 0 },
  gate: { statistic: -1.5, gapSd: 0.2, pairs: 40 },
  scatter: 0.25,
  weekdays: [1.4, 0.8, 0.8, 0.9, 0.9, 1, 1.2],
}

describe('groups of parameters', () => {
  test('come back as they were published, whichever of them there are', () => {
    const some = fc
      .tuple(...Array.from({ length: 5 }, () => fc.boolean()))
      .map(([experiment, observational, gate, scatter, weekdays]) => ({
        experiment: experiment ? WHOLE.experiment : null,
        observational: observational ? WHOLE.observational : null,
        gate: gate ? WHOLE.gate : null,
        scatter: scatter ? WHOLE.scatter : null,
        weekdays: weekdays ? WHOLE.weekdays : null,
      }))
    fc.assert(
      fc.property(some, groups => {
        expect(elasticityParametersIn(publishedOf(groups))).toEqual(groups)
      }),
    )
  })

  test('have names that are not to change', () => {
    expect(Object.keys(publishedOf(WHOLE)).join(' ')).toBe(
      'experimentMean experimentVariance experimentSkuSpread experimentMarketSpread ' +
        'experimentPairs observationalMean observationalVariance observationalSkuSpread ' +
        'observationalMarketSpread observationalPairs hausman hausmanSd hausmanPairs scatter ' +
        'weekday0 weekday1 weekday2 weekday3 weekday4 weekday5 weekday6',
    )
  })

  test('are all absent from an empty map', () => {
    expect(elasticityParametersIn({})).toEqual(NO_PARAMETERS)
  })

  test('that miss one number are absent, and no other group is', () => {
    const published = publishedOf(WHOLE)
    const needed = Object.keys(published).filter(name => !/^(exp|obs).*Pairs$/.test(name))
    for (const name of needed) {
      const { [name]: _, ...rest } = published
      const absent = Object.values(elasticityParametersIn(rest)).filter(group => group === null)
      expect(absent, name).toHaveLength(1)
    }
  })

  test('that the formulas cannot take are absent', () => {
    const published = publishedOf(WHOLE)
    for (const [name, value] of [
      ['experimentMean', Number.NaN],
      ['experimentMean', -51],
      ['experimentVariance', -1e-9],
      ['experimentVariance', Infinity],
      ['experimentSkuSpread', 0],
      ['experimentMarketSpread', -0.1],
      ['experimentMarketSpread', 11],
      ['hausman', Number.NaN],
      ['hausmanSd', Number.NaN],
      ['hausmanSd', -1],
      ['scatter', 0],
      ['scatter', 3.1],
      ['weekday3', 0],
      ['weekday3', 7.1],
    ] as const) {
      const groups = elasticityParametersIn({ ...published, [name]: value })
      const absent = Object.values(groups).filter(group => group === null)
      expect(absent, `${name} ${value}`).toHaveLength(1)
    }
  })
})

test('who publishes a mean by hand need not say who told it', () => {
  const byHand = {
    experimentMean: -2,
    experimentVariance: 0.1,
    experimentSkuSpread: 0.5,
    experimentMarketSpread: 0,
  }
  expect(categoryLevelIn(byHand, 'experiment')).toEqual({
    mean: -2,
    variance: 0.1,
    skuVariance: 0.25,
    marketVariance: 0,
    pairs: 0,
  })
  expect(categoryLevelIn(byHand, 'observational')).toBeNull()
})
