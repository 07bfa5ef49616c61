/** One reading of one sensor: what is known of it afterwards, and the alerts that this brings. */
import {
  excursionStep,
  type MeasureLimits,
  type Measurement,
  NO_LIMITS,
} from '../models/excursion.ts'
import { HUMIDITY_RULE, TEMPERATURE_RULE } from '../models/excursion-rules.ts'
import { NEVER_OUTSIDE, withStretch } from '../models/excursion-total.ts'
import {
  meanKineticTemperatureC,
  NO_HARM,
  withThermalHarm,
} from '../models/mean-kinetic-temperature.ts'
import { heard } from '../models/sensor-presence.ts'
import { isStuck, repeatsAfter } from '../models/sensor-repeats.ts'
import { shockToTell } from '../models/shock.ts'
import { isGlitch } from '../models/temperature-glitch.ts'
import { tiltAfter } from '../models/tilt.ts'
import { takeAnomaly, takeDrift } from './shipment-alerts-anomaly.ts'
import type { Judging, OpenSensor, Reading } from './shipment-alerts-judging.ts'
import {
  heardAgainAlert,
  humidityAlert,
  shockAlert,
  stuckAlert,
  temperatureAlert,
  unstuckAlert,
} from './shipment-alerts-result.ts'
import { shelfLifeReasons, takeShelfLife } from './shipment-alerts-shelf-life.ts'
import type { Sensor, ShipmentPlan } from './shipment-alerts-state.ts'
import { tiltAlert, totalReasons, uprightAlert } from './shipment-alerts-unusual.ts'

/**
 * The sensor after the reading. One that is not newer than the sensor's last tells of shocks alone:
 * dwell and harm went on without it, and going back would count the same time twice.
 */
export const readingTaken = (
  before: Sensor | undefined,
  reading: Reading,
  judging: Judging,
): Sensor => {
  const sensor: OpenSensor = { ...(before ?? NEW_SENSOR) }
  if (before === undefined || reading.occurredAt > before.presence.heardAt) {
    takePresence(sensor, before, reading.occurredAt, judging)
    if (reading.temperatureC !== null) {
      takeTemperature(sensor, reading.occurredAt, reading.temperatureC, judging)
    }
    if (reading.humidityPct !== null) {
      takeHumidity(sensor, reading.occurredAt, reading.humidityPct, judging)
    }
    if (reading.tiltDeg !== null) takeTilt(sensor, reading.occurredAt, reading.tiltDeg, judging)
  }
  if (reading.shockG !== null) takeShock(sensor, reading.occurredAt, reading.shockG, judging)
  return sensor
}

const NEW_SENSOR: Sensor = {
  presence: heard(undefined, 0, null),
  temperature: null,
  anomaly: null,
  drift: null,
  temperatureTotal: null,
  tilt: null,
  thermalHarm: NO_HARM,
  temperatureExcursion: null,
  humidityExcursion: null,
  repeats: null,
  shock: null,
}

const takePresence = (
  sensor: OpenSensor,
  before: Sensor | undefined,
  at: number,
  { subject, plan, alerts }: Judging,
): void => {
  // An interval of zero says as little as none.
  const after = heard(before?.presence, at, plan?.readingIntervalMs || null)
  const silentSince = before?.presence.silentSince ?? null
  if (silentSince !== null && after.silentSince === null) {
    alerts.push(heardAgainAlert(subject, silentSince, at))
  }
  sensor.presence = after
}

const takeTemperature = (
  sensor: OpenSensor,
  at: number,
  temperatureC: number,
  judging: Judging,
): void => {
  takeRepeats(sensor, at, temperatureC, judging)
  const last = sensor.temperature
  if (isGlitch(temperatureC, last?.value ?? null, last === null ? 0 : at - last.at)) return
  const now = { at, value: temperatureC }
  if (last !== null) takeStretch(sensor, last, now, judging)
  sensor.temperature = now
  takeTemperatureExcursion(sensor, now, judging)
  takeShelfLife(sensor, at, judging)
  if (judging.anomalies) takeAnomaly(sensor, now, judging)
  takeDrift(sensor, now, judging)
}

const takeStretch = (
  sensor: OpenSensor,
  last: Measurement,
  now: Measurement,
  { plan }: Judging,
): void => {
  const spanMs = now.at - last.at
  sensor.thermalHarm = withThermalHarm(sensor.thermalHarm, last.value, now.value, spanMs)
  const before = sensor.temperatureTotal ?? NEVER_OUTSIDE
  const total = withStretch(before, last, now, temperatureLimits(plan))
  if (total !== before) sensor.temperatureTotal = total
}

const takeTemperatureExcursion = (sensor: OpenSensor, now: Measurement, judging: Judging): void => {
  const { subject, plan, alerts } = judging
  const { excursion, change } = excursionStep(
    sensor.temperatureExcursion,
    now,
    temperatureLimits(plan),
    TEMPERATURE_RULE,
  )
  sensor.temperatureExcursion = excursion
  if (change === null) return
  const kineticC = meanKineticTemperatureC(sensor.thermalHarm) ?? now.value
  const more = [...totalReasons(sensor, change), ...shelfLifeReasons(sensor, judging)]
  alerts.push(temperatureAlert(subject, change, kineticC, more))
}

const temperatureLimits = (plan: ShipmentPlan | undefined): MeasureLimits =>
  plan === undefined ? NO_LIMITS : { min: plan.temperatureMinC, max: plan.temperatureMaxC }

const takeRepeats = (
  sensor: OpenSensor,
  at: number,
  temperatureC: number,
  { subject, alerts }: Judging,
): void => {
  const before = sensor.repeats
  const after = repeatsAfter(before, temperatureC, at)
  sensor.repeats = after
  if (isStuck(before) === isStuck(after)) return
  alerts.push(
    isStuck(after) ? stuckAlert(subject, after) : unstuckAlert(subject, before!, temperatureC),
  )
}

const takeHumidity = (
  sensor: OpenSensor,
  at: number,
  humidityPct: number,
  { subject, plan, alerts }: Judging,
): void => {
  const { excursion, change } = excursionStep(
    sensor.humidityExcursion,
    { at, value: humidityPct },
    { min: null, max: plan?.humidityMaxPct ?? null },
    HUMIDITY_RULE,
  )
  sensor.humidityExcursion = excursion
  if (change !== null) alerts.push(humidityAlert(subject, change))
}

const takeShock = (
  sensor: OpenSensor,
  at: number,
  shockG: number,
  { subject, plan, alerts }: Judging,
): void => {
  const limitG = plan?.shockMaxG ?? null
  const shock = limitG === null ? null : shockToTell(sensor.shock, at, shockG, limitG)
  if (shock === null) return
  sensor.shock = shock
  alerts.push(shockAlert(subject, shock, shockG, limitG!))
}

const takeTilt = (
  sensor: OpenSensor,
  at: number,
  tiltDeg: number,
  { subject, alerts }: Judging,
): void => {
  const before = sensor.tilt
  const after = tiltAfter(before, at, tiltDeg)
  sensor.tilt = after
  if ((before?.isTold ?? false) === after.isTold) return
  alerts.push(after.isTold ? tiltAlert(subject, after) : uprightAlert(subject, before!, after))
}
