/** The steps of a shipment on its way: where it was seen, and its door. */
import type { LogisticsEvent } from '../events.ts'
import { type Door, doorDueAt, doorSeverity } from '../models/door.ts'
import { judgeLateness, NEVER_SEEN } from './shipment-alerts-lateness.ts'
import type { Alert } from './shipment-alerts-result.ts'
import type { ShipmentContext } from './shipment-alerts-state.ts'
import { doorAlert, doorClosedAlert, doorEndedAlert } from './shipment-alerts-way.ts'

export type Step = Pick<LogisticsEvent, 'occurredAt' | 'type'>

export const isDoor = ({ type }: Pick<Step, 'type'>): boolean =>
  type === 'DOOR_OPENED' || type === 'DOOR_CLOSED'

export const isSeen = ({ type }: Pick<Step, 'type'>): boolean =>
  type === 'PICKED_UP' ||
  type === 'DEPARTED' ||
  type === 'ARRIVED' ||
  type === 'SCANNED' ||
  type === 'OUT_FOR_DELIVERY'

/** Of two steps, the newer one says where it is. */
export const seen = ({ occurredAt, type }: Step, context: ShipmentContext): readonly Alert[] => {
  const { state } = context
  const before = state.lateness.get() ?? NEVER_SEEN
  if (before.seenAt !== null && occurredAt < before.seenAt) return []
  const isMoving = type === 'DEPARTED' || type === 'OUT_FOR_DELIVERY'
  const isUnderWay = isMoving || (before.isUnderWay && type === 'SCANNED')
  state.lateness.set({ ...before, seenAt: occurredAt, isUnderWay })
  return [...judgeDoor(context), ...judgeLateness(context)]
}

export const doorMoved = (
  { occurredAt, type }: Step,
  context: ShipmentContext,
): readonly Alert[] => {
  const { key, state, timers } = context
  const before = state.door.get()
  if (before !== null && occurredAt < before.saidAt) return []
  if (type === 'DOOR_OPENED') {
    const openedAt = before?.openedAt ?? occurredAt
    state.door.set({ saidAt: occurredAt, openedAt, severity: before?.severity ?? null })
    return judgeDoor(context)
  }
  timers.clear('door')
  state.door.set({ saidAt: occurredAt, openedAt: null, severity: null })
  return before === null || before.severity === null
    ? []
    : [doorClosedAlert(key, before, occurredAt)]
}

/** Said when it gets graver; the timer is set to when it would. */
export const judgeDoor = ({ key, state, timers, now }: ShipmentContext): readonly Alert[] => {
  const door = state.door.get()
  if (door === null || door.openedAt === null) return []
  const { openedAt } = door
  const dueAt = doorDueAt(openedAt, now)
  if (dueAt < Infinity) timers.set('door', dueAt)
  const isUnderWay = state.lateness.get()?.isUnderWay ?? false
  const severity = doorSeverity(openedAt, now, isUnderWay)
  if (severity === null || severity === door.severity || door.severity === 'CRITICAL') return []
  const after: Door = { ...door, severity }
  state.door.set(after)
  return [doorAlert(key, after, now, isUnderWay)]
}

/** Once the goods are out of it nobody minds. */
export const doorEnded = ({ key, state, timers }: ShipmentContext): readonly Alert[] => {
  const door = state.door.get()
  timers.clear('door')
  if (door === null || door.openedAt === null) return []
  state.door.set({ ...door, openedAt: null, severity: null })
  return door.severity === null ? [] : [doorEndedAlert(key, door)]
}
