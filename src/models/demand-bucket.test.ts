import { describe, expect, test } from 'vitest'
import {
  type Bucket,
  type DemandCategory,
  NO_CATEGORY,
  observed,
  type PriceTag,
  predictedIn,
  regressorsOf,
  unitsPerDayAt,
} from './demand-bucket.ts'
import {
  COMPETITOR,
  DEVIATION,
  LEVEL,
  meanOf,
  PRICE,
  SEASON_COS,
  SEASON_SIN,
  sdOf,
} from './elasticity-beliefs.ts'
import { type Demand, NO_DEMAND, withSpan } from './elasticity-demand.ts'
import { negativeBinomialQuantile } from './negative-binomial.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

const list: PriceTag = {
  shownMinor: 2_000,
  policyMinor: 2_000,
  referenceMinor: 2_000,
  isExperiment: false,
  isPromoted: false,
}

const dayOf = (day: number, units: number, more: Partial<Bucket> = {}): Bucket => {
  const bucket = {
    from: day * DAY,
    to: (day + 1) * DAY,
    units,
    views: 0,
    price: list,
    competitorMinor: null,
    ...more,
  }
  return { ...bucket, hours: (bucket.to - bucket.from) / HOUR }
}

const taken = (demand: Demand, bucket: Bucket, category: DemandCategory = NO_CATEGORY): Demand =>
  observed(withSpan(demand, bucket, true), bucket, category).demand

const after = (buckets: readonly Bucket[], category = NO_CATEGORY): Demand =>
  buckets.reduce((demand, bucket) => taken(demand, bucket, category), NO_DEMAND)

const run = (days: number, bucketOf: (day: number) => Bucket, category = NO_CATEGORY): Demand =>
  after(
    Array.from({ length: days }, (_, day) => bucketOf(day)),
    category,
  )

/** Chance with a seed (mulberry32), and what is drawn with it. */
class Chance {
  #state: number
  constructor(seed: number) {
    this.#state = seed
  }
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next())
  }
  /** Gamma of a whole shape and mean 1. */
  gamma(shape: number): number {
    let product = 1
    for (let i = 0; i < shape; i++) product *= 1 - this.next()
    return -Math.log(product) / shape
  }
  /** Arrivals at a rate per day: when each came, in days. */
  arrivals(rate: number): number[] {
    const times: number[] = []
    let t = this.#wait(rate)
    while (t < 1) {
      times.push(t)
      t += this.#wait(rate)
    }
    return times
  }
  #wait(rate: number): number {
    return -Math.log(1 - this.next()) / rate
  }
}

interface World {
  readonly seed: number
  /** Standard deviation of the drawn deviation is .7 of it; 0 for no experiments. */
  readonly amplitude: number
  /** How much of a change of demand the seller passes on to the price. */
  readonly reaction: number
  /** Units in stock each morning. */
  readonly stock?: number
  readonly isCensored?: boolean
}

const DAYS = 365
const STEPS = [-1, -0.5, 0, 0.5, 1]

/** A year of one article with a true elasticity around -2, noise φ = 4 and a level that comes and goes. */
const simulated = ({ seed, amplitude, reaction, stock, isCensored }: World) => {
  const chance = new Chance(seed)
  const truth = -2.1 + 0.5 * chance.normal()
  const usual = Math.log(3 + 5 * chance.next())
  let [swing, free, deviation] = [0, 0, 0]
  const demand = run(DAYS, day => {
    swing = 0.97 * swing + 0.12 * chance.normal()
    if (day % 7 === 0) free = 0.15 * chance.normal()
    if (day % 3 === 0) deviation = amplitude * STEPS[Math.floor(5 * chance.next())]!
    const policy = reaction * swing + (reaction > 0 ? 0.3 * free : free)
    const rate = Math.exp(usual + swing + truth * (policy + deviation)) * chance.gamma(4)
    const times = chance.arrivals(rate)
    const sold = Math.min(times.length, stock ?? Number.POSITIVE_INFINITY)
    const isSoldOut = sold === stock
    const price: PriceTag = {
      shownMinor: Math.round(20_000 * Math.exp(policy + deviation)),
      policyMinor: Math.round(20_000 * Math.exp(policy)),
      referenceMinor: 20_000,
      isExperiment: amplitude > 0,
      isPromoted: false,
    }
    const to = isSoldOut && !isCensored ? (day + times[sold - 1]!) * DAY : (day + 1) * DAY
    return dayOf(day, sold, { price, to })
  })
  const coefficient = amplitude > 0 ? DEVIATION : PRICE
  return { truth, mean: meanOf(demand.beliefs, coefficient), sd: sdOf(demand.beliefs, coefficient) }
}

