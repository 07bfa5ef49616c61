/** What became of forecasts, counted with the cohort of whom they were about until it is told. */
import type { Tally } from '../engine/state/tally.ts'
import type { PopulationChange, PurchaseCohort } from '../events.ts'
import { BINS_PER_LOG_ODDS, logOddsOf } from '../models/outcome-bins.ts'
import { horizonDaysOf, outcomeBinOf, outcomePlaceOf } from './purchase-outcome-places.ts'

/** Counts one that ended. Of a horizon that is not looked at, nothing is learnt. */
export const addOutcome = (
  outcomes: Tally,
  {
    horizonDays,
    churnRisk,
    bought,
  }: Pick<PopulationChange, 'horizonDays' | 'churnRisk' | 'bought'>,
): void => {
  if (churnRisk === null || bought === null) return
  const bin = Math.round(logOddsOf(churnRisk) * BINS_PER_LOG_ODDS)
  const place = outcomePlaceOf(horizonDays ?? 0, bin)
  if (place === null) return
  outcomes.add(2 * place, 1)
  if (!bought) outcomes.add(2 * place + 1, 1)
}

type Outcomes = Pick<PurchaseCohort, 'outcomeHorizonDays' | 'outcomeBin' | 'outcomes' | 'happened'>

/** As the result says it, lowest horizon and bin first. */
export const outcomesIn = (outcomes: Tally): Outcomes => {
  const keys = outcomes.keys().filter(key => key % 2 === 0)
  return {
    outcomeHorizonDays: keys.map(key => horizonDaysOf(key / 2)),
    outcomeBin: keys.map(key => outcomeBinOf(key / 2)),
    outcomes: keys.map(key => outcomes.count(key)),
    happened: keys.map(key => outcomes.count(key + 1)),
  }
}
