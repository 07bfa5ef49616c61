import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Random } from '../testing/simulation/random.ts'
import { dealAffinityOf, isPriceSensitive } from './deal-affinity.ts'
import {
  type Dealings,
  joinDealings,
  leaveDealings,
  mergeDealings,
  noDealings,
} from './deal-population.ts'
import { type DealPrior, dealPriorOf, FIRST_DEAL_PRIOR } from './deal-prior.ts'
import { betaVariate } from './random-variates.ts'

const logistic = (x: number): number => 1 / (1 + Math.exp(-x))
const logit = (p: number): number => Math.log(p / (1 - p))

const dealings = fc
  .record({
    purchases: fc.nat(80),
    onDeal: fc.double({ min: 0, max: 1, noNaN: true }),
    views: fc.nat(200),
    shown: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ purchases, onDeal, views, shown }) => ({
    purchases,
    dealPurchases: Math.round(onDeal * purchases),
    views,
    dealViews: Math.round(shown * views),
  }))

interface Person {
  readonly dealings: Dealings
  /** The person's own chance, as log-odds above those of what is shown. */
  readonly above: number
}

/** Somebody who was shown deals in a share of views, and whose chance scatters with this strength. */
const person = (
  random: Random,
  { lift, strength }: DealPrior,
  exposures: [number, number],
): Person => {
  const exposure = exposures[0] + random.next() * (exposures[1] - exposures[0])
  const usual = logistic(logit(exposure) + lift)
  const chance =
    strength === Infinity
      ? usual
      : betaVariate(() => random.next(), strength * usual, strength * (1 - usual))
  let purchases = 1
  while (purchases < 40 && random.chance(0.75)) purchases++
  const views = 20 + random.upTo(180)
  return {
    dealings: {
      purchases,
      dealPurchases: hits(random, purchases, chance),
      views,
      dealViews: hits(random, views, exposure),
    },
    above: logit(chance) - logit(exposure),
  }
}

const hits = (random: Random, trials: number, chance: number): number => {
  let count = 0
  for (let trial = 0; trial < trials; trial++) if (random.chance(chance)) count++
  return count
}

const populationOf = (random: Random, people: number, truth: DealPrior): Person[] =>
  Array.from({ length: people }, () => person(random, truth, [0.05, 0.7]))

const priorOf = (people: readonly Person[]): DealPrior => {
  const population = noDealings()
  for (const one of people) joinDealings(population, one.dealings)
  return dealPriorOf(population)
}

describe('a population', () => {
  test('is the sum of its people, in whichever order and parts they come, and whoever left', () => {
    const parts = fc.array(fc.record({ stay: fc.array(dealings), leave: fc.array(dealings) }))
    fc.assert(
      fc.property(parts, all => {
        const merged = noDealings()
        for (const { stay, leave } of all) {
          const part = noDealings()
          for (const one of [...leave, ...stay]) joinDealings(part, one)
          for (const one of leave) leaveDealings(part, one)
          mergeDealings(merged, part)
        }
        const whole = noDealings()
        for (const one of all.flatMap(({ stay }) => stay).reverse()) joinDealings(whole, one)
        expect(merged).toEqual(whole)
      }),
    )
  })

  test.each<DealPrior>([
    { lift: 0, strength: 3 },
    { lift: 0.6, strength: 6 },
    { lift: -0.5, strength: 12 },
  ])('of 4,000 people tells how they are drawn: %o', truth => {
    for (const seed of [1, 2, 3]) {
      const { lift, strength } = priorOf(populationOf(new Random(seed), 4_000, truth))
      expect(Math.abs(lift - truth.lift)).toBeLessThan(0.1)
      expect(strength / truth.strength).toBeGreaterThan(0.65)
      expect(strength / truth.strength).toBeLessThan(1.15)
    }
  })

  test('of people who buy as they are shown has no differences between them', () => {
    const { lift, strength } = priorOf(
      populationOf(new Random(4), 4_000, { lift: 0, strength: Infinity }),
    )
    expect(Math.abs(lift)).toBeLessThan(0.05)
    expect(strength).toBeGreaterThan(50)
  })

  test('too small to tell anything is held to buy what it is shown', () => {
    const population = noDealings()
    const twice = { purchases: 2, dealPurchases: 2, views: 50, dealViews: 10 }
    const join = (count: number, one: Dealings) => {
      for (let at = 0; at < count; at++) joinDealings(population, one)
    }
    join(199, twice)
    join(500, { ...twice, purchases: 1, dealPurchases: 1 })
    join(500, { ...twice, views: 19, dealViews: 6 })
    join(500, { ...twice, purchases: 65 })
    expect(dealPriorOf(population)).toEqual(FIRST_DEAL_PRIOR)
    joinDealings(population, twice)
    expect(dealPriorOf(population).lift).toBeCloseTo(3, 9)
    expect(dealPriorOf(noDealings())).toEqual(FIRST_DEAL_PRIOR)
  })

  test('refuses what is no part of a whole', () => {
    const one = { purchases: 3, dealPurchases: 1, views: 20, dealViews: 5 }
    for (const wrong of [
      { dealPurchases: 4 },
      { dealViews: 21 },
      { purchases: 2.5 },
      { views: Number.NaN },
      { dealPurchases: -1 },
    ]) {
      const population = noDealings()
      expect(() => joinDealings(population, { ...one, ...wrong })).toThrow(RangeError)
      expect(population).toEqual(noDealings())
      expect(() => dealAffinityOf({ ...one, ...wrong }, FIRST_DEAL_PRIOR)).toThrow(/a part and/)
    }
    expect(() => leaveDealings(noDealings(), one)).toThrow(/Nobody with 3 purchases can leave/)
  })
})

