/**
 * Counts the buyers whose first purchase was in one week, by what the purchase model knows of them.
 *
 *   population-changes  -- by cohort, of the market and of all -->  purchase-cohorts
 *
 * Where anything changed, all of a cohort is told a millisecond before the UTC midnight: what happens
 * at midnight belongs to the next day, in whichever order it comes. Counts are sums of changes, so the
 * same changes give the same record, whichever way they came. How forecasts about its buyers ended is
 * told once, as what there is since the record before: so the population is written once a day, and
 * not with each forecast. They alone make a cohort tell once a week, each on a day of its own.
 *
 * Amounts and deals are those of a market. Of all markets together neither is counted, as amounts are
 * in several currencies.
 *
 * Bound: 1,000 cells by day, then 4,000 by week, then 5,376 of four weeks; and of amounts 2,000 buckets
 * of 1 %, then 4,000 of 4, then 8,192 of 16. A cohort becomes coarser and stays so. One that is older
 * than 160 weeks is not counted, and forgotten at its next change.
 */
import { definePipeline, reject } from '../engine/pipeline.ts'
import { days, type Instant, weeks } from '../engine/time.ts'
import { read } from '../engine/topic.ts'
import {
  purchaseCohorts as cohortsTopic,
  type PopulationChange,
  populationChanges,
} from '../events.ts'
import { DEAL_VIEWS_MIN, joinDealings, noDealings } from '../models/deal-population.ts'
import { MODEL_OF_ALL } from './lifecycle-population.ts'
import { amountCellAt } from './purchase-amount-cells.ts'
import { cohortCellAt } from './purchase-cohort-cells.ts'
import {
  COHORT_WEEKS_MAX,
  cohortIdsOf,
  cohortWeekOf,
  DAYS_PER_WEEK,
  isPast,
} from './purchase-cohort-id.ts'
import { addOutcome } from './purchase-cohort-outcomes.ts'
import { cohortResult, PURCHASE_COHORTS_VERSION } from './purchase-cohort-result.ts'
import { boundAmounts, boundCells, type CohortState, cohortState } from './purchase-cohort-state.ts'

export const purchaseCohorts = definePipeline({
  id: 'purchase-cohorts',
  version: PURCHASE_COHORTS_VERSION,
  order: 'event-time',
  inputs: {
    change: {
      from: read(
        populationChanges,
        'change',
        'market',
        'cohortDay',
        'repeats',
        'lastDay',
        'spendBucket',
        'purchases',
        'dealPurchases',
        'views',
        'dealViews',
        'horizonDays',
        'churnRisk',
        'bought',
        'judgedModelId',
      ),
      when: ({ change }) => change !== 'UNKNOWN',
      keys: cohortIdsOf,
      late: 'handle',
    },
  },
  state: cohortState,
  forgetAfterMs: weeks(COHORT_WEEKS_MAX + 10),
  output: cohortsTopic,
  on: {
    change(change, { key, now, state, timers, forget }) {
      if (isPast(cohortWeekOf(change.cohortDay), now)) {
        forget()
        return null
      }
      if (change.lastDay < change.cohortDay || change.repeats < 0)
        return reject('REJECTED', NO_CELL)
      if (change.change === 'FORECAST') addOutcome(state.outcomes, change)
      else count(change, change.change === 'JOINED' ? 1 : -1, isOfAll(key), state)
      const due = change.change === 'FORECAST' ? endOfWeek(now, change.cohortDay) : endOfDay(now)
      if (due < (timers.dueAt('reportDue') ?? Infinity)) timers.set('reportDue', due)
      return null
    },
  },
  onTimer: {
    reportDue({ key, state }) {
      const result = cohortResult(key, state)
      state.outcomes.clear()
      return result
    },
  },
})

/** The last millisecond of the day (UTC). */
const endOfDay = (now: Instant): Instant => (Math.floor(now / days(1)) + 1) * days(1) - 1

/** The same of the next seven days' one that is the cohort's, so that not all tell on one day. */
const endOfWeek = (now: Instant, cohortDay: number): Instant => {
  const today = Math.floor(now / days(1))
  const untilOwn = (cohortWeekOf(cohortDay) - today) % DAYS_PER_WEEK
  return endOfDay(now) + days((untilOwn + DAYS_PER_WEEK) % DAYS_PER_WEEK)
}

const isOfAll = (cohortId: string): boolean => cohortId.startsWith(`${MODEL_OF_ALL}|`)

type Counted = Pick<
  PopulationChange,
  | 'cohortDay'
  | 'repeats'
  | 'lastDay'
  | 'spendBucket'
  | 'purchases'
  | 'dealPurchases'
  | 'views'
  | 'dealViews'
>

const count = (buyer: Counted, by: 1 | -1, isOfAllMarkets: boolean, state: CohortState): void => {
  state.cells.add(cohortCellAt(state.cellLevel.get(), buyer), by)
  boundCells(state)
  if (isOfAllMarkets) return
  const { spendBucket, repeats, views } = buyer
  if (spendBucket !== null) {
    state.amounts.add(amountCellAt(state.amountLevel.get(), repeats, spendBucket), by)
    boundAmounts(state)
  }
  if (views >= DEAL_VIEWS_MIN) countDealings(buyer, by, state)
}

/** As the sums of one person, since those may leave before they join; see `purchase-cohort-result`. */
const countDealings = (buyer: Counted, by: 1 | -1, { deals }: CohortState): void => {
  const own = noDealings()
  joinDealings(own, buyer)
  own.sums.forEach((sum, at) => {
    deals.add(at, by * sum)
  })
}

const NO_CELL =
  'The buyer would have bought last before the first purchase, or come back less often than never. ' +
  'Mend what makes population-changes, and redrive.'
