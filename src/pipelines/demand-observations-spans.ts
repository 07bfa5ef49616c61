/**
 * Spans: times in which price, promotion and stock stay what they are. They end when one of these
 * changes, and at the end of each day (UTC), of each hour where much is sold. What happens at the very
 * end belongs to the next span, so every record first ends what is over; the timer is for pairs of
 * which nothing is heard then.
 *
 * A pair of which nothing was heard for a whole span falls asleep: that span lasts until the next
 * record, which says that nothing was sold all the while.
 */
import { days, type Instant } from '../engine/time.ts'
import { endOf, LENGTHS_MS } from '../models/demand-rhythm.ts'
import { close } from './demand-observations-close.ts'
import {
  NEVER,
  type ObservationContext,
  type Observations,
  OPEN_END,
  type OpenSpan,
} from './demand-observations-state.ts'
import { beginBucket } from './demand-observations-steps.ts'
import { isInStock } from './demand-observations-stock.ts'
import { awaitEnd } from './demand-observations-timer.ts'

/** What is counted by the hour is awake for a day. */
const AWAKE_MS = days(1)
/**
 * After a longer silence the article may not have been on sale, so nothing is learnt from it. Of one that
 * was sold out there is no doubt, however long.
 */
const SILENCE_MAX_MS = days(30)

/** Ends what is over, and opens a span where there is none: before a record is counted. */
export const hear = (context: ObservationContext, rows: Observations): void => {
  const { state, now } = context
  settle(context, rows)
  const span = state.span.get()
  if (span.endsAt !== OPEN_END) return
  if (span.heardAt === NEVER) open(now, now, context)
  else wake(span, context, rows)
}

/** Counts what happened now in the span that is open. */
export const count = (
  units: number,
  promotedUnits: number,
  views: number,
  { state, now }: ObservationContext,
): void => {
  const span = state.span.get()
  state.span.set({
    openedAt: span.openedAt,
    endsAt: span.endsAt,
    heardAt: now,
    units: span.units + units,
    promotedUnits: span.promotedUnits + promotedUnits,
    views: span.views + views,
    isInStock: span.isInStock,
    soldOutAt: span.soldOutAt,
  })
}

/** Ends span and bucket, as something changes; `to` says what, before the next span begins. */
export const change = (
  context: ObservationContext,
  rows: Observations,
  to: () => void = () => {},
): void => {
  close(context.state.span.get(), context.now, true, context, rows)
  to()
  open(context.now, context.now, context)
}

/** Time ends what is over: at the moment at which stock ran out, all its sales have come by now. */
export const endByTime = (context: ObservationContext, rows: Observations): void => {
  const { span } = context.state
  const { soldOutAt } = span.get()
  if (soldOutAt === context.now) sellOut(context, rows)
  settle(context, rows)
  if (span.get().endsAt !== OPEN_END) awaitEnd(context)
}

/** Ends what ended by now, or was sold out before. */
export const settle = (context: ObservationContext, rows: Observations): void => {
  const { state, now } = context
  for (;;) {
    const span = state.span.get()
    if (span.soldOutAt !== NEVER && span.soldOutAt < now) sellOut(context, rows)
    else if (span.endsAt <= now) end(span, context, rows)
    else return
  }
}

const sellOut = (context: ObservationContext, rows: Observations): void => {
  const span = context.state.span.get()
  close(span, span.soldOutAt, true, context, rows)
  open(span.soldOutAt, span.heardAt, context)
}

const end = (span: OpenSpan, context: ObservationContext, rows: Observations): void => {
  const { state } = context
  if (isSilent(span, state)) {
    state.span.set({ ...span, endsAt: OPEN_END })
    return
  }
  close(span, span.endsAt, false, context, rows)
  open(span.endsAt, span.heardAt, context)
}

const isSilent = (
  { openedAt, endsAt, heardAt }: OpenSpan,
  { demand }: ObservationContext['state'],
): boolean => heardAt < openedAt && (demand.get().length !== 'HOUR' || endsAt - heardAt >= AWAKE_MS)

/**
 * The silence is cut where the bucket ends that was begun before it, and where the present one begins:
 * what comes now is not taken for all that came since, nor what was sold before for a single day's.
 */
const wake = (span: OpenSpan, context: ObservationContext, rows: Observations): void => {
  const { state, now } = context
  const isShort = now - span.heardAt <= SILENCE_MAX_MS || !span.isInStock
  const { since, hours } = state.pending.get()
  const bucketEnds = endOf(state.demand.get().length, since)
  if (hours > 0 && bucketEnds <= now) cut(bucketEnds, context, rows)
  if (!isShort) {
    state.pending.clear()
    open(now, now, context)
    return
  }
  cut(beginOf(LENGTHS_MS[state.demand.get().length], now), context, rows)
  cut(beginOf(LENGTHS_MS.DAY, now), context, rows)
  state.span.set({ ...state.span.get(), heardAt: now, endsAt: endAfter(now, context) })
  awaitEnd(context)
}

const beginOf = (lengthMs: number, at: Instant): Instant => Math.floor(at / lengthMs) * lengthMs

/** Parts the open span in two. */
const cut = (at: Instant, context: ObservationContext, rows: Observations): void => {
  const span = context.state.span.get()
  if (at <= span.openedAt) return
  close(span, at, false, context, rows)
  open(at, span.heardAt, context)
}

/** @param at when it begins; what happened before `heardAt` is known */
const open = (at: Instant, heardAt: Instant, context: ObservationContext): void => {
  const { state } = context
  beginBucket(at, state)
  state.span.set({
    openedAt: at,
    endsAt: endAfter(at, context),
    heardAt,
    units: 0,
    promotedUnits: 0,
    views: 0,
    isInStock: isInStock(state),
    soldOutAt: NEVER,
  })
  awaitEnd(context)
}

const endAfter = (at: Instant, { state }: ObservationContext): Instant =>
  endOf(state.demand.get().length === 'HOUR' ? 'HOUR' : 'DAY', at)
