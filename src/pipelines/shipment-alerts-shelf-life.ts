/** How much of their shelf life the goods have used, by the sensor that had it warmest. */
import type { Reason } from '../events.ts'
import { meanKineticTemperatureC } from '../models/mean-kinetic-temperature.ts'
import { doseMs, type ShelfLife, shelfLifeSeverity } from '../models/shelf-life.ts'
import type { Judging, OpenSensor } from './shipment-alerts-judging.ts'
import type { Sensor } from './shipment-alerts-state.ts'
import { shelfLifeAlert, shelfLifeReason } from './shipment-alerts-unusual.ts'

const HOUR_MS = 3_600_000

/** Told once when little is left, and once when nothing is; it does not come back. */
export const takeShelfLife = (sensor: OpenSensor, at: number, judging: Judging): void => {
  const { state, key } = judging.context
  const told = state.shelfLife.get()
  if (told === 'CRITICAL') return
  const shelfLife = shelfLifeOf(sensor, judging)
  const severity = shelfLife === null ? null : shelfLifeSeverity(shelfLife)
  if (severity === null || severity === told) return
  state.shelfLife.set(severity)
  const kineticC = meanKineticTemperatureC(sensor.thermalHarm)
  judging.alerts.push(shelfLifeAlert(key, severity, at, shelfLife!, kineticC))
}

export const shelfLifeReasons = (sensor: Sensor, judging: Judging): readonly Reason[] => {
  const shelfLife = shelfLifeOf(sensor, judging)
  return shelfLife === null ? [] : [shelfLifeReason(shelfLife)]
}

/** Of the article that keeps shortest; null: of none it is known. */
const shelfLifeOf = (sensor: Sensor, { plan, context }: Judging): ShelfLife | null => {
  if (plan === undefined || plan.contents.length === 0) return null
  let hours = Infinity
  for (const { sku } of plan.contents) {
    hours = Math.min(hours, context.reference.products.get(sku)?.shelfLifeHours ?? Infinity)
  }
  if (!(hours > 0 && hours < Infinity)) return null
  return { usedMs: doseMs(sensor.thermalHarm), allMs: hours * HOUR_MS }
}
