/** What is kept of a shipment: of each of its sensors, what the models need for the next reading. */
import {
  boolean,
  double,
  enumOf,
  int,
  long,
  nullable,
  record,
  type ValueOf,
} from '../engine/form.ts'
import type { Context } from '../engine/pipeline.ts'
import { mapOf } from '../engine/state/map-of.ts'
import { value } from '../engine/state/value.ts'
import type { Shipment } from '../events.ts'

/** Sensors of one shipment at a time; see `hasRoomFor`. */
export const SENSORS_MAX = 32

/** Null while the measure is inside its limits. */
const excursion = nullable(
  record({
    severity: enumOf('PENDING', 'WARNING', 'CRITICAL'),
    startedAt: long,
    insideSince: nullable(long),
    readAt: long,
    beyond: double,
    worstBeyond: double,
    worstValue: double,
    worstLimit: double,
    beyondMinutes: double,
  }),
)

const sensor = record({
  presence: record({
    heardAt: long,
    intervalMs: long,
    watched: boolean,
    overdue: boolean,
    silentSince: nullable(long),
  }),
  /** The last temperature that was no glitch. */
  temperature: nullable(record({ at: long, value: double })),
  /** Since its first reading. */
  thermalHarm: record({ harmMs: double, spanMs: long }),
  temperatureExcursion: excursion,
  humidityExcursion: excursion,
  /** Of the temperature, as it was sent. */
  repeats: nullable(record({ value: double, count: int, since: long })),
  /** The last shock that was told. */
  shock: nullable(record({ at: long, severity: enumOf('WARNING', 'CRITICAL') })),
})
export type Sensor = Readonly<ValueOf<typeof sensor>>

export const shipmentState = {
  /** By their ids; readings that name no sensor are those of `NAMELESS`. */
  sensors: mapOf(sensor, { max: SENSORS_MAX }),
  /** When it was delivered or returned. */
  endedAt: value(nullable(long), null),
}

export type ShipmentContext = Context<
  typeof shipmentState,
  'silence',
  { readonly shipments: Pick<Shipment, ShipmentField> }
>
export type ShipmentSensors = ShipmentContext['state']['sensors']
export type ShipmentField = (typeof SHIPMENT_FIELDS)[number]

/** What is read of the shipment's plan. */
export const SHIPMENT_FIELDS = [
  'shipmentId',
  'temperatureMinC',
  'temperatureMaxC',
  'humidityMaxPct',
  'shockMaxG',
  'readingIntervalMs',
] as const
export type ShipmentPlan = Pick<Shipment, ShipmentField>

/** No sensor has this id: ids are not empty. */
export const NAMELESS = ''

/** A sensor that was not heard for this long makes room for another. */
const REPLACED_AFTER_MS = 86_400_000

/**
 * Whether one more sensor can be kept. Where there are as many as there may be, the one that was
 * heard longest ago goes, unless that was within a day. What was said of it stands as it is.
 */
export const hasRoomFor = (sensors: ShipmentSensors, at: number): boolean => {
  if (sensors.size < SENSORS_MAX) return true
  const [oldest] = sensors
    .entries()
    .map(([id, { presence }]) => ({ id, heardAt: presence.heardAt }))
    .sort((a, b) => a.heardAt - b.heardAt)
  if (at - oldest!.heardAt < REPLACED_AFTER_MS) return false
  return sensors.delete(oldest!.id)
}
