/** What a reading is judged with, and what comes of it. */
import type { LogisticsEvent } from '../events.ts'
import type { Alert, Subject } from './shipment-alerts-result.ts'
import type { Sensor, ShipmentContext, ShipmentPlan } from './shipment-alerts-state.ts'

export type Reading = Pick<
  LogisticsEvent,
  'occurredAt' | 'temperatureC' | 'humidityPct' | 'shockG' | 'tiltDeg'
>

/** The sensor while a reading is being taken in. */
export type OpenSensor = { -readonly [K in keyof Sensor]: Sensor[K] }

/** What a reading is judged with; alerts are added to `alerts` in the order of the judgements. */
export interface Judging {
  readonly subject: Subject
  readonly plan: ShipmentPlan | undefined
  readonly context: ShipmentContext
  readonly alerts: Alert[]
  /** Whether anomalies are looked for. */
  readonly anomalies: boolean
}