const many = (world: Omit<World, 'seed'>, articles = 200) =>
  Array.from({ length: articles }, (_, i) => simulated({ ...world, seed: 1_000 + i }))

const biasOf = (runs: ReturnType<typeof many>): number =>
  runs.reduce((sum, { truth, mean }) => sum + mean - truth, 0) / runs.length

const coverOf = (runs: ReturnType<typeof many>): number =>
  runs.filter(({ truth, mean, sd }) => Math.abs(mean - truth) <= 1.6449 * sd).length / runs.length

describe('articles with a known elasticity', () => {
  test('experiments find it, and the interval of 90 % covers it that often', () => {
    const runs = many({ amplitude: 0.2, reaction: 0 })
    expect(Math.abs(biasOf(runs))).toBeLessThan(0.15)
    expect(coverOf(runs)).toBeGreaterThan(0.85)
    expect(coverOf(runs)).toBeLessThan(0.97)
    expect(runs.some(({ sd }) => sd <= 0.35)).toBe(true)
    expect(runs.every(({ sd }) => sd < 1)).toBe(true)
  })

  test('so they do where the seller reacts to demand', () => {
    const runs = many({ amplitude: 0.2, reaction: 0.5 })
    expect(Math.abs(biasOf(runs))).toBeLessThan(0.15)
    expect(coverOf(runs)).toBeGreaterThan(0.85)
    expect(coverOf(runs)).toBeLessThan(0.97)
  })

  test('without experiments a seller who reacts is misleading, and surely so', () => {
    const runs = many({ amplitude: 0, reaction: 0.5 }, 100)
    expect(biasOf(runs)).toBeGreaterThan(0.8)
    expect(coverOf(runs)).toBeLessThan(0.2)
  })

  test('a bucket that ends when the stock runs out does not bias; a whole day would', () => {
    const censored = many({ amplitude: 0.2, reaction: 0, stock: 6, isCensored: true }, 50)
    const ended = many({ amplitude: 0.2, reaction: 0, stock: 6 }, 100)
    expect(biasOf(censored)).toBeGreaterThan(0.4)
    expect(Math.abs(biasOf(ended))).toBeLessThan(0.15)
    expect(coverOf(ended)).toBeGreaterThan(0.85)
  })
})

describe('exposure', () => {
  test('is views where there are any, so that a busy day is not a better price', () => {
    const low = { ...list, shownMinor: 1_800 }
    const demand = run(200, day => {
      const isLow = day % 4 < 2
      // Twice the visitors at the lower price, of whom as many buy.
      const views = isLow ? 200 : 100
      return dayOf(day, views / 10, { views, price: isLow ? low : list })
    })
    expect(meanOf(demand.beliefs, PRICE)).toBeGreaterThan(-0.5)
    expect(meanOf(demand.beliefs, PRICE)).toBeLessThan(0.5)
    expect(unitsPerDayAt(demand, list)).toBeGreaterThan(14)
    expect(unitsPerDayAt(demand, list)).toBeLessThan(16)
  })

  test('once views are counted, what was learnt by hours stays', () => {
    const test = (price: PriceTag) => ({ ...price, isExperiment: true })
    const bucketOf = (day: number, views: number): Bucket => {
      const shownMinor = day % 2 === 0 ? 1_800 : 2_200
      return dayOf(day, day % 2 === 0 ? 12 : 8, { views, price: test({ ...list, shownMinor }) })
    }
    const byHours = run(150, day => bucketOf(day, 0))
    const before = meanOf(byHours.beliefs, DEVIATION)
    const byViews = Array.from({ length: 30 }, (_, i) => bucketOf(150 + i, 1_000)).reduce<Demand>(
      (demand, bucket) => taken(demand, bucket),
      byHours,
    )
    expect(before).toBeLessThan(-1.5)
    expect(Math.abs(meanOf(byViews.beliefs, DEVIATION) - before)).toBeLessThan(0.2)
    expect(byViews.isByViews).toBe(true)
  })

  test('a bucket without any is skipped, and so is a price of nothing', () => {
    const known = run(10, day => dayOf(day, 3, { views: 10 }))
    expect(taken(known, dayOf(10, 3)).observations).toBe(10)
    const free = dayOf(10, 3, { views: 10, price: { ...list, shownMinor: 0 } })
    expect(taken(known, free).observations).toBe(10)
    const mistaken = dayOf(10, 3, { views: 10, price: { ...list, shownMinor: 2_000_000 } })
    expect(taken(known, mistaken).observations).toBe(10)
  })
})

test('units a day are those at the price that is asked for', () => {
  const demand = run(100, day => dayOf(day, 4))
  expect(unitsPerDayAt(demand, list)).toBeCloseTo(4, 0)
  expect(unitsPerDayAt(NO_DEMAND, list)).toBeNull()
})

