import { describe, expect, test } from 'vitest'
import { chosenPrice } from './price-choice.ts'
import type { PriceFacts, PriceReason } from './price-facts.ts'
import { DEFAULT_PRICE_POLICY, type PricePolicy } from './price-policy.ts'

/** At 20.00, where 26.73 would earn most; all limits far off but for the step of a day. */
const USUAL: PriceFacts = {
  currency: 'GBP',
  unlistedMarket: null,
  currentMinor: 2_000,
  policyMinor: 2_000,
  stepBaseMinor: 2_000,
  unitCostMinor: 1_400,
  elasticity: { mean: -2.1, sd: 0.2, status: 'IDENTIFIED', method: 'EXPERIMENT' },
  unitsPerDay: 4,
  stock: null,
  limits: {
    floorMinor: null,
    ceilingMinor: null,
    competitorMinor: null,
    competitorBandPct: null,
    isKnown: true,
  },
  isPerishable: false,
  cross: [],
  experiment: null,
}
const EXPERIMENT = {
  days: 10,
  pooledSd: 0.4,
  hadLearntEnough: false,
  draw: 0.99,
  isCarriedOut: true,
}

const chosen = (facts: Partial<PriceFacts> = {}, policy: Partial<PricePolicy> = {}) =>
  chosenPrice({ ...USUAL, ...facts }, { ...DEFAULT_PRICE_POLICY, ...policy })
const limits = (some: Partial<PriceFacts['limits']>) => ({ limits: { ...USUAL.limits, ...some } })
const known = (some: Partial<NonNullable<PriceFacts['elasticity']>>) => ({
  elasticity: { ...USUAL.elasticity!, ...some },
})

const told = ({ reasons }: { readonly reasons: readonly PriceReason[] }, code: string) =>
  reasons.find(reason => reason.code === code)?.detail

