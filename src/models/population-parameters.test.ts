import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  dealPriorIn,
  levelsIn,
  ownRhythmIn,
  type PopulationParameters,
  plattIn,
  populationParametersIn,
  publishedOf,
  rhythmIn,
  spendIn,
  versionOfAllIn,
} from './population-parameters.ts'
import { RFM_PERCENTILES } from './rfm-quintiles.ts'

const edges = RFM_PERCENTILES.map((_, at) => 10 * at)
const WHOLE: PopulationParameters = {
  rhythm: { r: 0.5, alpha: 6, a: 0.9, b: 1.6 },
  versionOfAll: 20_700,
  spend: { p: 6, q: 3.7, v: 1_500 },
  spendCorrelation: 0.35,
  levels: { highFrom: 300, highUntil: 280, medianFrom: 200 },
  edges: { recency: edges, frequency: edges, monetary: edges },
  platt: [
    { slope: 0.9, level: -0.1 },
    { slope: 1.1, level: 0.2 },
  ],
  dealPrior: { lift: 0.3, strength: 12 },
}
const NONE: PopulationParameters = {
  rhythm: null,
  versionOfAll: null,
  spend: null,
  spendCorrelation: null,
  levels: null,
  edges: null,
  platt: [null, null],
  dealPrior: null,
}

describe('groups of parameters', () => {
  test('come back as they were published, whichever of them there are', () => {
    const some = fc
      .tuple(...Array.from({ length: 9 }, () => fc.boolean()))
      .map(([rhythm, spend, levels, ranks, platt30, platt90, deals, correlated, taken]) => ({
        rhythm: rhythm ? WHOLE.rhythm : null,
        versionOfAll: taken ? WHOLE.versionOfAll : null,
        spend: spend ? WHOLE.spend : null,
        spendCorrelation: correlated ? WHOLE.spendCorrelation : null,
        levels: levels ? WHOLE.levels : null,
        edges: ranks ? WHOLE.edges : null,
        platt: [platt30 ? WHOLE.platt[0]! : null, platt90 ? WHOLE.platt[1]! : null],
        dealPrior: deals ? WHOLE.dealPrior : null,
      }))
    fc.assert(
      fc.property(some, groups => {
        expect(populationParametersIn(publishedOf(groups))).toEqual(groups)
      }),
    )
  })

  test('have the names that decision 0030 gives them', () => {
    const names = Object.keys(publishedOf(WHOLE)).filter(name => !/^(rec|freq|mon)/.test(name))
    expect(names.join(' ')).toBe(
      'r alpha a b versionOfAll p q v spendCorrelation highFrom highUntil medianFrom ' +
        'slope30 shift30 slope90 shift90 lift strength',
    )
  })

  test('are all absent from an empty map', () => {
    expect(populationParametersIn({})).toEqual(NONE)
  })

  test('that miss one number are absent, and no other group is', () => {
    const published = publishedOf(WHOLE)
    for (const name of Object.keys(published)) {
      const { [name]: _, ...rest } = published
      const groups = populationParametersIn(rest)
      const { platt, ...others } = groups
      const absent = [...Object.values(others), ...platt].filter(group => group === null)
      expect(absent, name).toHaveLength(1)
    }
  })
})

test.each<[string, unknown]>([
  ['r of 0', rhythmIn({ ...WHOLE.rhythm, r: 0 })],
  ['alpha that is no number', rhythmIn({ ...WHOLE.rhythm, alpha: Number.NaN })],
  ['b beyond all bounds', rhythmIn({ ...WHOLE.rhythm, b: Number.POSITIVE_INFINITY })],
  ['half a version', versionOfAllIn({ versionOfAll: 20_700.5 })],
  ['a version below 0', versionOfAllIn({ versionOfAll: -1 })],
  ['rhythms of all', ownRhythmIn({ ...WHOLE.rhythm, versionOfAll: 0 })],
  ['q of 1', spendIn({ ...WHOLE.spend, q: 1 })],
  ['v below 0', spendIn({ ...WHOLE.spend, v: -1 })],
  ['half a bucket', levelsIn({ ...WHOLE.levels, medianFrom: 0.5 })],
  ['a level left above where it begins', levelsIn({ ...WHOLE.levels, highUntil: 301 })],
  ['a slope that turns forecasts round', plattIn({ slope30: -1, shift30: 0 }, 30)],
  ['a shift of four units', plattIn({ slope30: 1, shift30: 4 }, 30)],
  ['a slope that is no number', plattIn({ slope30: Number.NaN, shift30: 0 }, 30)],
  ['a strength of 0', dealPriorIn({ lift: 0, strength: 0 })],
  ['a lift that is no number', dealPriorIn({ lift: Number.NaN, strength: 10 })],
])('a group with %s is absent', (_, group) => {
  expect(group).toBeNull()
})
