import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Rhythm } from './lifecycle-activity.ts'
import { MBG_NBD_SEED } from './mbg-nbd.ts'
import { IDENTITY, LEVEL_BOUNDS, SLOPE_BOUNDS } from './platt-calibration.ts'
import {
  EXPECTED_FLOOR,
  hasMoved,
  outlookAt,
  outlookMovesAt,
  type RiskCalibration,
  riskReachesAt,
} from './purchase-outlook.ts'

const DAY = 86_400_000
const rhythms: fc.Arbitrary<Rhythm> = fc
  .record({ repeats: fc.oneof(fc.nat(3), fc.nat(200)), span: fc.nat(700) })
  .map(({ repeats, span }) => ({
    days: repeats + 1,
    firstAt: 0,
    lastAt: repeats === 0 ? 0 : Math.max(repeats, span) * DAY,
    parameters: MBG_NBD_SEED,
  }))

/** All that may be published, its very ends often. */
const calibrations: fc.Arbitrary<RiskCalibration> = fc
  .record({
    slope: fc.oneof(
      fc.constantFrom(...Object.values(SLOPE_BOUNDS)),
      fc.double({ ...SLOPE_BOUNDS, noNaN: true }),
    ),
    level: fc.oneof(
      fc.constantFrom(...Object.values(LEVEL_BOUNDS)),
      fc.double({ ...LEVEL_BOUNDS, noNaN: true }),
    ),
  })
  .chain(platt => fc.constantFrom({ month: IDENTITY, quarter: IDENTITY }, both(platt)))
const both = <T>(platt: T) => ({ month: platt, quarter: platt })

/** A step counts as one when it is a ten-billionth short of it, which may be a little early. */
const A_MINUTE = 60_000

test('what was said holds until the moment that is named, and has moved by then', () => {
  fc.assert(
    fc.property(
      rhythms,
      calibrations,
      fc.nat(400 * DAY),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (rhythm, calibration, later, share) => {
        const now = rhythm.lastAt + later
        const said = outlookAt(rhythm, calibration, now)
        const movesAt = outlookMovesAt(rhythm, calibration, said, now)
        if (movesAt === Number.POSITIVE_INFINITY) return
        const between = Math.floor(now + Math.max(0, movesAt - A_MINUTE - now) * share)
        expect(hasMoved(said, outlookAt(rhythm, calibration, between))).toBe(false)
        expect(hasMoved(said, outlookAt(rhythm, calibration, movesAt))).toBe(true)
      },
    ),
  )
})

test('of one silence of twenty years there are not more than seventy records, however it is calibrated', () => {
  fc.assert(
    fc.property(rhythms, calibrations, (rhythm, calibration) => {
      let now = rhythm.lastAt
      let said = outlookAt(rhythm, calibration, now)
      const bound =
        20 + Math.ceil(Math.log(said.expectedOrders90d / EXPECTED_FLOOR) / Math.log(1.25)) + 1
      let records = 0
      for (;;) {
        now = outlookMovesAt(rhythm, calibration, said, now)
        if (now > rhythm.lastAt + 7_300 * DAY) break
        said = outlookAt(rhythm, calibration, now)
        records++
      }
      expect(records).toBeLessThanOrEqual(bound)
      expect(bound).toBeLessThan(70)
      // The last record is as near as is promised, twenty years on too.
      const inTwentyYears = outlookAt(rhythm, calibration, rhythm.lastAt + 7_300 * DAY)
      expect(hasMoved(said, inTwentyYears)).toBe(false)
    }),
  )
})

test('the moment of a risk is the first millisecond of it, as it is said', () => {
  fc.assert(
    fc.property(rhythms, calibrations, fc.nat(19), (rhythm, calibration, twentieths) => {
      const risk = twentieths / 20
      const now = rhythm.lastAt
      const riskAt = (at: number) => outlookAt(rhythm, calibration, at).churnRisk90d
      if (riskAt(now) >= risk) return
      const reachedAt = riskReachesAt(rhythm, calibration, risk, now)
      if (reachedAt === Number.POSITIVE_INFINITY) {
        expect(riskAt(now + 36_500 * DAY)).toBeLessThan(risk)
        return
      }
      expect(riskAt(reachedAt)).toBeGreaterThan(risk - 1e-10)
      expect(riskAt(reachedAt - 3)).toBeLessThan(risk + 1e-10)
    }),
    { numRuns: 300 },
  )
})

test('a risk is said as it is set right, each horizon by its own, and its ends as the model has it', () => {
  const rhythm = { days: 3, firstAt: 0, lastAt: 40 * DAY, parameters: MBG_NBD_SEED }
  const month = { slope: 0.5, level: 1 }
  const quarter = { slope: 2, level: -1 }
  const plain = outlookAt(rhythm, { month: IDENTITY, quarter: IDENTITY }, 90 * DAY)
  const { churnRisk30d, churnRisk90d, ...rest } = outlookAt(rhythm, { month, quarter }, 90 * DAY)
  const logit = (p: number) => Math.log(p / (1 - p))
  expect(plain.purchaseChurnRisk30d).toBe(plain.churnRisk30d)
  expect(plain.purchaseChurnRisk90d).toBe(plain.churnRisk90d)
  expect(logit(churnRisk30d)).toBeCloseTo(0.5 * logit(plain.churnRisk30d) + 1, 10)
  expect(logit(churnRisk90d)).toBeCloseTo(2 * logit(plain.churnRisk90d) - 1, 10)
  expect({ ...plain, ...rest }).toEqual(plain)
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
