import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LifecycleActivity } from './lifecycle-activity.ts'
import {
  CART_LIVE_MS,
  ENGAGEMENT_HALF_LIFE_MS,
  interestFadesAt,
  LIFECYCLE_STAGES,
  type LifecycleStage,
  NO_HOLDS,
  nextStage,
  STAGE_REASONS,
  type StageEvidence,
  type StageHolds,
} from './lifecycle-stage.ts'
import { numbersIn } from './sentence.ts'

const DAY = 86_400_000
const nothing: StageEvidence = {
  engagement: 0,
  cartAgeMs: null,
  purchases: 0,
  purchaseSpanMs: 0,
  repeatDays: -1,
  weeklyRate: 0,
  activity: 'ACTIVE',
  referralAgeMs: null,
}
const bought = { ...nothing, purchases: 1, repeatDays: 0 }
const loyalty = { ...nothing, purchases: 5, repeatDays: 4, purchaseSpanMs: 40 * DAY }

/** The stages that one person goes through, given the evidence at each step. */
const path = (...steps: Partial<StageEvidence>[]): LifecycleStage[] => {
  let held: StageHolds = NO_HOLDS
  return steps.map(step => {
    const next = nextStage(held, { ...nothing, ...step })
    held = next
    return next.stage
  })
}

test('interest begins at an engagement of 3 and ends below 1', () => {
  const engagements = [0, 2.9, 3, 2, 1, 0.99, 2.9, 3]
  expect(path(...engagements.map(engagement => ({ engagement })))).toEqual([
    'AWARE',
    'AWARE',
    'INTERESTED',
    'INTERESTED',
    'INTERESTED',
    'AWARE',
    'AWARE',
    'INTERESTED',
  ])
})

test('two repeat days make a loyal buyer at a rate of one in sixty days, one does not', () => {
  const twice = { ...bought, purchases: 3, repeatDays: 2, purchaseSpanMs: 30 * DAY }
  expect(path({ ...twice, weeklyRate: 7 / 60 })).toEqual(['LOYAL'])
  expect(path({ ...twice, weeklyRate: 7 / 61 })).toEqual(['REPEAT'])
  expect(path({ ...twice, repeatDays: 1, weeklyRate: 1 })).toEqual(['REPEAT'])
  // What was held is not left as the rate fades, but by a dormant time, or where it is undone.
  const rate = { weeklyRate: 1 }
  expect(path({ ...twice, ...rate }, twice, { ...twice, activity: 'AT_RISK' })).toEqual(
    Array(3).fill('LOYAL'),
  )
  expect(path({ ...twice, ...rate }, { ...twice, activity: 'DORMANT' })[1]).toBe('REPEAT')
  expect(path({ ...twice, ...rate }, { ...twice, repeatDays: 1 })[1]).toBe('REPEAT')
})

test('a cart is intent for 72 hours, and then falls back to the interest that is left', () => {
  const live = { cartAgeMs: CART_LIVE_MS - 1 }
  const old = { cartAgeMs: CART_LIVE_MS }
  expect(path(live, old)).toEqual(['INTENT', 'AWARE'])
  expect(path({ ...live, engagement: 4 }, { ...old, engagement: 2 })).toEqual([
    'INTENT',
    'INTERESTED',
  ])
})

test('two purchases make a repeat buyer once they are a day apart', () => {
  expect(path(bought)).toEqual(['FIRST_BUYER'])
  expect(path({ ...bought, purchases: 2, purchaseSpanMs: DAY - 1 })).toEqual(['FIRST_BUYER'])
  expect(path({ ...bought, purchases: 2, purchaseSpanMs: DAY })).toEqual(['REPEAT'])
})

test('undone purchases take the stage with them', () => {
  expect(path(loyalty, { ...loyalty, purchases: 1, repeatDays: 0, purchaseSpanMs: 0 }, {})).toEqual(
    ['LOYAL', 'FIRST_BUYER', 'AWARE'],
  )
})

test('loyalty begins with four repeat days while active, and outlasts all but dormancy', () => {
  const activities: LifecycleActivity[] = ['AT_RISK', 'ACTIVE', 'AT_RISK', 'DORMANT', 'REACTIVATED']
  expect(path(...activities.map(activity => ({ ...loyalty, activity })))).toEqual([
    'REPEAT',
    'LOYAL',
    'LOYAL',
    'REPEAT',
    'REPEAT',
  ])
})

test('an advocate is a buyer whose referral bought within 180 days, and stays one for 365', () => {
  const ages = [180 * DAY, 179 * DAY, 364 * DAY, 365 * DAY, 364 * DAY]
  expect(path(...ages.map(referralAgeMs => ({ ...bought, referralAgeMs })))).toEqual([
    'FIRST_BUYER',
    'ADVOCATE',
    'ADVOCATE',
    'FIRST_BUYER',
    'FIRST_BUYER',
  ])
  expect(path({ referralAgeMs: 0 })).toEqual(['AWARE'])
})

const evidences = fc.record({
  engagement: fc.double({ min: 0, max: 6, noNaN: true }),
  cartAgeMs: fc.option(fc.nat(100 * 3_600_000)),
  purchases: fc.nat(8),
  purchaseSpanMs: fc.nat(3 * DAY),
  repeatDays: fc.integer({ min: -1, max: 7 }),
  weeklyRate: fc.double({ min: 0, max: 0.3, noNaN: true }),
  activity: fc.constantFrom<LifecycleActivity>(
    'ACTIVE',
    'AT_RISK',
    'DORMANT',
    'LOST',
    'REACTIVATED',
  ),
  referralAgeMs: fc.option(fc.nat(500 * DAY)),
})

test('the same evidence twice is the same stage: no stage flutters by itself', () => {
  fc.assert(
    fc.property(fc.array(evidences, { minLength: 1 }), steps => {
      const stages = path(...steps, steps.at(-1)!)
      expect(stages.at(-1)).toBe(stages.at(-2))
    }),
  )
})

test('one more purchase never leads down the path', () => {
  fc.assert(
    fc.property(fc.array(evidences), evidences, (before, last) => {
      const more = { ...last, purchases: last.purchases + 1, repeatDays: last.repeatDays + 1 }
      const rank = (step: StageEvidence) => LIFECYCLE_STAGES.indexOf(path(...before, step).at(-1)!)
      expect(rank(more)).toBeGreaterThanOrEqual(rank(last))
    }),
  )
})

test('interest ends at the moment that is named, and not a millisecond sooner than needed', () => {
  const engagements = fc.double({ min: 1, max: 1e6, noNaN: true })
  fc.assert(
    fc.property(engagements, fc.integer({ min: 0, max: 2e12 }), (engagement, now) => {
      const at = (later: number) => engagement * 2 ** (-(later - now) / ENGAGEMENT_HALF_LIFE_MS)
      const fadesAt = interestFadesAt(engagement, now)
      expect(fadesAt).toBeGreaterThan(now)
      expect(at(fadesAt)).toBeLessThan(1)
      expect(at(fadesAt - 3)).toBeGreaterThanOrEqual(1 - 1e-12)
    }),
  )
})

test('every stage has its sentence, and speaks of evidence alone', () => {
  for (const stage of LIFECYCLE_STAGES) {
    for (const name of numbersIn(STAGE_REASONS[stage])) expect(nothing).toHaveProperty(name)
  }
})
