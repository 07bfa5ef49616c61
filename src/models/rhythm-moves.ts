import {
  churnRisk,
  MBG_NBD_SEED,
  type PurchaseParameters,
  type PurchaseSummary,
} from './mbg-nbd.ts'

/**
 * Whether rhythms have moved so far that errors of forecasts by the one say nothing of forecasts by the
 * other.
 *
 * What counts is what they say of buyers. Parameters themselves may move far while nobody's risk changes:
 * those who left are hardly told from those who come seldom, so that a and b go up and down together by
 * factors, and r with alpha. So the risks of typical buyers are compared, over the horizons that are
 * set right; the mean of how far these are apart is also what a calibration that is carried over may add
 * to the mean error of forecasts.
 */
export const hasMovedFar = (
  former: PurchaseParameters | null,
  present: PurchaseParameters | null,
): boolean => riskMove(former ?? MBG_NBD_SEED, present ?? MBG_NBD_SEED) > RISK_MOVE_MAX

/**
 * How far the risks of typical buyers are apart, as the mean over all of them: 0 to 1. 42 risks by each,
 * which is some 10 µs.
 */
export const riskMove = (former: PurchaseParameters, present: PurchaseParameters): number => {
  if (areEqual(former, present)) return 0
  let sum = 0
  for (const buyer of TYPICAL_BUYERS) {
    for (const weeks of HORIZONS_WEEKS) {
      sum += Math.abs(churnRisk(former, buyer, weeks) - churnRisk(present, buyer, weeks))
    }
  }
  return sum / (TYPICAL_BUYERS.length * HORIZONS_WEEKS.length)
}

/** What it does to shops in their first year stands in `docs/lifecycle-model.md`. */
const RISK_MOVE_MAX = 0.015

const HORIZONS_WEEKS = [30 / 7, 90 / 7]

/** New and old, who came back never to often, and lately or long ago. */
const TYPICAL_BUYERS: readonly PurchaseSummary[] = [6, 26, 52].flatMap(ageWeeks => [
  { repeats: 0, lastWeeks: 0, ageWeeks },
  ...[1, 3, 8].flatMap(repeats =>
    [0.5, 0.9].map(share => ({ repeats, lastWeeks: share * ageWeeks, ageWeeks })),
  ),
])

const areEqual = (one: PurchaseParameters, other: PurchaseParameters): boolean =>
  one.r === other.r && one.alpha === other.alpha && one.a === other.a && one.b === other.b
