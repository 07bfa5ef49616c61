import { describe, expect, test } from 'vitest'
import { DEVIATION, meanOf, PRICE, sdOf } from './elasticity-beliefs.ts'
import {
  type Bucket,
  type Demand,
  NO_DEMAND,
  observed,
  type PriceTag,
  unitsPerDayAt,
} from './elasticity-demand.ts'
import { intervalOf, verdictOn } from './elasticity-verdict.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

const list: PriceTag = {
  shownMinor: 2_000,
  policyMinor: 2_000,
  referenceMinor: 2_000,
  isExperiment: false,
  isPromoted: false,
}
const inPounds = (price: PriceTag) => ({ shownMinor: price.shownMinor, currency: 'GBP' })

const dayOf = (day: number, units: number, more: Partial<Bucket> = {}): Bucket => ({
  from: day * DAY,
  to: (day + 1) * DAY,
  units,
  views: 0,
  price: list,
  ...more,
})

const after = (buckets: readonly Bucket[]): Demand => buckets.reduce(observed, NO_DEMAND)

const run = (days: number, bucketOf: (day: number) => Bucket): Demand =>
  after(Array.from({ length: days }, (_, day) => bucketOf(day)))

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
  return { truth, demand, verdict: verdictOn(demand, { shownMinor: 1, currency: 'GBP' }) }
}

const many = (world: Omit<World, 'seed'>, articles = 200) =>
  Array.from({ length: articles }, (_, i) => simulated({ ...world, seed: 1_000 + i }))

const biasOf = (runs: readonly { truth: number; verdict: { mean: number } }[]): number =>
  runs.reduce((sum, { truth, verdict }) => sum + verdict.mean - truth, 0) / runs.length

const coverOf = (runs: ReturnType<typeof many>, narrowing = 1): number =>
  runs.filter(({ truth, verdict }) => {
    const { p05, p95 } = intervalOf({ mean: verdict.mean, sd: verdict.sd / narrowing })
    return p05 <= truth && truth <= p95
  }).length / runs.length

describe('articles with a known elasticity', () => {
  test('experiments find it, and the interval of 90 % covers it that often', () => {
    const runs = many({ amplitude: 0.2, reaction: 0 })
    expect(Math.abs(biasOf(runs))).toBeLessThan(0.15)
    expect(coverOf(runs)).toBeGreaterThan(0.85)
    expect(coverOf(runs)).toBeLessThan(0.97)
    expect(new Set(runs.map(({ verdict }) => verdict.method))).toEqual(new Set(['EXPERIMENT']))
    expect(runs.some(({ verdict }) => verdict.status === 'IDENTIFIED')).toBe(true)
    expect(runs.every(({ verdict }) => verdict.status !== 'NOT_IDENTIFIED')).toBe(true)
  })

  test('so they do where the seller reacts to demand', () => {
    const runs = many({ amplitude: 0.2, reaction: 0.5 })
    expect(Math.abs(biasOf(runs))).toBeLessThan(0.15)
    expect(coverOf(runs)).toBeGreaterThan(0.85)
    expect(coverOf(runs)).toBeLessThan(0.97)
  })

  test('without experiments a seller who reacts is misleading, and it is said that it may be so', () => {
    const runs = many({ amplitude: 0, reaction: 0.5 }, 100)
    expect(biasOf(runs)).toBeGreaterThan(0.8)
    expect(coverOf(runs, 2)).toBeLessThan(0.2)
    expect(runs.every(({ verdict }) => verdict.method === 'OBSERVATIONAL')).toBe(true)
    expect(runs.every(({ verdict }) => verdict.status !== 'IDENTIFIED')).toBe(true)
    const [{ verdict }] = runs as [(typeof runs)[0]]
    expect(verdict.reasons.map(({ code }) => code)).toEqual(['P_ELASTIC', 'P_OBSERVATIONAL'])
  })

  test('a bucket that ends when the stock runs out does not bias; a whole day would', () => {
    const censored = many({ amplitude: 0.2, reaction: 0, stock: 6, isCensored: true }, 50)
    const ended = many({ amplitude: 0.2, reaction: 0, stock: 6 }, 100)
    expect(biasOf(censored)).toBeGreaterThan(0.4)
    expect(Math.abs(biasOf(ended))).toBeLessThan(0.15)
    expect(coverOf(ended)).toBeGreaterThan(0.85)
  })
})

