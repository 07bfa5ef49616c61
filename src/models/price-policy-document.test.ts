import { describe, expect, test } from 'vitest'
import { DEFAULT_PRICE_POLICY } from './price-policy.ts'
import { pricePolicyIn } from './price-policy-document.ts'

const policyIn = (document: string) => pricePolicyIn(document).policy

describe('a published policy', () => {
  test('may be stated in full', () => {
    expect(policyIn(JSON.stringify(DEFAULT_PRICE_POLICY))).toEqual(DEFAULT_PRICE_POLICY)
  })

  test('is as the default in what it leaves out', () => {
    expect(policyIn('{}')).toEqual(DEFAULT_PRICE_POLICY)
    const { experiments } = DEFAULT_PRICE_POLICY
    expect(policyIn('{"maxStepPct":3,"experiments":{"seed":"spring"}}')).toEqual({
      ...DEFAULT_PRICE_POLICY,
      maxStepPct: 3,
      experiments: { ...experiments, seed: 'spring' },
    })
  })

  test('may let stock go at a loss, and prices end as they come out', () => {
    expect(policyIn('{"minMarginPct":-60,"ending":null}')).toMatchObject({
      minMarginPct: -60,
      ending: null,
    })
  })

  test.each([
    ['no JSON', '{', 'it is no JSON object'],
    ['no object', '[]', 'it is no JSON object'],
    ['nothing', 'null', 'it is no JSON object'],
    [
      'a name that is misspelt',
      '{"maxStepPCt":3}',
      'it has a field maxStepPCt, which no pricing policy has',
    ],
    [
      'a name of all objects',
      '{"constructor":1}',
      'it has a field constructor, which no pricing policy has',
    ],
    [
      'a text for a number',
      '{"maxStepPct":"3"}',
      'maxStepPct is "3" and must be a number from 0 to 100',
    ],
    ['a step below 0', '{"maxStepPct":-1}', 'maxStepPct is -1 and must be a number from 0 to 100'],
    [
      'an ending of two digits',
      '{"ending":99}',
      'ending is 99 and must be a whole number from 0 to 9, or null',
    ],
    [
      'half a digit',
      '{"ending":9.5}',
      'ending is 9.5 and must be a whole number from 0 to 9, or null',
    ],
    [
      'a share in percent',
      '{"requireElasticShare":90}',
      'requireElasticShare is 90 and must be a number from 0.5 to 1',
    ],
    [
      'experiments that are none',
      '{"experiments":null}',
      'experiments is null and must be an object',
    ],
    [
      'an experiment misspelt',
      '{"experiments":{"enable":false}}',
      'it has a field experiments.enable, which no pricing policy has',
    ],
    [
      'epochs of no length',
      '{"experiments":{"epochDays":0}}',
      'experiments.epochDays is 0 and must be a whole number from 1 to 28',
    ],
    [
      'tests that shrink while it is unsure',
      '{"experiments":{"unsureTimes":0}}',
      'experiments.unsureTimes is 0 and must be a number from 1 to 10',
    ],
  ])('is none with %s', (_, document, fault) => {
    expect(pricePolicyIn(document)).toEqual({ policy: null, fault })
  })

  test.each([
    ['no amplitude', '[]'],
    ['no amplitude in the end', '[[30,0.1]]'],
    ['an amplitude of half the price', '[[null,0.5]]'],
    ['days that fall', '[[30,0.1],[20,0.1],[null,0.02]]'],
    ['an end before the last', '[[null,0.1],[null,0.02]]'],
  ])('is none with %s', (_, amplitudes) => {
    expect(pricePolicyIn(`{"experiments":{"amplitudes":${amplitudes}}}`).fault).toBe(
      `experiments.amplitudes is ${amplitudes} and must be pairs [days, amplitude]: days rise, the last are null, amplitudes are from 0 to 0.2`,
    )
  })

  test('has a fault that fits into a sentence, whatever was written', () => {
    const { fault } = pricePolicyIn(`{"${'x'.repeat(5_000)}":1}`)
    expect(fault!.length).toBeLessThan(200)
  })
})
