/**
 * What is to be expected of a buyer, and when silence alone will have changed it so much that it has
 * to be said anew.
 *
 * A record says what was true when it was made. So that the last one of a person stays near the truth,
 * another follows once the expected orders fell by a fifth, or the risk rose by .05. Of one silence
 * that makes at most 20 records for the risk (it ends at 1), and for the orders one for each fifth
 * down to `EXPECTED_FLOOR`, below which nothing is expected: 30 from an order every ten days.
 *
 * The risk that is said is the calibrated one. It rises where the model's own rises, so there is one
 * moment for each step of it: the one at which the model's own is what the step is, taken back through
 * the calibration. And it ends at 1 as well, so however steep that is, the steps are not more.
 */
import { momentAt, type Rhythm, summaryAt, WEEK_MS } from './lifecycle-activity.ts'
import { buysIfAlive, expectedPurchasesIfAlive, probabilityAlive } from './mbg-nbd.ts'
import { calibrated, type Platt, uncalibrated } from './platt-calibration.ts'
import { ageAtChurnRisk, ageAtExpected } from './silence-ages.ts'

const DAY_MS = 86_400_000
const WEEKS_30D = (30 * DAY_MS) / WEEK_MS
const WEEKS_90D = (90 * DAY_MS) / WEEK_MS

/** Orders within 90 days below which a fall is not told any more. */
export const EXPECTED_FLOOR = 0.01
const EXPECTED_SHARE = 0.2
const RISK_STEP = 0.05

/** What was said of a person when it was last said; zeros of somebody who never bought. */
export interface Said {
  readonly expectedOrders90d: number
  readonly churnRisk90d: number
}

export interface Outlook extends Said {
  readonly pAlive: number
  readonly churnRisk30d: number
  /** What the purchase model itself says, before it is set right by what became of forecasts. */
  readonly purchaseChurnRisk30d: number
  readonly purchaseChurnRisk90d: number
}

/** How the risks of each horizon are set right. */
export interface RiskCalibration {
  /** Of 30 days. */
  readonly month: Platt
  /** Of 90 days. */
  readonly quarter: Platt
}

export const outlookAt = (
  rhythm: Rhythm,
  { month, quarter }: RiskCalibration,
  now: number,
): Outlook => {
  const { parameters } = rhythm
  const summary = summaryAt(rhythm, now)
  const pAlive = probabilityAlive(parameters, summary)
  const purchaseChurnRisk30d = 1 - pAlive * buysIfAlive(parameters, summary, WEEKS_30D)
  const purchaseChurnRisk90d = 1 - pAlive * buysIfAlive(parameters, summary, WEEKS_90D)
  return {
    pAlive,
    churnRisk30d: calibrated(month, purchaseChurnRisk30d),
    churnRisk90d: calibrated(quarter, purchaseChurnRisk90d),
    expectedOrders90d: pAlive * expectedPurchasesIfAlive(parameters, summary, WEEKS_90D),
    purchaseChurnRisk30d,
    purchaseChurnRisk90d,
  }
}

/** Whether what is true now is so far from what was said that it has to be said anew. */
export const hasMoved = (said: Said, now: Said): boolean => {
  if (Math.abs(now.churnRisk90d - said.churnRisk90d) >= RISK_STEP - ROUNDING) return true
  const most = Math.max(now.expectedOrders90d, said.expectedOrders90d)
  const by = Math.abs(now.expectedOrders90d - said.expectedOrders90d)
  return most > EXPECTED_FLOOR && by >= (EXPECTED_SHARE - ROUNDING) * said.expectedOrders90d
}

/** Of the values at the very moment to which a timer was set, also through a steep calibration. */
const ROUNDING = 1e-10

/** The first moment after `now` at which silence alone has moved what was said; Infinity for never. */
export const outlookMovesAt = (
  rhythm: Rhythm,
  calibration: RiskCalibration,
  said: Said,
  now: number,
): number => {
  const riskAt = riskReachesAt(rhythm, calibration, said.churnRisk90d + RISK_STEP, now)
  if (said.expectedOrders90d <= EXPECTED_FLOOR) return riskAt
  const fallen = (1 - EXPECTED_SHARE) * said.expectedOrders90d
  const age = ageAtExpected(rhythm.parameters, summaryAt(rhythm, now), WEEKS_90D, fallen)
  return Math.min(riskAt, Math.max(now + 1, momentAt(rhythm, age)))
}

/** The first moment after `now` at which the risk that is said of 90 days is at least `risk`. */
export const riskReachesAt = (
  rhythm: Rhythm,
  { quarter }: RiskCalibration,
  risk: number,
  now: number,
): number => {
  const own = uncalibrated(quarter, risk)
  const age = ageAtChurnRisk(rhythm.parameters, summaryAt(rhythm, now), WEEKS_90D, own)
  return Math.max(now + 1, momentAt(rhythm, age))
}
