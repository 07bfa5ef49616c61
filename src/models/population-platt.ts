import type { PurchaseParameters } from './mbg-nbd.ts'
import {
  calibrationAfter,
  hasEnoughOutcomes,
  NO_CALIBRATION,
  type Platt,
  plattOf,
} from './platt-calibration.ts'
import type { PopulationCut } from './population-cut.ts'
import { PLATT_HORIZONS_DAYS, rhythmIn } from './population-parameters.ts'
import { hasMovedFar } from './rhythm-moves.ts'

/**
 * How forecasts are set right by what became of earlier ones, by horizon; null where too few are known.
 *
 * The counts are of forecasts before they were set right, and old ones count less already. So each fit
 * begins with the first belief, forecasts are right as they are, and learns all of them at once.
 *
 * They were judged by the rhythms in use, and are published beside those of the fit, null for the seed.
 * Where these have moved far, the errors of the former say nothing of theirs, and nothing is known.
 */
export const populationPlatt = (
  cut: PopulationCut,
  rhythm: PurchaseParameters | null,
): (Platt | null)[] =>
  hasMovedFar(rhythmIn(cut.inUse), rhythm)
    ? PLATT_HORIZONS_DAYS.map(() => null)
    : PLATT_HORIZONS_DAYS.map(days => plattOfHorizon(cut, days))

const plattOfHorizon = (cut: PopulationCut, horizonDays: number): Platt | null => {
  const counts = outcomesOf(cut, horizonDays)
  const calibration = calibrationAfter(NO_CALIBRATION, { counts }, cut.cutAt)
  return hasEnoughOutcomes(calibration) ? plattOf(calibration, cut.cutAt) : null
}

/** Triples of bin, outcomes and how many happened, in the order of bins, so that sums have one order. */
const outcomesOf = (cut: PopulationCut, horizonDays: number): number[] =>
  cut.outcomeHorizonDays
    .flatMap((days, at) => (days === horizonDays ? [at] : []))
    .map(at => [cut.outcomeBin[at]!, cut.outcomes[at]!, cut.happened[at]!] as const)
    .sort((x, y) => x[0] - y[0] || x[1] - y[1] || x[2] - y[2])
    .flat()
