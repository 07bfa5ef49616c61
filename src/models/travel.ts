/** A place on earth at a moment, in degrees and ms. */
export interface Sighting {
  readonly latitude: number
  readonly longitude: number
  readonly at: number
}

export interface Travel {
  readonly distanceKm: number
  readonly speedKph: number
}

const EARTH_RADIUS_KM = 6_371
/** Two sightings closer in time than this are taken as this far apart: clocks are not so exact. */
const SPAN_MIN_MS = 60_000
const HOUR_MS = 3_600_000

/** The great-circle distance, by the haversine formula. */
export const distanceKm = (
  from: Pick<Sighting, 'latitude' | 'longitude'>,
  to: Pick<Sighting, 'latitude' | 'longitude'>,
): number => {
  const north = Math.sin(radians(to.latitude - from.latitude) / 2) ** 2
  const east = Math.sin(radians(to.longitude - from.longitude) / 2) ** 2
  const scale = Math.cos(radians(from.latitude)) * Math.cos(radians(to.latitude))
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(north + scale * east)))
}

const radians = (degrees: number): number => (degrees * Math.PI) / 180

/** The speed that somebody would have needed, whichever of the two came first. */
export const travelOf = (from: Sighting, to: Sighting): Travel => {
  const distance = distanceKm(from, to)
  const spanMs = Math.max(SPAN_MIN_MS, Math.abs(to.at - from.at))
  return { distanceKm: distance, speedKph: (distance / spanMs) * HOUR_MS }
}
