import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Rhythm } from './lifecycle-activity.ts'
import { MBG_NBD_SEED } from './mbg-nbd.ts'
import { EXPECTED_FLOOR, hasMoved, outlookAt, outlookMovesAt } from './purchase-outlook.ts'

const DAY = 86_400_000
const rhythms: fc.Arbitrary<Rhythm> = fc
  .record({ repeats: fc.oneof(fc.nat(3), fc.nat(200)), span: fc.nat(700) })
  .map(({ repeats, span }) => ({
    days: repeats + 1,
    firstAt: 0,
    lastAt: repeats === 0 ? 0 : Math.max(repeats, span) * DAY,
    parameters: MBG_NBD_SEED,
  }))

/** A step counts as one when it is a trillionth short of it, which may be some milliseconds early. */
const A_SECOND = 1_000

test('what was said holds until the moment that is named, and has moved by then', () => {
  fc.assert(
    fc.property(
      rhythms,
      fc.nat(400 * DAY),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (rhythm, later, share) => {
        const now = rhythm.lastAt + later
        const said = outlookAt(rhythm, now)
        const movesAt = outlookMovesAt(rhythm, said, now)
        if (movesAt === Number.POSITIVE_INFINITY) return
        const between = Math.floor(now + Math.max(0, movesAt - A_SECOND - now) * share)
        expect(hasMoved(said, outlookAt(rhythm, between))).toBe(false)
        expect(hasMoved(said, outlookAt(rhythm, movesAt))).toBe(true)
      },
    ),
  )
})

test('of one silence of twenty years there are not more than seventy records', () => {
  fc.assert(
    fc.property(rhythms, rhythm => {
      let now = rhythm.lastAt
      let said = outlookAt(rhythm, now)
      const bound =
        20 + Math.ceil(Math.log(said.expectedOrders90d / EXPECTED_FLOOR) / Math.log(1.25)) + 1
      let records = 0
      for (;;) {
        now = outlookMovesAt(rhythm, said, now)
        if (now > rhythm.lastAt + 7_300 * DAY) break
        said = outlookAt(rhythm, now)
        records++
      }
      expect(records).toBeLessThanOrEqual(bound)
      expect(bound).toBeLessThan(70)
      // The last record is as near as is promised, twenty years on too.
      expect(hasMoved(said, outlookAt(rhythm, rhythm.lastAt + 7_300 * DAY))).toBe(false)
    }),
  )
})

test('somebody who never bought and somebody who did are told apart', () => {
  const nothing = { expectedOrders90d: 0, churnRisk90d: 0 }
  expect(hasMoved(nothing, nothing)).toBe(false)
  expect(hasMoved(nothing, { expectedOrders90d: 0.5, churnRisk90d: 0.7 })).toBe(true)
  expect(
    hasMoved(
      { expectedOrders90d: 0.009, churnRisk90d: 0.99 },
      { expectedOrders90d: 0, churnRisk90d: 1 },
    ),
  ).toBe(false)
})
