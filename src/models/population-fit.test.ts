import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type CountedBuyer,
  populationOf,
  simulatedBuyers,
  type Truth,
} from '../testing/population-of-buyers.ts'
import { joinDealings, noDealings } from './deal-population.ts'
import { dealPriorOf } from './deal-prior.ts'
import { inOneGo } from './in-pieces.ts'
import type { PopulationCut } from './population-cut.ts'
import {
  fitAllMarkets,
  fitMarket,
  MARKET_BUYERS_KEPT,
  MARKET_BUYERS_MIN,
} from './population-fit.ts'
import { publishedOf } from './population-parameters.ts'

const TRUTH: Truth = {
  rhythm: { r: 1.2, alpha: 40, a: 0.4, b: 3 },
  spend: { p: 4, q: 3, v: 2_000 },
}
const CUT_DAY = 15_000
const buyersOf = (people: number, seed: number): readonly CountedBuyer[] =>
  simulatedBuyers(TRUTH, people, { weeks: 150, cutDay: CUT_DAY, seed })

const buyers = buyersOf(20_000, 1)
const cut = populationOf(buyers, CUT_DAY)
const fit = inOneGo(fitMarket(cut))

describe('a fit of 20,000 buyers of whom the truth is known', () => {
  test('finds it, within three standard errors', () => {
    // The spread of fits of ten such populations.
    const errors = { r: 0.078, alpha: 2.15, a: 0.045, b: 0.56, p: 0.096, q: 0.054, v: 90 }
    const truth = { ...TRUTH.rhythm, ...TRUTH.spend }
    const found = { ...fit.parameters.rhythm!, ...fit.parameters.spend! }
    for (const [name, error] of Object.entries(errors)) {
      const off = found[name as keyof typeof truth] - truth[name as keyof typeof truth]
      expect(Math.abs(off / error), name).toBeLessThan(3)
    }
  })

  test('ends near what it ended at before, when that is in use', () => {
    const again = inOneGo(fitMarket({ ...cut, inUse: publishedOf(fit.parameters) }))
    expect(again).toMatchObject({ rhythmRefused: null, spendRefused: null })
    for (const name of ['r', 'alpha', 'a', 'b'] as const) {
      expect(again.parameters.rhythm![name] / fit.parameters.rhythm![name]).toBeCloseTo(1, 3)
    }
  })

  test('takes breaks, and gives the same bits when others run in them', () => {
    const [one, other] = [fitMarket(cut), fitMarket(populationOf(buyersOf(2_000, 5), CUT_DAY))]
    let breaks = 0
    for (;;) {
      other.next()
      const { done, value } = one.next()
      if (done) {
        expect(value).toEqual(fit)
        break
      }
      breaks++
    }
    expect(breaks).toBeGreaterThan(300)
  })
})

test('a fit has the same bits in any order of the cells', () => {
  const small = populationOf(buyersOf(600, 2), CUT_DAY)
  const known = inOneGo(fitMarket(small))
  const ofCells = fc.shuffledSubarray(
    small.buyers.map((_, at) => at),
    { minLength: small.buyers.length },
  )
  const ofAmountCells = fc.shuffledSubarray(
    small.spendBuyers.map((_, at) => at),
    { minLength: small.spendBuyers.length },
  )
  fc.assert(
    fc.property(ofCells, ofAmountCells, (cells, ofAmounts) => {
      const shuffled: PopulationCut = {
        ...small,
        cohortDay: cells.map(at => small.cohortDay[at]!),
        repeats: cells.map(at => small.repeats[at]!),
        lastDay: cells.map(at => small.lastDay[at]!),
        buyers: cells.map(at => small.buyers[at]!),
        spendRepeats: ofAmounts.map(at => small.spendRepeats[at]!),
        spendBucket: ofAmounts.map(at => small.spendBucket[at]!),
        spendBuyers: ofAmounts.map(at => small.spendBuyers[at]!),
      }
      expect(inOneGo(fitMarket(shuffled))).toEqual(known)
    }),
    { numRuns: 10 },
  )
})

/** Nobody leaves: the likelihood alone would run off. */
const NEVER_LEAVE: Truth = { ...TRUTH, rhythm: { r: 0.8, alpha: 9, a: 1e-9, b: 1 } }