describe('an affinity', () => {
  test('of somebody who never bought is that of the population, whatever was shown', () => {
    fc.assert(
      fc.property(dealings, fc.double({ min: -2, max: 2, noNaN: true }), (one, lift) => {
        const never = { ...one, purchases: 0, dealPurchases: 0, views: one.views + 20 }
        const affinity = dealAffinityOf(never, { lift, strength: 5 })!
        expect(affinity.score).toBeCloseTo(lift, 9)
        expect(affinity.excess).toBeLessThanOrEqual(1e-9)
        expect(isPriceSensitive(true, never, { lift, strength: 5 })).toBe(false)
      }),
    )
  })

  test('is the formula, with a purchase on a deal raising it and another one lowering it', () => {
    const prior = { lift: 0.4, strength: 6 }
    fc.assert(
      fc.property(dealings, one => {
        const shown = { ...one, views: one.views + 20 }
        const exposure = (shown.dealViews + 1) / (shown.views + 4)
        const usual = logistic(logit(exposure) + 0.4)
        const chance = (shown.dealPurchases + 6 * usual) / (shown.purchases + 6)
        const { score } = dealAffinityOf(shown, prior)!
        expect(score).toBeCloseTo(logit(chance) - logit(exposure), 6)
        const { purchases, dealPurchases } = shown
        const more = { ...shown, purchases: purchases + 1 }
        expect(dealAffinityOf(more, prior)!.score).toBeLessThan(score)
        const onDeal = { ...more, dealPurchases: dealPurchases + 1 }
        expect(dealAffinityOf(onDeal, prior)!.score).toBeGreaterThan(score)
      }),
    )
  })

  test('is not told of somebody who looked at nineteen products', () => {
    const few = { purchases: 9, dealPurchases: 9, views: 19, dealViews: 2 }
    expect(dealAffinityOf(few, FIRST_DEAL_PRIOR)).toBeNull()
    expect(isPriceSensitive(true, few, FIRST_DEAL_PRIOR)).toBe(false)
  })
})

describe('the tag PRICE_SENSITIVE', () => {
  const shown = { views: 96, dealViews: 24 }
  const prior = { lift: 0, strength: 4 }
  const walk = (...steps: [purchases: number, dealPurchases: number][]): boolean[] => {
    let held = false
    return steps.map(([purchases, dealPurchases]) => {
      held = isPriceSensitive(held, { ...shown, purchases, dealPurchases }, prior)
      return held
    })
  }

  test('begins at twice the odds of what is shown, and ends below one and a half times', () => {
    // One in four is shown on a deal. 2 of 3: odds of (2 + 1) to (1 + 3), 2.25 times one to three.
    expect(walk([2, 2], [3, 1], [3, 2])).toEqual([false, false, true])
    // 3 of 7: 1.7 times; 3 of 8: 1.5 times; 3 of 9: 1.33 times.
    expect(walk([3, 2], [7, 3], [8, 3], [9, 3], [7, 3])).toEqual([true, true, true, false, false])
  })

  test('goes where purchases are undone', () => {
    expect(walk([3, 3], [2, 2])).toEqual([true, false])
  })

  test('asks for more where everybody buys on deals, and for no less where nobody does', () => {
    const two = { ...shown, purchases: 3, dealPurchases: 2 }
    expect(isPriceSensitive(false, two, { lift: 0.7, strength: 4 })).toBe(false)
    const score = dealAffinityOf(two, { lift: -1, strength: 4 })!
    expect(score.excess).toBe(score.score)
  })

  test('falls to nobody by chance, and to few who are not', () => {
    const random = new Random(11)
    const taggedOf = (people: readonly Person[]): Person[] => {
      const fitted = priorOf(people)
      return people.filter(one => isPriceSensitive(false, one.dealings, fitted))
    }
    const alike = populationOf(random, 4_000, { lift: 0, strength: Infinity })
    const apart = populationOf(random, 4_000, { lift: 0.3, strength: 4 })
    const [chance, tagged] = [taggedOf(alike), taggedOf(apart)]
    const right = tagged.filter(one => one.above - 0.3 >= Math.log(1.5))
    // Of all people a third have one and a half times the usual odds.
    expect(chance.length).toBeLessThan(8)
    expect(tagged.length).toBeGreaterThan(400)
    expect(right.length / tagged.length).toBeGreaterThan(0.75)
  })
})
