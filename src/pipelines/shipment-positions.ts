/** Where a shipment is: readings that say so, and what is kept of them. */
import { double, long, nullable, record } from '../engine/form.ts'
import type { LogisticsEvent } from '../events.ts'

export const trackForm = record({
  at: long,
  latitude: double,
  longitude: double,
  seenAt: long,
  distanceKm: double,
  logSpeed: double,
  speedVariance: double,
  doubt: nullable(record({ at: long, latitude: double, longitude: double })),
  glitches: long,
})

type Position = Pick<LogisticsEvent, 'type' | 'latitude' | 'longitude'>

export const hasPosition = ({ type, latitude, longitude }: Position): boolean =>
  type === 'READING' && latitude !== null && longitude !== null

export type Located = Pick<LogisticsEvent, 'occurredAt'> & {
  readonly latitude: number
  readonly longitude: number
}