describe('a price that is set', () => {
  test('is as high as the limits let it, and says what they cost', () => {
    const choice = chosen()
    expect(choice).toMatchObject({ action: 'AUTO', policyMinor: 2_099, recommendedMinor: 2_099 })
    expect(choice.deviation).toBeNull()
    expect(choice.profitPct.p05).toBeGreaterThan(0)
    expect(choice.reasons).toEqual([
      {
        code: 'P_ELASTIC',
        detail:
          'An elasticity of -2.1 (-2.4 to -1.8 with nine chances in ten) puts the best price at ' +
          '26.73 GBP, with a unit at 14.00 GBP.',
        weight: expect.closeTo(15.577, 3),
      },
      {
        code: 'P_STEP_CAP',
        detail: '19.00 GBP to 21.00 GBP: it moves by 5 % within a day at most.',
        weight: expect.closeTo(10.267, 3),
      },
      {
        code: 'P_PRICE_ENDING',
        detail: '20.99 GBP instead of 21.00 GBP: prices end in 9.',
        weight: expect.closeTo(0.045, 3),
      },
      { code: 'P_ONE_PRICE', detail: 'It is the same for everybody in the market.', weight: 0 },
    ])
    const [aim, step, ending] = choice.reasons.map(({ weight }) => weight) as [
      number,
      number,
      number,
    ]
    expect(aim - step - ending).toBeCloseTo(choice.profitPct.mean, 9)
  })

  const scarce = { units: 20, sellableDays: 10 }
  const plenty = { units: 80, sellableDays: 10 }
  const few = { units: 4, sellableDays: 0.5 }
  const perishable = { isPerishable: true, unitCostMinor: 1_000 }

  test.each<[string, string, Partial<PriceFacts>, number, string]>([
    [
      'cost',
      'P_COST_FLOOR',
      { unitCostMinor: 1_990, ...known({ mean: -40 }) },
      2_099,
      '20.90 GBP at least: a unit costs 19.90 GBP, and 5 % of it is to be earned.',
    ],
    [
      'lowest price allowed',
      'P_LEGAL_FLOOR',
      { unitCostMinor: 700, ...limits({ floorMinor: 1_950 }) },
      1_959,
      '19.50 GBP at least: no lower price is allowed.',
    ],
    [
      'highest price allowed',
      'P_LEGAL_CEILING',
      limits({ ceilingMinor: 2_050 }),
      2_049,
      '20.50 GBP at most: no higher price is allowed.',
    ],
    [
      'competitor',
      'P_COMP_BAND',
      limits({ competitorMinor: 1_900, competitorBandPct: 10 }),
      2_089,
      '17.10 GBP to 20.90 GBP: within 10 % of 19.00 GBP, the lowest price of a competitor.',
    ],
    [
      'want of an experiment',
      'P_OBSERVATIONAL_CAP',
      known({ method: 'OBSERVATIONAL', status: 'WEAK' }),
      2_039,
      '19.60 GBP to 20.40 GBP: no price was drawn by chance, so it moves by 2 % within a day at most.',
    ],
    [
      'step of a day',
      'P_STEP_CAP',
      { isPerishable: true },
      2_599,
      '14.00 GBP to 26.00 GBP: it moves by 30 % within a day at most.',
    ],
    [
      'stock that runs short',
      'P_STOCK_CLEAR',
      { stock: scarce, isPerishable: true },
      2_599,
      '27.82 GBP at least: the 20 units left have 10 days, and 40 would be asked for at 20.00 GBP.',
    ],
    [
      'stock that expires',
      'P_EXPIRY',
      { stock: plenty, ...perishable },
      1_439,
      '14.38 GBP at most: the 80 units left have 10 days, and only 40 would be asked for at 20.00 GBP.',
    ],
    [
      'last units',
      'P_EXPIRY',
      { stock: few, ...perishable },
      1_569,
      '15.71 GBP at most: the 4 units left have 0.5 days, and only 2 would be asked for at 20.00 GBP.',
    ],
    [
      'ending of prices',
      'P_PRICE_ENDING',
      { policyMinor: 1_999, currentMinor: 1_999, stepBaseMinor: 1_999 },
      2_089,
      '20.89 GBP instead of 20.98 GBP: prices end in 9.',
    ],
    [
      'ending that is a step too far',
      'P_PRICE_ENDING',
      { policyMinor: 129, currentMinor: 129, stepBaseMinor: 129, unitCostMinor: 90 },
      135,
      '1.35 GBP does not end in 9: within the limits, none that does is a step on.',
    ],
    [
      'what is bought with it',
      'P_CROSS',
      { cross: [{ sku: 'biscuits', attach: 0.3, marginMinor: 400 }] },
      2_099,
      'One unit more earns 0.60 GBP by what is bought with it (biscuits). That is half of what baskets show, as going together is not yet causing.',
    ],
    [
      'loss at the price now',
      'P_BELOW_COST',
      { unitCostMinor: 2_100 },
      2_205,
      'A unit costs more than 20.00 GBP, the price now: percentages are of the loss.',
    ],
  ])('heeds the %s: %s', (_, code, facts, policyMinor, sentence) => {
    const choice = chosen(facts)
    expect(choice).toMatchObject({ action: 'AUTO', policyMinor, recommendedMinor: policyMinor })
    expect(told(choice, code)).toBe(sentence)
  })

  test('says what cannot be kept, where an earlier limit leaves no such price', () => {
    const { reasons, action } = chosen(limits({ competitorMinor: 1_000, competitorBandPct: 10 }))
    expect(action).toBe('HOLD')
    expect(told({ reasons }, 'P_COMP_BAND')).toBe(
      '9.00 GBP to 11.00 GBP would be within 10 % of 10.00 GBP, the lowest price of a competitor, ' +
        'and gave way to the step of a day, which leaves 19.00 GBP.',
    )
  })

  test.each<[string, string, Partial<PriceFacts>, string]>([
    [
      'step of a day to the law',
      'P_STEP_CAP',
      limits({ floorMinor: 2_500 }),
      '19.00 GBP to 21.00 GBP would be a step of 5 % within a day, and gave way to the lowest price ' +
        'allowed, which leaves 25.00 GBP.',
    ],
    [
      'step of a day to a law that forbids more',
      'P_STEP_CAP',
      limits({ ceilingMinor: 1_500 }),
      '19.00 GBP to 21.00 GBP would be a step of 5 % within a day, and gave way to the highest price ' +
        'allowed, which leaves 15.00 GBP.',
    ],
    [
      'step of a day to the cost',
      'P_STEP_CAP',
      { unitCostMinor: 2_400 },
      '19.00 GBP to 21.00 GBP would be a step of 5 % within a day, and gave way to the cost and its ' +
        'margin, which leaves 25.20 GBP.',
    ],
    [
      'step without experiments to the law',
      'P_OBSERVATIONAL_CAP',
      {
        ...limits({ floorMinor: 2_500 }),
        ...known({ method: 'OBSERVATIONAL', status: 'WEAK' }),
      },
      '19.60 GBP to 20.40 GBP would be a step of 2 % within a day, as no price was drawn by chance, ' +
        'and gave way to the lowest price allowed, which leaves 25.00 GBP.',
    ],
  ])('says what was applied, where gives way the %s', (_, code, facts, sentence) => {
    expect(told(chosen({ unitCostMinor: 900, ...facts }), code)).toBe(sentence)
  })

  test('moves by no more than a step towards a competitor, who may have been misread', () => {
    const misread = limits({ competitorMinor: 199, competitorBandPct: 10 })
    const choice = chosen({ unitCostMinor: 900, ...known({ mean: -5 }), ...misread })
    expect(choice).toMatchObject({ action: 'AUTO', policyMinor: 1_900 })
  })

  test('is changed where it is not allowed, whatever that costs and however little is known', () => {
    const choice = chosen({ ...limits({ floorMinor: 2_500 }), elasticity: null })
    expect(choice).toMatchObject({ action: 'AUTO', policyMinor: 2_509 })
    expect(choice.profitPct.p05).toBeLessThan(0)
    expect(told(choice, 'P_LEGAL_FLOOR')).toBe('25.00 GBP at least: no lower price is allowed.')
  })

  test.each<[string, string, Partial<PriceFacts>, string]>([
    [
      'nobody knows what a unit costs',
      'P_NO_COST',
      { unitCostMinor: null },
      'What a unit costs is not known, so nothing can be said of profit. Percentages are of revenue.',
    ],
    [
      'a unit costs more',
      'P_LIMITS_CONFLICT',
      { unitCostMinor: 1_800 },
      'No price is allowed: 18.90 GBP is the least, and 15.00 GBP the most.',
    ],
  ])('is changed where it is not allowed, even where %s', (_, code, facts, sentence) => {
    const choice = chosen({ ...facts, ...limits({ ceilingMinor: 1_500 }) })
    expect(choice).toMatchObject({ action: 'AUTO', policyMinor: 1_500, recommendedMinor: 1_500 })
    expect(choice.profitPct.mean).not.toBe(0)
    expect(told(choice, code)).toBe(sentence)
    expect(told(choice, 'P_LEGAL_CEILING')).toBe('15.00 GBP at most: no higher price is allowed.')
  })

  test("is the policy's again where only what was drawn is not allowed", () => {
    const drawn = { currentMinor: 2_200, unitCostMinor: 1_048, ...limits({ ceilingMinor: 2_100 }) }
    const choice = chosen(drawn)
    expect(choice).toMatchObject({ action: 'AUTO', policyMinor: 2_000, recommendedMinor: 2_000 })
    expect(choice.profitPct).toEqual({ mean: 0, p05: 0, p95: 0 })
    expect(told(choice, 'P_LEGAL_CEILING')).toBe('21.00 GBP at most: no higher price is allowed.')
  })

  test.each<[string, Partial<PriceFacts>]>([
    ['the step of the day is gone', { stepBaseMinor: 2_000 }],
    ['nothing above is allowed', { stepBaseMinor: 2_099, ...limits({ ceilingMinor: 2_105 }) }],
  ])('keeps its ending where %s', (_, facts) => {
    const choice = chosen({ policyMinor: 2_099, currentMinor: 2_099, ...facts })
    expect(choice).toMatchObject({ action: 'HOLD', policyMinor: 2_099 })
    expect(told(choice, 'P_AT_BEST')).toBe('20.99 GBP is the best price within the limits.')
  })

  test('may stay where it is, however it came there within a day', () => {
    const choice = chosen({ stepBaseMinor: 4_000, unitCostMinor: 700 })
    expect(choice).toMatchObject({ action: 'HOLD', policyMinor: 2_000 })
    expect(told(choice, 'P_STEP_CAP')).toBe(
      '20.00 GBP to 42.00 GBP: it moves by 5 % within a day at most.',
    )
  })
})

