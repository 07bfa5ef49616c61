/** What became of forecasts, counted with the cohort of whom they were about until it is told. */
import type { Tally } from '../engine/state/tally.ts'
import type { PopulationChange, PurchaseCohort } from '../events.ts'
import { BINS_PER_LOG_ODDS, logOddsOf, OUTCOME_BINS_MAX } from '../models/outcome-bins.ts'
import { LONG_HORIZON_DAYS, SHORT_HORIZON_DAYS } from './population-forecasts.ts'

const HORIZONS_DAYS = [SHORT_HORIZON_DAYS, LONG_HORIZON_DAYS]
const BIN_MAX = (OUTCOME_BINS_MAX - 1) / 2

/** Counts one that ended. Of a horizon that is not looked at, nothing is learnt. */
export const addOutcome = (
  outcomes: Tally,
  {
    horizonDays,
    churnRisk,
    bought,
  }: Pick<PopulationChange, 'horizonDays' | 'churnRisk' | 'bought'>,
): void => {
  const horizon = HORIZONS_DAYS.indexOf(horizonDays ?? 0)
  if (horizon < 0 || churnRisk === null || bought === null) return
  const bin = Math.round(logOddsOf(churnRisk) * BINS_PER_LOG_ODDS) + BIN_MAX
  const key = 2 * (horizon * OUTCOME_BINS_MAX + bin)
  outcomes.add(key, 1)
  if (!bought) outcomes.add(key + 1, 1)
}

type Outcomes = Pick<PurchaseCohort, 'outcomeHorizonDays' | 'outcomeBin' | 'outcomes' | 'happened'>

/** As the result says it, lowest horizon and bin first. */
export const outcomesIn = (outcomes: Tally): Outcomes => {
  const keys = outcomes.keys().filter(key => key % 2 === 0)
  const bins = keys.map(key => key / 2)
  return {
    outcomeHorizonDays: bins.map(bin => HORIZONS_DAYS[Math.floor(bin / OUTCOME_BINS_MAX)]!),
    outcomeBin: bins.map(bin => (bin % OUTCOME_BINS_MAX) - BIN_MAX),
    outcomes: keys.map(key => outcomes.count(key)),
    happened: keys.map(key => outcomes.count(key + 1)),
  }
}
