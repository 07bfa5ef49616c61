/** How the steps of a journey are written. */
import {
  type LogisticsType,
  logistics,
  type Shipment,
  type ShipmentContent,
  shipments,
} from '../../events.ts'
import { Dice } from '../sample/dice.ts'
import type { ShopTime } from './calendar.ts'
import {
  isSilentAt,
  type Journey,
  TEMPERATURE_MAX_C,
  TEMPERATURE_MIN_C,
  temperatureAt,
} from './journey.ts'
import { logisticsWith } from './logistics-record.ts'
import type { SlotPlan } from './slot-plan.ts'
import { STREAMS } from './streams.ts'

export interface Handover {
  readonly shipmentId: string
  readonly orderIds: readonly string[]
  readonly contents: readonly ShipmentContent[]
  readonly lane: string
  readonly originId: string
  readonly destinationId: string
  readonly promisedAfterMs: number
  readonly readingIntervalMs: number
}

/** What is known of the shipment, and that it was picked up. */
export const planHandover = (plan: SlotPlan, handover: Handover, at: ShopTime): void => {
  const { shipmentId, orderIds, contents, lane, originId, destinationId } = handover
  plan.once(at, {
    topic: shipments,
    key: shipmentId,
    write: (occurredAt): Shipment => ({
      shipmentId,
      occurredAt,
      orderIds,
      contents,
      carrier: `carrier-${lane.length % 3}`,
      lane,
      originId,
      destinationId,
      promisedAt: occurredAt + handover.promisedAfterMs,
      temperatureMinC: TEMPERATURE_MIN_C,
      temperatureMaxC: TEMPERATURE_MAX_C,
      humidityMaxPct: null,
      shockMaxG: null,
      readingIntervalMs: handover.readingIntervalMs,
    }),
  })
  planWaypoint(plan, shipmentId, 'PICKED_UP', originId, at)
}

export const planWaypoint = (
  plan: SlotPlan,
  shipmentId: string,
  type: LogisticsType,
  locationId: string | null,
  at: ShopTime,
): void =>
  plan.event(at, 'causal', {
    topic: logistics,
    key: shipmentId,
    write: occurredAt =>
      logisticsWith({
        eventId: `${shipmentId}-${type.toLowerCase()}`,
        occurredAt,
        shipmentId,
        type,
        locationId,
      }),
  })

/** A reading, where the sensor is not silent. */
export const planReading = (
  plan: SlotPlan,
  seed: number,
  place: readonly number[],
  shipmentId: string,
  sensor: number,
  journey: Journey,
  reading: number,
  at: ShopTime,
): void => {
  if (isSilentAt(journey, reading)) return
  const sensorId = `${shipmentId}-sensor-${sensor}`
  plan.event(at, 'free', {
    topic: logistics,
    key: shipmentId,
    write: occurredAt => {
      const dice = new Dice(seed, STREAMS.READING, ...place, reading, 1)
      return logisticsWith({
        eventId: `${sensorId}-${reading}`,
        occurredAt,
        shipmentId,
        sensorId,
        type: 'READING',
        temperatureC: temperatureAt(seed, place, journey, reading),
        humidityPct: 55 + dice.whole(-50, 50) / 10,
        shockG: dice.whole(2, 60) / 100,
        batteryPct: Math.max(5, 100 - Math.floor((70 * reading) / journey.readings)),
      })
    },
  })
}
