import { describe, expect, test } from 'vitest'
import { observed, type PriceTag } from './demand-bucket.ts'
import { endOf, inRhythm, LENGTHS_MS, lengthOf } from './demand-rhythm.ts'
import { LEVEL, meanOf, PRICE, PRIOR_SDS, sdOf } from './elasticity-beliefs.ts'
import { type BucketLength, type Demand, NO_DEMAND, withSpan } from './elasticity-demand.ts'
import { noiseSizeOf } from './elasticity-noise.ts'
import { gammaVariate, poissonVariate } from './random-variates.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

const after = (days: number, unitsOn: (day: number) => number): Demand => {
  let demand = NO_DEMAND
  for (let day = 0; day < days; day++) {
    const span = { from: day * DAY, to: (day + 1) * DAY, units: unitsOn(day), views: 0 }
    demand = withSpan(demand, span, true)
  }
  return demand
}

describe('the length of a bucket', () => {
  const each =
    (every: number, units = 1) =>
    (day: number) =>
      day % every === 0 ? units : 0
  const lengths: readonly [string, number, (day: number) => number, BucketLength, BucketLength][] =
    [
      ['of what sells each day is a day', 100, each(1), 'DAY', 'DAY'],
      ['of what sells once a week is a week', 100, each(7), 'DAY', 'WEEK'],
      ['is a day while the rhythm is not known', 20, each(7), 'DAY', 'DAY'],
      ['is a week from three weeks on', 21, each(7), 'DAY', 'WEEK'],
      ['of what sells each other day is a day', 100, each(2), 'DAY', 'DAY'],
      ['between the bounds stays a day', 100, day => each(7)(day) + each(4)(day), 'DAY', 'DAY'],
      ['between the bounds stays a week', 100, day => each(7)(day) + each(4)(day), 'WEEK', 'WEEK'],
      ['is a day again where most days sell', 100, day => (day % 5 < 3 ? 1 : 0), 'WEEK', 'DAY'],
      ['of what sells much is an hour', 10, each(1, 60), 'DAY', 'HOUR'],
      ['of what sells much for a few days is not known yet', 5, each(1, 60), 'DAY', 'DAY'],
      ['stays an hour down to half of it', 10, each(1, 30), 'HOUR', 'HOUR'],
      ['and no further', 10, each(1, 20), 'HOUR', 'DAY'],
      ['of a week as one record is a week, however much it is', 100, each(7, 5_000), 'DAY', 'WEEK'],
      ['and no hour before that is known', 14, each(7, 5_000), 'DAY', 'DAY'],
    ]
  test.each(lengths)('%s', (_, days, unitsOn, before, expected) => {
    expect(lengthOf(after(days, unitsOn), before)).toBe(expected)
  })

  test('ends with the hour, the day, or on Thursday, and never now', () => {
    const tuesday = Date.UTC(2026, 10, 24, 13, 30)
    expect(endOf('HOUR', tuesday)).toBe(Date.UTC(2026, 10, 24, 14))
    expect(endOf('DAY', tuesday)).toBe(Date.UTC(2026, 10, 25))
    expect(endOf('WEEK', tuesday)).toBe(Date.UTC(2026, 10, 26))
    expect(new Date(endOf('WEEK', tuesday)).getUTCDay()).toBe(4)
    expect(endOf('DAY', Date.UTC(2026, 10, 25))).toBe(Date.UTC(2026, 10, 26))
    expect(LENGTHS_MS.WEEK).toBe(7 * DAY)
  })
})

const list: PriceTag = {
  shownMinor: 2_000,
  policyMinor: 2_000,
  referenceMinor: 2_000,
  isExperiment: false,
  isPromoted: false,
}

/** mulberry32; never 0. */
const uniforms = (seed: number) => {
  let state = seed
  return (): number => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 2 ** 32
  }
}

/**
 * Two years of an article whose week is one record, on its first day, at a price of that week; a price
 * elasticity of -2.5. Counted by the day, learnt from in buckets of the length that it has.
 */
