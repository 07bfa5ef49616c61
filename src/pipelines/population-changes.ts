/**
 * Tells who joined a cell of the population and who left one, and what became of forecasts.
 *
 *   lifecycle-segments, erasures, with model-parameters  -- by subject -->  population-changes
 *
 * For each buyer it keeps the cell in which they were last counted. A result that puts them in another
 * one gives LEFT with the former cell and JOINED with the new one, so that the sums of all changes are
 * the population, whichever way they come. Somebody all of whose purchases were undone has left, and
 * so has who is merged into another subject or erased: then the key is forgotten at once. Erasures are
 * read here as well, since `lifecycle-segments` forgets people sooner, and tells nothing of whom it
 * does not know. They take effect in event time: by then all results of before have come, also in a
 * replay, where erasures come long before them.
 *
 * At moments that only the buyer's key decides, what is known is noted for a forecast, and when that has
 * ended it is told what the rhythms in use make of it, and what became of it; see
 * `population-forecasts.ts`. Where a result comes before the timer of such a moment, as in a history
 * with wide gaps, the forecast is ended by the result, from what was known before it.
 *
 * Results are taken in the order in which they were made, not in order of time: a late correction
 * gives a result that is earlier than the one before it, and yet is the one that holds.
 *
 * A buyer is forgotten 900 days after the last result, which is later than `lifecycle-segments`
 * forgets them; they stay counted where they were. Who then buys again is counted as a new buyer. A
 * lost one who only visits is remembered there for longer, and would be counted twice from the next
 * purchase on; that cohort is more than 160 weeks old by then, and in no cut any more.
 */
import { nullable } from '../engine/form.ts'
import { type Context, definePipeline } from '../engine/pipeline.ts'
import { value } from '../engine/state/value.ts'
import { days, type Instant } from '../engine/time.ts'
import { read } from '../engine/topic.ts'
import {
  populationChanges as changesTopic,
  erasures,
  type LifecycleSegment,
  lifecycleSegments,
  type ModelParameters,
  modelParameters,
} from '../events.ts'
import { judgingPopulationOf } from './lifecycle-population.ts'
import { erasedKeys } from './lifecycle-subject.ts'
import {
  CELL_FIELDS,
  type Change,
  cellOf,
  forecastEndOf,
  isCountedAlike,
  membershipOf,
  POPULATION_CHANGES_VERSION,
  populationCell,
} from './population-cell.ts'
import {
  boughtSince,
  isForecast,
  isMomentOf,
  isOpen,
  LONG_HORIZON_DAYS,
  nextMomentOf,
  type PurchaseDays,
  purchaseDays,
  riskAt,
  SHORT_HORIZON_DAYS,
} from './population-forecasts.ts'

const buyerState = {
  /** As the buyer was last told to have joined. */
  counted: value(nullable(populationCell), null),
  known: value(nullable(purchaseDays), null),
  /** What was known at the buyer's last moment; null where no forecast is open. */
  noted: value(nullable(purchaseDays), null),
}

type BuyerContext = Context<typeof buyerState, 'forecastsEnd' | 'erasureDue', References>
type References = { readonly modelParameters: ModelParameters }

