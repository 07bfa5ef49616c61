/** Whether a shipment is late: what was promised, what is forecast, and when it was seen last. */
import {
  isLikelyLate,
  type Lateness,
  latenessDueAt,
  lateReason,
  NOT_LATE,
} from '../models/lateness.ts'
import type { Alert } from './shipment-alerts-result.ts'
import type { ShipmentContext } from './shipment-alerts-state.ts'
import { arrivedAlert, lateAlert, notLateAlert } from './shipment-alerts-way.ts'

export const NEVER_SEEN = { ...NOT_LATE, isUnderWay: false }

/** Said when it gets graver, and when it is over; the timer is set to when time alone would say more. */
export const judgeLateness = (context: ShipmentContext): readonly Alert[] => {
  if (context.state.endedAt.get() !== null) return []
  const alerts = judged(context)
  watchPromise(context)
  return alerts
}

const judged = ({ key, state, reference, now }: ShipmentContext): readonly Alert[] => {
  const before = state.lateness.get() ?? NEVER_SEEN
  const promisedAt = reference.shipments.get(key)?.promisedAt ?? null
  const reason = lateReason(before, promisedAt, now)
  if (reason === null) {
    if (before.severity === null) return []
    state.lateness.set({ ...before, severity: null })
    return [notLateAlert(key, before, now)]
  }
  const severity: Severity = reason === 'LATE_PASSED' ? 'CRITICAL' : 'WARNING'
  if (before.severity === severity || before.severity === 'CRITICAL') return []
  const startedAt = before.severity === null ? now : before.startedAt
  const after = { ...before, severity, startedAt }
  state.lateness.set(after)
  return [lateAlert(key, after, reason, promisedAt, now)]
}

type Severity = NonNullable<Lateness['severity']>

/** What `shipment-etas` expects. */
export const forecastLate = (probability: number, context: ShipmentContext): readonly Alert[] => {
  const { state } = context
  const before = state.lateness.get() ?? NEVER_SEEN
  const isLikely = isLikelyLate(before.isLikely, probability)
  if (isLikely === before.isLikely) return []
  state.lateness.set({ ...before, isLikely })
  return judgeLateness(context)
}

/** Sees to it that the timer comes no later than it has to. */
export const watchPromise = (context: ShipmentContext): void => {
  const { state, timers } = context
  if (state.endedAt.get() !== null) return
  const dueAt = latenessDueAt(state.lateness.get() ?? NEVER_SEEN, promiseOf(context))
  if (dueAt < (timers.dueAt('late') ?? Infinity)) timers.set('late', dueAt)
}

/** Delivered or returned: the wait is over. */
export const arrived = (context: ShipmentContext, at: number): readonly Alert[] => {
  const { key, state, timers } = context
  timers.clear('late')
  const before = state.lateness.get()
  if (before === null || before.severity === null) return []
  state.lateness.set({ ...before, severity: null })
  return [arrivedAlert(key, before, promiseOf(context), at)]
}

const promiseOf = ({ key, reference }: ShipmentContext): number | null =>
  reference.shipments.get(key)?.promisedAt ?? null
