/**
 * Tells who joined a cell of the population and who left one, and what became of forecasts.
 *
 *   lifecycle-segments  -- by subject -->  population-changes
 *
 * For each buyer it keeps the cell in which they were last counted. A result that puts them in another
 * one gives LEFT with the former cell and JOINED with the new one, so that the sums of all changes are
 * the population, whichever way they come. Somebody all of whose purchases were undone has left, and
 * so has who is merged into another subject or erased: then the key is forgotten at once.
 *
 * At moments that only the buyer's key decides, forecasts are noted, and when they have ended it is told
 * what became of them; see `population-forecasts.ts`. Where a result comes before the timer of such a
 * moment, as in a history with wide gaps, the forecast is ended by the result, from what was known
 * before it.
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
  type LifecycleSegment,
  lifecycleSegments,
} from '../events.ts'
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
  type Forecast,
  forecast,
  forecastFrom,
  isMomentOf,
  LONG_HORIZON_DAYS,
  nextMomentOf,
  type Outlook,
  outlook,
  SHORT_HORIZON_DAYS,
} from './population-forecasts.ts'

const buyerState = {
  /** As the buyer was last told to have joined. */
  counted: value(nullable(populationCell), null),
  outlook: value(nullable(outlook), null),
  forecast30: value(nullable(forecast), null),
  forecast90: value(nullable(forecast), null),
}

type BuyerContext = Context<typeof buyerState, 'forecastsEnd', Record<never, never>>

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
        'purchaseChurnRisk30d',
        'purchaseChurnRisk90d',
        'closedAs',
        ...CELL_FIELDS,
      ),
      // Only who ever ordered has a currency.
      when: segment => segment.currency !== null || segment.closedAs !== null,
      key: segment => `${segment.subjectType}:${segment.subjectId}`,
      late: 'handle',
    },
  },
  state: buyerState,
  forgetAfterMs: days(900),
  output: changesTopic,
  on: {
    segment(segment, context) {
      const { key, now, state, timers, forget } = context
      const changes = endForecastsBefore(now, context)
      const before = state.counted.get()
      const cell = segment.closedAs === null ? cellOf(segment) : null
      if (cell === null) {
        forget()
        return before === null ? changes : [...changes, membershipOf(key, before, 'LEFT')]
      }
      state.outlook.set(outlookOf(segment))
      if (timers.dueAt('forecastsEnd') === undefined) {
        timers.set('forecastsEnd', nextMomentOf(key, now))
      }
      if (before !== null && isCountedAlike(before, cell)) return changes
      state.counted.set(cell)
      if (before !== null) changes.push(membershipOf(key, before, 'LEFT'))
      changes.push(membershipOf(key, cell, 'JOINED'))
      return changes
    },
  },
  onTimer: {
    forecastsEnd: context => endForecastsAt(context.now, context),
  },
})

const outlookOf = ({
  purchaseChurnRisk30d,
  purchaseChurnRisk90d,
  lastPurchaseAt,
}: Pick<
  LifecycleSegment,
  'purchaseChurnRisk30d' | 'purchaseChurnRisk90d' | 'lastPurchaseAt'
>): Outlook | null =>
  purchaseChurnRisk30d === null || purchaseChurnRisk90d === null
    ? null
    : {
        risk30: purchaseChurnRisk30d,
        risk90: purchaseChurnRisk90d,
        lastPurchaseAt: lastPurchaseAt!,
      }

/** Of the moments whose timer has not fired yet. One that is right now lies behind the record. */
const endForecastsBefore = (now: Instant, context: BuyerContext): Change[] => {
  const changes: Change[] = []
  for (;;) {
    const due = context.timers.dueAt('forecastsEnd') ?? now
    if (due >= now) return changes
    changes.push(...endForecastsAt(due, context))
  }
}

/** Tells what became of the forecast that ends now; at a moment of the buyer's, notes the next two. */
const endForecastsAt = (at: Instant, context: BuyerContext): Change[] => {
  const { key, state, timers } = context
  const isMoment = isMomentOf(key, at)
  const ending = isMoment ? state.forecast90 : state.forecast30
  const ended = endOf(isMoment ? LONG_HORIZON_DAYS : SHORT_HORIZON_DAYS, ending.get(), context)
  ending.set(null)
  if (isMoment) noteForecasts(at, context)
  else timers.set('forecastsEnd', nextMomentOf(key, at))
  return ended
}

/** Of a buyer of whom there is nothing to note, the next result sets the timer again. */
const noteForecasts = (at: Instant, { key, state, timers }: BuyerContext): void => {
  const said = state.outlook.get()
  const month = said && forecastFrom(said, said.risk30, at)
  const quarter = said && forecastFrom(said, said.risk90, at)
  state.forecast30.set(month)
  state.forecast90.set(quarter)
  if (month !== null) timers.set('forecastsEnd', at + days(SHORT_HORIZON_DAYS))
  else if (quarter !== null) timers.set('forecastsEnd', nextMomentOf(key, at))
  else timers.clear('forecastsEnd')
}

const endOf = (
  horizonDays: number,
  ended: Forecast | null,
  { key, state }: BuyerContext,
): Change[] => {
  const [said, cell] = [state.outlook.get(), state.counted.get()]
  if (ended === null || said === null || cell === null) return []
  const { at: forecastAt, churnRisk } = ended
  const bought = boughtSince(ended, said)
  return [forecastEndOf(key, cell, { horizonDays, forecastAt, churnRisk, bought })]
}