test('where nobody leaves, the fit ends within bounds, the same from wherever it starts', () => {
  const stayers = simulatedBuyers(NEVER_LEAVE, 3_000, { weeks: 52, cutDay: CUT_DAY, seed: 4 })
  const startingAt = (inUse: Readonly<Record<string, number>>) =>
    inOneGo(fitAllMarkets(populationOf(stayers, CUT_DAY, inUse)))
  const found = startingAt({})
  expect(found).toMatchObject({ rhythmRefused: null, isNew: true })
  const { a, b } = found.parameters.rhythm!
  // At the bounds, of .001 and 1,000, it would end without the prior.
  expect(a).toBeGreaterThan(0.005)
  expect(b).toBeLessThan(200)
  expect(a / (a + b)).toBeLessThan(0.01)
  for (const start of [
    { r: 3, alpha: 2, a: 0.2, b: 8 },
    { r: 0.7, alpha: 9, a: 1.5e-6, b: 13_832 },
  ]) {
    const other = startingAt(start).parameters.rhythm!
    for (const name of ['r', 'alpha', 'a', 'b'] as const) {
      expect(other[name] / found.parameters.rhythm![name]).toBeCloseTo(1, 2)
    }
  }
})

test('that who buys often spends more each time is told of a market, as the model takes it to be not so', () => {
  const { spendCorrelation } = fit.parameters
  expect(Math.abs(spendCorrelation!)).toBeLessThan(0.1)
  const dearer = buyers.map(buyer => ({
    ...buyer,
    meanMinor: buyer.meanMinor * 2 ** buyer.repeats,
  }))
  const found = inOneGo(fitMarket(populationOf(dearer.slice(0, 3_000), CUT_DAY)))
  expect(found.parameters.spendCorrelation).toBeGreaterThan(0.3)
  expect(publishedOf(found.parameters).spendCorrelation).toBe(found.parameters.spendCorrelation)
})

describe('a market', () => {
  const sized = (people: number, inUse: Readonly<Record<string, number>> = {}) =>
    inOneGo(fitMarket(populationOf(buyers.slice(0, people), CUT_DAY, inUse)))

  test('has rhythms of its own from 5,000 buyers on', () => {
    expect(sized(MARKET_BUYERS_MIN).parameters.rhythm).not.toBeNull()
    const smaller = sized(MARKET_BUYERS_MIN - 1)
    expect(smaller).toMatchObject({ rhythmRefused: 'FEW_FOR_A_MARKET', isNew: true })
    expect(smaller.parameters.rhythm).toBeNull()
    expect(smaller.parameters.levels).not.toBeNull()
  })

  test('that has rhythms of its own keeps them down to 4,000 buyers', () => {
    const owning = (people: number, hasOwnRhythms: boolean) => {
      const inUse = { ...TRUTH.rhythm }
      const population = populationOf(buyers.slice(0, people), CUT_DAY, inUse)
      return inOneGo(fitMarket({ ...population, hasOwnRhythms })).parameters.rhythm
    }
    expect(owning(MARKET_BUYERS_MIN - 1, true)).not.toBeNull()
    expect(owning(MARKET_BUYERS_KEPT, true)).not.toBeNull()
    expect(owning(MARKET_BUYERS_KEPT - 1, true)).toBeNull()
    expect(owning(MARKET_BUYERS_KEPT, false)).toBeNull()
  })

  test('of which hardly anybody came back has none, and takes none over as its own', () => {
    const once = buyers.filter(({ repeats }) => repeats === 0)
    const many = Array.from({ length: 6_000 }, (_, at) => once[at % once.length]!)
    const found = inOneGo(fitMarket(populationOf(many, CUT_DAY, { ...TRUTH.rhythm })))
    expect(found.rhythmRefused).toBe('FEW_FOR_A_MARKET')
    expect(found.parameters.rhythm).toBeNull()
  })

  test('without rhythms of its own is compared by the rhythms that are in use', () => {
    const { r, alpha, a, b } = TRUTH.rhythm
    const slow = sized(2_000, { r, alpha: 4 * alpha, a, b }).parameters.levels!
    const quick = sized(2_000, { r, alpha, a, b }).parameters.levels!
    expect(quick.highFrom).toBeGreaterThan(slow.highFrom + 20)
    expect(quick.medianFrom).toBe(slow.medianFrom)
  })

  test('without rhythms of its own publishes those that its levels were counted by, as they are', () => {
    const ofAll = { ...TRUTH.rhythm, versionOfAll: 7, slope90: 1.1, shift90: -0.2 }
    const { parameters } = sized(2_000, ofAll)
    expect(publishedOf(parameters)).toMatchObject({ ...ofAll, highFrom: expect.any(Number) })
    expect(publishedOf(sized(2_000, { ...TRUTH.rhythm }).parameters)).not.toHaveProperty('r')
    // With 5,000 buyers they are its own, and what sets right those of all is left behind.
    const own = publishedOf(sized(MARKET_BUYERS_MIN, ofAll).parameters)
    expect(own).toMatchObject({ r: expect.any(Number) })
    expect(own.r).not.toBe(ofAll.r)
    for (const name of ['versionOfAll', 'slope90']) expect(own).not.toHaveProperty(name)
  })

  test('of too few keeps what is in use, and says why', () => {
    const inUse = { p: 6, q: 4, v: 1_000 }
    const found = sized(200, inUse)
    expect(found).toMatchObject({
      rhythmRefused: 'FEW_FOR_A_MARKET',
      spendRefused: null,
    })
    const few = sized(80, inUse)
    expect(few).toMatchObject({ spendRefused: 'TOO_FEW_REPEATS', isNew: false })
    expect(few.parameters).toMatchObject({ spend: inUse, levels: null, edges: null })
  })
})

