/**
 * Whether goods stand upright: more than 30° for 10 s is a tilt. The angle is smoothed over 2 s, so that a
 * bump does not count where there are many readings a second; rare ones are taken as they are.
 */

export interface Tilt {
  readonly at: number
  /** Smoothed, in degrees. */
  readonly angleDeg: number
  /** Since when it is more than allowed; null: it is not. */
  readonly since: number | null
  readonly isTold: boolean
}

export const TILT_MAX_DEG = 30
export const TILT_MAX_MS = 10_000
/** It stands again once it is so far inside. */
const HYSTERESIS_DEG = 5
const SMOOTHED_MS = 2_000

/** One reading further: each is later than the one before. */
export const tiltAfter = (before: Tilt | null, at: number, readDeg: number): Tilt => {
  const angleDeg = before === null ? readDeg : smoothed(before, at, readDeg)
  const isOver = before?.since == null ? angleDeg > TILT_MAX_DEG : !stands(angleDeg)
  const since = isOver ? (before?.since ?? at) : null
  const isTold = since !== null && ((before?.isTold ?? false) || at - since >= TILT_MAX_MS)
  return { at, angleDeg, since, isTold }
}

const smoothed = (before: Tilt, at: number, readDeg: number): number =>
  before.angleDeg + (1 - Math.exp(-(at - before.at) / SMOOTHED_MS)) * (readDeg - before.angleDeg)

const stands = (angleDeg: number): boolean => angleDeg <= TILT_MAX_DEG - HYSTERESIS_DEG
