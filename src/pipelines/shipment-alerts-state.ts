/** What is kept of a shipment: of each of its sensors, what the models need for the next reading. */
import {
  boolean,
  bytes,
  double,
  enumOf,
  int,
  long,
  nullable,
  record,
  type ValueOf,
} from '../engine/form.ts'
import type { Context } from '../engine/pipeline.ts'
import { mapOf, rowsOf, value } from '../engine/state/index.ts'
import type { Product, Shipment } from '../events.ts'

/** Sensors of one shipment at a time; see `hasRoomFor`. */
export const SENSORS_MAX = 32

const openSeverity = nullable(enumOf('WARNING', 'CRITICAL'))

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
  /** What is unusual and goes on. */
  anomaly: nullable(record({ startedAt: long, alarmedAt: long })),
  /** The days of its temperature. */
  drift: nullable(
    record({
      day: long,
      sum: double,
      readings: long,
      days: long,
      mean: double,
      deviation: double,
      up: double,
      down: double,
    }),
  ),
  /** How long and how far it was too warm or too cold since its first reading; null: never. */
  temperatureTotal: nullable(record({ outsideMs: double, beyondMinutes: double })),
  tilt: nullable(record({ at: long, angleDeg: double, since: nullable(long), isTold: boolean })),
  /** Since its first reading. */
  thermalHarm: record({ harmMs: double, spanMs: long }),
  temperatureExcursion: excursion,
  humidityExcursion: excursion,
  /** Of the temperature, as it was sent. */
  repeats: nullable(record({ value: double, count: int, since: long })),
  /** The last shock that was told, for a day. */
  shock: nullable(record({ at: long, severity: enumOf('WARNING', 'CRITICAL') })),
})
export type Sensor = Readonly<ValueOf<typeof sensor>>

export const shipmentState = {
  /** By their ids; readings that name no sensor are those of `NAMELESS`. */
  sensors: mapOf(sensor, { max: SENSORS_MAX }),
  /** When it was delivered or returned. */
  endedAt: value(nullable(long), null),
  door: value(
    nullable(record({ saidAt: long, openedAt: nullable(long), severity: openSeverity })),
    null,
  ),
  lateness: value(
    nullable(
      record({
        seenAt: nullable(long),
        isUnderWay: boolean,
        isLikely: boolean,
        severity: openSeverity,
        startedAt: long,
      }),
    ),
    null,
  ),
  /** What was told of the shelf life of its goods. */
  shelfLife: value(openSeverity, null),
  /** What the anomaly score knows of each sensor: a row of its own, as it is large and changes alone. */
  series: rowsOf(record({ known: bytes }), { bytesMax: 1_536 }),
}

export type ShipmentContext = Context<
  typeof shipmentState,
  'silence' | 'calm' | 'door' | 'late',
  {
    readonly shipments: Pick<Shipment, ShipmentField>
    readonly products: Pick<Product, (typeof PRODUCT_FIELDS)[number]>
  }
>
export type ShipmentSensors = ShipmentContext['state']['sensors']
export type ShipmentField = (typeof SHIPMENT_FIELDS)[number]

/** What is read of the shipment's plan. */
export const SHIPMENT_FIELDS = [
  'shipmentId',
  'contents',
  'promisedAt',
  'temperatureMinC',
  'temperatureMaxC',
  'humidityMaxPct',
  'shockMaxG',
  'readingIntervalMs',
] as const
export const PRODUCT_FIELDS = ['sku', 'shelfLifeHours'] as const
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
