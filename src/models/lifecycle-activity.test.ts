import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  activityChangesAt,
  activityOf,
  type LifecycleActivity,
  reactivates,
} from './lifecycle-activity.ts'

const DAY = 86_400_000

test.each<[number, LifecycleActivity]>([
  [0, 'ACTIVE'],
  [30 * DAY - 1, 'ACTIVE'],
  [30 * DAY, 'AT_RISK'],
  [90 * DAY - 1, 'AT_RISK'],
  [90 * DAY, 'DORMANT'],
  [180 * DAY - 1, 'DORMANT'],
  [180 * DAY, 'LOST'],
  [9_000 * DAY, 'LOST'],
])('%d ms after the last purchase somebody is %s', (absenceMs, activity) => {
  const presence = { lastAt: 1_000, reactivatedAt: null }
  expect(activityOf(presence, 1_000 + absenceMs)).toBe(activity)
})

test('a return is called one for thirty days, and then follows the last purchase', () => {
  const alone = { lastAt: 0, reactivatedAt: 0 }
  expect(activityOf(alone, 30 * DAY - 1)).toBe('REACTIVATED')
  expect(activityOf(alone, 30 * DAY)).toBe('AT_RISK')
  const boughtAgain = { lastAt: 20 * DAY, reactivatedAt: 0 }
  expect(activityOf(boughtAgain, 30 * DAY)).toBe('ACTIVE')
})

test('a purchase ends a dormant time from ninety days on', () => {
  expect(reactivates(0, 90 * DAY - 1)).toBe(false)
  expect(reactivates(0, 90 * DAY)).toBe(true)
})

const presences = fc
  .record({
    first: fc.integer({ min: 0, max: 400 * DAY }),
    gap: fc.nat(60 * DAY),
    back: fc.boolean(),
  })
  .map(({ first, gap, back }) => ({ lastAt: first + gap, reactivatedAt: back ? first : null }))

test('the activity holds until the moment that is named, and is another one at it', () => {
  fc.assert(
    fc.property(
      presences,
      fc.nat(400 * DAY),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (presence, later, share) => {
        const now = presence.lastAt + later
        const changesAt = activityChangesAt(presence, now)
        const activity = activityOf(presence, now)
        if (changesAt === Infinity) {
          expect(activity).toBe('LOST')
          return
        }
        expect(changesAt).toBeGreaterThan(now)
        const between = Math.floor(now + (changesAt - 1 - now) * share)
        expect(activityOf(presence, between)).toBe(activity)
        expect(activityOf(presence, changesAt)).not.toBe(activity)
      },
    ),
  )
})
