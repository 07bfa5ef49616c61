/**
 * When a shipment will be there by how far it has come: what its lane usually takes for the rest of the way, and no
 * less than that takes at its speed. Weighed with the forecast of its stage by inverse variances. One that has gone
 * a quarter farther than others is on a detour: its stage alone counts.
 */
import { type Arrival, lateAfter, type StageKnown } from './arrival.ts'
import type { Track } from './position-track.ts'

export interface Travelled {
  /** How far others went from the stage on; null: not known. */
  readonly distanceKm: number | null
  /** How far it had gone when it came to the stage. */
  readonly fromKm: number
}

/** It is never quite there before it is. */
const PROGRESS_MAX = 0.98
/** At half of the way; less of it says less. */
const SHARE_UNSURE = 0.18
const UNSURE_MS = 900_000
/** From the 5th to the 95th percentile of a normal distribution, in deviations. */
const WIDTH_DEVIATIONS = 3.29
const HOUR_MS = 3_600_000

/** Of the usual way: whatever went so far and is not there went another way. */
const DETOUR_FROM = 1.25

/** The share of the usual way that is behind it; null: not known, also on a detour, which may end anywhere. */
export const progressOf = (travelled: Travelled, track: Track | null): number | null => {
  const share = wentOf(travelled, track)
  return share === null || share > DETOUR_FROM ? null : Math.min(PROGRESS_MAX, share)
}

/** How much farther than the usual way it has gone, as a share of it; null: not so far that it says something. */
export const detourOf = (travelled: Travelled, track: Track | null): number | null => {
  const share = wentOf(travelled, track)
  return share === null || share <= DETOUR_FROM ? null : share - 1
}

const wentOf = ({ distanceKm, fromKm }: Travelled, track: Track | null): number | null => {
  if (track === null || distanceKm === null || distanceKm <= 0) return null
  return Math.max(0, track.distanceKm - fromKm) / distanceKm
}

export const arrivalWithProgress = (
  arrival: Arrival,
  known: StageKnown & Travelled,
  track: Track | null,
  now: number,
): Arrival => {
  const progress = progressOf(known, track)
  if (progress === null || progress === 0) return arrival
  const restMs = restOf(known, track!, progress)
  const [stage, place] = [
    Math.max(UNSURE_MS, (arrival.p95 - arrival.p05) / WIDTH_DEVIATIONS) ** -2,
    ((SHARE_UNSURE * restMs) / Math.sqrt(progress) + UNSURE_MS) ** -2,
  ]
  const p50 = (stage * arrival.p50 + place * (now + restMs)) / (stage + place)
  const scale = Math.sqrt(stage / (stage + place))
  const moved = (at: number): number => Math.max(now, Math.round(p50 + scale * (at - arrival.p50)))
  const { promisedAt } = known
  const late =
    promisedAt === null || now > promisedAt
      ? arrival.lateProbability
      : lateAfter(known, now, arrival.p50 + (promisedAt - p50) / scale)
  return {
    p05: moved(arrival.p05),
    p50: moved(arrival.p50),
    p90: moved(arrival.p90),
    p95: moved(arrival.p95),
    lateProbability: late,
  }
}

const restOf = (
  { logMs, distanceKm }: StageKnown & Travelled,
  { logSpeed }: Track,
  progress: number,
): number => {
  const usualMs = Math.exp(logMs) * (1 - progress)
  const atSpeedMs = ((distanceKm! * (1 - progress)) / Math.exp(logSpeed)) * HOUR_MS
  return Math.max(usualMs, atSpeedMs)
}
