import { describe, expect, test } from 'vitest'
import { type Bucket, observed, type PriceTag, unitsPerDayAt } from './demand-bucket.ts'
import { DEVIATION, meanOf } from './elasticity-beliefs.ts'
import { type Demand, NO_DEMAND, withSpan } from './elasticity-demand.ts'

const DAY = 86_400_000
const tag: PriceTag = {
  shownMinor: 2_000,
  policyMinor: 2_000,
  referenceMinor: 2_000,
  isExperiment: true,
  isPromoted: false,
}

/** Ten units a day, and prices by turns; after as many days as views are given for. */
const demandAfter = (views: readonly number[], units = 10, before = NO_DEMAND): Demand => {
  const first = Math.round(before.daysKnown)
  return views.reduce((demand, seen, i) => {
    const day = first + i
    const isLow = day % 2 === 0
    const bucket: Bucket = {
      from: day * DAY,
      to: (day + 1) * DAY,
      units: isLow ? Math.ceil(1.2 * units) : Math.floor(0.8 * units),
      views: seen,
      hours: 24,
      price: { ...tag, shownMinor: isLow ? 1_800 : 2_200 },
      competitorMinor: null,
    }
    return observed(withSpan(demand, bucket, true), bucket).demand
  }, before)
}

const daysOf = (days: number, views: number): readonly number[] => Array(days).fill(views)
const isByViews = (...args: Parameters<typeof demandAfter>): boolean =>
  demandAfter(...args).isByViews

describe('exposure is views', () => {
  test('after a week of them, and as long as they come', () => {
    expect(isByViews(daysOf(6, 100))).toBe(false)
    expect(isByViews(daysOf(8, 100))).toBe(true)
    expect(isByViews(daysOf(400, 100))).toBe(true)
  })
  test('twelve days after the first of them, where there were none for long', () => {
    expect(isByViews([...daysOf(100, 0), ...daysOf(11, 100)])).toBe(false)
    expect(isByViews([...daysOf(100, 0), ...daysOf(12, 100)])).toBe(true)
  })
  test('also where some days have none, which then say nothing', () => {
    const known = demandAfter(Array.from({ length: 60 }, (_, day) => (day % 5 === 0 ? 0 : 100)))
    expect(known.isByViews).toBe(true)
    expect(demandAfter([0], 10, known).observations).toBe(known.observations)
  })
})

describe('exposure is hours', () => {
  test('where there was one view, or one customer who looked at it all day', () => {
    expect(isByViews([...daysOf(30, 0), 1])).toBe(false)
    expect(isByViews([...daysOf(30, 0), 5_000, ...daysOf(20, 0)])).toBe(false)
    expect(isByViews([1, ...daysOf(20, 0)])).toBe(false)
  })
  test('where fewer are seen than buy', () => {
    expect(isByViews(daysOf(60, 1))).toBe(false)
    expect(isByViews(daysOf(60, 9))).toBe(false)
    expect(isByViews(daysOf(60, 11))).toBe(true)
  })
  test('again where views stop, after 12 days, and what is sold is learnt from', () => {
    const known = demandAfter(daysOf(60, 100))
    expect(isByViews(daysOf(11, 0), 10, known)).toBe(true)
    const without = demandAfter(daysOf(12, 0), 10, known)
    expect(without.isByViews).toBe(false)
    expect(without.observations).toBe(known.observations + 1)
  })
})

describe('where the unit changes', () => {
  const known = demandAfter(daysOf(150, 100))
  const stopped = demandAfter(daysOf(13, 0), 10, known)
  const again = demandAfter(daysOf(13, 300), 10, demandAfter(daysOf(60, 0), 10, stopped))

  test('what was learnt of prices stays', () => {
    expect(meanOf(known.beliefs, DEVIATION)).toBeLessThan(-1.5)
    for (const { beliefs } of [stopped, again]) {
      expect(Math.abs(meanOf(beliefs, DEVIATION) - meanOf(known.beliefs, DEVIATION))).toBeLessThan(
        0.3,
      )
    }
  })
  test('as many units a day are to be expected', () => {
    expect(stopped.isByViews).toBe(false)
    expect(unitsPerDayAt(stopped, tag)).toBeGreaterThan(9)
    expect(unitsPerDayAt(stopped, tag)).toBeLessThan(11)
    // A third of a week is remembered from before the views began, which makes them look fewer.
    expect(again.isByViews).toBe(true)
    expect(unitsPerDayAt(again, tag)).toBeGreaterThan(6)
    expect(unitsPerDayAt(demandAfter(daysOf(30, 300), 10, again), tag)).toBeGreaterThan(9)
  })
})
