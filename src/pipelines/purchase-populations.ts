/**
 * Puts all that a fit reads into one record: the buyers of a market, or of all, as of a midnight.
 *
 *   purchase-cohorts, with model-parameters  -- by model -->  purchase-populations
 *
 * A cohort's record replaces what was known of it; how forecasts ended is added up by week, and counts
 * less in a cut the older it is (`purchase-population-outcomes.ts`), and not at all where it is of
 * rhythms that are far from those in use (`purchase-population-rhythms.ts`). Cohorts tell at midnight (UTC). At
 * 00:15 there is a cut of all, and at 01:15 one of each market, also as of midnight: levels of a market
 * without rhythms of its own follow from those of all, whose version of this night is in effect from
 * 01:00 on, and which the cut carries (`purchase-population-in-use.ts`). There is one, if
 *
 * - buyers and purchase days after the first changed by 1 % since the last one: the sum over all
 *   reports by how much their cohort's grew or shrank; or a market goes by a version of all that is
 *   another than at its last cut; and
 * - there are 500 buyers with 100 such days, below which no rhythms are fitted; or, of a market, 100
 *   buyers who came back, for its amounts and levels.
 *
 * Bound: cohorts of 160 weeks; older ones are dropped, and forgotten. Of 60,000 cells or fewer: where
 * there are more, the oldest cohorts are told in weeks or four weeks, and the record says so
 * (`purchase-population-bound.ts`). That is some 600 kB. Outcomes of 52 weeks.
 */
import { by, definePipeline } from '../engine/pipeline.ts'
import { days, type Instant, minutes, weeks } from '../engine/time.ts'
import { read } from '../engine/topic.ts'
import {
  modelParameters,
  type PurchaseCohort,
  purchasePopulations as populationsTopic,
  purchaseCohorts,
} from '../events.ts'
import { FIT_GUARDS } from '../models/fit-refusal.ts'
import { MODEL_OF_ALL } from './lifecycle-population.ts'
import { COHORT_WEEKS_MAX, isPast } from './purchase-cohort-id.ts'
import { boundedCohorts, type Cohorts } from './purchase-population-bound.ts'
import {
  type Cut,
  cohortsAt,
  cutOf,
  marketOf,
  PURCHASE_POPULATIONS_VERSION,
  totalOf,
} from './purchase-population-cut.ts'
import { inUseAt, rhythmInUse, versionReliedOn } from './purchase-population-in-use.ts'
import { addOutcomes, outcomesAt, weekOf } from './purchase-population-outcomes.ts'
import { judgedAlike, noteRhythm } from './purchase-population-rhythms.ts'
import {
  type CohortCells,
  cellsOf,
  type PopulationContext,
  populationState,
  sizeOf,
} from './purchase-population-state.ts'

/** How long after midnight; cohorts are told at midnight. */
const CUT_OF_ALL_AFTER_MS = minutes(15)
const CUT_OF_A_MARKET_AFTER_MS = minutes(75)
/** Of buyers and returns, by which they must have changed. */
const CHANGE_MIN = 0.01

export const purchasePopulations = definePipeline({
  id: 'purchase-populations',
  version: PURCHASE_POPULATIONS_VERSION,
  generation: 2,
  order: 'event-time',
  inputs: {
    cohort: {
      from: read(
        purchaseCohorts,
        'modelId',
        'cohortWeek',
        'cohortDay',
        'repeats',
        'lastDay',
        'buyers',
        'spendRepeats',
        'spendBucket',
        'spendBuyers',
        'deals',
        'outcomeHorizonDays',
        'outcomeBin',
        'outcomes',
        'happened',
      ),
      key: by('modelId'),
      late: 'handle',
    },
  },
  references: { modelParameters },
  state: populationState,
  forgetAfterMs: weeks(COHORT_WEEKS_MAX),
  output: populationsTopic,
  on: {
    cohort(cohort, context) {
      const { key, now, state, timers } = context
      const midnight = nextMidnight(now)
      noteRhythm(state.rhythms, weekOf(cohort.occurredAt), () => rhythmInUse(context))
      addOutcomes(state.outcomes, cohort, cohort.occurredAt)
      if (timers.dueAt('cutDue') === undefined) timers.set('cutDue', midnight + cutAfterMs(key))
      if (!isPast(cohort.cohortWeek, now)) replace(cohort, context)
    },
  },
  onTimer: {
    cutDue(context) {
      const cutAt = nextMidnight(context.now) - days(1)
      const cohorts = cohortsAt(cutAt, context)
      return isWorthwhile(cohorts, context) ? cutFrom(cohorts, cutAt, context) : null
    },
  },
})

const cutAfterMs = (modelId: string): number =>
  modelId === MODEL_OF_ALL ? CUT_OF_ALL_AFTER_MS : CUT_OF_A_MARKET_AFTER_MS

const nextMidnight = (at: Instant): Instant => (Math.floor(at / days(1)) + 1) * days(1)

type Reported = Pick<PurchaseCohort, 'cohortWeek' | keyof CohortCells>

const replace = (cohort: Reported, { state }: PopulationContext): void => {
  const before = state.cohorts.get(`${cohort.cohortWeek}`)
  const cells = cellsOf(cohort)
  state.cohorts.set(`${cohort.cohortWeek}`, cells)
  const [was, is] = [weightOf(before ?? NOBODY), weightOf(cells)]
  const held = state.changed.get()
  state.changed.set({ ...held, since: held.since + Math.abs(is - was) })
}

const NOBODY = { buyers: [], repeats: [] }

const weightOf = (cohort: Parameters<typeof sizeOf>[0]): number => {
  const { users, returns } = sizeOf(cohort)
  return users + returns
}

const isWorthwhile = (cohorts: Cohorts, context: PopulationContext): boolean => {
  const { key, state } = context
  const total = totalOf(cohorts)
  const { since, hasCut, versionOfAll } = state.changed.get()
  const isAsBefore = since < CHANGE_MIN * (total.users + total.returns)
  const reliesOn = versionReliedOn(inUseAt(context, total))
  const isByTheSame = reliesOn === 0 || reliesOn === versionOfAll
  if (hasCut === 1 && isAsBefore && isByTheSame) return false
  const { usersMin, repeatsMin } = FIT_GUARDS
  if (total.users >= usersMin && total.returns >= repeatsMin) return true
  return key !== MODEL_OF_ALL && total.returned >= repeatsMin
}

const cutFrom = (cohorts: Cohorts, cutAt: Instant, context: PopulationContext): Cut => {
  const { key, state } = context
  const inUse = inUseAt(context, totalOf(cohorts))
  state.changed.set({ since: 0, hasCut: 1, versionOfAll: versionReliedOn(inUse) })
  const { kept, reasons } = boundedCohorts(cohorts)
  return {
    modelVersion: PURCHASE_POPULATIONS_VERSION,
    reasons,
    modelId: key,
    market: marketOf(key),
    cutAt,
    ...cutOf(kept, cutAt),
    ...outcomesAt(state.outcomes, cutAt, judgedAlike(state.rhythms, rhythmInUse(context))),
    ...inUse,
  }
}