describe('a price that stays', () => {
  test.each<[string, string, Partial<PriceFacts>, string]>([
    [
      'nobody knows what a unit costs',
      'P_NO_COST',
      { unitCostMinor: null },
      'What a unit costs is not known, so nothing can be said of profit.',
    ],
    [
      'limits are in another currency',
      'P_LIMITS_UNKNOWN',
      limits({ isKnown: false }),
      'Its limits are in another currency than GBP, that of its price, and amounts are not converted. What is sold in several currencies needs an article for each, or no limits.',
    ],
    [
      'limits contradict each other',
      'P_LIMITS_CONFLICT',
      limits({ floorMinor: 2_500, ceilingMinor: 2_400 }),
      'No price is allowed: 25.00 GBP is the least, and 24.00 GBP the most.',
    ],
    [
      'it is given away',
      'P_NO_PRICE',
      { policyMinor: 0 },
      'It is given away, and no percentage of nothing says where to.',
    ],
    [
      'its elasticity is not identified',
      'P_LOW_EVIDENCE',
      known({ status: 'NOT_IDENTIFIED', method: 'OBSERVATIONAL' }),
      'No best price is sought: this article has sold too little, or at too few prices drawn by chance. Percentages are by an elasticity of -2.10 ± 0.20, that of articles like it. Sales at prices drawn by chance would tell its own.',
    ],
    [
      'nothing is known at all',
      'P_LOW_EVIDENCE',
      { elasticity: null },
      'No best price is sought: this article has sold too little, or at too few prices drawn by chance. Percentages are by an elasticity of -2.00 ± 1.08, assumed as nothing is known. Sales at prices drawn by chance would tell its own.',
    ],
    [
      'demand may be inelastic',
      'P_INELASTIC',
      known({ mean: -1.2 }),
      'An elasticity of -1.20 ± 0.20 is below -1.05 with a chance of 77.3 %, and 90 % are required. Above it no price is best, as each rise would seem to pay: so a person decides, until sales at more prices tell it better.',
    ],
    [
      'it is the best',
      'P_AT_BEST',
      { policyMinor: 2_001, currentMinor: 2_001, unitCostMinor: 1_048 },
      '20.01 GBP is the best price within the limits.',
    ],
    [
      'a better one is not sure',
      'P_UNSURE',
      { unitCostMinor: 1_100 },
      '20.99 GBP instead of 20.00 GBP would change profit by 0.3 % (-1.3 to 1.9 % with nine chances in ten). It is set once the lowest of these is above 0, which sales at more prices tell.',
    ],
    [
      'limits leave only worse ones',
      'P_NO_GAIN',
      { unitCostMinor: 1_100, ...limits({ competitorMinor: 1_700, competitorBandPct: 5 }) },
      '19.00 GBP instead of 20.00 GBP would change profit by -1 %, so it is not worth while.',
    ],
  ])('where %s: %s', (_, code, facts, sentence) => {
    const choice = chosen(facts)
    const { policyMinor, currentMinor } = { ...USUAL, ...facts }
    expect(choice).toMatchObject({ action: 'HOLD', policyMinor, recommendedMinor: currentMinor })
    expect(choice.profitPct).toEqual({ mean: 0, p05: 0, p95: 0 })
    expect(told(choice, code)).toBe(sentence)
    expect(choice.reasons.at(-1)?.code).toBe('P_ONE_PRICE')
  })
})

