import type { LogisticsEvent } from '../../events.ts'

type Known = Pick<LogisticsEvent, 'eventId' | 'occurredAt' | 'shipmentId' | 'type'> &
  Partial<LogisticsEvent>

/** A record of which these fields are said; the others are null. One literal, as it is made often. */
export const logisticsWith = (known: Known): LogisticsEvent => ({
  eventId: known.eventId,
  occurredAt: known.occurredAt,
  shipmentId: known.shipmentId,
  sensorId: known.sensorId ?? null,
  type: known.type,
  locationId: known.locationId ?? null,
  latitude: null,
  longitude: null,
  speedKph: null,
  temperatureC: known.temperatureC ?? null,
  humidityPct: known.humidityPct ?? null,
  shockG: known.shockG ?? null,
  tiltDeg: null,
  batteryPct: known.batteryPct ?? null,
})