describe('what the data cannot answer', () => {
  test.each([0, 1, 3, 500])('a price that never moved, with %d units a day', units => {
    const demand = run(400, day => dayOf(day, units + (day % 2) * units))
    const verdict = verdictOn(demand, inPounds(list))
    expect(verdict.status).toBe('NOT_IDENTIFIED')
    expect(verdict.reasons.map(({ code }) => code)).toEqual(['P_NEVER_MOVED'])
  })

  test('the sentence names what was sold, and at what', () => {
    const demand = run(21, day => dayOf(day, 2))
    expect(verdictOn(demand, inPounds(list)).reasons[0]!.detail).toBe(
      'The price never moved: 42 units sold at 20.00 GBP say nothing about other prices.',
    )
  })

  test('a price that moved once among few sales is not enough', () => {
    const lower = { ...list, shownMinor: 1_900 }
    const demand = run(60, day =>
      dayOf(day, day % 10 === 0 ? 1 : 0, { price: day < 30 ? list : lower }),
    )
    const verdict = verdictOn(demand, inPounds(lower))
    expect(verdict).toMatchObject({ status: 'NOT_IDENTIFIED', method: 'OBSERVATIONAL' })
    expect(verdict.reasons[0]!.detail).toBe(
      '1 price change and 6 units sold are too little to tell what the price did from chance.',
    )
  })

  test('a price that moved with promotions alone is not told from them', () => {
    const deal = { ...list, shownMinor: 1_000, isPromoted: true }
    const demand = run(300, day =>
      dayOf(day, day % 14 < 7 ? 5 : 40, { price: day % 14 < 7 ? list : deal }),
    )
    const verdict = verdictOn(demand, inPounds(deal))
    expect(verdict.status).toBe('NOT_IDENTIFIED')
    expect(verdict.reasons[0]!.code).toBe('P_PROMOTIONS_ONLY')
  })

  test('an interval that rests on prices that somebody set is twice as wide', () => {
    const low = { ...list, shownMinor: 1_000 }
    const demand = run(300, day =>
      dayOf(day, day % 10 < 5 ? 5 : 20, { price: day % 10 < 5 ? list : low }),
    )
    const verdict = verdictOn(demand, inPounds(low))
    expect(verdict).toMatchObject({ status: 'WEAK', method: 'OBSERVATIONAL' })
    expect(verdict.sd).toBeCloseTo(2 * sdOf(demand.beliefs, PRICE), 12)
  })

  test('nothing observed yet is said as such', () => {
    expect(verdictOn(NO_DEMAND, inPounds(list)).reasons[0]!.code).toBe('P_LOW_EVIDENCE')
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
    expect(unitsPerDayAt(demand, list)).toBeCloseTo(15, 0)
  })

  test('once views are counted, what was learnt by hours stays', () => {
    const test = (price: PriceTag) => ({ ...price, isExperiment: true })
    const bucketOf = (day: number, views: number): Bucket => {
      const shownMinor = day % 2 === 0 ? 1_800 : 2_200
      return dayOf(day, day % 2 === 0 ? 12 : 8, { views, price: test({ ...list, shownMinor }) })
    }
    const byHours = run(150, day => bucketOf(day, 0))
    const before = meanOf(byHours.beliefs, DEVIATION)
    const byViews = Array.from({ length: 30 }, (_, i) => bucketOf(150 + i, 1_000)).reduce(
      observed,
      byHours,
    )
    expect(before).toBeLessThan(-1.5)
    expect(Math.abs(meanOf(byViews.beliefs, DEVIATION) - before)).toBeLessThan(0.2)
    expect(byViews.isByViews).toBe(true)
  })

  test('a bucket without any is skipped, and so is a price of nothing', () => {
    const known = run(10, day => dayOf(day, 3, { views: 10 }))
    expect(observed(known, dayOf(10, 3)).observations).toBe(10)
    const free = dayOf(10, 3, { views: 10, price: { ...list, shownMinor: 0 } })
    expect(observed(known, free).observations).toBe(10)
    const mistaken = dayOf(10, 3, { views: 10, price: { ...list, shownMinor: 2_000_000 } })
    expect(observed(known, mistaken).observations).toBe(10)
  })
})

test('units a day are those at the price that is asked for', () => {
  const demand = run(100, day => dayOf(day, 4))
  expect(unitsPerDayAt(demand, list)).toBeCloseTo(4, 0)
  expect(unitsPerDayAt(NO_DEMAND, list)).toBeNull()
})
