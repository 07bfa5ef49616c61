/**
 * What is told when nothing comes: a sensor that is not heard, and one that feels no more shocks. One timer
 * of each per shipment, set to when the first of its sensors is due.
 */
import type { Instant } from '../engine/time.ts'
import { missed, overdueAt, type SensorPresence } from '../models/sensor-presence.ts'
import { CALM_AFTER_MS } from '../models/shock.ts'
import {
  type Alert,
  calmAlert,
  noLongerWatchedAlert,
  silentAlert,
} from './shipment-alerts-result.ts'
import type { Sensor, ShipmentContext } from './shipment-alerts-state.ts'

/**
 * Sees to it that the timer comes no later than the sensor is overdue. It is only ever moved
 * forward: where it turns out to be early it is set anew, which is cheaper than with each reading.
 */
export const watch = (presence: SensorPresence, { state, timers }: ShipmentContext): void => {
  if (state.endedAt.get() !== null) return
  const dueAt = overdueAt(presence)
  if (dueAt < (timers.dueAt('silence') ?? Infinity)) timers.set('silence', dueAt)
}

/** The timer came: who is overdue, and is it to be told? */
export const silenced = (context: ShipmentContext): readonly Alert[] => {
  const { key, state, timers, now } = context
  const alerts: Alert[] = []
  let nextAt: Instant = Infinity
  for (const [sensorId, sensor] of state.sensors.entries()) {
    const dueAt = overdueAt(sensor.presence)
    if (dueAt > now) {
      nextAt = Math.min(nextAt, dueAt)
      continue
    }
    const presence = missed(sensor.presence)
    state.sensors.set(sensorId, { ...sensor, presence })
    if (presence.silentSince !== null && sensor.presence.silentSince === null) {
      alerts.push(silentAlert({ shipmentId: key, sensorId }, presence, now))
    }
  }
  if (nextAt < Infinity) timers.set('silence', nextAt)
  return alerts
}

/** The journey is over: nobody waits for readings, and what was said of silence is taken back. */
export const stopWatching = ({ key, state, timers }: ShipmentContext): readonly Alert[] => {
  timers.clear('silence')
  const alerts: Alert[] = []
  for (const [sensorId, sensor] of state.sensors.entries()) {
    const { silentSince } = sensor.presence
    if (silentSince === null) continue
    alerts.push(noLongerWatchedAlert({ shipmentId: key, sensorId }, silentSince))
    const presence = { ...sensor.presence, silentSince: null }
    state.sensors.set(sensorId, { ...sensor, presence })
  }
  return alerts
}

/** Sees to it that a shock is over a day after it was told last. */
export const awaitCalm = ({ shock }: Pick<Sensor, 'shock'>, { timers }: ShipmentContext): void => {
  if (shock === null) return
  const dueAt = shock.at + CALM_AFTER_MS
  if (dueAt < (timers.dueAt('calm') ?? Infinity)) timers.set('calm', dueAt)
}

export const calmed = (context: ShipmentContext): readonly Alert[] => {
  const { key, state, now } = context
  const alerts: Alert[] = []
  const shaken = state.sensors.entries().filter(([, { shock }]) => shock !== null)
  for (const [sensorId, sensor] of shaken) {
    if (sensor.shock!.at + CALM_AFTER_MS > now) awaitCalm(sensor, context)
    else {
      alerts.push(calmAlert({ shipmentId: key, sensorId }, sensor.shock!, now - sensor.shock!.at))
      state.sensors.set(sensorId, { ...sensor, shock: null })
    }
  }
  return alerts
}