export const populationChanges = definePipeline({
  id: 'population-changes',
  version: POPULATION_CHANGES_VERSION,
  order: 'arrival',
  inputs: {
    segment: {
      from: read(
        lifecycleSegments,
        'subjectType',
        'subjectId',
        'currency',
        'closedAs',
        ...CELL_FIELDS,
      ),
      // Only who ever ordered has a currency.
      when: segment => segment.currency !== null || segment.closedAs !== null,
      key: segment => `${segment.subjectType}:${segment.subjectId}`,
      late: 'handle',
    },
    erasure: {
      from: read(erasures, 'userId', 'visitorIds'),
      keys: erasedKeys,
      late: 'handle',
      holdsBack: false,
    },
  },
  references: { modelParameters },
  state: buyerState,
  forgetAfterMs: days(900),
  output: changesTopic,
  on: {
    segment(segment, context) {
      const { key, now, isLate, state, timers } = context
      const changes = endForecastsBefore(now, context)
      const before = state.counted.get()
      const cell = segment.closedAs === null ? cellOf(segment) : null
      if (cell === null) return [...changes, ...leave(context)]
      state.known.set(knownOf(segment))
      if (isForecast(key) && !isLate && timers.dueAt('forecastsEnd') === undefined) {
        timers.set('forecastsEnd', nextMomentOf(key, now))
      }
      if (before !== null && isCountedAlike(before, cell)) return changes
      state.counted.set(cell)
      if (before !== null) changes.push(membershipOf(key, before, 'LEFT'))
      changes.push(membershipOf(key, cell, 'JOINED'))
      return changes
    },
    erasure(_, { now, timers }) {
      timers.set('erasureDue', now + 1)
    },
  },
  onTimer: {
    erasureDue: context => leave(context),
    forecastsEnd: context => endForecastsAt(context.now, context),
  },
})

/** Forgets the buyer, who is counted nowhere from now on. */
const leave = ({ key, state, forget }: BuyerContext): Change[] => {
  const before = state.counted.get()
  forget()
  return before === null ? [] : [membershipOf(key, before, 'LEFT')]
}

/** Of somebody who bought. */
const knownOf = ({
  frequency,
  firstPurchaseAt,
  lastPurchaseAt,
}: Pick<LifecycleSegment, 'frequency' | 'firstPurchaseAt' | 'lastPurchaseAt'>): PurchaseDays => ({
  days: frequency + 1,
  firstAt: firstPurchaseAt!,
  lastAt: lastPurchaseAt!,
})

/** Of the moments whose timer has not fired yet. One that is right now lies behind the record. */
const endForecastsBefore = (now: Instant, context: BuyerContext): Change[] => {
  const changes: Change[] = []
  for (;;) {
    const due = context.timers.dueAt('forecastsEnd') ?? now
    if (due >= now) return changes
    changes.push(...endForecastsAt(due, context))
  }
}

/** Tells what became of the forecast that ends now; at a moment of the buyer's, notes the next. */
const endForecastsAt = (at: Instant, context: BuyerContext): Change[] => {
  const { key, timers } = context
  const isMoment = isMomentOf(key, at)
  const ended = endOf(isMoment ? LONG_HORIZON_DAYS : SHORT_HORIZON_DAYS, at, context)
  if (isMoment) note(at, context)
  else timers.set('forecastsEnd', nextMomentOf(key, at))
  return ended
}

/** Of a buyer of whom there is nothing to note, the next result sets the timer again. */
const note = (at: Instant, context: BuyerContext): void => {
  const { state, timers } = context
  const known = state.known.get()
  const isNoted = known !== null && isOpen(known, rhythmsOf(context).purchases, at)
  state.noted.set(isNoted ? known : null)
  if (isNoted) timers.set('forecastsEnd', at + days(SHORT_HORIZON_DAYS))
  else timers.clear('forecastsEnd')
}

const endOf = (horizonDays: number, at: Instant, context: BuyerContext): Change[] => {
  const { key, state } = context
  const [noted, known, cell] = [state.noted.get(), state.known.get(), state.counted.get()]
  if (noted === null || known === null || cell === null) return []
  const forecastAt = at - days(horizonDays)
  const { purchases, rhythmsOf: judgedModelId } = rhythmsOf(context)
  const churnRisk = riskAt(noted, purchases, forecastAt, horizonDays)
  const bought = boughtSince(forecastAt, noted, known)
  const ended = { horizonDays, forecastAt, churnRisk, bought, judgedModelId }
  return [forecastEndOf(key, cell, ended)]
}

/** In use for the buyer's market, or for all where it has none of its own. */
const rhythmsOf = ({ state, reference }: BuyerContext) =>
  judgingPopulationOf(reference.modelParameters, state.counted.get()?.market ?? null)