test('of all markets together only rhythm and calibration are known, as amounts are in no currency', () => {
  const ofAll = inOneGo(fitAllMarkets({ ...cut, inUse: publishedOf(fit.parameters) }))
  expect(ofAll.parameters).toMatchObject({
    spend: null,
    levels: null,
    edges: null,
    dealPrior: null,
  })
  expect(ofAll).toMatchObject({ rhythmRefused: null, spendRefused: null, isNew: true })
})

test('of fewer than 500 buyers all markets keep the rhythms in use, and nothing is new', () => {
  const inUse = { r: 0.5, alpha: 6, a: 0.9, b: 1.6 }
  const few = inOneGo(fitAllMarkets(populationOf(buyers.slice(0, 499), CUT_DAY, inUse)))
  expect(few).toMatchObject({ rhythmRefused: 'TOO_FEW_USERS', isNew: false })
  expect(few.parameters.rhythm).toEqual(inUse)
  const enough = inOneGo(fitAllMarkets(populationOf(buyers.slice(0, 500), CUT_DAY, inUse)))
  expect(enough).toMatchObject({ rhythmRefused: null, isNew: true })
})

test('buyers who never came back are too few to tell rates from leaving', () => {
  const once = buyers.filter(({ repeats }) => repeats === 0).slice(0, 1_000)
  const found = inOneGo(fitAllMarkets(populationOf(once, CUT_DAY)))
  expect(found).toMatchObject({ rhythmRefused: 'TOO_FEW_REPEATS', isNew: false })
  expect(found.parameters.rhythm).toBeNull()
})

test('what deals do to all is learnt from 200 people on who bought twice', () => {
  const dealings = { purchases: 4, dealPurchases: 3, views: 40, dealViews: 10 }
  const small = populationOf(buyers.slice(0, 1_000), CUT_DAY)
  const priorOf = (people: number) => {
    const population = noDealings()
    for (let at = 0; at < people; at++) joinDealings(population, dealings)
    const found = inOneGo(fitMarket({ ...small, deals: population.sums }))
    return [found.parameters.dealPrior, dealPriorOf(population)]
  }
  expect(priorOf(199)[0]).toBeNull()
  const [found, expected] = priorOf(200)
  expect(found).toEqual(expected)
  expect(found!.lift).toBeGreaterThan(1)
})

test.each<[string, Partial<PopulationCut>]>([
  ['columns of several lengths', { repeats: [] }],
  ['amounts without their people', { spendBuyers: [] }],
  ['a day before 1970', { cohortDay: cut.cohortDay.with(0, -1) }],
  ['a number of buyers that is none', { buyers: cut.buyers.with(0, Number.NaN) }],
  ['a bucket that no amount has', { spendBucket: cut.spendBucket.with(0, 5_000) }],
])('a cut with %s is no population', (_, change) => {
  expect(() => inOneGo(fitMarket({ ...cut, ...change }))).toThrow(RangeError)
})
