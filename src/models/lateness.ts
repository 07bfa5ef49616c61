/**
 * Whether a shipment is late, by what did not happen: critical once the promise has passed, a warning where that
 * is likely, or nothing was seen of it for two days.
 */
export interface Lateness {
  /** The last step on its way that was seen; null: none yet. */
  readonly seenAt: number | null
  /** The forecast says so, with hysteresis. */
  readonly isLikely: boolean
  readonly severity: 'WARNING' | 'CRITICAL' | null
  readonly startedAt: number
}

export const NOT_LATE: Lateness = { seenAt: null, isLikely: false, severity: null, startedAt: 0 }

export const NO_SCAN_MS = 2 * 86_400_000
export const LIKELY_FROM = 0.8
const HYSTERESIS = 0.05

export type LateReason = 'LATE_PASSED' | 'LATE_LIKELY' | 'LATE_NO_SCAN'

/** Why it is late at `now`, the gravest reason; null: it is not. */
export const lateReason = (
  { seenAt, isLikely }: Lateness,
  promisedAt: number | null,
  now: number,
): LateReason | null => {
  if (promisedAt !== null && now > promisedAt) return 'LATE_PASSED'
  if (isLikely) return 'LATE_LIKELY'
  return seenAt !== null && now - seenAt >= NO_SCAN_MS ? 'LATE_NO_SCAN' : null
}

export const isLikelyLate = (wasLikely: boolean, probability: number): boolean =>
  probability >= (wasLikely ? LIKELY_FROM - HYSTERESIS : LIKELY_FROM)

/** When time alone makes it later than was said; Infinity: never. */
export const latenessDueAt = (
  { seenAt, severity }: Lateness,
  promisedAt: number | null,
): number => {
  if (severity === 'CRITICAL') return Infinity
  const passesAt = promisedAt === null ? Infinity : promisedAt + 1
  if (severity === 'WARNING' || seenAt === null) return passesAt
  return Math.min(passesAt, seenAt + NO_SCAN_MS)
}
