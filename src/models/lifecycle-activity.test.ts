import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  activityChangesAt,
  activityOf,
  type LifecycleActivity,
  type Presence,
  presentRatio,
  type Rhythm,
} from './lifecycle-activity.ts'
import { activityReasonOf as reasonWith } from './lifecycle-activity-reasons.ts'
import { MBG_NBD_SEED } from './mbg-nbd.ts'
import { ageAtRatio } from './silence-ages.ts'

const activityReasonOf = (presence: Presence, activity: LifecycleActivity, now: number): string =>
  reasonWith(presence, activity, now, presentRatio(presence, now))

const DAY = 86_400_000
const visitor = (lastAt: number): Presence => ({ lastAt, reactivatedAt: null, rhythm: null })
const rhythmOf = (days: number, firstDay: number, lastDay: number): Rhythm => ({
  days,
  firstAt: firstDay * DAY,
  lastAt: lastDay * DAY,
  parameters: MBG_NBD_SEED,
})
const buyer = (rhythm: Rhythm): Presence => ({ lastAt: rhythm.lastAt, reactivatedAt: null, rhythm })

test.each<[number, LifecycleActivity]>([
  [0, 'ACTIVE'],
  [30 * DAY - 1, 'ACTIVE'],
  [30 * DAY, 'AT_RISK'],
  [90 * DAY - 1, 'AT_RISK'],
  [90 * DAY, 'DORMANT'],
  [180 * DAY - 1, 'DORMANT'],
  [180 * DAY, 'LOST'],
  [9_000 * DAY, 'LOST'],
])('%d ms after the last visit somebody who never bought is %s', (absenceMs, activity) => {
  expect(activityOf(visitor(1_000), 1_000 + absenceMs)).toBe(activity)
})

/**
 * The days to each level that were measured on the larger file of CDNOW, whose parameters differ a
 * little from those of the sample: so they are to be near these, and in the same order.
 */
describe('a buyer is judged by their own rhythm', () => {
  const PUBLISHED = { r: 0.6371, alpha: 7.3103, a: 0.8075, b: 1.2284 }
  const WEEKS = 39
  const silentDays = (repeats: number, ratio: number): number => {
    const lastWeeks = repeats === 0 ? 0 : WEEKS
    const summary = { repeats, lastWeeks, ageWeeks: lastWeeks }
    return Math.round(7 * (ageAtRatio(PUBLISHED, summary, ratio) - lastWeeks))
  }

  test('who bought once is at risk after 37 days, dormant after 123, lost after 411', () => {
    expect([0.5, 0.2, 0.05].map(ratio => silentDays(0, ratio))).toEqual([37, 123, 411])
  })

  test('heavy buyers are flagged sooner, and are lost sooner', () => {
    const [three, ten, forty] = [3, 10, 40].map(repeats =>
      [0.5, 0.2, 0.05].map(ratio => silentDays(repeats, ratio)),
    )
    for (const level of [0, 1, 2]) {
      expect(ten![level]).toBeLessThan(three![level]!)
      expect(forty![level]).toBeLessThan(ten![level]!)
    }
  })
})

describe('a buyer with a slow rhythm', () => {
  const slow = buyer({ ...rhythmOf(2, -700, 0), parameters: { r: 9, alpha: 900, a: 1e-3, b: 9 } })

  test.each<[number, LifecycleActivity]>([
    [365 * DAY - 1, 'ACTIVE'],
    [365 * DAY, 'AT_RISK'],
    [540 * DAY - 1, 'AT_RISK'],
    [540 * DAY, 'DORMANT'],
    [730 * DAY - 1, 'DORMANT'],
    [730 * DAY, 'LOST'],
  ])('is, %d ms after the last purchase, %s all the same', (absenceMs, activity) => {
    expect(activityOf(slow, absenceMs)).toBe(activity)
  })

  test('is told that the length of the silence decided, and not a rate', () => {
    expect(activityReasonOf(slow, 'ACTIVE', 9 * DAY)).toContain('{ratioPct}')
    expect(activityReasonOf(slow, 'LOST', 730 * DAY)).toContain('after 730 of which any buyer')
    const quick = buyer(rhythmOf(40, -90, 0))
    expect(activityReasonOf(quick, 'LOST', 730 * DAY)).toContain('{ratioPct}')
  })
})

test('a return is called one for thirty days, and then follows the last purchase', () => {
  const alone = { ...buyer(rhythmOf(2, -300, 0)), reactivatedAt: 0 }
  expect(activityOf(alone, 30 * DAY - 1)).toBe('REACTIVATED')
  expect(activityChangesAt(alone, 'REACTIVATED', 1)).toBe(30 * DAY)
  expect(activityOf(alone, 30 * DAY)).toBe('ACTIVE')
})

test('new parameters end a level only where the rate is a quarter above it', () => {
  const rhythm = rhythmOf(1, 0, 0)
  const atRiskAt = activityChangesAt(buyer(rhythm), 'ACTIVE', 1)
  const slower = (alpha: number) => buyer({ ...rhythm, parameters: { ...MBG_NBD_SEED, alpha } })
  expect(activityOf(slower(7), atRiskAt)).toBe('ACTIVE')
  expect(activityOf(slower(7), atRiskAt, 'AT_RISK')).toBe('AT_RISK')
  expect(activityOf(slower(12), atRiskAt, 'AT_RISK')).toBe('ACTIVE')
})

const presences: fc.Arbitrary<Presence> = fc.oneof(
  fc.integer({ min: 0, max: 400 * DAY }).map(visitor),
  fc
    .record({ days: fc.oneof(fc.nat(5), fc.nat(300)), span: fc.nat(900), back: fc.nat(40) })
    .map(({ days, span, back }) => {
      const presence = buyer(rhythmOf(days + 1, 0, days === 0 ? 0 : Math.max(days, span)))
      return back > 20 ? presence : { ...presence, reactivatedAt: presence.lastAt - back * DAY }
    }),
)

test('everybody walks through all levels, and is lost within two years', () => {
  fc.assert(
    fc.property(presences, presence => {
      const walked: LifecycleActivity[] = []
      let now = presence.lastAt + 31 * DAY
      for (let at = now; at < Number.POSITIVE_INFINITY; ) {
        now = at
        const activity = activityOf(presence, now)
        walked.push(activity)
        at = activityChangesAt(presence, activity, now)
      }
      expect(['ACTIVE', 'AT_RISK', 'DORMANT', 'LOST'].slice(-walked.length)).toEqual(walked)
      expect(now - presence.lastAt).toBeLessThanOrEqual(730 * DAY)
    }),
  )
})

test('the activity holds until the moment that is named, and is another one at it', () => {
  fc.assert(
    fc.property(
      presences,
      fc.nat(400 * DAY),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (presence, later, share) => {
        const now = presence.lastAt + later
        const activity = activityOf(presence, now)
        const changesAt = activityChangesAt(presence, activity, now)
        if (changesAt === Number.POSITIVE_INFINITY) {
          expect(activity).toBe('LOST')
          return
        }
        expect(changesAt).toBeGreaterThan(now)
        // The age in weeks is rounded up to whole milliseconds.
        const between = Math.floor(now + Math.max(0, changesAt - 3 - now) * share)
        expect(activityOf(presence, between)).toBe(activity)
        const next = activityOf(presence, changesAt)
        // After a return, what follows may be as active as before.
        if (activity !== 'REACTIVATED') expect(next).not.toBe(activity)
      },
    ),
  )
})
