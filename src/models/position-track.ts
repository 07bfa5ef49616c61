/**
 * The way of something that says where it is now and then, with glitches, jumps, gaps and noise: how far it went, how
 * fast it goes, and whether it stands.
 */
import { distanceKm } from './travel.ts'

export interface Fix {
  readonly occurredAt: number
  readonly latitude: number
  readonly longitude: number
}

interface Place {
  readonly at: number
  readonly latitude: number
  readonly longitude: number
}

export interface Track extends Place {
  /** `at` and place are of the last move that was no noise; this is of the last fix that could be. */
  readonly seenAt: number
  readonly distanceKm: number
  /** Of km/h, and how unsure that is. */
  readonly logSpeed: number
  readonly speedVariance: number
  /** A fix that it could not have come to; the next one decides. */
  readonly doubt: Place | null
  readonly glitches: number
}

const SPEED_MAX_KPH = 200
/** Below this a receiver that lies still wanders. */
const NOISE_KM = 0.02
/** Clocks are not exact: two fixes are taken as at least so far apart. */
const SPAN_MIN_MS = 1_000
const HOUR_MS = 3_600_000
/** Standing is to stay within the noise for so long. */
export const STANDS_AFTER_MS = 120_000
const SPEED_DRIFT_PER_HOUR = 0.05
const SPEED_NOISE = 0.3
const SPEED_FIRST: Pick<Track, 'logSpeed' | 'speedVariance'> = {
  logSpeed: Math.log(30),
  speedVariance: 4,
}

/** One fix further; one that is not newer changes nothing. */
export const trackAfter = (before: Track | null, fix: Fix): Track => {
  const place = { at: fix.occurredAt, latitude: fix.latitude, longitude: fix.longitude }
  if (before === null) {
    const seenAt = place.at
    return { ...place, seenAt, ...SPEED_FIRST, distanceKm: 0, doubt: null, glitches: 0 }
  }
  const seenAt = place.at
  if (seenAt <= before.seenAt) return before
  const hopKm = distanceKm(before, place)
  // What stands has no long time behind it to have come from far.
  if (!isPossible(seenAt - before.seenAt, hopKm)) return inDoubt(before, place)
  if (hopKm < NOISE_KM) return { ...before, seenAt, doubt: null }
  // What stood did not go slowly: it set out when it was last seen standing.
  const setOutAt = standsSince(before, before.seenAt) === null ? before.at : before.seenAt
  const speed = speedAfter(before, hopKm, place.at - setOutAt)
  return {
    ...before,
    ...place,
    seenAt,
    ...speed,
    distanceKm: before.distanceKm + hopKm,
    doubt: null,
  }
}

/** A lone glitch is forgotten; where the next fix agrees with it, it was the place of before that was wrong. */
const inDoubt = (before: Track, place: Place): Track => {
  const { doubt, glitches } = before
  const agrees =
    doubt !== null &&
    place.at > doubt.at &&
    isPossible(place.at - doubt.at, distanceKm(doubt, place))
  return agrees
    ? { ...before, ...place, seenAt: place.at, doubt: null }
    : { ...before, doubt: place, glitches: glitches + 1 }
}

const isPossible = (spanMs: number, hopKm: number): boolean =>
  hopKm < NOISE_KM || hopKm / hoursOf(spanMs) <= SPEED_MAX_KPH

const hoursOf = (spanMs: number): number => Math.max(SPAN_MIN_MS, spanMs) / HOUR_MS

/** A scalar Kalman filter on the logarithm. */
const speedAfter = (
  { logSpeed, speedVariance }: Track,
  hopKm: number,
  spanMs: number,
): Pick<Track, 'logSpeed' | 'speedVariance'> => {
  const hours = hoursOf(spanMs)
  const variance = speedVariance + SPEED_DRIFT_PER_HOUR * hours
  const gain = variance / (variance + SPEED_NOISE)
  return {
    logSpeed: logSpeed + gain * (Math.log(hopKm / hours) - logSpeed),
    speedVariance: (1 - gain) * variance,
  }
}

/** Since when it has not moved; null: it moves. */
export const standsSince = ({ at }: Pick<Track, 'at'>, now: number): number | null =>
  now - at >= STANDS_AFTER_MS ? at : null