describe('what is expected', () => {
  test('holds nine days in ten, whatever the level, and is known before the day', () => {
    const chance = new Chance(7)
    let [inBand, days, swing] = [0, 0, 0]
    let demand = NO_DEMAND
    for (let day = 0; day < 1_500; day++) {
      swing = 0.98 * swing + 0.1 * chance.normal()
      const units = chance.arrivals(Math.exp(1.5 + swing) * chance.gamma(4)).length
      const bucket = dayOf(day, units)
      const { demand: next, predicted } = observed(withSpan(demand, bucket, true), bucket)
      expect(predictedIn(withSpan(demand, bucket, true), bucket)).toEqual(predicted)
      demand = next
      if (predicted === null) continue
      const { shape, rate } = predicted
      const [p05, p95] = [0.05, 0.95].map(p => negativeBinomialQuantile(shape, rate, p))
      days++
      if (p05! <= units && units <= p95!) inBand++
    }
    expect(days).toBe(1_497)
    // Of whole units the band is a little wider than it need be.
    expect(inBand / days).toBeGreaterThan(0.89)
    expect(inBand / days).toBeLessThan(0.96)
  })

  test('is nothing before the level is known, or where nothing can be learnt', () => {
    expect(predictedIn(NO_DEMAND, dayOf(0, 3))).toBeNull()
    expect(observed(NO_DEMAND, dayOf(0, 3)).predicted).toBeNull()
    const known = run(10, day => dayOf(day, 3))
    const free = dayOf(10, 3, { price: { ...list, shownMinor: 0 } })
    expect(predictedIn(known, free)).toBeNull()
    expect(observed(known, free)).toEqual({ demand: known, predicted: null, units: 3 })
  })

  test('of a part of a day is that part', () => {
    const known = run(50, day => dayOf(day, 6))
    const whole = predictedIn(known, dayOf(50, 0))!
    const part = predictedIn(known, dayOf(50, 0, { to: 50.25 * DAY }))!
    expect(part.shape / part.rate / (whole.shape / whole.rate)).toBeCloseTo(0.25, 2)
  })
})

describe('what a category knows', () => {
  test('is the scatter that an article starts with', () => {
    const { noise } = run(3, day => dayOf(day, 20), { ...NO_CATEGORY, scatter: 0.01 })
    expect(noise.excess / noise.weight).toBeCloseTo(0.01, 12)
    expect(run(3, day => dayOf(day, 20)).noise.excess).toBe(12.5)
  })

  /** Twice as much on the two days before Monday as on others; day 0 is a Thursday. */
  const unitsOn = (day: number): number => (isWeekend(day) ? 20 : 10)
  const isWeekend = (day: number): boolean => (day + 3) % 7 >= 5
  const weekdayIndex = [7 / 9, 7 / 9, 7 / 9, 7 / 9, 7 / 9, 14 / 9, 14 / 9]

  const errorOf = (days: number, category: DemandCategory): number => {
    const known = run(days, day => dayOf(day, unitsOn(day)), category)
    const errors = Array.from({ length: 7 }, (_, i) => {
      const bucket = dayOf(days + i, 0)
      const { shape, rate } = predictedIn(known, bucket, category)!
      return Math.abs(shape / rate / unitsOn(days + i) - 1)
    })
    return errors.reduce((sum, error) => sum + error, 0) / 7
  }

  test('is the days of the week of a young article', () => {
    expect(errorOf(28, NO_CATEGORY)).toBeGreaterThan(0.25)
    expect(errorOf(28, { ...NO_CATEGORY, weekdayIndex })).toBeLessThan(0.1)
  })

  test('and those of an old one, which learns how its own differ', () => {
    expect(errorOf(200, { ...NO_CATEGORY, weekdayIndex })).toBeLessThan(0.05)
    expect(errorOf(200, NO_CATEGORY)).toBeLessThan(0.2)
    const another = [...weekdayIndex.slice(3), ...weekdayIndex.slice(0, 3)]
    expect(errorOf(50, { ...NO_CATEGORY, weekdayIndex: another })).toBeGreaterThan(0.4)
    expect(errorOf(200, { ...NO_CATEGORY, weekdayIndex: another })).toBeLessThan(0.25)
    const { beliefs } = run(200, day => dayOf(day, unitsOn(day)))
    expect(sdOf(beliefs, SEASON_SIN)).toBeLessThan(0.1)
    expect(sdOf(beliefs, SEASON_COS)).toBeLessThan(0.1)
  })

  test('is not asked where exposure is views, as they have the week in them', () => {
    const bucketOf = (day: number) => dayOf(day, unitsOn(day), { views: 10 * unitsOn(day) })
    const by = (category: DemandCategory) =>
      Array.from({ length: 20 }, (_, i) => bucketOf(10 + i)).reduce<Demand>(
        (demand, bucket) => taken(demand, bucket, category),
        run(10, bucketOf),
      )
    const plain = by(NO_CATEGORY)
    expect(by({ ...NO_CATEGORY, weekdayIndex })).toEqual(plain)
    const { shape, rate } = predictedIn(plain, dayOf(30, 0, { views: 100 }))!
    expect(shape / rate).toBeGreaterThan(9)
    expect(shape / rate).toBeLessThan(11)
  })

  test('a price that is lower on the days that sell more is told from them', () => {
    const elasticityIn = (category: DemandCategory): number => {
      const { beliefs } = run(
        300,
        day => {
          const isLow = isWeekend(day) !== (day % 5 === 0)
          const shownMinor = isLow ? 1_800 : 2_000
          const units = Math.round(3 * unitsOn(day) * (shownMinor / 2_000) ** -2)
          return dayOf(day, units, { price: { ...list, shownMinor } })
        },
        category,
      )
      return meanOf(beliefs, PRICE)
    }
    expect(elasticityIn(NO_CATEGORY)).toBeLessThan(-3)
    expect(elasticityIn({ ...NO_CATEGORY, weekdayIndex })).toBeCloseTo(-2, 1)
  })
})

