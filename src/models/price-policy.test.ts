import { describe, expect, test } from 'vitest'
import { DEFAULT_PRICE_POLICY, pricePolicyIn } from './price-policy.ts'

describe('a published policy', () => {
  test('may be stated in full', () => {
    expect(pricePolicyIn(JSON.stringify(DEFAULT_PRICE_POLICY))).toEqual(DEFAULT_PRICE_POLICY)
  })

  test('is as the default in what it leaves out', () => {
    expect(pricePolicyIn('{}')).toEqual(DEFAULT_PRICE_POLICY)
    const { experiments } = DEFAULT_PRICE_POLICY
    expect(pricePolicyIn('{"maxStepPct":3,"experiments":{"seed":"spring"}}')).toEqual({
      ...DEFAULT_PRICE_POLICY,
      maxStepPct: 3,
      experiments: { ...experiments, seed: 'spring' },
    })
  })

  test('may let stock go at a loss, and prices end as they come out', () => {
    expect(pricePolicyIn('{"minMarginPct":-60,"ending":null}')).toMatchObject({
      minMarginPct: -60,
      ending: null,
    })
  })

  test.each([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['nothing', 'null'],
    ['a name that is misspelt', '{"maxStepPCt":3}'],
    ['a name of all objects', '{"constructor":1}'],
    ['a text for a number', '{"maxStepPct":"3"}'],
    ['a step below 0', '{"maxStepPct":-1}'],
    ['an ending of two digits', '{"ending":99}'],
    ['half a digit', '{"ending":9.5}'],
    ['a share in percent', '{"requireElasticShare":90}'],
    ['experiments that are none', '{"experiments":null}'],
    ['an experiment misspelt', '{"experiments":{"enable":false}}'],
    ['epochs of no length', '{"experiments":{"epochDays":0}}'],
    ['no amplitude', '{"experiments":{"amplitudes":[]}}'],
    ['no amplitude in the end', '{"experiments":{"amplitudes":[[30,0.1]]}}'],
    ['an amplitude of half the price', '{"experiments":{"amplitudes":[[null,0.5]]}}'],
    ['days that fall', '{"experiments":{"amplitudes":[[30,0.1],[20,0.1],[null,0.02]]}}'],
    ['an end before the last', '{"experiments":{"amplitudes":[[null,0.1],[null,0.02]]}}'],
  ])('is none with %s', (_, document) => {
    expect(pricePolicyIn(document)).toBeNull()
  })
})