describe('a price that is tried out', () => {
  test('is drawn around the present one where nothing is known, and says what articles like it would do', () => {
    const choice = chosen({ elasticity: null, experiment: EXPERIMENT })
    expect(choice).toMatchObject({
      action: 'TEST',
      policyMinor: 2_000,
      recommendedMinor: 2_210,
      deviation: 0.1,
    })
    const { mean, p05, p95 } = choice.profitPct
    expect(p05).toBeLessThan(0)
    expect(p95).toBeGreaterThan(mean)
    expect(told(choice, 'P_EXPERIMENT')).toBe(
      '22.10 GBP is shown for 3 days: one of five prices from 18.10 GBP to 22.10 GBP, drawn by chance around 20.00 GBP so that what demand does is due to the price. Tests end once the elasticity is known to ±0.25; it is to ±0.40.',
    )
  })

  test('is told also where the draw is none', () => {
    const choice = chosen({ elasticity: null, experiment: { ...EXPERIMENT, draw: 0.5 } })
    expect(choice).toMatchObject({ action: 'TEST', recommendedMinor: 2_000, deviation: 0 })
  })

  test('is drawn around a new one where that is sure to be better', () => {
    const choice = chosen({ experiment: EXPERIMENT })
    expect(choice).toMatchObject({ action: 'TEST', policyMinor: 2_099, recommendedMinor: 2_320 })
  })

  test('is drawn around one that articles like it gain by, where too little is known of its own', () => {
    const alike = known({ status: 'NOT_IDENTIFIED', sd: 0.3 })
    const choice = chosen({ ...alike, experiment: EXPERIMENT })
    expect(choice).toMatchObject({ action: 'TEST', policyMinor: 2_099, recommendedMinor: 2_320 })
    expect(told(choice, 'P_BY_CATEGORY')).toBe(
      'Too little is known of the article itself. Articles like it have an elasticity of -2.1 (-2.6 to -1.6 ' +
        'with nine chances in ten), which puts the best price at 26.73 GBP, with a unit at 14.00 GBP: ' +
        'prices are tried on the way there.',
    )
    // Such a price is tried, and not set.
    expect(chosen(alike)).toMatchObject({ action: 'HOLD', policyMinor: 2_000 })
  })

  test('stays around the present one where articles like it may lose, and is drawn no further for it', () => {
    const alike = known({ status: 'NOT_IDENTIFIED', mean: -3, sd: 0.6 })
    const choice = chosen({ ...alike, experiment: EXPERIMENT })
    expect(choice).toMatchObject({ action: 'TEST', policyMinor: 2_000, deviation: 0.1 })
  })

  test.each([
    [
      'prices are not drawn by chance',
      known({ status: 'NOT_IDENTIFIED', method: 'OBSERVATIONAL' }),
    ],
    [
      'stock must go',
      { ...known({ status: 'NOT_IDENTIFIED' }), stock: { units: 60, sellableDays: 7 } },
    ],
  ])('is not sought by articles like it where %s', (_, facts) => {
    const choice = chosen({ ...facts, experiment: EXPERIMENT })
    expect(choice.policyMinor).toBe(2_000)
    expect(told(choice, 'P_BY_CATEGORY')).toBeUndefined()
    expect(told(choice, 'P_LOW_EVIDENCE')).toBeDefined()
  })

  test('is not sought by articles like it where the policy has no experiments', () => {
    const experiments = { ...DEFAULT_PRICE_POLICY.experiments, enabled: false }
    const choice = chosen(known({ status: 'NOT_IDENTIFIED' }), { experiments })
    expect(told(choice, 'P_BY_CATEGORY')).toBeUndefined()
  })

  test('is drawn from further where another is likely better and not for sure, within the policy', () => {
    const onDay = (days: number) =>
      chosen({ unitCostMinor: 1_100, experiment: { ...EXPERIMENT, days } })
    expect(onDay(10)).toMatchObject({ action: 'TEST', policyMinor: 2_000, deviation: 0.1 })
    expect([onDay(60).deviation, onDay(100).deviation]).toEqual([0.1, 0.04])
  })

  test('goes by its own limits beyond the step of a day, which is that of the price it is drawn around', () => {
    const { policyMinor, recommendedMinor } = chosen({ experiment: EXPERIMENT })
    expect(policyMinor).toBeLessThanOrEqual(2_100)
    expect(recommendedMinor).toBe(2_320)
  })

  test('is not where the market is not listed, and says what to do', () => {
    const choice = chosen({
      elasticity: null,
      experiment: EXPERIMENT,
      unlistedMarket: 'Ubik',
    })
    expect(choice.action).toBe('HOLD')
    const alike = known({ status: 'NOT_IDENTIFIED', sd: 0.3 })
    expect(told(chosen({ ...alike, unlistedMarket: 'Ubik' }), 'P_BY_CATEGORY')).toBeUndefined()
    expect(told(choice, 'P_MARKET_UNLISTED')).toBe(
      'No price is drawn by chance in Ubik, which `markets` does not list: publish a record of it, ' +
        'or mend its name in what is sent.',
    )
  })

  test('is not what percentages are of, and says so', () => {
    const choice = chosen({ currentMinor: 2_210 })
    expect(choice.profitPct).toEqual(chosen().profitPct)
    expect(told(choice, 'P_SHOWN')).toBe(
      '22.10 GBP is shown now, and 20.00 GBP is the price that it was drawn or set around: ' +
        'percentages and steps are of 20.00 GBP.',
    )
    expect(told(chosen(), 'P_SHOWN')).toBeUndefined()
  })

  test('is kept within what is allowed for every price, as far down as up', () => {
    const within = limits({ ceilingMinor: 2_080 })
    const drawn = (draw: number) =>
      chosen({ ...within, elasticity: null, experiment: { ...EXPERIMENT, draw } })
    expect(drawn(0.99).recommendedMinor).toBe(2_080)
    expect(drawn(0).deviation).toBe(-drawn(0.99).deviation!)
  })

  test('is the present one at last, when enough is known', () => {
    const enough = { ...EXPERIMENT, pooledSd: 0.2 }
    const choice = chosen({ unitCostMinor: 1_100, currentMinor: 2_100, experiment: enough })
    expect(choice).toMatchObject({ action: 'TEST', recommendedMinor: 2_000, deviation: 0 })
    expect(told(choice, 'P_EXPERIMENT_DONE')).toBe(
      'The elasticity is known to ±0.20: prices are drawn by chance no more.',
    )
    expect(chosen({ unitCostMinor: 1_100, experiment: enough }).action).toBe('HOLD')
    expect(chosen({ experiment: enough }).action).toBe('AUTO')
  })

  test('is tried no more for a while once enough was known', () => {
    const after = { ...EXPERIMENT, pooledSd: 0.28 }
    expect(chosen({ experiment: { ...after, hadLearntEnough: true } }).action).toBe('AUTO')
    expect(chosen({ experiment: after }).action).toBe('TEST')
  })

  test.each<[string, string, Partial<PriceFacts>, string]>([
    [
      'nobody sets such prices',
      'P_NOT_CARRIED_OUT',
      { experiment: { ...EXPERIMENT, isCarriedOut: false } },
      'Prices drawn by chance were recommended and not set, so no more are until one is.',
    ],
    [
      'it costs pennies',
      'P_TOO_CHEAP_TO_TEST',
      {
        policyMinor: 40,
        currentMinor: 40,
        stepBaseMinor: 40,
        unitCostMinor: 10,
        experiment: EXPERIMENT,
      },
      'At 0.40 GBP, whole minor units are too coarse for prices drawn by chance.',
    ],
    [
      'the limits leave no room',
      'P_NO_ROOM_TO_TEST',
      { ...limits({ floorMinor: 2_000 }), experiment: EXPERIMENT },
      'The limits leave no room for prices drawn by chance around 20.00 GBP.',
    ],
  ])('is not where %s: %s', (_, code, facts, sentence) => {
    const choice = chosen({ ...facts, elasticity: null })
    expect(choice.action).toBe('HOLD')
    expect(told(choice, code)).toBe(sentence)
  })

  const without = { experiments: { ...DEFAULT_PRICE_POLICY.experiments, enabled: false } }

  test('is not where the policy has no experiments', () => {
    const choice = chosen({ elasticity: null, experiment: EXPERIMENT }, without)
    expect(choice.action).toBe('HOLD')
  })

  const cheap = { policyMinor: 40, stepBaseMinor: 40, unitCostMinor: 10, currentMinor: 44 }
  const done: PricePolicy['experiments']['amplitudes'] = [[null, 0]]
  test.each<[string, Partial<PriceFacts>, Partial<PricePolicy>]>([
    ['the policy has no experiments any more', {}, without],
    [
      'they came to an end',
      {},
      { experiments: { ...DEFAULT_PRICE_POLICY.experiments, amplitudes: done } },
    ],
    ['it costs pennies by now', cheap, {}],
    ['the limits leave no room any more', limits({ floorMinor: 2_000 }), {}],
  ])('is the present one at last, where %s', (_, facts, policy) => {
    const drawn = { elasticity: null, currentMinor: 2_200, experiment: EXPERIMENT, ...facts }
    const choice = chosen(drawn, policy)
    const { policyMinor } = { ...USUAL, ...facts }
    expect(choice).toMatchObject({ action: 'TEST', recommendedMinor: policyMinor, deviation: 0 })
  })

  test('is not where stock must go, whose price is another each hour', () => {
    const clearing = { unitCostMinor: 1_000, stock: { units: 80, sellableDays: 10 } }
    const choice = chosen({ ...clearing, isPerishable: true, experiment: EXPERIMENT })
    expect(choice).toMatchObject({ action: 'AUTO', policyMinor: 1_439, deviation: null })
    expect(told(choice, 'P_STOCK_FIRST')).toBe(
      'Stock must go, so its price follows what is left: no price is drawn by chance around it.',
    )
    const unknown = chosen({ ...clearing, elasticity: null, experiment: EXPERIMENT })
    expect(unknown).toMatchObject({ action: 'TEST', recommendedMinor: 2_210 })
  })
})