describe('competitors', () => {
  const test10 = (day: number): PriceTag => ({
    ...list,
    shownMinor: [1_600, 2_400, 2_000, 1_800, 2_200][(3 * day) % 5]!,
    isExperiment: true,
  })
  /** Demand that follows the price with -2, and the lowest price of others with .8. */
  const bucketOf = (day: number, competitorMinor: number | null, chance: Chance): Bucket => {
    const price = test10(day)
    const others = Math.log((competitorMinor ?? 2_000) / 2_000)
    const rate = 8 * Math.exp(-2 * Math.log(price.shownMinor / 2_000) + 0.8 * others)
    const units = chance.arrivals(rate * chance.gamma(4)).length
    return dayOf(day, units, { price, competitorMinor })
  }
  const othersOn = (day: number): number => (day % 14 < 7 ? 1_500 : 2_300)

  test('are told from the own price', () => {
    const chance = new Chance(3)
    const { beliefs } = run(400, day => bucketOf(day, othersOn(day), chance))
    expect(meanOf(beliefs, COMPETITOR)).toBeGreaterThan(0.5)
    expect(meanOf(beliefs, COMPETITOR)).toBeLessThan(1.1)
    expect(meanOf(beliefs, DEVIATION)).toBeGreaterThan(-2.4)
    expect(meanOf(beliefs, DEVIATION)).toBeLessThan(-1.6)
  })

  test.each([1, 2, 3, 4, 5])('that are not seen any more hardly move the elasticity (%d)', seed => {
    const chance = new Chance(seed)
    let demand = run(200, day => bucketOf(day, 1_500, chance))
    const before = meanOf(demand.beliefs, DEVIATION)
    for (let day = 200; day < 205; day++) {
      const { price, units } = bucketOf(day, 1_500, chance)
      demand = taken(demand, dayOf(day, units, { price, competitorMinor: null }))
    }
    expect(Math.abs(meanOf(demand.beliefs, DEVIATION) - before)).toBeLessThan(0.1)
  })

  test('with an absurd price are taken for none, and the sales count all the same', () => {
    for (const competitorMinor of [0, 1, 2_000_000]) {
      expect(regressorsOf(list, competitorMinor)).toEqual(regressorsOf(list, null))
      expect(taken(NO_DEMAND, dayOf(0, 3, { competitorMinor })).observations).toBe(1)
    }
    expect(regressorsOf(list, 1_000)!.competitor).toBeCloseTo(-Math.LN2, 12)
  })

  test('at their present price are in the units a day', () => {
    const chance = new Chance(3)
    const demand = run(400, day => bucketOf(day, othersOn(day), chance))
    const ratio = unitsPerDayAt(demand, list, 2_300)! / unitsPerDayAt(demand, list, 1_500)!
    expect(Math.log(ratio)).toBeCloseTo(meanOf(demand.beliefs, COMPETITOR) * Math.log(23 / 15), 9)
  })
})

test('a bucket of which hours are left out has the exposure of the others', () => {
  const known = run(30, day => dayOf(day, 10))
  const bucket = { ...dayOf(30, 5), hours: 12 }
  const { demand, predicted } = observed(withSpan(known, bucket, true), bucket)
  expect(predicted!.shape / predicted!.rate).toBeCloseTo(5, 0)
  expect(meanOf(demand.beliefs, LEVEL)).toBeCloseTo(meanOf(known.beliefs, LEVEL), 1)
})