const weekly = (seed: number, isHeeded: boolean): Demand => {
  const next = uniforms(seed)
  let demand = NO_DEMAND
  let bucket = { from: 0, units: 0 }
  let price = list
  for (let day = 0; day < 728; day++) {
    const to = (day + 1) * DAY
    if (day % 7 === 0) {
      const ratio = 0.8 + 0.4 * next()
      price = { ...list, shownMinor: Math.round(2_000 * ratio) }
      const mean = 60 * ratio ** -2.5 * gammaVariate(next, 4, 4)
      bucket = { ...bucket, units: bucket.units + poissonVariate(next, mean) }
    }
    const units = day % 7 === 0 ? bucket.units : 0
    demand = withSpan(demand, { from: to - DAY, to, units, views: 0 }, true)
    if (to === endOf(demand.length, bucket.from)) {
      const hours = (to - bucket.from) / HOUR
      const learnt = observed(demand, {
        ...bucket,
        to,
        views: 0,
        hours,
        price,
        competitorMinor: null,
      })
      demand = isHeeded ? inRhythm(learnt.demand) : learnt.demand
      bucket = { from: to, units: 0 }
    }
  }
  return demand
}

const SEEDS = Array.from({ length: 20 }, (_, i) => 100 + i)
const biasOf = (runs: readonly Demand[]): number =>
  runs.reduce((sum, { beliefs }) => sum + meanOf(beliefs, PRICE) + 2.5, 0) / runs.length

describe('an article whose week is one record', () => {
  test('by the week is understood', () => {
    const runs = SEEDS.map(seed => weekly(seed, true))
    expect(new Set(runs.map(({ length }) => length))).toEqual(new Set(['WEEK']))
    expect(Math.abs(biasOf(runs))).toBeLessThan(0.15)
    const covered = runs.filter(
      ({ beliefs }) => Math.abs(meanOf(beliefs, PRICE) + 2.5) < 1.6449 * sdOf(beliefs, PRICE),
    )
    expect(covered.length).toBeGreaterThanOrEqual(16)
    for (const { noise } of runs) expect(noiseSizeOf(noise)).toBeGreaterThan(2)
  })

  test('by the day is taken for chance', () => {
    const runs = SEEDS.map(seed => weekly(seed, false))
    expect(biasOf(runs)).toBeGreaterThan(0.4)
    for (const { noise } of runs) expect(noiseSizeOf(noise)).toBeLessThan(0.5)
  })
})

describe('when the length changes', () => {
  const learnt = (days: number, unitsOn: (day: number) => number): Demand => {
    let demand = NO_DEMAND
    for (let day = 0; day < days; day++) {
      const span = { from: day * DAY, to: (day + 1) * DAY, units: unitsOn(day), views: 0 }
      const price = { ...list, shownMinor: day % 2 === 0 ? 1_800 : 2_200 }
      const bucket = { ...span, hours: 24, price, competitorMinor: null }
      demand = observed(withSpan(demand, span, true), bucket).demand
    }
    return demand
  }

  test('the scatter starts anew', () => {
    const before = learnt(60, day => (day % 7 === 0 ? 30 : 0))
    expect(noiseSizeOf(before.noise)).toBeLessThan(1)
    expect(noiseSizeOf(inRhythm(before).noise)).toBe(4)
  })

  test('what was believed stays, and in a young article of weekly sales only its level', () => {
    const old = learnt(60, day => (day % 7 === 0 ? 30 : 0))
    expect(inRhythm(old).beliefs).toEqual(old.beliefs)
    const young = learnt(30, day => (day % 7 === 0 ? 30 : 0))
    const { beliefs, length } = inRhythm(young)
    expect(length).toBe('WEEK')
    expect(meanOf(beliefs, PRICE)).toBe(-1.5)
    expect(sdOf(beliefs, PRICE)).toBe(PRIOR_SDS[PRICE])
    expect(24 * 7 * Math.exp(meanOf(beliefs, LEVEL))).toBeCloseTo(34, -1)
    const busy = learnt(10, () => 80)
    expect(inRhythm(busy)).toMatchObject({ length: 'HOUR', beliefs: busy.beliefs })
  })

  test('nothing changes while it stays', () => {
    const demand = learnt(60, () => 5)
    expect(inRhythm(demand)).toBe(demand)
  })
})
